/*
 * resolver: hosts' names become addresses, and nobody waits for it.
 *
 * getaddrinfo() may take half a minute if a name server does not answer, and in that time its
 * program hears neither keys nor signals. POSIX has no other way to look a name up. So a process of
 * its own does it: a child that is asked through one pipe and answers through another, which the
 * program has in its select() set like any socket.
 *
 *     resolver_start                 the child is there
 *     lookup_start(&lookup, host, port)
 *     loop:
 *         if (resolver_fd() >= 0) net_watch(&set, resolver_fd());
 *         if (lookup_over(&lookup)) ...
 *
 * The child holds nothing but its two pipes, and no secret if it is forked before there are any.
 * It ends when its program does, however that ends: its pipe is at its end then, and while it is
 * stuck in a look-up it asks each second who its parent is.
 *
 * A number such as 127.0.0.1 or ::1 is no name: nobody is asked, and no child is needed.
 *
 * Contract: one child for a program, so these functions share a state. Nothing here waits.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum {
    RESOLVER_ADDRESSES = 16, /* of one host: others are left out */
    RESOLVER_HOST = 256,     /* bytes of a name, with the final zero: more DNS does not allow */
    RESOLVER_WHY = 128       /* bytes of a reason, with the final zero */
};

/* Is this a number, which needs no child? */
bool resolver_is_number(const char *host);

/* Forks the child. Call it early: before secrets, sockets and output that is not written yet. What
   secret there is already, the child wipes out of its copy (NULL: nothing), and what the environment
   variables CHAT_... say. If it cannot be, each look-up of a name fails and says why. */
void resolver_start(void *secret, size_t size);

/* What to watch for reading; -1: nothing. */
int resolver_fd(void);

enum lookup_state { LOOKUP_NONE, LOOKUP_WAITS, LOOKUP_FOUND, LOOKUP_FAILED };

/* Zero bytes are one that was not started. It must stay where it is while it waits. */
struct lookup {
    enum lookup_state state;
    char why[RESOLVER_WHY];                  /* FAILED: the reason, in words */
    unsigned count;                          /* FOUND: of the addresses, at least 1, */
    struct address list[RESOLVER_ADDRESSES]; /* with the port; those of IPv4 come first */
    uint16_t port;
    uint32_t number;                         /* what the child was asked under */
    struct lookup *next;                     /* in the chain of those that wait */
};

void lookup_start(struct lookup *lookup, const char *host, uint16_t port);

/* Is it FOUND or FAILED by now? Takes in what the child has said, for all look-ups. */
bool lookup_over(struct lookup *lookup);

/* It is not waited for any more. */
void lookup_stop(struct lookup *lookup);

#endif
