/*
 * bytes: the notation for bytes in scripts and messages.
 *
 * A line of tokens separated by blanks. A token is one of
 *
 *     05            two hexadecimal digits: one byte
 *     "text"        its UTF-8 bytes; \" stands for " and \\ for \
 *     name          the bytes that the caller has kept under this name. A name begins with a
 *                   letter, goes on with letters, digits, _ and . and is never just two hexadecimal
 *                   digits
 *     name=32       in a pattern: any 32 bytes, which the caller must keep under this name
 *
 * The first three may be followed directly by *COUNT, which repeats them. Without tokens there are
 * no bytes.
 *
 *     05 "alice" "x"*3 00*2      is      05 61 6c 69 63 65 78 78 78 00 00
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    BYTES_MAX = 262144, /* more than any datagram, or any frame that a server may send */
    BYTES_NAME_MAX = 64,
    BYTES_GAPS_MAX = 16
};

/* A place in a pattern that matches any bytes. */
struct bytes_gap {
    char name[BYTES_NAME_MAX];
    size_t at, count;
};

/* A pattern, or bytes received. It is large, so make it static. */
struct bytes {
    unsigned char is[BYTES_MAX]; /* in a gap there are question marks */
    size_t count;
    struct bytes_gap gaps[BYTES_GAPS_MAX];
    size_t gap_count;
};

/* Points `*is` to the bytes kept under `name`. False: there are none. */
typedef bool bytes_lookup(void *asker, const char *name, const unsigned char **is, size_t *count);

/*
 * Parses `text` to `out`, and returns true. On a mistake it returns false, and `*mistake` tells
 * what is wrong. `lookup` is called with `asker`.
 */
bool bytes_parse(const char *text, struct bytes *out, bytes_lookup *lookup, void *asker,
                 const char **mistake);

/* Returns how many bytes at the beginning of `got` match the pattern `wanted`. */
size_t bytes_same(const struct bytes *wanted, const struct bytes *got);

/*
 * Prints bytes for a human reader: in quotes, bytes that are not printable ASCII as \xHH, at most
 * the first 200, and then the number of all. No bytes of a peer reach the terminal raw.
 */
void bytes_show(FILE *to, const unsigned char *bytes, size_t count);

#endif
