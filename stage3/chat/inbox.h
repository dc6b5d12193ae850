/*
 * inbox: a member's items that came too early, or not whole yet.
 *
 * Model: the server takes a member's items in order. One that comes while an earlier one is missing
 * waits here, and so does one of which parts are missing. As soon as the next item is whole, it can
 * be taken, and then the one after it. So what a datagram carried is not lost with the one before
 * it, and datagrams may overtake each other.
 *
 *          next                                    next + INBOX_ITEMS
 *           | parts of it | missing | whole | ... | |
 *
 * What does not fit is dropped, and the client sends it again. The next item always fits: so the
 * room that others take can never hold it up.
 *
 * Contract: plain functions on memory. An inbox that holds nothing is all zeros, and takes no
 * memory; one that does takes INBOX_BYTES and FRAME_WHOLE_LIMIT bytes for rows at most, an eighth
 * of that for bits, and INBOX_ITEMS places.
 */
#ifndef INBOX_H
#define INBOX_H

#include "wire/assembly.h"

enum {
    INBOX_ITEMS = 64,       /* from the next one on: as many as a client may have on the way, */
    INBOX_BYTES = 36 * 1024 /* and bytes of rows: 32 KiB, as many as our clients have on the way,
                               and the item that goes beyond these */
};

struct inbox {
    struct assembly *items; /* owned: item n is at n % INBOX_ITEMS; NULL: it holds nothing */
    uint64_t next;          /* the first number that it may hold */
    uint32_t count, bytes;  /* that it holds: items, and bytes of their rows */
};

/* From now on `next` is the first number: what lies before it is dropped. It may go back. */
void inbox_advance(struct inbox *inbox, uint64_t next);

/* Keeps an item that has come whole. It has no effect if the number lies outside, if there is no
   place or no memory, or if the item is whole already. */
void inbox_put(struct inbox *inbox, uint64_t number, struct row row);

/* The same for a part. If the size of the whole is another one than before, those before it are
   dropped. */
void inbox_put_part(struct inbox *inbox, const struct part *part);

/* The next item, if it is whole; `*row` is good until the inbox changes. */
bool inbox_look(const struct inbox *inbox, struct row *row);

void inbox_clear(struct inbox *inbox);

#endif
