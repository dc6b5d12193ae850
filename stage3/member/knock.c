#include "knock.h"

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

void knock_start(struct knock *knock, const struct request *request,
                 const unsigned char *demanded, random_source *random, void *random_context)
{
    memset(knock, 0, sizeof *knock);
    knock->only_key = !request;
    if (request) {
        knock->operation = request->operation;
        knock->request_size = request_encode(request, knock->request);
    }
    knock->demands = demanded != NULL;
    if (demanded) memcpy(knock->demanded, demanded, FINGERPRINT);
    knock->random = random;
    knock->random_context = random_context;
    knock->out_end = tcrp_encode(frame_of(TCRP_KEY, (struct text){NULL, 0}), knock->out);
    sha256_start(&knock->transcript);
    sha256_add(&knock->transcript, knock->out, knock->out_end);
}

void knock_end(struct knock *knock)
{
    wipe(knock, sizeof *knock);
}

void knock_sent(struct knock *knock, size_t size)
{
    knock->out_start += size;
}

/* --- the request --- */

/*
 * Everything that has gone over the connection goes into the keys, the RSA block too. `n` is the
 * server's fresh number. False: the modulus is none.
 */
static bool ask(struct knock *knock, const unsigned char *modulus, const unsigned char *n)
{
    unsigned char k[SEAL_KEY], seed[OAEP_SEED], t[SHA256_BYTES];
    char *header = knock->out + knock->out_end;
    char *block = header + TCRP_HEADER;
    size_t payload = RSA_BYTES + knock->request_size + SEAL_TAG;

    tcrp_encode(frame_of(knock->operation, (struct text){NULL, 0}), header);
    tcrp_set_payload_size(header, payload);
    knock->random(knock->random_context, k, sizeof k);
    knock->random(knock->random_context, seed, sizeof seed);
    bool good = oaep_encrypt(modulus, "", k, sizeof k, seed, (unsigned char *)block);
    if (good) {
        sha256_add(&knock->transcript, header, TCRP_HEADER + RSA_BYTES);
        sha256_end(&knock->transcript, t);
        seal_keys_make(&knock->keys, n, k, t);
        seal(knock->keys.request, 0, header, TCRP_HEADER, knock->request, knock->request_size,
             block + RSA_BYTES);
        knock->out_end += TCRP_HEADER + payload;
    }
    wipe(k, sizeof k);
    wipe(seed, sizeof seed);
    wipe(knock->request, sizeof knock->request);
    return good;
}

/* --- what comes --- */

static bool is_response(const struct tcrp_frame *frame, enum tcrp_operation operation,
                        enum tcrp_state state)
{
    return frame->operation == operation && frame->state == state && frame->room.size == 0;
}

static enum knock_progress take_key(struct knock *knock, const struct tcrp_frame *frame)
{
    const unsigned char *modulus = (const unsigned char *)frame->payload.bytes;

    if (!is_response(frame, TCRP_KEY, TCRP_RESPONSE) || frame->payload.size != KEY_PAYLOAD) {
        return KNOCK_MALFORMED;
    }
    sha256_add(&knock->transcript, knock->in, TCRP_HEADER + KEY_PAYLOAD);
    sha256(modulus, RSA_BYTES, knock->fingerprint);
    if (knock->demands && !constant_equal(knock->fingerprint, knock->demanded, FINGERPRINT)) {
        return KNOCK_KEY_CHANGED;
    }
    if (knock->only_key) return KNOCK_KEY_SEEN;
    knock->wants = KNOCK_WANTS_STATUS;
    return ask(knock, modulus, modulus + RSA_BYTES) ? KNOCK_ON : KNOCK_MALFORMED;
}

/* Opens a sealed payload in place, where it lies in `in`. */
static bool open_payload(struct knock *knock, const struct tcrp_frame *frame, uint64_t number)
{
    char *payload = knock->in + TCRP_HEADER;

    return unseal(knock->keys.answer, number, knock->in, TCRP_HEADER, payload,
                  frame->payload.size, payload);
}

static enum knock_progress take_status(struct knock *knock, const struct tcrp_frame *frame)
{
    if (!is_response(frame, knock->operation, TCRP_RESPONSE)) return KNOCK_MALFORMED;
    if (frame->payload.size != 1 + SEAL_TAG || !open_payload(knock, frame, 0)) {
        return KNOCK_MALFORMED;
    }
    knock->status = (unsigned char)knock->in[TCRP_HEADER];
    knock->wants = KNOCK_WANTS_ANSWER;
    return knock->status == TCRP_OK ? KNOCK_ON : KNOCK_ANSWERED;
}

static enum knock_progress take_answer(struct knock *knock, const struct tcrp_frame *frame)
{
    if (!is_response(frame, knock->operation, TCRP_COMPLETE)) return KNOCK_MALFORMED;
    if (!open_payload(knock, frame, 1)) return KNOCK_MALFORMED;
    knock->answer = (struct text){knock->in + TCRP_HEADER, frame->payload.size - SEAL_TAG};
    return KNOCK_ANSWERED;
}

/* Before it has keys, and when it cannot make them, a server has only this. */
static bool in_the_clear(struct knock *knock, const struct tcrp_frame *frame)
{
    if (frame->payload.size != 1 || frame->state != TCRP_RESPONSE) return false;
    knock->status = (unsigned char)frame->payload.bytes[0];
    return knock->wants != KNOCK_WANTS_ANSWER
        && (knock->status == TCRP_MALFORMED || knock->status == TCRP_BUSY);
}

static enum knock_progress take_frame(struct knock *knock, const struct tcrp_frame *frame)
{
    if (in_the_clear(knock, frame)) return KNOCK_UNAUTHENTICATED;
    switch (knock->wants) {
    case KNOCK_WANTS_KEY: return take_key(knock, frame);
    case KNOCK_WANTS_STATUS: return take_status(knock, frame);
    case KNOCK_WANTS_ANSWER: return take_answer(knock, frame);
    }
    return KNOCK_MALFORMED;
}

/* The frames that are there. Each stands at the start of `in` when it is taken. */
static void take_frames(struct knock *knock)
{
    struct tcrp_frame frame;
    size_t size;

    while (knock->progress == KNOCK_ON) {
        switch (tcrp_decode(knock->in, knock->in_end, &frame, &size)) {
        case TCRP_MORE: return;
        case TCRP_TOO_LONG: knock->progress = KNOCK_MALFORMED; return;
        case TCRP_FRAME: break;
        }
        knock->progress = take_frame(knock, &frame);
        if (knock->progress != KNOCK_ON) return; /* `answer` lies there */
        memmove(knock->in, knock->in + size, knock->in_end - size);
        knock->in_end -= size;
    }
}

enum knock_progress knock_take(struct knock *knock, const void *bytes, size_t size)
{
    const char *next = bytes;

    while (size > 0 && knock->progress == KNOCK_ON) {
        size_t piece = sizeof knock->in - knock->in_end;
        if (piece > size) piece = size;
        memcpy(knock->in + knock->in_end, next, piece);
        knock->in_end += piece;
        next += piece;
        size -= piece;
        take_frames(knock);
    }
    return knock->progress;
}
