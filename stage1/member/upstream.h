/*
 * upstream: the socket to the server, at whichever of its addresses answers.
 *
 * Model: a separate process looks the server's name up (resolver.h), and the loop waits for it as
 * for anything else. If the name has several addresses, the socket leads to one of them; when
 * nobody answers there, the client tries the next one.
 *
 * Contract: `now` in milliseconds. Nothing here waits.
 */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include "net/net.h"
#include "net/resolver.h"

enum { UPSTREAM_SLOW = 3000 }; /* milliseconds of a look-up before the user is told */

struct upstream {
    struct lookup lookup; /* of the server's name */
    int64_t slow_at;      /* milliseconds: when to tell the user that it takes long */
    unsigned which;       /* the index of the address to which the socket leads */
    int fd;               /* -1: no address yet */
};

/* Begins to look the server's name up. The structure must not move. */
void upstream_open(struct upstream *upstream, const char *host, uint16_t port, int64_t now);

enum upstream_news {
    UPSTREAM_WAITS,
    UPSTREAM_IS_SLOW, /* once */
    UPSTREAM_UNKNOWN, /* there is no such name: see lookup.why */
    UPSTREAM_CLOSED,  /* a socket to none of its addresses could be opened: see errno */
    UPSTREAM_OPEN
};

/* Call it in each turn of the loop while `fd` is -1. */
enum upstream_news upstream_look_up(struct upstream *upstream, int64_t now);

/* The current address seems to have no server: turns to the next one. True: that one was not yet
   tried in this round. */
bool upstream_try_another(struct upstream *upstream);

/* Sends a datagram, if there is an address. Returns 0 or the value of errno. `*refused` becomes
   true if the system reports that nobody listened there when an earlier one came. */
int upstream_send(const struct upstream *upstream, const void *bytes, size_t size, bool *refused);

/* If this machine's address is no longer the socket's, opens a socket with the new address in its
   place. False: the address has not changed. */
bool upstream_follow_move(struct upstream *upstream);

#endif
