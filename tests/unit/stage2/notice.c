/* links: stage2/wire/notice.c stage2/wire/protocol.c stage2/base/text.c */
/*
 * notice, and what a client makes of what the server sends: which is a notice, which was said, and
 * which notices mean something to the client's program.
 */
#include "wire/notice.h"

#include <string.h>

#include "tap.h"
#include "wire/protocol.h"

static char out[NOTICE_LIMIT];

static bool reads_speak(const char *notice, unsigned seconds)
{
    return notice_read_speak(text_of(notice)) == seconds;
}

static void seconds(void)
{
    bool right = true;

    for (int64_t i = 1; i < 1000000; i = i * 3 + 1) {
        size_t size = notice_speak(i, out);
        right = right && notice_read_speak((struct text){out, size}) == i;
        size = notice_silent(i, out);
        right = right && notice_is_end((struct text){out, size})
            && notice_read_speak((struct text){out, size}) == 0;
    }
    ok(right, "a client reads each number of seconds that a server writes");
    ok(reads_speak("speak at least every 0 seconds", 0)
       && reads_speak("speak at least every 9 seconds", 9)
       && reads_speak("speak at least every 999999 seconds", 999999),
       "an interval of one to six digits is read");
    ok(reads_speak("speak at least every 1000000 seconds", 0), "seven are none");
    ok(reads_speak("speak at least every  seconds", 0)
       && reads_speak("speak at least every 3 second", 0)
       && reads_speak("speak at least every 3 seconds!", 0)
       && reads_speak("speak at least every -3 seconds", 0)
       && reads_speak("speak at least every 3: seconds", 0)
       && reads_speak("speak at least every 3/ seconds", 0)
       && reads_speak("speak at least every", 0) && reads_speak("", 0)
       && reads_speak("Speak at least every 3 seconds", 0),
       "a notice that is almost an interval is not read as one");
}

static void meanings(void)
{
    static const char *const refusals[] = {NOTICE_NO_COMMAND, NOTICE_NOT_HOST, NOTICE_KICK_WHOM,
                                           NOTICE_KICK_SELF, NOTICE_TOO_LONG, NOTICE_BAD_TEXT,
                                           "nobody here is called bob"};
    static const char *const news[] = {NOTICE_CLOSED, NOTICE_YOU_ARE_OUT, NOTICE_SHUTTING_DOWN,
                                       NOTICE_HELP, "welcome, bob", "bob joined", ""};

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        ok(notice_is_refusal(text_of(refusals[i])) && !notice_is_end(text_of(refusals[i])),
           "a refusal is recognised: %s", refusals[i]);
    }
    for (size_t i = 0; i < sizeof news / sizeof news[0]; i++) {
        ok(!notice_is_refusal(text_of(news[i])) && !notice_is_end(text_of(news[i])),
           "a notice is neither a refusal nor an end: %s", news[i]);
    }
    const char *lost = NOTICE_UNREACHABLE;
    ok(notice_is_end(text_of(lost)) && !notice_is_refusal(text_of(lost)),
       "an end is recognised: %s", lost);
    ok(notice_is_end(text_of("you were silent for 60 seconds and were taken out"))
       && !notice_is_end(text_of("you were silent for 0 seconds and were taken out"))
       && !notice_is_end(text_of("you were silent for 60 seconds")),
       "an end for silence is recognised");
}

static bool is_notice(const char *bytes, const char *expected)
{
    struct text name = {NULL, 0}, text = {NULL, 0};

    return !talk_decode(text_of(bytes), &name, &text) && !name.bytes
        && text_equal(text, text_of(expected));
}

static bool is_said(const char *bytes, const char *by, const char *what)
{
    struct text name, text;

    return talk_decode(text_of(bytes), &name, &text) && text_equal(name, text_of(by))
        && text_equal(text, text_of(what));
}

static void lists(void)
{
    static const struct text names[] = {{"ann", 3}, {"bob", 3}, {"carol", 5}, {"dave", 4}};
    static const char *const wanted[] = {"ann left", "ann and bob left", "ann, bob and carol left",
                                         "ann, bob and 2 others left"};

    for (size_t count = 1; count <= 4; count++) {
        size_t size = notice_people(names, count, "left", out);
        ok(text_equal((struct text){out, size}, text_of(wanted[count - 1])),
           "a notice about %zu members names them or counts them", count);
    }
}

/* The client looks only for its own server's words; the number in them is the server's. */
static void stays(void)
{
    size_t size = notice_stay(20, out);

    ok(notice_is_stay((struct text){out, size}) && !notice_is_end((struct text){out, size})
       && notice_read_speak((struct text){out, size}) == 0, "a reminder is recognised");
    ok(!notice_is_stay((struct text){out, size - 1}) && !notice_is_stay(text_of(""))
       && !notice_is_stay((struct text){out, notice_speak(20, out)}),
       "no other notice is taken for a reminder");
}

static void talk(void)
{
    char bytes[TALK_LIMIT + 1];
    struct text name, text, long_one = {bytes, TALK_LIMIT - 7};

    size_t size = talk_encode(text_of("花子"), text_of("a: b"), bytes);
    ok(talk_decode((struct text){bytes, size}, &name, &text) && text_equal(name, text_of("花子"))
       && text_equal(text, text_of("a: b")), "a message is read as it was written");
    ok(is_said("a:b", "a", "b") && is_said("a: b", "a", "b") && is_said("a:  b", "a", " b"),
       "a message is read with one space after the colon or none");
    ok(is_said("a:", "a", "") && is_said("a: ", "a", "") && is_said(":", "", ""),
       "a message without a text is read");
    ok(talk_decode((struct text){"a: b", 2}, &name, &text) && text.size == 0,
       "what lies behind a message is not a part of it");
    ok(is_notice("* a: b", "a: b") && is_notice("* ", ""), "a notice may contain a colon");
    ok(is_said("*: b", "*", "b"), "a name may be *");
    ok(is_notice("hello", "hello") && is_notice("", "") && is_notice("*", "*"),
       "a text that is neither is shown as a notice");
    char said[TALK_LIMIT];
    memset(bytes, 'x', sizeof bytes);
    ok(talk_encode(text_of("alice"), long_one, said) == TALK_LIMIT,
       "a message of %d bytes fits", TALK_LIMIT);
    long_one.size++;
    ok(talk_encode(text_of("alice"), long_one, said) == 0,
       "a message that is one byte longer does not fit");
}

/* A guess must be right in all bytes, and in every one of them. */
static void tokens(void)
{
    struct token token, other, again;
    char digits[TOKEN_DIGITS];
    unsigned different = 0;

    for (unsigned i = 0; i < TOKEN_BYTES; i++) token.bytes[i] = (unsigned char)(37 * i + 200);
    other = token;
    ok(token_equal(&token, &other), "a token is equal to itself");
    for (unsigned bit = 0; bit < 8 * TOKEN_BYTES; bit++) {
        other = token;
        other.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        different += !token_equal(&token, &other);
    }
    ok(different == 8 * TOKEN_BYTES, "a token differs from each with one other bit");
    token_print(&token, digits);
    ok(token_parse((struct text){digits, sizeof digits}, &again) && token_equal(&token, &again),
       "a printed token is read again");
    digits[0] = 'G';
    bool refused = !token_parse((struct text){digits, sizeof digits}, &again);
    digits[0] = 'F';
    ok(refused && !token_parse((struct text){digits, sizeof digits}, &again)
       && !token_parse((struct text){digits, sizeof digits - 1}, &again),
       "other letters, or another number of them, are no token");
}

int main(void)
{
    plan(39);
    seconds();
    meanings();
    stays();
    lists();
    talk();
    tokens();
    return done();
}
