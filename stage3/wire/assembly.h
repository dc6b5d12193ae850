/*
 * assembly: reassembles a row that is too large for one datagram from its parts.
 *
 * Model: parts arrive in any order, possibly twice, and possibly cut at other offsets when they are
 * sent again. For each byte of the row, a bit says whether that byte has arrived. When no byte is
 * missing, the row is the same as one that arrived whole.
 *
 *          0            offset                           size
 *          +------------+----------------+---------------+
 *          | arrived    | this part      | missing       |
 *          +------------+----------------+---------------+
 *
 * Contract: plain functions on memory. An empty assembly is all zeros and takes no memory; another
 * one takes at most FRAME_WHOLE_LIMIT bytes and an eighth of that. The owner stores which item or
 * entry it belongs to.
 */
#ifndef ASSEMBLY_H
#define ASSEMBLY_H

#include "frame.h"

struct assembly {
    unsigned char *row; /* owned; NULL: it is empty. The bits follow the bytes */
    uint16_t size;      /* bytes of the row */
    uint16_t missing;   /* bytes of the row that have not arrived; 0: it is whole */
    uint16_t end;       /* no byte from here on has arrived */
};

/* Adds a part of the same row as those before: `whole` must be the same. Bytes that arrived before
   stay as they are. False: there is no memory for the first part, and it stays empty. */
bool assembly_add(struct assembly *assembly, const struct part *part);

/* Takes a row that arrived whole. The assembly must be empty. False: no memory. */
bool assembly_put(struct assembly *assembly, struct row row);

bool assembly_whole(const struct assembly *assembly);

/* Has every byte before `end` arrived? Then no part was lost, and the rest may be on its way. */
bool assembly_in_order(const struct assembly *assembly);

/* The whole row. If its bytes are no row, its kind is 0, which no item and no entry has. */
struct row assembly_row(const struct assembly *assembly);

void assembly_drop(struct assembly *assembly);

#endif
