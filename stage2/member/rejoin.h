/*
 * rejoin: how a client comes back into its room when its token may no longer be valid.
 *
 * Model: if keepalives go unanswered, the token may be invalid: the client was silent for too long,
 * or its machine has another address now. Then the client repeats its first request (the host
 * creates again), while its loop goes on. The old token may still be valid, so the client uses it
 * until there is a new one.
 *
 * Contract: `now` in milliseconds. Nothing here waits.
 */
#ifndef REJOIN_H
#define REJOIN_H

#include "arguments.h"
#include "ask.h"

enum {
    REJOIN_PAUSE = 5000, /* milliseconds between two tries */
    REJOIN_LOST = 90000  /* milliseconds of tries: by then a server has dropped us. Longer if the
                           server has told of a longer silence (hello_ghost) */
};

struct rejoin {
    int64_t since; /* milliseconds: when answers stopped */
    int64_t at;    /* milliseconds: when to try next */
    bool asking;   /* a try is under way */
    int refused;   /* the status of the last try, or TCRP_OK */
};

enum rejoin_news { REJOIN_NOTHING, REJOIN_DONE, REJOIN_REFUSED };

/* The server no longer answers. `first`: it did answer under the present token. */
void rejoin_begin(struct rejoin *rejoin, bool first, int64_t now);

/* Goes on with a try, or begins the next one. REJOIN_DONE: `ask` has a new socket and a new token.
   REJOIN_REFUSED: the server refused, with another status than the time before. */
enum rejoin_news rejoin_go_on(struct rejoin *rejoin, struct ask *ask,
                              const struct arguments *arguments, struct net_set *set, int64_t now);

/* A welcome has come: the old token is still valid. */
void rejoin_cancel(struct rejoin *rejoin);

#endif
