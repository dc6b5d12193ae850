/* links: stage3/wire/assembly.c stage3/wire/frame.c stage3/base/text.c */
/*
 * inbox: items that come in any order are there in their order, within bounds.
 */
#include <stdbool.h>
#include <stdlib.h>

static bool no_memory;

static void *try_calloc(size_t count, size_t size)
{
    return no_memory ? NULL : calloc(count, size);
}

#define calloc try_calloc
#include "../../../stage3/chat/inbox.c"
#undef calloc

#include <string.h>

#include "seeded.h"
#include "tap.h"

static struct inbox inbox;
static uint64_t seed = 1;
static char text[FRAME_WHOLE_LIMIT];

static uint32_t below(uint32_t limit)
{
    return (uint32_t)(seeded_next(&seed) % limit);
}

/* An item of `size` bytes, all of which tell its number. */
static struct row item_of(uint64_t number, size_t size)
{
    memset(text, (int)('A' + number % 50), size);
    return (struct row){.kind = ITEM_SAY, .bytes = {text, size}};
}

static void put(uint64_t number, size_t size)
{
    inbox_put(&inbox, number, item_of(number, size));
}

/* Bytes `from` up to `to` of the row of such an item. */
static void put_part(uint64_t number, size_t size, size_t from, size_t to)
{
    unsigned char row[FRAME_ROW + FRAME_WHOLE_LIMIT];
    struct row item = item_of(number, size);
    size_t whole = frame_put(item.kind, item.bytes, row);
    struct part part = {.number = number, .offset = from, .whole = whole,
                        .bytes = {(char *)row + from, to - from}};

    inbox_put_part(&inbox, &part);
}

/* Is the next item there, with that many bytes, all of them its own? */
static bool has_next(size_t size)
{
    struct row row;

    if (!inbox_look(&inbox, &row) || row.kind != ITEM_SAY || row.bytes.size != size) return false;
    struct row item = item_of(inbox.next, size);
    return memcmp(row.bytes.bytes, item.bytes.bytes, size) == 0;
}

static bool is_empty(void)
{
    return !inbox.items && inbox.count == 0 && inbox.bytes == 0;
}

static void order(void)
{
    bool good = true;

    inbox_advance(&inbox, 5);
    put(7, 20);
    put_part(6, 2000, 1000, 2003);
    put(4, 20);
    put(5 + INBOX_ITEMS, 20);
    ok(inbox.count == 2 && !has_next(20), "items behind a hole wait, up to a limit");
    inbox_advance(&inbox, 6);
    good = !has_next(2000);
    put_part(6, 2000, 0, 1000);
    ok(good && has_next(2000), "an item in parts is there when it is whole");
    put(6, 30);
    ok(has_next(2000), "a whole item is not replaced");
    inbox_advance(&inbox, 7);
    ok(has_next(20) && inbox.count == 1, "the item behind it comes next");
    inbox_advance(&inbox, 8);
    ok(is_empty() && inbox.next == 8, "an empty inbox takes no memory");
    put_part(8, 100, 0, 10);
    put_part(8, 200, 10, 20);
    ok(inbox.count == 1 && inbox.bytes == FRAME_ROW + 200, "a part with another size starts anew");
    put(8, 30);
    ok(has_next(30) && inbox.bytes == FRAME_ROW + 30, "a whole item replaces its parts");
    put(9, 30);
    inbox_advance(&inbox, 100);
    ok(is_empty(), "far ahead nothing of before is left");
    put(101, 30);
    inbox_advance(&inbox, 99);
    ok(is_empty() && inbox.next == 99, "nothing is kept when the numbers go back");
}

static void bounds(void)
{
    size_t size = 4000;

    inbox_advance(&inbox, 1);
    for (uint64_t number = INBOX_ITEMS; number > 1; number--) put_part(number, size, 0, 1);
    ok(inbox.bytes <= INBOX_BYTES && inbox.bytes > INBOX_BYTES - size - FRAME_ROW,
       "the first bytes of many long items take no more than the limit");
    put(1, size);
    ok(has_next(size), "the next item always has space");
    inbox_clear(&inbox);
    no_memory = true;
    inbox_advance(&inbox, 1);
    put(2, 20);
    put_part(1, 20, 0, 10);
    ok(is_empty(), "nothing is kept without memory");
    no_memory = false;
    put(1, 20);
    ok(has_next(20), "items are taken again with memory");
    inbox_clear(&inbox);
}

static size_t size_of(uint64_t number)
{
    return number % 7 == 0 ? 1 + number * 37 % 3600 : 1 + number % 300;
}

/* One item, whole or a part of it. */
static void put_some(uint64_t number)
{
    size_t size = size_of(number), whole = FRAME_ROW + size, from = below((uint32_t)whole);

    if (below(3) == 0) put(number, size);
    else put_part(number, size, from, from + 1 + below((uint32_t)(whole - from)));
}

static void chance(void)
{
    uint64_t next = 1;
    unsigned wrong = 0;

    inbox_advance(&inbox, next);
    for (int i = 0; i < 100000; i++) {
        put_some(next + below(INBOX_ITEMS + 10) - 5);
        struct row row;
        while (inbox_look(&inbox, &row)) {
            wrong += !has_next(size_of(next));
            inbox_advance(&inbox, ++next);
        }
        wrong += inbox.bytes > INBOX_BYTES + FRAME_WHOLE_LIMIT || inbox.count > INBOX_ITEMS;
    }
    ok(wrong == 0 && next > 1000,
       "100000 items and parts at random come out once each, in order and whole");
    inbox_clear(&inbox);
    ok(is_empty(), "nothing is left at the end");
}

int main(void)
{
    plan(15);
    order();
    bounds();
    chance();
    return done();
}
