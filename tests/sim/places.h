/*
 * places: the addresses of the simulated network, and who has which.
 *
 * Model: a place is a number that stands for an address with a port, IPv4 or IPv6. An actor that
 * moves gets another place; a place that is free again may be given to another actor. A place is
 * proved for a session when a probe of that session has arrived there, at the session's own client.
 */
#ifndef PLACES_H
#define PLACES_H

#include "base/address.h"

void places_begin(void);
void places_end(void);

/* Gives out a place: to that actor, or (NOBODY) to somebody who is no actor. */
uint32_t place_new(uint32_t owner);
void place_leave(uint32_t place);
uint32_t place_owner(uint32_t place); /* NOBODY: datagrams to it get lost */
uint32_t place_any(void);             /* any place ever given out; there must be one */

struct address place_address(uint32_t place);
uint32_t place_at(const struct address *address);

void place_prove(uint32_t place, uint64_t session);
bool place_proved(uint32_t place, uint64_t session);

/* The server was killed: all places must be proved again. */
void places_forget(void);
bool place_proved_once(uint32_t place, uint64_t session); /* now or before the server was killed */

#endif
