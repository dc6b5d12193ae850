/* links: stage1/chat/gone.c stage1/base/table.c */
/*
 * gone: who was taken out is known for ten minutes, told once a second, and the oldest make room.
 */
#include "chat/gone.h"

#include "tap.h"

static struct gone gone;

/* Many steps with few numbers: table and ring must agree, and nothing live is lost early. */
static void random_steps(void)
{
    enum { LIMIT = 7, NUMBERS = 12 };
    int64_t added[NUMBERS] = {0}, order = 0;
    uint32_t state = 1;
    unsigned wrong = 0;

    gone_create(&gone, LIMIT);
    for (int i = 0; i < 100000; i++) {
        state = state * 1664525 + 1013904223;
        unsigned who = (state >> 16) % NUMBERS;
        if (state >> 31) {
            gone_remove(&gone, who);
            added[who] = 0;
        } else {
            gone_add(&gone, who, 1, 0);
            added[who] = ++order;
        }
        for (unsigned j = 0; j < NUMBERS; j++) {
            bool known = gone_why(&gone, j, GONE_PAUSE) != 0;
            bool must = added[j] > 0 && order - added[j] < LIMIT;
            wrong += known != must;
        }
    }
    ok(wrong == 0, "exactly the last %d dropped members are known after any steps", LIMIT);
    gone_destroy(&gone);
}

int main(void)
{
    plan(10);
    gone_create(&gone, 2);
    ok(gone_why(&gone, 5, 0) == 0, "nobody is known at first");
    gone_add(&gone, 5, 3, 1000);
    ok(gone_why(&gone, 5, 1999) == 0, "a dropped member is not told again within a second");
    ok(gone_why(&gone, 5, 2000) == 3, "a dropped member may be told again after a second");
    gone_told(&gone, 5, 2500);
    ok(gone_why(&gone, 5, 3499) == 0 && gone_why(&gone, 5, 3500) == 3,
       "a dropped member is told once a second");
    ok(gone_why(&gone, 6, 3500) == 0, "another address is not known");
    ok(gone_why(&gone, 5, 600999) == 3 && gone_why(&gone, 5, 601000) == 0,
       "a dropped member is known for ten minutes");
    gone_add(&gone, 6, 1, 5000);
    gone_add(&gone, 7, 1, 5000);
    ok(gone_why(&gone, 5, 9000) == 0 && gone_why(&gone, 6, 9000) == 1
           && gone_why(&gone, 7, 9000) == 1, "the oldest entry makes space for a new one");
    gone_add(&gone, 6, 2, 6000);
    ok(gone_why(&gone, 6, 9000) == 2, "the last reason counts for a member that was dropped twice");
    gone_remove(&gone, 6);
    gone_remove(&gone, 6);
    gone_told(&gone, 6, 9000);
    ok(gone_why(&gone, 6, 99000) == 0, "a member that joined again is not known as dropped");
    gone_destroy(&gone);
    random_steps();
    return done();
}
