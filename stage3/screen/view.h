/*
 * view: what the client shows of a room on the user's terminal.
 *
 * Model: the terminal (term.h), and before it the joins and leaves that wait for a moment to be
 * shown together (coalesce.h). Whatever else is shown goes behind these, so that the order of the
 * room's log is kept.
 *
 * Contract: the owner drives the terminal itself: it reads, asks and flushes. Before it waits, it
 * calls view_coalesced when view_due has passed.
 */
#ifndef VIEW_H
#define VIEW_H

#include "member/coalesce.h"
#include "member/invitation.h"
#include "member/news.h"
#include "terminal/term.h"

struct view {
    struct term term;
    struct coalesce coalesce;
    bool shown_old;    /* a line from before we joined was shown */
    bool closing_told; /* the log has told why the room was closed */
};

/* Shows the joins and leaves that wait. */
void view_coalesced(struct view *view);

/* When they must be shown, in milliseconds, or COALESCE_NEVER. */
int64_t view_due(const struct view *view);

/* Shows a notice behind them. */
void view_tell(struct view *view, struct text text);
void view_tell_string(struct view *view, const char *string);

/* Shows what has happened in the room. `leaving`: this user leaves, and the room may close for that
   reason; then nobody needs to be told. */
void view_news(struct view *view, const struct news *news, bool leaving);

/* Welcomes the user to the room. On a terminal it also says what typing does. */
void view_welcome(struct view *view, struct text user, struct text room);

/* Shows that the client meets this server for the first time, and the fingerprint of its key. */
void view_first_time(struct view *view, const char *server,
                     const unsigned char fingerprint[FINGERPRINT]);

/* Shows a list of rooms, as room_list.h reads it. */
void view_rooms(struct view *view, struct text list);

/* Shows the line with which a friend joins this room. */
void view_invitation(struct view *view, const struct invitation *invitation);

#endif
