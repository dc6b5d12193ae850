/*
 * cursor: a member's position in the log of its room, and the entries that came too early.
 *
 * Model: entries are put in as they come: in order, twice, or before others that were lost on the
 * way. They are taken out in order, each once. An entry that comes too early waits here by its
 * number, so that only the hole before it must be sent again. The server has at most CURSOR_AHEAD
 * entries
 * on the way, so there is a place for each.
 *
 *        known ........ read ........ a hole ........ from ........ read + CURSOR_AHEAD
 *
 * An entry that comes in parts is a hole until all of them are there.
 *
 * A gap tells that the server has dropped entries. It drops the oldest first, so all before the end
 * of a gap are gone, except for those that wait here already.
 *
 * Contract: plain functions on memory. Each entry that waits, or has begun to come, is a copy in
 * memory of its own.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include "wire/assembly.h"

enum { CURSOR_AHEAD = 512 }; /* entries */

struct cursor {
    uint64_t read;            /* entries before this one have been taken out */
    uint64_t gone;            /* no entries before this one will come any more */
    struct assembly places[CURSOR_AHEAD]; /* number n is at n % CURSOR_AHEAD */
    uint32_t waiting;         /* entries in `places` that are whole, */
    uint32_t begun;           /* and those that are not */
    uint64_t latest;          /* the last entry of which parts have come */
};

/* Drops everything and starts at entry `read`. Before the first call it must be all zeros. */
void cursor_start(struct cursor *cursor, uint64_t read);

/* Puts in entry `number`. Without a place or memory it is dropped, and will come again. A gap is
   put in as an entry, too, because entries before it may still be on their way. */
void cursor_put(struct cursor *cursor, uint64_t number, struct row row);

/* Puts in a part of an entry. */
void cursor_put_part(struct cursor *cursor, const struct part *part);

/* The server has dropped the entries before `number`. */
void cursor_gone(struct cursor *cursor, uint64_t number);

/* What comes next. An entry is valid until cursor_step. */
enum cursor_next {
    CURSOR_NOTHING, /* it has not come yet */
    CURSOR_ENTRY,   /* `*row` */
    CURSOR_GAP      /* `*count` entries are gone */
};
enum cursor_next cursor_look(struct cursor *cursor, struct row *row, uint64_t *count);

/* Moves past what cursor_look has shown: 1 for an entry, `count` for a gap. */
void cursor_step(struct cursor *cursor, uint64_t count);

/* The first entry that waits beyond a hole at `read`; 0: there is no hole. If none waits, but parts
   of some have come, it is the one behind the last of these. */
uint64_t cursor_from(const struct cursor *cursor);

/* Is the hole only one entry whose parts are coming, without a loss so far? */
bool cursor_arriving(const struct cursor *cursor);

#endif
