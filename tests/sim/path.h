/*
 * path: what becomes of a datagram between a client and the server.
 *
 * Model: it is lost, or comes after some time, once or twice, perhaps changed. A client can be cut
 * off, or all of them. Somebody on the way writes some of them down and sends them again, later,
 * from where they came or from somewhere else; or takes one off the wire and sends it on from his
 * own place.
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

/* Nothing passes until then: for one actor, or (NOBODY) for all. */
void path_cut(uint32_t actor, int64_t until);
bool path_is_cut(uint32_t actor);
void path_mend(void); /* no cuts any more */

/* One of those written down is sent again. */
void path_replay(void);

/* How long something takes now. */
int64_t path_delay(void);

#endif
