/*
 * listener: a TCP socket on which connections come, and a place for each connection.
 *
 * Model: the first `count` places are in use, in no order. Their owner has an array of its own, and
 * what it keeps of a connection stands there under the same index. When a connection ends, the last
 * one moves into its place, here and there.
 *
 * There are two limits: for all connections, and for those of one address. A connection that comes
 * when one of them is reached takes the place of an older one if the owner can spare any; otherwise
 * it is closed at once.
 *
 * Contract: the owner sets the first group of fields (`fd`: listener_open does) and leaves zero
 * bytes in the others.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include "net.h"

enum {
    LISTENER_PLACES = 512, /* connections at once: all fit into an fd_set with space to spare */
    LISTENER_BATCH = 64,   /* connections accepted before the others have their turn again */
    LISTENER_PAUSE = 100   /* milliseconds without accepting when there is no descriptor left */
};

struct listener_owner {
    /* Place `index` is taken by a new connection. False: there is no memory for it. */
    bool (*open)(void *context, size_t index, const struct address *from, int64_t now);
    /* It may send and receive; `readable`: something has come, perhaps. False: it is over. */
    bool (*serve)(void *context, size_t index, bool readable, int64_t now);
    /* May it be closed for a new one? Those of rank 1 go first, then those of 2 and so on, the
       oldest of a rank first. 0: it may not. */
    unsigned (*rank)(const void *context, size_t index);
    /* The connection `index` ends, and then `last`, if that is another one, moves there. */
    void (*close)(void *context, size_t index, size_t last);
    /* There was no place, or no descriptor, for a new connection. NULL: nobody needs to know. */
    void (*crowded)(void *context, int64_t now);
};

struct listener_place {
    int fd;
    uint64_t number; /* rising with each connection: the smallest is the oldest */
    struct address from;
};

struct listener {
    int fd;
    size_t limit;         /* connections at once, at most LISTENER_PLACES */
    size_t address_limit; /* of one address */
    const struct listener_owner *owner;
    void *context;        /* the owner's functions are given it */

    size_t count;
    uint64_t next_number;
    int64_t accept_at;    /* milliseconds: not before then */
    struct listener_place places[LISTENER_PLACES];
};

/*
 * Opens the TCP socket, and a UDP socket on the same address of the machine, which is returned. A
 * `tcp_port` of 0 is any free one. A `udp_port` of -1 is the TCP port's number, and the two are
 * chosen so that it is free for both. `*tcp` and `*udp` become their addresses. If a socket cannot
 * be opened, the program ends.
 */
int listener_open(struct listener *listener, const char *host, uint16_t tcp_port, long udp_port,
                  struct address *tcp, struct address *udp);

/* Watches for new connections. Returns when to call it again; INT64_MAX: nothing is due. */
int64_t listener_watch(const struct listener *listener, struct net_set *set, int64_t now);

/* Serves all connections, then accepts new ones, and serves each of them as well. */
void listener_serve(struct listener *listener, struct net_set *set, int64_t now);

/* Serves one. */
void listener_serve_place(struct listener *listener, size_t index, bool readable, int64_t now);

/* Ends one. */
void listener_end(struct listener *listener, size_t index);

/* Ends all, and closes the socket. */
void listener_close(struct listener *listener);

#endif
