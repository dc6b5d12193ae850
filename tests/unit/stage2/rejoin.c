/* links: stage2/member/rejoin.c */
/*
 * rejoin: when a client asks again for its room, and what it tells of the answers. The exchange is
 * played here.
 */
#include "member/rejoin.h"

#include <string.h>

#include "tap.h"

static struct rejoin rejoin;
static struct arguments arguments = {.operation = TCRP_JOIN};
static struct ask ask_;
static struct net_set set;
static int comes = ASK_WAITS;         /* what the exchange says */
static unsigned begun, cancelled;
static enum tcrp_operation operation; /* asked for last */

void ask_begin(struct ask *ask, enum tcrp_operation asked, struct text room, struct text user)
{
    (void)room, (void)user;
    begun += ask == &ask_;
    operation = asked;
}

int ask_go_on(struct ask *ask, struct net_set *watched)
{
    return ask == &ask_ && watched == &set ? comes : ASK_FAILED;
}

void ask_cancel(void) { cancelled++; }

struct text text_of_name(const struct name *name)
{
    return (struct text){name->bytes, name->size};
}

static bool goes_on(int64_t now, enum rejoin_news news, unsigned tries)
{
    return rejoin_go_on(&rejoin, &ask_, &arguments, &set, now) == news && begun == tries;
}

int main(void)
{
    plan(13);
    rejoin_begin(&rejoin, true, 1000);
    ok(goes_on(999, REJOIN_NOTHING, 0), "the client does not ask before its time");
    ok(goes_on(1000, REJOIN_NOTHING, 1) && operation == TCRP_JOIN,
       "the client asks for the same room");
    ok(goes_on(2000, REJOIN_NOTHING, 1), "the client waits for the answer before it asks again");
    comes = ASK_FAILED;
    ok(goes_on(3000, REJOIN_NOTHING, 1), "a failed question is not reported each time");
    comes = ASK_WAITS;
    ok(goes_on(3000 + REJOIN_PAUSE - 1, REJOIN_NOTHING, 1), "the client pauses after a failure");
    ok(goes_on(3000 + REJOIN_PAUSE, REJOIN_NOTHING, 2), "the client asks again after the pause");
    comes = TCRP_NAME_TAKEN;
    ok(goes_on(9000, REJOIN_REFUSED, 2) && rejoin.refused == TCRP_NAME_TAKEN,
       "a refusal is reported");
    ok(goes_on(9000 + REJOIN_PAUSE, REJOIN_NOTHING, 3), "the same refusal is not reported again");
    comes = TCRP_ROOM_FULL;
    ok(goes_on(9000 + 2 * REJOIN_PAUSE, REJOIN_REFUSED, 4), "another refusal is reported");
    comes = TCRP_OK;
    ok(goes_on(9000 + 3 * REJOIN_PAUSE, REJOIN_DONE, 5) && !rejoin.asking,
       "the client has joined again");
    rejoin_cancel(&rejoin);
    ok(cancelled == 0, "cancelling does nothing when no question is open");
    rejoin_begin(&rejoin, false, 50000);
    comes = ASK_WAITS;
    ok(rejoin.since == 1000 && rejoin.refused == TCRP_OK && goes_on(50000, REJOIN_NOTHING, 6),
       "the time counts from before if no answer has come since");
    rejoin_cancel(&rejoin);
    ok(cancelled == 1 && !rejoin.asking, "a try that goes on is cancelled");
    return done();
}
