/* links: stage1/member/foreign.c stage1/wire/protocol.c stage1/base/hash.c stage1/base/random.c stage1/base/program.c stage1/base/text.c */
/*
 * foreign: a server that never welcomes anybody, in a time that the test makes up; and what such
 * servers send, taken apart.
 */
#include "member/foreign.h"
#include "wire/protocol.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static const struct text none = {NULL, 0};

static bool heard(struct foreign *foreign, struct text name, struct text text)
{
    bool own;

    foreign_heard(foreign, text_of("alice"), name, text, &own);
    return own;
}

static struct text said(struct foreign *foreign, struct text text, int64_t now)
{
    static char marked[FOREIGN_MARKED];

    return foreign_said(foreign, text_of("alice"), text, now, marked);
}

static void hellos(void)
{
    static const int64_t pauses[] = {2000, 4000, 8000, 16000, 20000, 20000};
    struct foreign foreign = {0};
    int64_t now = 1000;
    bool good = true;

    ok(foreign_due(&foreign) == FOREIGN_NEVER && !foreign_tick(&foreign, now),
       "nothing is due before a hello");
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        good = good && foreign_hello_sent(&foreign, now) == pauses[i];
        if (i == 1) {
            ok(foreign_due(&foreign) == 5000 && !foreign_tick(&foreign, 4999)
                   && foreign_tick(&foreign, 5000) && !foreign_tick(&foreign, 5000),
               "two hellos unanswered, and as long again as the first: told once");
            foreign_speak(&foreign);
        }
        now += pauses[i];
    }
    ok(good, "hellos become rarer, up to one every 20 seconds");
    ok(foreign.speaks && !foreign.believed && foreign_due(&foreign) == FOREIGN_NEVER,
       "nothing is due while the client sends without a welcome");

    said(&foreign, text_of("hello"), now);
    said(&foreign, text_of("again"), now);
    ok(foreign_refused(&foreign) == 2 && !foreign.speaks && foreign_refused(&foreign) == 0,
       "a refused port ends sending, and two lines count as lost, once");
    ok(foreign_hello_sent(&foreign, now) == 2000 && foreign_due(&foreign) == FOREIGN_NEVER,
       "a new server is asked from the beginning");
    foreign_refused(&foreign);
    foreign_hello_sent(&foreign, now);
    ok(foreign_due(&foreign) == FOREIGN_NEVER, "a hello that was refused counts as none");
    foreign_hello_sent(&foreign, now);
    bool was_due = foreign_due(&foreign) != FOREIGN_NEVER;
    foreign_refused(&foreign);
    ok(was_due && foreign_due(&foreign) == FOREIGN_NEVER, "a refusal takes the time to speak back");
}

static void signs(void)
{
    struct text alice = text_of("alice"), bob = text_of("bob"), hello = text_of("hello");
    struct foreign foreign = {0};
    unsigned back = 0;
    char line[2];

    foreign_hello_sent(&foreign, 1000);
    foreign_hello_sent(&foreign, 3000);
    ok(!heard(&foreign, bob, hello) && foreign.speaks && foreign.believed
           && foreign_due(&foreign) == FOREIGN_NEVER,
       "a client that hears another member sends at once");
    said(&foreign, hello, 5000);
    ok(foreign.lines == 1 && foreign.line_at == 5000 + FOREIGN_PACE,
       "a line is sent, and the next one later");
    ok(!heard(&foreign, bob, hello), "the same line under another name is not ours");
    ok(foreign.lines == 0, "a line of another member confirms that lines arrive");
    ok(!heard(&foreign, alice, text_of("hello!")), "a line that we did not send is not ours");
    ok(heard(&foreign, alice, hello), "our line is recognised when it comes back");
    ok(!heard(&foreign, alice, hello), "our line is recognised only once");
    ok(heard(&foreign, alice, none), "our hello is recognised when it comes back");
    ok(!heard(&foreign, bob, none), "another member's hello is not ours");

    for (int i = 0; i < 100; i++) {
        line[0] = (char)(' ' + i % 90);
        line[1] = (char)('0' + i / 90);
        said(&foreign, (struct text){line, 2}, 6000);
    }
    for (int i = 0; i < 100; i++) {
        line[0] = (char)(' ' + i % 90);
        line[1] = (char)('0' + i / 90);
        back += heard(&foreign, alice, (struct text){line, 2});
    }
    ok(back == FOREIGN_MEMORY, "as many lines are recognised as are stored");
}

/* In memory of just its size, so that a sanitizer sees a step beyond it. */
static bool is(const char *bytes, size_t size, enum datagram_kind kind, const char *name,
               const char *text)
{
    char *own = malloc(size > 0 ? size : 1);

    if (!own) return false;
    if (size > 0) memcpy(own, bytes, size);
    struct datagram datagram = datagram_decode_foreign(own, size);
    bool good = datagram.kind == kind && (!name || text_equal(datagram.name, text_of(name)))
        && (!text || text_equal(datagram.text, text_of(text)));
    free(own);
    return good;
}

static void dialects(void)
{
    static char much[DATAGRAM_LIMIT + 1];

    ok(is("\003bobhi", 6, DATAGRAM_SAY, "bob", "hi"), "a message in our form is read");
    ok(is("\003bob", 4, DATAGRAM_HELLO, "bob", ""), "a hello in our form is read");
    ok(is("\0hi", 3, DATAGRAM_NOTICE, NULL, "hi"), "a notice in our form is read");
    ok(is("", 1, DATAGRAM_GOODBYE, NULL, NULL), "a goodbye in our form is read");
    ok(is("bob: hi", 7, DATAGRAM_SAY, "bob", "hi"), "a bare NAME: TEXT is read as a message");
    ok(is("bob:hi", 6, DATAGRAM_SAY, "bob", "hi"),
       "a bare NAME:TEXT without the space is read as a message");
    ok(is("bob: a: b", 9, DATAGRAM_SAY, "bob", "a: b"), "the first colon ends the name");
    ok(is("bob: ", 5, DATAGRAM_HELLO, "bob", ""), "a bare name and colon is read as a hello");
    ok(is("bob joined", 10, DATAGRAM_NOTICE, NULL, "bob joined"),
       "a text without a colon is read as a notice");
    ok(is("*bob: hi", 8, DATAGRAM_NOTICE, NULL, "*bob: hi"),
       "a text with an invalid name before the colon is a notice");
    ok(is(": hi", 4, DATAGRAM_NOTICE, NULL, ": hi"),
       "a text with no name before the colon is a notice");
    ok(is("\xC3: hi", 5, DATAGRAM_MALFORMED, NULL, NULL),
       "a bare text that is not UTF-8 is malformed");
    ok(is("\003bob\xFF", 5, DATAGRAM_BAD_TEXT, NULL, NULL),
       "a message in our form that is not UTF-8 is refused");
    ok(is("  \t ", 4, DATAGRAM_MALFORMED, NULL, NULL), "an invisible text is malformed");
    ok(is("", 0, DATAGRAM_MALFORMED, NULL, NULL), "an empty datagram is malformed");
    memset(much, 'x', sizeof much);
    ok(is(much, sizeof much, DATAGRAM_TOO_LONG, NULL, NULL),
       "a datagram of 4097 bytes is too long");
    ok(is(much, 100, DATAGRAM_NOTICE, NULL, NULL), "a long word is read as a notice");
}

static void ends(void)
{
    struct foreign foreign = {0};

    foreign_speak(&foreign);
    ok(foreign_next(&foreign, false) == FOREIGN_NEVER,
       "a script that waits for input has nothing due");
    ok(text_equal(said(&foreign, text_of("one"), 1000), text_of("alice (unconfirmed)"))
           && foreign_next(&foreign, true) == 1000 + FOREIGN_PACE,
       "the lines of a script are paced");
    ok(foreign_finish(&foreign, 2000) == FOREIGN_WAITS
           && foreign_next(&foreign, false) == 2000 + FOREIGN_LINGER
           && foreign_finish(&foreign, 2000 + FOREIGN_LINGER) == FOREIGN_UNSURE,
       "a script waits at its end, and its line may be lost without a sign");
    heard(&foreign, text_of("bob"), text_of("hi"));
    ok(foreign_finish(&foreign, 2001) == FOREIGN_SURE, "a script ends at once after a sign");
    ok(text_equal(said(&foreign, text_of("two"), 3000), text_of("alice"))
           && foreign_finish(&foreign, 3000) == FOREIGN_WAITS
           && foreign_finish(&foreign, 2000 + FOREIGN_LINGER) == FOREIGN_SURE,
       "a later script line ends without a sign after a pause");
    foreign = (struct foreign){.speaks = true};
    ok(foreign_finish(&foreign, 1) == FOREIGN_WAITS
           && foreign_finish(&foreign, 1 + FOREIGN_LINGER) == FOREIGN_NOBODY,
       "a script without lines may have no server");
    foreign.ours = true;
    ok(!foreign_speaks(&foreign) && foreign_next(&foreign, true) == FOREIGN_NEVER
           && text_equal(said(&foreign, text_of("x"), 9), text_of("alice")) && foreign.lines == 0,
       "a server of ours is not foreign");
}

int main(void)
{
    plan(42);
    hellos();
    signs();
    dialects();
    ends();
    return done();
}
