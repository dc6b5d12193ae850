/*
 * door: exchanges over TCP. One either succeeds, with some delay, or fails: and if it was the
 * answer that was lost, the server has let somebody in who does not know it. The keys, which RSA
 * and the rest of the exchange would bring about, are simply there, on both sides.
 */
#ifndef DOOR_H
#define DOOR_H

#include "soul.h"
#include "wire/request.h"

struct chat;

enum { DOOR_TIMEOUT = 10000 }; /* milliseconds, until the client gives up */

void doors_begin(void);
void doors_end(void);

/* Begins one. Returns its number, from 1. */
uint64_t door_handshake(uint32_t actor, uint32_t place, const struct request *request);

/* It is at the server; it is served there; and when the journal has it, it is answered. */
void door_arrives(uint64_t exchange);
void door_serve(uint64_t exchange, struct chat *chat);
void door_answer(uint64_t exchange);

/* Who began it, and under what keys. */
uint32_t door_actor(uint64_t exchange);
const struct seal_keys *door_keys(uint64_t exchange);

#endif
