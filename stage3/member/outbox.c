#include "outbox.h"

#include <stdlib.h>
#include <string.h>

void outbox_create(struct outbox *outbox)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->rto = OUTBOX_RTO;
}

/* Moves an item to the kept ones, where it replaces the oldest. */
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
    while (outbox->acked < outbox->last) keep(outbox, ++outbox->acked);
    for (uint64_t number = 0; number < OUTBOX_KEPT; number++) outbox_drop(outbox, number);
}

uint64_t outbox_next(const struct outbox *outbox)
{
    return outbox->last + 1;
}

bool outbox_put(struct outbox *outbox, enum item_kind kind, struct text bytes)
{
    if (outbox->last - outbox->acked == OUTBOX_ITEMS) return false;
    unsigned char *row = malloc(FRAME_ROW + bytes.size);
    if (!row) return false;
    outbox->last++;
    outbox->items[outbox->last % OUTBOX_ITEMS] =
        (struct outbox_item){row, frame_put((uint8_t)kind, bytes, row), 0};
    if (kind == ITEM_LEAVE) outbox->leave = outbox->last;
    return true;
}

/* Smooths as TCP does: a new sample counts an eighth. Only an item that was sent once is measured,
   because of two nobody can tell which was acknowledged (P. Karn and C. Partridge, 1987). */
static void measure(struct outbox *outbox, int64_t now)
{
    if (outbox->timed == 0 || outbox->acked < outbox->timed) return;
    int64_t taken = now - outbox->timed_at;
    if (taken > OUTBOX_SRTT_LIMIT) taken = OUTBOX_SRTT_LIMIT;
    outbox->srtt += outbox->srtt == 0 ? taken : (taken - outbox->srtt) / 8;
    outbox->timed = 0;
}

void outbox_acked(struct outbox *outbox, uint64_t number, int64_t now)
{
    if (number <= outbox->acked || number > outbox->last) return; /* stale or bogus */
    while (outbox->acked < number) {
        outbox->acked++;
        if (outbox->acked <= outbox->sent) {
            outbox->flight -= outbox->items[outbox->acked % OUTBOX_ITEMS].size;
        }
        keep(outbox, outbox->acked);
    }
    if (outbox->sent < number) { /* from before a rewind */
        outbox->sent = number;
        outbox->cut = 0;
    }
    measure(outbox, now);
    outbox->waiting_since = now;
    outbox->rto = outbox->srtt + OUTBOX_RTO;
}

bool outbox_left(const struct outbox *outbox)
{
    return outbox->leave != 0 && outbox->acked >= outbox->leave;
}

void outbox_came_back(struct outbox *outbox, uint64_t number, uint64_t entry)
{
    bool kept = number <= outbox->acked && outbox->acked - number < OUTBOX_KEPT;
    if (kept) outbox->kept[number % OUTBOX_KEPT].entry = entry;
}

uint64_t outbox_kept(const struct outbox *outbox, uint64_t number, struct row *item,
                     uint64_t *entry)
{
    uint64_t first = outbox->acked > OUTBOX_KEPT ? outbox->acked - OUTBOX_KEPT : 0;

    if (number < first) number = first;
    while (++number <= outbox->acked) {
        const struct outbox_item *kept = &outbox->kept[number % OUTBOX_KEPT];
        struct text row = {(const char *)kept->row, kept->size};
        *entry = kept->entry;
        if (kept->row && frame_next(&row, item)) return number;
    }
    return 0;
}

bool outbox_ready(const struct outbox *outbox)
{
    return outbox->sent < outbox->last && outbox->flight < OUTBOX_FLIGHT && outbox->wait_until == 0;
}

/* Notes that the next item is sent. */
static void sent_next(struct outbox *outbox)
{
    outbox->sent++;
    outbox->cut = 0;
    outbox->flight += outbox->items[outbox->sent % OUTBOX_ITEMS].size;
}

/* The next part of an item that is longer than `space`; 0: the next item is not, or there is
   none. */
static size_t pack_part(struct outbox *outbox, size_t space, unsigned char *out)
{
    if (!outbox_ready(outbox)) return 0;
    uint64_t number = outbox->sent + 1;
    size_t whole = outbox->items[number % OUTBOX_ITEMS].size, left = whole - outbox->cut;
    if (outbox->cut == 0 && whole <= space) return 0;
    const char *row = (const char *)outbox->items[number % OUTBOX_ITEMS].row;

    space -= FRAME_ROW + FRAME_PART_HEAD;
    struct part part = {.number = number, .offset = outbox->cut, .whole = whole,
                        .bytes = {row + outbox->cut, left < space ? left : space}};
    outbox->cut += part.bytes.size;
    if (outbox->cut == whole) sent_next(outbox);
    return part_encode(ITEM_PART, &part, out);
}

size_t outbox_pack(struct outbox *outbox, size_t space, unsigned char *out, uint64_t *number,
                   int64_t now)
{
    if (outbox->sent == outbox->acked) outbox->waiting_since = now;
    size_t used = pack_part(outbox, space, out);
    *number = outbox->sent + 1;
    while (outbox->cut == 0 && outbox_ready(outbox)) {
        uint64_t next = outbox->sent + 1;
        size_t size = outbox->items[next % OUTBOX_ITEMS].size;
        if (used + size > space) break;
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
    if (outbox->wait_until != 0) return outbox->wait_until;
    if (outbox->sent == outbox->acked && outbox->cut == 0) return OUTBOX_NEVER;
    return outbox->waiting_since + outbox->rto;
}

void outbox_rewind(struct outbox *outbox)
{
    outbox->sent = outbox->acked;
    outbox->cut = 0;
    outbox->flight = 0;
    outbox->timed = 0;
    outbox->wait_until = 0;
}

void outbox_wait(struct outbox *outbox, uint32_t time, int64_t now)
{
    if (outbox->acked == outbox->last) return; /* stale */
    outbox_rewind(outbox);
    outbox->rto = outbox->srtt + OUTBOX_RTO;
    if (time > OUTBOX_WAIT_LIMIT) time = OUTBOX_WAIT_LIMIT;
    if (time > 0) outbox->wait_until = now + time;
}

void outbox_again(struct outbox *outbox, int64_t now)
{
    bool waited = outbox->wait_until != 0;

    outbox_rewind(outbox);
    outbox->waiting_since = now;
    if (waited) return;
    outbox->rto *= 2;
    if (outbox->rto > OUTBOX_RTO_LIMIT) outbox->rto = OUTBOX_RTO_LIMIT;
}
