/*
 * notice: the server's own messages, word for word as docs/protocol.md lists them.
 *
 * Contract: each function writes a text and returns its size in bytes. The text has no zero byte at
 * its end and no "* " before it: the datagram and the screen mark a notice in their own ways.
 * NOTICE_LIMIT bytes are enough for any of them.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    NOTICE_NAMES = 3,                     /* names in one notice, at most */
    NOTICE_LIMIT = 2 * NOTICE_NAMES * NAME_LIMIT + 128 /* bytes: a rename has two names */
};

#define NOTICE_FULL "the server is full, try again later"
#define NOTICE_SHUTTING_DOWN "the server is shutting down"
#define NOTICE_TOO_LONG "not delivered: longer than 4096 bytes with the name"
#define NOTICE_BAD_NAME "not delivered: that name is not allowed"
#define NOTICE_BAD_TEXT "not delivered: the text is not valid UTF-8"
#define NOTICE_MALFORMED "not delivered: the datagram is malformed"
#define NOTICE_SAY_LESS "not delivered: you say too much at once, say less"
#define NOTICE_UNREACHABLE "you could not be reached and were taken out"

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT]);
size_t notice_taken(struct text name, char out[NOTICE_LIMIT]);
size_t notice_too_often(struct text name, char out[NOTICE_LIMIT]);
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

/* Names the members that were renamed: "bob is now called rob, carol is now called cal and 3
   others ...". `count` is at least 1; the arrays hold the first of them, as for notice_people. */
size_t notice_renamed(const struct text *before, const struct text *after, size_t count,
                      char out[NOTICE_LIMIT]);

/*
 * Names the members that came or went: "bob, carol and 3 others joined". `what` is "joined" or
 * "left". `count` is at least 1; `names` holds the first of them, or all if there are at most
 * NOTICE_NAMES.
 */
size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT]);

#endif
