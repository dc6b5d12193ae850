/* The steps that a script of trial has beside those of talk: what servers and peers do. */
#include "trial.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    COUNTED_MS = 700, /* for "gets-at-most": longer than notices are gathered */
    NEVER_MS = 400
};

struct actor *trial_actor_of(const struct step *step)
{
    struct actor *actor = trial_find(step->who, false);

    if (actor == NULL) talk_refuse(step, "it was not started");
    return actor;
}

bool trial_time_is_over(const struct step *step, int64_t since, int64_t milliseconds)
{
    struct pollfd none = {.fd = -1};
    int64_t now = tool_now(), deadline = since + milliseconds;

    if (now >= deadline) return true;
    talk_wait(step, &none, since, deadline < now + 10 ? deadline : now + 10);
    return false;
}

static void is_told(struct step *step)
{
    struct actor *actor = trial_actor_of(step);

    if (strcmp(step->rest, "TERM") != 0) talk_refuse(step, "\"is-told TERM\" is meant");
    actor->may_end = true;
    program_signal(&actor->program, SIGTERM);
}

static void ends(struct step *step)
{
    struct actor *actor = trial_actor_of(step);
    int64_t since = tool_now();
    char how[120], wanted[120] = "the end of the program";

    actor->may_end = true;
    if (step->rest[0] != '\0') {
        snprintf(wanted, sizeof wanted, "the end of the program, with status %s", step->rest);
    }
    while (!program_ended(&actor->program)) {
        if (!trial_time_is_over(step, since, talk_patience_ms)) continue;
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

    while (!trial_time_is_over(step, since, milliseconds)) continue;
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
    } while (!trial_time_is_over(step, since, NEVER_MS));
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
    } while (!trial_time_is_over(step, since, NEVER_MS));
}

static void awaits_line(struct step *step)
{
    int64_t since = tool_now();

    talk_read_bytes(step, true);
    for (;;) {
        while (has_come(step->peer)) {
            if (step->peer->is_server ? trial_answer(step->peer) : is_notice()) continue;
            if (talk_got.count == talk_wanted.count
                && bytes_same(&talk_wanted, &talk_got) == talk_got.count) return;
            talk_end(step, &(struct talk_failure){.expected = NULL});
        }
        if (!trial_time_is_over(step, since, talk_patience_ms)) continue;
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
    } while (!trial_time_is_over(step, since, COUNTED_MS));
    if (count <= most) return;
    snprintf(expected, sizeof expected, "at most %ld datagrams", most);
    snprintf(came, sizeof came, "%ld datagrams", count);
    talk_end(step, &(struct talk_failure){.expected = expected, .came = came});
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
    {"starts", false, client_starts},
    {"types", false, client_types},
    {"stops-typing", false, client_stops_typing},
    {"shows", false, client_shows},
    {"shows-twice", false, client_shows_twice},
    {"shows-once", false, client_shows_once},
    {"never-shows", false, client_never_shows},
    {"accepts", false, server_accepts},
    {"takes", false, server_takes},
    {"welcomes", false, server_welcomes},
    {"sees-port", false, server_sees_port},
    {"may-end", false, client_may_end},
    {"is-let-in", false, client_is_let_in},
    {"forges", false, client_gets_forged},
    {NULL, false, NULL},
};
