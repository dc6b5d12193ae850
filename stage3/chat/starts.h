/*
 * starts: the starts of the server, and where each room's log ended at each of them.
 *
 * Model: each start of a server draws an id, 16 random bytes. Everything read and said belongs to
 * the start under which it happened, because a start may go back: its journal may be an older copy,
 * or may have lost its end in a power failure. Then numbers are used a second time, and only the id
 * tells the two uses apart.
 *
 * The journal keeps the ids of the last starts, and for each room the number of the next entry at
 * each start. So if a client names an id, the server knows how much of what the client has read
 * still holds: all entries before the mark of the start that followed. An unknown id is of a start
 * that this journal has never seen, and the server cannot tell how much they have in common.
 *
 *     log of a room:   1 ............ mark ............ mark ............ end
 *                        first start        second            this one
 *
 * Starts also have numbers, from 1 up. These never leave the server, because a journal that went
 * back gives the same number to another start.
 *
 * Contract: plain functions on memory.
 */
#ifndef STARTS_H
#define STARTS_H

#include "wire/seal.h"

enum { STARTS_KEPT = 64 }; /* the latest starts, whose ids and marks are kept */

struct starts {
    uint32_t first, now;     /* the oldest start that is kept, and this one; 0: none yet */
    unsigned char ids[STARTS_KEPT][SEAL_ID]; /* start n is at n % STARTS_KEPT */
};

/* Adds the start `number`, which must be greater than the last one. If it does not follow that
   directly, all earlier starts are dropped. */
void starts_add(struct starts *starts, uint32_t number, const unsigned char id[SEAL_ID]);

/* The id of a start. NULL: not kept. */
const unsigned char *starts_id(const struct starts *starts, uint32_t number);

/* The number of a start. 0: not kept. */
uint32_t starts_number(const struct starts *starts, const unsigned char id[SEAL_ID]);

struct mark {
    uint32_t start;          /* the number of the start */
    uint64_t end;            /* the number that the next entry had then */
};

/* The marks of a room, in the order of the starts. All zeros: none. */
struct marks {
    struct mark *list;       /* owned */
    uint32_t count, space;
};

/* Adds a mark, in place of the oldest if there are STARTS_KEPT. False: no memory. */
bool marks_add(struct marks *marks, uint32_t start, uint64_t end);
void marks_free(struct marks *marks);

/* Of the entries read under the start `start`, those before the returned number still hold. `end`
   is the log's. */
uint64_t marks_after(const struct marks *marks, uint32_t start, uint64_t end);

#endif
