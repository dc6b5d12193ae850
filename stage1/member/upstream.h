/*
 * upstream: the socket that leads to the server, at whichever of its addresses answers.
 *
 * Model: the server's name is looked up by a process of its own (resolver.h), for which the loop
 * waits like for anything else. If the name stands for several addresses, the socket leads to one
 * of them; when nobody answers there, the next one is tried.
 *
 * Contract: `now` in milliseconds. Nothing here waits.
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include "net/net.h"
#include "net/resolver.h"

enum { UPSTREAM_SLOW = 3000 }; /* milliseconds of looking a name up before the user is told */

struct upstream {
    struct lookup lookup; /* of the server's name */
    int64_t slow_at;      /* milliseconds: then the user is told that it takes long */
    unsigned which;       /* of its addresses: where the socket leads */
    int fd;               /* -1: not known yet where to */
};

/* Begins to look the server's name up. The structure must stay where it is. */
void upstream_open(struct upstream *upstream, const char *host, uint16_t port, int64_t now);

enum upstream_news {
    UPSTREAM_WAITS,
    UPSTREAM_IS_SLOW, /* once */
    UPSTREAM_UNKNOWN, /* there is no such name: see lookup.why */
    UPSTREAM_CLOSED,  /* there is no way to any of its addresses: see errno */
    UPSTREAM_OPEN
};

/* Call it in each turn while `fd` is -1. */
enum upstream_news upstream_look_up(struct upstream *upstream, int64_t now);

/* Nobody is at the address that the socket leads to, as it seems; perhaps somebody is at the next
   one. True: that one was not tried in this round. */
bool upstream_try_another(struct upstream *upstream);

/* Sends a datagram, if it is known where to. Returns 0 or the value of errno. `*refused` becomes
   true if the system has heard that nobody listened there when an earlier one came. */
int upstream_send(const struct upstream *upstream, const void *bytes, size_t size, bool *refused);

/* If this machine has another address now than the socket, the socket becomes one with the new
   address. False: it has not. */
bool upstream_follow_move(struct upstream *upstream);

#endif
