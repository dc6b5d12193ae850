/*
 * output: what goes to standard output, gathered, and written when the reader is ready for it.
 *
 * Model: a queue of bytes. Writing never waits, so that a reader who is slow (a pipe, a terminal
 * behind a bad line) stops neither the keys nor the messages that keep us in the chat; what it
 * does not take yet stays in the queue. Whoever fills the queue looks at output_has_space first:
 * then nothing is lost here, and what comes from the network waits in the system's buffer.
 *
 * Contract: output_flush before each wait; if output_waits then, wait for standard output to
 * become writable too. One of these a program: signals are handled as program.h says.
 *
 * Limit: a terminal may say that it is ready, take less than it is given, and hold us in write()
 * until there is space for the rest. A signal ends that.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum {
    OUTPUT_LIMIT = 64 * 1024,   /* bytes that may wait */
    OUTPUT_PIECE = 4096         /* bytes a terminal is given at once: more than a screen's change */
};

struct output {
    size_t columns; /* of the terminal; 0: it is a pipe, a file or a dumb terminal */
    bool colours;
    int failed;     /* the errno of the write that failed, after which nothing is written; or 0 */
    const sigset_t *signals; /* let in while it waits */
    char bytes[OUTPUT_LIMIT];
    size_t start, end; /* what waits lies between */
};

/* Adds to the queue. Only if there is no space for it does this wait, until it is written. */
void output_put(struct output *output, struct text text);
void output_put_string(struct output *output, const char *string);

/* Nothing, unless colours are wanted. */
void output_put_colour(struct output *output, const char *colour);

/* Writes what can be written without waiting. False: it cannot be written any more. */
bool output_flush(struct output *output);

/* Writes all, however long that takes; a signal that ends the program ends the wait as well. */
void output_drain(struct output *output);

/* Is there something that could not be written yet? */
bool output_waits(const struct output *output);

/* Less than half full: any message has room then. */
bool output_has_space(const struct output *output);

#endif
