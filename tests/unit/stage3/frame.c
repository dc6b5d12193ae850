/* links: stage3/wire/frame.c */
/*
 * frame: bodies, rows and entries, there and back; and what is cut short or changed.
 */
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static const unsigned char id[SEAL_ID] = "a member's id 16";
static unsigned long touched; /* so that a sanitizer sees every byte that is pointed to */

static bool equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static struct text of(const char *string)
{
    return (struct text){string, strlen(string)};
}

static void touch(struct text text)
{
    for (size_t i = 0; i < text.size; i++) touched += (unsigned char)text.bytes[i];
}

/* --- bodies --- */

static void up(void)
{
    static const char expected[] = "\001\0\0\0\0\0\0\0\2\0\0\0\0\0\0\3\4\0\0\0\0\0\0\0\0"
                                   "\xFF\xEE\xDD\xCC\xBB\xAA\x99\x88items";
    struct up in = {.flags = FRAME_ANSWER_ME, .echo = 2, .read = 0x304,
                    .number = UINT64_C(0xFFEEDDCCBBAA9988)}, out;
    char body[FRAME_UP_HEAD + 5];

    memcpy(body + FRAME_UP_HEAD, "items", 5);
    up_encode(&in, body);
    ok(memcmp(body, expected, sizeof body) == 0, "a client's body has the bytes of the protocol");
    ok(up_decode((struct text){body, sizeof body}, &out) && out.flags == 1 && out.echo == 2
           && out.read == 0x304 && out.from == 0 && out.number == in.number
           && equal(out.items, of("items")), "a client's body is read as it was written");
    ok(!up_decode((struct text){body, FRAME_UP_HEAD - 1}, &out), "a head that is cut is refused");
    body[0] = 2;
    ok(!up_decode((struct text){body, sizeof body}, &out), "unknown flags are refused");
}

static void down(void)
{
    struct down in = {.accepted = 0x0102030405060708, .first = 9}, out;
    char body[FRAME_DOWN_HEAD + 3] = "................abc";

    down_encode(&in, body);
    ok(memcmp(body, "\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\11abc", sizeof body) == 0,
       "a server's body has the bytes of the protocol");
    ok(down_decode((struct text){body, sizeof body}, &out) && out.accepted == in.accepted
           && out.first == 9 && equal(out.entries, (struct text){body + FRAME_DOWN_HEAD, 3}),
       "a server's body is read as it was written");
    ok(!down_decode((struct text){body, FRAME_DOWN_HEAD - 1}, &out), "cut, it is refused");
}

/* --- rows --- */

static void rows(void)
{
    char bytes[64];
    size_t size = frame_put(7, of("seven"), bytes);
    struct row row;

    size += frame_put(8, (struct text){NULL, 0}, bytes + size);
    ok(size == 11 && memcmp(bytes, "\7\0\5seven\10\0\0", size) == 0,
       "rows have the bytes of the protocol");
    struct text left = {bytes, size};
    ok(frame_next(&left, &row) && row.kind == 7 && equal(row.bytes, of("seven"))
           && frame_next(&left, &row) && row.kind == 8 && row.bytes.size == 0
           && !frame_next(&left, &row) && left.size == 0, "rows are read in order");
    unsigned wrong = 0;
    for (size_t cut = 0; cut < size; cut++) {
        left = (struct text){bytes, cut};
        while (frame_next(&left, &row)) continue;
        wrong += (left.size == 0) != (cut == 0 || cut == 8);
    }
    ok(wrong == 0, "a cut row is left over");
    memmove(bytes + FRAME_ROW, "in place", 8);
    ok(frame_put(1, (struct text){bytes + FRAME_ROW, 8}, bytes) == 11
           && memcmp(bytes, "\1\0\10in place", 11) == 0, "a row whose bytes stand there already");
}

/* --- entries --- */

static const struct entry samples[] = {
    {.kind = ENTRY_SAID, .member = id, .number = 258, .name = {"bob", 3}, .text = {"hello", 5}},
    {.kind = ENTRY_SAID, .member = id, .number = UINT64_MAX, .name = {"b", 1}},
    {.kind = ENTRY_JOINED, .member = id, .name = {"bob", 3}},
    {.kind = ENTRY_LEFT, .member = id, .why = LEFT_LOST, .name = {"bob", 3}},
    {.kind = ENTRY_KICKED, .member = id, .name = {"bob", 3}},
    {.kind = ENTRY_CLOSED, .why = CLOSED_SHUTDOWN},
    {.kind = ENTRY_GAP, .number = 0x0102030405060708},
    {.kind = ENTRY_NOTICE, .text = {"listen", 6}},
};

static bool has_member(const struct entry *entry)
{
    return entry->kind <= ENTRY_KICKED;
}

static bool same(const struct entry *a, const struct entry *b)
{
    return a->kind == b->kind && a->number == b->number && a->why == b->why
        && equal(a->name, b->name) && equal(a->text, b->text)
        && (!has_member(a) || memcmp(a->member, b->member, SEAL_ID) == 0);
}

/* In memory of just its size. True: it is an entry, and all that it points to is within it. */
static bool decodes(const void *bytes, size_t size, struct entry *entry)
{
    char *exact = malloc(size ? size : 1);
    struct text left = {exact, size};
    struct row row;

    if (size > 0) memcpy(exact, bytes, size);
    bool good = frame_next(&left, &row) && entry_decode(row, entry);
    if (good) {
        touch(entry->name);
        touch(entry->text);
        if (has_member(entry)) touch((struct text){(const char *)entry->member, SEAL_ID});
    }
    free(exact);
    return good;
}

static void entries(void)
{
    unsigned char bytes[FRAME_ENTRY_LIMIT];
    struct entry back;
    struct row row;
    unsigned wrong = 0, refused = 0;

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t size = entry_encode(&samples[i], bytes);
        struct text left = {(char *)bytes, size};
        wrong += !frame_next(&left, &row) || left.size != 0 || !entry_decode(row, &back)
            || !same(&samples[i], &back);
        for (size_t cut = 0; cut < size; cut++) refused += !decodes(bytes, cut, &back);
        refused -= (unsigned)size;
        for (size_t bit = 0; bit < 8 * size; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            decodes(bytes, size, &back);
            bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
    ok(wrong == 0, "every kind of entry is decoded as it was encoded");
    ok(refused == 0, "cut anywhere, each is refused");
    ok(touched > 0, "an entry with a flipped bit is not read beyond its end");
}

/* Shorter bytes under a row of a right size. */
static void short_entries(void)
{
    static const struct { uint8_t kind; size_t least, most; } sizes[] = {
        {0, 1, 0}, {ENTRY_SAID, 25, 99}, {ENTRY_JOINED, 16, 99}, {ENTRY_LEFT, 17, 99},
        {ENTRY_KICKED, 16, 99}, {ENTRY_CLOSED, 1, 1}, {ENTRY_GAP, 8, 8}, {ENTRY_NOTICE, 0, 99},
        {ENTRY_PART, 1, 0}, {255, 1, 0}
    };
    char zeros[64] = {0}, bytes[64 + FRAME_ROW];
    struct entry entry;
    unsigned wrong = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t size = 0; size <= sizeof zeros; size++) {
            size_t whole = frame_put(sizes[i].kind, (struct text){zeros, size}, bytes);
            bool right = size >= sizes[i].least && size <= sizes[i].most;
            wrong += decodes(bytes, whole, &entry) != right;
        }
    }
    ok(wrong == 0, "each kind has its least size, and closed and gap just one; others are refused");
    memset(zeros, 0, sizeof zeros);
    zeros[SEAL_ID + 8] = 5;
    size_t whole = frame_put(ENTRY_SAID, (struct text){zeros, 25 + 4}, bytes);
    ok(!decodes(bytes, whole, &entry), "a name that would be longer than its entry is refused");
}

/* --- parts --- */

static bool part_is_taken(uint64_t number, unsigned offset, unsigned whole, size_t size)
{
    static char bytes[FRAME_WHOLE_LIMIT];
    unsigned char row[FRAME_ROW + FRAME_PART_HEAD + FRAME_WHOLE_LIMIT];
    struct part part = {.number = number, .offset = offset, .whole = whole, .bytes = {bytes, size}};
    struct text left = {(char *)row, part_encode(ENTRY_PART, &part, row)};
    struct part back;
    struct row one;

    if (!frame_next(&left, &one) || left.size != 0 || one.kind != ENTRY_PART) abort();
    if (!part_decode(one.bytes, &back)) return false;
    touch(back.bytes);
    if (back.number != number || back.offset != offset || back.whole != whole) abort();
    return back.bytes.size == size;
}

static void parts(void)
{
    static const unsigned char wire[] = {8, 0, 15, 0, 0, 0, 0, 0, 0, 1, 2, 0, 7, 0, 10,
                                         'e', 'n', 'd'};
    struct part part = {.number = 0x102, .offset = 7, .whole = 10, .bytes = {"end", 3}};
    unsigned char row[64];
    unsigned wrong = 0;

    ok(part_encode(ENTRY_PART, &part, row) == sizeof wire && memcmp(row, wire, sizeof wire) == 0,
       "a part is its number, where it belongs, how long the whole is, and bytes");
    for (unsigned size = 0; size <= FRAME_PART_HEAD; size++) {
        wrong += part_decode((struct text){(char *)row + FRAME_ROW, size}, &part);
    }
    ok(wrong == 0, "cut before there is a byte, it is refused");
    ok(part_is_taken(1, 0, 10, 10) && part_is_taken(UINT64_MAX, 9, 10, 1)
           && part_is_taken(0, 0, FRAME_WHOLE_LIMIT, 1000)
           && part_is_taken(1, FRAME_WHOLE_LIMIT - 1, FRAME_WHOLE_LIMIT, 1),
       "any piece of what is there is taken, however small");
    ok(!part_is_taken(1, 10, 10, 1) && !part_is_taken(1, 11, 10, 1) && !part_is_taken(1, 0, 10, 11)
           && !part_is_taken(1, 9, 10, 2) && !part_is_taken(1, 65535, 10, 1),
       "a piece that exceeds the whole is refused");
    ok(!part_is_taken(1, 0, 0, 1) && !part_is_taken(1, 0, 2, 1) && part_is_taken(1, 0, 3, 1)
           && !part_is_taken(1, 0, FRAME_WHOLE_LIMIT + 1, 1) && !part_is_taken(1, 0, 65535, 1),
       "a piece of an invalid whole is refused");
    ok(FRAME_ENTRY_LIMIT <= FRAME_WHOLE_LIMIT && FRAME_ROW + FRAME_TEXT_LIMIT <= FRAME_WHOLE_LIMIT,
       "the largest entry and the largest item are not too long");
}

static void largest(void)
{
    static char name[NAME_LIMIT], text[FRAME_TEXT_LIMIT];
    unsigned char *bytes = malloc(FRAME_ENTRY_LIMIT);
    struct entry said = {.kind = ENTRY_SAID, .member = id, .number = 1, .name = {name, NAME_LIMIT},
                         .text = {text, FRAME_TEXT_LIMIT}};

    ok(entry_encode(&said, bytes) == FRAME_ENTRY_LIMIT, "the largest entry fits just so");
    free(bytes);
}

static void ack_latest(void)
{
    ok(frame_ack_latest(0) == 300 && frame_ack_latest(2) == 300 && frame_ack_latest(300) == 300,
       "a small room acknowledges within 300 ms");
    ok(frame_ack_latest(301) == 301 && frame_ack_latest(1000) == 1000
           && frame_ack_latest(2000) == 2000,
       "a larger room acknowledges within a millisecond a member");
    ok(frame_ack_latest(2001) == 2000 && frame_ack_latest(UINT64_MAX) == 2000,
       "the largest room acknowledges within two seconds");
}

int main(void)
{
    plan(26);
    up();
    down();
    rows();
    entries();
    short_entries();
    parts();
    largest();
    ack_latest();
    return done();
}
