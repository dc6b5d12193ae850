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

enum {
    NET_BACKLOG = 512, /* connections that the system queues until they are accepted */
    NET_TIMEOUT = 10000 /* milliseconds to make a connection */
};

enum { NET_BUFFER = 4 << 20 }; /* bytes of socket buffer to request: the usual 200 kB hold about
                                  256 small datagrams, fewer than arrive in one busy moment */

/*
 * Opens a UDP socket bound to `host` and `port` (0: any free port). If the name has several
 * addresses, the first one that can be bound is used. `*bound` becomes the actual address.
 * -1: errno tells why it cannot be bound. If the host cannot be found, the program ends.
 */
int net_udp_listen(const char *host, uint16_t port, struct address *bound);

/* The same for TCP. */
int net_tcp_listen(const char *host, uint16_t port, struct address *bound);

/* Prints why a server cannot listen (taken from errno) and what to do, and ends the program. */
_Noreturn void net_cannot_listen(const char *kind, const char *host, uint16_t port);

/*
 * Makes a TCP connection and returns its socket and the addresses of both ends. -1: it cannot be
 * made within NET_TIMEOUT; errno gives the reason, EINTR if a signal stops the program.
 */
int net_tcp_connect(const struct address *to, const sigset_t *signals,
                    struct address *local, struct address *remote);

/*
 * Begin a TCP connection without waiting. When the socket becomes writable, the connection stands
 * or has failed; net_tcp_connected returns which, and the addresses of both ends. -1 or false:
 * errno gives the reason.
 */
int net_tcp_begin(const struct address *to);
bool net_tcp_connected(int fd, struct address *local, struct address *remote);

/*
 * Opens a UDP socket bound to `*local` and connected to `remote`: it receives datagrams only from
 * there, and the system reports when no program listens there. `*local` becomes the actual address.
 * -1: errno gives the reason.
 */
int net_udp_connect(struct address *local, const struct address *remote);

/* Did the system report that no program listens where a datagram went? The call clears that. */
bool net_refused(int fd);

/* Accepts a connection. -1: none is waiting, or (EMFILE and the like) there are no resources. */
int net_accept(int fd, struct address *from);

/*
 * Receives one datagram. Returns its size (cut to `space`), or -1 if none is there now. If the
 * system reports that no program listens where an earlier datagram went, the result is also -1, and
 * `*refused` is set if `refused` is not NULL.
 */
ssize_t net_receive(int fd, void *bytes, size_t space, struct address *from, bool *refused);

/* Sends one datagram; to the connected address if `to` is NULL. Returns 0 or the value of errno. */
int net_send(int fd, const struct address *to, const void *bytes, size_t size);

/*
 * Read or write a part of a stream. They return the number of bytes, or, for net_read, 0: the other
 * side sends no more. -1: errno is EAGAIN (not now; wait) or an error that ends the connection.
 */
ssize_t net_read(int fd, void *bytes, size_t space);
ssize_t net_write(int fd, const void *bytes, size_t size);

/*
 * The wait. Fill a set with net_watch and net_watch_write, then call net_wait; net_ready returns
 * whether a socket is readable, net_ready_write whether it is writable.
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
bool net_ready_write(struct net_set *set, int fd);

#endif
