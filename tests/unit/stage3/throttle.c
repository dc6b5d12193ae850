/* links: stage3/chat/throttle.c */
/*
 * throttle: five wrong passwords a minute from one place, and who is forgotten when places are
 * many.
 */
#include "chat/throttle.h"

#include <string.h>

#include "tap.h"

static struct throttle throttle;

static void add(uint64_t key, unsigned count, int64_t now)
{
    while (count-- > 0) throttle_add(&throttle, key, now);
}

static void one_place(void)
{
    ok(throttle_allows(&throttle, 42, 1), "an address without guesses may guess");
    add(42, 4, 1000);
    ok(throttle_allows(&throttle, 42, 1000), "an address with four wrong guesses may guess");
    add(42, 1, 30000);
    ok(!throttle_allows(&throttle, 42, 30000) && !throttle_allows(&throttle, 42, 60999),
       "an address with five wrong guesses may not guess");
    ok(throttle_allows(&throttle, 42 + THROTTLE_ROWS, 30000)
           && throttle_allows(&throttle, 43, 30000),
       "another address may guess");
    ok(throttle_allows(&throttle, 42, 61000), "the address may guess again after a minute");
    add(42, 5, 61000);
    ok(!throttle_allows(&throttle, 42, 61000), "the address may not guess again after five more");
    add(42, 3, 120000);
    ok(!throttle_allows(&throttle, 42, 120999) && throttle_allows(&throttle, 42, 121000),
       "more wrong guesses do not extend the minute");
}

static void key_of_zero(void)
{
    memset(&throttle, 0, sizeof throttle);
    ok(throttle_allows(&throttle, 0, 0), "an address with the key 0 may guess like others");
    add(0, 5, 0);
    ok(!throttle_allows(&throttle, 0, 0) && throttle_allows(&throttle, THROTTLE_ROWS, 0),
       "an address with the key 0 is blocked like others");
}

static void full_row(void)
{
    unsigned blocked = 0;

    memset(&throttle, 0, sizeof throttle);
    for (uint64_t i = 0; i < THROTTLE_IN_ROW; i++)
        add(i * THROTTLE_ROWS, 5, 1000 + (int64_t)(9 - i));
    for (uint64_t i = 0; i < THROTTLE_IN_ROW; i++) {
        blocked += !throttle_allows(&throttle, i * THROTTLE_ROWS, 2000);
    }
    ok(blocked == THROTTLE_IN_ROW, "a row has places for four addresses");
    add(9 * THROTTLE_ROWS, 5, 2000);
    ok(!throttle_allows(&throttle, 9 * THROTTLE_ROWS, 2000)
           && throttle_allows(&throttle, (THROTTLE_IN_ROW - 1) * THROTTLE_ROWS, 2000)
           && !throttle_allows(&throttle, 0, 2000),
       "the fifth address takes the place of the oldest, and no other");
}

int main(void)
{
    plan(11);
    one_place();
    key_of_zero();
    full_row();
    return done();
}
