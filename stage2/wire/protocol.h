/*
 * protocol: the datagrams of stage 2, as bytes and as their parts.
 *
 *      0       1       2        2+r       2+r+t          size
 *      +-------+-------+--------+---------+--------------+
 *      | r     | t     | room   | token   | text         |      from the client
 *      | 1     | 1     | r      | t       | the rest     |
 *      +-------+-------+--------+---------+--------------+
 *
 * The server sends only text: "NAME: TEXT" is a member's message, "* TEXT" is a notice.
 *
 * Contract: plain functions on memory. The texts that they return point into the bytes that they
 * were given. docs/protocol.md is the normative text.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "base/text.h"

enum {
    DATAGRAM_LIMIT = 4096, /* bytes, from client to server */
    TALK_LIMIT = 4094,     /* bytes, from server to client */
    TOKEN_BYTES = 16,      /* 128 random bits */
    TOKEN_DIGITS = 32      /* the token's form on the wire: hexadecimal, lower case */
};

struct token {
    unsigned char bytes[TOKEN_BYTES];
};

void token_print(const struct token *token, char digits[TOKEN_DIGITS]);

/* False: these are not 32 digits of 0-9a-f. */
bool token_parse(struct text digits, struct token *token);

/* Takes the same time for all tokens, so the time does not reveal how much of a guess is right. */
bool token_equal(const struct token *a, const struct token *b);

struct datagram {
    struct text room;
    struct token token;
    struct text text; /* not checked yet: any bytes, or empty */
};

/*
 * Parses a client's datagram: `size` bytes, or the first DATAGRAM_LIMIT + 1 of a longer one.
 * False: it has no valid form, so it cannot be from a member.
 */
bool datagram_decode(const void *bytes, size_t size, struct datagram *datagram);

/* Writes a client's datagram, with a token as it was received: the token of another author's server
   may have another form, of at most 255 bytes. Returns the size of the datagram, or 0 if that would
   exceed DATAGRAM_LIMIT. */
size_t datagram_encode_with(struct text room, struct text token, struct text text,
                            char out[DATAGRAM_LIMIT]);

/* The same with a token in our form. */
size_t datagram_encode(struct text room, const struct token *token, struct text text,
                       char out[DATAGRAM_LIMIT]);

/* Writes "NAME: TEXT". Returns its size, or 0 if it would be longer than TALK_LIMIT. */
size_t talk_encode(struct text name, struct text text, char out[TALK_LIMIT]);

/*
 * Parses a server's datagram. True: it is the message `*text` of the member `*name`. False: `*text`
 * is a notice, without its "* ".
 */
bool talk_decode(struct text talk, struct text *name, struct text *text);

#endif
