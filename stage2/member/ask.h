/*
 * ask: the client's side of a TCRP exchange: one connection, one request, one answer.
 *
 * Model: a state machine that never blocks. It is begun, and goes on whenever its descriptor is
 * ready, until there is an answer. A program that has nothing else to do meanwhile calls ask(),
 * which does all of that and waits.
 *
 * Contract: one exchange at a time. It takes ASK_TIMEOUT at most, after the connection is made; so
 * does the look-up of the host's name (see resolver.h) before it.
 * The texts of a request must stay until its answer.
 */
#ifndef ASK_H
#define ASK_H

#include <signal.h>
#include <stdbool.h>

#include "answer.h"
#include "base/address.h"
#include "net/net.h"
#include "wire/protocol.h"
#include "wire/tcrp.h"

enum {
    ASK_TIMEOUT = 10000, /* milliseconds, after the connection is made */
    ASK_COMPLAINT = 512  /* bytes */
};

/* In place of a status. */
enum { ASK_FAILED = -1, ASK_WAITS = -2 };

struct ask {
    const char *host; /* as the user gave it */
    uint16_t port;
    long udp_port;    /* -1: the same as TCP */
    const sigset_t *signals;

    int udp;          /* answered: a socket that talks to the server, from the same machine */
    char token[ANSWER_TOKEN]; /* as it came */
    size_t token_size;
    bool other;       /* the answer was not in our server's form, or wanted JSON */
    bool json;        /* the user's name goes as JSON, as it once had to */
    struct address server; /* the address, of the host's, that answered */
    char list[TCRP_PAYLOAD_LIMIT];
    size_t list_size;
    bool found;       /* after a failure: was there such a host? */
    const char *why;  /* after a failure: the reason, in words */
};

/*
 * Creates or joins a room, or fetches the list. Returns the server's status, or ASK_FAILED: there
 * was no answer, or a signal came, and `why` says what was wrong. After TCRP_OK `udp` and `token`,
 * or `list`, are set. A request that may have been refused for its form is made once more in JSON:
 * servers that somebody else wrote may want that.
 */
int ask(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user);

/*
 * The same without waiting, to the server that answered before: begin, then watch the descriptor,
 * and go on after each wait until the result is not ASK_WAITS. `udp` and `token` change only if it
 * is TCRP_OK.
 */
void ask_begin(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user);
void ask_watch(struct net_set *set);
int ask_go_on(struct ask *ask, struct net_set *set);

/* Aborts the exchange, if there is one. */
void ask_cancel(void);

/* What to tell the user after ASK_FAILED. Returns `out`. */
const char *ask_complaint(const struct ask *ask, char out[ASK_COMPLAINT]);

/*
 * Sends a datagram to the room, with the token. Returns 0 or the value of errno. `*refused` becomes
 * true if the system reports that nobody listened there when an earlier one came.
 */
int ask_send(const struct ask *ask, struct text room, struct text text, bool *refused);

#endif
