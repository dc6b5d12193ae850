/*
 * view: the second witness, one for each membership. It compares what a client tells its user with
 * the history of the room, entry by entry: each once, in order, or an honest gap.
 */
#ifndef VIEW_H
#define VIEW_H

#include "answer.h"
#include "history.h"
#include "talk.h"

struct view {
    struct soul *soul;
    struct history *history; /* NULL: it was never let in */
    uint64_t first_end;      /* the `end` of the first answer: what is before it is old news */
    uint64_t next;           /* the entry that must be told next */
    uint64_t told;           /* entries */
    uint64_t gaps;
    uint64_t own;            /* the last of its own lines that came back */
};

/* The server has let it in, for the first time or again. */
void view_admitted(struct view *view, const struct answer *answer);

/* This has just been told to the user. */
void view_news(struct view *view, const struct talk_news *news);

/* After each call into the client: nothing passed over in silence, and what counts as heard is in
   the log. */
void view_check(const struct view *view, const struct talk *talk);

/* Fair weather for a long time: it must know everything. */
void view_check_end(const struct view *view, const struct talk *talk, const struct chat *chat);

#endif
