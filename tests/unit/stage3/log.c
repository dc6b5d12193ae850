/* links: stage3/wire/frame.c */
/*
 * log: whatever was appended comes back, wherever the rings begin, grow, wrap or drop the oldest.
 * A list of all that was ever appended is what the log is compared with.
 */
#include <stdlib.h>

static int allowed = -1; /* allocations that succeed before one fails; less than 0: all do */

static void *try_malloc(size_t size)
{
    if (allowed == 0) return NULL;
    if (allowed > 0) allowed--;
    return malloc(size);
}

#define malloc try_malloc
#include "../../../stage3/chat/log.c"
#undef malloc

#include "tap.h"
#include "wire/frame.h"

enum { EVER = 5000 };

static struct log room;
static struct {
    unsigned char bytes[FRAME_ENTRY_LIMIT];
    size_t size;
} rows[EVER + 1]; /* row n is entry n */
static uint32_t seed = 1;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)seed * limit >> 32);
}

static void begin(uint32_t position)
{
    log_create(&room);
    room.position = position;
}

/* A row that can be told from all others. */
static bool append(size_t size)
{
    uint64_t number = room.end;
    unsigned char *row = rows[number].bytes;

    for (size_t i = 0; i < size; i++) row[i] = (unsigned char)(number * 31 + i * 7 + (i >> 8));
    rows[number].size = size;
    return log_append(&room, row, size);
}

static size_t size_of(uint64_t from, uint64_t to)
{
    size_t size = 0;

    while (from < to) size += rows[from++].size;
    return size;
}

/* Are the entries from ... to what was appended? They are copied to memory of just their size, for
   a sanitizer to see. */
static bool same(uint64_t from, uint64_t to)
{
    size_t size = size_of(from, to), at = 0;
    unsigned char *out = malloc(size + 1);
    bool right = log_size(&room, from, to) == size && log_copy(&room, from, to, out) == size;

    for (; right && from < to; from++) {
        right = memcmp(out + at, rows[from].bytes, rows[from].size) == 0
            && log_kind(&room, from) == rows[from].bytes[0];
        at += rows[from].size;
    }
    free(out);
    return right;
}

/* Did it keep as much as there is space for? The oldest go one by one, and none too early. */
static bool keeps_enough(void)
{
    size_t size = size_of(room.first, room.end);
    uint64_t count = room.end - room.first;

    if (count > LOG_ENTRIES || size > LOG_BYTES) return false;
    return room.first == 1 || count == LOG_ENTRIES
        || size + rows[room.first - 1].size > LOG_BYTES;
}

static uint64_t fit(uint64_t from, uint64_t to, size_t space)
{
    while (to > from && size_of(from, to) > space) to--;
    return to;
}

static void empty(void)
{
    unsigned char nothing;

    begin(0);
    ok(room.first == 1 && room.end == 1 && log_size(&room, 1, 1) == 0
           && log_copy(&room, 1, 1, &nothing) == 0 && log_fit(&room, 1, 1, 100) == 1,
       "an empty log has no entries, and its first will be number 1");
    log_destroy(&room);
}

/* Two rows: the ring of 1024 bytes is cut within each of them, at every place. */
static void every_cut(void)
{
    unsigned wrong = 0;

    for (uint32_t position = 0; position < LOG_BYTES_START; position++) {
        begin(UINT32_MAX - LOG_BYTES_START / 2 + position); /* and 2^32 lies in there, too */
        wrong += !append(200) || !append(LOG_BYTES_START - 200);
        wrong += room.byte_space != LOG_BYTES_START || !same(1, 3) || !same(2, 3);
        wrong += !append(1) || room.byte_space != 2 * LOG_BYTES_START || !same(1, 4);
        log_destroy(&room);
    }
    ok(wrong == 0, "a row is cut at every place of the ring, and the ring grows in each state");
}

/* Who has joined and not gone is counted, whatever the log has dropped meanwhile. */
static void readers(void)
{
    struct entry entry = {.member = (const unsigned char *)"member's id, 16", .name = {"bob", 3}};
    static const enum entry_kind kinds[] = {ENTRY_LEFT, ENTRY_JOINED, ENTRY_JOINED, ENTRY_JOINED,
                                            ENTRY_SAID, ENTRY_LEFT, ENTRY_KICKED, ENTRY_CLOSED};
    static const uint32_t counts[] = {0, 1, 2, 3, 3, 2, 1, 1};
    unsigned char row[FRAME_ENTRY_LIMIT];
    unsigned wrong = 0;

    begin(0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        entry.kind = kinds[i];
        wrong += !log_append(&room, row, entry_encode(&entry, row));
        wrong += room.readers != counts[i];
    }
    ok(wrong == 0, "joins and leaves change the number of readers");
    log_begin(&room, 100);
    ok(room.readers == 1 && room.end == 100,
       "the number of readers is kept when the log begins anew");
    log_destroy(&room);
}

/* Whose line an entry is, or about whom; wherever in the ring it begins. */
static void authors(void)
{
    static const unsigned char bob[SEAL_ID] = "member's id, 16", other[SEAL_ID] = "another's id 16";
    struct entry entry = {.member = bob, .name = {"bob", 3}};
    unsigned char row[FRAME_ENTRY_LIMIT];
    unsigned wrong = 0;

    begin(UINT32_MAX - 500);
    for (unsigned i = 0; i < 2000; i++) {
        entry.kind = (enum entry_kind)(ENTRY_SAID + i % 5);
        wrong += !log_append(&room, row, entry_encode(&entry, row));
        wrong += log_is_of(&room, room.end - 1, bob) != (entry.kind != ENTRY_CLOSED);
        wrong += log_is_of(&room, room.end - 1, other);
    }
    ok(wrong == 0, "all entries but a room's end are of a member, and of no other");
    log_destroy(&room);
}

static void keeping(void)
{
    unsigned wrong = 0;

    begin(UINT32_MAX - 5000);
    for (int i = 0; i < 100; i++) wrong += !append(100);
    ok(wrong == 0 && log_keeps(&room, 1, LOG_ENTRIES - 100, 0)
           && !log_keeps(&room, 1, LOG_ENTRIES - 99, 0)
           && log_keeps(&room, 51, LOG_ENTRIES - 50, 0)
           && !log_keeps(&room, 51, LOG_ENTRIES - 49, 0),
       "a log keeps so many entries");
    ok(log_keeps(&room, 1, 0, LOG_BYTES - 10000) && !log_keeps(&room, 1, 0, LOG_BYTES - 9999)
           && log_keeps(&room, 101, LOG_ENTRIES, LOG_BYTES)
           && !log_keeps(&room, 101, 0, LOG_BYTES + 1),
       "and so many bytes");
    log_destroy(&room);
}

static unsigned play(uint32_t position, uint32_t entries, size_t least, uint32_t spread)
{
    unsigned wrong = 0;

    begin(position);
    for (uint32_t i = 0; i < entries; i++) {
        wrong += !append(least + below(spread)) || !keeps_enough();
        uint64_t from = room.first + below((uint32_t)(room.end - room.first) + 1);
        uint64_t to = from + below((uint32_t)(room.end - from) + 1);
        size_t space = below(5000);
        if (i % 16 == 0) wrong += !same(room.first, room.end);
        wrong += !same(from, to < from + 9 ? to : from + 9);
        wrong += log_fit(&room, from, to, space) != fit(from, to, space);
    }
    wrong += room.end != entries + 1 || !same(room.first, room.end);
    return wrong;
}

static void many(void)
{
    ok(play(0, EVER, 3, 30) == 0 && room.end - room.first == LOG_ENTRIES,
       "1024 small entries are kept");
    ok(room.byte_space == 32 * 1024, "small entries take no more memory than they need");
    log_destroy(&room);
    ok(play(UINT32_MAX - 100000, 1000, FRAME_ENTRY_LIMIT - 99, 100) == 0 && room.first > 1
           && room.byte_space == LOG_BYTES && room.entry_space == 128,
       "the log keeps as many of the largest entries as fit in 256 KiB");
    log_destroy(&room);
    ok(play(UINT32_MAX - 1000, EVER, 3, 600) == 0, "a log of entries of all sizes works");
    log_destroy(&room);
    for (int i = 0; i < EVER; i++) seed += below(3) == 0;
    ok(play(7, 3000, 3, 2) == 0, "a log of the smallest entries works");
    log_destroy(&room);
    ok(!room.bytes && !room.starts && room.end == 1, "a destroyed log is empty");
}

/* One allocation fails, each in its turn. */
static void no_memory(void)
{
    unsigned wrong = 0, refused = 0;

    for (int fails = 0; fails < 12; fails++) {
        begin(0);
        for (int i = 0; i < 200; i++) {
            allowed = i == 0 ? fails : allowed;
            if (!append(3 + below(200))) refused++;
            wrong += !same(room.first, room.end) || room.end - room.first > LOG_ENTRIES;
        }
        allowed = -1;
        wrong += !append(FRAME_ENTRY_LIMIT) || !same(room.first, room.end);
        log_destroy(&room);
    }
    ok(wrong == 0 && refused > 0, "a log without memory keeps less or refuses, and is never wrong");
}

int main(void)
{
    plan(14);
    empty();
    every_cut();
    readers();
    authors();
    keeping();
    many();
    no_memory();
    return done();
}
