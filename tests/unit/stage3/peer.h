/*
 * peer: what the tests of the sealed server share: chance that can be repeated, addresses, and a
 * client that is no more than its keys and counters.
 */
#ifndef PEER_H
#define PEER_H

#include <string.h>

#include "base/address.h"
#include "wire/frame.h"
#include "wire/packet.h"

struct peer {
    uint64_t session;
    uint64_t counter;         /* of the last datagram it made */
    struct seal_keys keys;
    struct address address;   /* where it is now */
    uint64_t echo;            /* the last probe's counter */
    uint64_t read;            /* it has all entries before this one */
    uint64_t number;          /* of its last item */
};

static uint64_t peer_seed = 1;

/* Vigna's splitmix64, 2015: a sequence that is the same on every machine. */
static inline uint64_t peer_random(void)
{
    uint64_t z = peer_seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline uint32_t peer_below(uint32_t limit)
{
    return (uint32_t)((peer_random() >> 32) * limit >> 32);
}

/* A random_source. */
static inline void peer_fill(void *context, void *bytes, size_t size)
{
    unsigned char *out = bytes;

    (void)context;
    while (size-- > 0) *out++ = (unsigned char)peer_random();
}

/* 127.0.0.1 with that port. */
static inline struct address peer_address(unsigned port)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline unsigned peer_port(const struct address *address)
{
    return ntohs(address->is.v4.sin_port);
}

/* Seals what the peer has to say, with `items` of that size, and returns the datagram's size. */
static inline size_t peer_seal(struct peer *peer, const struct up *up, const void *items,
                               size_t size, unsigned char packet[PACKET_LIMIT])
{
    up_encode(up, packet + PACKET_HEAD);
    if (size > 0) memcpy(packet + PACKET_HEAD + FRAME_UP_HEAD, items, size);
    return packet_seal(packet, FRAME_UP_HEAD + size, peer->session, ++peer->counter,
                       peer->keys.up);
}

/* Opens what came for the peer. False: it is not for it. A probe has an empty body. */
static inline bool peer_open(const struct peer *peer, void *packet, size_t size,
                             uint64_t *counter, struct text *body)
{
    uint64_t session;

    if (!packet_session(packet, size, &session) || session != peer->session) return false;
    if (!packet_open(packet, size, peer->keys.down, counter)) return false;
    *body = (struct text){(char *)packet + PACKET_HEAD, size - PACKET_EXTRA};
    return true;
}

#endif
