/* links: stage1/terminal/width.c stage1/base/text.c */
/*
 * width: samples of each kind, and, as a second opinion, the C library's own table.
 */
#define _XOPEN_SOURCE 700 /* for wcwidth */
#include "terminal/width.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "tap.h"

static void samples(void)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *what;
    } sample[] = {
        {"hello", 5, "Latin letters"},
        {"caf\xC3\xA9", 4, "an accented letter"},
        {"e\xCC\x81", 1, "a letter and a combining accent"},
        {"\xE9\x83\xA8\xE5\xB1\x8B", 4, "two Chinese characters"},
        {"\xE3\x81\x8B\xE3\x82\x99", 2, "hiragana with a combining mark"},
        {"\xEF\xBD\xB1", 1, "half-width katakana"},
        {"\xEF\xBC\xA1", 2, "a full-width letter"},
        {"\xED\x95\x9C", 2, "a Korean syllable"},
        {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2, "a Korean syllable from its three parts"},
        {"\xF0\x9F\x91\x8B", 2, "an emoji"},
        {"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", 4, "Hebrew"},
        {"\xE2\x80\x8B", 0, "a zero-width space"},
        {"\xF3\xA0\x80\xA0", 0, "a tag character"},
        {"\xFF", 1, "a byte that is no text"},
        {"", 0, "nothing"},
    };

    for (size_t i = 0; i < sizeof sample / sizeof sample[0]; i++) {
        ok(width_of_text(text_of(sample[i].text)) == sample[i].columns,
           "the width of %s is %zu columns", sample[i].what, sample[i].columns);
    }
}

/* glibc's table is of another year, so a few may differ, but not many. (musl's knows nothing of
   the scripts that were added late.) */
static void second_opinion(void)
{
    unsigned asked = 0, other = 0;

#ifndef __GLIBC__
    skip(1, "the C library differs on few characters", "glibc");
    return;
#endif
    if (!setlocale(LC_CTYPE, "C.UTF-8") || wcwidth(L'\x3042') != 2) {
        skip(1, "the C library differs on few characters", "a UTF-8 locale");
        return;
    }
    for (uint32_t code = 0xA0; code < 0x20000; code++) {
        int theirs = code >= 0xD800 && code <= 0xDFFF ? -1 : wcwidth((wchar_t)code);
        if (theirs < 0) continue;
        asked++;
        other += (size_t)theirs != width_of(code);
    }
    ok(asked > 50000 && other < asked / 100,
       "the C library differs on %u of %u characters", other, asked);
}

int main(void)
{
    plan(16);
    samples();
    second_opinion();
    return done();
}
