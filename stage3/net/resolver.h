/*
 * resolver: turns host names into addresses without blocking the program.
 *
 * getaddrinfo() may take half a minute if a name server does not answer. In that time its process
 * handles no keys and no messages, and POSIX has no other way to look a name up. So a child process
 * does it: the program sends questions through one pipe and reads replies from another, which it
 * watches with select() like any socket.
 *
 *     resolver_start                 forks the child
 *     lookup_start(&lookup, host, port)
 *     loop:
 *         if (resolver_fd() >= 0) net_watch(&set, resolver_fd());
 *         if (lookup_over(&lookup)) ...
 *
 * The child has only its two pipes, and no secret if it is forked before there are any. It ends
 * when its program does, however that ends: then its pipe is at its end, and during a look-up it
 * checks once a second whether its parent still exists.
 *
 * A number such as 127.0.0.1 or ::1 is not looked up, and needs no child.
 *
 * Contract: a program has one child, so these functions share a state. None of them blocks.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum {
    RESOLVER_ADDRESSES = 16, /* of one host: further ones are dropped */
    RESOLVER_HOST = 256,     /* bytes of a name, with the final zero: DNS allows no more */
    RESOLVER_WHY = 128       /* bytes of a reason, with the final zero */
};

/* Is this a numeric address, which needs no child? */
bool resolver_is_number(const char *host);

/* Forks the child. Call it early: before there are secrets, sockets or unwritten output. If there
   is a secret already, the child wipes its copy of it (NULL: there is none), and also the values of
   the environment variables CHAT_... If it cannot be forked, each look-up of a name fails with the
   reason. */
void resolver_start(void *secret, size_t size);

/* The descriptor to watch for reading; -1: none. */
int resolver_fd(void);

enum lookup_state { LOOKUP_NONE, LOOKUP_WAITS, LOOKUP_FOUND, LOOKUP_FAILED };

/* A zeroed one has not been started. It must not move in memory while its state is WAITS. */
struct lookup {
    enum lookup_state state;
    char why[RESOLVER_WHY];                  /* FAILED: the reason, in words */
    unsigned count;                          /* FOUND: the number of addresses, at least 1 */
    struct address list[RESOLVER_ADDRESSES]; /* with the port; IPv4 comes before IPv6 */
    uint16_t port;
    uint32_t number;                         /* of the question to the child */
    struct lookup *next;                     /* in the chain of waiting look-ups */
};

void lookup_start(struct lookup *lookup, const char *host, uint16_t port);

/* Is it FOUND or FAILED by now? Reads the child's replies, to all look-ups. */
bool lookup_over(struct lookup *lookup);

/* Cancels the look-up. */
void lookup_stop(struct lookup *lookup);

#endif
