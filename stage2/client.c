/*
 * The client of stage 2: creates, joins or lists rooms, and talks in one.
 *
 * Model: it needs an operation, a room and a name, and asks the user for what the options do not
 * give. Then one exchange over TCP (ask.c) gives a token and a UDP socket. From then on it is stage
 * 1's client, with keepalives for hellos (hello.c): a loop that waits for socket and keyboard.
 *
 * If keepalives go unanswered, it joins again (rejoin.c), while the loop goes on. A server that
 * somebody else wrote may never answer any: foreign.c describes what is different there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "member/ask.h"
#include "member/command.h"
#include "member/membership.h"
#include "member/questions.h"
#include "member/reason.h"
#include "member/rejoin.h"
#include "member/room_list.h"
#include "net/net.h"
#include "net/resolver.h"
#include "terminal/term.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum { DRAIN_LIMIT = 256 }; /* datagrams read before keys are read again */

/* What the client is doing: asking the user for something, or talking. */
enum phase { ASKING, TALKING, DONE };

_Static_assert((int)PACE_LINE >= (int)TERM_INPUT, "each line that is read can be held");

struct client {
    struct ask ask;
    enum phase phase;
    struct arguments arguments;
    enum question question;        /* in ASKING */
    char prompt[NAME_LIMIT + 2];   /* the user's name and "> " */

    struct membership member;
    struct rejoin rejoin;
    int status;                    /* of the program, at its end */
    struct term term;
};

/* --- what the user is told --- */

/* In `format`, "%s" is the detail and then "%u" the port. */
static void tell(struct client *client, const char *format, const char *detail)
{
    char text[512];
    int size = snprintf(text, sizeof text, format, detail, (unsigned)client->ask.port);

    if (size >= (int)sizeof text) size = (int)sizeof text - 1;
    term_notice(&client->term, (struct text){text, (size_t)size});
}

static void show_of_member(void *context, struct text notice)
{
    term_notice(context, notice);
}

/* A script cannot be asked again, so for it this is the end. */
static _Noreturn void cannot(struct client *client, const char *format, const char *detail)
{
    char why[512], text[3 * sizeof why];

    snprintf(why, sizeof why, format, detail, (unsigned)client->ask.port);
    int size = (int)text_sanitise(text_of(why), text);
    term_close(&client->term);
    program_die("%.*s", size, text);
}

static void end(struct client *client, int status)
{
    client->phase = DONE;
    client->status = status;
}

/* --- questions to the user --- */

static void enter(struct client *client);

/* Asks the next question, or, when all is known, goes on to the server. */
static void advance(struct client *client)
{
    client->phase = ASKING;
    client->question = question_next(&client->arguments);
    if (client->question == QUESTION_NONE) enter(client);
    else term_ask(&client->term, question_text(client->question));
}

static void take_answer(struct client *client, struct text line)
{
    const char *wrong = question_answer(client->question, &client->arguments, line);

    if (wrong && !client->term.screen) cannot(client, "%s", wrong);
    if (wrong) term_notice(&client->term, text_of(wrong));
    advance(client);
}

/* --- the exchange over TCP --- */

/* After the list the client ends, if the user wanted no more (-l), or asks the question again. */
static void show_list(struct client *client)
{
    struct text list = {client->ask.list, client->ask.list_size}, name;
    char members[ROOM_LIST_MEMBERS];

    if (list.size == 0) tell(client, "there are no rooms%s", "");
    while (room_list_next(&list, &name, members)) {
        if (name.size > 0) term_message(&client->term, name, text_of(members), false);
        else tell(client, "and more that the list has no space for%s", "");
    }
    client->arguments.operation = 0;
    if (client->arguments.list_only) end(client, EXIT_FINE);
    else advance(client);
}

static void entered(struct client *client)
{
    struct text user = text_of_name(&client->arguments.user);
    int64_t now = program_now();

    client->phase = TALKING;
    client->rejoin.since = now;
    client->member.user = user;
    client->member.room = text_of_name(&client->arguments.room);
    memcpy(client->prompt, user.bytes, user.size);
    memcpy(client->prompt + user.size, "> ", 2);
    term_prompt(&client->term, (struct text){client->prompt, user.size + 2});
    membership_enter(&client->member, client->ask.other, now);
    if (client->ask.other) {
        tell(client, "%s port %u is a server of another kind: it may hear of you with your first "
             "line, which is marked until there is a sign that lines arrive", client->ask.host);
    }
}

/* Tells the user, and asks again for what the server refused. */
static void refused(struct client *client, int status)
{
    char words[REASON_LIMIT];
    const char *reason = reason_of_status(status, words);

    if (!client->term.screen || client->arguments.list_only) cannot(client, "%s", reason);
    term_notice(&client->term, text_of(reason));
    if (status == TCRP_NAME_TAKEN) {
        client->arguments.user.size = 0;
    } else {
        client->arguments.room.size = 0;
        client->arguments.operation = 0;
    }
    advance(client);
}

static void enter(struct client *client)
{
    const struct arguments *wanted = &client->arguments;
    char why[ASK_COMPLAINT];

    term_release(&client->term); /* this may take a while, and Ctrl-C must end it */
    int status = ask(&client->ask, wanted->operation, text_of_name(&wanted->room),
                     text_of_name(&wanted->user));
    if (program_stopped()) {
        end(client, EXIT_FINE);
        return;
    }
    term_redraw(&client->term);
    if (status < 0) cannot(client, "%s", ask_complaint(&client->ask, why));
    if (status != TCRP_OK) refused(client, status);
    else if (client->arguments.operation == TCRP_LIST) show_list(client);
    else entered(client);
}

/* --- what goes out --- */

/* Returns 0 or the value of errno. */
static int send_datagram(struct client *client, struct text text, int64_t now)
{
    size_t size = 2 + client->arguments.room.size + client->ask.token_size + text.size;
    bool refused = false;
    int error = ask_send(&client->ask, text_of_name(&client->arguments.room), text, &refused);

    pace_sent(&client->member.pace, size, text.size > 0, now);
    if (refused) membership_nobody(&client->member, now);
    return error;
}

static void say_hello(struct client *client, int64_t now)
{
    struct membership *member = &client->member;

    if (membership_may_ask(member)) send_datagram(client, (struct text){NULL, 0}, now);
    bool no_answer = hello_sent(&member->hello, now) == HELLO_NO_ANSWER;
    membership_asked(member, now);
    if (!no_answer || foreign_speaks(&member->foreign)) return;
    tell(client, "no answer from %s port %u, still trying", client->ask.host);
    membership_tell_lost(member);
    rejoin_begin(&client->rejoin, member->hello.answered, now);
}

/* The server answered no keepalive, and none was refused: it may be a server without them. */
static void on_silence(struct client *client, int64_t now)
{
    if (!foreign_tick(&client->member.foreign, now)) return;
    foreign_speak(&client->member.foreign);
    tell(client, "no welcome from %s port %u: what you type is sent all the same, and marked until "
         "there is a sign that it arrives", client->ask.host);
}

static void rejoin(struct client *client, struct net_set *set, int64_t now)
{
    bool created = client->arguments.operation == TCRP_CREATE;
    char words[REASON_LIMIT];

    switch (rejoin_go_on(&client->rejoin, &client->ask, &client->arguments, set, now)) {
    case REJOIN_NOTHING: break;
    case REJOIN_REFUSED:
        tell(client, "not joined again yet: %s", reason_of_status(client->rejoin.refused, words));
        break;
    case REJOIN_DONE:
        tell(client, created ? "your room was closed; this is a new room of that name%s"
             : "you were taken out; you have joined again%s", "");
        membership_enter(&client->member, client->ask.other, now);
    }
}

/* Joining again has failed for too long: leaves the room, in case the server still hears us. */
static _Noreturn void give_up(struct client *client, int64_t now)
{
    char words[REASON_LIMIT];

    send_datagram(client, text_of("/leave"), now);
    if (client->rejoin.refused != TCRP_OK) {
        cannot(client, "you are no longer in the room: %s",
               reason_of_status(client->rejoin.refused, words));
    }
    cannot(client, "no answer from %s port %u for too long: gave up", client->ask.host);
}

/* Shows the line as sent only if no error is known. On the same machine the system reports at once
   that nobody listens; elsewhere that comes later, see membership_tell_lost. */
static bool try_to_send(struct client *client, struct text line, int64_t now)
{
    struct membership *member = &client->member;
    char marked[FOREIGN_MARKED];
    struct text said;
    bool is_talk = command_is_said(line, &said);
    int error = send_datagram(client, line, now);

    if (error == 0 && net_refused(client->ask.udp)) error = ECONNREFUSED;
    if (error == 0) {
        struct text user = foreign_said(&member->foreign, member->user, said, now, marked);
        if (is_talk) term_message(&client->term, user, said, true);
        if (member->foreign.ours) hello_said(&member->hello, now);
        return true;
    }
    tell(client, "not sent: %s", strerror(error));
    member->bad_news = true;
    if (error == ECONNREFUSED) membership_nobody(member, now);
    else hello_doubt(&member->hello, now);
    return false;
}

static void send_line(struct client *client, struct text line, int64_t now)
{
    struct text said;
    size_t head = 2 + client->arguments.room.size + client->ask.token_size;
    size_t name = client->arguments.user.size + 2;
    bool sent = false;

    command_is_said(line, &said);
    if (head + line.size > DATAGRAM_LIMIT || name + said.size > TALK_LIMIT) {
        term_notice(&client->term, text_of(NOTICE_TOO_LONG));
    } else if (!text_valid(line)) {
        term_notice(&client->term, text_of(NOTICE_BAD_TEXT));
    } else if (client->member.farewell.told) {
        term_notice(&client->term, text_of("not sent: the server is asked whether you are out"));
    } else if (client->term.screen && !foreign_speaks(&client->member.foreign)
               && !hello_connected(&client->member.hello)) {
        tell(client, "not sent: no answer from %s port %u yet", client->ask.host);
    } else {
        sent = try_to_send(client, line, now);
    }
    if (!sent) client->member.lost++;
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    if (command_is_goodbye(line)) end(client, EXIT_FINE);
    else if (client->phase != TALKING) take_answer(client, line);
    else if (text_visible(line)) send_line(client, line, now);
}

/* A person's lines are taken as they come, a script's lines only while the server keeps up. */
static bool may_take_line(const struct client *client, int64_t now)
{
    if (client->phase == DONE) return false;
    if (client->term.screen || client->phase != TALKING) return true;
    return membership_keeps_up(&client->member, now);
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (client->phase != DONE
           && (pace_release(&client->member.pace, &line)
               || term_line(&client->term, &line, client->phase == TALKING))) {
        if (!may_take_line(client, now) && !command_is_goodbye(line)) { /* needs no server */
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

/* On a foreign server no answer will come, so time decides. */
static void finish_unconfirmed(struct client *client, int64_t now)
{
    enum foreign_end news = foreign_finish(&client->member.foreign, now);

    if (news == FOREIGN_WAITS) return;
    if (news == FOREIGN_UNSURE) client->member.lost += client->member.foreign.lines;
    end(client, EXIT_FINE);
}

/* The input has ended. A script waits for an answer to its lines. */
static void finish(struct client *client, int64_t now)
{
    bool all_taken = term_ended(&client->term) && !client->member.pace.holds;

    if (client->term.screen) {
        if (all_taken) end(client, EXIT_FINE);
        return;
    }
    if (all_taken && client->phase != TALKING) {
        cannot(client, "%s", "no name: give one with -n, or as the first line of the input");
    }
    if (foreign_speaks(&client->member.foreign)) {
        if (all_taken) finish_unconfirmed(client, now);
        return;
    }
    if (foreign_due(&client->member.foreign) != FOREIGN_NEVER) return; /* lines will go out soon */
    switch (pace_finish(&client->member.pace, all_taken, now)) {
    case PACE_WAIT: return;
    case PACE_HELLO: hello_now(&client->member.hello, now); return;
    case PACE_OVER: cannot(client, "no answer from %s port %u any more", client->ask.host);
    }
}

/* --- what comes in --- */

static void on_notice(struct client *client, struct text notice, int64_t now)
{
    enum membership_news news = membership_hear(&client->member, notice, now);

    if (news != MEMBERSHIP_GOES_ON) rejoin_cancel(&client->rejoin); /* the old token is valid */
    if (news == MEMBERSHIP_ANSWER) end(client, EXIT_FINE);
}

static void on_message(struct client *client, struct text name, struct text text)
{
    struct membership *member = &client->member;
    const char *news = NULL;
    bool own = false;

    if (!member->foreign.ours) {
        news = foreign_heard(&member->foreign, member->user, name, text, &own);
    }
    if (news) tell(client, news, client->ask.host);
    if (!own && (member->foreign.ours || text.size > 0)) {
        term_message(&client->term, name, text, false);
    }
}

/* Reads at most DRAIN_LIMIT datagrams; the next wait ends at once if more are there. */
static void receive_all(struct client *client, int64_t now)
{
    char bytes[TALK_LIMIT];
    struct text name, text;
    bool refused_there = false;

    for (int i = 0; i < DRAIN_LIMIT && term_has_space(&client->term); i++) {
        if (client->phase != TALKING) break;
        ssize_t size = net_receive(client->ask.udp, bytes, sizeof bytes, NULL, &refused_there);
        if (size < 0) break;
        bool said = talk_decode((struct text){bytes, (size_t)size}, &name, &text);
        if (said) on_message(client, name, text);
        else on_notice(client, text, now);
    }
    if (!refused_there || client->member.farewell.told) return;
    membership_nobody(&client->member, now);
    membership_tell_lost(&client->member);
}

/* --- the loop --- */

static void on_time(struct client *client, int64_t now)
{
    if (client->phase != TALKING) return;
    if (client->member.farewell.told) { /* no other question meanwhile */
        enum farewell_step step = farewell_tick(&client->member.farewell, now);
        if (step == FAREWELL_ASK) send_datagram(client, (struct text){NULL, 0}, now);
        if (step == FAREWELL_OVER) end(client, client->member.farewell_status);
        return;
    }
    if (now >= client->member.hello.due) say_hello(client, now);
    on_silence(client, now);
    bool doubt = membership_in_doubt(&client->member);
    int64_t limit = hello_ghost(&client->member.hello, REJOIN_LOST);
    if (doubt && now - client->rejoin.since >= limit) give_up(client, now);
}

static void wait_and_read(struct client *client)
{
    struct net_set set;
    int64_t now = program_now();
    bool talking = client->phase == TALKING;
    int64_t due = now + HELLO_KEEPALIVE; /* before the talk, only keys are awaited */

    if (talking) due = membership_due(&client->member); /* soon, while we try to join again */
    net_set_clear(&set);
    if (talking && term_has_space(&client->term)) net_watch(&set, client->ask.udp);
    if (client->rejoin.asking) ask_watch(&set);
    if (term_wants_input(&client->term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, due - now, client->ask.signals);
    if (program_suspended()) term_suspend(&client->term);
    if (program_screen_lost()) term_redraw(&client->term);
    /* Ready or not: after a signal the set is not known, and what is there must be read before
       the server counts as silent. */
    if (talking) receive_all(client, program_now());
    if (client->phase == TALKING && membership_in_doubt(&client->member)) {
        rejoin(client, &set, program_now());
    }
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->term);
}

static void run(struct client *client)
{
    while (!program_stopped()) {
        int64_t now = program_now();

        take_lines(client, now);
        now = program_now(); /* that may have taken a while */
        if (client->phase != DONE && client->term.input_ended) finish(client, now);
        on_time(client, now);
        if (client->phase == DONE || !term_flush(&client->term)) return;
        wait_and_read(client);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zero */

    program_start("stage2 client", arguments_usage, argc, argv);
    arguments_parse(&client.arguments, argc, argv);
    client.ask.host = client.arguments.host;
    client.ask.port = client.arguments.port;
    client.ask.udp_port = client.arguments.udp_port;
    if (!resolver_is_number(client.ask.host)) resolver_start(NULL, 0);
    client.ask.udp = -1;
    client.ask.signals = program_signals(true);
    term_open(&client.term, client.ask.signals);
    client.member.screen = client.term.screen;
    client.member.show = show_of_member;
    client.member.context = &client.term;
    if (client.arguments.operation == 0 && !client.term.screen) {
        program_misuse("a script must say what it wants, with -c, -j or -l");
    }
    advance(&client);
    run(&client);
    if (client.ask.udp >= 0 && membership_knows_commands(&client.member)) {
        send_datagram(&client, text_of("/leave"), program_now());
    }
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    if (client.status != EXIT_FINE) program_die("you are no longer in the room");
    if (client.member.lost > 0 && !client.term.screen) {
        program_die("%u of the lines were not sent, or may not have arrived", client.member.lost);
    }
    return EXIT_FINE;
}
