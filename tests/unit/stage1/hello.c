/* links: stage1/member/hello.c */
/*
 * hello: the timing of a client's hellos, in a time that the test makes up.
 */
#include "member/hello.h"

#include <string.h>

#include "tap.h"

int main(void)
{
    struct hello hello = {0};
    char words[HELLO_WORDS];

    plan(29);
    hello_now(&hello, 1000);
    ok(hello.due == 1000 && !hello_connected(&hello), "the first hello is due at once");
    ok(hello_sent(&hello, 1000) == HELLO_NO_NEWS && hello.due == 2000,
       "the next hello is due a second later");
    ok(hello_sent(&hello, 2000) == HELLO_NO_NEWS, "one unanswered hello is not reported");
    ok(hello_sent(&hello, 3000) == HELLO_NO_ANSWER, "two unanswered hellos are reported");
    ok(hello_sent(&hello, 4000) == HELLO_NO_NEWS && hello.due == 5000,
       "missing answers are reported once");
    ok(hello_answered(&hello, 4500) == HELLO_FIRST_ANSWER, "the first answer is reported");
    ok(hello_connected(&hello) && hello.due == 24500,
       "the next hello is due twenty seconds after an answer");

    ok(hello_sent(&hello, 24500) == HELLO_NO_NEWS && hello_connected(&hello),
       "a keepalive is not reported");
    ok(hello_answered(&hello, 24501) == HELLO_NO_NEWS, "an answered keepalive is not reported");

    ok(hello.due == 44501, "the next keepalive is due twenty seconds after the answer");
    hello_doubt(&hello, 25000);
    ok(hello.due == 25500 && !hello_connected(&hello),
       "a doubt brings a hello, a second after the last one");
    hello_doubt(&hello, 25400);
    ok(hello.due == 25500, "a second doubt does not delay this hello");
    hello_doubt(&hello, 25900);
    ok(hello.due == 25500, "however long ago that was");
    hello_sent(&hello, 25900);
    hello_answered(&hello, 25901);
    ok(hello_connected(&hello), "an answer ends the doubt");
    hello_doubt(&hello, 25902);
    hello_doubt(&hello, 25903);
    ok(hello.due == 26900, "a thousand doubts bring one hello a second");
    hello_answered(&hello, 25950);

    hello_sent(&hello, 26000);
    hello_sent(&hello, 27000);
    ok(hello_sent(&hello, 28000) == HELLO_NO_ANSWER && !hello_connected(&hello),
       "two unanswered hellos end the connection");
    ok(hello_answered(&hello, 90000) == HELLO_ANSWER_AGAIN, "an answer after that is reported");
    ok(hello_connected(&hello) && hello.due == 110000, "the keepalives continue after that answer");

    hello_said(&hello, 95000);
    hello_said(&hello, 95001);
    ok(hello.due == 95000 && hello_connected(&hello),
       "a line brings a hello soon, and the client stays connected");
    hello_sent(&hello, 95001);
    hello_said(&hello, 95002);
    ok(hello.due == 95201, "lines bring at most five hellos a second");
    hello_answered(&hello, 95003);
    ok(hello_lines_lost(&hello, words) == 0, "an answer: no line is in doubt");
    hello_said(&hello, 95004);
    hello_said(&hello, 95005);
    ok(hello_lines_lost(&hello, words) == 2 && strstr(words, "the last 2 lines")
           && hello_lines_lost(&hello, words) == 0, "two are, and told once");

    hello_sent(&hello, 110000);
    hello_sent(&hello, 111000);
    hello_refused(&hello, 111500);
    ok(hello.due == 112500 && hello_sent(&hello, 112500) == HELLO_NO_NEWS,
       "a refusal is an answer too: nobody is told that there was none");

    hello = (struct hello){0};
    hello_now(&hello, 1000);
    hello_sent(&hello, 1000);
    hello_answered(&hello, 1001);
    hello_obey(&hello, 3);
    ok(hello.due == 4000, "the client obeys an interval of three seconds");
    hello_obey(&hello, 0);
    hello_obey(&hello, 20);
    hello_obey(&hello, 4294967);
    ok(hello.keepalive == 3000, "the client ignores zero and intervals longer than its own");
    hello_obey(&hello, 1);
    hello_sent(&hello, 2000);
    ok(hello.due == 2500, "a hello each second is repeated after half a second");

    hello = (struct hello){0};
    ok(hello_ghost(&hello, 90000) == 90000,
       "a ghost is dropped after the default time without a word of the server");
    hello_obey(&hello, 20);
    ok(hello_ghost(&hello, 90000) == 92000,
       "a ghost is dropped after the silence that the server has told");
    hello_obey(&hello, 28800);
    hello_obey(&hello, 28801);
    ok(hello_ghost(&hello, 90000) == 86400000 + 2000 + HELLO_SPARE && hello.keepalive == 0,
       "the longest silence that counts is a day");
    return done();
}
