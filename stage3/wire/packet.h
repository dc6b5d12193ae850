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

/*
 * The announcement of a start: what a server that was started again sends to a member of before.
 *
 *      0             8             16            32                     64
 *      +-------------+-------------+-------------+----------------------+
 *      | session id  | counter     | id of start | sealed: end, accepted |
 *      | 8           | 8           | 16          | 16 and the tag, 16   |
 *      +-------------+-------------+-------------+----------------------+
 *
 * It is a probe as well, whose counter has the highest bit set in this form. The key is that of the
 * start that is announced. What is sealed is bound to the id of the start under which the member
 * was last, as far as the server knows: so it opens only for a client that is there, and with it
 * the client learns that the journal knows of that start.
 */
enum { PACKET_ANNOUNCEMENT = 64 }; /* bytes: less than any datagram of a client */

#define PACKET_ANNOUNCES (UINT64_C(1) << 63) /* the bit of its counter */

struct announcement {
    uint64_t session;
    uint64_t counter;            /* without that bit: what the client echoes */
    const unsigned char *id;     /* SEAL_ID bytes: of the start */
    const unsigned char *before; /* SEAL_ID bytes: of the one under which the member was */
    uint64_t end;                /* of what it has read, entries before this one are still there */
    uint64_t accepted;           /* the last of its items that is known */
};

/* Writes one of PACKET_ANNOUNCEMENT bytes, sealed with the server's new key. */
void packet_announce(const struct announcement *announcement, const unsigned char key[SEAL_KEY],
                     void *packet);

/* Does it look like one? Then session, counter and id are known, and nothing is proved. */
bool packet_announces(const void *packet, size_t size, struct announcement *announcement);

/* Opens it; `before` must be there. False: it is not for a member who was under that start. */
bool packet_open_announcement(const void *packet, const unsigned char key[SEAL_KEY],
                              struct announcement *announcement);

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
