/* links: stage3/chat/tries.c */
/*
 * tries: five wrong passwords a minute from one place, and who is forgotten when places are many.
 */
#include "chat/tries.h"

#include <string.h>

#include "tap.h"

static struct tries tries;

static void add(uint64_t key, unsigned count, int64_t now)
{
    while (count-- > 0) tries_add(&tries, key, now);
}

static void one_place(void)
{
    ok(tries_left(&tries, 42, 1), "who never tried may");
    add(42, 4, 1000);
    ok(tries_left(&tries, 42, 1000), "after four wrong ones, too");
    add(42, 1, 30000);
    ok(!tries_left(&tries, 42, 30000) && !tries_left(&tries, 42, 60999), "after five not");
    ok(tries_left(&tries, 42 + TRIES_ROWS, 30000) && tries_left(&tries, 43, 30000),
       "but others may, even in the same row");
    ok(tries_left(&tries, 42, 61000), "a minute after the first of them he may again");
    add(42, 5, 61000);
    ok(!tries_left(&tries, 42, 61000), "five times");
    add(42, 3, 120000);
    ok(!tries_left(&tries, 42, 120999) && tries_left(&tries, 42, 121000),
       "more wrong ones do not put it off");
}

static void key_of_zero(void)
{
    memset(&tries, 0, sizeof tries);
    ok(tries_left(&tries, 0, 0), "a key of 0 is one like any other");
    add(0, 5, 0);
    ok(!tries_left(&tries, 0, 0) && tries_left(&tries, TRIES_ROWS, 0), "and counts");
}

static void full_row(void)
{
    unsigned blocked = 0;

    memset(&tries, 0, sizeof tries);
    for (uint64_t i = 0; i < TRIES_IN_ROW; i++) add(i * TRIES_ROWS, 5, 1000 + (int64_t)(9 - i));
    for (uint64_t i = 0; i < TRIES_IN_ROW; i++) {
        blocked += !tries_left(&tries, i * TRIES_ROWS, 2000);
    }
    ok(blocked == TRIES_IN_ROW, "a row has places for four");
    add(9 * TRIES_ROWS, 5, 2000);
    ok(!tries_left(&tries, 9 * TRIES_ROWS, 2000)
           && tries_left(&tries, (TRIES_IN_ROW - 1) * TRIES_ROWS, 2000)
           && !tries_left(&tries, 0, 2000), "the fifth takes that of the oldest, and no other");
}

int main(void)
{
    plan(11);
    one_place();
    key_of_zero();
    full_row();
    return done();
}
