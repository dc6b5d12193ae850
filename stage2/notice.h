/*
 * notice: what the server itself has to say, word for word as docs/protocol.md lists it.
 *
 * Contract: each function writes a text (no zero at its end, no "* " before it: how a notice is
 * set apart is the business of the datagram and of the screen) and returns its size in bytes.
 * NOTICE_LIMIT is room enough for any of them. A name has at most NAME_LIMIT bytes.
 */
#ifndef NOTICE_H
#define NOTICE_H

#include "text.h"

enum {
    NOTICE_NAMES = 3,                     /* so many names stand in one notice at most */
    NOTICE_LIMIT = 3 * NAME_LIMIT + 128   /* bytes */
};

#define NOTICE_CLOSED "the room is closed: the host has left"
#define NOTICE_YOU_ARE_OUT "you were put out by the host"
#define NOTICE_SHUTTING_DOWN "the server is shutting down"
#define NOTICE_HELP \
    "/who lists who is here, /leave leaves, /kick NAME puts out (host only), //x says /x"
#define NOTICE_NO_COMMAND "there is no such command; /help lists them"
#define NOTICE_NOT_HOST "only the host can do that"
#define NOTICE_TOO_LONG "not delivered: longer than 4094 bytes with your name"
#define NOTICE_BAD_TEXT "not delivered: the text is not valid UTF-8"

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT]);
size_t notice_put_out(struct text name, char out[NOTICE_LIMIT]);
size_t notice_nobody(struct text name, char out[NOTICE_LIMIT]);

/*
 * Who came or went, `what` being "joined" or "left": "bob, carol and 3 others joined".
 * `count` is at least 1; `names` holds the first of them, all when there are at most
 * NOTICE_NAMES.
 */
size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT]);

#endif
