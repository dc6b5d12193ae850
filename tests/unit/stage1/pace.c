/* links: stage1/member/pace.c stage1/base/text.c */
/* links: stage1/base/bucket.c */
/*
 * pace: after how many lines a script's client waits, what it holds, and how it ends.
 */
#include "member/pace.h"

#include <string.h>

#include "tap.h"

/* Sends to a server of that rate for a minute, and is welcomed at once. Returns how many lines are
   refused; `*sent` becomes how many went out. */
static unsigned refused_at(struct bucket_rate rate, size_t size, unsigned *sent)
{
    struct bucket server = {0, 0};
    struct pace pace = {0};
    unsigned refused = 0;

    *sent = 0;
    pace_obey(&pace, rate);
    pace_hold(&pace, text_of("more"));
    for (int64_t now = 1000000; now < 1060000; now++) {
        while (pace_allows(&pace, now)) {
            pace_sent(&pace, size, true, now);
            refused += !bucket_take(&server, bucket_cost(rate, size), BUCKET_BURST, now);
            (*sent)++;
        }
        if (!pace_asks(&pace)) continue;
        pace_sent(&pace, 6, false, now);
        refused += !bucket_take(&server, bucket_cost(rate, 6), BUCKET_BURST, now);
        pace_welcome(&pace, now);
        pace_obey(&pace, rate);
    }
    return refused;
}

static void against_a_server(void)
{
    static const struct { struct bucket_rate rate; size_t size; unsigned least; } cases[] = {
        {{1000, 1000}, 20, 59000}, {{1000, 1000}, 4096, 14600}, {{10, 1000}, 20, 500},
        {{1, 1000}, 20, 30}, {{1000, 10}, 4000, 150}, {{1000000, 1000000}, 20, 400000}};
    unsigned sent;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned refused = refused_at(cases[i].rate, cases[i].size, &sent);
        ok(refused == 0 && sent >= cases[i].least,
           "a client at %u lines and %u kB a second sends %u of %zu bytes in a minute, %u refused",
           (unsigned)cases[i].rate.lines, (unsigned)cases[i].rate.kilobytes, sent, cases[i].size,
           refused);
    }
    struct pace pace = {0};
    ok(pace_due(&pace) == INT64_MAX, "nothing is due without a line");
    pace_hold(&pace, text_of("more"));
    for (int i = 0; i < 3; i++) pace_sent(&pace, 900000, false, 1000);
    ok(!pace_allows(&pace, 1000) && pace_due(&pace) == 2700, "a held line is due when it is paid");
    ok(!pace_allows(&pace, 2699) && pace_allows(&pace, 2700),
       "a held line may go out when it is due");
    for (int i = 0; i < PACE_AHEAD; i++) pace_sent(&pace, 10, true, 2700);
    ok(pace_due(&pace) == INT64_MAX, "a line that waits for a welcome is not due at any time");
}

int main(void)
{
    static char long_line[PACE_LINE];
    struct pace pace = {0};
    struct text line;

    plan(26);
    ok(!pace_release(&pace, &line), "nothing is held at first");
    pace_hold(&pace, text_of("hello"));
    ok(pace_release(&pace, &line) && text_equal(line, text_of("hello")),
       "a line that is held is released");
    ok(!pace_release(&pace, &line), "a line is released only once");
    pace_hold(&pace, line);
    ok(pace_release(&pace, &line) && text_equal(line, text_of("hello")),
       "a released line may be held again");
    pace_hold(&pace, (struct text){NULL, 0});
    ok(pace_release(&pace, &line) && line.size == 0, "an empty line may be held");
    pace_hold(&pace, text_of("y"));
    ok(pace_release(&pace, &line) && text_equal(line, text_of("y")),
       "a line of one byte may be held");
    memset(long_line, 'x', sizeof long_line);
    pace_hold(&pace, (struct text){long_line, sizeof long_line});
    ok(pace_release(&pace, &line) && text_equal(line, (struct text){long_line, sizeof long_line}),
       "the longest line may be held");

    for (int i = 0; i < PACE_AHEAD - 1; i++) pace_sent(&pace, 10, true, 1000);
    ok(!pace_asks(&pace) && pace_allows(&pace, 1000),
       "few lines ahead bring no hello");
    pace_sent(&pace, 10, true, 1000);
    ok(!pace_allows(&pace, 1000) && pace_asks(&pace) && !pace_asks(&pace),
       "enough lines ahead bring one hello");
    ok(!pace_welcome(&pace, 50) && pace_allows(&pace, 1000) && pace.give_up_at == 0,
       "a welcome lets more lines go, and is not the end");
    for (int i = 0; i < PACE_AHEAD; i++) pace_sent(&pace, 10, true, 1000);
    ok(pace_asks(&pace), "enough lines ahead bring another hello");
    against_a_server();

    ok(pace_finish(&pace, false, 1000) == PACE_WAIT && pace.give_up_at == 1000 + PACE_GIVE_UP,
       "held lines get some time at the end of the input");
    ok(pace_finish(&pace, true, 2000) == PACE_HELLO && pace_finish(&pace, true, 3000) == PACE_WAIT,
       "one hello follows the last line");
    ok(pace_finish(&pace, true, 1000 + PACE_GIVE_UP - 1) == PACE_WAIT
           && pace_finish(&pace, true, 1000 + PACE_GIVE_UP) == PACE_OVER,
       "the script gives up without an answer");
    ok(pace_welcome(&pace, 4000), "a welcome after the last line is the end");
    ok(pace.give_up_at == 4000 + PACE_GIVE_UP, "each welcome gives more time");
    return done();
}
