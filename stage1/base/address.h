/*
 * address: where a datagram comes from or goes to, as a value to store, compare and hash.
 *
 * Model: an IPv4 or IPv6 address with its port. The system's sockaddr_storage could hold either,
 * but takes 128 bytes. A server stores thousands of addresses, so this is a union of just the two.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "hash.h"

struct address {
    union {
        struct sockaddr any; /* its family tells which of the other two is in use */
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } is;
    socklen_t size; /* bytes of the union in use, as the system calls expect it */
};

enum {
    ADDRESS_TEXT = 80,  /* bytes: space for any printed address with its port */
    ADDRESS_HOST = 256  /* bytes: space for any host name (at most 253 bytes) and a zero byte */
};

/*
 * Have both the same numeric address and the same port? They are compared field by field: a
 * sockaddr has padding, and fields that do not belong to the identity (the flow label), so memcmp
 * would be wrong.
 */
bool address_equal(const struct address *a, const struct address *b);

/* Is it 0.0.0.0 or ::, which stands for every address of a machine? */
bool address_is_wildcard(const struct address *address);

uint64_t address_hash(const struct hash_key *key, const struct address *address);

/* Writes "127.0.0.1:9001" or "[::1]:9001" and returns `out`. */
const char *address_print(const struct address *address, char out[ADDRESS_TEXT]);

/*
 * Parses a host as a user gives it: "HOST", "HOST:PORT", "[::1]" or "[::1]:PORT", and so also what
 * address_print writes. Without brackets, a text with several colons is an IPv6 address. The host
 * is copied to `host`; `*port` is set only if the text has a port. False: none of these forms.
 */
bool address_read(const char *text, char host[ADDRESS_HOST], uint16_t *port);

#endif
