/* The contract is in net.h. Comments name the hazards of select() where they are handled. */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"

/* --- opening --- */

/* A host with addresses of both kinds counts as an IPv4 host; a client also tries IPv4 first
   (resolver.c). This blocks, which a server may do at its start: it has no clients yet. */
static struct addrinfo *resolve(const char *host, uint16_t port, int kind)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = kind};
    struct addrinfo *found;
    char service[8];

    snprintf(service, sizeof service, "%u", (unsigned)port);
    hints.ai_flags = AI_NUMERICSERV;
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0) {
        hints.ai_family = AF_INET6;
        error = getaddrinfo(host, service, &hints, &found);
    }
    if (error != 0) {
        program_die("cannot find the host \"%s\": %s; check its spelling, or give a number "
                    "such as 127.0.0.1", host,
                    error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));
    }
    return found;
}

/* Makes the buffer as large as the system allows. Some systems silently give less than requested,
   others refuse a request that is too large. */
static void ask_for_buffer(int fd, int which)
{
    for (int bytes = NET_BUFFER; bytes > 65536; bytes /= 2) {
        if (setsockopt(fd, SOL_SOCKET, which, &bytes, sizeof bytes) == 0) return;
    }
}

/* False: too many descriptors are open already. */
static bool prepare(int fd)
{
    /* select() hazard, the bound: an fd_set has FD_SETSIZE bits, and FD_SET with a larger
       descriptor overwrites the memory after it. */
    if (fd >= FD_SETSIZE) return false;
    /* select() hazard, spurious readiness: select() may report a datagram which the system then
       drops for its wrong checksum, or a connection that ends before it is accepted. A blocking
       call would then wait, possibly for ever. */
    return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

/* Closes `fd`, keeps errno, and returns -1. */
static int fail(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int open_socket(int family, int kind)
{
    int fd = socket(family, kind, 0);

    if (fd < 0) return -1;
    if (!prepare(fd)) {
        errno = EMFILE;
        return fail(fd);
    }
    if (kind == SOCK_DGRAM) {
        ask_for_buffer(fd, SO_RCVBUF);
        ask_for_buffer(fd, SO_SNDBUF);
    }
    return fd;
}

static int open_listening(const struct addrinfo *info, struct address *bound)
{
    int on = 1;
    int fd = open_socket(info->ai_family, info->ai_socktype);

    if (fd < 0) return -1;
    /* An IPv6 socket that also takes IPv4 would show IPv4-mapped addresses. IPv6 only is clearer,
       and the same on every system. */
    if (info->ai_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    /* Recently closed connections must not prevent a new server from binding its port. */
    if (info->ai_socktype == SOCK_STREAM) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    bound->size = sizeof bound->is;
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0) return fail(fd);
    if (info->ai_socktype == SOCK_STREAM && listen(fd, NET_BACKLOG) != 0) return fail(fd);
    if (getsockname(fd, &bound->is.any, &bound->size) != 0) return fail(fd);
    return fd;
}

static int listen_on(const char *host, uint16_t port, int kind, struct address *bound)
{
    struct addrinfo *found = resolve(host, port, kind);
    int fd = -1, error = 0;

    for (struct addrinfo *info = found; info && fd < 0; info = info->ai_next) {
        fd = open_listening(info, bound);
        error = errno;
    }
    freeaddrinfo(found);
    /* With a wildcard, the system chooses the address from which an answer leaves. It may differ
       from the one that the client sent to, and a client drops answers from other addresses. */
    if (fd >= 0 && address_is_wildcard(bound)) {
        program_die("\"%s\" is every address of this machine, and an answer could leave from "
                    "another one than was asked: give -b one of them", host);
    }
    errno = error;
    return fd;
}

int net_udp_listen(const char *host, uint16_t port, struct address *bound)
{
    return listen_on(host, port, SOCK_DGRAM, bound);
}

int net_tcp_listen(const char *host, uint16_t port, struct address *bound)
{
    return listen_on(host, port, SOCK_STREAM, bound);
}

void net_cannot_listen(const char *kind, const char *host, uint16_t port)
{
    const char *advice = errno == EADDRINUSE ? "; another program has it: choose another one"
        : errno == EADDRNOTAVAIL ? "; -b wants an address of this machine" : "";

    program_die("cannot listen on %s %s port %u: %s%s", kind, host, (unsigned)port,
                strerror(errno), advice);
}

int net_tcp_start(const struct address *to)
{
    int fd = open_socket(to->is.any.sa_family, SOCK_STREAM);

    if (fd >= 0 && connect(fd, &to->is.any, to->size) != 0 && errno != EINPROGRESS) return fail(fd);
    return fd;
}

bool net_connected(int fd, struct address *local, struct address *remote)
{
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error != 0) return false;
    local->size = remote->size = sizeof local->is;
    return getsockname(fd, &local->is.any, &local->size) == 0
        && getpeername(fd, &remote->is.any, &remote->size) == 0;
}

int net_udp_connect(struct address *local, const struct address *remote)
{
    int fd = open_socket(remote->is.any.sa_family, SOCK_DGRAM);

    if (fd < 0) return -1;
    if (bind(fd, &local->is.any, local->size) != 0
        || connect(fd, &remote->is.any, remote->size) != 0
        || getsockname(fd, &local->is.any, &local->size) != 0) {
        return fail(fd);
    }
    return fd;
}

int net_accept(int fd, struct address *from)
{
    int connection;

    from->size = sizeof from->is;
    do {
        connection = accept(fd, &from->is.any, &from->size);
    } while (connection < 0 && errno == EINTR);
    if (connection >= 0 && !prepare(connection)) {
        close(connection);
        errno = EMFILE;
        return -1;
    }
    return connection;
}

/* --- one datagram --- */

ssize_t net_receive(int fd, void *bytes, size_t space, struct address *from, bool *refused)
{
    struct address ignored;

    if (!from) from = &ignored;
    for (;;) {
        from->size = sizeof from->is;
        ssize_t size = recvfrom(fd, bytes, space, 0, &from->is.any, &from->size);
        if (size >= 0) return size;
        if (errno == ECONNREFUSED && refused) *refused = true;
        /* select() hazard, EINTR: a signal interrupted the call, nothing is lost: try again. Any
           other error means that no datagram is there, or reports an earlier datagram that was
           sent. The caller returns here soon; to retry now could loop on a lasting error. */
        if (errno != EINTR) return -1;
    }
}

int net_send(int fd, const struct address *to, const void *bytes, size_t size)
{
    const struct sockaddr *name = to ? &to->is.any : NULL;
    socklen_t name_size = to ? to->size : 0;

    while (sendto(fd, bytes, size, 0, name, name_size) < 0) {
        if (errno != EINTR) return errno;
    }
    return 0; /* partial writes are no hazard here: a datagram is sent whole or not at all */
}

/* --- a stream --- */

ssize_t net_read(int fd, void *bytes, size_t space)
{
    ssize_t size;

    do {
        size = recv(fd, bytes, space, 0);
    } while (size < 0 && errno == EINTR);
    return size;
}

ssize_t net_write(int fd, const void *bytes, size_t size)
{
    ssize_t taken;

    do {
        taken = send(fd, bytes, size, 0);
    } while (taken < 0 && errno == EINTR);
    return taken;
}

/* --- the wait --- */

/* musl's FD_SET and FD_ISSET contain conversions that -Wconversion warns of. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

void net_set_clear(struct net_set *set)
{
    FD_ZERO(&set->readable);
    FD_ZERO(&set->writable);
    set->writes = false;
    set->highest = -1;
}

void net_watch(struct net_set *set, int fd)
{
    FD_SET(fd, &set->readable);
    if (fd > set->highest) set->highest = fd;
}

void net_watch_write(struct net_set *set, int fd)
{
    FD_SET(fd, &set->writable);
    set->writes = true;
    if (fd > set->highest) set->highest = fd;
}

void net_wait(struct net_set *set, int64_t timeout, const sigset_t *signals)
{
    if (timeout < 0) timeout = 0;
    struct timespec longest = {(time_t)(timeout / 1000), (long)(timeout % 1000) * 1000000};
    const struct timespec *limit = timeout == NET_FOREVER ? NULL : &longest;

    /* After an error (usually EINTR) the sets are unspecified, so they are cleared: nothing is
       ready. */
    if (pselect(set->highest + 1, &set->readable, set->writes ? &set->writable : NULL, NULL,
                limit, signals) < 0) {
        FD_ZERO(&set->readable);
        FD_ZERO(&set->writable);
    }
}

bool net_ready(struct net_set *set, int fd)
{
    return FD_ISSET(fd, &set->readable);
}

bool net_ready_write(struct net_set *set, int fd)
{
    return FD_ISSET(fd, &set->writable);
}
