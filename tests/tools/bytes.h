/*
 * bytes: the notation in which scripts and complaints write bytes.
 *
 * A line of tokens separated by blanks. A token is one of
 *
 *     05            two hexadecimal digits: one byte
 *     "text"        its UTF-8 bytes; \" stands for " and \\ for \
 *     name          the bytes that somebody keeps under this name; the caller knows them. A name
 *                   begins with a letter, goes on with letters, digits, _ and . and is never just
 *                   two hexadecimal digits
 *     name=32       in a pattern: any 32 bytes, which the caller is to keep under this name
 *
 * The first three may be followed at once by *COUNT, which repeats them. No tokens are no bytes.
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

/* A place in a pattern where any bytes may stand. */
struct bytes_gap {
    char name[BYTES_NAME_MAX];
    size_t at, count;
};

/* What was written, or what came. Large: meant to be static. */
struct bytes {
    unsigned char is[BYTES_MAX]; /* in a gap there are question marks */
    size_t count;
    struct bytes_gap gaps[BYTES_GAPS_MAX];
    size_t gap_count;
};

/* Points `*is` to the bytes that are kept under `name`. False: there are none. */
typedef bool bytes_lookup(void *asker, const char *name, const unsigned char **is, size_t *count);

/*
 * Makes `out` of `text`, and returns true. On a mistake it returns false and `*mistake` says what
 * is wrong. `lookup` is called with `asker`.
 */
bool bytes_parse(const char *text, struct bytes *out, bytes_lookup *lookup, void *asker,
                 const char **mistake);

/* How many bytes at the beginning of `got` are those of the pattern `wanted`. */
size_t bytes_same(const struct bytes *wanted, const struct bytes *got);

/*
 * Prints bytes for a human: in quotes, what is not printable ASCII as \xHH, at most the first
 * 200, and then how many there are. Nothing that comes from a peer can reach the terminal raw.
 */
void bytes_show(FILE *to, const unsigned char *bytes, size_t count);

#endif
