/*
 * command: what a typed line means.
 *
 * Contract: plain functions on memory; the result points into the line.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base/text.h"

enum command_kind {
    COMMAND_NOTHING, /* a blank line */
    COMMAND_SAY,     /* send `text` to everybody */
    COMMAND_NAME,    /* `text` is the new name, empty if none was given */
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

/* The notice shown at the start, and the one for COMMAND_HELP. */
extern const char command_hint[], command_help[];

#endif
