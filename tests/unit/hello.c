/* links: stage1/hello.c */
/*
 * hello: the timing of a client's hellos, in a time that the test makes up.
 */
#include "hello.h"

#include "tap.h"

int main(void)
{
    struct hello hello = {0};

    hello_now(&hello, 1000);
    ok(hello.due == 1000 && !hello_connected(&hello), "the first goes out at once");
    ok(hello_sent(&hello, 1000) == HELLO_NO_NEWS && hello.due == 2000, "the next a second later");
    ok(hello_sent(&hello, 2000) == HELLO_NO_NEWS, "one unanswered is nothing to tell");
    ok(hello_sent(&hello, 3000) == HELLO_NO_ANSWER, "two are");
    ok(hello_sent(&hello, 4000) == HELLO_NO_NEWS && hello.due == 5000, "it is told once");
    ok(hello_answered(&hello, 4500) == HELLO_FIRST_ANSWER, "then there is an answer");
    ok(hello_connected(&hello) && hello.due == 24500, "and peace for twenty seconds");

    ok(hello_sent(&hello, 24500) == HELLO_NO_NEWS && hello_connected(&hello), "a keepalive");
    ok(hello_answered(&hello, 24501) == HELLO_NO_NEWS, "is answered without a word");

    hello_soon(&hello, 25000);
    ok(hello.due == 26000, "a bad sign, and the next is in a second");
    hello_soon(&hello, 25900);
    ok(hello.due == 26000, "but not put off by another sign");
    hello_sent(&hello, 26000);
    hello_sent(&hello, 27000);
    ok(hello_sent(&hello, 28000) == HELLO_NO_ANSWER && !hello_connected(&hello), "the server went");
    ok(hello_answered(&hello, 90000) == HELLO_ANSWER_AGAIN, "the server came back");
    ok(hello_connected(&hello) && hello.due == 110000, "and all is as before");

    hello_sent(&hello, 110000);
    hello_sent(&hello, 111000);
    hello_refused(&hello, 111500);
    ok(hello.due == 112500 && hello_sent(&hello, 112500) == HELLO_NO_NEWS,
       "a refusal is an answer too: nobody is told that there was none");
    return done();
}
