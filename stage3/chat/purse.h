/*
 * purse: how long a room may still wait for its slow readers.
 *
 * Model: a purse is full of time. While somebody is waited for, the purse pays, millisecond for
 * millisecond. When it is empty, nobody is waited for. Nothing is added while it pays; afterwards
 * it gets a millisecond in every thirty, until it is full again. So one number is enough: the time
 * at which it will be full. Whatever the readers do, a room waits for at most a thirtieth of the
 * time, beside what was in its purse at the beginning.
 *
 *     left: 2000 ----.            ,-- ... a minute later it is full
 *                     `. pays   ,'
 *               0       `-----'
 *
 * Contract: no clock; `now` and all other times are in milliseconds. A purse of zeros is full.
 */
#ifndef PURSE_H
#define PURSE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PURSE_SIZE = 2000,  /* milliseconds in a full purse, unless the owner has another size: more
                           than a reader needs that is there, and less than people notice as an
                           end */
    PURSE_REFILL = 30,  /* one millisecond is added in so many */
    PURSE_LEAST = 100   /* milliseconds: with less in it a purse does not begin to pay. Else an
                           empty one would pay for moments that help nobody */
};

struct purse {
    int64_t full_at; /* when it will be full; if it pays: as of `since` */
    int64_t since;   /* since when it pays */
    bool pays;
};

/* What is left of `size` milliseconds, 0 to `size`. */
int64_t purse_left(const struct purse *purse, int64_t size, int64_t now);

/* May the purse begin to pay? */
bool purse_may_pay(const struct purse *purse, int64_t size, int64_t now);

/* It pays from now on; and: it pays no longer. */
void purse_begin(struct purse *purse, int64_t now);
void purse_end(struct purse *purse, int64_t size, int64_t now);

#endif
