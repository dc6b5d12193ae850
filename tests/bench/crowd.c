#include "crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "member.h"
#include "stream.h"
#include "ticket.h"
#include "watch.h"

/* Hellos on their way at once: few enough that no server's buffer overflows. */
#define BATCH 32
/* The same over TCP: ngircd lets ten connections wait, and the next one is a second late. */
#define BATCH_CONNECTING 8
#define HELLO_AGAIN 500 /* milliseconds without a welcome */
#define HELLO_TRIES 10

/* Joins are announced within 250 ms (docs/protocol.md), so after 400 ms none is left. */
#define QUIET 400000000u         /* nanoseconds */
#define SETTLE_MOST 20000000000u /* nanoseconds */

/* While members say hello, those that have done so are served at this interval, long before the
 * server would assume a loss. */
#define SERVE_EVERY 20000000u /* nanoseconds */

/* Large, so that the load generator itself loses no datagrams. */
#define BUFFER_WANTED (1024 * 1024)

void die(const char *what, const char *why)
{
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(1);
}

static void raise_file_limit(size_t files)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == -1) die("getrlimit", strerror(errno));
    if (limit.rlim_cur < files) {
        limit.rlim_cur = files;
        if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
            die("not so many members: ulimit -Hn is too low", strerror(errno));
    }
}

static int open_socket(const struct addrinfo *server)
{
    int wanted = BUFFER_WANTED;
    int fd = socket(server->ai_family, SOCK_DGRAM, 0);

    if (fd == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1) die("socket", strerror(errno));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    if (connect(fd, server->ai_addr, server->ai_addrlen) == -1) die("connect", strerror(errno));
    return fd;
}

/* Over TCP the system chooses the buffer, which loses nothing; and no text waits for another. */
static int open_connection(const struct addrinfo *server)
{
    int yes = 1;
    int fd = socket(server->ai_family, SOCK_STREAM, 0);

    if (fd == -1 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == -1)
        die("socket", strerror(errno));
    if (connect(fd, server->ai_addr, server->ai_addrlen) == -1
        || fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
        die("connect", strerror(errno));
    return fd;
}

static void open_streams(struct crowd *c)
{
    c->streams = calloc(c->size, sizeof *c->streams);
    if (c->streams == NULL) die("members", strerror(ENOMEM));
    for (size_t i = 0; i < c->size; i++) {
        c->streams[i].cut = c->dialect->cut;
        c->seats[i].stream = &c->streams[i];
    }
}

/* Fisher and Yates, with the random numbers of POSIX's example rand(). */
static void shuffle(size_t *order, size_t size)
{
    uint32_t random = 1;

    for (size_t i = 0; i < size; i++) order[i] = i;
    for (size_t i = size; i > 1; i--) {
        random = random * 1103515245u + 12345u;
        size_t other = (random >> 8) % i;
        size_t kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

struct addrinfo *crowd_resolve(const char *host, const char *port)
{
    struct addrinfo hints;
    struct addrinfo *server;
    int error;

    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_DGRAM;
    error = getaddrinfo(host, port, &hints, &server);
    if (error != 0) die(host, gai_strerror(error));
    return server;
}

/* The wheel of stage 3 counts in milliseconds, in steps of 32: good for a server, but its clients
   must
 * not be late. So here 2^15 nanoseconds count as one millisecond. Then the wheel only reaches a
 * quarter of a second ahead: a timer that is due later expires early, and is set again. */
static int64_t wheel_time(uint64_t nanoseconds)
{
    return (int64_t)(nanoseconds >> 15);
}

static void open_members(struct crowd *c)
{
    c->members = calloc(c->size, sizeof *c->members);
    c->alarms = calloc(c->size, sizeof *c->alarms);
    if (c->members == NULL || c->alarms == NULL
        || !wheel_create(&c->wheel, (uint32_t)c->size, wheel_time(watch_clock())))
        die("members", strerror(ENOMEM));
    for (size_t i = 0; i < c->size; i++) {
        member_open(&c->members[i]);
        c->seats[i].member = &c->members[i];
    }
}

/* Member m is the (m / rooms)th of room m % rooms. */
static struct addrinfo *server_of(const struct crowd *c, size_t member)
{
    if (c->apart) return c->servers[member % c->rooms % c->server_count];
    return c->servers[member / c->rooms % c->server_count];
}

void crowd_open(struct crowd *c, const struct options *options)
{
    size_t size = options->members;
    size_t rooms = options->rooms;

    raise_file_limit(size + 16);
    c->dialect = options->dialect;
    c->server_count = options->servers;
    c->apart = options->apart;
    for (size_t i = 0; i < c->server_count; i++)
        c->servers[i] = crowd_resolve(options->host, options->ports[i]);
    c->size = size;
    c->rooms = rooms;
    c->sockets = calloc(size, sizeof *c->sockets);
    c->seats = calloc(size, sizeof *c->seats);
    c->order = calloc(size, sizeof *c->order);
    c->room_made = calloc(rooms, sizeof *c->room_made);
    if (c->sockets == NULL || c->seats == NULL || c->order == NULL || c->room_made == NULL)
        die("members", strerror(ENOMEM));
    shuffle(c->order, size);
    for (size_t i = 0; i < size; i++) {
        c->sockets[i].fd = c->dialect->cut != NULL ? -1 : open_socket(server_of(c, i));
        c->sockets[i].events = POLLIN;
        c->seats[i].number = i;
        c->seats[i].room = i % rooms;
    }
    if (c->dialect->sealed) open_members(c);
    if (c->dialect->cut != NULL) open_streams(c);
}

void crowd_close(struct crowd *c)
{
    for (size_t i = 0; i < c->size; i++) {
        close(c->sockets[i].fd);
        if (c->members != NULL) member_close(&c->members[i]);
    }
    for (size_t i = 0; i < c->server_count; i++) freeaddrinfo(c->servers[i]);
    free(c->streams);
    free(c->members);
    free(c->alarms);
    wheel_destroy(&c->wheel);
    free(c->sockets);
    free(c->seats);
    free(c->order);
    free(c->room_made);
    memset(c, 0, sizeof *c);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &size) == -1)
        die("getsockname", strerror(errno));
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* ---- sending and receiving ---- */

void crowd_send(struct crowd *c, size_t member, const unsigned char *datagram, size_t size)
{
    ssize_t sent = send(c->sockets[member].fd, datagram, size, MSG_NOSIGNAL);

    c->sent++;
    /* On another failure the datagram is lost, and the counts show that. Of a stream nothing can be
     * lost: a few small texts always fit into its buffer, unless the server has stopped reading. */
    if (sent == -1 && errno == ECONNREFUSED) die("nobody listens there", strerror(errno));
    if (c->dialect->cut != NULL && sent != (ssize_t)size)
        die("the server", "does not take what a member sends");
}

long crowd_receive(struct crowd *c, size_t member, unsigned char *datagram, uint64_t now)
{
    ssize_t got = recv(c->sockets[member].fd, datagram, DATAGRAM_MAX, 0);

    if (got == -1) return -1;
    c->received++;
    if (c->dialect->cut != NULL) {
        if (got == 0) die("the server", "closed a member's connection");
        stream_append(&c->streams[member], datagram, (size_t)got);
    }
    if (c->dialect->take != NULL
        && !c->dialect->take(&c->seats[member], datagram, (size_t)got, now))
        return 0;
    return (long)got;
}

void crowd_tend(struct crowd *c, size_t member, uint64_t now)
{
    unsigned char datagram[DATAGRAM_MAX];
    struct seat *seat = &c->seats[member];
    uint32_t timer = (uint32_t)member;
    uint64_t due;

    if (c->dialect->due == NULL) return;
    while ((due = c->dialect->due(seat)) <= now)
        crowd_send(c, member, datagram, c->dialect->report(seat, datagram, now));
    if (due == MEMBER_NEVER) return;
    if (wheel_is_set(&c->wheel, timer)) {
        if (c->alarms[member] <= due) return; /* when it expires it is set again */
        wheel_clear(&c->wheel, timer);
    }
    c->alarms[member] = due;
    wheel_set(&c->wheel, timer, wheel_time(due));
}

void crowd_tick(struct crowd *c, uint64_t now)
{
    uint32_t timer;

    if (c->dialect->due == NULL) return;
    while ((timer = wheel_take(&c->wheel, wheel_time(now))) != WHEEL_NONE)
        crowd_tend(c, timer, now);
}

bool crowd_is_done(const struct crowd *c)
{
    for (size_t i = 0; c->members != NULL && i < c->size; i++)
        if (member_owes(&c->members[i])) return false;
    return true;
}

/* Reads everything that has come for a member, and keeps other notices than a welcome in `refusal`
   for
 * the error message: a server tells why it refuses. Returns whether the member is welcome. */
static bool hear_welcome(struct crowd *c, size_t member, char *refusal, size_t room)
{
    unsigned char datagram[DATAGRAM_MAX];
    uint64_t now = watch_clock();
    bool welcome = false;
    long got;

    while ((got = crowd_receive(c, member, datagram, now)) >= 0) {
        if (c->dialect->welcomed(&c->seats[member], datagram, (size_t)got))
            welcome = true;
        else if (got > 0 && !c->dialect->sealed && c->dialect->cut == NULL)
            snprintf(refusal, room, "%.*s", (int)got - 1, (const char *)datagram + 1);
    }
    if (errno == ECONNREFUSED) die("nobody listens there", strerror(errno));
    crowd_tend(c, member, now);
    return welcome;
}

/* Serves the members that have joined, if it is time and they need it: those of stage 3 answer, and
 * a server could give up a stream that nobody reads. */
static void serve(struct crowd *c)
{
    char ignored[256];
    uint64_t now = watch_clock();

    if (c->dialect->due == NULL && c->dialect->cut == NULL) return;
    if (now - c->served < SERVE_EVERY) return;
    if (poll(c->sockets, (nfds_t)c->size, 0) > 0)
        for (size_t i = 0; i < c->size; i++)
            if (c->sockets[i].revents != 0) (void)hear_welcome(c, i, ignored, sizeof ignored);
    crowd_tick(c, now);
    c->served = now;
}

/* ---- joining ---- */

static void get_ticket(struct crowd *c, size_t member)
{
    struct seat *seat = &c->seats[member];
    bool *made = &c->room_made[seat->room];

    ticket_fetch(c->dialect, server_of(c, member), *made ? TICKET_JOIN : TICKET_CREATE, seat,
                 port_of(c->sockets[member].fd));
    *made = true;
}

static void say_hello(struct crowd *c, size_t member)
{
    unsigned char datagram[DATAGRAM_MAX];

    crowd_send(c, member, datagram,
               c->dialect->hello(&c->seats[member], datagram, watch_clock()));
}

/* Lets some members join, at most BATCH. */
static void join_batch(struct crowd *c, const size_t *members, size_t count)
{
    struct pollfd sockets[BATCH];
    char refusal[256] = "no answer to its hellos";
    size_t missing = count;

    for (size_t i = 0; i < count; i++) {
        if (c->dialect->cut != NULL)
            c->sockets[members[i]].fd = open_connection(server_of(c, members[i]));
        sockets[i] = c->sockets[members[i]];
        if (c->dialect->tokens) get_ticket(c, members[i]);
    }
    for (int tries = 0; missing > 0; tries++) {
        if (tries == HELLO_TRIES) die("a member was not let in", refusal);
        for (size_t i = 0; i < count; i++)
            if (sockets[i].fd != -1 && (tries == 0 || c->dialect->cut == NULL))
                say_hello(c, members[i]);
        while (missing > 0 && poll(sockets, (nfds_t)count, HELLO_AGAIN) > 0)
            for (size_t i = 0; i < count; i++)
                if (sockets[i].fd != -1 && sockets[i].revents != 0
                    && hear_welcome(c, members[i], refusal, sizeof refusal)) {
                    sockets[i].fd = -1; /* poll() ignores it from now on */
                    missing--;
                }
    }
}

/* In stage 3 all members ask over TCP before any of them says hello. Before a hello the server
   sends
 * nothing, so it can work on the requests, some milliseconds each, and no member needs service. */
void crowd_join(struct crowd *c)
{
    size_t batch = c->dialect->cut != NULL ? BATCH_CONNECTING : BATCH;

    for (size_t i = 0; c->dialect->sealed && i < c->size; i++) get_ticket(c, c->order[i]);
    for (size_t i = 0; i < c->size; i += batch) {
        join_batch(c, c->order + i, c->size - i < batch ? c->size - i : batch);
        serve(c);
    }
}

void crowd_settle(struct crowd *c)
{
    char ignored[256];
    uint64_t start = watch_clock();
    uint64_t heard = start; /* the last of them */

    for (uint64_t now = start; now - heard < QUIET || !crowd_is_done(c); now = watch_clock()) {
        if (now - start > SETTLE_MOST) die("the server", "does not fall silent");
        if (poll(c->sockets, (nfds_t)c->size, 5) > 0) {
            heard = now;
            for (size_t i = 0; i < c->size; i++)
                if (c->sockets[i].revents != 0) (void)hear_welcome(c, i, ignored, sizeof ignored);
        }
        crowd_tick(c, now);
    }
}
