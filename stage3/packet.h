/*
 * packet: the outside of a datagram of stage 3, and which of them have been here before.
 *
 *      0             8             16             16+b       32+b
 *      +-------------+-------------+--------------+----------+
 *      | session id  | counter     | sealed body  | tag      |
 *      | 8           | 8           | b            | 16       |
 *      +-------------+-------------+--------------+----------+
 *
 * The session id says whose keys to take. The counter is the nonce, and shows a datagram that comes
 * a second time: networks double them now and then, and somebody may do so on purpose.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seal.h"

enum {
    PACKET_LIMIT = 4096,                  /* bytes: what is longer is not looked at */
    PACKET_SEND_LIMIT = 1200,             /* bytes: none that is sent is longer. Most paths take
                                             1472; some less, for tunnels; and of what is longer
                                             they cut into pieces many drop the pieces */
    PACKET_HEAD = 16,                     /* bytes before the body */
    PACKET_EXTRA = PACKET_HEAD + SEAL_TAG /* bytes that a datagram is longer than its body */
};

/* The session id of a datagram that has come. False: it is too short to be one. */
bool packet_session(const void *packet, size_t size, uint64_t *session);

/* Seals the body of `size` bytes that stands at packet + PACKET_HEAD. Returns the size of all. */
size_t packet_seal(void *packet, size_t size, uint64_t session, uint64_t counter,
                   const unsigned char key[SEAL_KEY]);

/*
 * Opens a datagram in place: the body then stands at packet + PACKET_HEAD, with PACKET_EXTRA bytes
 * less than `size`. False: it was not sealed with this key.
 */
bool packet_open(void *packet, size_t size, const unsigned char key[SEAL_KEY], uint64_t *counter);

/* Which counters have been seen: a window that slides up. All zeros: none has. */
struct window {
    uint64_t highest;
    uint64_t seen; /* bit i: highest - i has been seen */
};

/* Was it seen, or is it so old that nobody can tell? */
bool window_has(const struct window *window, uint64_t counter);

/* Only what has been opened: before that, a counter is anybody's claim. */
void window_add(struct window *window, uint64_t counter);

/* All below the highest count as seen. */
void window_close(struct window *window);

#endif
