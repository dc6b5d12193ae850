/*
 * conn: one TCP connection to the server, from its key request to its end.
 *
 * Model: a machine with states. Bytes that came go in, in any pieces; bytes to be sent come out,
 * as many at a time as the system takes. Nobody is waited for: while this connection waits, all
 * the others, and the chat, go on.
 *
 *     KEY --> SHOW --> REQUEST --> WORK --> (PENDING) --> ANSWER --> REST --> over
 *      |                 |          |
 *      +-----------------+----------+-- malformed: an answer in the clear, then REST
 *
 * KEY waits for the key request, which holds the client's modulus. In SHOW it is there, and waits
 * for its turn: the answer holds 32 new random bytes, s, sealed for that modulus, beside the
 * server's own modulus and N, 32 more; and the public operation of RSA takes a tenth of a
 * millisecond, which is not much, but anybody can ask for it. REQUEST waits for the sealed request.
 * In WORK it is there, and waits for its turn again: opening it takes the private operation, some
 * milliseconds, so the server does one at a time, when it suits the chat. In PENDING it is decided
 * who may come in (admission.h): at once, or later if several servers share their rooms. REST is
 * stage 2's: we say that we send no more, and read until the client has closed.
 *
 * Whatever is wrong with a sealed request, the answer is the same: a padding that is wrong goes on
 * with a random key, and then the seal does not open. An attacker who could tell the two apart
 * could find out, question by question, what somebody else has sealed (J. Manger, 2001).
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
    int64_t deadline;           /* milliseconds: then it is over */
    struct address from;
    uint64_t came, turn;        /* the queue's: see queue.h */
    struct sha256 transcript;   /* of all bytes of the exchange so far */
    unsigned char n[SEAL_KEY];  /* N */
    unsigned char s[SEAL_KEY];  /* a secret; in REQUEST and WORK alone */
    char in[CONN_IN];
    size_t used;                /* bytes of `in` */
    char *out;                  /* owned, CONN_OUT bytes */
    size_t put;                 /* bytes of `out` */
    size_t sent;                /* bytes of `out` that are on their way */
    struct pending *pending;    /* PENDING: to be ended by us */
    bool ended;                 /* the other side sends no more: there is nothing to read */
};

/* False: no memory for the buffer. */
bool conn_open(struct conn *conn, const struct address *from, int64_t now);

/* Frees what it owns. */
void conn_close(struct conn *conn);

/* May something be read from it? Not in SHOW, as nothing can sensibly come before the answer; nor
   behind the end. */
bool conn_reads(const struct conn *conn);

/* How many bytes may be handed to conn_take now: at least 1. Where conn_reads. */
size_t conn_space(const struct conn *conn);

/* These bytes have come. `busy`: too many wait for their turn already. */
void conn_take(struct conn *conn, const char *bytes, size_t size, struct chat *chat, bool busy,
               int64_t now);

/* In SHOW: its turn. This takes a tenth of a millisecond. `busy` as in conn_take, for what may have
   come behind the key request already. */
void conn_show(struct conn *conn, const struct rsa_key *key, struct chat *chat, bool busy,
               int64_t now);

/* In WORK: its turn. This takes some milliseconds. */
void conn_work(struct conn *conn, const struct rsa_key *key, struct chat *chat, int64_t now);

/* In PENDING: goes on if it is done. */
void conn_go_on(struct conn *conn, int64_t now);

/* The other side sends no more. */
void conn_take_end(struct conn *conn);

/* What waits to be sent; empty if nothing does. */
struct text conn_give(const struct conn *conn);

/* So many bytes of it were sent. */
void conn_gave(struct conn *conn, size_t size, int64_t now);

#endif
