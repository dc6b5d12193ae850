/* links: stage1/member/pace.c stage1/base/text.c */
/*
 * pace: after how many lines a script's client waits, what it holds, and how it ends.
 */
#include "member/pace.h"

#include <string.h>

#include "tap.h"

int main(void)
{
    static char long_line[PACE_LINE];
    struct pace pace = {0};
    struct text line;

    plan(16);
    ok(!pace_release(&pace, &line), "nothing is held");
    pace_hold(&pace, text_of("hello"));
    ok(pace_release(&pace, &line) && text_equal(line, text_of("hello")), "a line that is held");
    ok(!pace_release(&pace, &line), "comes out once");
    pace_hold(&pace, line);
    ok(pace_release(&pace, &line) && text_equal(line, text_of("hello")), "and may be held again");
    pace_hold(&pace, (struct text){NULL, 0});
    ok(pace_release(&pace, &line) && line.size == 0, "so may an empty one");
    pace_hold(&pace, text_of("y"));
    ok(pace_release(&pace, &line) && text_equal(line, text_of("y")), "or one of a byte");
    memset(long_line, 'x', sizeof long_line);
    pace_hold(&pace, (struct text){long_line, sizeof long_line});
    ok(pace_release(&pace, &line) && text_equal(line, (struct text){long_line, sizeof long_line}),
       "and the longest one");

    pace.ahead = PACE_AHEAD - 1;
    ok(!pace_asks(&pace), "before so many lines are out, nothing is asked");
    pace.ahead = PACE_AHEAD;
    ok(pace_asks(&pace) && !pace_asks(&pace), "then once");
    ok(!pace_welcome(&pace, 50) && pace.ahead == 0 && pace.give_up_at == 0,
       "with a welcome it goes on, and it is not the end");
    pace.ahead = PACE_AHEAD;
    ok(pace_asks(&pace), "and then asks again");

    ok(pace_finish(&pace, false, 1000) == PACE_WAIT && pace.give_up_at == 1000 + PACE_GIVE_UP,
       "at the end of the input, lines that are left have their time");
    ok(pace_finish(&pace, true, 2000) == PACE_HELLO && pace_finish(&pace, true, 3000) == PACE_WAIT,
       "behind the last of them goes one hello");
    ok(pace_finish(&pace, true, 1000 + PACE_GIVE_UP - 1) == PACE_WAIT
           && pace_finish(&pace, true, 1000 + PACE_GIVE_UP) == PACE_OVER,
       "without an answer it is over");
    ok(pace_welcome(&pace, 4000), "with a welcome it is the end");
    ok(pace.give_up_at == 4000 + PACE_GIVE_UP, "and each welcome gives more time");
    return done();
}
