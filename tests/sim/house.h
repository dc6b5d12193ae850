/*
 * house: the server, as server.c runs it: a loop that takes in what has arrived, lets the chat do
 * what is due, sends, and opens one request a turn. Only the sockets are missing.
 *
 * It also looks at each datagram on its way out: none but a probe may go to a place that has not
 * proved itself for that session, and a probe only where something as large has just come from.
 */
#ifndef HOUSE_H
#define HOUSE_H

#include "chat/chat.h"

void house_begin(void);
void house_end(void);

/* A datagram is at the server's socket, which holds a number of them. */
void house_receive(uint32_t place, const void *bytes, size_t size);

/* An exchange is at the door: its request waits for its turn. False: too many wait. */
bool house_handshake(uint64_t exchange);

/* When house_turn is worth calling. */
int64_t house_due(void);
void house_turn(void);

/* The machine does nothing until then. */
void house_pause(int64_t until);

/* The server is killed in the middle of its next turn, and started again some time later. What is
   in its journal, if it keeps one, is there again. */
void house_crash(int64_t back);

/* Its disk is full until then. */
void house_fill_disk(int64_t until);

/* All that is over. */
void house_mend(void);

/* The server shuts down: all rooms are closed. */
void house_close(void);

struct chat *house_chat(void);

#endif
