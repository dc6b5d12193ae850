/*
 * The client of stage 1: shows what the others say and sends what its user types.
 *
 * Model: one socket, one terminal (or pipe) and one loop that waits for either. hello.c decides
 * when to say hello, term.c shows and reads, upstream.c has the socket; here they meet.
 *
 * A line goes out once and is never repeated: UDP may lose it, and in this stage a lost line is
 * lost. A script that sends thousands of lines is held back a little, though (pace.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "member/arguments.h"
#include "member/command.h"
#include "member/hello.h"
#include "member/naming.h"
#include "member/pace.h"
#include "member/upstream.h"
#include "terminal/term.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum {
    DRAIN_LIMIT = 256, /* datagrams taken in before keys are looked at again */
    HELD = 90000       /* milliseconds that we wait for our own name, when our address changed */
};

_Static_assert((int)PACE_LINE >= (int)TERM_INPUT, "each line that is read can be held");

struct client {
    struct arguments arguments;
    struct upstream upstream;
    struct hello hello;
    struct naming naming;
    char prompt[NAME_LIMIT + 2]; /* the name and "> " */
    struct pace pace;            /* of a script's lines */
    bool full_told;
    bool bad_news;               /* it was shown that we are out; not yet that we are in again */
    int64_t held_until;          /* milliseconds: our name may be held by our old address; or 0 */
    bool held_told;
    unsigned lost;               /* lines that were refused, or may not have arrived */
    bool done;
    struct term term;
};

/* --- what the user is told --- */

/* In `format`, "%s" is the detail and then "%u" the port. */
static void tell(struct client *client, const char *format, const char *detail)
{
    char text[512];
    int size = snprintf(text, sizeof text, format, detail, (unsigned)client->arguments.port);

    if (size >= (int)sizeof text) size = (int)sizeof text - 1;
    term_notice(&client->term, (struct text){text, (size_t)size});
}

/* A script cannot be asked for another name or wait for ever, so for it this is the end. */
static _Noreturn void cannot(struct client *client, struct text why)
{
    char text[3 * NOTICE_LIMIT];

    if (why.size > NOTICE_LIMIT) why.size = NOTICE_LIMIT;
    int size = (int)text_sanitise(why, text);
    term_close(&client->term);
    program_die("%.*s", size, text);
}

static void show_name(struct client *client)
{
    struct text name = naming_wished(&client->naming);

    if (name.size == 0) {
        term_ask(&client->term, text_of("Your name: "));
        return;
    }
    memcpy(client->prompt, name.bytes, name.size);
    memcpy(client->prompt + name.size, "> ", 2);
    term_prompt(&client->term, (struct text){client->prompt, name.size + 2});
}

static bool has_name(const struct client *client)
{
    return naming_wished(&client->naming).size > 0;
}

/* Asks the server for this name: a hello carries it. */
static void wish_name(struct client *client, struct text name, int64_t now)
{
    if (!name_valid(name)) {
        if (!client->term.screen && !has_name(client)) {
            cannot(client, text_of("the first line must be a name, since -n gives none"));
        }
        client->lost++;
        tell(client, name.size == 0 ? "say which: /name NEW%s" : "that cannot be a name: 1 to 255 "
             "bytes, no \":\", no control characters, not starting with *, / or {%s", "");
        return;
    }
    naming_wish(&client->naming, name);
    show_name(client);
    hello_now(&client->hello, now);
}

/* --- what goes out --- */

/* When our machine has another address than our socket, nothing of ours arrives, or no answer
   does. To the server we are a stranger then, and it holds our name for the old address until that
   was silent for long enough. */
static void look_for_move(struct client *client, int64_t now)
{
    if (!upstream_follow_move(&client->upstream)) return;
    client->held_until = now + HELD;
    client->held_told = false;
    client->bad_news = true;
    hello_doubt(&client->hello, now);
    tell(client, "the address of this machine has changed: saying hello from the new one%s", "");
}

/* Returns 0 or the value of errno. */
static int send_datagram(struct client *client, struct text name, struct text text, int64_t now)
{
    char bytes[DATAGRAM_LIMIT];
    size_t size = datagram_encode(name, text, bytes);
    bool refused = false;
    int error = upstream_send(&client->upstream, bytes, size, &refused);

    if (refused) hello_doubt(&client->hello, now);
    return error;
}

static void look_up(struct client *client, int64_t now)
{
    const struct arguments *arguments = &client->arguments;
    char why[400];

    switch (upstream_look_up(&client->upstream, now)) {
    case UPSTREAM_WAITS: return;
    case UPSTREAM_IS_SLOW:
        tell(client, "the name %s is still being looked up", arguments->host);
        return;
    case UPSTREAM_UNKNOWN:
        snprintf(why, sizeof why, "cannot find the host \"%.120s\": %s; check its spelling, or "
                 "give a number such as 127.0.0.1", arguments->host, client->upstream.lookup.why);
        cannot(client, text_of(why));
    case UPSTREAM_CLOSED:
        snprintf(why, sizeof why, "cannot send to %.255s port %u: %s", arguments->host,
                 (unsigned)arguments->port, strerror(errno));
        cannot(client, text_of(why));
    case UPSTREAM_OPEN: hello_now(&client->hello, now);
    }
}

/* Lines that were shown as said, or taken from a pipe, and have been followed by no answer. */
static void tell_lines_lost(struct client *client)
{
    char words[HELLO_WORDS];
    unsigned lines = hello_lines_lost(&client->hello, words);

    if (lines == 0) return;
    client->lost += lines;
    client->bad_news = true;
    term_notice(&client->term, text_of(words));
}

static void say_hello(struct client *client, int64_t now)
{
    if (client->hello.unanswered > 0) look_for_move(client, now);
    /* A server that has welcomed us may be away for a moment. One that never did may be elsewhere:
       its second silence is enough. */
    if (client->hello.unanswered >= (client->hello.answered ? HELLO_UNANSWERED + 1 : 2)) {
        upstream_try_another(&client->upstream);
        /* Back at the first one, from another port, we are a stranger to it. */
        bool several = client->upstream.lookup.count > 1;
        if (several && client->hello.answered) client->held_until = now + HELD;
    }
    send_datagram(client, naming_wished(&client->naming), (struct text){NULL, 0}, now);
    if (hello_sent(&client->hello, now) == HELLO_NO_ANSWER) {
        tell(client, "no answer from %s port %u, still trying", client->arguments.host);
        tell_lines_lost(client);
    }
}

/* On a terminal, is there a reason not to send a line now? A pipe's lines wait by themselves. */
static bool must_wait(struct client *client)
{
    if (!client->term.screen) return false;
    if (client->hello.missed || (client->hello.doubted && client->hello.unanswered > 0)) {
        tell(client, "not sent: no answer from %s port %u yet", client->arguments.host);
    } else if (!hello_connected(&client->hello) || naming_pending(&client->naming)) {
        tell(client, "not sent: the server has not welcomed you %s", client->bad_news ? "again"
             : "yet");
    } else {
        return false;
    }
    return true;
}

/* It is shown as said only if nothing speaks against it. That nobody listens there is known at once
   on the same machine; elsewhere it is told later, see tell_lines_lost. */
static bool try_to_say(struct client *client, struct text name, struct text text, int64_t now)
{
    int error = send_datagram(client, name, text, now);

    client->pace.ahead++;
    if (error == 0 && net_refused(client->upstream.fd)) error = ECONNREFUSED;
    if (error == 0) {
        term_message(&client->term, name, text, true);
        hello_said(&client->hello, now);
        return true;
    }
    tell(client, "not sent: %s", strerror(error));
    client->bad_news = true;
    hello_doubt(&client->hello, now);
    if (error != ECONNREFUSED) look_for_move(client, now);
    return false;
}

static void say(struct client *client, struct text text, int64_t now)
{
    struct text name = naming_wished(&client->naming);
    bool sent = false;

    if (1 + name.size + text.size > DATAGRAM_LIMIT) {
        term_notice(&client->term, text_of(NOTICE_TOO_LONG));
    } else if (!text_valid(text)) {
        term_notice(&client->term, text_of(NOTICE_BAD_TEXT));
    } else if (!must_wait(client)) {
        sent = try_to_say(client, name, text, now);
    }
    if (!sent) client->lost++;
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    struct command command = command_read(line);

    if (!has_name(client)) {
        wish_name(client, line, now);
        return;
    }
    switch (command.kind) {
    case COMMAND_NOTHING: break;
    case COMMAND_SAY: say(client, command.text, now); break;
    case COMMAND_NAME: wish_name(client, command.text, now); break;
    case COMMAND_HELP: term_notice(&client->term, text_of(command_help)); break;
    case COMMAND_GOODBYE: client->done = true; break;
    case COMMAND_UNKNOWN:
        term_notice(&client->term, text_of("there is no such command; /help lists them"));
        client->lost++;
    }
}

/* A person's lines are taken as they come; those of a script when the server keeps up. */
static bool may_take_line(const struct client *client)
{
    if (client->term.screen || !has_name(client)) return true;
    if (client->hello.missed || client->hello.doubted) return false;
    return !naming_pending(&client->naming) && client->pace.ahead < PACE_AHEAD;
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (!client->done && (pace_release(&client->pace, &line)
                             || term_line(&client->term, &line, has_name(client)))) {
        bool goodbye = command_read(line).kind == COMMAND_GOODBYE;
        if (!may_take_line(client) && !goodbye) { /* that needs no server */
            pace_hold(&client->pace, line);
            break;
        }
        take_line(client, line, now);
    }
    if (!client->term.screen && pace_asks(&client->pace)) hello_now(&client->hello, now);
}

/* The input has ended. A script waits for an answer to its lines. */
static void finish(struct client *client, int64_t now)
{
    bool all_taken = term_ended(&client->term) && !client->pace.holds;
    char why[400];

    if (client->term.screen) {
        client->done = all_taken;
        return;
    }
    if (all_taken && !has_name(client)) {
        cannot(client, text_of("no name: give one with -n, or as the first line of the input"));
    }
    switch (pace_finish(&client->pace, all_taken, now)) {
    case PACE_WAIT: return;
    case PACE_HELLO: hello_now(&client->hello, now); return;
    case PACE_OVER:
        snprintf(why, sizeof why, "no answer from %.255s port %u; is a server running there?",
                 client->arguments.host, (unsigned)client->arguments.port);
        cannot(client, text_of(why));
    }
}

/* --- what comes in --- */

static void on_welcome(struct client *client, struct text notice, bool renamed, int64_t now)
{
    client->full_told = false;
    client->held_until = 0;
    switch (hello_answered(&client->hello, now)) {
    case HELLO_ANSWER_AGAIN: client->bad_news = true; break;
    case HELLO_FIRST_ANSWER:
        term_notice(&client->term, notice);
        if (client->term.screen) term_notice(&client->term, text_of(command_hint));
        client->bad_news = false;
        break;
    default: if (renamed) term_notice(&client->term, notice); break;
    }
    if (client->bad_news) term_notice(&client->term, text_of("the server answers again"));
    client->bad_news = false;
    if (pace_welcome(&client->pace, now)) client->done = true;
}

/* The wish was refused: another has the name. */
static void on_refused(struct client *client, struct text notice, bool kept, int64_t now)
{
    if (!kept && !client->term.screen) cannot(client, notice);
    term_notice(&client->term, notice);
    client->lost++;
    hello_refused(&client->hello, now);
    show_name(client);
    if (kept) hello_now(&client->hello, now);
}

static void on_full(struct client *client, struct text notice, int64_t now)
{
    if (!client->term.screen) cannot(client, notice);
    if (!client->full_told) term_notice(&client->term, notice);
    client->full_told = true;
    hello_refused(&client->hello, now);
}

/* Our own name is taken, by what we were before our address changed? That will pass. */
static bool is_held(struct client *client, struct text notice, int64_t now)
{
    char taken[NOTICE_LIMIT];
    struct text name = naming_wished(&client->naming);

    if (now >= client->held_until || naming_pending(&client->naming)) return false;
    if (!text_equal(notice, (struct text){taken, notice_taken(name, taken)})) return false;
    if (!client->held_told) {
        tell(client, "the server holds your name for your old address; waiting for it%s", "");
    }
    client->held_told = true;
    hello_refused(&client->hello, now);
    return true;
}

/* Any of these may be forged. So what they say about us is shown, and the server is asked. */
static void on_other_notice(struct client *client, struct text notice, int64_t now)
{
    unsigned seconds = notice_read_speak(notice);

    if (seconds != 0) {
        hello_obey(&client->hello, seconds);
        return;
    }
    term_notice(&client->term, notice);
    if (notice_is_end(notice) || text_equal(notice, text_of(NOTICE_SHUTTING_DOWN))) {
        client->bad_news = true;
        hello_doubt(&client->hello, now);
        tell_lines_lost(client);
    }
}

static void on_notice(struct client *client, struct text notice, int64_t now)
{
    if (is_held(client, notice, now)) return;
    bool late = naming_is_late(&client->naming, notice);
    enum naming_news news = naming_hear(&client->naming, notice);

    if (news == NAMING_WELCOME || news == NAMING_RENAMED) {
        on_welcome(client, notice, news == NAMING_RENAMED, now);
    } else if (news == NAMING_KEPT || news == NAMING_REFUSED) {
        on_refused(client, notice, news == NAMING_KEPT, now);
    } else if (text_equal(notice, text_of(NOTICE_FULL))) {
        on_full(client, notice, now);
    } else if (!late) {
        on_other_notice(client, notice, now);
    }
}

/* At most DRAIN_LIMIT at a time; what is left makes the next wait a short one. If whoever reads our
   output is slow, datagrams wait in the socket, and are lost there when it is full. */
static void receive_all(struct client *client, int64_t now)
{
    char bytes[DATAGRAM_LIMIT + 1];
    bool refused = false;

    for (int i = 0; i < DRAIN_LIMIT && !client->done && term_has_space(&client->term); i++) {
        ssize_t size = net_receive(client->upstream.fd, bytes, sizeof bytes, NULL, &refused);
        if (size < 0) break;
        struct datagram datagram = datagram_decode(bytes, (size_t)size);
        if (datagram.kind == DATAGRAM_SAY) {
            term_message(&client->term, datagram.name, datagram.text, false);
        } else if (datagram.kind == DATAGRAM_NOTICE) {
            on_notice(client, datagram.text, now);
        }
    }
    if (!refused) return;
    bool never = !client->hello.answered && client->hello.unanswered > 0;
    if (never && upstream_try_another(&client->upstream)) hello_now(&client->hello, now);
    else hello_doubt(&client->hello, now);
    tell_lines_lost(client);
}

/* --- the loop --- */

static int64_t next_due(const struct client *client, int64_t now)
{
    if (client->upstream.fd < 0) {
        bool soon = client->pace.give_up_at != 0
            && client->pace.give_up_at < client->upstream.slow_at;
        return soon ? client->pace.give_up_at : client->upstream.slow_at;
    }
    if (!has_name(client)) return now + HELLO_KEEPALIVE; /* nothing to do but wait for keys */
    if (client->pace.give_up_at != 0 && client->pace.give_up_at < client->hello.due) {
        return client->pace.give_up_at;
    }
    return client->hello.due;
}

static void wait_and_read(struct client *client, const sigset_t *signals)
{
    struct net_set set;
    int64_t now = program_now();
    int fd = client->upstream.fd;

    net_set_clear(&set);
    if (fd < 0 && resolver_fd() >= 0) net_watch(&set, resolver_fd());
    if (fd >= 0 && term_has_space(&client->term)) net_watch(&set, fd);
    if (term_wants_input(&client->term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, next_due(client, now) - now, signals);
    if (program_suspended()) term_suspend(&client->term);
    if (program_screen_lost()) term_redraw(&client->term);
    /* Whether it is ready or not: after a signal nobody can say, and what is there must be read
       before anybody is called silent. */
    if (fd >= 0) receive_all(client, program_now());
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->term);
}

static void run(struct client *client, const sigset_t *signals)
{
    while (!program_stopped()) {
        int64_t now = program_now();

        if (client->upstream.fd < 0) look_up(client, now);
        take_lines(client, now);
        if (!client->done && client->term.input_ended) finish(client, now);
        if (client->done) return;
        if (client->upstream.fd >= 0 && has_name(client) && now >= client->hello.due) {
            say_hello(client, now);
        }
        if (!term_flush(&client->term)) return;
        wait_and_read(client, signals);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zero */

    program_start("stage1 client", arguments_usage, argc, argv);
    client.arguments = arguments_parse(argc, argv);
    upstream_open(&client.upstream, client.arguments.host, client.arguments.port, program_now());
    const sigset_t *signals = program_signals(true);
    term_open(&client.term, signals);
    if (client.arguments.name.size > 0) wish_name(&client, client.arguments.name, program_now());
    else show_name(&client);

    run(&client, signals);
    if (has_name(&client)) { /* goodbye: the one byte 0 */
        send_datagram(&client, (struct text){NULL, 0}, (struct text){NULL, 0}, program_now());
    }
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    if (client.lost > 0 && !client.term.screen) {
        program_die("%u of the lines were not sent, or may not have arrived", client.lost);
    }
    return EXIT_FINE;
}
