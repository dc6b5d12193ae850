/*
 * net: the few socket operations that every stage needs, each done right once.
 *
 * Contract: sockets are non-blocking. Functions that run at the start end the program with one
 * clear line when they fail; those that run later return an error.
 */
#ifndef NET_H
#define NET_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/types.h>

#include "base/address.h"

enum { NET_BUFFER = 4 << 20 }; /* bytes of socket buffer to request: the usual 200 kB hold about
                                  256 small datagrams, fewer than arrive in one busy moment */

/*
 * Opens a UDP socket bound to `host` and `port` (0: any free port). If the name has several
 * addresses, the first one that can be bound is used. `*bound` becomes the actual address.
 */
int net_udp_listen(const char *host, uint16_t port, struct address *bound);

/*
 * Opens a UDP socket connected to that address: it receives datagrams only from there, and the
 * system reports when no program listens there. -1: errno gives the reason.
 */
int net_udp_connect(const struct address *to);

/*
 * Does the machine now have another address on the route to the peer of `fd`? If so, returns a new
 * socket that uses it, connected to the same peer; the caller closes `fd`. Otherwise -1.
 */
int net_udp_moved(int fd);

/* Did the system report that no program listens where a datagram went? The call clears that. */
bool net_refused(int fd);

/*
 * Receives one datagram. Returns its size (cut to `space`), or -1 if none is there now. If the
 * system reports that no program listens where an earlier datagram went, the result is also -1, and
 * `*refused` is set if `refused` is not NULL.
 */
ssize_t net_receive(int fd, void *bytes, size_t space, struct address *from, bool *refused);

/* Sends one datagram; to the connected address if `to` is NULL. Returns 0 or the value of errno. */
int net_send(int fd, const struct address *to, const void *bytes, size_t size);

/*
 * The wait. Fill a set with net_watch (until readable) and net_watch_write (until writable), then
 * call net_wait; net_ready returns whether a socket is readable.
 * net_wait blocks for at most `timeout` milliseconds (NET_FOREVER: without a limit). A signal that
 * the mask `signals` lets through ends it, and then nothing is ready.
 */
#define NET_FOREVER INT64_MAX

struct net_set {
    fd_set readable;
    fd_set writable;
    bool writes; /* is `writable` in use? Even an empty set costs the system time */
    int highest;
};

void net_set_clear(struct net_set *set);
void net_watch(struct net_set *set, int fd);
void net_watch_write(struct net_set *set, int fd);
void net_wait(struct net_set *set, int64_t timeout, const sigset_t *signals);
bool net_ready(struct net_set *set, int fd);

#endif
