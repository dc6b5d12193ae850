/*
 * wheel: thousands of timers, each set and cleared in a few steps.
 *
 * Model: time is cut into ticks, and the coming ticks are the slots of a wheel. A timer hangs in
 * the chain of the slot in which it will ring; as time goes on, slot after slot is emptied. Nothing
 * is kept in order, so nothing is ever sorted. A timer rings up to a tick too late: good enough for
 * repeating what seems to be lost.
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
    WHEEL_SLOTS = 256  /* so no timer can be set more than 8 seconds ahead */
};

struct wheel_timer {
    uint32_t next, previous; /* in its slot's chain */
    uint32_t slot;           /* plus 1; 0: not set */
};

struct wheel {
    struct wheel_timer *timers; /* owned */
    uint32_t first[WHEEL_SLOTS];
    int64_t tick;               /* slots before this one have been emptied */
    uint32_t count;             /* timers that are set */
};

/* False: no memory. */
bool wheel_create(struct wheel *wheel, uint32_t limit, int64_t now);
void wheel_destroy(struct wheel *wheel);

/* Sets a timer to ring at that time, or at the farthest time there is. It must not be set. */
void wheel_set(struct wheel *wheel, uint32_t timer, int64_t at);
void wheel_clear(struct wheel *wheel, uint32_t timer);
bool wheel_is_set(const struct wheel *wheel, uint32_t timer);

/* One that has rung, and is now not set any more; WHEEL_NONE: no other one yet. */
uint32_t wheel_take(struct wheel *wheel, int64_t now);

/* When wheel_take is worth calling next: INT64_MAX if no timer is set. */
int64_t wheel_due(const struct wheel *wheel);

#endif
