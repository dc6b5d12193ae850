/* links: stage1/wire/protocol.c stage1/wire/notice.c stage1/base/text.c */
/*
 * protocol and notice of stage 1: every kind of datagram, there and back, at every length.
 */
#include "wire/protocol.h"

#include <string.h>

#include "tap.h"
#include "wire/notice.h"

static enum datagram_kind kind_of(const char *bytes, size_t size)
{
    return datagram_decode(bytes, size).kind;
}
#define KIND(literal) kind_of(literal, sizeof(literal) - 1)

static void kinds(void)
{
    static const char long_one[DATAGRAM_LIMIT + 1] = "\001a", long_notice[DATAGRAM_LIMIT + 1];

    ok(KIND("\005alicehello") == DATAGRAM_SAY, "a name and a text are a message");
    ok(KIND("\005alice") == DATAGRAM_HELLO, "a name alone is a hello");
    ok(KIND("\000") == DATAGRAM_GOODBYE, "the byte 0 is a goodbye");
    ok(KIND("\000text") == DATAGRAM_NOTICE, "a text without a name is a notice");
    ok(KIND("\000\377") == DATAGRAM_NOTICE, "any bytes without a name are a notice");
    ok(KIND("") == DATAGRAM_MALFORMED, "an empty datagram is malformed");
    ok(KIND("\006alice") == DATAGRAM_MALFORMED, "a name that exceeds the datagram is malformed");
    ok(KIND("\377") == DATAGRAM_MALFORMED, "a size byte alone is malformed");
    ok(KIND("\003a:btext") == DATAGRAM_BAD_NAME, "a name with a colon is refused");
    ok(KIND("\001atext\303") == DATAGRAM_BAD_TEXT,
       "a text that is cut within a character is refused");
    ok(KIND("\003\346\227xtext") == DATAGRAM_BAD_NAME, "a name that is not UTF-8 is refused");
    ok(kind_of(long_one, DATAGRAM_LIMIT + 1) == DATAGRAM_TOO_LONG, "4097 bytes are too long");
    ok(kind_of(long_notice, DATAGRAM_LIMIT + 1) == DATAGRAM_NOTICE,
       "4097 bytes without a name are a notice");
    ok(kind_of(long_one, DATAGRAM_LIMIT) == DATAGRAM_SAY, "4096 bytes fit");
}

/* A name and a text of every length that fits, encoded and decoded; and of those that do not. */
static void there_and_back(void)
{
    static char text[DATAGRAM_LIMIT + 1], name[NAME_LIMIT + 1], out[DATAGRAM_LIMIT];
    size_t wrong = 0;

    memset(text, 't', sizeof text);
    memset(name, 'n', sizeof name);
    for (size_t n = 1; n <= NAME_LIMIT; n += 2) {
        for (size_t t = 1; t <= sizeof text; t += t < 10 || t > 3830 ? 1 : 501) {
            size_t size = datagram_encode((struct text){name, n}, (struct text){text, t}, out);
            if (1 + n + t > DATAGRAM_LIMIT) {
                wrong += size != 0;
                continue;
            }
            struct datagram back = datagram_decode(out, size);
            wrong += size != 1 + n + t || back.kind != DATAGRAM_SAY || back.name.size != n
                || back.text.size != t;
        }
    }
    ok(wrong == 0, "a datagram decodes to what was encoded, if it fits");
    ok(datagram_encode((struct text){name, 256}, (struct text){NULL, 0}, out) == 0,
       "a name of 256 bytes is refused");
}

/* Any bytes at all, at any length, decode to something that lies within them. */
static void any_bytes(void)
{
    char bytes[64];
    uint32_t state = 7;
    size_t outside = 0;

    for (int i = 0; i < 200000; i++) {
        for (size_t j = 0; j < sizeof bytes; j++) {
            state = state * 1664525u + 1013904223u;
            bytes[j] = (char)(state >> 24);
        }
        bytes[0] = (char)(bytes[0] & 0x3F);
        size_t size = (state >> 10) % (sizeof bytes + 1);
        struct datagram datagram = datagram_decode(bytes, size);
        if (datagram.kind > DATAGRAM_NOTICE) continue;
        const char *end = datagram.text.bytes + datagram.text.size;
        outside += datagram.text.size > 0 && end != bytes + size;
        outside += datagram.name.size > 0 && datagram.name.bytes != bytes + 1;
    }
    ok(outside == 0, "name and text are always within the bytes");
}

static void says(size_t size, const char *notice, const char *expected)
{
    ok(text_equal((struct text){notice, size}, text_of(expected)), "the notice is %s", expected);
}

static void notices(void)
{
    static char longest[NAME_LIMIT];
    struct text names[3];
    char out[NOTICE_LIMIT];

    names[0] = text_of("bob");
    names[1] = text_of("carol");
    names[2] = text_of("dave");
    says(notice_welcome(names[0], out), out, "welcome, bob");
    says(notice_taken(names[0], out), out, "the name bob is taken, choose another one");
    says(notice_renamed(names, names + 1, 1, out), out, "bob is now called carol");
    says(notice_renamed(names, names + 1, 2, out), out,
         "bob is now called carol, carol is now called dave");
    says(notice_renamed(names, names + 1, 4, out), out,
         "bob is now called carol, carol is now called dave and 2 others have new names");
    says(notice_too_often(names[0], out), out,
         "not renamed to bob: too many new names, wait a little");
    says(notice_silent(60, out), out, "you were silent for 60 seconds and were taken out");
    says(notice_speak(7, out), out, "speak at least every 7 seconds");
    says(notice_stay(7, out), out,
         "say something within 7 seconds to stay; your name without a text will do");
    ok(notice_is_stay((struct text){out, notice_stay(1, out)})
           && !notice_is_stay(text_of("say something within 7 seconds to stay")),
       "a reminder is recognised");
    ok(notice_read_speak((struct text){out, notice_speak(7, out)}) == 7,
       "an interval is read from its notice");
    ok(notice_read_speak((struct text){out, notice_speak(123456, out)}) == 123456
           && notice_read_speak((struct text){out, notice_speak(1234567, out)}) == 0,
       "a number of six digits is read, one of seven is not");
    says(notice_rate(20, 1000000, out), out,
         "say at most 20 lines and 1000000 kilobytes a second");
    uint32_t lines, kilobytes;
    ok(notice_read_rate((struct text){out, notice_rate(20, 1000000, out)}, &lines, &kilobytes)
           && lines == 20 && kilobytes == 1000000, "a rate is read from its notice");
    ok(notice_is_end((struct text){out, notice_silent(60, out)})
           && notice_is_end(text_of(NOTICE_UNREACHABLE)), "an end is known as one");
    static const char *const others[] = {
        "speak at least every  seconds", "speak at least every -1 seconds",
        "speak at least every 12345678 seconds", "speak at least every 7 seconds!",
        "speak at least every 7", "say at most 7 lines",
        "say at most 0 lines and 5 kilobytes a second", "say at most 5 kilobytes a second",
        "say at most 1 lines and 12345678 kilobytes a second", "you were silent for 60 seconds",
        "carol left", ""};
    unsigned taken = 0;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        taken += notice_read_speak(text_of(others[i])) + notice_is_end(text_of(others[i]));
        taken += notice_read_rate(text_of(others[i]), &lines, &kilobytes);
    }
    ok(taken == 0, "no other text is taken for one of these notices");
    says(notice_people(names, 1, "joined", out), out, "bob joined");
    says(notice_people(names, 2, "left", out), out, "bob and carol left");
    says(notice_people(names, 3, "joined", out), out, "bob, carol and dave joined");
    says(notice_people(names, 4, "left", out), out, "bob, carol and 2 others left");
    says(notice_people(names, 1000000, "left", out), out, "bob, carol and 999998 others left");

    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < 3; i++) names[i] = (struct text){longest, NAME_LIMIT};
    ok(notice_people(names, 3, "joined", out) < NOTICE_LIMIT,
       "a notice with the longest names fits");
    ok(notice_renamed(names, names, 3, out) < NOTICE_LIMIT,
       "a notice with the longest names twice fits");
}

int main(void)
{
    plan(40);
    kinds();
    there_and_back();
    any_bytes();
    notices();
    return done();
}
