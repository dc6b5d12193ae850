/* links: stage1/base/text.c */
/*
 * text: the borders of UTF-8 as RFC 3629 draws them, the rules for names, and what is shown.
 */
#include "base/text.h"

#include <string.h>

#include "tap.h"

static struct text of(const char *bytes, size_t size)
{
    return (struct text){bytes, size};
}
#define BYTES(literal) of(literal, sizeof(literal) - 1)

/* Every code point, encoded by hand as RFC 3629, section 3 says, comes back as itself. */
static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t following = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[following] | code >> (6 * following));
    for (size_t i = 1; i <= following; i++) {
        out[i] = (char)(0x80 | (code >> (6 * (following - i)) & 0x3F));
    }
    return following + 1;
}

static void every_code_point(void)
{
    uint32_t wrong = 0, decoded;
    char bytes[4];

    for (uint32_t code = 0; code <= 0x110FFF; code++) {
        bool allowed = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
        size_t size = encode(code, bytes);
        size_t got = utf8_decode(of(bytes, size), &decoded);
        if (allowed ? got != size || decoded != code : got != 0) wrong++;
        for (size_t cut = 1; cut < size; cut++) {
            if (utf8_decode(of(bytes, cut), &decoded) != 0) wrong++;
        }
    }
    ok(wrong == 0, "every code point decodes to itself, no surrogate does, nothing cut does");
}

/* All sequences of two bytes, and of three with an interesting third: as many are valid as the
   table of RFC 3629, section 4 allows. */
static void every_short_sequence(void)
{
    unsigned valid = 0;

    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char bytes[] = {(char)a, (char)b};
            valid += text_valid(of(bytes, 2));
        }
    }
    ok(valid == 128 * 128 + 30 * 64, "%u of all pairs of bytes are valid", valid);
}

static void refused_texts(void)
{
    static const char *const bad[] = {
        "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "\x80", "a\xBF", "\xC2", "\xE3\x81", "\xF0\x9F\x98", "\xE3\x81\x82\x82", "12345678\xC3"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ok(!text_valid(text_of(bad[i])), "bad text %zu is refused", i);
    }
    ok(text_valid(of(NULL, 0)), "the empty text is valid");
    ok(text_valid(text_of("0123456789 abcdef \xE9\x83\xA8\xE5\xB1\x8B 0123456789 \xF0\x9F\x91\x8B")),
       "ASCII, Japanese and an emoji, across the steps of eight, are valid");
    ok(text_valid(BYTES("a\0b")), "a zero byte is a character like any other");
}

static void names(void)
{
    static const char *const bad[] = {
        "", " a", "a ", "a:b", "*a", "/a", "{a", "a\nb", "a\x7F", "\x1B[2J", "\xC2\x85",
        "\xD8\x9C", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6",
        "\xE2\x81\xA9", "\xC3", "mo\xE2\x80\x8B", "m\xC2\xADo", "\xE2\x80\x8D", "\xEF\xBB\xBFmo",
        "\xE2\x81\xA5", "\xE3\x85\xA4", "\xEF\xB8\x8F", "\xF3\xA0\x81\x81", "\xC2\xA0", "mo\xC2\xA0",
        "\xE3\x80\x80" "a", "\xE2\x80\xA9", "\xE2\xA0\x80"};
    static const char *const good[] = {
        "a", "a b", "a*", "a/", "a{", "\xE8\x8A\xB1\xE5\xAD\x90", "O'Neill", "a\xC2\xA0z",
        "\xC2\xAC", "\xC2\xAE", "\xE2\x80\xA7", "\xE2\x81\xB0", "a\xE3\x80\x80z", "\xE2\xA0\x81", "\xEF\xBF\xBC"};
    char longest[256];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ok(!name_valid(text_of(bad[i])), "bad name %zu is refused", i);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ok(name_valid(text_of(good[i])), "good name %zu is taken", i);
    }
    memset(longest, 'n', sizeof longest);
    ok(name_valid(of(longest, 255)), "255 bytes are accepted as a name");
    ok(!name_valid(of(longest, 256)), "256 bytes are refused as a name");
    ok(!name_valid(BYTES("a\0b")), "a zero byte in a name is refused");
    ok(!name_valid(BYTES("\0")), "a zero byte at the start of a name is refused");
}

/* Counted in Unicode's own files: 4174 code points are Default_Ignorable, 25 are White_Space. The
   Braille pattern without a dot is the 26th blank one. */
static void invisible(void)
{
    static const char *const nothing[] = {"", " \t\r\n", "\xE2\x80\x8B", "\xE3\x80\x80\xC2\xA0",
                                          "\xEF\xBB\xBF\xE2\x80\x8E", "\xE2\xA0\x80"};
    static const char *const something[] = {"a", " .", "\xE2\x80\x8B" "a", "\x07", "\xFF", "\xCC\x81"};
    uint32_t unseen = 0, no_name = 0;
    char bytes[4];

    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        struct text one = of(bytes, encode(code, bytes));
        unseen += !text_visible(one);
        no_name += !name_valid(one);
    }
    ok(unseen == 4174 + 26, "%u of all code points are not visible", unseen);
    /* 65 are control characters, of which six are white space; four are forbidden by themselves. */
    ok(no_name == unseen + 65 - 6 + 4, "%u of all code points are not allowed as a name", no_name);
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        ok(!text_visible(text_of(nothing[i])), "text %zu has nothing visible", i);
    }
    for (size_t i = 0; i < sizeof something / sizeof something[0]; i++) {
        ok(text_visible(text_of(something[i])), "text %zu has something visible", i);
    }
}

static void shown(struct text in, const char *expected, const char *what)
{
    char out[256];
    size_t size = text_sanitise(in, out);

    ok(size <= 3 * in.size && text_equal(of(out, size), text_of(expected)), "%s", what);
}

static void sanitised(void)
{
    shown(text_of("plain \xE3\x81\x82"), "plain \xE3\x81\x82", "good text is shown as it is");
    shown(text_of("a\x1B[2Jb"), "a" REPLACEMENT "[2Jb", "an escape sequence is broken");
    shown(text_of("a\r\nb\tc"), "a  b c", "line breaks and tabs become spaces");
    shown(text_of("\xC2\x9B" "31m"), REPLACEMENT "31m", "an eight-bit control is replaced");
    shown(text_of("\xE2\x80\xAEx"), REPLACEMENT "x", "a change of direction is replaced");
    shown(text_of("\xE2\x80\x8E\xE2\x80\x8F\xD8\x9Cx"), "\xE2\x80\x8E\xE2\x80\x8F\xD8\x9Cx",
          "ordinary marks of Hebrew, Arabic and Persian are kept");
    shown(text_of("\xFF\xC3"), REPLACEMENT REPLACEMENT, "each bad byte is replaced");
    shown(BYTES("\0"), REPLACEMENT, "a zero byte is replaced");
    shown(of(NULL, 0), "", "nothing is shown as nothing");
}

int main(void)
{
    plan(99);
    every_code_point();
    every_short_sequence();
    refused_texts();
    names();
    invisible();
    sanitised();
    ok(text_starts(text_of("/name x"), "/name "), "a text starts with its prefix");
    ok(!text_starts(text_of("/nam"), "/name "), "a text does not start with a longer prefix");
    return done();
}
