/*
 * talk: plays a script that sends to a server, and compares what comes back.
 *
 *     talk [-t SECONDS] [-u UDPPORT] [-v] HOST PORT [FILE]
 *
 * The script (FILE, or standard input) has one step a line; they are done one after the other:
 *
 *     # a comment
 *     alice at 127.0.0.2         alice will send from this address; before her first step
 *     alice at 127.0.0.2 1537    and over UDP from this port
 *     alice send 05 "alice"      sends one datagram; BYTES are described in bytes.h
 *     alice gets 00 "hello"      the next datagram to alice is exactly this one
 *     alice awaits 00 "hello"    one of the next datagrams is; those before it are skipped
 *     alice hears nothing        no datagram comes within 400 ms
 *     alice closes               closes her UDP socket; a later step opens one on another port
 *
 *     alice connects             over TCP
 *     alice writes 06 "hello"    writes all bytes, in one write
 *     alice trickles 7 06 "hel"  writes them in pieces of 7 bytes, 2 ms apart
 *     alice reads 06 "hello"     exactly these bytes come next, in any pieces
 *     alice reads end            and then the end of the stream
 *     alice half-closes          ends her side of the stream; she can still read
 *     alice hangs up             closes the connection; she may connect again
 *     alice resets               the same, with a reset
 *
 * The bytes of gets, awaits and reads may contain `token=32`: any 32 bytes match there, and are
 * kept as alice's `token`. In her later BYTES `token` stands for them, and in those of others
 * `alice.token`. `port` stands for the number of her UDP port, two bytes, big-endian.
 *
 * A peer needs no declaration: at its first step it gets a socket of its own, connected to the
 * server. So the server can tell peers apart by their addresses, and peers receive only datagrams
 * of the server. Datagrams wait in the socket until a step asks for them.
 *
 * It ends with 0 if every step went as written. At the first step that did not, it prints one line
 * (the line of the script, what was expected, what came) and ends with 1; a script that makes no
 * sense ends it with 2. -t sets the limit of each wait (10 seconds), -u is the server's UDP port if
 * that differs from the TCP port, -v prints every step when it is done, and what was kept.
 *
 * Limits: 256 peers; "hears nothing" only means nothing within 400 ms.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"

enum { SILENCE_MS = 400 };

static const char usage[] = "usage: talk [-t SECONDS] [-u UDPPORT] [-v] HOST PORT [FILE]";

struct bytes talk_wanted, talk_got; /* too large for the stack of every system */
int64_t talk_patience_ms = 10000;
static bool verbose;

void talk_refuse(const struct step *step, const char *why)
{
    printf("line %d: %s %s: %s\n", step->line, step->who, step->verb, why);
    exit(TOOL_USAGE);
}

void talk_fail(const struct step *step, const char *format, ...)
{
    va_list arguments;

    printf("line %d: %s %s: ", step->line, step->who, step->verb);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    exit(TOOL_FAILED);
}

void talk_fail_expected(const struct step *step, const char *instead)
{
    printf("line %d: %s %s: expected ", step->line, step->who, step->verb);
    bytes_show(stdout, talk_wanted.is, talk_wanted.count);
    printf(", got ");
    if (instead == NULL || instead[0] == ',') bytes_show(stdout, talk_got.is, talk_got.count);
    if (instead != NULL) printf("%s\n", instead);
    else printf(", different from byte %zu on\n", bytes_same(&talk_wanted, &talk_got) + 1);
    exit(TOOL_FAILED);
}

void talk_read_bytes(const struct step *step, bool pattern)
{
    const char *mistake;

    if (!bytes_parse(step->rest, &talk_wanted, peer_lookup, step->peer, &mistake)) {
        talk_refuse(step, mistake);
    }
    if (talk_wanted.gap_count > 0 && !pattern) talk_refuse(step, "nothing can be kept here");
}

void talk_keep(const struct step *step)
{
    for (size_t i = 0; i < talk_wanted.gap_count; i++) {
        const struct bytes_gap *gap = &talk_wanted.gaps[i];
        peer_keep(step->peer, gap->name, talk_got.is + gap->at, gap->count);
        if (!verbose) continue;
        printf("line %d: %s.%s is ", step->line, step->who, gap->name);
        bytes_show(stdout, talk_got.is + gap->at, gap->count);
        putchar('\n');
    }
}

/* Waits until `deadline` for a datagram and puts it into talk_got. False: none came. */
static bool receive(const struct step *step, int64_t deadline)
{
    struct pollfd ready = {.fd = step->peer->udp, .events = POLLIN};

    for (;;) {
        ssize_t count = recv(step->peer->udp, talk_got.is, sizeof talk_got.is, 0);
        if (count >= 0) {
            talk_got.count = (size_t)count;
            return true;
        }
        if (errno == ECONNREFUSED) talk_fail(step, "nobody listens on the server's port");
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot receive: %s", strerror(errno));
        }
        int64_t left = deadline - tool_now();
        if (left <= 0) return false;
        poll(&ready, 1, (int)left);
    }
}

static bool got_what_was_wanted(void)
{
    return talk_got.count == talk_wanted.count
        && bytes_same(&talk_wanted, &talk_got) == talk_wanted.count;
}

/* Cuts the next word off `*text`. At the end of the line the word is empty. */
static char *next_word(char **text)
{
    char *word = *text + strspn(*text, " \t");
    size_t length = strcspn(word, " \t");

    *text = word + length;
    if (**text != '\0') *(*text)++ = '\0';
    return word;
}

static void do_at(struct step *step)
{
    struct peer *peer = step->peer;
    char *port = step->rest;
    const char *address = next_word(&port);

    if (peer->udp >= 0 || peer->tcp >= 0) talk_refuse(step, "it has spoken already");
    tool_resolve(address, port[0] == '\0' ? "0" : port, &peer->udp_place);
    tool_resolve(address, "0", &peer->tcp_place);
    if (peer->udp_place.is.ss_family != peer_udp_server.is.ss_family) {
        talk_refuse(step, "an IPv4 and an IPv6 address cannot talk");
    }
    peer->placed = true;
}

static void do_send(struct step *step)
{
    struct pollfd ready = {.fd = step->peer->udp, .events = POLLOUT};

    talk_read_bytes(step, false);
    if (talk_wanted.count >= TOOL_DATAGRAM_MAX) talk_refuse(step, "too many bytes");
    for (;;) {
        ssize_t sent = send(step->peer->udp, talk_wanted.is, talk_wanted.count, 0);
        if (sent >= 0) return;
        if (errno == ECONNREFUSED) talk_fail(step, "nobody listens on the server's port");
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot send: %s", strerror(errno));
        }
        poll(&ready, 1, 100);
    }
}

static void do_gets(struct step *step)
{
    talk_read_bytes(step, true);
    if (!receive(step, tool_now() + talk_patience_ms)) talk_fail_expected(step, "nothing");
    if (!got_what_was_wanted()) talk_fail_expected(step, NULL);
    talk_keep(step);
}

static void do_awaits(struct step *step)
{
    int64_t deadline = tool_now() + talk_patience_ms;
    int others = 0;
    char came[80];

    talk_read_bytes(step, true);
    while (receive(step, deadline)) {
        if (got_what_was_wanted()) {
            talk_keep(step);
            return;
        }
        others++;
    }
    if (others == 1) talk_fail_expected(step, NULL);
    snprintf(came, sizeof came, "%d other datagrams", others);
    talk_fail_expected(step, others == 0 ? "nothing" : came);
}

static void do_hears(struct step *step)
{
    if (strcmp(step->rest, "nothing") != 0) talk_refuse(step, "\"hears nothing\" is meant");
    if (!receive(step, tool_now() + SILENCE_MS)) return;
    printf("line %d: %s hears: expected nothing, got ", step->line, step->who);
    bytes_show(stdout, talk_got.is, talk_got.count);
    putchar('\n');
    exit(TOOL_FAILED);
}

static void do_closes(struct step *step)
{
    if (step->peer->tcp >= 0) peer_disconnect(step->peer, false);
    if (step->peer->udp >= 0) close(step->peer->udp);
    step->peer->udp = -1;
}

/* Everything a peer can do. */
static const struct command {
    const char *verb;
    bool needs_udp;
    void (*run)(struct step *step);
} commands[] = {
    {"at", false, do_at},
    {"send", true, do_send},
    {"gets", true, do_gets},
    {"awaits", true, do_awaits},
    {"hears", true, do_hears},
    {"closes", false, do_closes},
    {"connects", false, stream_connects},
    {"writes", false, stream_writes},
    {"trickles", false, stream_trickles},
    {"reads", false, stream_reads},
    {"half-closes", false, stream_half_closes},
    {"hangs", false, stream_hangs},
    {"resets", false, stream_resets},
};

static void perform(struct step *step)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(step->verb, commands[i].verb) != 0) continue;
        step->peer = peer_find(step->who);
        if (step->peer == NULL) talk_refuse(step, "too many peers, or too long a name");
        if (commands[i].needs_udp && !peer_open_udp(step->peer)) {
            talk_fail(step, "cannot make a socket: %s", strerror(errno));
        }
        commands[i].run(step);
        return;
    }
    talk_refuse(step, "there is no such verb");
}

static void play(FILE *script)
{
    char *line = NULL;
    size_t room = 0;
    struct step step = {.line = 1};

    for (; getline(&line, &room, script) >= 0; step.line++) {
        char *rest = line;
        line[strcspn(line, "\r\n")] = '\0';
        step.who = next_word(&rest);
        if (step.who[0] == '\0' || step.who[0] == '#') continue;
        step.verb = next_word(&rest);
        step.rest = rest + strspn(rest, " \t");
        perform(&step);
        if (!verbose) continue;
        printf("line %d: %s %s %s\n", step.line, step.who, step.verb, step.rest);
        fflush(stdout);
    }
    free(line);
}

int main(int argc, char **argv)
{
    const char *udp_port = NULL;
    FILE *script = stdin;
    int option;

    tool_start("talk");
    while ((option = getopt(argc, argv, "t:u:v")) != -1) {
        if (option == 't') talk_patience_ms = 1000 * tool_number("-t", optarg, 0, 3600);
        else if (option == 'u') udp_port = optarg;
        else if (option == 'v') verbose = true;
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind < 2 || argc - optind > 3) tool_die(TOOL_USAGE, usage);
    const char *host = argv[optind], *port = argv[optind + 1];
    tool_resolve(host, port, &peer_tcp_server);
    tool_resolve(host, udp_port == NULL ? port : udp_port, &peer_udp_server);
    if (argc - optind == 3 && (script = fopen(argv[optind + 2], "r")) == NULL) {
        tool_die(TOOL_USAGE, "%s: %s", argv[optind + 2], strerror(errno));
    }
    play(script);
    return 0;
}
