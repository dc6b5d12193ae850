/*
 * passage: TCP connections passed through, byte for byte, to a server.
 *
 * Model: two sockets and, for each way, a buffer. What one side has sent waits in the buffer
 * until the other side takes it; an end of file passes when the buffer before it has; a
 * connection that breaks on one side is closed on both.
 *
 * Contract: the caller polls. passage_poll() says what to wait for, passage_serve() is given the
 * answers in the same order. Limit: PASSAGES_MAX at a time, a further one is closed at once.
 */
#ifndef PASSAGE_H
#define PASSAGE_H

#include <poll.h>
#include <stddef.h>

#include "tool.h"

enum { PASSAGES_MAX = 512 };

/* Takes over `client`, an accepted connection, and connects it to the server. */
void passage_open(int client, const struct tool_address *server);

/* Writes what to wait for to `wait`, at most 2 * PASSAGES_MAX, and returns how many. */
size_t passage_poll(struct pollfd *wait);

/* `ready` is what passage_poll() wrote, answered. No passage may have been opened in between. */
void passage_serve(const struct pollfd *ready);

#endif
