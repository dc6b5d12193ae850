/*
 * The server of stage 1: everyone hears everyone, over UDP.
 *
 * Model: one socket and one loop. The loop waits until a datagram is there or something is due,
 * reads what has arrived, lets chat.c decide what it means, and waits again. A UDP server needs no
 * connections: it has nothing of a client but the address that each datagram carries.
 *
 * Of the six hazards of select() the server meets four: the bound of FD_SETSIZE, spurious readiness
 * and EINTR (net.c), and SIGPIPE (program.c). Partial reads and partial writes do not exist with
 * datagrams; the client meets them at its terminal (term.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "chat/chat.h"
#include "net/net.h"

enum {
    DRAIN_LIMIT = 256,  /* datagrams read before the clock is read again, or SEND_LIMIT */
    SEND_LIMIT = 10000, /* datagrams sent, some 40 milliseconds' worth: others get their turn */
    ALARM = 1000,       /* milliseconds between rings of the alarm clock */
    LOG_INTERVAL = 10000, /* milliseconds between two lines of the log, whatever happens */
    LONELY = 300000       /* milliseconds that -e waits for a first member */
};

static const char usage[] =
    "usage: server [-b ADDRESS] [-p PORT] [-t SECONDS] [-m MEMBERS]\n"
    "              [-l LINES] [-L KB] [-e] [-v]\n"
    "  -b ADDRESS  listen on this address of the machine (127.0.0.1), IPv4 or IPv6\n"
    "  -p PORT     listen on this UDP port (9001); 0 takes a free one\n"
    "  -t SECONDS  drop a member that was silent for so long (60; at least 2)\n"
    "  -m MEMBERS  let in at most so many (10000)\n"
    "  -l LINES    take at most so many lines a second from a member (1000)\n"
    "  -L KB       and so many kilobytes a second (1000)\n"
    "  -e          end when the last member has left, or if none comes in five minutes\n"
    "  -v          log counts to stderr, a line every ten seconds and one at the end\n";

struct options {
    const char *host;
    uint16_t port;
    int64_t silence; /* milliseconds */
    uint32_t limit;  /* members */
    struct bucket_rate rate; /* of each member */
    bool end_when_empty;
    bool verbose;
};

static struct options parse(int argc, char **argv)
{
    struct options options = {"127.0.0.1", 9001, 60 * 1000, 10000,
                              {BUCKET_LINES, BUCKET_KILOBYTES}, false, false};
    int option;

    opterr = 0; /* this program prints its own error, in one line */
    while ((option = getopt(argc, argv, "b:p:t:m:l:L:ev")) != -1) {
        switch (option) {
        case 'b': options.host = optarg; break;
        case 'p': options.port = (uint16_t)program_number('p', optarg, 0, 65535); break;
        case 't': options.silence = 1000 * program_number('t', optarg, 2, 86400); break;
        case 'm': options.limit = (uint32_t)program_number('m', optarg, 1, 1000000); break;
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

/* Connects chat.c to the network. */
static enum delivery send_datagram(void *context, const struct address *to, const void *bytes,
                                   size_t size)
{
    switch (net_send(*(int *)context, to, bytes, size)) {
    case 0: return DELIVERY_SENT;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ECONNREFUSED:
    case EINVAL: return DELIVERY_UNREACHABLE;
    default: return DELIVERY_HELD_UP; /* EAGAIN, ENOBUFS, EPERM, ...: this host's own condition */
    }
}

static void receive_all(struct chat *chat, int fd, int64_t now)
{
    char bytes[DATAGRAM_LIMIT + 1]; /* one more: see datagram_decode */
    struct address from;
    uint64_t enough = chat->counts.sent + SEND_LIMIT;

    for (int i = 0; i < DRAIN_LIMIT && chat->counts.sent < enough; i++) {
        ssize_t size = net_receive(fd, bytes, sizeof bytes, &from, NULL);
        if (size < 0) break;
        chat_receive(chat, &from, bytes, (size_t)size, now);
    }
}

static void announce(const struct address *bound)
{
    char text[ADDRESS_TEXT];

    printf("stage1 server: listening on udp %s\n", address_print(bound, text));
    if (fflush(stdout) != 0) program_die("cannot write to standard output: %s", strerror(errno));
}

/* If nobody reads the log, the log waits, and not the chat. */
static void log_counts(const struct chat *chat)
{
    const struct chat_counts *counts = &chat->counts;

    if (!program_can_log()) return;
    fprintf(stderr,
            "stage1 server: %" PRIu32 " member%s, %" PRIu64 " received (%" PRIu64 " malformed, %"
            PRIu64 " refused, %" PRIu64 " too many), %" PRIu64 " sent (%" PRIu64 " held up, %"
            PRIu64 " unreachable)\n",
            chat->roster.count, chat->roster.count == 1 ? "" : "s", counts->received,
            counts->malformed, counts->refused, counts->too_many, counts->sent, counts->held_up,
            counts->unreachable);
}

static void serve(struct chat *chat, int fd, const struct options *options,
                  const sigset_t *signals)
{
    int64_t now = program_now();
    int64_t log_at = now + LOG_INTERVAL, alarm_at = now + ALARM;
    int64_t end_at = now + LONELY;
    struct net_set set;

    program_alarm();
    while (!program_stopped()) {
        int64_t due = chat_due(chat);
        net_set_clear(&set);
        net_watch(&set, fd);
        /* An event that is due no sooner than the alarm needs no time limit of its own. */
        net_wait(&set, due >= alarm_at ? NET_FOREVER : due - now, signals);
        now = program_now();
        if (program_alarm_rang()) {
            program_alarm();
            alarm_at = now + ALARM;
        }
        if (net_ready(&set, fd)) receive_all(chat, fd, now);
        chat_tick(chat, now);
        if (options->verbose && now >= log_at) {
            log_counts(chat);
            log_at = now + LOG_INTERVAL;
        }
        bool may_end = chat->counts.joined > 0 || now >= end_at;
        if (options->end_when_empty && chat->roster.count == 0 && may_end) break;
    }
}

int main(int argc, char **argv)
{
    program_start("stage1 server", usage, argc, argv);
    struct options options = parse(argc, argv);
    struct address bound;
    struct chat chat;
    int fd = net_udp_listen(options.host, options.port, &bound);

    if (!chat_create(&chat, options.limit, options.silence, send_datagram, &fd, program_now())) {
        program_die("no memory for %" PRIu32 " members; try a smaller -m", options.limit);
    }
    chat.rate = options.rate;
    const sigset_t *signals = program_signals(false); /* may come as soon as we are ready */
    announce(&bound);
    serve(&chat, fd, &options, signals);
    chat_close(&chat);
    if (options.verbose) log_counts(&chat);
    chat_destroy(&chat);
    close(fd);
    return EXIT_FINE;
}
