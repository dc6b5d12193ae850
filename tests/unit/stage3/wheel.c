/* links: stage3/chat/wheel.c */
/*
 * wheel: beside a plain list of when each timer is due.
 */
#include "chat/wheel.h"

#include <string.h>

#include "tap.h"

enum { TIMERS = 300, FARTHEST = (WHEEL_SLOTS - 1) * WHEEL_TICK };

static struct wheel wheel;
static int64_t due[TIMERS]; /* 0: not set */
static int64_t now;
static uint32_t seed = 1;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * limit >> 32);
}

static void begin(int64_t start)
{
    now = start;
    memset(due, 0, sizeof due);
    wheel_create(&wheel, TIMERS, now);
}

static void set(uint32_t timer, int64_t at)
{
    wheel_set(&wheel, timer, at);
    due[timer] = at;
}

/* Takes all that has rung, and returns how many of these should not have, or should long since. */
static unsigned ring(void)
{
    unsigned wrong = 0;
    uint32_t timer;

    while ((timer = wheel_take(&wheel, now)) != WHEEL_NONE) {
        wrong += due[timer] == 0 || due[timer] > now || wheel_is_set(&wheel, timer);
        due[timer] = 0;
    }
    for (timer = 0; timer < TIMERS; timer++) {
        wrong += due[timer] != 0 && due[timer] + WHEEL_TICK <= now;
        wrong += wheel_is_set(&wheel, timer) != (due[timer] != 0);
    }
    return wrong;
}

static void one(void)
{
    begin(1000);
    ok(wheel_due(&wheel) == INT64_MAX && wheel_take(&wheel, now) == WHEEL_NONE,
       "an empty wheel is never due");
    set(7, 1500);
    now = 1499;
    ok(wheel_take(&wheel, now) == WHEEL_NONE, "a timer does not ring too early");
    now = 1500 + WHEEL_TICK;
    ok(wheel_due(&wheel) <= now && wheel_take(&wheel, now) == 7
           && wheel_take(&wheel, now) == WHEEL_NONE, "a timer rings within a tick, and once");
    set(7, 2000);
    wheel_clear(&wheel, 7);
    wheel_clear(&wheel, 7);
    ok(!wheel_is_set(&wheel, 7) && wheel.count == 0 && wheel_due(&wheel) == INT64_MAX,
       "a timer may be cleared twice");
    set(3, 500);
    now += WHEEL_TICK;
    ok(wheel_take(&wheel, now) == 3, "a timer that is long overdue rings next");
    wheel_destroy(&wheel);
}

/* Many timers, set and cleared in any order, and the time going on in steps of any size. Somebody
   looks at the wheel at least once a second, or after an absence before anything is set. */
static void random_steps(void)
{
    unsigned wrong = 0;

    begin(123456789);
    for (int i = 0; i < 200000; i++) {
        uint32_t timer = below(TIMERS), what = below(8);
        if (what < 5 && due[timer] == 0) set(timer, now + below(FARTHEST - WHEEL_TICK));
        else if (what == 5) {
            wheel_clear(&wheel, timer);
            due[timer] = 0;
        } else if (what > 5) {
            bool early = wheel_due(&wheel) > now;
            if (early) wrong += wheel_take(&wheel, now) != WHEEL_NONE;
            now += below(below(50) == 0 ? 20000 : 60);
            wrong += ring();
        }
    }
    now += 10000;
    wrong += ring();
    ok(wrong == 0 && wheel.count == 0,
       "each of the timers in 200000 random steps rings once, in its tick");
    wheel_destroy(&wheel);
}

static void far(void)
{
    begin(0);
    set(1, 3600000);
    now = FARTHEST - WHEEL_TICK;
    ok(wheel_take(&wheel, now) == WHEEL_NONE,
       "a timer too far away does not ring before the farthest time");
    now = FARTHEST + WHEEL_TICK;
    ok(wheel_take(&wheel, now) == 1, "a timer too far away rings at the farthest time");
    for (uint32_t i = 0; i < TIMERS; i++) wheel_set(&wheel, i, now + 10 * (int64_t)i);
    now += 86400000;
    uint32_t count = 0, timer;
    while ((timer = wheel_take(&wheel, now)) != WHEEL_NONE) {
        if (count++ < TIMERS) wheel_set(&wheel, timer, now + 300);
    }
    ok(count >= TIMERS && count <= 3 * TIMERS,
       "all timers ring after a day, and timers that are set again end the turn");
    now += 400;
    while (wheel_take(&wheel, now) != WHEEL_NONE) continue;
    ok(wheel.count == 0, "timers that were set again ring at their time");
    wheel_destroy(&wheel);
}

int main(void)
{
    plan(10);
    one();
    random_steps();
    far();
    return done();
}
