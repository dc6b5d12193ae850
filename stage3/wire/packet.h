/*
 * packet: the outer form of a datagram of stage 3, and the protection against replays.
 *
 *      0             8             16             16+b       32+b
 *      +-------------+-------------+--------------+----------+
 *      | session id  | counter     | sealed body  | tag      |
 *      | 8           | 8           | b            | 16       |
 *      +-------------+-------------+--------------+----------+
 *
 * The session id selects the keys. The counter is the nonce, and also reveals a datagram that
 * arrives a second time: networks duplicate datagrams now and then, and an attacker may replay one.
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
    PACKET_LIMIT = 4096,                  /* bytes: a longer datagram is dropped unread */
    PACKET_SEND_LIMIT = 1200,             /* bytes of a datagram that is sent, at most. Most paths
                                             carry 1472, tunnels less; longer ones are fragmented,
                                             and many networks drop fragments */
    PACKET_HEAD = 16,                     /* bytes before the body */
    PACKET_EXTRA = PACKET_HEAD + SEAL_TAG /* bytes by which a datagram is longer than its body */
};

/*
 * The announcement of a start: a server that was restarted sends it to a member of its previous
 * start.
 *
 *      0             8             16            32                     64
 *      +-------------+-------------+-------------+----------------------+
 *      | session id  | counter     | id of start | sealed: end, accepted |
 *      | 8           | 8           | 16          | 16 and the tag, 16   |
 *      +-------------+-------------+-------------+----------------------+
 *
 * It is also a probe; in this form the highest bit of the counter is set. The key is that of the
 * announced start. The seal is also bound to the id of the start under which the server's journal
 * has the member. So it opens only for a client that was there under that start, and the client
 * learns from it that the journal has that start.
 */
enum { PACKET_ANNOUNCEMENT = 64 }; /* bytes: less than any datagram of a client */

#define PACKET_ANNOUNCES (UINT64_C(1) << 63) /* the highest bit of the counter */

struct announcement {
    uint64_t session;
    uint64_t counter;            /* without that bit: the client echoes it */
    const unsigned char *id;     /* SEAL_ID bytes: of the announced start */
    const unsigned char *before; /* SEAL_ID bytes: of the start under which the member was last */
    uint64_t end;                /* of the entries that it has read, the server has those before */
    uint64_t accepted;           /* the last of its items that the server has */
};

/* Writes an announcement of PACKET_ANNOUNCEMENT bytes, sealed with the server's new key. */
void packet_announce(const struct announcement *announcement, const unsigned char key[SEAL_KEY],
                     void *packet);

/* Does it look like an announcement? If so, sets session, counter and id; nothing is proved yet. */
bool packet_announces(const void *packet, size_t size, struct announcement *announcement);

/* Opens an announcement; the caller sets `before`. False: it is not for a member that was there
   under that start. */
bool packet_open_announcement(const void *packet, const unsigned char key[SEAL_KEY],
                              struct announcement *announcement);

/* Gets the session id of a datagram. False: its size cannot be that of a datagram. */
bool packet_session(const void *packet, size_t size, uint64_t *session);

/* Seals the body of `size` bytes at packet + PACKET_HEAD. Returns the size of the datagram. */
size_t packet_seal(void *packet, size_t size, uint64_t session, uint64_t counter,
                   const unsigned char key[SEAL_KEY]);

/*
 * Opens a datagram in place: the body is then at packet + PACKET_HEAD, and has PACKET_EXTRA bytes
 * less than `size`. False: it was not sealed with this key.
 */
bool packet_open(void *packet, size_t size, const unsigned char key[SEAL_KEY], uint64_t *counter);

/* The counters that have been seen: a sliding window. All zeros: none has. */
struct window {
    uint64_t highest;
    uint64_t seen; /* bit i: highest - i has been seen */
};

/* Was the counter seen, or is it too old for the window? */
bool window_has(const struct window *window, uint64_t counter);

/* Adds the counter of a datagram that has been opened. Before that, the counter may be forged. */
void window_add(struct window *window, uint64_t counter);

/* From now on, all counters below the highest count as seen. */
void window_close(struct window *window);

#endif
