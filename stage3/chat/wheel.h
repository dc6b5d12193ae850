/*
 * wheel: thousands of timers, each set and cleared in a few steps.
 *
 * Model: time is divided into ticks, and the coming ticks are the slots of a wheel. A timer is in
 * the chain of the slot in which it expires; as time passes, slot after slot is emptied. A chain
 * has no order, so nothing is ever sorted. A timer expires up to a tick too late, which is good
 * enough for retransmitting.
 *
 * Source: G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels", 1987, scheme 4.
 *
 * Contract: timers are numbers below the limit, one each. Time is in milliseconds.
 */
#ifndef WHEEL_H
#define WHEEL_H

#include <stdbool.h>
#include <stdint.h>

#define WHEEL_NONE UINT32_MAX

enum {
    WHEEL_TICK = 32,   /* milliseconds */
    WHEEL_SLOTS = 256  /* a timer can be set up to 8 seconds ahead */
};

struct wheel_timer {
    uint32_t next, previous; /* in its slot's chain */
    uint32_t slot;           /* plus 1; 0: not set */
};

struct wheel {
    struct wheel_timer *timers; /* owned */
    uint32_t first[WHEEL_SLOTS];
    int64_t tick;               /* slots before this one have been emptied */
    uint32_t count;             /* of timers that are set */
};

/* False: no memory. */
bool wheel_create(struct wheel *wheel, uint32_t limit, int64_t now);
void wheel_destroy(struct wheel *wheel);

/* Sets a timer, which must not be set, to expire at that time, or at the latest possible one. */
void wheel_set(struct wheel *wheel, uint32_t timer, int64_t at);
void wheel_clear(struct wheel *wheel, uint32_t timer);
bool wheel_is_set(const struct wheel *wheel, uint32_t timer);

/* Returns a timer that has expired, and clears it. WHEEL_NONE: there is no other. */
uint32_t wheel_take(struct wheel *wheel, int64_t now);

/* The time at which to call wheel_take next; INT64_MAX if no timer is set. */
int64_t wheel_due(const struct wheel *wheel);

#endif
