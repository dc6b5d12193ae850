/* The steps that a script of trial has beside those of talk. */
#include "trial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    COMMAND_SPACE = 4096,
    COUNTED_MS = 700, /* for "gets-at-most": longer than notices are gathered */
    NEVER_MS = 400,
    HEADER = 32
};

static const struct command_values *values;
static const char *template;
static const char *const *first_lines;
const char *trial_own_command;

/* The program that the step is about. */
static struct actor *actor_of(const struct step *step)
{
    struct actor *actor = trial_find(step->who, false);

    if (actor == NULL) talk_refuse(step, "it was not started");
    return actor;
}

/* A deadline that takes no file descriptor. */
static bool time_is_over(const struct step *step, int64_t since, int64_t milliseconds)
{
    struct pollfd none = {.fd = -1};
    int64_t now = tool_now(), deadline = since + milliseconds;

    if (now >= deadline) return true;
    talk_wait(step, &none, since, deadline < now + 10 ? deadline : now + 10);
    return false;
}

/* --- servers ------------------------------------------------------------------------------ */

static void is_told(struct step *step)
{
    struct actor *actor = actor_of(step);

    if (strcmp(step->rest, "TERM") != 0) talk_refuse(step, "\"is-told TERM\" is meant");
    actor->may_end = true;
    program_signal(&actor->program, SIGTERM);
}

static void ends(struct step *step)
{
    struct actor *actor = actor_of(step);
    int64_t since = tool_now();
    char how[120], wanted[120] = "the end of the program";

    actor->may_end = true;
    if (step->rest[0] != '\0') {
        snprintf(wanted, sizeof wanted, "the end of the program, with status %s", step->rest);
    }
    while (!program_ended(&actor->program)) {
        if (!time_is_over(step, since, talk_patience_ms)) continue;
        talk_end(step, &(struct talk_failure){.expected = wanted, .came = "it goes on"});
    }
    program_how(&actor->program, how, sizeof how);
    const char *status = strrchr(how, ' ') + 1;
    if (step->rest[0] == '\0' || strcmp(status, step->rest) == 0) return;
    talk_end(step, &(struct talk_failure){.expected = wanted, .came = how});
}

static void pauses(struct step *step)
{
    int64_t since = tool_now();
    long milliseconds = tool_number("pauses", step->rest, 1, 600000);

    while (!time_is_over(step, since, milliseconds)) continue;
}

/* Receives what has come already, to talk_got. */
static bool has_come(struct peer *peer)
{
    ssize_t count = peer_receive(peer, talk_got.is, sizeof talk_got.is);

    talk_got.count = count < 0 ? 0 : (size_t)count;
    return count >= 0;
}

static void never_gets(struct step *step)
{
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    do {
        while (has_come(step->peer)) {
            if (talk_got.count != talk_wanted.count) continue;
            if (bytes_same(&talk_wanted, &talk_got) < talk_got.count) continue;
            talk_end(step, &(struct talk_failure){.expected = "anything but these bytes"});
        }
    } while (!time_is_over(step, since, NEVER_MS));
}

/* In stage 1 the byte 0 is in front of a notice, in stage 2 a `*`; anything else somebody said. */
static bool is_notice(void)
{
    return talk_got.count > 0 && (talk_got.is[0] == 0 || talk_got.is[0] == '*');
}

static void hears_no_line(struct step *step)
{
    int64_t since = tool_now();

    do {
        while (has_come(step->peer)) {
            if (is_notice()) continue;
            talk_end(step, &(struct talk_failure){.expected = "nothing but notices"});
        }
    } while (!time_is_over(step, since, NEVER_MS));
}

static void awaits_line(struct step *step)
{
    int64_t since = tool_now();

    talk_read_bytes(step, true);
    for (;;) {
        while (has_come(step->peer)) {
            if (is_notice()) continue;
            if (talk_got.count == talk_wanted.count
                && bytes_same(&talk_wanted, &talk_got) == talk_got.count) return;
            talk_end(step, &(struct talk_failure){.expected = NULL});
        }
        if (!time_is_over(step, since, talk_patience_ms)) continue;
        talk_end(step, &(struct talk_failure){.came = "nothing"});
    }
}

/* The bytes of one kept name, to `out`. */
static void read_kept(const struct step *step, const char *name, struct bytes *out)
{
    const char *mistake;

    if (!bytes_parse(name, out, peer_lookup, step->peer, &mistake)) talk_refuse(step, mistake);
}

static void differs(struct step *step)
{
    char *rest = step->rest;

    read_kept(step, talk_next_word(&rest), &talk_got);
    read_kept(step, rest, &talk_wanted);
    if (talk_got.count != talk_wanted.count) return;
    if (memcmp(talk_got.is, talk_wanted.is, talk_got.count) != 0) return;
    talk_end(step, &(struct talk_failure){.expected = "two that are not the same"});
}

static void has_digits(struct step *step)
{
    read_kept(step, step->rest, &talk_got);
    for (size_t i = 0; i < talk_got.count; i++) {
        if (talk_got.is[i] != 0 && strchr("0123456789abcdef", talk_got.is[i]) != NULL) continue;
        talk_end(step, &(struct talk_failure){.expected = "the digits 0-9 and a-f alone"});
    }
}

/* Datagrams of a few bytes: numbers that are drawn, but the same each time. */
static void babbles(struct step *step)
{
    long times = tool_number("babbles", step->rest, 1, 100000);
    uint32_t drawn = 1;

    for (long i = 0; i < times; i++) {
        unsigned char bytes[16];
        size_t size = (size_t)(i % 13);
        for (size_t at = 0; at < size; at++) {
            drawn = drawn * 1664525 + 1013904223;
            bytes[at] = (unsigned char)(drawn >> 24);
            if (i % 2 == 0 && at == 0) bytes[at] %= 8; /* a size that may be right */
            else if (i % 3 == 0) bytes[at] = (unsigned char)('a' + bytes[at] % 26);
        }
        if (send(step->peer->udp, bytes, size, 0) < 0 && errno == ECONNREFUSED) {
            talk_fail(step, "nobody listens on the server's port");
        }
        if (i % 20 == 0) tool_sleep(2); /* a slow server need not lose any of them */
    }
}

static void gets_at_most(struct step *step)
{
    int64_t since = tool_now();
    long most = tool_number("gets-at-most", step->rest, 0, 100000), count = 0;
    char expected[80], came[80];

    do {
        while (has_come(step->peer)) count++;
    } while (!time_is_over(step, since, COUNTED_MS));
    if (count <= most) return;
    snprintf(expected, sizeof expected, "at most %ld datagrams", most);
    snprintf(came, sizeof came, "%ld datagrams", count);
    talk_end(step, &(struct talk_failure){.expected = expected, .came = came});
}

/* --- clients ------------------------------------------------------------------------------ */

void trial_play_server(const char *of, const struct command_values *at, const char *const *lines,
                       bool uses_tcp)
{
    template = of;
    values = at;
    first_lines = lines;
    if (peer_serve(peer_find("server"), uses_tcp)) return;
    tool_die(TOOL_FAILED, "cannot listen on port %s: %s", at->tcp, strerror(errno));
}

static void type(const struct step *step, struct actor *actor, const void *bytes, size_t count)
{
    if (program_feed(&actor->program, bytes, count)) return;
    talk_fail(step, "it does not read what is typed: %s", strerror(errno));
}

/* Types the lines that it gets first, and the name if it has not been given otherwise. */
static void type_first(const struct step *step, struct actor *actor,
                       const struct command_values *own)
{
    bool named = strstr(template, "{name}") != NULL;
    char line[COMMAND_SPACE];

    for (size_t i = 0; first_lines[i] != NULL; i++) {
        if (strstr(first_lines[i], "{name}") != NULL) named = true;
        if (!command_make(first_lines[i], own, line, sizeof line - 1)) continue;
        strcat(line, "\n");
        type(step, actor, line, strlen(line));
    }
    if (named) return;
    snprintf(line, sizeof line, "%s\n", own->name);
    type(step, actor, line, strlen(line));
}

static void starts(struct step *step)
{
    struct actor *actor = trial_find(step->who, true);
    bool judged = strcmp(step->who, "client") == 0;
    char command[COMMAND_SPACE], *rest = step->rest;
    struct command_values own;

    if (actor == NULL) talk_refuse(step, "too many programs");
    if (values == NULL || (!judged && trial_own_command == NULL)) {
        talk_refuse(step, "there is no command for it");
    }
    own = *values;
    own.name = talk_next_word(&rest);
    own.creates = strcmp(talk_next_word(&rest), "create") == 0;
    own.room = talk_next_word(&rest);
    if (!command_make(judged ? template : trial_own_command, &own, command, sizeof command)) {
        tool_die(TOOL_USAGE, "the command is too long");
    }
    program_stop(&actor->program);
    program_start(&actor->program, command, true);
    actor->may_end = false;
    if (!judged) return;
    trial_judged = actor;
    type_first(step, actor, &own);
}

static void types(struct step *step)
{
    talk_read_bytes(step, false);
    if (talk_wanted.count == BYTES_MAX) talk_refuse(step, "too long a line");
    talk_wanted.is[talk_wanted.count++] = '\n';
    type(step, actor_of(step), talk_wanted.is, talk_wanted.count);
}

static void stops_typing(struct step *step)
{
    struct actor *actor = actor_of(step);

    actor->may_end = true;
    program_hang_up(&actor->program);
}

static void shows(struct step *step)
{
    struct actor *actor = actor_of(step);
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    while (!program_printed(&actor->program, talk_wanted.is, talk_wanted.count)) {
        if (!time_is_over(step, since, talk_patience_ms)) continue;
        talk_end(step, &(struct talk_failure){.came = "nothing of that"});
    }
}

static void never_shows(struct step *step)
{
    struct actor *actor = actor_of(step);
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    while (!time_is_over(step, since, NEVER_MS)) continue;
    if (!program_printed(&actor->program, talk_wanted.is, talk_wanted.count)) return;
    talk_end(step, &(struct talk_failure){.expected = "none of these bytes", .came = "them"});
}

/* --- the server that is played for a client ----------------------------------------------- */

static void accepts(struct step *step)
{
    int64_t since = tool_now();
    struct pollfd ready = {.fd = step->peer->listening, .events = POLLIN};

    if (step->peer->listening < 0) talk_refuse(step, "it has no TCP");
    if (step->peer->tcp >= 0) peer_disconnect(step->peer, false);
    for (;;) {
        step->peer->tcp = accept(step->peer->listening, NULL, NULL);
        if (step->peer->tcp >= 0 && tool_nonblocking(step->peer->tcp)) return;
        if (tool_now() >= since + talk_patience_ms) {
            talk_end(step, &(struct talk_failure){.expected = "a connection", .came = "nothing"});
        }
        talk_wait(step, &ready, since, since + talk_patience_ms);
    }
}

/* Reads so many bytes of the stream, to talk_got. */
static void read_bytes(const struct step *step, size_t count)
{
    int64_t since = tool_now();
    struct pollfd ready = {.fd = step->peer->tcp, .events = POLLIN};

    while (talk_got.count < count) {
        ssize_t size = recv(ready.fd, talk_got.is + talk_got.count, count - talk_got.count, 0);
        if (size > 0) {
            talk_got.count += (size_t)size;
            continue;
        }
        bool late = tool_now() >= since + talk_patience_ms;
        if (size == 0 || late || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
            talk_end(step, &(struct talk_failure){
                .expected = "a header of 32 bytes, the room and the payload",
                .then = size == 0 ? "the end" : late ? "nothing" : "a reset"});
        }
        talk_wait(step, &ready, since, since + talk_patience_ms);
    }
}

static size_t payload_size(void)
{
    size_t size = 0;

    for (int i = 3; i < HEADER && size < BYTES_MAX; i++) size = size << 8 | talk_got.is[i];
    return size;
}

/* Is the payload this name, bare or as a member of a JSON object? */
static bool names(const char *payload, size_t size, const struct bytes *name)
{
    if (size == name->count && memcmp(payload, name->is, size) == 0) return true;
    if (size == 0 || payload[0] != '{' || payload[size - 1] != '}') return false;
    for (size_t at = 0; at + name->count + 2 <= size; at++) {
        if (payload[at] == '"' && payload[at + 1 + name->count] == '"'
            && memcmp(payload + at + 1, name->is, name->count) == 0) return true;
    }
    return false;
}

static void takes(struct step *step)
{
    static struct bytes room;
    char *rest = step->rest, operation = 0, room_text[300];
    const char *word = talk_next_word(&rest);

    if (strcmp(word, "create") == 0) operation = 1;
    if (strcmp(word, "join") == 0) operation = 2;
    snprintf(room_text, sizeof room_text, "%s", talk_next_word(&rest));
    step->rest = room_text;
    talk_read_bytes(step, false);
    room = talk_wanted;
    step->rest = rest;
    talk_read_bytes(step, false);
    if (operation == 0 || room.count > 255) talk_refuse(step, "create or join a room is meant");
    talk_got.count = 0;
    read_bytes(step, HEADER);
    size_t payload = payload_size();
    const char *expected = NULL;
    if (talk_got.is[0] != room.count) expected = "byte 1 is the size of the room's name, in bytes";
    else if (talk_got.is[1] != operation) expected = "byte 2 is the operation: 1 create, 2 join";
    else if (talk_got.is[2] != 0) expected = "byte 3 is the state, 0 in a request";
    else if (payload == 0 || payload > 65536) {
        expected = "bytes 4 to 32 are the size of the payload, big-endian, at most 65536";
    }
    if (expected != NULL) talk_end(step, &(struct talk_failure){.expected = expected});
    read_bytes(step, HEADER + room.count + payload);
    if (memcmp(talk_got.is + HEADER, room.is, room.count) != 0) {
        talk_end(step, &(struct talk_failure){.expected = "the room's name after the header"});
    }
    if (names((char *)talk_got.is + HEADER + room.count, payload, &talk_wanted)) return;
    talk_end(step, &(struct talk_failure){.expected = "the user's name after that of the room"});
}

/* A datagram to the client, from an address that is not the server's. */
static void forges(struct step *step)
{
    struct tool_address client = {.size = sizeof client.is};
    const struct peer *server = peer_find("server");

    talk_read_bytes(step, false);
    if (getpeername(server->udp, (struct sockaddr *)&client.is, &client.size) != 0) {
        talk_refuse(step, "nothing has come from the client");
    }
    int fd = socket(client.is.ss_family, SOCK_DGRAM, 0);
    if (fd < 0 || sendto(fd, talk_wanted.is, talk_wanted.count, 0, (struct sockaddr *)&client.is,
                         client.size) < 0) {
        talk_fail(step, "cannot send: %s", strerror(errno));
    }
    close(fd);
}

const struct talk_command trial_commands[] = {
    {"is-told", false, is_told},
    {"ends", false, ends},
    {"pauses", false, pauses},
    {"never-gets", true, never_gets},
    {"hears-no-line", true, hears_no_line},
    {"awaits-line", true, awaits_line},
    {"differs", false, differs},
    {"has-digits", false, has_digits},
    {"babbles", true, babbles},
    {"gets-at-most", true, gets_at_most},
    {"starts", false, starts},
    {"types", false, types},
    {"stops-typing", false, stops_typing},
    {"shows", false, shows},
    {"never-shows", false, never_shows},
    {"accepts", false, accepts},
    {"takes", false, takes},
    {"forges", false, forges},
    {NULL, false, NULL},
};
