/*
 * door: exchanges over TCP. An exchange succeeds, with some delay, or fails. If only the answer is
 * lost, the server has admitted a client that does not know it. Both sides simply have the keys
 * that RSA and the rest of a real exchange would agree on.
 */
#ifndef DOOR_H
#define DOOR_H

#include "soul.h"
#include "wire/request.h"

struct chat;

enum { DOOR_TIMEOUT = 10000 }; /* milliseconds, until the client gives up */

void doors_begin(void);
void doors_end(void);

/* Begins an exchange. Returns its number, from 1. */
uint64_t door_handshake(uint32_t actor, uint32_t place, const struct request *request);

/* The exchange arrives at the server; it is served there; and it is answered when the journal has
   it. */
void door_arrives(uint64_t exchange);
void door_serve(uint64_t exchange, struct chat *chat);
void door_answer(uint64_t exchange);

/* Who began the exchange, and its keys. */
uint32_t door_actor(uint64_t exchange);
const struct seal_keys *door_keys(uint64_t exchange);

#endif
