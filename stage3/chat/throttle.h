/*
 * throttle: counts recent wrong passwords by where they came from.
 *
 * Model: a table of fixed size, in rows of four. The source (an IPv4 address, or an IPv6 /64
 * network, because a single user has all of one) selects the row; a new source replaces the oldest
 * of the row. An attacker with thousands of addresses can push sources out, and so can try more
 * often. That is why each room counts wrong passwords as well.
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
    THROTTLE_TIME = 60000,   /* milliseconds, within which these numbers are allowed: */
    THROTTLE_OF_ADDRESS = 5, /* wrong passwords from one source, */
    THROTTLE_OF_ROOM = 60    /* and for one room; any further password is not checked */
};

struct throttle_place {
    uint64_t key;
    int64_t since; /* milliseconds */
    uint32_t count;
};

struct throttle {
    struct throttle_place places[THROTTLE_ROWS][THROTTLE_IN_ROW];
};

/* May another password from this source be checked? */
bool throttle_allows(const struct throttle *throttle, uint64_t key, int64_t now);

/* Counts a wrong password from this source. */
void throttle_add(struct throttle *throttle, uint64_t key, int64_t now);

#endif
