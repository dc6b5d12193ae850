/*
 * notice: what the server itself has to say, word for word as docs/protocol.md lists it.
 *
 * Contract: each function writes a text (no zero at its end, no "* " before it: how a notice is
 * set apart is the business of the datagram and of the screen) and returns its size in bytes.
 * NOTICE_LIMIT is space enough for any of them. A name has at most NAME_LIMIT bytes.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    NOTICE_NAMES = 3,                     /* so many names stand in one notice at most */
    NOTICE_LIMIT = 3 * NAME_LIMIT + 128   /* bytes */
};

#define NOTICE_CLOSED "the room is closed: the host has left"
#define NOTICE_YOU_ARE_OUT "you were kicked by the host"
#define NOTICE_UNREACHABLE "you could not be reached and were taken out"
#define NOTICE_SHUTTING_DOWN "the server is shutting down"
#define NOTICE_HELP \
    "/who lists who is here, /leave leaves, /kick NAME kicks a member (host only), //x says /x"
#define NOTICE_NO_COMMAND "there is no such command; /help lists them"
#define NOTICE_NOT_HOST "only the host can do that"
#define NOTICE_KICK_WHOM "say whom: /kick NAME"
#define NOTICE_KICK_SELF "you cannot kick yourself; /leave closes the room"
#define NOTICE_TOO_LONG "not delivered: longer than 4094 bytes with your name"
#define NOTICE_BAD_TEXT "not delivered: the text is not valid UTF-8"

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT]);
size_t notice_nobody(struct text name, char out[NOTICE_LIMIT]);
size_t notice_silent(int64_t seconds, char out[NOTICE_LIMIT]);

/*
 * How often a client must speak, when that is more often than it would by itself. A client that
 * reads it gets the number of seconds, or 0: it is another notice.
 */
size_t notice_speak(int64_t seconds, char out[NOTICE_LIMIT]);
unsigned notice_read_speak(struct text notice);

/*
 * For a member that will soon have been silent for too long: a client that only listens, and sends
 * nothing by itself, has nobody else who tells its user.
 */
size_t notice_stay(int64_t seconds, char out[NOTICE_LIMIT]);
bool notice_is_stay(struct text notice);

/* Is it the one that tells a member of its end, for silence or because it could not be reached? */
bool notice_is_end(struct text notice);

/* Does it tell a member that what it sent was not done? */
bool notice_is_refusal(struct text notice);

/*
 * Who came or went: `what` is "joined" or "left", or, for one of them, "was kicked ...", and for
 * more "were kicked ...". "bob, carol and 3 others joined".
 * `count` is at least 1; `names` holds the first of them, all when there are at most
 * NOTICE_NAMES.
 */
size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT]);

#endif
