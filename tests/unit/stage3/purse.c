/* links: stage3/chat/purse.c */
/*
 * purse: two seconds of waiting, and one more in every thirty.
 */
#include "chat/purse.h"

#include "tap.h"

enum { SIZE = PURSE_SIZE, START = 1000000 };

static struct purse purse;

/* Pays from then until then. Returns what is left. */
static int64_t pay(int64_t from, int64_t to)
{
    purse_begin(&purse, from);
    purse_end(&purse, SIZE, to);
    return purse_left(&purse, SIZE, to);
}

static void paying(void)
{
    ok(purse_left(&purse, SIZE, START) == 2000 && purse_may_pay(&purse, SIZE, START),
       "a purse of zeros is full");
    purse_begin(&purse, START);
    ok(purse_left(&purse, SIZE, START) == 2000 && purse_left(&purse, SIZE, START + 1) == 1999
           && purse_left(&purse, SIZE, START + 700) == 1300,
       "it pays a millisecond for each");
    ok(purse_left(&purse, SIZE, START + 2000) == 0 && purse_left(&purse, SIZE, START + 90000) == 0,
       "and is empty after two seconds, and has never less than nothing");
    purse_end(&purse, SIZE, START + 700);
    ok(purse_left(&purse, SIZE, START + 700) == 1300, "what was not paid is left");
    ok(purse_left(&purse, SIZE, START + 3700) == 1400, "in three seconds it gets a tenth of one");
    ok(purse_left(&purse, SIZE, START + 700 + 30 * 700) == 2000
           && purse_left(&purse, SIZE, START + 700 + 30 * 700 - 1) == 1999
           && purse_left(&purse, SIZE, START + 900000) == 2000,
       "until it is full");
}

static void refilling(void)
{
    purse = (struct purse){0};
    ok(pay(START, START + 5000) == 0, "who pays for too long has an empty purse, and no debt");
    ok(purse_left(&purse, SIZE, START + 5000 + 3000) == 100, "which fills from then on");
    ok(!purse_may_pay(&purse, SIZE, START + 5000 + 2999)
           && purse_may_pay(&purse, SIZE, START + 5000 + 3000),
       "it does not begin to pay for less than a tenth of a second");
    ok(pay(START + 8000, START + 8050) == 50 && pay(START + 8050, START + 8050) == 50,
       "two times are added up, and no time costs nothing");
}

static void sizes(void)
{
    purse = (struct purse){0};
    ok(!purse_may_pay(&purse, 0, START), "a purse of no size never pays");
    ok(purse_may_pay(&purse, 50, START) && purse_left(&purse, 50, START) == 50,
       "a small one pays when it is full");
    purse_begin(&purse, START);
    ok(purse_left(&purse, 50, START + 50) == 0, "for as long as it has");
}

/* Whoever tries to make it pay as long as possible gets a thirtieth. */
static void greedy(void)
{
    int64_t paid = 0;
    bool pays = false;

    purse = (struct purse){0};
    for (int64_t now = START; now < START + 600000; now++) {
        paid += pays;
        if (!pays && purse_may_pay(&purse, SIZE, now)) {
            purse_begin(&purse, now);
            pays = true;
        } else if (pays && purse_left(&purse, SIZE, now) == 0) {
            purse_end(&purse, SIZE, now);
            pays = false;
        }
    }
    ok(paid <= 2000 + 600000 / 30 && paid > 600000 / 32, "in ten minutes it pays %d ms",
       (int)paid);
}

int main(void)
{
    plan(14);
    paying();
    refilling();
    sizes();
    greedy();
    return done();
}
