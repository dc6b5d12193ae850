/*
 * view: the second witness, one for each membership. It compares what a client tells its user with
 * the history of the room, entry by entry: each once, in order, or an honest gap. When the server
 * went back, it must be told so before anything of the new past.
 */
#ifndef VIEW_H
#define VIEW_H

#include "history.h"
#include "member/membership.h"
#include "wire/welcome.h"

enum { VIEW_PASTS = 16 };

struct view {
    struct soul *soul;
    struct history *history; /* NULL: it was never let in */
    const struct version *version; /* of the start of the server under which it is */
    uint64_t first_end;      /* the `end` of the first answer: what is before it is old news */
    uint64_t next;           /* the entry that must be told next */
    uint64_t told;           /* entries */
    uint64_t gaps;
    uint64_t own;            /* the last of its own lines that came back */
    uint64_t vouched;        /* of its lines up to this one that count as heard, each is in that
                                version, or it was told that it is lost */
    const struct version *coming; /* an answer is taken that brings it there; NULL: none. */
    uint64_t coming_start;   /* ... and this is where it goes on; */
    uint8_t back;            /* enum welcome_back, until that was told */
    bool too_far;            /* it was told of more than what is lost */
    struct past {
        const struct version *version;
        uint64_t next;       /* it was told what is before this one */
    } pasts[VIEW_PASTS];     /* those that the server has lost, the last ones */
    uint32_t past_count;
};

/* The server has let it in, for the first time or again. */
void view_admitted(struct view *view, const struct welcome *answer);

/* This has just been told to the user. */
void view_news(struct view *view, const struct membership *membership,
               const struct membership_news *news);

/* After each call into the client: nothing passed over in silence, and what counts as heard is in
   the log. */
void view_check(struct view *view, const struct membership *membership);

/* Fair weather for a long time: it must know everything. */
void view_check_end(const struct view *view, const struct membership *membership,
                    const struct chat *chat);

#endif
