/* The steps of trial for a client under trial, and for the server that is played for it. */
#include "trial.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    COMMAND_SPACE = 4096,
    NEVER_MS = 400,
    ONCE_MS = 700,
    READY_MS = 10000,
    HEADER = 32
};

static struct command_values values;
static const char *template;
static const char *const *first_lines;
static char welcomed[256]; /* the name; none: nobody is */
const char *trial_other_commands[OTHERS_MAX + 1];

void trial_judge_client(const char *of, const struct command_values *at, const char *const *lines)
{
    template = of;
    values = *at;
    first_lines = lines;
}

void trial_play_server(bool uses_tcp)
{
    if (peer_serve(peer_find("server"), uses_tcp)) return;
    tool_die(TOOL_FAILED, "cannot listen on port %s: %s", values.tcp, strerror(errno));
}

static void type(const struct step *step, struct actor *actor, const void *bytes, size_t count)
{
    if (program_feed(&actor->program, bytes, count) || actor->may_end) return;
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

/* The template of a program. */
static const char *template_of(const char *name)
{
    size_t size = strlen(name);

    if (strcmp(name, "client") == 0) return template;
    for (size_t i = 0; trial_other_commands[i] != NULL; i++) {
        const char *other = trial_other_commands[i];
        if (strncmp(other, name, size) == 0 && other[size] == '=') return other + size + 1;
        if (strncmp(other, "*=", 2) == 0) return other + 2;
    }
    return NULL;
}

/* A server or a network: waits until it listens. */
static void get_ready(const struct step *step, struct actor *actor, const char *port)
{
    int64_t since = tool_now();

    while (!command_listens(port, true) || !command_listens(port, false)) {
        if (program_ended(&actor->program)) {
            program_last_words(&actor->program, stderr, "  | ");
            talk_refuse(step, "it has ended");
        }
        if (trial_time_is_over(step, since, READY_MS)) talk_refuse(step, "it does not listen");
    }
}

void client_starts(struct step *step)
{
    static char network_port[6];
    struct actor *actor = trial_find(step->who, true);
    const char *of = template_of(step->who);
    bool judged = strcmp(step->who, "client") == 0, network = strcmp(step->who, "network") == 0;
    char command[COMMAND_SPACE], words[COMMAND_SPACE], *rest = words;
    struct command_values own;

    if (actor == NULL) talk_refuse(step, "too many programs");
    if (of == NULL) talk_refuse(step, "there is no command for it");
    if (network && !command_free_port(1, network_port)) talk_refuse(step, "no free port");
    if (network) values.tcp = values.udp = network_port; /* for those that are started later */
    snprintf(words, sizeof words, "%s", step->rest);
    own = values;
    own.name = talk_next_word(&rest);
    own.creates = strcmp(talk_next_word(&rest), "create") == 0;
    own.room = talk_next_word(&rest);
    if (!command_make(of, &own, command, sizeof command)) {
        tool_die(TOOL_USAGE, "the command is too long");
    }
    program_stop(&actor->program);
    program_start(&actor->program, command, true);
    actor->may_end = false;
    if (network) get_ready(step, actor, values.tcp);
    if (strcmp(step->who, "server") == 0) get_ready(step, actor, values.server);
    if (!judged) return;
    trial_judged = actor;
    type_first(step, actor, &own);
}

void client_types(struct step *step)
{
    talk_read_bytes(step, false);
    if (talk_wanted.count == BYTES_MAX) talk_refuse(step, "too long a line");
    talk_wanted.is[talk_wanted.count++] = '\n';
    type(step, trial_actor_of(step), talk_wanted.is, talk_wanted.count);
}

void client_may_end(struct step *step)
{
    trial_actor_of(step)->may_end = true;
}

void client_stops_typing(struct step *step)
{
    struct actor *actor = trial_actor_of(step);

    actor->may_end = true;
    program_hang_up(&actor->program);
}

void client_shows(struct step *step)
{
    struct actor *actor = trial_actor_of(step);
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    while (!program_printed(&actor->program, talk_wanted.is, talk_wanted.count)) {
        if (!trial_time_is_over(step, since, talk_patience_ms)) continue;
        talk_end(step, &(struct talk_failure){.came = "nothing of that"});
    }
}

void client_shows_twice(struct step *step)
{
    const struct actor *actor = trial_actor_of(step);
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    while (program_printed(&actor->program, talk_wanted.is, talk_wanted.count) < 2) {
        if (!trial_time_is_over(step, since, talk_patience_ms)) continue;
        talk_end(step, &(struct talk_failure){.came = "these bytes once, or not at all"});
    }
}

void client_shows_once(struct step *step)
{
    const struct actor *actor = trial_actor_of(step);
    int64_t since = tool_now();
    char came[60];

    client_shows(step);
    while (!trial_time_is_over(step, since, ONCE_MS)) continue;
    size_t times = program_printed(&actor->program, talk_wanted.is, talk_wanted.count);
    if (times == 1) return;
    snprintf(came, sizeof came, "these bytes %zu times", times);
    talk_end(step, &(struct talk_failure){.came = came});
}

void client_never_shows(struct step *step)
{
    struct actor *actor = trial_actor_of(step);
    int64_t since = tool_now();

    talk_read_bytes(step, false);
    while (!trial_time_is_over(step, since, NEVER_MS)) continue;
    if (!program_printed(&actor->program, talk_wanted.is, talk_wanted.count)) return;
    talk_end(step, &(struct talk_failure){.expected = "none of these bytes", .came = "them"});
}

/* Is it no line, but a hello or a keepalive? It is answered if that was asked for. */
bool trial_answer(const struct peer *server)
{
    const unsigned char *is = talk_got.is;
    size_t count = talk_got.count;
    bool rooms = server->listening >= 0;
    bool is_hello = rooms ? count >= 2 && count == 2u + is[0] + is[1]
                          : count >= 2 && count == 1u + is[0];
    char notice[300];

    if (!is_hello || welcomed[0] == '\0') return is_hello;
    int size = snprintf(notice, sizeof notice, "%c%swelcome, %s", rooms ? '*' : 0,
                        rooms ? " " : "", welcomed);
    send(server->udp, notice, (size_t)size, 0);
    return true;
}

void server_welcomes(struct step *step)
{
    snprintf(welcomed, sizeof welcomed, "%s", step->rest);
}

void server_accepts(struct step *step)
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

/* Reads frames until one brings a token, as any server may send them, and keeps it and its size. */
void client_is_let_in(struct step *step)
{
    for (;;) {
        talk_got.count = 0;
        read_bytes(step, HEADER);
        size_t room = talk_got.is[0], payload = payload_size();
        if (payload > 255) {
            talk_end(step, &(struct talk_failure){.expected = "a frame with a small payload"});
        }
        read_bytes(step, HEADER + room + payload);
        if (talk_got.is[2] != 2) continue; /* a status, whatever it means */
        if (payload == 0) talk_end(step, &(struct talk_failure){.expected = "a token"});
        unsigned char size = (unsigned char)payload;
        peer_keep(step->peer, "token", talk_got.is + HEADER + room, payload);
        peer_keep(step->peer, "token_size", &size, 1);
        return;
    }
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

void server_takes(struct step *step)
{
    static struct bytes room;
    char words[2 * 300], *rest = words, *whole = step->rest, operation = 0;
    snprintf(words, sizeof words, "%s", whole);
    const char *word = talk_next_word(&rest);

    if (strcmp(word, "create") == 0) operation = 1;
    if (strcmp(word, "join") == 0) operation = 2;
    step->rest = talk_next_word(&rest);
    talk_read_bytes(step, false);
    room = talk_wanted;
    step->rest = rest;
    talk_read_bytes(step, false);
    step->rest = whole;
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

void server_sees_port(struct step *step)
{
    struct tool_address client = {.size = sizeof client.is};
    const unsigned char *kept;
    size_t count;

    if (!peer_lookup(step->peer, step->rest, &kept, &count) || count != 2) {
        talk_refuse(step, "two bytes are meant");
    }
    if (getpeername(step->peer->udp, (struct sockaddr *)&client.is, &client.size) != 0) {
        talk_refuse(step, "nothing has come from the client");
    }
    const void *port = &((const struct sockaddr_in *)&client.is)->sin_port;
    if (memcmp(port, kept, count) == 0) return;
    talk_end(step, &(struct talk_failure){.expected = "the port from which its datagrams come",
                                          .came = "another number"});
}

/* A datagram to the client, from an address that is not the server's. */
void client_gets_forged(struct step *step)
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
