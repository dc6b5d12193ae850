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

enum { NET_BUFFER = 4 << 20 }; /* bytes of socket buffer that are asked for: the usual 200 kB hold
                                  some 256 small datagrams, less than one busy moment brings */

/*
 * A UDP socket bound to the address that `host` and `port` (0: any free one) name. A name that
 * stands for several addresses gives the first that can be bound. `*bound` tells what it became.
 */
int net_udp_listen(const char *host, uint16_t port, struct address *bound);

/*
 * A UDP socket connected to that address: only datagrams from there are received, and the system
 * reports it when nobody listens there. -1 and errno.
 */
int net_udp_connect(const struct address *to);

/*
 * Has the machine got another address for the way to where `fd` is connected? Then a new socket
 * that uses it, connected to the same place; `fd` is the caller's to close. Else -1.
 */
int net_udp_moved(int fd);

/* Has the system heard that nobody listens where a datagram went? Asked once, it is forgotten. */
bool net_refused(int fd);

/*
 * One datagram: its size (cut to `space`), or -1 when there is none now. If the system reports that
 * nobody listens where an earlier datagram went, that is -1 too, and sets `*refused` if that is not
 * NULL.
 */
ssize_t net_receive(int fd, void *bytes, size_t space, struct address *from, bool *refused);

/* Sends one datagram, to the connected address if `to` is NULL. Returns 0 or the value of errno. */
int net_send(int fd, const struct address *to, const void *bytes, size_t size);

/*
 * The wait. Fill a set with net_watch (wait until it can be read) and net_watch_write, then
 * net_wait; net_ready tells which of them are readable.
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

#endif
