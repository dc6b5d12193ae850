#include "outbox.h"

#include <stdlib.h>
#include <string.h>

void outbox_create(struct outbox *outbox)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->patience = OUTBOX_PATIENCE;
}

static void forget(struct outbox *outbox, uint64_t number)
{
    free(outbox->items[number % OUTBOX_ITEMS].row);
    outbox->items[number % OUTBOX_ITEMS].row = NULL;
}

void outbox_destroy(struct outbox *outbox)
{
    while (outbox->heard < outbox->last) forget(outbox, ++outbox->heard);
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
    outbox->items[outbox->last % OUTBOX_ITEMS].row = row;
    outbox->items[outbox->last % OUTBOX_ITEMS].size = frame_put((uint8_t)kind, bytes, row);
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
        forget(outbox, outbox->heard);
    }
    if (outbox->sent < number) outbox->sent = number; /* from before a rewind */
    measure(outbox, now);
    outbox->waiting_since = now;
    outbox->patience = outbox->round_trip + OUTBOX_PATIENCE;
}

bool outbox_ready(const struct outbox *outbox)
{
    return outbox->sent < outbox->last && outbox->flight < OUTBOX_FLIGHT;
}

size_t outbox_pack(struct outbox *outbox, size_t room, unsigned char *out, uint64_t *number,
                   int64_t now)
{
    size_t used = 0;

    *number = outbox->sent + 1;
    if (outbox->sent == outbox->heard) outbox->waiting_since = now;
    while (outbox_ready(outbox)) {
        uint64_t next = outbox->sent + 1;
        size_t size = outbox->items[next % OUTBOX_ITEMS].size;
        if (used > 0 && used + size > room) break;
        memcpy(out + used, outbox->items[next % OUTBOX_ITEMS].row, size);
        used += size;
        outbox->flight += size;
        outbox->sent = next;
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
    if (outbox->sent == outbox->heard) return OUTBOX_NEVER;
    return outbox->waiting_since + outbox->patience;
}

void outbox_rewind(struct outbox *outbox)
{
    outbox->sent = outbox->heard;
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
