/*
 * peer: a speaker in a script of talk: a UDP socket, a TCP connection, and the bytes it has kept.
 *
 * Contract: peer_find() makes a peer at the first mention of its name; it has no socket then. Both
 * sockets, once made, are non-blocking. What a peer keeps stays with it when its sockets are
 * closed.
 *
 * Limits: PEERS_MAX peers; kept bytes are never freed.
 */
#ifndef PEER_H
#define PEER_H

#include <sys/types.h>

#include "bytes.h"
#include "tool.h"

enum { PEERS_MAX = 256 };

struct kept; /* bytes under a name */

struct peer {
    char name[BYTES_NAME_MAX];
    int udp; /* -1 until a step needs it, and after `closes` */
    int tcp; /* -1 unless it is connected */
    bool is_server; /* it plays the server: its UDP socket is bound, see peer_receive() */
    int listening;  /* the TCP socket of one that plays the server */
    bool placed;
    struct tool_address udp_place, tcp_place; /* the local addresses, if `placed` */
    unsigned char port[2]; /* of the UDP socket, big-endian; see peer_lookup() */
    struct kept *kept;
};

/* The server's addresses. Set them before anything else. */
extern struct tool_address peer_udp_server, peer_tcp_server;

/* Finds or makes a peer. NULL: there are too many, or the name is too long. */
struct peer *peer_find(const char *name);

/* Makes the UDP socket if there is none. False with errno set. */
bool peer_open_udp(struct peer *peer);

/*
 * Receives a datagram, as recv() does. One that plays the server takes the first from anybody, and
 * belongs to its sender from then on: only that one is heard, and sent to.
 */
ssize_t peer_receive(struct peer *peer, void *bytes, size_t space);

/* Makes the peer play the server, over UDP and, with `tcp`, over TCP. False with errno set. */
bool peer_serve(struct peer *peer, bool tcp);

/* Connects to the server within `patience_ms` milliseconds. False with errno set. */
bool peer_connect(struct peer *peer, int64_t patience_ms);

/* Ends the connection; `abruptly` with a reset. */
void peer_disconnect(struct peer *peer, bool abruptly);

void peer_keep(struct peer *peer, const char *name, const unsigned char *is, size_t count);

/*
 * A bytes_lookup for a peer: NAME is what this peer keeps, OTHER.NAME what another one keeps. The
 * name `port` is the port of the UDP socket, which is made if necessary.
 */
bool peer_lookup(void *peer, const char *name, const unsigned char **is, size_t *count);

#endif
