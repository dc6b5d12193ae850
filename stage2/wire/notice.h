/*
 * notice: the server's own messages, word for word as docs/protocol.md lists them.
 *
 * Contract: each function writes a text and returns its size in bytes. The text has no zero byte at
 * its end and no "* " before it: the datagram and the screen mark a notice in their own ways.
 * NOTICE_LIMIT bytes are enough for any of them. A name has at most NAME_LIMIT bytes.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    NOTICE_NAMES = 3,                     /* names in one notice, at most */
    NOTICE_LIMIT = 3 * NAME_LIMIT + 128   /* bytes */
};

#define NOTICE_CLOSED "the room is closed: the host has left"
#define NOTICE_YOU_ARE_OUT "you were kicked by the host"
#define NOTICE_SAY_LESS "not delivered: you say too much at once, say less"
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
 * Tells a client how often it must speak, when that is more often than its default. With
 * notice_read_speak, the client gets the number of seconds, or 0 if it is another notice.
 */
size_t notice_speak(int64_t seconds, char out[NOTICE_LIMIT]);
unsigned notice_read_speak(struct text notice);

/*
 * Tells a client how much it may send, if that is not what clients take for granted (bucket.h):
 * lines a second, and thousands of bytes. notice_read_rate reads it. False: it is another notice.
 */
size_t notice_rate(uint32_t lines, uint32_t kilobytes, char out[NOTICE_LIMIT]);
bool notice_read_rate(struct text notice, uint32_t *lines, uint32_t *kilobytes);

/*
 * Reminds a member that will soon have been silent for too long. The user of a client that only
 * listens, and sends nothing by itself, learns it from nowhere else.
 */
size_t notice_stay(int64_t seconds, char out[NOTICE_LIMIT]);
bool notice_is_stay(struct text notice);

/* Does it tell a member that the server dropped it, for silence or because it was unreachable? */
bool notice_is_end(struct text notice);

/* Does it tell a member that the server refused what the member sent? */
bool notice_is_refusal(struct text notice);

/*
 * Names the members that came or went: "bob, carol and 3 others joined". `what` is "joined" or
 * "left", or "was kicked ..." for one member and "were kicked ..." for several. `count` is at least
 * 1; `names` holds the first of them, or all if there are at most NOTICE_NAMES.
 */
size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT]);

#endif
