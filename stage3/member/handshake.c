#include "handshake.h"

#include <string.h>

#include "crypto/constant.h"

/* Writes a frame without a room, like all frames of this stage. */
static struct tcrp_frame frame_of(enum tcrp_operation operation, struct text payload)
{
    return (struct tcrp_frame){.operation = (uint8_t)operation,
                               .state = TCRP_REQUEST,
                               .payload = payload};
}

void handshake_start(struct handshake *handshake, const struct request *request,
                     const unsigned char *demanded, struct rsa_key *pair, random_source *random,
                     void *random_context)
{
    unsigned char modulus[RSA_BYTES];

    memset(handshake, 0, sizeof *handshake);
    handshake->only_key = !request;
    if (request) {
        handshake->operation = request->operation;
        handshake->request_size = request_encode(request, handshake->request);
    }
    handshake->demands = demanded != NULL;
    if (demanded) memcpy(handshake->demanded, demanded, FINGERPRINT);
    handshake->random = random;
    handshake->random_context = random_context;
    memcpy(&handshake->pair, pair, sizeof handshake->pair);
    wipe(pair, sizeof *pair);
    rsa_modulus(&handshake->pair, modulus);
    struct text payload = {(const char *)modulus, sizeof modulus};
    handshake->out_end = tcrp_encode(frame_of(TCRP_KEY, payload), handshake->out);
    sha256_start(&handshake->transcript);
    sha256_add(&handshake->transcript, handshake->out, handshake->out_end);
}

void handshake_end(struct handshake *handshake)
{
    wipe(handshake, sizeof *handshake);
}

void handshake_sent(struct handshake *handshake, size_t size)
{
    handshake->out_start += size;
}

/* --- the request --- */

/* Derives the keys from everything that was sent over the connection, including the RSA block. */
static void make_keys(struct handshake *handshake, const unsigned char *n, const unsigned char *k,
                      const unsigned char *s)
{
    unsigned char t[SHA256_BYTES];

    sha256_add(&handshake->transcript, handshake->out + handshake->out_end,
               TCRP_HEADER + BLOCK_BYTES);
    sha256_end(&handshake->transcript, t);
    seal_keys_make(&handshake->keys, n, k, s, t);
}

/* `key` is the payload of the key response. False: its modulus is invalid. */
static bool ask(struct handshake *handshake, const unsigned char key[BLOCK_KEY_RESPONSE])
{
    const unsigned char *n = key + RSA_BYTES, *theirs = n + SEAL_KEY;
    unsigned char k[SEAL_KEY], s[SEAL_KEY];
    char *header = handshake->out + handshake->out_end, *block = header + TCRP_HEADER;
    size_t payload = BLOCK_BYTES + handshake->request_size + SEAL_TAG;

    tcrp_encode(frame_of(handshake->operation, (struct text){NULL, 0}), header);
    tcrp_set_payload_size(header, payload);
    block_open(&handshake->pair, BLOCK_TO_CLIENT, theirs, handshake->random,
               handshake->random_context, s);
    handshake->random(handshake->random_context, k, sizeof k);
    bool good = block_seal(key, BLOCK_TO_SERVER, k, handshake->random, handshake->random_context,
                           (unsigned char *)block);
    if (good) {
        make_keys(handshake, n, k, s);
        seal(handshake->keys.request, 0, (struct span){header, TCRP_HEADER},
             (struct span){handshake->request, handshake->request_size}, block + BLOCK_BYTES);
        handshake->out_end += TCRP_HEADER + payload;
    }
    wipe(k, sizeof k);
    wipe(s, sizeof s);
    wipe(handshake->request, sizeof handshake->request);
    return good;
}

/* --- receiving --- */

static bool is_response(const struct tcrp_frame *frame, enum tcrp_operation operation,
                        enum tcrp_state state)
{
    return frame->operation == operation && frame->state == state && frame->room.size == 0;
}

static enum handshake_progress take_key(struct handshake *handshake, const struct tcrp_frame *frame)
{
    const unsigned char *payload = (const unsigned char *)frame->payload.bytes;

    if (!is_response(frame, TCRP_KEY, TCRP_RESPONSE)
        || frame->payload.size != BLOCK_KEY_RESPONSE) {
        return HANDSHAKE_MALFORMED;
    }
    sha256_add(&handshake->transcript, handshake->in, TCRP_HEADER + BLOCK_KEY_RESPONSE);
    sha256(payload, RSA_BYTES, handshake->fingerprint);
    if (handshake->demands
        && !constant_equal(handshake->fingerprint, handshake->demanded, FINGERPRINT)) {
        return HANDSHAKE_KEY_CHANGED;
    }
    if (handshake->only_key) return HANDSHAKE_KEY_SEEN;
    handshake->wants = HANDSHAKE_WANTS_STATUS;
    return ask(handshake, payload) ? HANDSHAKE_ON : HANDSHAKE_MALFORMED;
}

/* Opens a sealed payload in place, where it lies in `in`. */
static bool open_payload(struct handshake *handshake, const struct tcrp_frame *frame,
                         uint64_t number)
{
    char *payload = handshake->in + TCRP_HEADER;

    return seal_open(handshake->keys.answer, number, (struct span){handshake->in, TCRP_HEADER},
                     (struct span){payload, frame->payload.size}, payload);
}

static enum handshake_progress take_status(struct handshake *handshake,
                                           const struct tcrp_frame *frame)
{
    if (!is_response(frame, handshake->operation, TCRP_RESPONSE)) return HANDSHAKE_MALFORMED;
    if (frame->payload.size != 1 + SEAL_TAG || !open_payload(handshake, frame, 0)) {
        return HANDSHAKE_MALFORMED;
    }
    handshake->status = (unsigned char)handshake->in[TCRP_HEADER];
    handshake->wants = HANDSHAKE_WANTS_ANSWER;
    return handshake->status == TCRP_OK ? HANDSHAKE_ON : HANDSHAKE_ANSWERED;
}

static enum handshake_progress take_answer(struct handshake *handshake,
                                           const struct tcrp_frame *frame)
{
    if (!is_response(frame, handshake->operation, TCRP_COMPLETE)) return HANDSHAKE_MALFORMED;
    if (!open_payload(handshake, frame, 1)) return HANDSHAKE_MALFORMED;
    handshake->answer = (struct text){handshake->in + TCRP_HEADER, frame->payload.size - SEAL_TAG};
    return HANDSHAKE_ANSWERED;
}

/* Without keys, a server can only send a status in the clear. */
static bool in_the_clear(struct handshake *handshake, const struct tcrp_frame *frame)
{
    if (frame->payload.size != 1 || frame->state != TCRP_RESPONSE) return false;
    handshake->status = (unsigned char)frame->payload.bytes[0];
    return handshake->wants != HANDSHAKE_WANTS_ANSWER
        && (handshake->status == TCRP_MALFORMED || handshake->status == TCRP_BUSY);
}

static enum handshake_progress take_frame(struct handshake *handshake,
                                          const struct tcrp_frame *frame)
{
    if (in_the_clear(handshake, frame)) return HANDSHAKE_UNAUTHENTICATED;
    switch (handshake->wants) {
    case HANDSHAKE_WANTS_KEY: return take_key(handshake, frame);
    case HANDSHAKE_WANTS_STATUS: return take_status(handshake, frame);
    case HANDSHAKE_WANTS_ANSWER: return take_answer(handshake, frame);
    }
    return HANDSHAKE_MALFORMED;
}

/* Takes all whole frames. Each is at the start of `in` when it is taken. */
static void take_frames(struct handshake *handshake)
{
    struct tcrp_frame frame;
    size_t size;

    while (handshake->progress == HANDSHAKE_ON) {
        switch (tcrp_decode(handshake->in, handshake->in_end, &frame, &size)) {
        case TCRP_MORE: return;
        case TCRP_TOO_LONG: handshake->progress = HANDSHAKE_MALFORMED; return;
        case TCRP_FRAME: break;
        }
        handshake->progress = take_frame(handshake, &frame);
        wipe(&handshake->pair, sizeof handshake->pair); /* it was for one block, or is for none */
        if (handshake->progress != HANDSHAKE_ON) return; /* `answer` lies there */
        memmove(handshake->in, handshake->in + size, handshake->in_end - size);
        handshake->in_end -= size;
    }
}

enum handshake_progress handshake_take(struct handshake *handshake, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0 && handshake->progress == HANDSHAKE_ON) {
        size_t piece = sizeof handshake->in - handshake->in_end;
        if (piece > size) piece = size;
        memcpy(handshake->in + handshake->in_end, next, piece);
        handshake->in_end += piece;
        next += piece;
        size -= piece;
        take_frames(handshake);
    }
    return handshake->progress;
}
