/*
 * conn: one TCP connection to the server, from its key request to its end.
 *
 * Model: a state machine. Received bytes go in, in any pieces; bytes to send come out, as many at a
 * time as the system takes. Nothing blocks: while this connection waits, all the others, and the
 * chat, go on.
 *
 *     KEY --> SHOW --> REQUEST --> WORK --> (PENDING) --> ANSWER --> REST --> over
 *      |                 |          |
 *      +-----------------+----------+-- malformed: an answer in the clear, then REST
 *
 * KEY waits for the key request, which holds the client's modulus. In SHOW the key request is there
 * and waits for its turn: the answer holds 32 new random bytes, s, sealed for that modulus, the
 * server's own modulus, and 32 more random bytes, N. The public operation of RSA takes a tenth of a
 * millisecond; that is short, but anybody can ask for it. REQUEST waits for the sealed request. In
 * WORK the sealed request is there and waits for its turn: opening it takes the private operation,
 * some milliseconds, so the server does one at a time, when the chat allows it. In PENDING the
 * admission is being decided (admission.h): at once, or later if several servers share their rooms.
 * REST is stage 2's: the server shuts down its sending side, and reads until the client has closed.
 *
 * The answer is the same whatever is wrong with a sealed request: after a wrong padding the server
 * goes on with a random key, and then the seal does not open. An attacker who could tell the two
 * apart could recover, request by request, what another client has sealed (J. Manger, 2001).
 *
 * Contract: no sockets, no clock.
 */
#ifndef CONN_H
#define CONN_H

#include "admission.h"
#include "chat/chat.h"
#include "crypto/rsa.h"
#include "crypto/sha256.h"
#include "wire/block.h"

enum {
    CONN_REQUEST_TIME = 10000, /* milliseconds from the start to the end of the request */
    CONN_ANSWER_TIME = 10000,  /* milliseconds for the client to take the answer */
    CONN_REST_TIME = 2000,     /* milliseconds from the end of the answer to the end */
    CONN_SEALED_LIMIT = 2048,  /* bytes of a request's payload */
    CONN_IN = TCRP_HEADER + CONN_SEALED_LIMIT,
    CONN_OUT = 2 * TCRP_HEADER + 1 + SEAL_TAG + TCRP_PAYLOAD_LIMIT
};

enum conn_state {
    CONN_KEY, CONN_SHOW, CONN_REQUEST, CONN_WORK, CONN_PENDING, CONN_ANSWER, CONN_REST, CONN_OVER
};

struct conn {
    enum conn_state state;
    int64_t deadline;           /* milliseconds: when it ends */
    struct address from;
    uint64_t came, turn;        /* used by queue.h */
    struct sha256 transcript;   /* of all bytes of the exchange so far */
    unsigned char n[SEAL_KEY];  /* N */
    unsigned char s[SEAL_KEY];  /* a secret; only in REQUEST and WORK */
    char in[CONN_IN];
    size_t used;                /* bytes of `in` */
    char *out;                  /* owned, CONN_OUT bytes */
    size_t put;                 /* bytes of `out` */
    size_t sent;                /* bytes of `out` that have been sent */
    struct pending *pending;    /* in PENDING: this connection must end it */
    bool ended;                 /* the other side sends no more */
};

/* False: no memory for the buffer. */
bool conn_open(struct conn *conn, const struct address *from, int64_t now);

/* Frees what it owns. */
void conn_close(struct conn *conn);

/* May bytes be read from it? Not in SHOW, as a client has nothing to send before the answer; nor
   after the end of the input. */
bool conn_reads(const struct conn *conn);

/* How many bytes conn_take accepts now: at least 1. Only if conn_reads. */
size_t conn_space(const struct conn *conn);

/* These bytes have come. `busy`: too many connections wait for their turn already. */
void conn_take(struct conn *conn, const char *bytes, size_t size, struct chat *chat, bool busy,
               int64_t now);

/* In SHOW: its turn. This takes a tenth of a millisecond. `busy` as in conn_take, for bytes that
   may have come after the key request already. */
void conn_show(struct conn *conn, const struct rsa_key *key, struct chat *chat, bool busy,
               int64_t now);

/* In WORK: its turn. This takes some milliseconds. */
void conn_work(struct conn *conn, const struct rsa_key *key, struct chat *chat, int64_t now);

/* In PENDING: goes on if the admission is decided. */
void conn_go_on(struct conn *conn, int64_t now);

/* The other side sends no more. */
void conn_take_end(struct conn *conn);

/* The bytes that wait to be sent; empty if there are none. */
struct text conn_give(const struct conn *conn);

/* `size` bytes of that were sent. */
void conn_gave(struct conn *conn, size_t size, int64_t now);

#endif
