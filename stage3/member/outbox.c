#include "outbox.h"

#include <stdlib.h>
#include <string.h>

void outbox_create(struct outbox *outbox)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->patience = OUTBOX_PATIENCE;
}

/* From those that are on the way to those that are kept, where it takes the oldest one's place. */
static void keep(struct outbox *outbox, uint64_t number)
{
    struct outbox_item *item = &outbox->items[number % OUTBOX_ITEMS];
    struct outbox_item *place = &outbox->kept[number % OUTBOX_KEPT];

    free(place->row);
    *place = *item;
    item->row = NULL;
}

void outbox_drop(struct outbox *outbox, uint64_t number)
{
    struct outbox_item *item = &outbox->kept[number % OUTBOX_KEPT];

    free(item->row);
    *item = (struct outbox_item){NULL, 0, 0};
}

void outbox_destroy(struct outbox *outbox)
{
    while (outbox->heard < outbox->last) keep(outbox, ++outbox->heard);
    for (uint64_t number = 0; number < OUTBOX_KEPT; number++) outbox_drop(outbox, number);
}

uint64_t outbox_next(const struct outbox *outbox)
{
    return outbox->last + 1;
}

bool outbox_put(struct outbox *outbox, enum item_kind kind, struct text bytes)
{
    if (outbox->last - outbox->heard == OUTBOX_ITEMS) return false;
    unsigned char *row = malloc(FRAME_ROW + bytes.size);
    if (!row) return false;
    outbox->last++;
    outbox->items[outbox->last % OUTBOX_ITEMS] =
        (struct outbox_item){row, frame_put((uint8_t)kind, bytes, row), 0};
    return true;
}

/* A first-order filter, as TCP has one: an eighth of what is new. Only what was sent once is
   measured, since nobody knows which of two was heard (P. Karn and C. Partridge, 1987). */
static void measure(struct outbox *outbox, int64_t now)
{
    if (outbox->timed == 0 || outbox->heard < outbox->timed) return;
    int64_t taken = now - outbox->timed_at;
    if (taken > OUTBOX_ROUND_TRIP_LIMIT) taken = OUTBOX_ROUND_TRIP_LIMIT;
    outbox->round_trip += outbox->round_trip == 0 ? taken : (taken - outbox->round_trip) / 8;
    outbox->timed = 0;
}

void outbox_heard(struct outbox *outbox, uint64_t number, int64_t now)
{
    if (number <= outbox->heard || number > outbox->last) return; /* late news, or nonsense */
    while (outbox->heard < number) {
        outbox->heard++;
        if (outbox->heard <= outbox->sent) {
            outbox->flight -= outbox->items[outbox->heard % OUTBOX_ITEMS].size;
        }
        keep(outbox, outbox->heard);
    }
    if (outbox->sent < number) { /* from before a rewind */
        outbox->sent = number;
        outbox->cut = 0;
    }
    measure(outbox, now);
    outbox->waiting_since = now;
    outbox->patience = outbox->round_trip + OUTBOX_PATIENCE;
}

void outbox_came_back(struct outbox *outbox, uint64_t number, uint64_t entry)
{
    bool kept = number <= outbox->heard && outbox->heard - number < OUTBOX_KEPT;
    if (kept) outbox->kept[number % OUTBOX_KEPT].entry = entry;
}

uint64_t outbox_kept(const struct outbox *outbox, uint64_t number, struct row *item,
                     uint64_t *entry)
{
    uint64_t first = outbox->heard > OUTBOX_KEPT ? outbox->heard - OUTBOX_KEPT : 0;

    if (number < first) number = first;
    while (++number <= outbox->heard) {
        const struct outbox_item *kept = &outbox->kept[number % OUTBOX_KEPT];
        struct text row = {(const char *)kept->row, kept->size};
        *entry = kept->entry;
        if (kept->row && frame_next(&row, item)) return number;
    }
    return 0;
}

bool outbox_ready(const struct outbox *outbox)
{
    return outbox->sent < outbox->last && outbox->flight < OUTBOX_FLIGHT;
}

/* The next item is sent. */
static void sent_next(struct outbox *outbox)
{
    outbox->sent++;
    outbox->cut = 0;
    outbox->flight += outbox->items[outbox->sent % OUTBOX_ITEMS].size;
}

/* The next part of an item that is longer than `room`; 0: the next item is not, or there is none. */
static size_t pack_part(struct outbox *outbox, size_t room, unsigned char *out)
{
    if (!outbox_ready(outbox)) return 0;
    uint64_t number = outbox->sent + 1;
    size_t whole = outbox->items[number % OUTBOX_ITEMS].size, left = whole - outbox->cut;
    if (outbox->cut == 0 && whole <= room) return 0;
    const char *row = (const char *)outbox->items[number % OUTBOX_ITEMS].row;

    room -= FRAME_ROW + FRAME_PART_HEAD;
    struct part part = {.number = number, .offset = outbox->cut, .whole = whole,
                        .bytes = {row + outbox->cut, left < room ? left : room}};
    outbox->cut += part.bytes.size;
    if (outbox->cut == whole) sent_next(outbox);
    return part_encode(ITEM_PART, &part, out);
}

size_t outbox_pack(struct outbox *outbox, size_t room, unsigned char *out, uint64_t *number,
                   int64_t now)
{
    if (outbox->sent == outbox->heard) outbox->waiting_since = now;
    size_t used = pack_part(outbox, room, out);
    *number = outbox->sent + 1;
    while (outbox->cut == 0 && outbox_ready(outbox)) {
        uint64_t next = outbox->sent + 1;
        size_t size = outbox->items[next % OUTBOX_ITEMS].size;
        if (used + size > room) break;
        memcpy(out + used, outbox->items[next % OUTBOX_ITEMS].row, size);
        used += size;
        sent_next(outbox);
    }
    if (outbox->timed == 0 && outbox->sent > outbox->farthest) {
        outbox->timed = outbox->sent;
        outbox->timed_at = now;
    }
    if (outbox->sent > outbox->farthest) outbox->farthest = outbox->sent;
    return used;
}

int64_t outbox_due(const struct outbox *outbox)
{
    if (outbox->sent == outbox->heard && outbox->cut == 0) return OUTBOX_NEVER;
    return outbox->waiting_since + outbox->patience;
}

void outbox_rewind(struct outbox *outbox)
{
    outbox->sent = outbox->heard;
    outbox->cut = 0;
    outbox->flight = 0;
    outbox->timed = 0;
}

void outbox_again(struct outbox *outbox, int64_t now)
{
    outbox_rewind(outbox);
    outbox->waiting_since = now;
    outbox->patience *= 2;
    if (outbox->patience > OUTBOX_PATIENCE_LIMIT) outbox->patience = OUTBOX_PATIENCE_LIMIT;
}
