/*
 * starts: which starts of the server there were, and how far a room's log had come at each.
 *
 * Model: each start of a server draws an id, 16 random bytes. What is read and said belongs to the
 * start under which it happened, because a start may go back: its journal may be an older copy, or
 * may have lost its end when the power failed. Then numbers are given out a second time, and only
 * the id tells the two apart.
 *
 * The journal keeps the ids of the last starts, and for each room the number that the next entry
 * had at each of these. So of a client that names an id it is known how much of what it has read
 * is still there: all before the mark of the start that followed. An id that is not in the chain
 * is of a start that this journal has never seen: how much they have in common nobody can tell.
 *
 *     log of a room:   1 ............ mark ............ mark ............ end
 *                        first start        second            this one
 *
 * Starts have numbers, too, from 1 up, which never leave the server: a journal that went back
 * gives the same number to another start.
 *
 * Contract: plain functions on memory.
 */
#ifndef STARTS_H
#define STARTS_H

#include "wire/seal.h"

enum { STARTS_KEPT = 64 }; /* starts whose ids and marks are kept, the latest */

struct starts {
    uint32_t first, now;     /* the oldest that is kept, and this one; 0: none yet */
    unsigned char ids[STARTS_KEPT][SEAL_ID]; /* start n is at n % STARTS_KEPT */
};

/* The start `number`, which must be greater than the last one. If it is not the next one, those
   before it are dropped. */
void starts_add(struct starts *starts, uint32_t number, const unsigned char id[SEAL_ID]);

/* NULL: not kept. */
const unsigned char *starts_id(const struct starts *starts, uint32_t number);

/* 0: not kept. */
uint32_t starts_number(const struct starts *starts, const unsigned char id[SEAL_ID]);

struct mark {
    uint32_t start;          /* its number */
    uint64_t end;            /* the number that the next entry had then */
};

/* The marks of a room, in the order of the starts. All zeros: none. */
struct marks {
    struct mark *list;       /* owned */
    uint32_t count, space;
};

/* False: no memory. The oldest one goes if there are STARTS_KEPT already. */
bool marks_add(struct marks *marks, uint32_t start, uint64_t end);
void marks_free(struct marks *marks);

/* How much of what was read under that start is still there: entries before this number. `end`:
   that of the log. */
uint64_t marks_after(const struct marks *marks, uint32_t start, uint64_t end);

#endif
