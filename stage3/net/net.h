/*
 * net: the few things every stage does with sockets, each done right once.
 *
 * Contract: sockets are non-blocking. Functions that run at start end the program with one clear
 * line when they fail; those that run later return what happened.
 */
#ifndef NET_H
#define NET_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/types.h>

#include "base/address.h"

enum { NET_BACKLOG = 512 }; /* connections that the system keeps for us until we take them */

enum { NET_BUFFER = 4 << 20 }; /* bytes of socket buffer that are asked for: the usual 200 kB hold
                                  some 256 small datagrams, less than one busy moment brings */

/*
 * A UDP socket bound to the address that `host` and `port` (0: any free one) name. A name that
 * stands for several addresses gives the first that can be bound. `*bound` tells what it became.
 * -1 and errno if it cannot be bound; a host that cannot be found is the end.
 */
int net_udp_listen(const char *host, uint16_t port, struct address *bound);

/* The same for TCP. -1 and errno if it cannot be bound; a host that cannot be found is the end. */
int net_tcp_listen(const char *host, uint16_t port, struct address *bound);

/* Says why a server cannot listen (errno tells it) and what to do, and ends. */
_Noreturn void net_cannot_listen(const char *kind, const char *host, uint16_t port);

/*
 * A TCP connection to that address, without waiting: a socket that begins to connect. Watch it with
 * net_watch_write; once it is writable, net_connected tells what came of it. -1 and errno if not
 * even a beginning can be made.
 */
int net_tcp_start(const struct address *to);

/* It is writable: is it connected, and from where to where? False, and errno: it cannot be. */
bool net_connected(int fd, struct address *local, struct address *remote);

/*
 * A UDP socket from the machine of `local` to `remote`: only datagrams from there are received, and
 * the system reports it when nobody listens there. `*local` becomes its own address. -1 and errno.
 */
int net_udp_connect(struct address *local, const struct address *remote);

/* A connection that has come, or -1: none there, or errno EMFILE or the like: no space for it. */
int net_accept(int fd, struct address *from);

/*
 * One datagram: its size (cut to `space`), or -1 when there is none now. If the system reports that
 * nobody listens where an earlier datagram went, that is -1 too, and sets `*refused` if that is not
 * NULL.
 */
ssize_t net_receive(int fd, void *bytes, size_t space, struct address *from, bool *refused);

/* Sends one datagram, to the connected address if `to` is NULL. Returns 0 or the value of errno. */
int net_send(int fd, const struct address *to, const void *bytes, size_t size);

/*
 * Part of a stream: how many bytes came (at most `space`) or were taken. 0: the other side sends no
 * more (net_read). -1 and errno: EAGAIN (nothing now; wait) or an error that ends the connection.
 */
ssize_t net_read(int fd, void *bytes, size_t space);
ssize_t net_write(int fd, const void *bytes, size_t size);

/*
 * The wait. Fill a set with net_watch and net_watch_write, then net_wait; net_ready tells which of
 * them are readable, net_ready_write which writable.
 * At most `timeout` milliseconds (or NET_FOREVER), less when a signal of `signals` comes; then
 * nothing is ready.
 */
#define NET_FOREVER INT64_MAX

struct net_set {
    fd_set readable;
    fd_set writable;
    bool writes; /* is anything in `writable`? An empty set costs the system time, too */
    int highest;
};

void net_set_clear(struct net_set *set);
void net_watch(struct net_set *set, int fd);
void net_watch_write(struct net_set *set, int fd);
void net_wait(struct net_set *set, int64_t timeout, const sigset_t *signals);
bool net_ready(struct net_set *set, int fd);
bool net_ready_write(struct net_set *set, int fd);

#endif
