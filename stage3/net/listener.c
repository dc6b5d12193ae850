/* The contract is in listener.h. Linear searches are enough: there are at most LISTENER_PLACES
   places, and one search for each new connection. */
#include "listener.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/host.h"
#include "base/program.h"

enum { PORT_TRIES = 16 }; /* attempts to find a TCP port that is free for UDP too */

int listener_open(struct listener *listener, const char *host, uint16_t tcp_port, long udp_port,
                  struct address *tcp, struct address *udp)
{
    bool any = tcp_port == 0 && udp_port < 0;
    struct hash_key key = hash_key_new();

    if (!quota_create(&listener->quota, (uint32_t)listener->limit, listener->share, key)) {
        program_die("no memory for %zu connections", listener->limit);
    }

    for (int tries = any ? PORT_TRIES : 1;; tries--) {
        listener->fd = net_tcp_listen(host, tcp_port, tcp);
        if (listener->fd < 0) net_cannot_listen("tcp", host, tcp_port);
        uint16_t port = udp_port < 0 ? host_port(tcp) : (uint16_t)udp_port;
        int fd = net_udp_listen(host, port, udp);
        if (fd >= 0) return fd;
        if (tries == 1 || errno != EADDRINUSE) net_cannot_listen("udp", host, port);
        close(listener->fd);
    }
}

int64_t listener_watch(const struct listener *listener, struct net_set *set, int64_t now)
{
    if (now < listener->accept_at) return listener->accept_at;
    net_watch(set, listener->fd);
    return INT64_MAX;
}

void listener_end(struct listener *listener, size_t index)
{
    size_t last = --listener->count;

    close(listener->places[index].fd);
    quota_give_back(&listener->quota, listener->places[index].held);
    listener->owner->close(listener->context, index, last);
    listener->places[index] = listener->places[last];
}

void listener_serve_place(struct listener *listener, size_t index, bool readable, int64_t now)
{
    if (!listener->owner->serve(listener->context, index, readable, now)) {
        listener_end(listener, index);
    }
}

/* --- a place for a new connection --- */

/* Which connections a new one may replace. */
enum neighbours { SAME_ADDRESS, SAME_SITE, ANYBODY };

static bool is_neighbour(const struct address *a, const struct address *b, enum neighbours which)
{
    if (which == SAME_SITE) return quota_same_site(a, b);
    return which == ANYBODY || host_equal(a, b);
}

/* The oldest connection of the lowest rank among those. Returns `count` if none may be closed. */
static size_t victim_of(const struct listener *listener, const struct address *from,
                        enum neighbours which)
{
    size_t found = listener->count;
    unsigned found_rank = UINT_MAX;

    for (size_t i = 0; i < listener->count; i++) {
        const struct listener_place *place = &listener->places[i];
        if (!is_neighbour(&place->from, from, which)) continue;
        unsigned rank = listener->owner->rank(listener->context, i);
        if (rank == 0 || rank > found_rank) continue;
        if (rank == found_rank && place->number > listener->places[found].number) continue;
        found = i;
        found_rank = rank;
    }
    return found;
}

static size_t count_of(const struct listener *listener, const struct address *from)
{
    size_t count = 0;

    for (size_t i = 0; i < listener->count; i++) {
        count += host_equal(&listener->places[i].from, from);
    }
    return count;
}

static void tell_owner(const struct listener *listener, int64_t now)
{
    if (listener->owner->crowded) listener->owner->crowded(listener->context, now);
}

/* Makes a place for one more connection, if necessary by closing one. False: none may be closed. */
static bool make_place(struct listener *listener, const struct address *from, int64_t now)
{
    bool full = listener->count == listener->limit;
    bool allowed = quota_allows(&listener->quota, from);

    if (!full && allowed && count_of(listener, from) < listener->address_limit) return true;
    tell_owner(listener, now); /* the new connection or an older one is closed */
    size_t victim = victim_of(listener, from, SAME_ADDRESS);
    if (victim == listener->count && !allowed) victim = victim_of(listener, from, SAME_SITE);
    if (victim == listener->count && allowed && full) victim = victim_of(listener, from, ANYBODY);
    if (victim == listener->count) return false;
    listener_end(listener, victim);
    return true;
}

static void take_in(struct listener *listener, int fd, const struct address *from, int64_t now)
{
    if (!make_place(listener, from, now)
        || !listener->owner->open(listener->context, listener->count, from, now)) {
        close(fd);
        return;
    }
    size_t index = listener->count++;
    listener->places[index] =
        (struct listener_place){.fd = fd, .number = listener->next_number++, .from = *from,
                                .held = quota_take(&listener->quota, from)};
    /* Most requests have already arrived, so this saves a turn of the loop. */
    listener_serve_place(listener, index, true, now);
}

/*
 * When no descriptor is free, accept() fails, the connection stays in the queue, and select() keeps
 * reporting it: a loop that only retries would spin. So another connection is closed, or, if none
 * may be, the listener stops accepting for LISTENER_PAUSE. (This happens only when the first
 * accept() of a turn fails: select() reported one connection, not more, and some systems report
 * "no free descriptor" even when no connection is waiting.)
 */
static void accept_all(struct listener *listener, int64_t now)
{
    struct address from;

    for (int i = 0; i < LISTENER_BATCH; i++) {
        int fd = net_accept(listener->fd, &from);
        if (fd >= 0) {
            take_in(listener, fd, &from, now);
        } else if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
            return; /* no connection is waiting, or it has ended already */
        } else if (i == 0) {
            tell_owner(listener, now);
            size_t victim = victim_of(listener, NULL, ANYBODY);
            if (victim < listener->count) listener_end(listener, victim);
            else listener->accept_at = now + LISTENER_PAUSE;
        } else {
            return;
        }
    }
}

/* --- a turn --- */

void listener_serve(struct listener *listener, struct net_set *set, int64_t now)
{
    for (size_t i = listener->count; i-- > 0;) { /* backwards, because the last one may move */
        listener_serve_place(listener, i, net_ready(set, listener->places[i].fd), now);
    }
    if (net_ready(set, listener->fd)) accept_all(listener, now);
}

void listener_close(struct listener *listener)
{
    while (listener->count > 0) listener_end(listener, listener->count - 1);
    quota_destroy(&listener->quota);
    close(listener->fd);
}
