/*
 * house: the server, as server.c runs it: a loop that receives, lets the chat do what is due,
 * sends, and opens one request a turn. Only the sockets are missing.
 *
 * It also checks each datagram that is sent: to a place that is not proved for the session only a
 * probe may go, and only if a datagram at least as large has just come from there.
 */
#ifndef HOUSE_H
#define HOUSE_H

#include "chat/chat.h"

void house_begin(void);
void house_end(void);

/* A datagram arrives at the server's socket, whose buffer is limited. */
void house_receive(uint32_t place, const void *bytes, size_t size);

/* The request of an exchange arrives, and waits for its turn. False: too many wait. */
bool house_handshake(uint64_t exchange);

/* When to call house_turn next. */
int64_t house_due(void);
void house_turn(void);

/* The machine does nothing until then. */
void house_pause(int64_t until);

/* Kills the server in the middle of its next turn, and starts it again some time later, with what
   is in its journal, if it keeps one. */
void house_crash(int64_t back);

/* Its disk is full until then. */
void house_fill_disk(int64_t until);

/* Ends all of these troubles. */
void house_mend(void);

/* The server shuts down: all rooms are closed. */
void house_close(void);

struct chat *house_chat(void);

#endif
