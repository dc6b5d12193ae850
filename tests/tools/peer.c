#include "peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kept {
    struct kept *next;
    char name[BYTES_NAME_MAX];
    unsigned char *is;
    size_t count;
};

struct tool_address peer_udp_server, peer_tcp_server;

static struct peer peers[PEERS_MAX];
static int peer_count;

struct peer *peer_find(const char *name)
{
    for (int i = 0; i < peer_count; i++) {
        if (strcmp(peers[i].name, name) == 0) return &peers[i];
    }
    if (peer_count == PEERS_MAX || strlen(name) >= sizeof peers[0].name) return NULL;
    struct peer *peer = &peers[peer_count++];
    strcpy(peer->name, name);
    peer->udp = peer->tcp = peer->listening = -1;
    return peer;
}

bool peer_open_udp(struct peer *peer)
{
    const struct tool_address *place = peer->placed ? &peer->udp_place : NULL;

    if (peer->udp < 0) peer->udp = tool_udp(&peer_udp_server, place);
    return peer->udp >= 0;
}

ssize_t peer_receive(struct peer *peer, void *bytes, size_t space)
{
    struct tool_address from = {.size = sizeof from.is};

    if (!peer->is_server) return recv(peer->udp, bytes, space, 0);
    ssize_t count = recvfrom(peer->udp, bytes, space, 0, (struct sockaddr *)&from.is, &from.size);
    if (count >= 0) connect(peer->udp, (struct sockaddr *)&from.is, from.size);
    return count;
}

/* Binds a socket to the server's address. Returns -1 with errno set. */
static int bind_to(const struct tool_address *address, int type)
{
    int fd = socket(address->is.ss_family, type, 0), yes = 1;

    if (fd < 0) return -1;
    if (type == SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (const struct sockaddr *)&address->is, address->size) == 0
        && tool_nonblocking(fd)) return fd;
    close(fd);
    return -1;
}

bool peer_serve(struct peer *peer, bool tcp)
{
    peer->is_server = true;
    peer->udp = bind_to(&peer_udp_server, SOCK_DGRAM);
    if (!tcp || peer->udp < 0) return peer->udp >= 0;
    peer->listening = bind_to(&peer_tcp_server, SOCK_STREAM);
    return peer->listening >= 0 && listen(peer->listening, 16) == 0;
}

/* Waits for a connection that is being made. */
static bool is_made(int fd, int64_t patience_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;

    if (errno != EINPROGRESS) return false;
    if (poll(&ready, 1, (int)patience_ms) != 1) error = ETIMEDOUT;
    else getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return error == 0;
}

bool peer_connect(struct peer *peer, int64_t patience_ms)
{
    const struct sockaddr *server = (const struct sockaddr *)&peer_tcp_server.is;
    const struct sockaddr *place = (const struct sockaddr *)&peer->tcp_place.is;
    int fd = socket(peer_tcp_server.is.ss_family, SOCK_STREAM, 0);
    int at_once = 1; /* bytes that are written in pieces must travel in pieces */

    if (fd < 0) return false;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    if ((!peer->placed || bind(fd, place, peer->tcp_place.size) == 0) && tool_nonblocking(fd)
        && (connect(fd, server, peer_tcp_server.size) == 0 || is_made(fd, patience_ms))) {
        peer->tcp = fd;
        return true;
    }
    int error = errno;
    close(fd);
    errno = error;
    return false;
}

void peer_disconnect(struct peer *peer, bool abruptly)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (abruptly) setsockopt(peer->tcp, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(peer->tcp);
    peer->tcp = -1;
}

static struct kept *find_kept(const struct peer *peer, const char *name)
{
    struct kept *kept = peer->kept;

    while (kept != NULL && strcmp(kept->name, name) != 0) kept = kept->next;
    return kept;
}

void peer_keep(struct peer *peer, const char *name, const unsigned char *is, size_t count)
{
    struct kept *kept = find_kept(peer, name);

    if (kept == NULL) {
        kept = calloc(1, sizeof *kept);
        if (kept == NULL) tool_die(TOOL_FAILED, "no memory");
        strcpy(kept->name, name);
        kept->next = peer->kept;
        peer->kept = kept;
    }
    kept->is = realloc(kept->is, count + 1); /* one more, because `count` may be 0 */
    if (kept->is == NULL) tool_die(TOOL_FAILED, "no memory");
    memcpy(kept->is, is, count);
    kept->count = count;
}

/* The port is at the same offset in an IPv4 and an IPv6 address. */
static bool look_up_port(struct peer *peer)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof own;

    if (!peer_open_udp(peer)) return false;
    if (getsockname(peer->udp, (struct sockaddr *)&own, &size) != 0) return false;
    memcpy(peer->port, &((const struct sockaddr_in *)&own)->sin_port, sizeof peer->port);
    return true;
}

bool peer_lookup(void *asker, const char *name, const unsigned char **is, size_t *count)
{
    struct peer *peer = asker;
    const char *dot = strrchr(name, '.');

    if (dot != NULL) {
        char other[BYTES_NAME_MAX];
        size_t length = (size_t)(dot - name);
        memcpy(other, name, length);
        other[length] = '\0';
        peer = peer_find(other);
        if (peer == NULL) return false;
        name = dot + 1;
    }
    if (strcmp(name, "port") == 0) {
        *is = peer->port;
        *count = sizeof peer->port;
        return look_up_port(peer);
    }
    const struct kept *kept = find_kept(peer, name);
    if (kept == NULL) return false;
    *is = kept->is;
    *count = kept->count;
    return true;
}
