/*
 * The server of stage 2: rooms are created and joined over TCP, the talk goes over UDP.
 *
 * Model: one loop and three kinds of descriptors: the UDP socket, the TCP socket that accepts
 * connections (listener.c), and the connections, each a small state machine (conn.c) that never
 * blocks. chat.c decides what requests and datagrams mean; this file only moves bytes.
 *
 * It handles all six hazards of select(): the bound of FD_SETSIZE (net.c refuses what lies beyond,
 * and listener.c stops accepting for a while), SIGPIPE (program.c), partial reads (conn.c assembles
 * requests), partial writes (flush sends the rest when there is space), EINTR and spurious
 * readiness (net.c: everything is non-blocking, and "not now" is no error).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "admission/conn.h"
#include "base/program.h"
#include "base/random.h"
#include "chat/chat.h"
#include "net/listener.h"

enum {
    DRAIN_LIMIT = 256,    /* datagrams read before the others get their turn, or SEND_LIMIT */
    SEND_LIMIT = 10000,   /* datagrams sent, some 40 milliseconds' worth */
    ALARM = 1000,         /* milliseconds between rings of the alarm clock */
    LOG_INTERVAL = 10000, /* milliseconds between two lines of the log, whatever happens */
    LONELY = 300000       /* milliseconds that -e waits for a first member */
};

static const char usage[] =
    "usage: server [-b ADDRESS] [-p PORT] [-u UDPPORT] [-t SECONDS] [-m MEMBERS] [-M MEMBERS]\n"
    "              [-a CONNECTIONS] [-q SHARE] [-l LINES] [-L KB] [-e] [-v]\n"
    "  -b ADDRESS      listen on this address of the machine (127.0.0.1), IPv4 or IPv6\n"
    "  -p PORT         listen on this TCP port (9002); 0 takes a free one\n"
    "  -u UDPPORT      listen on this UDP port (the same number)\n"
    "  -t SECONDS      drop a member that was silent for so long (60; at least 2)\n"
    "  -m MEMBERS      let at most so many into one room (10000)\n"
    "  -M MEMBERS      let at most so many in at all (10000)\n"
    "  -a CONNECTIONS  serve at most so many TCP connections of one address at once (16)\n"
    "  -q SHARE        half full, give an address at most one in so many places (16; 1: any)\n"
    "  -l LINES        take at most so many lines a second from a member (1000)\n"
    "  -L KB           and so many kilobytes a second (1000)\n"
    "  -e              end when the last member has left, or if none comes in five minutes\n"
    "  -v              log counts to stderr, a line every ten seconds and one at the end\n";

struct options {
    const char *host;
    uint16_t tcp_port;
    long udp_port;          /* -1: the same as TCP */
    int64_t silence;        /* milliseconds */
    uint32_t room_limit;    /* members of one room */
    uint32_t member_limit;  /* of all rooms */
    size_t address_limit;   /* connections of one address */
    uint32_t share;         /* of the places: what one address may hold is one in so many */
    struct bucket_rate rate; /* of each member */
    bool end_when_empty;
    bool verbose;
};

struct server {
    struct options options;
    struct chat chat;
    int udp;
    struct listener listener;
    struct conn conns[LISTENER_PLACES]; /* one for each of the listener's places */
};

static struct options parse(int argc, char **argv)
{
    struct options options = {"127.0.0.1", 9002, -1, 60 * 1000, 10000, 10000, 16,
                              QUOTA_SHARE, {BUCKET_LINES, BUCKET_KILOBYTES}, false, false};
    int option;

    opterr = 0; /* this program prints its own error, in one line */
    while ((option = getopt(argc, argv, "b:p:u:t:m:M:a:q:l:L:ev")) != -1) {
        switch (option) {
        case 'b': options.host = optarg; break;
        case 'p': options.tcp_port = (uint16_t)program_number('p', optarg, 0, 65535); break;
        case 'u': options.udp_port = program_number('u', optarg, 0, 65535); break;
        case 't': options.silence = 1000 * program_number('t', optarg, 2, 86400); break;
        case 'm': options.room_limit = (uint32_t)program_number('m', optarg, 1, 1000000); break;
        case 'M': options.member_limit = (uint32_t)program_number('M', optarg, 1, 1000000); break;
        case 'a': options.address_limit = (size_t)program_number('a', optarg, 1, 1000000); break;
        case 'q': options.share = (uint32_t)program_number('q', optarg, 1, 1000000); break;
        case 'l':
            options.rate.lines = (uint32_t)program_number('l', optarg, 1, BUCKET_LARGEST);
            break;
        case 'L':
            options.rate.kilobytes = (uint32_t)program_number('L', optarg, 1, BUCKET_LARGEST);
            break;
        case 'e': options.end_when_empty = true; break;
        case 'v': options.verbose = true; break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    return options;
}

/* --- UDP --- */

/* Connects chat.c to the network. */
static enum delivery send_datagram(void *context, const struct address *to, const void *bytes,
                                   size_t size)
{
    switch (net_send(((struct server *)context)->udp, to, bytes, size)) {
    case 0: return DELIVERY_SENT;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ECONNREFUSED:
    case EINVAL: return DELIVERY_UNREACHABLE;
    default: return DELIVERY_HELD_UP; /* EAGAIN, ENOBUFS, EPERM, ...: this host's own condition */
    }
}

static void receive_all(struct server *server, int64_t now)
{
    char bytes[DATAGRAM_LIMIT + 1]; /* one more: see datagram_decode */
    struct address from;
    uint64_t enough = server->chat.counts.sent + SEND_LIMIT;

    for (int i = 0; i < DRAIN_LIMIT && server->chat.counts.sent < enough; i++) {
        ssize_t size = net_receive(server->udp, bytes, sizeof bytes, &from, NULL);
        if (size < 0) break;
        chat_receive(&server->chat, &from, bytes, (size_t)size, now);
    }
}

/* --- one connection --- */

/* select() hazard, partial writes: sends what it can, the rest when there is space again. */
static void flush(struct conn *conn, int fd, int64_t now)
{
    struct text out = conn_give(conn);

    if (out.size == 0) return;
    ssize_t taken = net_write(fd, out.bytes, out.size);
    if (taken >= 0) {
        conn_gave(conn, (size_t)taken, now);
        if (conn->state == CONN_REST) shutdown(fd, SHUT_WR);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER;
    }
}

/* select() hazard, partial reads: conn.c assembles whatever has come. */
static void read_some(struct conn *conn, int fd, struct chat *chat, int64_t now)
{
    char bytes[8192];
    struct token token = {{0}};
    size_t space = conn_space(conn) < sizeof bytes ? conn_space(conn) : sizeof bytes;
    ssize_t size = net_read(fd, bytes, space);

    if (size > 0) {
        if (conn->state == CONN_REQUEST) random_bytes(&token, sizeof token);
        conn_take(conn, bytes, (size_t)size, &token, chat, now);
    } else if (size == 0) {
        conn_take_end(conn);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER; /* a reset: the client has gone */
    }
}

/* --- callbacks of the listener --- */

static bool open_conn(void *context, size_t index, const struct address *from, int64_t now)
{
    return conn_open(&((struct server *)context)->conns[index], from, now);
}

static bool serve_conn(void *context, size_t index, bool readable, int64_t now)
{
    struct server *server = context;
    struct conn *conn = &server->conns[index];
    int fd = server->listener.places[index].fd;

    if (readable) read_some(conn, fd, &server->chat, now);
    flush(conn, fd, now);
    return conn->state != CONN_OVER && now < conn->deadline;
}

/* A connection without a request goes first, then one that has had its answer. */
static unsigned rank_conn(const void *context, size_t index)
{
    enum conn_state state = ((const struct server *)context)->conns[index].state;

    return state == CONN_REQUEST ? 1 : state == CONN_REST ? 2 : 0;
}

static void close_conn(void *context, size_t index, size_t last)
{
    struct server *server = context;

    conn_close(&server->conns[index]);
    server->conns[index] = server->conns[last];
}

static const struct listener_owner owner = {
    .open = open_conn, .serve = serve_conn, .rank = rank_conn, .close = close_conn};

/* --- the loop --- */

/* Fills the set. Returns the time when something is due. */
static int64_t watch(const struct server *server, struct net_set *set, int64_t now)
{
    int64_t due = chat_due(&server->chat);

    net_set_clear(set);
    net_watch(set, server->udp);
    int64_t listener_due = listener_watch(&server->listener, set, now);
    if (listener_due < due) due = listener_due;
    for (size_t i = 0; i < server->listener.count; i++) {
        const struct conn *conn = &server->conns[i];
        int fd = server->listener.places[i].fd;
        if (!conn->ended) net_watch(set, fd);
        if (conn_give(conn).size > 0) net_watch_write(set, fd);
        if (conn->deadline < due) due = conn->deadline;
    }
    return due;
}

/* If nobody reads the log, the log waits, and not the chat. */
static void log_counts(const struct server *server)
{
    const struct chat_counts *counts = &server->chat.counts;
    uint32_t rooms = server->chat.rooms.room_count, members = server->chat.rooms.member_count;

    if (!program_can_log()) return;
    fprintf(stderr,
            "stage2 server: %" PRIu32 " room%s, %" PRIu32 " member%s, %" PRIu64 " request%s (%"
            PRIu64 " refused, %" PRIu64 " for their address), %" PRIu64 " received (%" PRIu64
            " dropped, %" PRIu64 " too many), %" PRIu64 " sent (%" PRIu64 " held up, %" PRIu64
            " unreachable)\n",
            rooms, rooms == 1 ? "" : "s", members, members == 1 ? "" : "s", counts->requests,
            counts->requests == 1 ? "" : "s", counts->refused, counts->crowded, counts->received,
            counts->dropped, counts->too_many, counts->sent, counts->held_up,
            counts->unreachable);
}

static void serve(struct server *server, const sigset_t *signals)
{
    int64_t now = program_now();
    int64_t log_at = now + LOG_INTERVAL, end_at = now + LONELY, alarm_at = now + ALARM;
    struct net_set set;

    program_alarm();
    while (!program_stopped()) {
        int64_t due = watch(server, &set, now);
        /* An event that is due no sooner than the alarm needs no time limit of its own. */
        net_wait(&set, due >= alarm_at ? NET_FOREVER : due - now, signals);
        now = program_now();
        if (program_alarm_rang()) {
            program_alarm();
            alarm_at = now + ALARM;
        }
        if (net_ready(&set, server->udp)) receive_all(server, now);
        listener_serve(&server->listener, &set, now);
        chat_tick(&server->chat, now);
        if (server->options.verbose && now >= log_at) {
            log_counts(server);
            log_at = now + LOG_INTERVAL;
        }
        bool empty = server->chat.rooms.member_count == 0 && server->listener.count == 0;
        bool may_end = server->chat.counts.joined > 0 || now >= end_at;
        if (server->options.end_when_empty && empty && may_end) break;
    }
}

/* --- start and end --- */

static void announce(const struct address *tcp, const struct address *udp)
{
    char tcp_text[ADDRESS_TEXT], udp_text[ADDRESS_TEXT];

    printf("stage2 server: listening on tcp %s, udp %s\n", address_print(tcp, tcp_text),
           address_print(udp, udp_text));
    if (fflush(stdout) != 0) program_die("cannot write to standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    static struct server server; /* too large for the stack of some systems */
    struct address tcp, udp;

    program_start("stage2 server", usage, argc, argv);
    server.options = parse(argc, argv);
    server.listener = (struct listener){.limit = LISTENER_PLACES,
                                        .address_limit = server.options.address_limit,
                                        .share = server.options.share,
                                        .owner = &owner, .context = &server};
    server.udp = listener_open(&server.listener, server.options.host, server.options.tcp_port,
                               server.options.udp_port, &tcp, &udp);
    struct chat_options chat = {.member_limit = server.options.member_limit,
                                .room_limit = server.options.room_limit,
                                .silence = server.options.silence,
                                .send = send_datagram, .context = &server};
    if (!chat_create(&server.chat, &chat, program_now())) {
        program_die("no memory for %" PRIu32 " members; try a smaller -M",
                    server.options.member_limit);
    }
    server.chat.rate = server.options.rate;
    server.chat.rooms.member_quota.share = server.options.share;
    server.chat.rooms.room_quota.share = server.options.share;
    const sigset_t *signals = program_signals(false); /* may come as soon as we are ready */
    announce(&tcp, &udp);
    serve(&server, signals);
    chat_close(&server.chat);
    if (server.options.verbose) log_counts(&server);
    listener_close(&server.listener);
    chat_destroy(&server.chat);
    close(server.udp);
    return EXIT_FINE;
}
