/*
 * dialect: how the load generator talks to each stage: a table of functions.
 *
 * Model: the generator knows numbered members of numbered rooms, and texts; a dialect turns them
 * into datagrams and back. It has no sockets and no clock. To add a stage, write its functions and
 * put a row into the table. (What a member has to ask for over TCP first is in ticket.h.)
 *
 * Contract: `datagram` has room for DATAGRAM_MAX bytes, a name for DIALECT_NAME; the functions
 * return the size used.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#define DATAGRAM_MAX 4096

enum {
    DIALECT_NAME = 24, /* bytes that the name of any member or room fits into */
    DIALECT_TOKEN = 32 /* bytes of a token */
};

/* What a dialect has to know of a member. */
struct seat {
    size_t number; /* of the member */
    size_t room;   /* its room's number */
    char token[DIALECT_TOKEN]; /* only with `tokens` */
};

struct dialect {
    const char *name;

    bool echo;   /* a member's own messages come back to it, and each is a delivery */
    bool rooms;  /* there can be more than one */
    bool tokens; /* a member asks for one over TCP before it says hello */

    /* Asks to be let in; sent until `welcomed` knows the answer. */
    size_t (*hello)(const struct seat *seat, unsigned char *datagram);
    bool (*welcomed)(const unsigned char *datagram, size_t size);

    /* Wraps a text of at most DATAGRAM_MAX - 128 bytes. */
    size_t (*say)(const struct seat *seat, const char *text, size_t text_size,
                  unsigned char *datagram);

    /* The texts in a datagram, one a call: *at is 0 at first and moves on. False when there is
     * no further one, so also for a notice. */
    bool (*next_text)(const unsigned char *datagram, size_t size, size_t *at, const char **text,
                      size_t *text_size);
};

/* The dialect of that name, or NULL. */
const struct dialect *dialect_find(const char *name);

/* What members and rooms are called, in every dialect that has a word for them. */
size_t dialect_member(size_t number, char *name);
size_t dialect_room(size_t number, char *name);

#endif
