/*
 * pair: the RSA pair for the next exchange with a server, made before it is needed.
 *
 * Model: what a server sends back is sealed for a key pair of ours that serves one exchange and is
 * wiped, so that nobody can open a recording of it later. One that was kept would do more harm than
 * good: it would be a mark in the clear by which a person is known again in every room and network,
 * and a key that opens all exchanges when it is stolen.
 *
 * To make one takes a tenth of a second or more. So it is made in slices of 10 milliseconds, beside
 * whatever else the loop does:
 *
 *     due = pair_due(&pair)       in front of the wait: 0 if there is something to do, now
 *     pair_work(&pair)            behind it: at most one slice
 *
 * A program has one of these; who begins an exchange takes the pair that is ready. The first is
 * made from pair_open on, the next when somebody wants it.
 *
 * For tests alone: the environment variable CHAT_TEST_PAIR names a file with a pair that is known
 * to everybody. Each exchange is under this one then, which costs nothing and protects nothing.
 */
#ifndef PAIR_H
#define PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/rsa.h"

struct pair {
    bool wanted;                /* one is being made */
    bool ready;                 /* `key` is there */
    bool given;                 /* by a test, and never wiped */
    struct rsa_key key;
    struct rsa_making making;   /* while it is wanted */
};

void pair_open(struct pair *pair);
void pair_close(struct pair *pair);

/* The next exchange is likely: make its pair. */
void pair_want(struct pair *pair);

/* Moves the pair that is ready to `key`. False: none is, and one is wanted now. */
bool pair_take(struct pair *pair, struct rsa_key *key);

int64_t pair_due(const struct pair *pair);
void pair_work(struct pair *pair);

#endif
