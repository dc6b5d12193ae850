/*
 * The server of stage 3: sealed rooms. They are made and joined over TCP, the talk goes over UDP.
 *
 * Model: stage 2's loop, with two things between receiving and waiting. What has been received is
 * sent on all at once (chat_flush). And one request at most is opened, because that takes an RSA
 * operation of some milliseconds; while there is talk, no more than a quarter of the time goes into
 * those. So a crowd at the door does not disturb those who are in.
 *
 * What stands behind the rooms, if anything does, is an engine (admission/engine.h): one that writes
 * down what a turn has changed before anybody is told of it, say, or one more connection in the loop,
 * where what is asked is answered in some later turn. None is known here.
 *
 * All six hazards of select() are met: the bound of FD_SETSIZE (net.c refuses what lies beyond, and
 * accept_all stops accepting for a while), SIGPIPE (program.c), partial reads (conn.c puts requests
 * together), partial writes (flush sends on when there is room), EINTR and spurious readiness
 * (net.c: everything is non-blocking, and "not now" is no error).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "admission/conn.h"
#include "admission/engine.h"
#include "base/host.h"
#include "base/program.h"
#include "base/random.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"
#include "keys/secret.h"
#include "net/net.h"

enum {
    CONN_LIMIT = 512,     /* connections at once: all fit into an fd_set with room to spare */
    ACCEPT_LIMIT = 64,    /* connections taken in before the chat has its turn again */
    ACCEPT_PAUSE = 100,   /* milliseconds without accepting when there is no descriptor left */
    DRAIN_LIMIT = 256,    /* datagrams taken in before they are sent on */
    BATCH = 16,           /* datagrams that are sealed before they are sent: see send_datagram */
    WORK_LIMIT = 64,      /* requests that wait to be opened; more are told that we are busy */
    WORK_SHARE = 4,       /* while there is talk, one part in so many of the time goes into them */
    PORT_TRIES = 16,      /* times that a free port is sought which is free for UDP too */
    START_TIME = 10000,   /* milliseconds for the engine to get ready, at the start */
    FAREWELL = 1000,      /* milliseconds for the last entries to arrive, at the end */
    LOG_INTERVAL = 10000, /* milliseconds between two lines of the log, whatever happens */
    LONELY = 300000       /* milliseconds that -e waits for a first member */
};

/* Letters of options, in the order of the usage, which engines add theirs to. */
static const char letters[] = "b:p:u:t:m:M:a:k:ev";

static const char usage_call[] =
    "usage: server [-b ADDRESS] [-p PORT] [-u UDPPORT] [-t SECONDS] [-m MEMBERS] [-M MEMBERS]\n"
    "              [-a CONNECTIONS] [-k KEYFILE] ";

static const char usage_first[] =
    "[-e] [-v]\n"
    "  -b ADDRESS      listen on this address of the machine (127.0.0.1), IPv4 or IPv6\n"
    "  -p PORT         listen on this TCP port (9003); 0 takes a free one\n"
    "  -u UDPPORT      listen on this UDP port (the same number)\n"
    "  -t SECONDS      drop a member that was silent for so long (60)\n"
    "  -m MEMBERS      let at most so many into one room (10000)\n"
    "  -M MEMBERS      let at most so many in at all (10000)\n"
    "  -a CONNECTIONS  serve at most so many TCP connections of one address at once (16)\n"
    "  -k KEYFILE      the server's private key (.chat3_key in the home folder); made if missing\n";

static const char usage_last[] =
    "  -e              end when the last member has left, or if none comes in five minutes\n"
    "  -v              log counts to stderr, a line every ten seconds and one at the end\n";

struct options {
    const char *host;
    const char *keyfile;    /* NULL: the usual place */
    const struct engine *engine; /* NULL: we are alone */
    uint16_t tcp_port;
    long udp_port;          /* -1: the same as TCP */
    int64_t silence;        /* milliseconds */
    uint32_t room_limit;    /* members of one room */
    uint32_t member_limit;  /* of all rooms */
    size_t address_limit;   /* connections of one address */
    bool end_when_empty;
    bool verbose;
};

/* A datagram that is sealed and waits to be sent. */
struct parcel {
    struct address to;
    size_t size;
    unsigned char bytes[PACKET_SEND_LIMIT];
};

struct server {
    struct options options;
    struct rsa_key key;
    struct chat chat;
    int udp, tcp;
    struct parcel parcels[BATCH];
    size_t parcel_count;
    struct conn conns[CONN_LIMIT]; /* the first conn_count are in use, in no order */
    size_t conn_count;
    uint64_t next_number;
    int64_t accept_at; /* milliseconds: not before then */
    int64_t work_at;   /* microseconds: no request is opened before then, if there is talk */
};

/* --- the call --- */

/* The text of --help, with what the engines that are built in add to it. */
static const char *make_usage(void)
{
    static char usage[4096];
    size_t used = (size_t)snprintf(usage, sizeof usage, "%s", usage_call);

    for (size_t i = 0; engines[i]; i++) {
        if (!engines[i]->synopsis) continue;
        used += (size_t)snprintf(usage + used, sizeof usage - used, "%s ", engines[i]->synopsis);
    }
    used += (size_t)snprintf(usage + used, sizeof usage - used, "%s", usage_first);
    for (size_t i = 0; engines[i]; i++) {
        if (!engines[i]->usage) continue;
        used += (size_t)snprintf(usage + used, sizeof usage - used, "%s", engines[i]->usage);
    }
    snprintf(usage + used, sizeof usage - used, "%s", usage_last);
    return usage;
}

static const char *all_letters(void)
{
    static char all[64];
    size_t used = (size_t)snprintf(all, sizeof all, "%s", letters);

    for (size_t i = 0; engines[i]; i++) {
        used += (size_t)snprintf(all + used, sizeof all - used, "%s", engines[i]->letters);
    }
    return all;
}

static const struct engine *engine_of(int letter)
{
    for (size_t i = 0; engines[i]; i++) {
        if (letter != '?' && strchr(engines[i]->letters, letter)) return engines[i];
    }
    return NULL;
}

/* There can be but one. */
static void choose(struct options *options, const struct engine *engine)
{
    if (options->engine && options->engine != engine) {
        program_misuse("-%c and -%c do not go together", options->engine->letters[0],
                       engine->letters[0]);
    }
    options->engine = engine;
}

static void take_option(struct options *options, const struct engine *engine, int letter,
                        const char *value)
{
    if (!engine->option) {
        program_misuse("this server was built without -%c (WINGS=%s)", letter, engine->name);
    }
    if (letter == engine->letters[0]) choose(options, engine);
    engine->option(letter, value);
}

static void take_environment(struct options *options)
{
    for (size_t i = 0; engines[i]; i++) {
        const struct engine *engine = engines[i];
        const char *value = engine->variable ? getenv(engine->variable) : NULL;
        if (value && options->engine != engine) {
            take_option(options, engine, engine->letters[0], value);
        }
    }
}

static struct options parse(int argc, char **argv)
{
    struct options options = {.host = "127.0.0.1", .tcp_port = 9003, .udp_port = -1,
                              .silence = 60 * 1000, .room_limit = 10000,
                              .member_limit = 10000, .address_limit = 16};
    const struct engine *engine;
    int option, besides = 0; /* an option that goes with an engine's first one */

    opterr = 0; /* one line for an error, and in our words */
    while ((option = getopt(argc, argv, all_letters())) != -1) {
        switch (option) {
        case 'b': options.host = optarg; break;
        case 'p': options.tcp_port = (uint16_t)program_number('p', optarg, 0, 65535); break;
        case 'u': options.udp_port = program_number('u', optarg, 0, 65535); break;
        case 't': options.silence = 1000 * program_number('t', optarg, 1, 86400); break;
        case 'm': options.room_limit = (uint32_t)program_number('m', optarg, 1, 1000000); break;
        case 'M': options.member_limit = (uint32_t)program_number('M', optarg, 1, 1000000); break;
        case 'a': options.address_limit = (size_t)program_number('a', optarg, 1, 1000000); break;
        case 'k': options.keyfile = optarg; break;
        case 'e': options.end_when_empty = true; break;
        case 'v': options.verbose = true; break;
        default:
            engine = engine_of(option);
            if (!engine) program_misuse("-%c is not an option, or its value is missing", optopt);
            take_option(&options, engine, option, optarg);
            if (option != engine->letters[0]) besides = option;
        }
    }
    if (optind < argc) program_misuse("\"%s\" is one word too many", argv[optind]);
    take_environment(&options);
    engine = besides ? engine_of(besides) : options.engine;
    if (engine != options.engine) {
        program_misuse("-%c is nothing without -%c", besides, engine->letters[0]);
    }
    return options;
}

/* --- UDP --- */

static enum delivery send_now(const struct server *server, const struct parcel *parcel)
{
    switch (net_send(server->udp, &parcel->to, parcel->bytes, parcel->size)) {
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
    for (size_t i = 0; i < server->parcel_count; i++) {
        const struct parcel *parcel = &server->parcels[i];
        enum delivery delivery = send_now(server, parcel);
        if (delivery == DELIVERY_SENT) continue;
        if (delivery == DELIVERY_HELD_UP) server->chat.outlet.held_up++;
        else chat_strike(&server->chat, &parcel->to, parcel->bytes, parcel->size);
    }
    server->parcel_count = 0;
}

/*
 * The edge between chat.c and the network. To seal and to send in turns is slower by a good
 * twentieth than to seal sixteen and then to send sixteen: each of the two pushes the other one's
 * instructions out of the processor's cache. More than sixteen gains nothing more.
 */
static enum delivery send_datagram(void *context, const struct address *to, const void *bytes,
                                   size_t size)
{
    struct server *server = context;

    if (server->parcel_count == BATCH) send_batch(server);
    struct parcel *parcel = &server->parcels[server->parcel_count++];
    parcel->to = *to;
    parcel->size = size;
    memcpy(parcel->bytes, bytes, size);
    return DELIVERY_LATER;
}

static void from_system(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}

static void receive_all(struct server *server, int64_t now)
{
    char bytes[PACKET_LIMIT + 1]; /* one more: what fills it was longer than allowed */
    struct address from;

    for (int i = 0; i < DRAIN_LIMIT; i++) {
        ssize_t size = net_receive(server->udp, bytes, sizeof bytes, &from, NULL);
        if (size < 0) break;
        chat_receive(&server->chat, &from, bytes, (size_t)size, now);
    }
}

/* --- one connection --- */

static void end(struct server *server, size_t index)
{
    close(server->conns[index].fd);
    conn_close(&server->conns[index]);
    server->conns[index] = server->conns[--server->conn_count];
}

/* select() hazard, partial writes: sends what goes, the rest when there is room again. */
static void flush(struct conn *conn, int64_t now)
{
    struct text out = conn_give(conn);

    if (out.size == 0) return;
    ssize_t taken = net_write(conn->fd, out.bytes, out.size);
    if (taken >= 0) {
        conn_gave(conn, (size_t)taken, now);
        if (conn->state == CONN_REST) shutdown(conn->fd, SHUT_WR); /* once: nothing follows */
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER;
    }
}

static size_t count_in(const struct server *server, enum conn_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < server->conn_count; i++) count += server->conns[i].state == state;
    return count;
}

/* select() hazard, partial reads: whatever has come, conn.c puts it together. */
static void read_some(struct server *server, struct conn *conn, int64_t now)
{
    char bytes[CONN_IN];
    ssize_t size = net_read(conn->fd, bytes, conn_room(conn));

    if (size > 0) {
        size_t waiting = count_in(server, CONN_WORK) + count_in(server, CONN_PENDING);
        bool busy = server->chat.stalled || waiting >= WORK_LIMIT;
        conn_take(conn, bytes, (size_t)size, &server->key, &server->chat, busy, now);
        if (busy) chat_turned_away(&server->chat, now);
    } else if (size == 0) {
        conn_take_end(conn);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        conn->state = CONN_OVER; /* a reset: there is nobody any more */
    }
}

static void serve_connection(struct server *server, size_t index, bool readable, int64_t now)
{
    struct conn *conn = &server->conns[index];

    if (readable) read_some(server, conn, now);
    conn_go_on(conn, &server->chat, now);
    flush(conn, now);
    if (conn->state == CONN_OVER || now >= conn->deadline) end(server, index);
}

static void serve_connections(struct server *server, struct net_set *set, int64_t now)
{
    for (size_t i = server->conn_count; i-- > 0;) { /* backwards: `end` moves the last one */
        serve_connection(server, i, net_ready(set, server->conns[i].fd), now);
    }
}

/* --- new connections --- */

/* The oldest connection in that state, of that address or (NULL) of any. Returns conn_count if
   there is none. */
static size_t oldest(const struct server *server, enum conn_state state,
                     const struct address *from)
{
    size_t found = server->conn_count;

    for (size_t i = 0; i < server->conn_count; i++) {
        const struct conn *conn = &server->conns[i];
        if (conn->state != state || (from && !host_equal(&conn->from, from))) continue;
        if (found == server->conn_count || conn->number < server->conns[found].number) found = i;
    }
    return found;
}

/* Who has to go: one that has not said what it wants, else one that has had its answer. */
static size_t victim_of(const struct server *server, const struct address *from)
{
    static const enum conn_state order[] = {CONN_KEY, CONN_REQUEST, CONN_REST};
    size_t victim = server->conn_count;

    for (int i = 0; i < 3 && victim == server->conn_count; i++) {
        victim = oldest(server, order[i], from);
    }
    return victim;
}

static size_t count_of(const struct server *server, const struct address *from)
{
    size_t count = 0;

    for (size_t i = 0; i < server->conn_count; i++) {
        count += host_equal(&server->conns[i].from, from);
    }
    return count;
}

/* Sees to it that there is a place for one more connection. False: there is none to be had. */
static bool make_place(struct server *server, const struct address *from, int64_t now)
{
    bool full = server->conn_count == CONN_LIMIT;

    if (!full && count_of(server, from) < server->options.address_limit) return true;
    chat_turned_away(&server->chat, now); /* this one or another one */
    size_t victim = victim_of(server, from);
    if (victim == server->conn_count && full) victim = victim_of(server, NULL);
    if (victim == server->conn_count) return false;
    end(server, victim);
    return true;
}

static void take_in(struct server *server, int fd, const struct address *from, int64_t now)
{
    if (!make_place(server, from, now)) {
        close(fd);
        return;
    }
    struct conn *conn = &server->conns[server->conn_count];
    if (!conn_open(conn, fd, from, server->next_number++, now)) {
        close(fd);
        return;
    }
    server->conn_count++;
    /* Most requests are there already: that saves a turn of the loop. */
    serve_connection(server, server->conn_count - 1, true, now);
}

/*
 * When there is no descriptor left, accept() fails, the connection stays in the queue, and
 * select() goes on saying that one is there: a loop that only tries again would spin. So another
 * one has to go, and if there is none, we look away for a moment. (Only if it is the first that
 * fails: select() has told of one, but not of more, and some systems say "no descriptor left"
 * even when nobody waits.)
 */
static void accept_all(struct server *server, int64_t now)
{
    struct address from;

    for (int i = 0; i < ACCEPT_LIMIT; i++) {
        int fd = net_accept(server->tcp, &from);
        if (fd >= 0) {
            take_in(server, fd, &from, now);
        } else if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
            return; /* nobody there, or that one is gone again */
        } else if (i == 0) {
            chat_turned_away(&server->chat, now);
            size_t victim = victim_of(server, NULL);
            if (victim < server->conn_count) end(server, victim);
            else server->accept_at = now + ACCEPT_PAUSE;
        } else {
            return;
        }
    }
}

/* --- the engine --- */

/* Returns when something is due. */
static int64_t watch_engine(const struct server *server, struct net_set *set, int64_t now)
{
    const struct engine *engine = server->options.engine;

    return engine && engine->watch ? engine->watch(set, now) : INT64_MAX;
}

static void read_engine(const struct server *server, struct net_set *set, int64_t now)
{
    const struct engine *engine = server->options.engine;

    if (engine && engine->read) engine->read(set, now);
}

static void write_engine(const struct server *server, int64_t now)
{
    const struct engine *engine = server->options.engine;

    if (engine && engine->write) engine->write(now);
}

static bool commit(const struct server *server, int64_t now)
{
    const struct engine *engine = server->options.engine;

    return !engine || !engine->commit || engine->commit(now);
}

/* --- opening requests --- */

static int64_t microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* One request, the one that came first, if there is one and it may be. `talk`: datagrams came in
   this turn, and more of them may wait. */
static void work(struct server *server, bool talk, int64_t now)
{
    size_t index = oldest(server, CONN_WORK, NULL);

    if (index == server->conn_count || server->chat.stalled) return;
    int64_t start = microseconds();
    if (talk && start < server->work_at) return;
    conn_work(&server->conns[index], &server->key, &server->chat, now);
    int64_t end_of_work = microseconds();
    server->work_at = end_of_work + (WORK_SHARE - 1) * (end_of_work - start);
    if (commit(server, now)) serve_connection(server, index, false, now);
    else end(server, index); /* it may not be told what became of it, and asks again */
}

/* --- getting ready --- */

/* False: it was ended before it could serve anybody. */
static bool get_ready(const struct server *server, const sigset_t *signals)
{
    const struct engine *engine = server->options.engine;
    int64_t now = program_now(), end_at = now + START_TIME;
    const char *why = NULL;
    struct net_set set;

    while (engine && engine->waits && (why = engine->waits()) && !program_stopped()) {
        if (now >= end_at) program_die("%s", why);
        net_set_clear(&set);
        int64_t due = watch_engine(server, &set, now);
        net_wait(&set, (due < end_at ? due : end_at) - now, signals);
        now = program_now();
        read_engine(server, &set, now);
        write_engine(server, now);
    }
    return !why;
}

/* --- the loop --- */

/* Fills the set and returns when something is due. */
static int64_t watch(struct server *server, struct net_set *set, int64_t now)
{
    int64_t due = chat_due(&server->chat);

    net_set_clear(set);
    int64_t engine_due = watch_engine(server, set, now);
    if (engine_due < due) due = engine_due;
    net_watch(set, server->udp);
    if (now >= server->accept_at) net_watch(set, server->tcp);
    else if (server->accept_at < due) due = server->accept_at;
    for (size_t i = 0; i < server->conn_count; i++) {
        const struct conn *conn = &server->conns[i];
        if (!conn->ended) net_watch(set, conn->fd);
        if (conn_give(conn).size > 0) net_watch_write(set, conn->fd);
        if (conn->deadline < due) due = conn->deadline;
        /* If it was not this turn's work, it is the next one's. */
        if (conn->state == CONN_WORK && !server->chat.stalled) due = now;
    }
    return due;
}

/* If nobody reads the log, it is the log that waits, and not the chat. */
static void log_counts(const struct server *server)
{
    const struct chat *chat = &server->chat;

    if (!program_can_log()) return;
    fprintf(stderr,
            "stage3 server: %" PRIu32 " rooms, %" PRIu32 " members, %" PRIu64 " requests (%" PRIu64
            " refused), %" PRIu64 " received (%" PRIu64 " dropped), %" PRIu64 " said, %" PRIu64
            " entries in %" PRIu64 " datagrams sent (%" PRIu64 " again, %" PRIu64 " held up, %"
            PRIu64 " unreachable)\n",
            chat->rooms.room_count, chat->rooms.member_count, chat->counts.requests,
            chat->counts.refused, chat->counts.received, chat->counts.dropped, chat->counts.said,
            chat->outlet.entries, chat->outlet.sent, chat->outlet.again, chat->outlet.held_up,
            chat->outlet.unreachable);
}

/* One turn: wait, take in, let the engine write, send on, and open a request. Returns the time.
   (What the engine has read in this turn is sent on in this turn; so is what the engine asks.) */
static int64_t turn(struct server *server, const sigset_t *signals, int64_t now)
{
    struct net_set set;
    int64_t due = watch(server, &set, now);

    net_wait(&set, due - now, signals);
    now = program_now();
    bool talk = net_ready(&set, server->udp);
    read_engine(server, &set, now);
    if (talk) receive_all(server, now);
    serve_connections(server, &set, now);
    if (net_ready(&set, server->tcp)) accept_all(server, now);
    chat_tick(&server->chat, now);
    write_engine(server, now);
    if (commit(server, now)) chat_flush(&server->chat, now);
    send_batch(server); /* and what was due by itself: probes, repeats */
    work(server, talk, now);
    write_engine(server, now);
    if (server->options.engine && server->options.engine->spare) server->options.engine->spare();
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
        bool empty = chat_is_empty(&server->chat) && server->conn_count == 0;
        bool may_end = server->chat.counts.joined > 0 || now >= end_at;
        if (server->options.end_when_empty && empty && may_end) break;
    }
}

/* Do the members go on, elsewhere or later? Then they are told. False: their rooms close. */
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

/* Everyone is told, and has a moment to say that it has arrived. */
static void say_farewell(struct server *server, const sigset_t *signals)
{
    const struct engine *engine = server->options.engine;

    if (members_stay(server, signals)) return;
    int64_t now = program_now(), end_at = now + FAREWELL;
    if (engine) engine->close_rooms();
    else chat_close(&server->chat, now);
    write_engine(server, now);
    chat_flush(&server->chat, now);
    send_batch(server);
    while (!chat_is_empty(&server->chat) && now < end_at) now = turn(server, signals, now);
    members_stay(server, signals); /* there are none now, and the engine may end */
}

/* --- start and end --- */

/* Both sockets; with -p 0 the same number must be free for both. */
static void listen_both(struct server *server, struct address *tcp, struct address *udp)
{
    const struct options *options = &server->options;
    bool any = options->tcp_port == 0 && options->udp_port < 0;

    for (int tries = any ? PORT_TRIES : 1; tries > 0; tries--) {
        server->tcp = net_tcp_listen(options->host, options->tcp_port, tcp);
        if (server->tcp < 0) net_cannot_listen("tcp", options->host, options->tcp_port);
        uint16_t port = options->udp_port < 0 ? host_port(tcp) : (uint16_t)options->udp_port;
        server->udp = net_udp_listen(options->host, port, udp);
        if (server->udp >= 0) return;
        if (tries == 1 || errno != EADDRINUSE) net_cannot_listen("udp", options->host, port);
        close(server->tcp);
    }
}

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
                                   .send = send_datagram,
                                   .context = server,
                                   .random = from_system};

    if (!chat_create(&server->chat, &options, program_now())) {
        program_die("no memory for %" PRIu32 " members; try a smaller -M", options.member_limit);
    }
    if (engine && !engine->open(&server->chat, fingerprint, program_now())) {
        program_die("no memory for %" PRIu32 " members; try a smaller -M", options.member_limit);
    }
    bool good = engine && engine->knows_key && engine->knows_key();
    if (!good) keyfile_test(server->options.keyfile, &server->key);
    if (engine && engine->begin) engine->begin();
}

int main(int argc, char **argv)
{
    static struct server server; /* too large for the stack of some systems */
    struct address tcp, udp;
    char fingerprint[KEYFILE_FINGERPRINT + 1];

    program_start("stage3 server", make_usage(), argc, argv);
    secret_guard(); /* a server needs no password of a room */
    server.options = parse(argc, argv);
    const struct engine *engine = server.options.engine;
    if (engine && engine->prepare) engine->prepare();
    keyfile_load(server.options.keyfile, &server.key);
    keyfile_fingerprint(&server.key, fingerprint);
    listen_both(&server, &tcp, &udp);
    create(&server, fingerprint);
    const sigset_t *signals = program_signals(false); /* whoever sees us ready may end us */
    if (get_ready(&server, signals)) {
        announce(fingerprint, &tcp, &udp);
        serve(&server, signals);
        say_farewell(&server, signals);
    }
    if (server.options.verbose) log_counts(&server);
    while (server.conn_count > 0) end(&server, 0);
    if (engine) engine->close();
    chat_destroy(&server.chat);
    wipe(&server.key, sizeof server.key);
    close(server.tcp);
    close(server.udp);
    return EXIT_FINE;
}
