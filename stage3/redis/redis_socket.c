#include "redis_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void socket_prepare(struct redis_url *url)
{
    if (!resolver_is_number(url->server.host)) resolver_start(url, sizeof *url);
}

void socket_create(struct redis_socket *socket)
{
    *socket = (struct redis_socket){.fd = -1};
}

void socket_destroy(struct redis_socket *socket)
{
    lookup_stop(&socket->lookup);
    if (socket->fd >= 0) close(socket->fd);
    socket->fd = -1;
}

/* Closes the socket if redis.c has dropped the connection. */
static void drop_if_down(struct redis_socket *socket, const struct redis *redis)
{
    if (redis->state == REDIS_DOWN) socket_destroy(socket);
}

static void connect_to(struct redis_socket *socket, struct redis *redis, int64_t now)
{
    unsigned which = socket->which;

    socket->which = which + 1 < socket->lookup.count ? which + 1 : 0;
    socket->fd = net_tcp_start(&socket->lookup.list[which]);
    if (socket->fd < 0) redis_lost(redis, strerror(errno), now);
}

/* Connects if the look-up of the name is over. */
static void look(struct redis_socket *socket, struct redis *redis, int64_t now)
{
    if (!lookup_over(&socket->lookup)) return;
    bool found = socket->lookup.state == LOOKUP_FOUND;
    socket->lookup.state = LOOKUP_NONE;
    if (found) connect_to(socket, redis, now);
    else redis_lost(redis, socket->lookup.why, now);
}

static void begin(struct redis_socket *socket, struct redis *redis, int64_t now)
{
    const struct server_name *server = &redis->url.server;

    redis_connecting(redis, now);
    if (socket->which != 0) {
        connect_to(socket, redis, now);
        return;
    }
    lookup_start(&socket->lookup, server->host, server->port);
    look(socket, redis, now);
}

void socket_watch(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                  int64_t now)
{
    drop_if_down(socket, redis);
    if (redis_wants_connection(redis, now)) begin(socket, redis, now);
    if (socket->lookup.state == LOOKUP_WAITS && resolver_fd() >= 0) net_watch(set, resolver_fd());
    if (socket->fd < 0) return;
    if (redis->state == REDIS_CONNECTING) {
        net_watch_write(set, socket->fd);
        return;
    }
    net_watch(set, socket->fd);
    if (redis_give(redis).size > 0) net_watch_write(set, socket->fd);
}

static void read_all(const struct redis_socket *socket, struct redis *redis, int64_t now)
{
    char bytes[SOCKET_PIECE];
    ssize_t size = SOCKET_PIECE;

    for (int i = 0; i < SOCKET_PIECES && size == SOCKET_PIECE; i++) {
        size = net_read(socket->fd, bytes, sizeof bytes);
        if (size > 0) redis_take(redis, bytes, (size_t)size, now);
        else if (size == 0) redis_lost(redis, "it has closed the connection", now);
        else if (errno != EAGAIN && errno != EWOULDBLOCK) redis_lost(redis, strerror(errno), now);
        if (redis->state == REDIS_DOWN) return;
    }
}

void socket_read(struct redis_socket *socket, struct redis *redis, struct net_set *set,
                 int64_t now)
{
    struct address local, remote;

    if (socket->lookup.state == LOOKUP_WAITS) look(socket, redis, now);
    if (socket->fd < 0) {
        drop_if_down(socket, redis);
        return;
    }
    if (redis->state == REDIS_CONNECTING) {
        bool ended = net_ready_write(set, socket->fd); /* well or not */
        if (ended && net_connected(socket->fd, &local, &remote)) redis_connected(redis, now);
        else if (ended) redis_lost(redis, strerror(errno), now);
    } else if (net_ready(set, socket->fd)) {
        read_all(socket, redis, now);
    }
    drop_if_down(socket, redis);
}

void socket_write(struct redis_socket *socket, struct redis *redis, int64_t now)
{
    drop_if_down(socket, redis);
    if (socket->fd < 0 || redis->state == REDIS_CONNECTING) return;
    struct text bytes = redis_give(redis);
    if (bytes.size == 0) return;
    ssize_t size = net_write(socket->fd, bytes.bytes, bytes.size);
    if (size > 0) redis_gave(redis, (size_t)size);
    else if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
        redis_lost(redis, strerror(errno), now);
    }
    drop_if_down(socket, redis);
}
