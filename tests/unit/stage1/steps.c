/* links: stage1/base/text.c */
/*
 * steps: the rules for text and names in the small server of chapter 1, docs/steps/stage1/safe.c,
 * are those of the real one.
 */
#include "base/text.h"

#include "tap.h"

#define main safe_main
#include "../../../docs/steps/stage1/safe.c"
#undef main

static bool same(const unsigned char *at, size_t size)
{
    struct text text = {(const char *)at, size};

    return is_valid(at, size, false) == text_valid(text)
        && (size > 255 || is_valid(at, size, true) == name_valid(text));
}

/* `code` in three or four bytes, even if it is too small or too large for them. */
static size_t encode(unsigned long code, size_t size, unsigned char *out)
{
    for (size_t i = size - 1; i > 0; i--, code >>= 6) out[i] = (unsigned char)(0x80 | (code & 0x3f));
    out[0] = (unsigned char)((size == 4 ? 0xf0 : size == 3 ? 0xe0 : 0xc0) | code);
    return size;
}

int main(void)
{
    unsigned long wrong = 0;
    unsigned char two[2];

    plan(4);
    for (unsigned long pair = 0; pair < 0x10000; pair++) {
        two[0] = (unsigned char)(pair >> 8);
        two[1] = (unsigned char)pair;
        if (!same(two, 1) || !same(two, 2)) wrong++;
    }
    ok(wrong == 0, "the small programs judge %lu of all pairs of bytes otherwise", wrong);
    wrong = 0;
    for (unsigned long code = 0; code < 0x200000; code++) {
        for (size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4; size <= 4; size++) {
            unsigned char middle[8] = "ab", edge[8] = "a";
            size_t end = 1 + encode(code, size, edge + 1);
            encode(code, size, middle + 1);
            middle[end] = 'b';
            if (!same(edge, end) || !same(edge + 1, size) || !same(middle, end + 1)) wrong++;
            if (!same(edge + 1, size - 1)) wrong++; /* cut short */
        }
    }
    ok(wrong == 0,
       "the small programs judge %lu of all code points otherwise, well written or not", wrong);
    unsigned char name[255];
    memset(name, 'x', sizeof name);
    ok(same(name, 255) && is_valid(name, 255, true),
       "the small programs accept a name of 255 bytes");
    ok(same(name, 0) && !is_valid(name, 0, true), "the small programs refuse an empty name");
    return done();
}
