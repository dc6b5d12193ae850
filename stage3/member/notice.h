/*
 * notice: the client's own notices to its user.
 *
 * Contract: each function writes a text (no zero at its end, no "* " before it) and returns its
 * size in bytes. NOTICE_LIMIT is space enough for any of them. A name has at most NAME_LIMIT bytes.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include "base/text.h"
#include "membership.h"

enum {
    NOTICE_NAMES = 3,   /* names in a notice of joins or leaves, at most */
    NOTICE_WHY = 2048,  /* bytes of a reason in a notice */
    NOTICE_LIMIT = 4096 /* bytes: a long list of names is cut there */
};

#define NOTICE_HELP                                                                               \
    "/who lists who is here, /invite prints a line for a friend's shell, /leave or /quit leaves, " \
    "/kick NAME kicks a member (host only), //x says /x"
#define NOTICE_NO_COMMAND "there is no such command; /help lists them"
#define NOTICE_NOT_HOST "only the host can do that"
#define NOTICE_ONESELF "to leave, type /leave: the room is closed then"
#define NOTICE_TOO_LONG "not sent: longer than 3600 bytes"
#define NOTICE_BAD_TEXT "not sent: the text is not valid UTF-8"
#define NOTICE_FULL "not sent: too many lines are on their way; wait until they have arrived"
#define NOTICE_NOT_IN "not sent: not in the room yet"
#define NOTICE_BACK "connected again"

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT]);
size_t notice_help_of_room(struct text room, char out[NOTICE_LIMIT]); /* below the welcome */
size_t notice_kicked(struct text name, char out[NOTICE_LIMIT]);
size_t notice_nobody(struct text name, char out[NOTICE_LIMIT]);
size_t notice_unreadable(struct text name, char out[NOTICE_LIMIT]);
size_t notice_gap(uint64_t count, char out[NOTICE_LIMIT]);
size_t notice_went_back(uint64_t count, char out[NOTICE_LIMIT]); /* 0: an unknown number */
size_t notice_lost_line(struct text line, char out[NOTICE_LIMIT]);
size_t notice_undone(struct text name, char out[NOTICE_LIMIT]); /* that it was kicked */

/* Of the session; `server` as client_session_server gives it, `why` of at most NOTICE_WHY bytes. */
size_t notice_first_time(const char *server, const char *fingerprint_digits,
                         char out[NOTICE_LIMIT]);
size_t notice_busy(struct text why, char out[NOTICE_LIMIT]);
size_t notice_away(struct text why, char out[NOTICE_LIMIT]);

/* The last lines may not have arrived; `lines` is at least 1. */
size_t notice_unacked(size_t lines, char out[NOTICE_LIMIT]);

/* Why nothing came of what the user typed; `name` is that of a member who was to be kicked. Returns
   0 if there is nothing to tell. */
size_t notice_result(enum membership_result result, struct text name, char out[NOTICE_LIMIT]);

/*
 * Joins or leaves; `what` is "joined" or "left": "bob, carol and 3 others joined". `count` is at
 * least 1; `names` has the first `known` of them, at most `count`, perhaps none.
 */
size_t notice_members(const struct text *names, size_t known, uint64_t count, const char *what,
                      char out[NOTICE_LIMIT]);

/* "here: alice (host), bob, carol"; members without space or without a known name are counted. */
size_t notice_who(const struct membership *membership, char out[NOTICE_LIMIT]);

#endif
