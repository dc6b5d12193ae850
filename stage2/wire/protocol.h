/*
 * protocol: the datagrams of stage 2, as bytes and as their parts.
 *
 *      0       1       2        2+r       2+r+t          size
 *      +-------+-------+--------+---------+--------------+
 *      | r     | t     | room   | token   | text         |      from the client
 *      | 1     | 1     | r      | t       | the rest     |
 *      +-------+-------+--------+---------+--------------+
 *
 * The server sends text alone: "NAME: TEXT" is what somebody said, "* TEXT" is a notice.
 *
 * Contract: plain functions on memory. What they give back points into the bytes they were given.
 * docs/protocol.md is the normative text.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "base/text.h"

enum {
    DATAGRAM_LIMIT = 4096, /* bytes, from client to server */
    TALK_LIMIT = 4094,     /* bytes, from server to client */
    TOKEN_BYTES = 16,      /* 128 random bits */
    TOKEN_DIGITS = 32      /* the same as it travels: hexadecimal, lower case */
};

struct token {
    unsigned char bytes[TOKEN_BYTES];
};

void token_print(const struct token *token, char digits[TOKEN_DIGITS]);

/* False: not 32 digits of 0-9a-f. */
bool token_parse(struct text digits, struct token *token);

/* Takes the same time whatever the tokens are, so that time tells nobody how much of a guess was
   right. */
bool token_equal(const struct token *a, const struct token *b);

struct datagram {
    struct text room;
    struct token token;
    struct text text; /* not yet checked: may be anything, or nothing */
};

/*
 * Takes a datagram from a client apart: `size` bytes, or the first DATAGRAM_LIMIT + 1 of a longer
 * one. False: it cannot be from a member of anything.
 */
bool datagram_decode(const void *bytes, size_t size, struct datagram *datagram);

/* Puts one together, with a token as it came: another server's may have another form, of at most
   255 bytes. Returns its size, or 0 when it would be longer than DATAGRAM_LIMIT. */
size_t datagram_encode_with(struct text room, struct text token, struct text text,
                            char out[DATAGRAM_LIMIT]);

/* The same with a token of ours. */
size_t datagram_encode(struct text room, const struct token *token, struct text text,
                       char out[DATAGRAM_LIMIT]);

/* "NAME: TEXT". Returns its size, or 0 when it would be longer than TALK_LIMIT. */
size_t talk_encode(struct text name, struct text text, char out[TALK_LIMIT]);

/*
 * Takes what a server sent apart: true and `*name` is who said `*text`; or false and `*text` is a
 * notice, without its "* ".
 */
bool talk_decode(struct text talk, struct text *name, struct text *text);

#endif
