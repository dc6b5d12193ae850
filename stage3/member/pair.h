/*
 * pair: the RSA pair for the next exchange with a server, made before it is needed.
 *
 * Model: a server encrypts its part for a key pair of ours that serves one exchange and is wiped
 * then, so that nobody can open a recording of it later. A permanent pair would do more harm than
 * good: it would identify a user in the clear, in every room and network, and a thief could open
 * all exchanges with it.
 *
 * To make a pair takes a tenth of a second or more. So it is made in slices of 10 milliseconds,
 * beside whatever else the loop does:
 *
 *     due = pair_due(&pair)       in front of the wait: 0 if there is something to do, now
 *     pair_work(&pair)            behind it: at most one slice
 *
 * A program has one of these; each exchange takes the pair that is ready. The first one is made
 * from pair_open on, each further one when it is wanted.
 *
 * Only for tests: the environment variable CHAT_TEST_PAIR names a file with a pair that is public.
 * Each exchange then uses this pair, which costs nothing and protects nothing.
 */
#ifndef PAIR_H
#define PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/rsa.h"

struct pair {
    bool wanted;                /* a pair is being made */
    bool ready;                 /* `key` is there */
    bool given;                 /* by a test, and never wiped */
    struct rsa_key key;
    struct rsa_making making;   /* while it is wanted */
};

void pair_open(struct pair *pair);
void pair_close(struct pair *pair);

/* An exchange is likely: begins to make its pair. */
void pair_want(struct pair *pair);

/* Moves the ready pair to `key`. False: none is ready; one is wanted from now on. */
bool pair_take(struct pair *pair, struct rsa_key *key);

int64_t pair_due(const struct pair *pair);
void pair_work(struct pair *pair);

#endif
