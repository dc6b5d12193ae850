/* links: stage3/cluster/absence.c */
/*
 * absence: when a server is declared dead, when its members are taken out, and what is no proof.
 */
#include "cluster/absence.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

static struct absence absence;
static const char one[] = "11111111111111111111111111111111";
static const char two[] = "22222222222222222222222222222222";

/* One answer that names server one, or nobody; what follows from it. */
static enum absence_step answer(int64_t now, bool named, bool dead)
{
    const char *server = NULL;

    absence_begin(&absence, now);
    if (named) absence_note(&absence, one, dead);
    absence_end(&absence);
    enum absence_step step = absence_next(&absence, &server);
    if (step == ABSENCE_NOTHING) return step;
    if (memcmp(server, one, ABSENCE_ID) != 0) ok(false, "it is about the right one");
    if (absence_next(&absence, &server) != ABSENCE_NOTHING) ok(false, "it is told once");
    return step;
}

/* Answers every three seconds; returns the time of the first step. */
static int64_t watch(int64_t now, bool dead, enum absence_step wanted)
{
    int64_t from = now;

    for (; now - from < 100000; now += 3000) {
        enum absence_step step = answer(now, true, dead);
        if (step != ABSENCE_NOTHING) return step == wanted ? now - from : -1;
    }
    return -1;
}

int main(void)
{
    plan(8);
    int64_t took = watch(50000, false, ABSENCE_DECLARE);
    ok(took >= ABSENCE_DEAD && took <= ABSENCE_DEAD + 3000, "missing for long, it is dead");
    took = watch(100000, true, ABSENCE_REMOVE);
    ok(took >= ABSENCE_GRACE && took <= ABSENCE_GRACE + 3000, "its members have their time");

    absence = (struct absence){0};
    answer(0, true, false);
    ok(answer(3000, true, false) == ABSENCE_NOTHING && answer(6000, true, false) == ABSENCE_NOTHING
           && answer(9000, false, false) == ABSENCE_NOTHING && absence.count == 0,
       "one that is back is forgotten");
    ok(watch(9000, false, ABSENCE_DECLARE) >= ABSENCE_DEAD, "and counts anew");

    absence = (struct absence){0};
    answer(0, true, false);
    ok(answer(60000, true, false) == ABSENCE_NOTHING, "a minute without answers proves nothing");
    ok(answer(63000, true, false) == ABSENCE_NOTHING, "nor does it count afterwards");

    absence = (struct absence){0};
    bool quiet = true;
    for (int64_t now = 0; now < 12000; now += 3000) {
        quiet = quiet && answer(now, true, false) == ABSENCE_NOTHING;
    }
    quiet = quiet && answer(12000, true, true) == ABSENCE_NOTHING;
    ok(quiet, "another server has declared it: its members still have all their time");

    absence = (struct absence){0};
    for (int round = 0; round < 5; round++) {
        char id[ABSENCE_ID + 1];
        absence_begin(&absence, round * 3000);
        absence_note(&absence, two, false);
        for (int i = 0; i < 200; i++) {
            snprintf(id, sizeof id, "%032d", i);
            absence_note(&absence, id, false);
        }
        absence_end(&absence);
    }
    const char *server;
    int steps = 0;
    while (absence_next(&absence, &server) == ABSENCE_DECLARE) steps++;
    ok(steps == ABSENCE_LIMIT && absence.count == ABSENCE_LIMIT, "there is a limit to all");
    return done();
}
