/*
 * places: the addresses of the simulated network, and who is where.
 *
 * Model: a place is an address with a port, IPv4 or IPv6, by its number. An actor who moves gets
 * another one; one that is free again may be given to somebody else. A place has proved itself for
 * a session when a probe of that session has arrived there, at its own client's.
 */
#ifndef PLACES_H
#define PLACES_H

#include "base/address.h"

void places_begin(void);
void places_end(void);

/* A place for that actor, or (NOBODY) for somebody who is none. */
uint32_t place_new(uint32_t owner);
void place_leave(uint32_t place);
uint32_t place_owner(uint32_t place); /* NOBODY: packets to it get lost */
uint32_t place_any(void);             /* any that ever was; there must be one */

struct address place_address(uint32_t place);
uint32_t place_at(const struct address *address);

void place_prove(uint32_t place, uint64_t session);
bool place_proved(uint32_t place, uint64_t session);

/* The server was killed: all have to prove themselves again. */
void places_forget(void);
bool place_proved_once(uint32_t place, uint64_t session); /* be it before that */

#endif
