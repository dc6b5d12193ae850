/*
 * dialect: how the load generator talks to each stage: a table of functions.
 *
 * Model: the generator knows numbered members and texts; a dialect turns them into datagrams and
 * back. It has no sockets and no clock. To add a stage, write its functions, put a row into the
 * table, and give the stage a line in run.sh. (A stage whose members first ask over TCP for a
 * token does that in its first `hello` for a member, and keeps the token.)
 *
 * Contract: `datagram` has room for DATAGRAM_MAX bytes; the functions return the size used.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#define DATAGRAM_MAX 4096

struct dialect {
    const char *name;

    /* A member's own messages come back to it, and each is a delivery. */
    bool echo;

    /* Asks to be let in; sent until `welcomed` knows the answer. */
    size_t (*hello)(size_t member, unsigned char *datagram);
    bool (*welcomed)(const unsigned char *datagram, size_t size);

    /* Wraps a text of at most DATAGRAM_MAX - 64 bytes. */
    size_t (*say)(size_t member, const char *text, size_t text_size, unsigned char *datagram);

    /* The texts in a datagram, one a call: *at is 0 at first and moves on. False when there is
     * no further one, so also for a notice. */
    bool (*next_text)(const unsigned char *datagram, size_t size, size_t *at, const char **text,
                      size_t *text_size);
};

/* The dialect of that name, or NULL. */
const struct dialect *dialect_find(const char *name);

#endif
