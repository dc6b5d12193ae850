/*
 * throttle: how many wrong passwords came from where, lately.
 *
 * Model: a table of fixed size, in rows of four. Where something came from (an IPv4 address, or an
 * IPv6 network of 64 bits, since a single user has all of one) decides the row; a newcomer takes
 * the place of the oldest there. Somebody with thousands of addresses can make it forget others,
 * and so can try more often: that is why each room counts as well.
 *
 * Contract: no clock; `now` in milliseconds. `key` is a keyed hash, so nobody can choose a row.
 */
#ifndef THROTTLE_H
#define THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    THROTTLE_ROWS = 1024,
    THROTTLE_IN_ROW = 4,
    THROTTLE_TIME = 60000,   /* milliseconds: within them */
    THROTTLE_OF_ADDRESS = 5, /* wrong passwords from one place, */
    THROTTLE_OF_ROOM = 60    /* and for one room; after that none is looked at */
};

struct throttle_place {
    uint64_t key;
    int64_t since; /* milliseconds */
    uint32_t count;
};

struct throttle {
    struct throttle_place places[THROTTLE_ROWS][THROTTLE_IN_ROW];
};

/* May another password come from there? */
bool throttle_allows(const struct throttle *throttle, uint64_t key, int64_t now);

/* One that was wrong came from there. */
void throttle_add(struct throttle *throttle, uint64_t key, int64_t now);

#endif
