/*
 * rejoin: how a client comes back into its room when the server knows its token no more.
 *
 * Model: if keepalives go unanswered, the token may be worth nothing: the client was silent for too
 * long, or its machine has another address now. Then it asks again for what it asked at the
 * beginning (the host creates again), while its loop goes on. The token that it has may still be
 * good: it is used until there is another one.
 *
 * Contract: `now` in milliseconds. Nothing here waits.
 */
#ifndef REJOIN_H
#define REJOIN_H

#include "arguments.h"
#include "ask.h"

enum {
    REJOIN_PAUSE = 5000, /* milliseconds between two tries */
    REJOIN_LOST = 90000  /* milliseconds of tries: by now a server has given us up, and us it. One
                           that has told of a longer silence gets longer (hello_ghost) */
};

struct rejoin {
    int64_t since; /* milliseconds: when it became clear that no answer comes */
    int64_t at;    /* milliseconds: when to try */
    bool asking;   /* a try is going on */
    int refused;   /* the status that the last one got, or TCRP_OK */
};

enum rejoin_news { REJOIN_NOTHING, REJOIN_DONE, REJOIN_REFUSED };

/* The server does not answer any more. `first`: it did, when it was asked the time before. */
void rejoin_begin(struct rejoin *rejoin, bool first, int64_t now);

/* Goes on with a try, or begins the next one. DONE: `ask` has a socket and a token that are new.
   REFUSED: with another status than the time before. */
enum rejoin_news rejoin_go_on(struct rejoin *rejoin, struct ask *ask,
                              const struct arguments *arguments, struct net_set *set, int64_t now);

/* A welcome has come: we were in all the time. */
void rejoin_cancel(struct rejoin *rejoin);

#endif
