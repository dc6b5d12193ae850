#include "upstream.h"

#include <errno.h>
#include <unistd.h>

void upstream_open(struct upstream *upstream, const char *host, uint16_t port, int64_t now)
{
    *upstream = (struct upstream){.fd = -1, .slow_at = now + UPSTREAM_SLOW};
    if (!resolver_is_number(host)) resolver_start(NULL, 0);
    lookup_start(&upstream->lookup, host, port);
}

/* Opens a socket to one of the server's addresses, from `which` on. False: to none of them. */
static bool connect_from(struct upstream *upstream, unsigned which)
{
    for (unsigned i = 0; i < upstream->lookup.count; i++) {
        unsigned next = (which + i) % upstream->lookup.count;
        int fd = net_udp_connect(&upstream->lookup.list[next]);
        if (fd < 0) continue;
        if (upstream->fd >= 0) close(upstream->fd);
        upstream->fd = fd;
        upstream->which = next;
        return true;
    }
    return false;
}

enum upstream_news upstream_look_up(struct upstream *upstream, int64_t now)
{
    if (!lookup_over(&upstream->lookup)) {
        if (now < upstream->slow_at) return UPSTREAM_WAITS;
        upstream->slow_at = INT64_MAX;
        return UPSTREAM_IS_SLOW;
    }
    if (upstream->lookup.state == LOOKUP_FAILED) return UPSTREAM_UNKNOWN;
    return connect_from(upstream, 0) ? UPSTREAM_OPEN : UPSTREAM_CLOSED;
}

bool upstream_try_another(struct upstream *upstream)
{
    if (upstream->lookup.count < 2 || !connect_from(upstream, upstream->which + 1)) return false;
    return upstream->which > 0;
}

int upstream_send(const struct upstream *upstream, const void *bytes, size_t size, bool *refused)
{
    if (upstream->fd < 0) return 0;
    int error = net_send(upstream->fd, NULL, bytes, size);
    if (error != ECONNREFUSED) return error;
    /* The error belongs to an earlier datagram: this one has not been sent, and a server may
       listen by now. */
    *refused = true;
    error = net_send(upstream->fd, NULL, bytes, size);
    return error == ECONNREFUSED ? 0 : error;
}

bool upstream_follow_move(struct upstream *upstream)
{
    int fd = net_udp_moved(upstream->fd);

    if (fd < 0) return false;
    close(upstream->fd);
    upstream->fd = fd;
    return true;
}
