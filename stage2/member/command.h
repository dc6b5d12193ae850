/*
 * command: tells commands from lines that are sent.
 *
 * Contract: plain functions on memory.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/text.h"

/* Does the user want to leave? */
bool command_is_goodbye(struct text line);

/* What the others will read, if the line is something that is said: a command is not. `*said`
   points into the line. */
bool command_is_said(struct text line, struct text *said);

#endif
