/* links: stage2/member/farewell.c stage2/wire/notice.c stage2/base/text.c */
/*
 * farewell: the news that one is out, true and forged, in a time that the test makes up.
 */
#include "member/farewell.h"

#include "tap.h"

int main(void)
{
    struct farewell farewell = {0};
    int asked = 0;

    plan(9);
    ok(farewell_due(&farewell) == FAREWELL_NEVER && !farewell_answered(&farewell)
           && farewell_tick(&farewell, 1) == FAREWELL_WAIT, "without the news nothing is asked");
    ok(farewell_told(&farewell, 1000) && farewell_due(&farewell) == 1000 + FAREWELL_BEHIND,
       "the news has come");
    ok(!farewell_answered(&farewell) && farewell_due(&farewell) != FAREWELL_NEVER,
       "a welcome that was on its way already says nothing");
    ok(farewell_tick(&farewell, 1001) == FAREWELL_WAIT
           && farewell_tick(&farewell, 1200) == FAREWELL_ASK, "then the server is asked");
    ok(!farewell_told(&farewell, 1300) && farewell_due(&farewell) == 1200 + FAREWELL_PAUSE,
       "to hear it again changes nothing");
    ok(farewell_answered(&farewell) && !farewell_answered(&farewell)
           && farewell_due(&farewell) == FAREWELL_NEVER, "a welcome ends it");
    ok(farewell_told(&farewell, 5000) && farewell.asked == 0, "the next news is asked about anew");
    int64_t now = 5000;
    while (farewell_tick(&farewell, now = farewell_due(&farewell)) == FAREWELL_ASK) asked++;
    ok(asked == FAREWELL_TRIES, "so often it asks");
    ok(now == 5000 + FAREWELL_BEHIND + FAREWELL_TRIES * FAREWELL_PAUSE
           && farewell_tick(&farewell, now) == FAREWELL_OVER, "then the news was true");
    return done();
}
