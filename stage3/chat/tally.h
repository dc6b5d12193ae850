/*
 * tally: the server's counts as a line of text, for its log.
 *
 * Contract: nothing is printed or changed. The line has no name of a program before it, and no line
 * end.
 */
#ifndef TALLY_H
#define TALLY_H

#include "chat.h"

enum {
    TALLY_LINE = 600 /* bytes, with the final 0: enough for the greatest counts */
};

/* Returns `out`. */
const char *tally_print(const struct chat *chat, char out[TALLY_LINE]);

#endif
