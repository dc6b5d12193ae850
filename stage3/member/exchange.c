#include "exchange.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- to a connection --- */

static enum exchange_progress failed(struct exchange *exchange, const char *why)
{
    exchange->why = why;
    return EXCHANGE_FAILED;
}

static enum exchange_progress connect_to_address(struct exchange *exchange, int64_t now)
{
    exchange->tried = exchange->next;
    exchange->next = exchange->tried + 1 < exchange->lookup.count ? exchange->tried + 1 : 0;
    exchange->tcp = net_tcp_start(&exchange->lookup.list[exchange->tried]);
    exchange->state = EXCHANGE_CONNECTING;
    exchange->due = now + EXCHANGE_TIMEOUT;
    return exchange->tcp < 0 ? failed(exchange, strerror(errno)) : EXCHANGE_ON;
}

/* If the path to the server was lost, the name server may be unreachable, too. Then the server's
   last address is tried. */
static enum exchange_progress not_found(struct exchange *exchange, const char *why, int64_t now)
{
    lookup_stop(&exchange->lookup);
    if (exchange->falls_back && exchange->reached == exchange->server) {
        exchange->lookup.list[0] = exchange->remote;
        exchange->lookup.count = 1;
        return connect_to_address(exchange, now);
    }
    exchange->tried = 0;
    return failed(exchange, why);
}

static enum exchange_progress looking(struct exchange *exchange, int64_t now)
{
    if (!lookup_over(&exchange->lookup)) return EXCHANGE_ON;
    if (exchange->lookup.state == LOOKUP_FOUND) return connect_to_address(exchange, now);
    return not_found(exchange, exchange->lookup.why, now);
}

enum exchange_progress exchange_connect(struct exchange *exchange, const struct server_name *server,
                                        int64_t now)
{
    exchange->server = server;
    if (exchange->next != 0) return connect_to_address(exchange, now);
    exchange->state = EXCHANGE_LOOKING;
    exchange->due = now + EXCHANGE_TIMEOUT;
    lookup_start(&exchange->lookup, server->host, server->port);
    return looking(exchange, now);
}

static enum exchange_progress connecting(struct exchange *exchange, struct net_set *set)
{
    if (!net_ready_write(set, exchange->tcp)) return EXCHANGE_ON;
    if (!net_connected(exchange->tcp, &exchange->local, &exchange->remote)) {
        return failed(exchange, strerror(errno));
    }
    exchange->reached = exchange->server;
    exchange->state = EXCHANGE_HANDSHAKING;
    return EXCHANGE_CONNECTED;
}

/* --- the connection --- */

/* False: the connection has failed, and errno says why. */
static bool write_out(struct exchange *exchange)
{
    struct handshake *handshake = &exchange->handshake;

    while (handshake->out_start < handshake->out_end) {
        ssize_t taken = net_write(exchange->tcp, handshake->out + handshake->out_start,
                                  handshake->out_end - handshake->out_start);
        if (taken < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        handshake_sent(handshake, (size_t)taken);
    }
    return true;
}

static bool read_in(struct exchange *exchange)
{
    char bytes[4096];

    while (exchange->handshake.progress == HANDSHAKE_ON) {
        ssize_t size = net_read(exchange->tcp, bytes, sizeof bytes);
        if (size == 0) errno = ECONNRESET; /* the server closed in the middle of a frame */
        if (size == 0) return false;
        if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
        handshake_take(&exchange->handshake, bytes, (size_t)size);
    }
    return true;
}

enum exchange_progress exchange_converse(struct exchange *exchange)
{
    bool alive = write_out(exchange) && read_in(exchange) && write_out(exchange);

    if (exchange->handshake.progress != HANDSHAKE_ON) return EXCHANGE_OVER;
    return alive ? EXCHANGE_ON : failed(exchange, strerror(errno));
}

/* --- for the owner --- */

enum exchange_progress exchange_serve(struct exchange *exchange, struct net_set *set, int64_t now)
{
    enum exchange_progress progress = EXCHANGE_ON;
    bool looks = exchange->state == EXCHANGE_LOOKING;

    switch (exchange->state) {
    case EXCHANGE_CLOSED: return EXCHANGE_ON;
    case EXCHANGE_LOOKING: progress = looking(exchange, now); break;
    case EXCHANGE_CONNECTING: progress = connecting(exchange, set); break;
    case EXCHANGE_HANDSHAKING: progress = exchange_converse(exchange); break;
    }
    if (progress != EXCHANGE_ON || now < exchange->due) return progress;
    if (looks) return not_found(exchange, "no name server answers", now);
    return failed(exchange, strerror(ETIMEDOUT));
}

int64_t exchange_watch(const struct exchange *exchange, struct net_set *set)
{
    switch (exchange->state) {
    case EXCHANGE_CLOSED: break;
    case EXCHANGE_LOOKING:
        if (resolver_fd() >= 0) net_watch(set, resolver_fd());
        break;
    case EXCHANGE_CONNECTING: net_watch_write(set, exchange->tcp); break;
    case EXCHANGE_HANDSHAKING:
        net_watch(set, exchange->tcp);
        if (exchange->handshake.out_start < exchange->handshake.out_end)
            net_watch_write(set, exchange->tcp);
        break;
    }
    return exchange->due;
}

const char *exchange_fail(struct exchange *exchange, const char *why)
{
    exchange_close(exchange);
    if (exchange->tried == 0) snprintf(exchange->first_why, EXCHANGE_WHY, "%s", why);
    return exchange->first_why;
}

bool exchange_has_more(const struct exchange *exchange)
{
    return exchange->next != 0;
}

void exchange_restart(struct exchange *exchange)
{
    exchange->next = 0;
}

void exchange_close(struct exchange *exchange)
{
    if (exchange->tcp >= 0) close(exchange->tcp);
    exchange->tcp = -1;
    exchange->state = EXCHANGE_CLOSED;
    handshake_end(&exchange->handshake);
}

void exchange_stop(struct exchange *exchange)
{
    lookup_stop(&exchange->lookup);
    exchange_close(exchange);
}
