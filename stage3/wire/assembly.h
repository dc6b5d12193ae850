/*
 * assembly: a row that no datagram has space for, put together again from its parts.
 *
 * Model: parts come in any order, twice, and perhaps cut in another way when they are sent again. A
 * bit for each byte of the row says whether that byte has come. When none is missing, the row is
 * there as if it had come whole.
 *
 *          0            offset                           size
 *          +------------+----------------+---------------+
 *          | has come   | this part      | missing       |
 *          +------------+----------------+---------------+
 *
 * Contract: plain functions on memory. An assembly that holds nothing is all zeros, and takes no
 * memory; one that does takes FRAME_WHOLE_LIMIT bytes and an eighth of it at most. Which item or
 * entry it belongs to is for its owner to know.
 */
#ifndef ASSEMBLY_H
#define ASSEMBLY_H

#include "frame.h"

struct assembly {
    unsigned char *row; /* owned; NULL: it holds nothing. The bits stand behind the bytes */
    uint16_t size;      /* bytes of the row */
    uint16_t missing;   /* bytes of it that have not come; 0: it is whole */
    uint16_t end;       /* nothing has come from this byte on */
};

/* Takes a part, of the same row as those before: its size must be the same. What comes again changes
   nothing. False: there is no memory even to begin, and it holds nothing. */
bool assembly_add(struct assembly *assembly, const struct part *part);

/* Takes a row that has come whole; it must hold nothing. False: no memory. */
bool assembly_put(struct assembly *assembly, struct row row);

bool assembly_whole(const struct assembly *assembly);

/* Has everything come up to `end`? Then nothing was lost so far, and the rest may be on its way. */
bool assembly_in_order(const struct assembly *assembly);

/* The whole row. If what its parts make is none, its kind is 0, which nobody knows. */
struct row assembly_row(const struct assembly *assembly);

void assembly_drop(struct assembly *assembly);

#endif
