/* The contract is in conn.h. The buffer holds the request, and then the answer over it. */
#include "conn.h"

#include <stdlib.h>
#include <string.h>

#include "admission.h"

bool conn_open(struct conn *conn, const struct address *from, int64_t now)
{
    *conn = (struct conn){.state = CONN_REQUEST,
                          .deadline = now + CONN_REQUEST_TIME,
                          .from = *from,
                          .buffer = malloc(CONN_BUFFER)};
    return conn->buffer != NULL;
}

void conn_close(struct conn *conn)
{
    free(conn->buffer);
    conn->buffer = NULL;
    conn->state = CONN_OVER;
}

size_t conn_space(const struct conn *conn)
{
    /* In CONN_REQUEST there is space: the largest request is smaller than the buffer. */
    return conn->state == CONN_REQUEST ? CONN_BUFFER - conn->used : CONN_BUFFER;
}

/* --- after the request --- */

/* Exactly two bytes are the port. More than two are something else: for example, a second request,
   whose first two bytes must not be taken for a port. */
static void take_rest(struct conn *conn, const char *bytes, size_t size, struct chat *chat)
{
    for (size_t i = 0; i < size && conn->rest + i < sizeof conn->port; i++) {
        conn->port[conn->rest + i] = (unsigned char)bytes[i];
    }
    conn->rest += size;
    if (conn->admitted && conn->rest == sizeof conn->port) {
        admission_port(chat, &conn->token, (uint16_t)(conn->port[0] << 8 | conn->port[1]));
    }
}

/* --- the answer --- */

static void put_frame(struct conn *conn, struct tcrp_frame frame, enum tcrp_state state,
                      struct text payload)
{
    frame.state = (uint8_t)state;
    frame.payload = payload;
    conn->used += tcrp_encode(frame, conn->buffer + conn->used);
}

/* Writes the list straight into the payload's place in the frame. */
static void put_list(struct conn *conn, struct tcrp_frame frame, const struct chat *chat)
{
    char *payload = conn->buffer + conn->used + TCRP_HEADER;
    struct text list = {NULL, admission_list(chat, payload)};

    frame.state = TCRP_COMPLETE;
    frame.payload = (struct text){NULL, 0};
    tcrp_encode(frame, conn->buffer + conn->used);
    tcrp_set_payload_size(conn->buffer + conn->used, list.size);
    conn->used += TCRP_HEADER + list.size;
}

/* Writes the answer over the request, and keeps only its header and room. */
static void answer(struct conn *conn, struct tcrp_frame frame, enum tcrp_status status,
                   const struct chat *chat)
{
    char room[NAME_LIMIT], digits[TOKEN_DIGITS], byte = (char)status;

    if (frame.room.size > 0) memcpy(room, frame.room.bytes, frame.room.size);
    frame.room.bytes = room;
    conn->used = 0;
    conn->state = CONN_ANSWER;
    put_frame(conn, frame, TCRP_RESPONSE, (struct text){&byte, 1});
    if (status != TCRP_OK) return;
    if (frame.operation == TCRP_LIST) {
        put_list(conn, frame, chat);
    } else {
        token_print(&conn->token, digits);
        put_frame(conn, frame, TCRP_COMPLETE, (struct text){digits, sizeof digits});
    }
}

/* --- the request --- */

static enum tcrp_status serve(struct conn *conn, const struct tcrp_frame *frame,
                              const struct token *token, struct chat *chat, int64_t now)
{
    struct request request;
    enum tcrp_status status = request_decode(frame, &request);

    if (status != TCRP_OK || request.operation == TCRP_LIST) return status;
    status = admission_request(chat, &request, &conn->from, token, now);
    conn->token = *token;
    conn->admitted = status == TCRP_OK;
    return status;
}

static void take_request(struct conn *conn, const struct token *token, struct chat *chat,
                         int64_t now)
{
    struct tcrp_frame frame;
    size_t size;
    enum tcrp_progress progress = tcrp_decode(conn->buffer, conn->used, &frame, &size);

    if (size == 0) return;
    if (progress == TCRP_TOO_LONG || !request_possible(&frame)) {
        /* A header that cannot begin a request is answered at once; if the room's name has not come
           yet, the answer goes without it. */
        if (conn->used < TCRP_HEADER + frame.room.size) frame.room.size = 0;
        chat->counts.requests++;
        chat->counts.refused++;
        answer(conn, frame, TCRP_MALFORMED, chat);
    } else if (progress == TCRP_FRAME) {
        char rest[sizeof conn->port + 1];
        size_t rest_size = conn->used - size;
        if (rest_size > sizeof rest) rest_size = sizeof rest; /* more than a port is enough */
        memcpy(rest, conn->buffer + size, rest_size);
        chat->counts.requests++;
        enum tcrp_status status = serve(conn, &frame, token, chat, now);
        answer(conn, frame, status, chat);
        take_rest(conn, rest, rest_size, chat);
    }
}

void conn_take(struct conn *conn, const char *bytes, size_t size, const struct token *token,
               struct chat *chat, int64_t now)
{
    if (conn->state != CONN_REQUEST) {
        take_rest(conn, bytes, size, chat);
        return;
    }
    memcpy(conn->buffer + conn->used, bytes, size);
    conn->used += size;
    take_request(conn, token, chat, now);
    if (conn->state == CONN_ANSWER) conn->deadline = now + CONN_ANSWER_TIME;
}

void conn_take_end(struct conn *conn)
{
    conn->ended = true; /* a client that half-closes after its request still gets its answer */
    if (conn->state != CONN_ANSWER) conn->state = CONN_OVER;
}

struct text conn_give(const struct conn *conn)
{
    if (conn->state != CONN_ANSWER) return (struct text){NULL, 0};
    return (struct text){conn->buffer + conn->sent, conn->used - conn->sent};
}

void conn_gave(struct conn *conn, size_t size, int64_t now)
{
    conn->sent += size;
    if (conn->sent < conn->used) return;
    conn->state = conn->ended ? CONN_OVER : CONN_REST;
    conn->deadline = now + CONN_REST_TIME;
}
