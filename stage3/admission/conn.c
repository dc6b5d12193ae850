#include "conn.h"

#include <stdlib.h>
#include <string.h>

#include "admission.h"
#include "crypto/constant.h"

bool conn_open(struct conn *conn, const struct address *from, int64_t now)
{
    memset(conn, 0, sizeof *conn);
    conn->deadline = now + CONN_REQUEST_TIME;
    conn->from = *from;
    conn->out = malloc(CONN_OUT);
    sha256_start(&conn->transcript);
    return conn->out != NULL;
}

void conn_close(struct conn *conn)
{
    if (conn->pending) admission_end(conn->pending);
    free(conn->out);
    wipe(conn, sizeof *conn);
    conn->state = CONN_OVER;
}

bool conn_reads(const struct conn *conn)
{
    return !conn->ended && conn->state != CONN_SHOW;
}

size_t conn_space(const struct conn *conn)
{
    bool takes = conn->state == CONN_KEY || conn->state == CONN_REQUEST;
    return takes ? CONN_IN - conn->used : CONN_IN; /* else the bytes are discarded */
}

/* --- output --- */

static void put_frame(struct conn *conn, uint8_t operation, enum tcrp_state state,
                      const void *payload, size_t size)
{
    struct tcrp_frame frame = {operation, (uint8_t)state, {NULL, 0}, {payload, size}};

    conn->put += tcrp_encode(frame, conn->out + conn->put);
}

/* Puts a frame with a sealed payload; its header is the associated data. The text must already be
   in its place in `out`. */
static void put_sealed(struct conn *conn, uint8_t operation, enum tcrp_state state,
                       const unsigned char *key, uint64_t number, size_t size)
{
    struct tcrp_frame frame = {operation, (uint8_t)state, {NULL, 0}, {NULL, 0}};
    char *header = conn->out + conn->put;

    tcrp_encode(frame, header);
    tcrp_set_payload_size(header, size + SEAL_TAG);
    seal(key, number, (struct span){header, TCRP_HEADER}, (struct span){header + TCRP_HEADER, size},
         header + TCRP_HEADER);
    conn->put += TCRP_HEADER + size + SEAL_TAG;
}

static void end_with_answer(struct conn *conn, int64_t now)
{
    conn->state = CONN_ANSWER;
    conn->deadline = now + CONN_ANSWER_TIME;
    wipe(conn->s, sizeof conn->s); /* of a request that was refused: nothing needs it any more */
}

/* Without keys: one byte in the clear, after the key response if that has not been sent yet. */
static void refuse(struct conn *conn, uint8_t operation, enum tcrp_status status,
                   struct chat *chat, int64_t now)
{
    unsigned char byte = (unsigned char)status;

    chat->counts.requests++;
    chat->counts.refused++;
    put_frame(conn, operation, TCRP_RESPONSE, &byte, 1);
    end_with_answer(conn, now);
}

/* --- the key request --- */

static bool is_key_request(const struct tcrp_frame *frame)
{
    return frame->operation == TCRP_KEY && frame->state == TCRP_REQUEST && frame->room.size == 0
        && frame->payload.size == BLOCK_KEY_REQUEST;
}

static bool is_sealed_request(const struct tcrp_frame *frame)
{
    return frame->operation >= TCRP_CREATE && frame->operation <= TCRP_LIST
        && frame->state == TCRP_REQUEST && frame->room.size == 0
        && frame->payload.size >= RSA_BYTES + SEAL_TAG && frame->payload.size <= CONN_SEALED_LIMIT;
}

/* Goes on if the bytes for which the state waits are there. */
static void go_on(struct conn *conn, struct chat *chat, bool busy, int64_t now)
{
    struct tcrp_frame frame;
    size_t size;
    enum tcrp_progress progress = tcrp_decode(conn->in, conn->used, &frame, &size);

    if (size == 0) return;
    bool possible = conn->state == CONN_KEY ? is_key_request(&frame) : is_sealed_request(&frame);
    if (possible && progress != TCRP_FRAME) return;
    const unsigned char *block = (const unsigned char *)frame.payload.bytes;
    if (!possible || (conn->state == CONN_KEY && !block_modulus(block))) {
        refuse(conn, frame.operation, TCRP_MALFORMED, chat, now);
    } else if (conn->state == CONN_KEY) {
        conn->state = CONN_SHOW;
    } else {
        conn->used = size; /* the protocol has no bytes after it */
        conn->state = CONN_WORK;
        if (busy) refuse(conn, frame.operation, TCRP_BUSY, chat, now);
    }
}

void conn_take(struct conn *conn, const char *bytes, size_t size, struct chat *chat, bool busy,
               int64_t now)
{
    if (conn->state != CONN_KEY && conn->state != CONN_REQUEST) return;
    memcpy(conn->in + conn->used, bytes, size);
    conn->used += size;
    go_on(conn, chat, busy, now);
}

/* Each connection gets new random bytes. */
void conn_show(struct conn *conn, const struct rsa_key *key, struct chat *chat, bool busy,
               int64_t now)
{
    const unsigned char *modulus = (unsigned char *)conn->in + TCRP_HEADER;
    unsigned char payload[BLOCK_KEY_RESPONSE];
    size_t size = TCRP_HEADER + BLOCK_KEY_REQUEST;

    chat->random(chat->random_context, conn->n, sizeof conn->n);
    chat->random(chat->random_context, conn->s, sizeof conn->s);
    rsa_modulus(key, payload);
    memcpy(payload + RSA_BYTES, conn->n, SEAL_KEY);
    block_seal(modulus, BLOCK_TO_CLIENT, conn->s, chat->random, chat->random_context,
               payload + RSA_BYTES + SEAL_KEY);
    put_frame(conn, TCRP_KEY, TCRP_RESPONSE, payload, sizeof payload);
    sha256_add(&conn->transcript, conn->in, size);
    sha256_add(&conn->transcript, conn->out, conn->put);
    conn->used -= size;
    memmove(conn->in, conn->in + size, conn->used);
    conn->state = CONN_REQUEST;
    go_on(conn, chat, busy, now);
}

/* --- the sealed request --- */

static void make_keys(struct conn *conn, const struct rsa_key *key, struct chat *chat,
                      struct seal_keys *keys)
{
    const unsigned char *block = (unsigned char *)conn->in + TCRP_HEADER;
    unsigned char k[SEAL_KEY], t[SEAL_KEY];

    sha256_add(&conn->transcript, conn->in, TCRP_HEADER + RSA_BYTES);
    sha256_end(&conn->transcript, t);
    block_open(key, BLOCK_TO_SERVER, block, chat->random, chat->random_context, k);
    seal_keys_make(keys, conn->n, k, conn->s, t);
    wipe(k, sizeof k);
    wipe(conn->s, sizeof conn->s);
}

/* `text`: sent after TCRP_OK, and after no other status. */
static void answer(struct conn *conn, uint8_t operation, const struct seal_keys *keys,
                   enum tcrp_status status, struct text text, int64_t now)
{
    conn->out[conn->put + TCRP_HEADER] = (char)status;
    put_sealed(conn, operation, TCRP_RESPONSE, keys->answer, 0, 1);
    if (status == TCRP_OK) {
        if (text.size > 0) memcpy(conn->out + conn->put + TCRP_HEADER, text.bytes, text.size);
        put_sealed(conn, operation, TCRP_COMPLETE, keys->answer, 1, text.size);
    }
    end_with_answer(conn, now);
}

void conn_go_on(struct conn *conn, int64_t now)
{
    struct pending *pending = conn->pending;

    if (conn->state != CONN_PENDING || !pending->done) return;
    answer(conn, (uint8_t)pending->request.operation, &pending->keys, pending->status,
           pending->answer, now);
    conn->pending = NULL;
    admission_end(pending);
}

static void serve(struct conn *conn, const struct seal_keys *keys, struct text bytes,
                  struct chat *chat, int64_t now)
{
    uint8_t operation = (uint8_t)conn->in[1];
    enum tcrp_status status = TCRP_MALFORMED;
    struct request request;

    chat->counts.requests++;
    if (request_decode((enum tcrp_operation)operation, bytes, &request)) {
        conn->pending = admission_begin(chat, &request, &conn->from, keys, now);
        status = TCRP_BUSY;
    }
    if (conn->pending) {
        conn->state = CONN_PENDING;
        conn->deadline = now + CONN_ANSWER_TIME;
        conn_go_on(conn, now);
        return;
    }
    chat->counts.refused++;
    answer(conn, operation, keys, status, (struct text){NULL, 0}, now);
}

void conn_work(struct conn *conn, const struct rsa_key *key, struct chat *chat, int64_t now)
{
    char *sealed = conn->in + TCRP_HEADER + RSA_BYTES;
    size_t size = conn->used - TCRP_HEADER - RSA_BYTES;
    struct seal_keys keys;

    make_keys(conn, key, chat, &keys);
    /* `out` is reused. Only a client that has the whole key response can make a request that opens
       here. If a rest of the response is still unsent, the client sent its request too early: the
       request is refused, and the rest is dropped. */
    conn->put = conn->sent = 0;
    if (seal_open(keys.request, 0, (struct span){conn->in, TCRP_HEADER},
                  (struct span){sealed, size}, sealed)) {
        serve(conn, &keys, (struct text){sealed, size - SEAL_TAG}, chat, now);
    } else {
        refuse(conn, (uint8_t)conn->in[1], TCRP_MALFORMED, chat, now);
    }
    wipe(&keys, sizeof keys);
    wipe(conn->in, sizeof conn->in);
}

void conn_take_end(struct conn *conn)
{
    conn->ended = true; /* a client that half-closes after its request still gets its answer */
    bool answers = conn->state == CONN_ANSWER || conn->state == CONN_WORK
        || conn->state == CONN_PENDING;
    if (!answers) conn->state = CONN_OVER;
}

struct text conn_give(const struct conn *conn)
{
    return (struct text){conn->out + conn->sent, conn->put - conn->sent};
}

void conn_gave(struct conn *conn, size_t size, int64_t now)
{
    conn->sent += size;
    if (conn->sent < conn->put || conn->state != CONN_ANSWER) return;
    conn->state = conn->ended ? CONN_OVER : CONN_REST;
    conn->deadline = now + CONN_REST_TIME;
}
