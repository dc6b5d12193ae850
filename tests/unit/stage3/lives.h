/*
 * lives: something is lived through again and again, each time with one request for memory less
 * refused (memory.h), until it had all that it asked for.
 *
 * Contract: for a test that includes memory.h before all other headers. A life counts in `wrong`
 * what it finds wrong. lives_of makes two checks.
 */
#ifndef LIVES_H
#define LIVES_H

#include "tap.h"

static unsigned wrong; /* in these lives */

static void lives_of(void (*life)(void), const char *what)
{
    long left = 0, tried = 0;

    wrong = 0;
    if (!MEMORY_IS_OURS) {
        skip(2, what, "a malloc that is not a sanitizer's");
        return;
    }
    for (int once = 0; once < 2; once++) {
        for (long n = 0; memory_fails_at(n, once == 1); n++, tried++) {
            life();
            left += memory_enough();
        }
    }
    ok(wrong == 0 && tried > 2,
       "a refused request for memory, or all from it on, does no harm to %s: %ld times, %u wrong",
       what, tried, wrong);
    ok(left == 0, "all memory of %s is given back", what);
}

#endif
