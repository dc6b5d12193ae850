/*
 * show: what a message and a notice look like.
 *
 * Model: two looks. On a terminal, the time before it, colours, and long texts broken between words
 * and indented below. Otherwise one line each and no decoration, for a script to read:
 * "name: text", "* notice".
 *
 * Contract: nothing that came from others reaches the output unless it is safe to show. A text of
 * more than LINE_LIMIT bytes is cut. On a terminal the cursor must be at the start of a row.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdbool.h>

#include "base/text.h"
#include "output.h"

#define COLOUR_OFF "\033[0m"
#define COLOUR_DIM "\033[2m"
#define COLOUR_BOLD "\033[1m"

/* `own`: the user of this very program said it. */
void show_message(struct output *output, struct text who, struct text what, bool own);

void show_notice(struct output *output, struct text what);

#endif
