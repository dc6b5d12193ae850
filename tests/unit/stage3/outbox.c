/* links: stage3/member/outbox.c stage3/wire/frame.c stage3/base/text.c */
/*
 * outbox: the round trip that a client measures, and how long it waits before it sends again, in a
 * time that the test makes up. (What is sent, and that nothing is lost, stands in membership.c and
 * in the simulator.)
 */
#include "member/outbox.h"

#include <stdlib.h>

#include "tap.h"

static struct outbox outbox;
static unsigned char packet[1200];

static uint64_t put(void)
{
    if (!outbox_put(&outbox, ITEM_SAY, text_of("a line"))) abort();
    return outbox.last;
}

static bool packs(int64_t now)
{
    uint64_t number;

    return outbox_pack(&outbox, sizeof packet, packet, &number, now) > 0;
}

static void measures(void)
{
    outbox_create(&outbox);
    uint64_t number = put();
    ok(outbox_due(&outbox) == OUTBOX_NEVER, "an item that was not sent yet is not due again");
    ok(packs(1000) && outbox_due(&outbox) == 1000 + OUTBOX_RTO,
       "an item is due again after OUTBOX_RTO while no round trip is known");
    outbox_acked(&outbox, number, 1100);
    ok(outbox.srtt == 100 && outbox_due(&outbox) == OUTBOX_NEVER,
       "the first acknowledgement gives the round trip");
    number = put();
    ok(packs(2000) && outbox_due(&outbox) == 2000 + 100 + OUTBOX_RTO,
       "the round trip is added to the wait");
    outbox_acked(&outbox, number, 2180);
    ok(outbox.srtt == 110, "a new sample counts an eighth");
    number = put();
    packs(3000);
    put();
    packs(3050);
    outbox_acked(&outbox, number, 3110);
    ok(outbox.srtt == 110, "one item is measured at a time, from when it was sent");
    outbox_acked(&outbox, number + 1, 3500);
    ok(outbox.srtt == 110, "an item that was sent meanwhile is not measured");
    number = put();
    packs(4000);
    outbox_acked(&outbox, number, 100000);
    ok(outbox.srtt == 110 + (OUTBOX_SRTT_LIMIT - 110) / 8,
       "a longer sample counts as OUTBOX_SRTT_LIMIT");
    outbox_destroy(&outbox);
}

static void repeats(void)
{
    outbox_create(&outbox);
    uint64_t number = put();
    packs(1000);
    outbox_acked(&outbox, number, 1100);
    number = put();
    packs(2000);
    outbox_again(&outbox, 2400);
    ok(packs(2400) && outbox_due(&outbox) == 2400 + 2 * (100 + OUTBOX_RTO),
       "the wait doubles each time that nothing comes");
    outbox_acked(&outbox, number, 2410);
    ok(outbox.srtt == 100 && outbox.rto == 100 + OUTBOX_RTO,
       "an item that was sent twice is not measured, and the wait is the short one again");
    put();
    packs(3000);
    for (int64_t now = 4000; now < 20000; now += 4000) outbox_again(&outbox, now), packs(now);
    ok(outbox_due(&outbox) == 16000 + OUTBOX_RTO_LIMIT, "the wait grows up to OUTBOX_RTO_LIMIT");
    outbox_destroy(&outbox);
}

int main(void)
{
    plan(11);
    measures();
    repeats();
    return done();
}
