/* The script of talk, and the steps that use UDP. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"

enum {
    SILENCE_MS = 400,
    WATCH_MS = 50 /* a wait is looked at so often, if anybody looks */
};

struct bytes talk_wanted, talk_got; /* too large for the stack of every system */
int64_t talk_patience_ms = 10000;
bool talk_verbose;
struct talk_watcher talk_watcher;

void talk_refuse(const struct step *step, const char *why)
{
    printf("line %d: %s %s: %s\n", step->line, step->who, step->verb, why);
    exit(TOOL_USAGE);
}

static void print_failure(const struct step *step, const struct talk_failure *failure)
{
    printf("line %d: %s %s: ", step->line, step->who, step->verb);
    if (failure->message != NULL) {
        printf("%s\n", failure->message);
        return;
    }
    printf("expected ");
    if (failure->expected != NULL) printf("%s", failure->expected);
    else bytes_show(stdout, talk_wanted.is, talk_wanted.count);
    printf(", got ");
    if (failure->came != NULL) printf("%s", failure->came);
    else bytes_show(stdout, talk_got.is, talk_got.count);
    if (failure->then != NULL) printf(", then %s", failure->then);
    else if (failure->expected == NULL && failure->came == NULL) {
        printf(", different from byte %zu on", bytes_same(&talk_wanted, &talk_got) + 1);
    }
    putchar('\n');
}

void talk_end(const struct step *step, const struct talk_failure *failure)
{
    if (talk_watcher.failed != NULL) talk_watcher.failed(step, failure);
    else print_failure(step, failure);
    exit(TOOL_FAILED);
}

void talk_fail(const struct step *step, const char *format, ...)
{
    char message[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    talk_end(step, &(struct talk_failure){.message = message});
}

void talk_wait(const struct step *step, struct pollfd *ready, int64_t since, int64_t deadline)
{
    int64_t left = deadline - tool_now();

    if (talk_watcher.waiting != NULL && left > WATCH_MS) left = WATCH_MS;
    poll(ready, 1, left < 0 ? 0 : (int)left);
    if (talk_watcher.waiting != NULL) talk_watcher.waiting(step, since);
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
        if (!talk_verbose) continue;
        printf("line %d: %s.%s is ", step->line, step->who, gap->name);
        bytes_show(stdout, talk_got.is + gap->at, gap->count);
        putchar('\n');
    }
}

/* Waits until `deadline` for a datagram and puts it into talk_got. False: none came. */
static bool receive(const struct step *step, int64_t since, int64_t deadline)
{
    struct pollfd ready = {.fd = step->peer->udp, .events = POLLIN};

    for (;;) {
        ssize_t count = peer_receive(step->peer, talk_got.is, sizeof talk_got.is);
        if (count >= 0) {
            talk_got.count = (size_t)count;
            return true;
        }
        bool refused = errno == ECONNREFUSED;
        if (refused && !step->peer->is_server) {
            talk_fail(step, "nobody listens on the server's port");
        }
        if (!refused && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot receive: %s", strerror(errno));
        }
        if (tool_now() >= deadline) return false;
        talk_wait(step, &ready, since, deadline);
    }
}

static bool got_what_was_wanted(void)
{
    return talk_got.count == talk_wanted.count
        && bytes_same(&talk_wanted, &talk_got) == talk_wanted.count;
}

char *talk_next_word(char **text)
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
    const char *address = talk_next_word(&port);

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
        if (step->peer->is_server && errno == EDESTADDRREQ) {
            talk_refuse(step, "nothing has come from the client");
        }
        if (errno == ECONNREFUSED && step->peer->is_server) continue; /* of the one before */
        if (errno == ECONNREFUSED) talk_fail(step, "nobody listens on the server's port");
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot send: %s", strerror(errno));
        }
        poll(&ready, 1, 100);
    }
}

static void do_gets(struct step *step)
{
    int64_t now = tool_now();

    talk_read_bytes(step, true);
    if (!receive(step, now, now + talk_patience_ms)) {
        talk_end(step, &(struct talk_failure){.came = "nothing"});
    }
    if (!got_what_was_wanted()) talk_end(step, &(struct talk_failure){.expected = NULL});
    talk_keep(step);
}

static void do_awaits(struct step *step)
{
    int64_t now = tool_now();
    int others = 0;
    char came[80];

    talk_read_bytes(step, true);
    while (receive(step, now, now + talk_patience_ms)) {
        if (got_what_was_wanted()) {
            talk_keep(step);
            return;
        }
        others++;
    }
    if (others == 1) talk_end(step, &(struct talk_failure){.expected = NULL});
    snprintf(came, sizeof came, "%d other datagrams", others);
    talk_end(step, &(struct talk_failure){.came = others == 0 ? "nothing" : came});
}

static void do_hears(struct step *step)
{
    int64_t now = tool_now();

    if (strcmp(step->rest, "nothing") != 0) talk_refuse(step, "\"hears nothing\" is meant");
    if (!receive(step, now, now + SILENCE_MS)) return;
    talk_end(step, &(struct talk_failure){.expected = "nothing"});
}

static void do_closes(struct step *step)
{
    if (step->peer->tcp >= 0) peer_disconnect(step->peer, false);
    if (step->peer->udp >= 0) close(step->peer->udp);
    step->peer->udp = -1;
}

static const struct talk_command commands[] = {
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
    {NULL, false, NULL},
};

static const struct talk_command *find_command(const struct talk_command *list, const char *verb)
{
    while (list != NULL && list->verb != NULL) {
        if (strcmp(list->verb, verb) == 0) return list;
        list++;
    }
    return NULL;
}

static void perform(struct step *step)
{
    const struct talk_command *command = find_command(talk_watcher.commands, step->verb);

    if (command == NULL) command = find_command(commands, step->verb);
    if (command == NULL) talk_refuse(step, "there is no such verb");
    step->peer = peer_find(step->who);
    if (step->peer == NULL) talk_refuse(step, "too many peers, or too long a name");
    if (command->needs_udp && !peer_open_udp(step->peer)) {
        talk_fail(step, "cannot make a socket: %s", strerror(errno));
    }
    command->run(step);
}

void talk_play(FILE *script)
{
    char *line = NULL;
    size_t room = 0;
    struct step step = {.line = 1};

    for (; getline(&line, &room, script) >= 0; step.line++) {
        char *rest = line;
        line[strcspn(line, "\r\n")] = '\0';
        step.who = talk_next_word(&rest);
        if (step.who[0] == '\0' || step.who[0] == '#') continue;
        step.verb = talk_next_word(&rest);
        step.rest = rest + strspn(rest, " \t");
        perform(&step);
        if (talk_watcher.done != NULL) talk_watcher.done(&step);
        if (!talk_verbose) continue;
        printf("line %d: %s %s %s\n", step.line, step.who, step.verb, step.rest);
        fflush(stdout);
    }
    free(line);
}
