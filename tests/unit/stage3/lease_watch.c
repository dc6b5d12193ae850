/* links: stage3/cluster/lease_watch.c */
/*
 * lease_watch: when a server is declared dead, when its members are taken out, and what is no
 * proof.
 */
#include "cluster/lease_watch.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static struct lease_watch lease_watch;
static const char one[] = "11111111111111111111111111111111";
static const char two[] = "22222222222222222222222222222222";

/* One answer that names server one, or nobody; what follows from it. */
static enum lease_watch_step answer(int64_t now, bool named, bool dead)
{
    const char *server = NULL;

    lease_watch_begin(&lease_watch, now);
    if (named) lease_watch_note(&lease_watch, one, dead);
    lease_watch_end(&lease_watch);
    enum lease_watch_step step = lease_watch_next(&lease_watch, &server);
    if (step == LEASE_WATCH_NOTHING) return step;
    if (memcmp(server, one, LEASE_WATCH_ID) != 0) ok(false, "a step names the right server");
    if (lease_watch_next(&lease_watch, &server) != LEASE_WATCH_NOTHING)
        ok(false, "a step comes once");
    return step;
}

/* Answers every three seconds; returns the time of the first step. */
static int64_t watch(int64_t now, bool dead, enum lease_watch_step wanted)
{
    int64_t from = now;

    for (; now - from < 100000; now += 3000) {
        enum lease_watch_step step = answer(now, true, dead);
        if (step != LEASE_WATCH_NOTHING) return step == wanted ? now - from : -1;
    }
    return -1;
}

int main(void)
{
    plan(8);
    int64_t took = watch(50000, false, LEASE_WATCH_DECLARE);
    ok(took >= LEASE_WATCH_DEAD && took <= LEASE_WATCH_DEAD + 3000, "missing for long, it is dead");
    took = watch(100000, true, LEASE_WATCH_REMOVE);
    ok(took >= LEASE_WATCH_GRACE && took <= LEASE_WATCH_GRACE + 3000,
       "the members of a dead server have time to move");

    lease_watch = (struct lease_watch){0};
    answer(0, true, false);
    ok(answer(3000, true, false) == LEASE_WATCH_NOTHING
           && answer(6000, true, false) == LEASE_WATCH_NOTHING
           && answer(9000, false, false) == LEASE_WATCH_NOTHING && lease_watch.count == 0,
       "a server that is back is forgotten");
    ok(watch(9000, false, LEASE_WATCH_DECLARE) >= LEASE_WATCH_DEAD,
       "a server that is missing again counts from anew");

    lease_watch = (struct lease_watch){0};
    answer(0, true, false);
    ok(answer(60000, true, false) == LEASE_WATCH_NOTHING,
       "a minute without answers proves nothing");
    ok(answer(63000, true, false) == LEASE_WATCH_NOTHING,
       "the time without replies does not count afterwards");

    lease_watch = (struct lease_watch){0};
    bool quiet = true;
    for (int64_t now = 0; now < 12000; now += 3000) {
        quiet = quiet && answer(now, true, false) == LEASE_WATCH_NOTHING;
    }
    quiet = quiet && answer(12000, true, true) == LEASE_WATCH_NOTHING;
    ok(quiet, "a server that others declared dead gets the whole time");

    lease_watch = (struct lease_watch){0};
    for (int round = 0; round < 5; round++) {
        char id[LEASE_WATCH_ID + 1];
        lease_watch_begin(&lease_watch, round * 3000);
        lease_watch_note(&lease_watch, two, false);
        for (int i = 0; i < 200; i++) {
            snprintf(id, sizeof id, "%032d", i);
            lease_watch_note(&lease_watch, id, false);
        }
        lease_watch_end(&lease_watch);
    }
    const char *server;
    int steps = 0;
    while (lease_watch_next(&lease_watch, &server) == LEASE_WATCH_DECLARE) steps++;
    ok(steps == LEASE_WATCH_LIMIT && lease_watch.count == LEASE_WATCH_LIMIT,
       "the number of watched servers is limited");
    return done();
}
