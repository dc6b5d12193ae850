/*
 * redis_socket: the socket for the connection to Redis (redis.h).
 *
 * Contract: call socket_watch before each select(), socket_read and socket_write after it. No
 * function waits. Call socket_prepare first: if Redis is given by name, it starts the resolver.
 */
#ifndef REDIS_SOCKET_H
#define REDIS_SOCKET_H

#include "net/net.h"
#include "net/resolver.h"
#include "redis.h"

enum {
    SOCKET_PIECE = 65536, /* bytes of one read */
    SOCKET_PIECES = 16    /* reads in one turn, so that the chat is not held up */
};

struct redis_socket {
    int fd;               /* -1: none */
    struct lookup lookup; /* of the host's name */
    unsigned which;       /* the index of the address to try next; 0: look the name up first */
};

/* Call it early in the program. If the host is given by name, this starts the resolver's process,
   which must not have the password: it wipes `url` there. */
void socket_prepare(struct redis_url *url);

void socket_create(struct redis_socket *socket);
void socket_destroy(struct redis_socket *socket);

/* Begins a connection if it is time for one, and adds the socket to the set. */
void socket_watch(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                  int64_t now);

void socket_read(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                 int64_t now);

/* Sends as much as the socket takes. */
void socket_write(struct redis_socket *socket, struct redis *redis, int64_t now);

#endif
