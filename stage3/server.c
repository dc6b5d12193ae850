/*
 * The server of stage 3: sealed rooms. Clients create and join them over TCP, and talk over UDP.
 *
 * Model: stage 2's loop, with two more steps between receiving and waiting. First, everything that
 * was received is sent on at once (chat_flush). Second, the server shows its key to some clients
 * that have asked for it, and opens at most one request. A request takes an RSA operation of some
 * milliseconds, and showing the key a tenth of that; while datagrams come in, no more than a
 * quarter of the time goes into these. So a crowd that wants to join does not disturb the members.
 * Addresses take turns, so a crowd from one address does not lock out the others.
 *
 * Behind the rooms there may be an engine (admission/engine.h). For example, one writes down what a
 * turn has changed before anybody is told of it; another has a connection of its own in the loop,
 * and gets its answers in later turns. This file knows none of them.
 *
 * All six hazards of select() are handled: the bound of FD_SETSIZE (net.c refuses what lies beyond,
 * and listener.c stops accepting for a while), SIGPIPE (program.c), partial reads (conn.c
 * assembles requests), partial writes (flush sends the rest when there is space), EINTR and
 * spurious readiness (net.c: all sockets are non-blocking, and "not now" is no error).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "admission/alone.h"
#include "admission/conn.h"
#include "admission/options.h"
#include "admission/queue.h"
#include "base/program.h"
#include "chat/receive.h"
#include "chat/tally.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"
#include "keys/secret.h"
#include "keys/system_random.h"
#include "net/listener.h"

enum {
    DRAIN_LIMIT = 256,    /* datagrams received before they are sent on */
    BATCH = 16,           /* datagrams sealed before they are sent: see send_datagram */
    WORK_LIMIT = 64,      /* requests that may wait to be opened; further ones get "busy" */
    WORK_SHARE = 4,       /* while datagrams come in, RSA gets one part in so many of the time */
    SHOW_TIME = 1000,     /* microseconds of a turn for showing the key to clients, at most */
    START_TIME = 10000,   /* milliseconds for the engine to get ready, at the start */
    FAREWELL = 1000,      /* milliseconds for the last entries to arrive, at the end */
    LOG_INTERVAL = 10000, /* milliseconds between two lines of the log */
    LONELY = 300000       /* milliseconds that -e waits for a first member */
};

/* A sealed datagram that waits to be sent. */
struct outgoing {
    struct address to;
    size_t size;
    unsigned char bytes[PACKET_SEND_LIMIT];
};

struct server {
    struct options options;
    struct rsa_key key;
    struct chat chat;
    int udp;
    struct outgoing outgoing[BATCH];
    size_t outgoing_count;
    struct listener listener;
    struct conn conns[LISTENER_PLACES]; /* each at the index of its place in the listener */
    struct queue queue; /* of connections that wait for RSA */
    int64_t work_at; /* microseconds: while datagrams come in, no RSA before then */
};

/* --- UDP --- */

static enum delivery send_now(const struct server *server, const struct outgoing *outgoing)
{
    switch (net_send(server->udp, &outgoing->to, outgoing->bytes, outgoing->size)) {
    case 0: return DELIVERY_SENT;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ECONNREFUSED:
    case EINVAL: return DELIVERY_UNREACHABLE;
    default: return DELIVERY_HELD_UP; /* EAGAIN, ENOBUFS, EPERM, ...: this host's own condition */
    }
}

static void send_batch(struct server *server)
{
    for (size_t i = 0; i < server->outgoing_count; i++) {
        const struct outgoing *outgoing = &server->outgoing[i];
        enum delivery delivery = send_now(server, outgoing);
        if (delivery == DELIVERY_SENT) continue;
        if (delivery == DELIVERY_HELD_UP) server->chat.sender.held_up++;
        else chat_strike(&server->chat, &outgoing->to, outgoing->bytes, outgoing->size);
    }
    server->outgoing_count = 0;
}

/*
 * The edge between chat.c and the network. Sealing and sending one datagram at a time is slower, by
 * a good twentieth, than sealing sixteen and then sending sixteen: each operation pushes the
 * other's instructions out of the processor's cache. Larger batches gain nothing.
 */
static enum delivery send_datagram(void *context, const struct address *to, const void *bytes,
                                   size_t size)
{
    struct server *server = context;

    if (server->outgoing_count == BATCH) send_batch(server);
    struct outgoing *outgoing = &server->outgoing[server->outgoing_count++];
    outgoing->to = *to;
    outgoing->size = size;
    memcpy(outgoing->bytes, bytes, size);
    return DELIVERY_LATER;
}

static void receive_all(struct server *server, int64_t now)
{
    char bytes[PACKET_LIMIT + 1]; /* one byte more: a datagram that fills it was too long */
    struct address from;

    for (int i = 0; i < DRAIN_LIMIT; i++) {
        ssize_t size = net_receive(server->udp, bytes, sizeof bytes, &from, NULL);
        if (size < 0) break;
        chat_receive(&server->chat, &from, bytes, (size_t)size, now);
    }
}

/* --- one connection --- */

/* select() hazard, partial writes: sends as much as possible, the rest when there is space
   again. */
static void flush(struct conn *conn, int fd, int64_t now)
{
    struct text out = conn_give(conn);

    if (out.size == 0) return;
    ssize_t taken = net_write(fd, out.bytes, out.size);
    if (taken >= 0) {
        conn_gave(conn, (size_t)taken, now);
        if (conn->state == CONN_REST) shutdown(fd, SHUT_WR); /* once: nothing follows */
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER;
    }
}

static size_t count_in(const struct server *server, enum conn_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < server->listener.count; i++) count += server->conns[i].state == state;
    return count;
}

/* Must the server refuse requests now? Then clients that send one are told "busy". */
static bool is_busy(struct server *server, int64_t now)
{
    size_t waiting = count_in(server, CONN_WORK) + count_in(server, CONN_PENDING);
    bool busy = server->chat.stalled || waiting >= WORK_LIMIT;

    if (busy) chat_turned_away(&server->chat, now);
    return busy;
}

/* select() hazard, partial reads: conn.c assembles whatever pieces arrive. */
static void read_some(struct server *server, struct conn *conn, int fd, int64_t now)
{
    char bytes[CONN_IN];
    ssize_t size = net_read(fd, bytes, conn_space(conn));

    if (size > 0) {
        conn_take(conn, bytes, (size_t)size, &server->chat, is_busy(server, now), now);
    } else if (size == 0) {
        conn_take_end(conn);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER; /* a reset: the client is gone */
    }
}

/* --- what the listener calls --- */

static bool open_conn(void *context, size_t index, const struct address *from, int64_t now)
{
    struct server *server = context;

    if (!conn_open(&server->conns[index], from, now)) return false;
    queue_enter(&server->queue, &server->conns[index]);
    return true;
}

static bool serve_conn(void *context, size_t index, bool readable, int64_t now)
{
    struct server *server = context;
    struct conn *conn = &server->conns[index];
    int fd = server->listener.places[index].fd;

    if (readable && conn_reads(conn)) read_some(server, conn, fd, now);
    conn_go_on(conn, now);
    flush(conn, fd, now);
    return conn->state != CONN_OVER && now < conn->deadline;
}

/* When places are short, a connection that has not asked for the key is closed first, else one
   whose request has not come, else one that waits for the key, else one that has had its answer. */
static unsigned rank_conn(const void *context, size_t index)
{
    switch (((const struct server *)context)->conns[index].state) {
    case CONN_KEY: return 1;
    case CONN_REQUEST: return 2;
    case CONN_SHOW: return 3; /* has asked, but has cost the server no work yet */
    case CONN_REST: return 4;
    default: return 0;
    }
}

static void close_conn(void *context, size_t index, size_t last)
{
    struct server *server = context;

    conn_close(&server->conns[index]);
    if (index == last) return;
    server->conns[index] = server->conns[last];
    wipe(&server->conns[last], sizeof server->conns[last]); /* it may hold the secret of a block */
}

static void be_crowded(void *context, int64_t now)
{
    chat_turned_away(&((struct server *)context)->chat, now);
}

static const struct listener_owner owner = {.open = open_conn, .serve = serve_conn,
                                            .rank = rank_conn, .close = close_conn,
                                            .crowded = be_crowded};

/* --- opening requests --- */

static int64_t microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Shows the key to the next client that has asked for it. False: there is none. */
static bool show_key(struct server *server, int64_t now)
{
    size_t count = server->listener.count, index = queue_next(server->conns, count, CONN_SHOW);

    if (index == count) return false;
    queue_turn(&server->queue, server->conns, count, index);
    conn_show(&server->conns[index], &server->key, &server->chat, is_busy(server, now), now);
    listener_serve_place(&server->listener, index, false, now);
    return true;
}

/* Opens one request. False: none waits, or the journal has stalled. */
static bool open_request(struct server *server, int64_t now)
{
    size_t count = server->listener.count, index = queue_next(server->conns, count, CONN_WORK);

    if (index == count || server->chat.stalled) return false;
    queue_turn(&server->queue, server->conns, count, index);
    conn_work(&server->conns[index], &server->key, &server->chat, now);
    /* Without the commit the client must not be told the result. It will ask again. */
    if (engine_commit(server->options.engine, now))
        listener_serve_place(&server->listener, index, false, now);
    else listener_end(&server->listener, index);
    return true;
}

/*
 * Does the work that takes RSA. `talk`: datagrams came in this turn, and more of them may wait.
 * Each turn has time for both kinds: to ask for the key costs a client nothing, so however many do,
 * one request is opened as well.
 */
static void work(struct server *server, bool talk, int64_t now)
{
    int64_t start = microseconds();

    if (talk && start < server->work_at) return;
    bool worked = false;
    while (microseconds() - start < SHOW_TIME && show_key(server, now)) worked = true;
    if (!open_request(server, now) && !worked) return;
    int64_t end_of_work = microseconds();
    server->work_at = end_of_work + (WORK_SHARE - 1) * (end_of_work - start);
}

/* --- getting ready --- */

/* Waits until the engine is ready. False: a signal ended the program first. */
static bool get_ready(const struct server *server, const sigset_t *signals)
{
    const struct engine *engine = server->options.engine;
    int64_t now = program_now(), end_at = now + START_TIME;
    const char *why = NULL;
    struct net_set set;

    while (engine && engine->waits && (why = engine->waits()) && !program_stopped()) {
        if (now >= end_at) program_die("%s", why);
        net_set_clear(&set);
        int64_t due = engine_watch(engine, &set, now);
        net_wait(&set, (due < end_at ? due : end_at) - now, signals);
        now = program_now();
        engine_read(engine, &set, now);
        engine_write(engine, now);
    }
    return !why;
}

/* --- the loop --- */

/* Fills the set and returns when something is due. */
static int64_t watch(struct server *server, struct net_set *set, int64_t now)
{
    int64_t due = chat_due(&server->chat);

    net_set_clear(set);
    int64_t engine_due = engine_watch(server->options.engine, set, now);
    if (engine_due < due) due = engine_due;
    net_watch(set, server->udp);
    int64_t listener_due = listener_watch(&server->listener, set, now);
    if (listener_due < due) due = listener_due;
    for (size_t i = 0; i < server->listener.count; i++) {
        const struct conn *conn = &server->conns[i];
        int fd = server->listener.places[i].fd;
        if (conn_reads(conn)) net_watch(set, fd);
        if (conn_give(conn).size > 0) net_watch_write(set, fd);
        if (conn->deadline < due) due = conn->deadline;
        /* RSA work is left for the next turn, which must not wait. */
        bool opens = conn->state == CONN_WORK && !server->chat.stalled;
        if (conn->state == CONN_SHOW || opens) due = now;
    }
    return due;
}

/* Skips the line if nobody reads the log, so that the chat never waits for it. */
static void log_counts(const struct server *server)
{
    char line[TALLY_LINE];

    if (!program_can_log()) return;
    fprintf(stderr, "stage3 server: %s\n", tally_print(&server->chat, line));
}

/* One turn: wait, receive, let the engine write, send on, and open a request. Returns the time.
   What the engine has read is sent on in the same turn, and so is what the engine asks. */
static int64_t turn(struct server *server, const sigset_t *signals, int64_t now)
{
    const struct engine *engine = server->options.engine;
    struct net_set set;
    int64_t due = watch(server, &set, now);

    net_wait(&set, due - now, signals);
    now = program_now();
    bool talk = net_ready(&set, server->udp);
    engine_read(engine, &set, now);
    if (talk) receive_all(server, now);
    listener_serve(&server->listener, &set, now);
    chat_tick(&server->chat, now);
    engine_write(engine, now);
    if (engine_commit(engine, now)) chat_flush(&server->chat, now);
    send_batch(server); /* also what chat_flush did not send: probes, retransmissions */
    work(server, talk, now);
    engine_write(engine, now);
    if (engine && engine->spare) engine->spare();
    return now;
}

static void serve(struct server *server, const sigset_t *signals)
{
    int64_t now = program_now();
    int64_t log_at = now + LOG_INTERVAL, end_at = now + LONELY;

    while (!program_stopped()) {
        now = turn(server, signals, now);
        if (server->options.verbose && now >= log_at) {
            log_counts(server);
            log_at = now + LOG_INTERVAL;
        }
        bool empty = chat_is_empty(&server->chat) && server->listener.count == 0;
        bool may_end = server->chat.counts.joined > 0 || now >= end_at;
        if (server->options.end_when_empty && empty && may_end) break;
    }
}

/* Can the members go on, elsewhere or later? Then they are told so. False: their rooms close. */
static bool members_stay(struct server *server, const sigset_t *signals)
{
    const struct engine *engine = server->options.engine;
    int64_t now = program_now(), end_at = now + FAREWELL;

    if (!engine) return false;
    enum leaving leaving = engine->leave(now);
    while (leaving == LEAVING_ASKS && now < end_at) {
        now = turn(server, signals, now);
        leaving = engine->leave(now);
    }
    if (leaving == LEAVING_CLOSES) return false;
    chat_tell(&server->chat, text_of(engine->farewell));
    send_batch(server);
    return true;
}

/* Tells all members of the end, and gives their clients a moment to acknowledge it. */
static void say_farewell(struct server *server, const sigset_t *signals)
{
    const struct engine *engine = server->options.engine;

    if (members_stay(server, signals)) return;
    int64_t now = program_now(), end_at = now + FAREWELL;
    if (engine) engine->close_rooms();
    else chat_close(&server->chat, now);
    engine_write(engine, now);
    chat_flush(&server->chat, now);
    send_batch(server);
    while (!chat_is_empty(&server->chat) && now < end_at) now = turn(server, signals, now);
    members_stay(server, signals); /* no members are left, so this only lets the engine end */
}

/* --- start and end --- */

static void announce(const char *fingerprint, const struct address *tcp,
                     const struct address *udp)
{
    char tcp_text[ADDRESS_TEXT], udp_text[ADDRESS_TEXT];

    printf("stage3 server: key %s\n", fingerprint);
    printf("stage3 server: listening on tcp %s, udp %s\n", address_print(tcp, tcp_text),
           address_print(udp, udp_text));
    if (fflush(stdout) != 0) program_die("cannot write to standard output: %s", strerror(errno));
}

static void create(struct server *server, const char *fingerprint)
{
    const struct engine *engine = server->options.engine;
    struct chat_options options = {.member_limit = server->options.member_limit,
                                   .room_limit = server->options.room_limit,
                                   .silence = server->options.silence,
                                   .send = send_datagram, .context = server,
                                   .random = system_random,
                                   .decider = &alone}; /* unless the engine has another */

    if (!chat_create(&server->chat, &options, program_now())
        || (engine && !engine->open(&server->chat, fingerprint, program_now()))) {
        program_die("no memory for %" PRIu32 " members; try a smaller -M", options.member_limit);
    }
    server->chat.rate = server->options.rate;
    server->chat.holds.size = server->options.wait;
    server->chat.rooms.member_quota.share = server->options.share;
    server->chat.rooms.room_quota.share = server->options.share;
    bool good = engine && engine->knows_key && engine->knows_key();
    if (!good) keyfile_test(server->options.keyfile, &server->key);
    if (engine && engine->begin) engine->begin();
}

int main(int argc, char **argv)
{
    static struct server server; /* too large for the stack of some systems */
    struct address tcp, udp;
    char fingerprint[KEYFILE_FINGERPRINT + 1];

    program_start("stage3 server", options_usage(), argc, argv);
    secret_guard(); /* removes room passwords from the environment: a server needs none */
    server.options = options_parse(argc, argv);
    const struct engine *engine = server.options.engine;
    if (engine && engine->prepare) engine->prepare();
    keyfile_load(server.options.keyfile, &server.key);
    keyfile_fingerprint(&server.key, fingerprint);
    server.listener = (struct listener){.limit = LISTENER_PLACES, .share = server.options.share,
                                        .address_limit = server.options.address_limit,
                                        .owner = &owner, .context = &server};
    server.udp = listener_open(&server.listener, server.options.host, server.options.tcp_port,
                               server.options.udp_port, &tcp, &udp);
    create(&server, fingerprint);
    const sigset_t *signals = program_signals(false); /* before "ready" is printed */
    if (get_ready(&server, signals)) {
        announce(fingerprint, &tcp, &udp);
        serve(&server, signals);
        say_farewell(&server, signals);
    }
    if (server.options.verbose) log_counts(&server);
    listener_close(&server.listener);
    if (engine) engine->close();
    chat_destroy(&server.chat);
    wipe(&server.key, sizeof server.key);
    close(server.udp);
    return EXIT_FINE;
}
