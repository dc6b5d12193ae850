/*
 * stream: what a member reads over TCP, from the servers that the stages are compared with.
 *
 * Model: TCP hands on bytes, not messages. A stream keeps those that have come until a message is
 * complete, and the dialect's `cut` tells where the first one ends and what it is. `cut` has no
 * state: it sees the first bytes of the buffer, and sees them again if they are too few.
 *
 * Contract: stream_append, then stream_welcomed, or stream_next_text until it returns false; a text
 * is valid until the next stream_append. If the server refuses something, or sends a message that
 * does not fit, the program ends with one line: a measurement cannot go on without it.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "dialect.h"

struct stream {
    stream_cut *cut;
    size_t start, end; /* the bytes that are not taken yet */
    char bytes[2 * DATAGRAM_MAX]; /* a part of a message, and one more recv() */
};

void stream_append(struct stream *s, const void *bytes, size_t size);

/* For the table of dialects; the datagram is not used, because crowd.c has appended it. */
bool stream_welcomed(const struct seat *seat, const unsigned char *datagram, size_t size);
bool stream_next_text(struct seat *seat, const unsigned char *datagram, size_t size, size_t *at,
                      const char **text, size_t *text_size);

/* The size of the line that begins at bytes[from], its CR LF included; 0: there is no end yet. */
size_t stream_line(const char *bytes, size_t size, size_t from);

#endif
