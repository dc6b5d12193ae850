/*
 * passage: TCP connections that are passed through to a server, byte for byte.
 *
 * Model: two sockets and a buffer for each direction. Bytes from one side wait in the buffer until
 * the other side takes them; an end of file is passed on when the buffer is empty; a connection
 * that breaks on one side is closed on both.
 *
 * Contract: the caller polls. passage_poll() tells what to wait for, and passage_serve() gets the
 * results in the same order. Limit: PASSAGES_MAX at a time; a further one is closed at once.
 */
#ifndef PASSAGE_H
#define PASSAGE_H

#include <poll.h>
#include <stddef.h>

#include "tool.h"

enum { PASSAGES_MAX = 512 };

/* Takes over `client`, an accepted connection, and connects it to the server. */
void passage_open(int client, const struct tool_address *server);

/* Writes what to wait for to `wait`, at most 2 * PASSAGES_MAX entries, and returns their number. */
size_t passage_poll(struct pollfd *wait);

/* `ready` is what passage_poll() wrote, after poll(). No passage may be opened in between. */
void passage_serve(const struct pollfd *ready);

#endif
