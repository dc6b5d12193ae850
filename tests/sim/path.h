/*
 * path: the network between a client and the server.
 *
 * Model: a datagram is lost, or arrives after some time, once or twice, perhaps changed. A client
 * can be cut off, or all of them. An attacker on the path records some datagrams and sends them
 * again later, from their source or from elsewhere; or takes one off the wire and sends it on from
 * his own place.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void path_begin(void);
void path_end(void);

/* To the server, from a place; and to a place. */
void path_up(uint32_t place, const void *bytes, size_t size);
void path_down(uint32_t place, const void *bytes, size_t size);

/* Cuts the path until then: for one actor, or (NOBODY) for all. */
void path_cut(uint32_t actor, int64_t until);
bool path_is_cut(uint32_t actor);
void path_mend(void); /* ends all cuts */

/* Sends one of the recorded datagrams again. */
void path_replay(void);

/* The delay of a datagram now. */
int64_t path_delay(void);

#endif
