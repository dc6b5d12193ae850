/*
 * protocol: the one datagram of stage 1, as bytes and as its parts.
 *
 *      0         1              1+n              size
 *      +---------+--------------+----------------+
 *      | n       | name         | text           |
 *      | 1 byte  | n bytes      | the rest       |
 *      +---------+--------------+----------------+
 *
 * Contract: plain functions on memory. What datagram_decode gives back points into the bytes it
 * was given. All that a stranger can get wrong is a kind of its own, so that no caller has to
 * check anything again. docs/protocol.md is the normative text.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "base/text.h"

enum {
    DATAGRAM_LIMIT = 4096,  /* bytes, from the brief; some 1500 pass a network unbroken */
    QUESTION_SIZE = 1200,   /* bytes of our questions: so many do */
    QUESTION_LEAST = 64     /* bytes of one that is answered: the shortest answer has as many */
};

enum datagram_kind {
    DATAGRAM_SAY,       /* a name and a text */
    DATAGRAM_HELLO,     /* a name alone */
    DATAGRAM_GOODBYE,   /* the single byte 0 */
    DATAGRAM_NOTICE,    /* a text without a name: the server speaks. Any bytes, any size */
    DATAGRAM_TOO_LONG,  /* from here on: malformed */
    DATAGRAM_MALFORMED, /* empty, or the name goes on beyond the end */
    DATAGRAM_BAD_NAME,
    DATAGRAM_BAD_TEXT
};

struct datagram {
    enum datagram_kind kind;
    struct text name; /* for SAY and HELLO */
    struct text text; /* for SAY and NOTICE */
};

/*
 * Takes a datagram of `size` bytes apart. Read it with space for one byte more than
 * DATAGRAM_LIMIT: the system cuts off silently what does not fit, and that one byte is how a
 * datagram that was too long is told from one that just fits.
 */
struct datagram datagram_decode(const void *bytes, size_t size);

/*
 * The same for one from a server that somebody else may have written. Some of these send a bare
 * "NAME: TEXT": UTF-8 that is malformed in our form is taken for that, or for a NOTICE.
 */
struct datagram datagram_decode_foreign(const void *bytes, size_t size);

/*
 * Puts one together in `out`. The name is empty or valid; the text may be empty.
 * Returns its size in bytes, or 0 when it would be longer than DATAGRAM_LIMIT.
 */
size_t datagram_encode(struct text name, struct text text, char out[DATAGRAM_LIMIT]);

/*
 * The question of who is here: no name, and "/who" with spaces behind it. The answer is never
 * longer than the question, so a question is as long as the answer may be: an address that did not
 * ask, because somebody else has written it on a datagram, gets no more than was sent in its name.
 * Writes one and returns its size in bytes.
 */
size_t question_who(char out[DATAGRAM_LIMIT]);

/* Is the text of a NOTICE that question? No server's is. */
bool question_is_who(struct text text);

#endif
