/*
 * command: what a line means that the user has typed.
 *
 * Contract: plain functions on memory; what is given back points into the line.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/text.h"

enum command_kind {
    COMMAND_NOTHING, /* a blank line */
    COMMAND_SAY,     /* `text` is said */
    COMMAND_NAME,    /* `text` is the wished name, empty if there is none */
    COMMAND_WHO,
    COMMAND_HELP,
    COMMAND_GOODBYE,
    COMMAND_UNKNOWN
};

struct command {
    enum command_kind kind;
    struct text text;
};

struct command command_read(struct text line);

/* What is shown at the beginning, and what for COMMAND_HELP. */
extern const char command_hint[], command_help[];

#endif
