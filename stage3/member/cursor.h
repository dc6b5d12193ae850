/*
 * cursor: how far a member has come in the log of its room, and what has come too early.
 *
 * Model: entries are put in as they come: in order, twice, or before others that were lost on the
 * way. They are taken out in order, each once. What comes before its turn waits here by its number,
 * so that only the hole before it must be sent again. The server has at most CURSOR_AHEAD entries
 * on the way, so there is a place for each.
 *
 *        known ........ read ........ a hole ........ from ........ read + CURSOR_AHEAD
 *
 * An entry that comes in parts is a hole until all of them are there.
 *
 * The server tells of entries that it has no more: a gap. It has thrown away the oldest, so all
 * before the end of a gap are gone, except for those that wait here already.
 *
 * Contract: plain functions on memory. Each entry that waits, or has begun to come, is a copy in
 * memory of its own.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include "wire/assembly.h"

enum { CURSOR_AHEAD = 512 }; /* entries */

struct cursor {
    uint64_t read;            /* all before this one have been taken out */
    uint64_t gone;            /* of those before this one, no more will come */
    struct assembly places[CURSOR_AHEAD]; /* number n is at n % CURSOR_AHEAD */
    uint32_t waiting;         /* how many of those in `places` are whole, */
    uint32_t begun;           /* and how many are not */
    uint64_t latest;          /* the last entry of which parts have come */
};

/* Forgets all and starts at entry `read`. All zeros before the first time. */
void cursor_start(struct cursor *cursor, uint64_t read);

/* Entry `number` has come. One that has no place, or no memory, will come again. A gap is put in
   as an entry, too: what comes before it may still be on its way. */
void cursor_put(struct cursor *cursor, uint64_t number, struct row row);

/* A part of an entry has come. */
void cursor_put_part(struct cursor *cursor, const struct part *part);

/* All before `number` is gone. */
void cursor_gone(struct cursor *cursor, uint64_t number);

/* What is next. An entry is good until cursor_step. */
enum cursor_next {
    CURSOR_NOTHING, /* it has not come yet */
    CURSOR_ENTRY,   /* `*row` */
    CURSOR_GAP      /* `*count` entries are gone */
};
enum cursor_next cursor_look(struct cursor *cursor, struct row *row, uint64_t *count);

/* Goes past what cursor_look has shown: 1 for an entry, `count` for a gap. */
void cursor_step(struct cursor *cursor, uint64_t count);

/* The first entry that waits beyond a hole at `read`; 0: there is no hole. If none waits, but parts
   of some have come, it is the one behind the last of these. */
uint64_t cursor_from(const struct cursor *cursor);

/* Is the hole no more than one entry that is just coming, and nothing of it was lost so far? */
bool cursor_arriving(const struct cursor *cursor);

#endif
