/*
 * outbox: a member's items (lines, kicks, the leave) on their way to the server.
 *
 * Model: items have numbers from 1 up. The server takes them in order, and acknowledges the last
 * one taken with each datagram; up to there they are removed here. Without progress for a while,
 * all items count as not sent, and are sent again from the acknowledged one on. The server may
 * already have some of those beyond a hole, but it does not tell which, and need not.
 *
 *     acked ........ sent ........ last
 *        (on the way)  (not sent yet)
 *
 * An item that does not fit into a datagram is sent in parts, one after the other, and then counts
 * as sent.
 *
 * A server that cannot take an item yet says how long to wait. Then everything counts as not sent,
 * nothing is sent before that time, and the timeout is not doubled.
 *
 * The last acknowledged items are kept as well: if the server goes back and has lost them, the user
 * is told which they were.
 *
 * Contract: no clock; `now` in milliseconds. An item is kept as the bytes that travel: it is sealed
 * once, and repeated unchanged.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "wire/frame.h"

enum {
    OUTBOX_ITEMS = 64,         /* not acknowledged yet */
    OUTBOX_KEPT = 1024,        /* acknowledged: as many as the log of a room holds */
    OUTBOX_FLIGHT = 32 * 1024, /* bytes on the way at once */
    OUTBOX_RTO = 300,          /* milliseconds until it is sent again, added to the round trip; */
    OUTBOX_RTO_LIMIT = 2000,   /* doubling up to this */
    OUTBOX_SRTT_LIMIT = 1500,  /* milliseconds: longer samples count as this */
    OUTBOX_WAIT_LIMIT = 10000  /* milliseconds: the longest wait that a server may ask for */
};

#define OUTBOX_NEVER INT64_MAX

struct outbox_item {
    unsigned char *row; /* owned: as it travels; NULL: none */
    size_t size;
    uint64_t entry;     /* if kept: the entry as which it came back in the log, or 0 */
};

struct outbox {
    struct outbox_item items[OUTBOX_ITEMS]; /* number n is at n % OUTBOX_ITEMS */
    struct outbox_item kept[OUTBOX_KEPT];   /* the same */
    uint64_t acked, sent, last;
    uint64_t leave;         /* the number of the leave; 0: it was not put in */
    size_t cut;             /* bytes of the item after `sent` that were sent already, as parts */
    uint64_t farthest;      /* the greatest number ever sent: before a rewind, `sent` was there */
    size_t flight;          /* bytes of items that are on the way */
    int64_t waiting_since;  /* milliseconds: no progress since, if something is on the way */
    int64_t rto;            /* milliseconds: retransmit timeout */
    int64_t srtt;           /* milliseconds: smoothed round-trip time; 0: not known yet */
    uint64_t timed;         /* the item whose round trip is being measured; 0: none */
    int64_t timed_at;       /* milliseconds: when it was sent */
    int64_t wait_until;     /* milliseconds: the server takes nothing before then; 0: no wait */
};

/* An empty outbox is all zeros except for this. */
void outbox_create(struct outbox *outbox);
void outbox_destroy(struct outbox *outbox);

/* The number of the next item. */
uint64_t outbox_next(const struct outbox *outbox);

/* Adds an item. False: the outbox is full, or there is no memory. */
bool outbox_put(struct outbox *outbox, enum item_kind kind, struct text bytes);

/* The server has acknowledged the items up to `number`. */
void outbox_acked(struct outbox *outbox, uint64_t number, int64_t now);

/* Has the server acknowledged the leave? */
bool outbox_left(const struct outbox *outbox);

/* The line `number` has come back in the log, as that entry. */
void outbox_came_back(struct outbox *outbox, uint64_t number, uint64_t entry);

/* Returns the number of the first kept item after `number`, or 0. `*item` is the item, valid until
   the outbox changes. */
uint64_t outbox_kept(const struct outbox *outbox, uint64_t number, struct row *item,
                     uint64_t *entry);

/* Drops a kept item. */
void outbox_drop(struct outbox *outbox, uint64_t number);

/*
 * Writes the next items to be sent to `out`, as many as fit into `space` bytes; of a longer one,
 * the next part. `*number` becomes that of the first item that is no part; all count as sent.
 * Returns the size in bytes; 0: nothing can be sent now. `space` must be more than FRAME_ROW +
 * FRAME_PART_HEAD.
 */
size_t outbox_pack(struct outbox *outbox, size_t space, unsigned char *out, uint64_t *number,
                   int64_t now);

/* Can something be sent now? */
bool outbox_ready(const struct outbox *outbox);

/* The server has not taken the item after the acknowledged ones, and asks to send it again after
   `time` milliseconds; 0: at once. */
void outbox_wait(struct outbox *outbox, uint32_t time, int64_t now);

/* When to call outbox_again, or OUTBOX_NEVER; and: without progress, sends everything again. */
int64_t outbox_due(const struct outbox *outbox);
void outbox_again(struct outbox *outbox, int64_t now);

/* Sends everything again without a longer timeout, because the server has not read what was sent.
   */
void outbox_rewind(struct outbox *outbox);

#endif
