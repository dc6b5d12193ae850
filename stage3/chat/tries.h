/*
 * tries: how many wrong passwords came from where, lately.
 *
 * Model: a table of fixed size, in rows of four. Where something came from (an IPv4 address, or an
 * IPv6 network of 64 bits, since a single user has all of one) decides the row; a newcomer takes
 * the place of the oldest there. Somebody with thousands of addresses can make it forget others,
 * and so can try more often: that is why each room counts as well.
 *
 * Contract: no clock; `now` in milliseconds. `key` is a keyed hash, so nobody can choose a row.
 */
#ifndef TRIES_H
#define TRIES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TRIES_ROWS = 1024,
    TRIES_IN_ROW = 4,
    TRIES_TIME = 60000,   /* milliseconds: within them */
    TRIES_OF_ADDRESS = 5, /* wrong passwords from one place, */
    TRIES_OF_ROOM = 60    /* and for one room; after that none is looked at */
};

struct tries_place {
    uint64_t key;
    int64_t since; /* milliseconds */
    uint32_t count;
};

struct tries {
    struct tries_place places[TRIES_ROWS][TRIES_IN_ROW];
};

/* May another password come from there? */
bool tries_left(const struct tries *tries, uint64_t key, int64_t now);

/* One that was wrong came from there. */
void tries_add(struct tries *tries, uint64_t key, int64_t now);

#endif
