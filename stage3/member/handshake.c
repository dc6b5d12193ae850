#include "handshake.h"

#include <string.h>

#include "crypto/constant.h"
#include "crypto/oaep.h"

enum { KEY_PAYLOAD = RSA_BYTES + SEAL_KEY }; /* the modulus, N */

/* A frame without a room, as all of this stage are. */
static struct tcrp_frame frame_of(enum tcrp_operation operation, struct text payload)
{
    return (struct tcrp_frame){.operation = (uint8_t)operation,
                               .state = TCRP_REQUEST,
                               .payload = payload};
}

void handshake_start(struct handshake *handshake, const struct request *request,
                     const unsigned char *demanded, random_source *random, void *random_context)
{
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
    handshake->out_end = tcrp_encode(frame_of(TCRP_KEY, (struct text){NULL, 0}), handshake->out);
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

/*
 * Everything that has gone over the connection goes into the keys, the RSA block too. `n` is the
 * server's fresh number. False: the modulus is none.
 */
static bool ask(struct handshake *handshake, const unsigned char *modulus, const unsigned char *n)
{
    unsigned char k[SEAL_KEY], seed[OAEP_SEED], t[SHA256_BYTES];
    char *header = handshake->out + handshake->out_end;
    char *block = header + TCRP_HEADER;
    size_t payload = RSA_BYTES + handshake->request_size + SEAL_TAG;

    tcrp_encode(frame_of(handshake->operation, (struct text){NULL, 0}), header);
    tcrp_set_payload_size(header, payload);
    handshake->random(handshake->random_context, k, sizeof k);
    handshake->random(handshake->random_context, seed, sizeof seed);
    bool good = oaep_encrypt(modulus, "", k, sizeof k, seed, (unsigned char *)block);
    if (good) {
        sha256_add(&handshake->transcript, header, TCRP_HEADER + RSA_BYTES);
        sha256_end(&handshake->transcript, t);
        seal_keys_make(&handshake->keys, n, k, t);
        seal(handshake->keys.request, 0, header, TCRP_HEADER, handshake->request,
             handshake->request_size, block + RSA_BYTES);
        handshake->out_end += TCRP_HEADER + payload;
    }
    wipe(k, sizeof k);
    wipe(seed, sizeof seed);
    wipe(handshake->request, sizeof handshake->request);
    return good;
}

/* --- what comes --- */

static bool is_response(const struct tcrp_frame *frame, enum tcrp_operation operation,
                        enum tcrp_state state)
{
    return frame->operation == operation && frame->state == state && frame->room.size == 0;
}

static enum handshake_progress take_key(struct handshake *handshake, const struct tcrp_frame *frame)
{
    const unsigned char *modulus = (const unsigned char *)frame->payload.bytes;

    if (!is_response(frame, TCRP_KEY, TCRP_RESPONSE) || frame->payload.size != KEY_PAYLOAD) {
        return HANDSHAKE_MALFORMED;
    }
    sha256_add(&handshake->transcript, handshake->in, TCRP_HEADER + KEY_PAYLOAD);
    sha256(modulus, RSA_BYTES, handshake->fingerprint);
    if (handshake->demands
        && !constant_equal(handshake->fingerprint, handshake->demanded, FINGERPRINT)) {
        return HANDSHAKE_KEY_CHANGED;
    }
    if (handshake->only_key) return HANDSHAKE_KEY_SEEN;
    handshake->wants = HANDSHAKE_WANTS_STATUS;
    return ask(handshake, modulus, modulus + RSA_BYTES) ? HANDSHAKE_ON : HANDSHAKE_MALFORMED;
}

/* Opens a sealed payload in place, where it lies in `in`. */
static bool open_payload(struct handshake *handshake, const struct tcrp_frame *frame,
                         uint64_t number)
{
    char *payload = handshake->in + TCRP_HEADER;

    return seal_open(handshake->keys.answer, number, handshake->in, TCRP_HEADER, payload,
                     frame->payload.size, payload);
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

/* Before it has keys, and when it cannot make them, a server has only this. */
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

/* The frames that are there. Each stands at the start of `in` when it is taken. */
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
