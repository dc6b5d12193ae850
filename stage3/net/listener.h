/*
 * listener: a TCP socket that accepts connections, and a place for each connection.
 *
 * Model: the first `count` places are in use, in no order. The owner has an array of its own, and
 * stores its data of a connection there under the same index. When a connection ends, the last one
 * moves into its place, in both arrays.
 *
 * There are three limits: one for all connections, one for those from one address, and one for
 * those of a network when half of the places are taken. When a limit is reached, a new connection
 * takes the place of an older one if the owner can spare any; otherwise the new one is closed at
 * once.
 *
 * Contract: the owner sets the first group of fields, except `fd`, which listener_open sets, and
 * zeroes the others.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include "base/quota.h"
#include "net.h"

enum {
    LISTENER_PLACES = 512, /* connections at once: an fd_set has space for these and more */
    LISTENER_BATCH = 64,   /* connections accepted before the others are served again */
    LISTENER_PAUSE = 100   /* milliseconds without accepting when no descriptor is free */
};

struct listener_owner {
    /* A new connection takes place `index`. False: there is no memory for it. */
    bool (*open)(void *context, size_t index, const struct address *from, int64_t now);
    /* Lets it receive and send; `readable`: there may be input. False: the connection ends. */
    bool (*serve)(void *context, size_t index, bool readable, int64_t now);
    /* May it be closed to make place for a new one? 0: no. Otherwise those of rank 1 are closed
       first, then those of rank 2 and so on; within a rank the oldest first. */
    unsigned (*rank)(const void *context, size_t index);
    /* The connection `index` ends; then `last`, if it is another one, moves to `index`. */
    void (*close)(void *context, size_t index, size_t last);
    /* There was no place or no descriptor for a new connection. May be NULL. */
    void (*crowded)(void *context, int64_t now);
};

struct listener_place {
    int fd;
    uint64_t number; /* increases with each connection: the smallest is the oldest */
    struct address from;
    uint32_t held;   /* in the quota */
};

struct listener {
    int fd;
    size_t limit;         /* connections at once, at most LISTENER_PLACES */
    size_t address_limit; /* connections at once from one address, */
    uint32_t share;       /* and when half of the places are taken, one in so many: see quota.h */
    const struct listener_owner *owner;
    void *context;        /* passed to the owner's functions */

    struct quota quota;   /* of the places, by address */
    size_t count;
    uint64_t next_number;
    int64_t accept_at;    /* milliseconds: no connection is accepted before then */
    struct listener_place places[LISTENER_PLACES];
};

/*
 * Opens the TCP socket, and a UDP socket on the same address of the machine, which it returns. A
 * `tcp_port` of 0 means any free port. A `udp_port` of -1 means the same number as the TCP port; if
 * `tcp_port` is 0 as well, the number is one that is free for both. `*tcp` and `*udp` become the
 * addresses of the sockets. If a socket cannot be opened, the program ends.
 */
int listener_open(struct listener *listener, const char *host, uint16_t tcp_port, long udp_port,
                  struct address *tcp, struct address *udp);

/* Watches for new connections. Returns the time of the next call, or INT64_MAX if none is due. */
int64_t listener_watch(const struct listener *listener, struct net_set *set, int64_t now);

/* Serves all connections, then accepts new ones and serves these too. */
void listener_serve(struct listener *listener, struct net_set *set, int64_t now);

/* Serves one connection, and ends it if the owner says so. */
void listener_serve_place(struct listener *listener, size_t index, bool readable, int64_t now);

/* Ends one connection. */
void listener_end(struct listener *listener, size_t index);

/* Ends all connections and closes the listening socket. */
void listener_close(struct listener *listener);

#endif
