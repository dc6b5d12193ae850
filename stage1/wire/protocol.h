/*
 * protocol: the datagram of stage 1, as bytes and as its parts.
 *
 *      0         1              1+n              size
 *      +---------+--------------+----------------+
 *      | n       | name         | text           |
 *      | 1 byte  | n bytes      | the rest       |
 *      +---------+--------------+----------------+
 *
 * Contract: plain functions on memory. The texts that datagram_decode returns point into the bytes
 * that it was given. Each mistake that a sender can make is a kind of its own, so no caller has to
 * check anything again. docs/protocol.md is the normative text.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "base/text.h"

enum {
    DATAGRAM_LIMIT = 4096,  /* bytes, from the brief; above some 1500, IP fragments a datagram */
    QUESTION_SIZE = 1200,   /* bytes of our questions: few enough to avoid fragments */
    QUESTION_LEAST = 64     /* bytes; a shorter one has no space for most answers and gets none */
};

enum datagram_kind {
    DATAGRAM_SAY,       /* a name and a text */
    DATAGRAM_HELLO,     /* a name alone */
    DATAGRAM_GOODBYE,   /* the single byte 0 */
    DATAGRAM_NOTICE,    /* a text without a name, from the server: any bytes, any size */
    DATAGRAM_TOO_LONG,  /* this and the following kinds are malformed */
    DATAGRAM_MALFORMED, /* empty, or the name goes beyond the end */
    DATAGRAM_BAD_NAME,
    DATAGRAM_BAD_TEXT
};

struct datagram {
    enum datagram_kind kind;
    struct text name; /* for SAY and HELLO */
    struct text text; /* for SAY and NOTICE */
};

/*
 * Parses a datagram of `size` bytes. The caller must receive it with space for one byte more than
 * DATAGRAM_LIMIT: the system silently cuts what does not fit, and that extra byte distinguishes a
 * datagram that is too long from one that just fits.
 */
struct datagram datagram_decode(const void *bytes, size_t size);

/*
 * The same for a datagram from a server that another author may have written. Some of these send a
 * bare "NAME: TEXT". So UTF-8 that is malformed in our form is parsed as that, or as a NOTICE.
 */
struct datagram datagram_decode_foreign(const void *bytes, size_t size);

/*
 * Writes a datagram to `out`. The name is empty or valid; the text may be empty.
 * Returns its size in bytes, or 0 if it would be longer than DATAGRAM_LIMIT.
 */
size_t datagram_encode(struct text name, struct text text, char out[DATAGRAM_LIMIT]);

/*
 * Writes a request for the list of members: no name, and "/who" padded with spaces. Returns its
 * size in bytes. The answer is never longer than the question, so the padding makes space for the
 * answer: if a sender forges the address of a victim, the victim gets no more bytes than the sender
 * sent.
 */
size_t question_who(char out[DATAGRAM_LIMIT]);

/* Is the text of a NOTICE that question? A server never sends such a notice. */
bool question_is_who(struct text text);

#endif
