/*
 * conn: one TCP connection to the server, from its request to its end.
 *
 * Model: a state machine. Received bytes go in, in any pieces; bytes to send come out, as many at a
 * time as the system takes. Nothing blocks: while this connection waits, all the others, and the
 * chat, go on.
 *
 *     REQUEST --(whole, or wrong)--> ANSWER --(all sent)--> REST --(end of file)--> over
 *        |                             |                      |
 *        +-- 10 s, end of file --------+-- 10 s --------------+-- 2 s -------------> over
 *
 * REST has two reasons. The client may still send its UDP port. And if the server closes a
 * connection with unread bytes, the system sends a reset, which can overtake the answer and destroy
 * it; so the server shuts down its sending side, and reads until the client has closed.
 *
 * A shortcut: the server trusts the port that comes here, though only the IP address is proved. The
 * end of chapter 2 tells what a neighbour with the same address can do with that.
 *
 * Contract: no sockets, no clock.
 */
#ifndef CONN_H
#define CONN_H

#include "chat/chat.h"
#include "wire/tcrp.h"

enum {
    CONN_REQUEST_TIME = 10000, /* milliseconds from the start to the end of the request */
    CONN_ANSWER_TIME = 10000,  /* milliseconds for the client to take the answer */
    CONN_REST_TIME = 2000,     /* milliseconds from the end of the answer to the end */
    CONN_BUFFER = 2 * (TCRP_HEADER + NAME_LIMIT) + 1 + TCRP_PAYLOAD_LIMIT /* bytes: an answer */
};

enum conn_state { CONN_REQUEST, CONN_ANSWER, CONN_REST, CONN_OVER };

struct conn {
    enum conn_state state;
    int64_t deadline;      /* milliseconds: when it ends */
    struct address from;

    char *buffer;          /* owned, CONN_BUFFER bytes: first the request, then the answer */
    size_t used;           /* bytes of it */
    size_t sent;           /* bytes of the answer that have been sent */

    struct token token;    /* in the answer, if `admitted` */
    bool admitted;
    unsigned char port[2]; /* the first bytes after the request */
    size_t rest;           /* bytes that came after the request */
    bool ended;            /* the other side sends no more */
};

/* False: no memory for the buffer. */
bool conn_open(struct conn *conn, const struct address *from, int64_t now);

/* Frees what it owns. */
void conn_close(struct conn *conn);

/* How many bytes conn_take accepts now: at least 1. */
size_t conn_space(const struct conn *conn);

/* These bytes have come. `token` must be new and random, in case they complete a request. */
void conn_take(struct conn *conn, const char *bytes, size_t size, const struct token *token,
               struct chat *chat, int64_t now);

/* The other side sends no more. */
void conn_take_end(struct conn *conn);

/* The bytes that wait to be sent; empty if there are none. */
struct text conn_give(const struct conn *conn);

/* `size` bytes of that were sent. */
void conn_gave(struct conn *conn, size_t size, int64_t now);

#endif
