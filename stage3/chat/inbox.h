/*
 * inbox: a member's items that came too early, or are not complete yet.
 *
 * Model: the server takes a member's items in order. An item waits here while an earlier one is
 * missing, or while parts of it are missing. As soon as the next item is whole, it can be taken,
 * and then the one after it. So the loss of one datagram does not waste those behind it, and
 * datagrams may overtake each other.
 *
 *          next                                    next + INBOX_ITEMS
 *           | parts of it | missing | whole | ... | |
 *
 * An item that does not fit is dropped, and the client sends it again. The next item always fits,
 * so later items can never block it.
 *
 * Contract: plain functions on memory. An empty inbox is all zeros but for `next`, and owns no
 * memory. Any other owns at most INBOX_BYTES + FRAME_WHOLE_LIMIT bytes of rows, an eighth of that
 * for bits, and INBOX_ITEMS places.
 */
#ifndef INBOX_H
#define INBOX_H

#include "wire/assembly.h"

enum {
    INBOX_ITEMS = 64,       /* items, from `next` on: as many as a client may have on the way */
    INBOX_BYTES = 36 * 1024 /* bytes of their rows: the 32 KiB that our clients have on the way at
                               most, and the item that exceeds these */
};

struct inbox {
    struct assembly *items; /* owned: item n is at n % INBOX_ITEMS; NULL: the inbox is empty */
    uint64_t next;          /* the lowest number that the inbox may hold */
    uint32_t count, bytes;  /* items held, and bytes of their rows */
};

/* Makes `next` the lowest number, and drops items below it. `next` may also go back. */
void inbox_advance(struct inbox *inbox, uint64_t next);

/* Stores an item that came whole. No effect if the number is out of range, if there is no space or
   no memory, or if the item is whole already. */
void inbox_put(struct inbox *inbox, uint64_t number, struct row row);

/* The same for a part. If the size of the whole differs from that in earlier parts, those are
   dropped. */
void inbox_put_part(struct inbox *inbox, const struct part *part);

/* Gives the next item in `*row`, valid until the inbox changes. False: it is not whole yet. */
bool inbox_look(const struct inbox *inbox, struct row *row);

void inbox_clear(struct inbox *inbox);

#endif
