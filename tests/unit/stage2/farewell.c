/* links: stage2/member/farewell.c stage2/wire/notice.c stage2/base/text.c */
/*
 * farewell: the news that one is out, true and forged, in a time that the test makes up.
 */
#include "member/farewell.h"

#include "base/program.h"
#include "tap.h"
#include "wire/notice.h"

/* Which notices say that one is out, and what becomes of the program. */
static void news(void)
{
    int status = -1;

    ok(farewell_is(text_of(NOTICE_CLOSED), &status) && status == EXIT_FINE,
       "a closed room ends the client with 0");
    ok(farewell_is(text_of(NOTICE_SHUTTING_DOWN), &status) && status == EXIT_FINE,
       "a server that ends ends the client with 0");
    ok(farewell_is(text_of(NOTICE_YOU_ARE_OUT), &status) && status == EXIT_CANNOT,
       "a kick ends the client with 1");
    ok(!farewell_is(text_of(NOTICE_UNREACHABLE), &status) && !farewell_is(text_of(""), &status)
           && !farewell_is(text_of(NOTICE_CLOSED "."), &status),
       "any other notice is none of these");
}

int main(void)
{
    struct farewell farewell = {0};
    int asked = 0;

    plan(13);
    news();
    ok(farewell_due(&farewell) == FAREWELL_NEVER && !farewell_answered(&farewell)
           && farewell_tick(&farewell, 1) == FAREWELL_WAIT, "nothing is asked before the news");
    ok(farewell_told(&farewell, 1000) && farewell_due(&farewell) == 1000 + FAREWELL_BEHIND,
       "the news is checked after a moment");
    ok(!farewell_answered(&farewell) && farewell_due(&farewell) != FAREWELL_NEVER,
       "a welcome right after the news proves nothing");
    ok(farewell_tick(&farewell, 1001) == FAREWELL_WAIT
           && farewell_tick(&farewell, 1200) == FAREWELL_ASK,
       "the client asks the server after the news");
    ok(!farewell_told(&farewell, 1300) && farewell_due(&farewell) == 1200 + FAREWELL_PAUSE,
       "the same news again changes nothing");
    ok(farewell_answered(&farewell) && !farewell_answered(&farewell)
           && farewell_due(&farewell) == FAREWELL_NEVER,
       "a welcome after the question refutes the news");
    ok(farewell_told(&farewell, 5000) && farewell.asked == 0, "the next news is checked anew");
    int64_t now = 5000;
    while (farewell_tick(&farewell, now = farewell_due(&farewell)) == FAREWELL_ASK) asked++;
    ok(asked == FAREWELL_TRIES, "the client asks a limited number of times");
    ok(now == 5000 + FAREWELL_BEHIND + FAREWELL_TRIES * FAREWELL_PAUSE
           && farewell_tick(&farewell, now) == FAREWELL_OVER, "the news is true without an answer");
    return done();
}
