/*
 * outbox: what a member says and does, on its way to the server.
 *
 * Model: items have numbers from 1 up. The server takes only the one after the last that it has
 * heard, and tells with each datagram how far that is; up to there they are forgotten here. If it
 * does not move for a while, all that was sent counts as not sent, and goes out again from where
 * the server stands: it may hold some of that beyond a hole, but it does not tell which, and need
 * not.
 *
 *     acked ........ sent ........ last
 *        (on the way)  (not sent yet)
 *
 * An item that a datagram has no space for goes in parts, one behind the other, and then counts as
 * sent.
 *
 * The last of those that were heard are kept as well: if the server goes back and has lost them, the
 * user is told which they were.
 *
 * Contract: no clock; `now` in milliseconds. An item is kept as the very bytes that travel: sealed
 * once, repeated as it is.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "wire/frame.h"

enum {
    OUTBOX_ITEMS = 64,         /* not heard yet */
    OUTBOX_KEPT = 1024,        /* heard, the last ones: as many as the log of a room holds */
    OUTBOX_FLIGHT = 32 * 1024, /* bytes on the way at once: more than a moment's worth */
    OUTBOX_RTO = 300,          /* milliseconds beside the round trip, until it is sent again; */
    OUTBOX_RTO_LIMIT = 2000,   /* doubling up to this */
    OUTBOX_SRTT_LIMIT = 1500   /* milliseconds: longer ones are taken for this */
};

#define OUTBOX_NEVER INT64_MAX

struct outbox_item {
    unsigned char *row; /* owned: as it travels; NULL: none */
    size_t size;
    uint64_t entry;     /* of those kept: the number under which it came back in the log, or 0 */
};

struct outbox {
    struct outbox_item items[OUTBOX_ITEMS]; /* number n is at n % OUTBOX_ITEMS */
    struct outbox_item kept[OUTBOX_KEPT];   /* the same */
    uint64_t acked, sent, last;
    size_t cut;             /* bytes of the item after `sent` that are sent already, as parts */
    uint64_t farthest;      /* the greatest number ever sent: before a rewind, `sent` was there */
    size_t flight;          /* bytes of items that are on the way */
    int64_t waiting_since;  /* milliseconds: no progress since, if something is on the way */
    int64_t rto;            /* milliseconds, until it is sent again */
    int64_t srtt;           /* milliseconds, smoothed; 0: not known yet */
    uint64_t timed;         /* the item whose round trip is being measured; 0: none */
    int64_t timed_at;       /* milliseconds: when it was sent */
};

/* All zeros but this. */
void outbox_create(struct outbox *outbox);
void outbox_destroy(struct outbox *outbox);

/* The number that the next item will have. */
uint64_t outbox_next(const struct outbox *outbox);

/* Puts an item behind the others. False: it is full, or there is no memory. */
bool outbox_put(struct outbox *outbox, enum item_kind kind, struct text bytes);

/* The server has heard them up to `number`. */
void outbox_acked(struct outbox *outbox, uint64_t number, int64_t now);

/* The line of that number has come back, as that entry. */
void outbox_came_back(struct outbox *outbox, uint64_t number, uint64_t entry);

/* The first item that is kept, is heard and has a number greater than `number`; or 0. `*item` is
   what was put in, and good until the outbox changes. */
uint64_t outbox_kept(const struct outbox *outbox, uint64_t number, struct row *item,
                     uint64_t *entry);

/* That one is kept no longer. */
void outbox_drop(struct outbox *outbox, uint64_t number);

/*
 * Writes the next items that are to be sent to `out`, as many as `space` bytes hold; of one that is
 * longer, the next part. `*number` becomes that of the first that is no part; they count as sent.
 * Returns how many bytes that is; 0: nothing can be sent now. `space` must be more than
 * FRAME_ROW + FRAME_PART_HEAD.
 */
size_t outbox_pack(struct outbox *outbox, size_t space, unsigned char *out, uint64_t *number,
                   int64_t now);

/* Is there something to be sent now? */
bool outbox_ready(const struct outbox *outbox);

/* When to call outbox_again, or OUTBOX_NEVER; and: there was no progress, send all again. */
int64_t outbox_due(const struct outbox *outbox);
void outbox_again(struct outbox *outbox, int64_t now);

/* The same, without any blame: the server has not seen what was sent, so all is sent again. */
void outbox_rewind(struct outbox *outbox);

#endif
