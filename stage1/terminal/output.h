/*
 * output: output queued until the terminal or pipe can take it.
 *
 * Model: a queue of bytes. Writing never waits, so a slow reader (a pipe, a terminal behind a bad
 * line) delays neither the keys nor the messages that keep the user in the chat; what the reader
 * cannot take yet stays in the queue. The caller checks output_has_space before it fills the queue.
 * Then nothing is lost here, and messages from the network wait in the system's buffer.
 *
 * Contract: call output_flush before each wait. If output_waits is true after that, also wait until
 * standard output is writable. A program has one of these; program.h describes the signals.
 *
 * Limit: a terminal may report that it is ready, take only a part of what is written, and block
 * write() until it has space for the rest. A signal interrupts that.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum {
    OUTPUT_LIMIT = 64 * 1024,   /* bytes in the queue */
    OUTPUT_PIECE = 4096         /* bytes of one write to a terminal: more than one screen update */
};

struct output {
    size_t columns; /* of the terminal; 0: a pipe, a file or a dumb terminal */
    bool colours;
    int failed;     /* errno of the write that failed, after which nothing is written; or 0 */
    const sigset_t *signals; /* the signal mask during a wait */
    char bytes[OUTPUT_LIMIT];
    size_t start, end; /* the queued bytes lie between these */
};

/* Adds to the queue. If the queue has no space, waits until it has been written. */
void output_put(struct output *output, struct text text);
void output_put_string(struct output *output, const char *string);

/* Adds a colour's control sequence, or nothing if `colours` is false. */
void output_put_colour(struct output *output, const char *colour);

/* Writes as much as possible without waiting. False: a write has failed, see `failed`. */
bool output_flush(struct output *output);

/* Writes everything, however long that takes; a signal that ends the program also ends the wait. */
void output_drain(struct output *output);

/* Are there queued bytes that could not be written yet? */
bool output_waits(const struct output *output);

/* Is the queue less than half full? Then any message fits. */
bool output_has_space(const struct output *output);

#endif
