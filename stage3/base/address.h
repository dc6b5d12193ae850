/*
 * address: where a datagram comes from or goes to, as memory to keep, compare and hash.
 *
 * Model: an IPv4 or IPv6 address with its port. The system's sockaddr_storage could hold either,
 * but takes 128 bytes; a member that is kept by the thousand gets a union of just the two.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "hash.h"

struct address {
    union {
        struct sockaddr any; /* the family tells which of the two it is */
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } is;
    socklen_t size; /* what the system calls want to be told: bytes used of the union */
};

enum {
    ADDRESS_TEXT = 80,  /* bytes: space for any address in words, with its port */
    ADDRESS_HOST = 256  /* bytes: space for any host's name, which has at most 253, and a zero */
};

/*
 * The same host, by number, and the same port? Compared field by field: a sockaddr has padding
 * and fields that do not belong to the identity (the flow label), so memcmp would be wrong.
 */
bool address_equal(const struct address *a, const struct address *b);

/* Is it the one that stands for every address of a machine, 0.0.0.0 or ::? */
bool address_is_wildcard(const struct address *address);

uint64_t address_hash(const struct hash_key *key, const struct address *address);

/* Writes "127.0.0.1:9001" or "[::1]:9001" and returns `out`. */
const char *address_print(const struct address *address, char out[ADDRESS_TEXT]);

/*
 * Takes what a user gives as a host apart: "HOST", "HOST:PORT", "[::1]", "[::1]:PORT", so what
 * address_print writes too. Without brackets, several colons belong to an IPv6 address. The host is
 * copied to `host`; `*port` is set if there is one. False: it is none of these.
 */
bool address_read(const char *text, char host[ADDRESS_HOST], uint16_t *port);

#endif
