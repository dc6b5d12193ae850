/*
 * view: the second witness, one for each membership. It compares what a client tells its user with
 * the room's history, entry by entry: each entry must come once and in order, or be part of a gap
 * that is told. If the server went back, the user must be told before any entry of the new version.
 */
#ifndef VIEW_H
#define VIEW_H

#include "history.h"
#include "member/membership.h"
#include "wire/welcome.h"

enum { VIEW_PASTS = 16 };

struct view {
    struct soul *soul;
    struct history *history; /* NULL: it was never admitted */
    const struct version *version; /* of the start of the server that it is under */
    uint64_t first_end;      /* the `end` of the first answer: entries before it are old news */
    uint64_t next;           /* the entry that must be told next */
    uint64_t told;           /* entries told so far */
    uint64_t gaps;
    uint64_t own;            /* the last of its own lines that came back */
    uint64_t vouched;        /* each of its acknowledged lines up to this one is in that version,
                                or was reported as lost */
    const struct version *coming; /* an answer that is being taken leads there; NULL: none; */
    uint64_t coming_start;   /* and it goes on at this entry */
    uint8_t back;            /* enum welcome_back, until that was told */
    bool too_far;            /* more entries were reported as lost than are */
    struct past {
        const struct version *version;
        uint64_t next;       /* entries before this one were told */
    } pasts[VIEW_PASTS];     /* the last versions that the server has lost */
    uint32_t past_count;
};

/* The server has admitted it, for the first time or again. */
void view_admitted(struct view *view, const struct welcome *answer);

/* The client has just told this to its user. */
void view_news(struct view *view, const struct membership *membership,
               const struct news *news);

/* Call it after each call into the client: no entry was skipped silently, and all acknowledged
   lines are in the log. */
void view_check(struct view *view, const struct membership *membership);

/* After a long time of fair weather: the client must have been told everything. */
void view_check_end(const struct view *view, const struct membership *membership,
                    const struct chat *chat);

#endif
