/*
 * show: what a message and a notice look like.
 *
 * Model: there are two formats. On a terminal, each begins with the time, has colours, and a long
 * text is broken between words and indented on the next rows. Elsewhere each is one plain line for
 * a script to read: "name: text" or "* notice".
 *
 * Contract: texts are made safe before they reach the output. A text of more than LINE_LIMIT bytes
 * is cut. On a terminal the cursor must be at the start of a row.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdbool.h>

#include "base/text.h"
#include "output.h"

#define COLOUR_OFF "\033[0m"
#define COLOUR_DIM "\033[2m"
#define COLOUR_BOLD "\033[1m"

/* `own`: the message is from the user of this program. */
void show_message(struct output *output, struct text who, struct text what, bool own);

void show_notice(struct output *output, struct text what);

/* Shows only the text, as one line that only the terminal breaks, so that a user can copy it as a
   whole. */
void show_plain(struct output *output, struct text what);

#endif
