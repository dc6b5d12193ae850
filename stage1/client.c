/*
 * The client of stage 1: shows the messages of others and sends what its user types.
 *
 * Model: one socket, one terminal (or pipe) and one loop that waits for either. hello.c decides
 * when to send a hello, membership.c what the server's notices mean, term.c shows and reads,
 * upstream.c has the socket; this file connects them.
 *
 * A line goes out once and is never repeated: UDP may lose it, and in this stage a lost line is
 * lost. A script that sends thousands of lines is slowed down, though (pace.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "member/arguments.h"
#include "member/command.h"
#include "member/membership.h"
#include "member/upstream.h"
#include "terminal/term.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum {
    DRAIN_LIMIT = 256 /* datagrams read before keys are read again */
};

_Static_assert((int)PACE_LINE >= (int)TERM_INPUT, "each line that is read can be held");

struct client {
    struct arguments arguments;
    struct upstream upstream;
    unsigned silent_addresses;   /* of the server: given up, as nobody answered there */
    struct membership member;
    char prompt[NAME_LIMIT + 2]; /* the name and "> " */
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

static void show_of_member(void *context, struct text notice)
{
    term_notice(context, notice);
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
    struct text name = naming_wished(&client->member.naming);

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
    return naming_wished(&client->member.naming).size > 0;
}

/* Asks the server for this name: a hello carries it. (On a foreign server each line does.) */
static void wish_name(struct client *client, struct text name, int64_t now)
{
    if (!name_valid(name)) {
        if (!client->term.screen && !has_name(client)) {
            cannot(client, text_of("the first line must be a name, since -n gives none"));
        }
        client->member.lost++;
        tell(client, name.size == 0 ? "say which: /name NEW%s" : "that cannot be a name: 1 to 255 "
             "bytes, no \":\", no control characters, not starting with *, / or {%s", "");
        return;
    }
    naming_wish(&client->member.naming, name);
    show_name(client);
    if (!foreign_speaks(&client->member.foreign)) hello_now(&client->member.hello, now);
}

/* --- what goes out --- */

/* If this machine's address is no longer the socket's, either our datagrams or their answers do not
   arrive. */
static void look_for_move(struct client *client, int64_t now)
{
    if (upstream_follow_move(&client->upstream)) membership_moved(&client->member, now);
}

/* Returns 0 or the value of errno. */
static int send_datagram(struct client *client, struct text name, struct text text, int64_t now)
{
    char bytes[DATAGRAM_LIMIT];
    size_t size = datagram_encode(name, text, bytes);
    bool refused = false;
    int error = upstream_send(&client->upstream, bytes, size, &refused);

    pace_sent(&client->member.pace, size, text.size > 0, now);
    if (refused) membership_nobody(&client->member, now);
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
    case UPSTREAM_OPEN: hello_now(&client->member.hello, now);
    }
}

static void say_hello(struct client *client, int64_t now)
{
    struct hello *hello = &client->member.hello;
    struct foreign *foreign = &client->member.foreign;
    bool several = client->upstream.lookup.count > 1;

    if (hello->unanswered > 0) look_for_move(client, now);
    /* A server that has welcomed us may be away for a moment. One that never did may be elsewhere:
       two unanswered hellos are enough. If the system refused none, on_silence handles that. */
    if (hello->unanswered >= (hello->answered ? HELLO_UNANSWERED + 1 : 2) && foreign->silent == 0) {
        upstream_try_another(&client->upstream);
        /* Back at the first address, from another port, we are a stranger to the server. */
        if (several && hello->answered) membership_hold(&client->member, now);
    }
    send_datagram(client, naming_wished(&client->member.naming), (struct text){NULL, 0}, now);
    bool no_answer = hello_sent(hello, now) == HELLO_NO_ANSWER;
    if (!foreign->ours) hello->due = now + foreign_hello_sent(foreign, now);
    if (no_answer && !foreign_speaks(foreign)) {
        tell(client, "no answer from %s port %u, still trying", client->arguments.host);
        membership_tell_lost(&client->member);
    }
}

/* No welcome came, and the system reports no refusal. If that is so at each of the server's
   addresses, it may be a server without hellos. */
static void on_silence(struct client *client, int64_t now)
{
    struct membership *member = &client->member;

    if (!foreign_tick(&member->foreign, now)) return;
    if (client->silent_addresses + 1 < client->upstream.lookup.count) {
        client->silent_addresses++;
        upstream_try_another(&client->upstream);
        member->foreign = (struct foreign){0};
        hello_refused(&member->hello, now); /* restarts the count of hellos */
        hello_now(&member->hello, now);
        return;
    }
    foreign_speak(&member->foreign);
    tell(client, "no welcome from %s port %u: what you type is sent all the same, and marked until "
         "there is a sign that it arrives", client->arguments.host);
}

/* On a terminal, is there a reason not to send a line now? (take_lines holds a pipe's lines.) */
static bool must_wait(struct client *client)
{
    if (!client->term.screen || foreign_speaks(&client->member.foreign)) return false;
    const struct hello *hello = &client->member.hello;
    if (hello->missed || (hello->doubted && hello->unanswered > 0)) {
        tell(client, "not sent: no answer from %s port %u yet", client->arguments.host);
    } else if (!hello_connected(hello) || naming_pending(&client->member.naming)) {
        tell(client, "not sent: the server has not welcomed you %s",
             client->member.bad_news ? "again" : "yet");
    } else {
        return false;
    }
    return true;
}

/* Shows the line as sent only if no error is known. On the same machine the system reports at once
   that nobody listens; elsewhere that comes later, see membership_tell_lost. */
static bool try_to_say(struct client *client, struct text name, struct text text, int64_t now)
{
    struct foreign *foreign = &client->member.foreign;
    char marked[FOREIGN_MARKED];
    int error = send_datagram(client, name, text, now);

    if (error == 0 && net_refused(client->upstream.fd)) error = ECONNREFUSED;
    if (error == 0) {
        struct text shown = foreign_said(foreign, name, text, now, marked);
        term_message(&client->term, shown, text, true);
        if (foreign->ours) hello_said(&client->member.hello, now);
        return true;
    }
    tell(client, "not sent: %s", strerror(error));
    client->member.bad_news = true;
    if (error == ECONNREFUSED) {
        membership_nobody(&client->member, now);
    } else {
        hello_doubt(&client->member.hello, now);
        look_for_move(client, now);
    }
    return false;
}

static void say(struct client *client, struct text text, int64_t now)
{
    struct text name = naming_wished(&client->member.naming);
    bool sent = false;

    if (1 + name.size + text.size > DATAGRAM_LIMIT) {
        term_notice(&client->term, text_of(NOTICE_TOO_LONG));
    } else if (!text_valid(text)) {
        term_notice(&client->term, text_of(NOTICE_BAD_TEXT));
    } else if (!must_wait(client)) {
        sent = try_to_say(client, name, text, now);
    }
    if (!sent) client->member.lost++;
}

static void ask_who(struct client *client, int64_t now)
{
    char bytes[DATAGRAM_LIMIT];
    bool refused = false;

    if (!membership_who(&client->member, now)) return;
    upstream_send(&client->upstream, bytes, question_who(bytes), &refused);
    if (refused) membership_nobody(&client->member, now);
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
    case COMMAND_WHO: ask_who(client, now); break;
    case COMMAND_HELP: term_notice(&client->term, text_of(command_help)); break;
    case COMMAND_GOODBYE: client->done = true; break;
    case COMMAND_UNKNOWN:
        term_notice(&client->term, text_of("there is no such command; /help lists them"));
        client->member.lost++;
    }
}

/* A person's lines are taken as they come, a script's lines only while the server keeps up. */
static bool may_take_line(const struct client *client, int64_t now)
{
    const struct membership *member = &client->member;

    if (client->term.screen || !has_name(client)) return true;
    if (foreign_speaks(&member->foreign)) return now >= member->foreign.line_at;
    if (member->hello.missed || member->hello.doubted) return false;
    return !naming_pending(&member->naming) && pace_allows(&member->pace, now);
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (!client->done && (pace_release(&client->member.pace, &line)
                             || term_line(&client->term, &line, has_name(client)))) {
        bool goodbye = command_read(line).kind == COMMAND_GOODBYE;
        if (!may_take_line(client, now) && !goodbye) { /* a goodbye needs no server */
            pace_hold(&client->member.pace, line);
            break;
        }
        take_line(client, line, now);
    }
    bool paced = foreign_speaks(&client->member.foreign); /* by time, and not by answers */
    if (!client->term.screen && !paced && pace_asks(&client->member.pace)) {
        hello_now(&client->member.hello, now);
    }
}

static _Noreturn void nobody_there(struct client *client)
{
    char why[400];

    snprintf(why, sizeof why, "no answer from %.255s port %u; is a server running there?",
             client->arguments.host, (unsigned)client->arguments.port);
    cannot(client, text_of(why));
}

/* On a foreign server no answer will come, so time decides. */
static void finish_unconfirmed(struct client *client, int64_t now)
{
    switch (foreign_finish(&client->member.foreign, now)) {
    case FOREIGN_WAITS: return;
    case FOREIGN_SURE: break;
    case FOREIGN_UNSURE: client->member.lost += client->member.foreign.lines; break;
    case FOREIGN_NOBODY: nobody_there(client);
    }
    client->done = true;
}

/* The input has ended. A script waits for an answer to its lines. */
static void finish(struct client *client, int64_t now)
{
    bool all_taken = term_ended(&client->term) && !client->member.pace.holds;

    if (client->term.screen) {
        client->done = all_taken;
        return;
    }
    if (all_taken && !has_name(client)) {
        cannot(client, text_of("no name: give one with -n, or as the first line of the input"));
    }
    if (foreign_speaks(&client->member.foreign)) {
        if (all_taken) finish_unconfirmed(client, now);
        return;
    }
    if (foreign_due(&client->member.foreign) != FOREIGN_NEVER) return; /* lines will go out soon */
    switch (pace_finish(&client->member.pace, all_taken, now)) {
    case PACE_WAIT: return;
    case PACE_HELLO: hello_now(&client->member.hello, now); return;
    case PACE_OVER: nobody_there(client);
    }
}

/* --- what comes in --- */

/* A message or hello from a server that has not answered in this protocol. */
static void on_foreign(struct client *client, struct text name, struct text text)
{
    struct text our_name = naming_wished(&client->member.naming);
    bool own;
    const char *news = foreign_heard(&client->member.foreign, our_name, name, text, &own);

    if (news) tell(client, news, client->arguments.host);
    if (text.size > 0 && !own) term_message(&client->term, name, text, false);
}

static void on_datagram(struct client *client, const char *bytes, size_t size, int64_t now)
{
    bool ours = client->member.foreign.ours;
    struct datagram datagram = ours ? datagram_decode(bytes, size)
        : datagram_decode_foreign(bytes, size);

    if (datagram.kind == DATAGRAM_NOTICE) {
        switch (membership_hear(&client->member, datagram.text, now)) {
        case MEMBERSHIP_GOES_ON: break;
        case MEMBERSHIP_NAMED: show_name(client); break;
        case MEMBERSHIP_ANSWER: client->done = true; break;
        case MEMBERSHIP_REFUSED: cannot(client, datagram.text);
        }
    } else if (datagram.kind == DATAGRAM_SAY || datagram.kind == DATAGRAM_HELLO) {
        if (!ours) on_foreign(client, datagram.name, datagram.text);
        else if (datagram.text.size > 0) {
            term_message(&client->term, datagram.name, datagram.text, false);
        }
    }
}

/* Reads at most DRAIN_LIMIT datagrams; the next wait ends at once if more are there. If the reader
   of our output is slow, datagrams wait in the socket, and are lost there when it is full. */
static void receive_all(struct client *client, int64_t now)
{
    char bytes[DATAGRAM_LIMIT + 1];
    bool refused = false;

    for (int i = 0; i < DRAIN_LIMIT && !client->done && term_has_space(&client->term); i++) {
        ssize_t size = net_receive(client->upstream.fd, bytes, sizeof bytes, NULL, &refused);
        if (size < 0) break;
        on_datagram(client, bytes, (size_t)size, now);
    }
    if (!refused) return;
    bool never = !client->member.hello.answered && client->member.hello.unanswered > 0;
    membership_nobody(&client->member, now);
    if (never && upstream_try_another(&client->upstream)) hello_now(&client->member.hello, now);
    membership_tell_lost(&client->member);
}

/* --- the loop --- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_due(const struct client *client, int64_t now)
{
    const struct membership *member = &client->member;
    int64_t give_up_at = member->pace.give_up_at != 0 ? member->pace.give_up_at : INT64_MAX;

    if (client->upstream.fd < 0) return earlier(give_up_at, client->upstream.slow_at);
    if (!has_name(client)) return now + HELLO_KEEPALIVE; /* nothing to do but wait for keys */
    int64_t foreign_at = foreign_next(&member->foreign, member->pace.holds);
    if (foreign_at != FOREIGN_NEVER) give_up_at = INT64_MAX; /* see finish */
    int64_t due = earlier(member->hello.due, membership_due(member));
    return earlier(due, earlier(give_up_at, foreign_at));
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
    /* Ready or not: after a signal the set is not known, and what is there must be read before
       the server counts as silent. */
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
        if (client->upstream.fd >= 0 && has_name(client) && now >= client->member.hello.due) {
            say_hello(client, now);
        }
        on_silence(client, now);
        membership_tick(&client->member, now);
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
    client.member.screen = client.term.screen;
    client.member.show = show_of_member;
    client.member.context = &client.term;
    if (client.arguments.name.size > 0) wish_name(&client, client.arguments.name, program_now());
    else show_name(&client);

    run(&client, signals);
    if (has_name(&client) && !client.member.foreign.believed) { /* goodbye: the one byte 0 */
        send_datagram(&client, (struct text){NULL, 0}, (struct text){NULL, 0}, program_now());
    }
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    if (client.member.lost > 0 && !client.term.screen) {
        program_die("%u of the lines were not sent, or may not have arrived",
                    client.member.lost);
    }
    return EXIT_FINE;
}
