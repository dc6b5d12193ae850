/*
 * talk: plays a script of datagrams against a server and compares what comes back.
 *
 *     talk [-t SECONDS] [-v] HOST PORT [FILE]
 *
 * The script (FILE, or standard input) is one step a line, done one after the other:
 *
 *     # a comment
 *     alice at 127.0.0.2         alice will speak from this address; before her first step
 *     alice send 05 "alice"      one datagram; BYTES are described in bytes.h
 *     alice gets 00 "hello"      the next datagram that comes to alice is exactly this one
 *     alice awaits 00 "hello"    one of the next datagrams is; those before it are passed over
 *     alice hears nothing        no datagram comes within 400 ms
 *     alice closes               she is gone; a later step makes her anew, from another port
 *
 * A peer needs no declaration: its first step makes it a socket of its own, connected to the
 * server, so that the server can tell peers apart by their addresses and only the server's
 * datagrams reach them. Datagrams wait in the socket until a step asks for them.
 *
 * It ends with 0 when every step went as written. At the first that did not it prints one line
 * (the line of the script, what was expected, what came) and ends with 1; a script that makes no
 * sense ends it with 2. -t sets the patience of gets and awaits (3 seconds), -v prints every step
 * when it is done.
 *
 * Limits: 256 peers, and a "nothing" only means: nothing within 400 ms.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "tool.h"

enum { PEERS_MAX = 256, SILENCE_MS = 400 };

static const char usage[] = "usage: talk [-t SECONDS] [-v] HOST PORT [FILE]";

struct peer {
    char name[64];
    int fd; /* -1 until its first step, and after `closes` */
    bool placed;
    struct tool_address place; /* where it speaks from, if `placed` */
};

/* One line of the script, taken apart. The strings point into the line. */
struct step {
    int line; /* counted from 1 */
    const char *who, *verb, *rest;
    struct peer *peer;
};

/* A datagram: expected, or come. */
struct datagram {
    unsigned char bytes[TOOL_DATAGRAM_MAX];
    size_t count;
};

static struct tool_address server;
static struct peer peers[PEERS_MAX];
static int peer_count;
static int64_t patience_ms = 3000;
static struct datagram wanted, got; /* too large for the stack of every system */

/* The script makes no sense. */
static _Noreturn void refuse(const struct step *step, const char *why)
{
    printf("line %d: %s %s: %s\n", step->line, step->who, step->verb, why);
    exit(TOOL_USAGE);
}

/* The server did not do what the script says. */
static _Noreturn void fail(const struct step *step, const char *format, ...)
{
    va_list arguments;

    printf("line %d: %s %s: ", step->line, step->who, step->verb);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    exit(TOOL_FAILED);
}

static _Noreturn void fail_expected(const struct step *step, const char *came)
{
    printf("line %d: %s %s: expected ", step->line, step->who, step->verb);
    bytes_show(stdout, wanted.bytes, wanted.count);
    printf(", got ");
    if (came != NULL) {
        printf("%s\n", came);
        exit(TOOL_FAILED);
    }
    bytes_show(stdout, got.bytes, got.count);
    size_t same = 0;
    while (same < got.count && same < wanted.count && got.bytes[same] == wanted.bytes[same]) {
        same++;
    }
    printf(", different from byte %zu on\n", same + 1);
    exit(TOOL_FAILED);
}

static struct peer *find_peer(const struct step *step)
{
    for (int i = 0; i < peer_count; i++) {
        if (strcmp(peers[i].name, step->who) == 0) return &peers[i];
    }
    if (peer_count == PEERS_MAX) refuse(step, "too many peers");
    if (strlen(step->who) >= sizeof peers[0].name) refuse(step, "too long a name");
    struct peer *peer = &peers[peer_count++];
    strcpy(peer->name, step->who);
    peer->fd = -1;
    return peer;
}

static void open_peer(const struct step *step)
{
    struct peer *peer = step->peer;

    if (peer->fd >= 0) return;
    peer->fd = tool_udp(&server, peer->placed ? &peer->place : NULL);
    if (peer->fd < 0) fail(step, "cannot make a socket: %s", strerror(errno));
}

static void read_bytes(const struct step *step)
{
    const char *mistake;
    long count = bytes_parse(step->rest, wanted.bytes, sizeof wanted.bytes, &mistake);

    if (count < 0) refuse(step, mistake);
    wanted.count = (size_t)count;
}

/* Waits until `deadline` for a datagram and puts it into `got`. False: none came. */
static bool receive(const struct step *step, int64_t deadline)
{
    struct pollfd ready = {.fd = step->peer->fd, .events = POLLIN};

    for (;;) {
        ssize_t count = recv(step->peer->fd, got.bytes, sizeof got.bytes, 0);
        if (count >= 0) {
            got.count = (size_t)count;
            return true;
        }
        if (errno == ECONNREFUSED) fail(step, "nobody listens on the server's port");
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            fail(step, "cannot receive: %s", strerror(errno));
        }
        int64_t left = deadline - tool_now();
        if (left <= 0) return false;
        poll(&ready, 1, (int)left);
    }
}

static bool got_what_was_wanted(void)
{
    return got.count == wanted.count && memcmp(got.bytes, wanted.bytes, got.count) == 0;
}

static void do_at(struct step *step)
{
    if (step->peer->fd >= 0) refuse(step, "it has spoken already");
    tool_resolve(step->rest, "0", &step->peer->place);
    if (step->peer->place.is.ss_family != server.is.ss_family) {
        refuse(step, "an IPv4 and an IPv6 address cannot talk");
    }
    step->peer->placed = true;
}

static void do_send(struct step *step)
{
    struct pollfd ready = {.fd = step->peer->fd, .events = POLLOUT};

    read_bytes(step);
    for (;;) {
        ssize_t sent = send(step->peer->fd, wanted.bytes, wanted.count, 0);
        if (sent >= 0) return;
        if (errno == ECONNREFUSED) fail(step, "nobody listens on the server's port");
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            fail(step, "cannot send: %s", strerror(errno));
        }
        poll(&ready, 1, 100);
    }
}

static void do_gets(struct step *step)
{
    read_bytes(step);
    if (!receive(step, tool_now() + patience_ms)) fail_expected(step, "nothing");
    if (!got_what_was_wanted()) fail_expected(step, NULL);
}

static void do_awaits(struct step *step)
{
    int64_t deadline = tool_now() + patience_ms;
    int others = 0;
    char came[80];

    read_bytes(step);
    while (receive(step, deadline)) {
        if (got_what_was_wanted()) return;
        others++;
    }
    if (others == 1) fail_expected(step, NULL);
    snprintf(came, sizeof came, "%d other datagrams", others);
    fail_expected(step, others == 0 ? "nothing" : came);
}

static void do_hears(struct step *step)
{
    if (strcmp(step->rest, "nothing") != 0) refuse(step, "\"hears nothing\" is meant");
    if (!receive(step, tool_now() + SILENCE_MS)) return;
    wanted.count = 0;
    printf("line %d: %s hears: expected nothing, got ", step->line, step->who);
    bytes_show(stdout, got.bytes, got.count);
    putchar('\n');
    exit(TOOL_FAILED);
}

static void do_closes(struct step *step)
{
    close(step->peer->fd);
    step->peer->fd = -1;
}

/* Everything a peer can do. */
static const struct command {
    const char *verb;
    bool needs_socket;
    void (*run)(struct step *step);
} commands[] = {
    {"at", false, do_at},        {"send", true, do_send},   {"gets", true, do_gets},
    {"awaits", true, do_awaits}, {"hears", true, do_hears}, {"closes", true, do_closes},
};

static void perform(struct step *step)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(step->verb, commands[i].verb) != 0) continue;
        step->peer = find_peer(step);
        if (commands[i].needs_socket) open_peer(step);
        commands[i].run(step);
        return;
    }
    refuse(step, "there is no such verb");
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

static void play(FILE *script, bool verbose)
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
    bool verbose = false;
    FILE *script = stdin;
    int option;

    tool_start("talk");
    while ((option = getopt(argc, argv, "t:v")) != -1) {
        if (option == 't') patience_ms = 1000 * tool_number("-t", optarg, 0, 3600);
        else if (option == 'v') verbose = true;
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind < 2 || argc - optind > 3) tool_die(TOOL_USAGE, usage);
    tool_resolve(argv[optind], argv[optind + 1], &server);
    if (argc - optind == 3 && (script = fopen(argv[optind + 2], "r")) == NULL) {
        tool_die(TOOL_USAGE, "%s: %s", argv[optind + 2], strerror(errno));
    }
    play(script, verbose);
    return 0;
}
