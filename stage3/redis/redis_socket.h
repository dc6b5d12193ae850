/*
 * redis_socket: gives the connection to Redis (redis.h) a socket.
 *
 * Contract: as the rest of the select() loop: socket_watch before the wait, socket_read and
 * socket_write after it; nothing waits. If Redis is given by name, resolver_start must have been
 * called.
 */
#ifndef REDIS_SOCKET_H
#define REDIS_SOCKET_H

#include "net/net.h"
#include "net/resolver.h"
#include "redis.h"

enum {
    SOCKET_PIECE = 65536, /* bytes that are read at a time, */
    SOCKET_PIECES = 16    /* and so many times before the chat has its turn again */
};

struct redis_socket {
    int fd;               /* -1: none */
    struct lookup lookup; /* of the host's name */
    unsigned which;       /* of its addresses: the one to try next; 0: look it up first */
};

/* Early in a program: the host's name may need somebody who looks it up (resolver_start), and that
   one must not have the password. */
void socket_prepare(struct redis_url *url);

void socket_create(struct redis_socket *socket);
void socket_destroy(struct redis_socket *socket);

/* Begins a connection if it is time for one, and says what to wait for. */
void socket_watch(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                  int64_t now);

void socket_read(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                 int64_t now);

/* Sends what there is, as much as goes. */
void socket_write(struct redis_socket *socket, struct redis *redis, int64_t now);

#endif
