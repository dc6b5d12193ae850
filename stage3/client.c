/*
 * The client of stage 3: creates, joins or lists rooms, and talks in one.
 *
 * Model: the client first needs an operation, a room, its password and a name, and asks for those
 * that the arguments do not give. Then a session (client_session.h) does everything that concerns
 * the server, and this loop waits for it and for the keyboard at once. A line that the user types
 * is shown when it comes back in the room's log: it is delivered then, and stands at the same place
 * for all members. If that takes longer than a moment, the prompt counts the line until then.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "keys/secret.h"
#include "member/arguments.h"
#include "member/client_session.h"
#include "member/command.h"
#include "member/known_hosts.h"
#include "member/notice.h"
#include "member/progress.h"
#include "member/reason.h"
#include "net/net.h"
#include "screen/form.h"
#include "screen/talk.h"

enum {
    EXIT_PASSWORD = 3,
    EXIT_KEY = 4,
    EXIT_FULL = 5,
    EXIT_KICKED = 6,
    EXIT_CLOSED = 7
};

enum {
    LEAVE_TIMEOUT = 2000, /* milliseconds for the server to acknowledge that we leave */
    STOP_TIMEOUT = 500,   /* the same after a signal */
    IDLE = 60000,         /* milliseconds: the longest wait if nothing is due */
    WORDS = 2048          /* bytes of a message to the user */
};

/* What the client is doing. */
enum phase {
    ASKING,   /* the user, as long as something is missing: there is no connection */
    ENTERING, /* the session is at work */
    TALKING,
    LEAVING,
    DONE
};

struct client {
    enum phase phase;
    struct form form;
    struct pair pair;               /* for the next exchange */
    struct client_session *session; /* NULL: not needed yet, or not any more */
    struct talk talk;
    bool welcomed;
    struct progress progress;
    char prompt[PROGRESS_PROMPT];
    int64_t leave_by;               /* milliseconds: when LEAVING ends at the latest */

    /* How the session ended: see after_session. */
    bool over;
    enum client_session_end end;
    int refusal;             /* enum tcrp_status */
    char why[WORDS];

    int status;              /* of the program, at its end */
    const sigset_t *signals;
    struct view view;
};

/* --- what the user is told --- */

static void tell(struct client *client, struct text text)
{
    view_tell(&client->view, text);
}

static void tell_string(struct client *client, const char *string)
{
    view_tell_string(&client->view, string);
}

static void end(struct client *client, int status)
{
    client->phase = DONE;
    client->status = status;
}

/* Ends the program with one line that tells why. `why` may contain text from others. */
static _Noreturn void cannot(struct client *client, int status, const char *why)
{
    char text[3 * WORDS];
    struct text shown = text_of(why);

    if (shown.size > WORDS) shown.size = WORDS;
    int size = (int)text_sanitise(shown, text);
    client_session_close(client->session);
    arguments_forget_password(&client->form.arguments);
    pair_close(&client->pair);
    term_close(&client->view.term);
    fprintf(stderr, "stage3 client: %.*s\n", size, text);
    exit(status);
}

/* --- the prompt --- */

static void set_prompt(struct client *client, size_t lines)
{
    struct text user = text_of_name(&client->form.arguments.user);
    size_t size = progress_prompt(&client->progress, user, lines, client->prompt);

    term_prompt(&client->view.term, (struct text){client->prompt, size});
}

static void look_at_progress(struct client *client, int64_t now)
{
    if (client->phase != TALKING && client->phase != LEAVING) return;
    size_t unacked = membership_unacked(client_session_membership(client->session));
    size_t lines = progress_look(&client->progress, unacked, now);
    if (client->phase == TALKING && lines != client->progress.shown) set_prompt(client, lines);
}

/* --- what comes from the session --- */

/* The session is calling, so it must not be closed here: after_session does that. */
static void on_over(struct client *client, const struct client_session_event *event)
{
    client->over = true;
    client->end = event->end;
    client->refusal = event->status;
    snprintf(client->why, sizeof client->why, "%.*s", (int)event->text.size, event->text.bytes);
    if (event->end == CLIENT_SESSION_KEY_UNKNOWN) {
        form_set_key(&client->form, client_session_server(client->session), event->fingerprint);
    }
    if (event->end == CLIENT_SESSION_KEY_CHANGED) {
        size_t used = strlen(client->why);
        char digits[FINGERPRINT_DIGITS + 1];
        fingerprint_print(event->fingerprint, digits);
        snprintf(client->why + used, sizeof client->why - used, "; it is now %s", digits);
    }
}

static void on_entered(struct client *client)
{
    client->phase = TALKING;
    progress_start(&client->progress, program_now());
    arguments_forget_password(&client->form.arguments);
    set_prompt(client, 0);
}

static void on_event(void *context, const struct client_session_event *event)
{
    struct client *client = context;
    char notice[NOTICE_LIMIT];

    switch (event->kind) {
    case CLIENT_SESSION_KEY_NEW:
        view_first_time(&client->view, client_session_server(client->session), event->fingerprint);
        if (event->text.size > 0) tell(client, event->text);
        break;
    case CLIENT_SESSION_ENTERED: on_entered(client); break;
    case CLIENT_SESSION_LISTED: view_rooms(&client->view, event->text); break;
    case CLIENT_SESSION_NEWS:
        view_news(&client->view, event->news, client->phase == LEAVING);
        break;
    case CLIENT_SESSION_AWAY:
        tell(client, (struct text){notice, notice_away(event->text, notice)});
        break;
    case CLIENT_SESSION_BUSY:
        tell(client, (struct text){notice, notice_busy(event->text, notice)});
        break;
    case CLIENT_SESSION_BACK: tell_string(client, NOTICE_BACK); break;
    case CLIENT_SESSION_MEMBERS: break; /* /who reads the list when the user asks */
    case CLIENT_SESSION_OVER: on_over(client, event); break;
    }
}

static bool has_space(void *context)
{
    const struct client *client = context;
    return term_has_space(&client->view.term);
}

/* --- asking for what is missing --- */

static void enter(struct client *client)
{
    struct arguments *arguments = &client->form.arguments;

    client->phase = ENTERING;
    client->over = false;
    term_prompt(&client->view.term, text_of("... "));
    client->session = client_session_open(
        &(struct client_session_params){
            .servers = arguments->servers,
            .port = arguments->port,
            .udp_port = arguments->udp_port,
            .fingerprint = arguments->demands ? arguments->fingerprint : NULL,
            .note_when_in = form_has_user() && !arguments->list_only,
            .operation = arguments->operation,
            .room = text_of_name(&arguments->room),
            .user = text_of_name(&arguments->user),
            .password = {arguments->password, arguments->password_size},
            .pair = &client->pair,
            .tell = on_event,
            .has_space = has_space,
            .context = client},
        program_now());
    if (!client->session) cannot(client, EXIT_CANNOT, strerror(errno));
}

/* Goes on after a question, or after an answer. */
static void go_on(struct client *client, enum form_state state)
{
    switch (state) {
    case FORM_ASKS: client->phase = ASKING; break;
    case FORM_FILLED: enter(client); break;
    case FORM_GOODBYE: end(client, EXIT_FINE); break;
    case FORM_WRONG: cannot(client, EXIT_CANNOT, client->form.why);
    case FORM_NO_TRUST: cannot(client, EXIT_KEY, client->form.why);
    }
}

/* Asks for what is still missing or, if nothing is, connects to the server. */
static void advance(struct client *client)
{
    go_on(client, form_ask(&client->form, &client->view));
}

/* --- when the session is over --- */

static int status_of(int refusal)
{
    switch (refusal) {
    case TCRP_WRONG_PASSWORD:
    case TCRP_TOO_MANY_TRIES: return EXIT_PASSWORD;
    case TCRP_ROOM_FULL:
    case TCRP_SERVER_FULL: return EXIT_FULL;
    case TCRP_KICKED: return EXIT_KICKED;
    default: return EXIT_CANNOT;
    }
}

/* A user at a terminal may try something else; a script cannot be asked. */
static void refused(struct client *client, bool was_in)
{
    struct arguments *arguments = &client->form.arguments;
    bool again = client->view.term.screen && !arguments->list_only && !was_in
        && client->refusal != TCRP_TOO_MANY_TRIES;

    if (!again) cannot(client, status_of(client->refusal), client->why);
    tell_string(client, client->why);
    question_again(arguments, client->refusal);
    advance(client);
}

/* Tells that lines without an acknowledgement may not have arrived. `items` counts them, and the
   item that leaves the room, if that is under way. */
static void tell_unacked(struct client *client, size_t items)
{
    size_t lines = client->phase == LEAVING && items > 0 ? items - 1 : items;
    char notice[NOTICE_LIMIT];

    if (lines > 0) tell(client, (struct text){notice, notice_unacked(lines, notice)});
}

static void after_session(struct client *client)
{
    bool was_in = client->phase == TALKING || client->phase == LEAVING;

    if (!client->over) return;
    client->over = false;
    view_coalesced(&client->view);
    if (was_in)
        tell_unacked(client, membership_unacked(client_session_membership(client->session)));
    client_session_close(client->session);
    client->session = NULL;
    switch (client->end) {
    case CLIENT_SESSION_DONE: /* the rooms were listed */
        client->form.arguments.operation = 0;
        if (client->form.arguments.list_only) end(client, EXIT_FINE);
        else advance(client);
        break;
    case CLIENT_SESSION_LEFT: end(client, EXIT_FINE); break;
    case CLIENT_SESSION_KICKED:
        tell_string(client, REASON_KICKED);
        end(client, EXIT_KICKED);
        break;
    case CLIENT_SESSION_CLOSED:
        if (!client->view.closing_told) tell_string(client, client->why);
        end(client, EXIT_CLOSED);
        break;
    case CLIENT_SESSION_REFUSED: refused(client, was_in); break;
    case CLIENT_SESSION_KEY_CHANGED: cannot(client, EXIT_KEY, client->why);
    case CLIENT_SESSION_KEY_UNKNOWN:
        go_on(client, form_ask_about_key(&client->form, &client->view));
        break;
    case CLIENT_SESSION_FAILED: cannot(client, EXIT_CANNOT, client->why);
    }
}

/* --- what goes out --- */

static void leave(struct client *client, int64_t timeout, int64_t now)
{
    if (client->phase == LEAVING || client->phase == DONE) return;
    if (client->phase != TALKING) {
        end(client, EXIT_FINE);
        return;
    }
    client->phase = LEAVING;
    client->leave_by = now + timeout;
    client_session_leave(client->session, now);
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    if (client->phase == ASKING) {
        go_on(client, form_answer(&client->form, &client->view, line));
    } else if (client->phase == ENTERING) {
        if (command_is_goodbye(line)) end(client, EXIT_FINE);
        else if (text_visible(line)) tell_string(client, NOTICE_NOT_IN);
    } else if (client->phase == TALKING && text_visible(line)) {
        if (command_is_goodbye(line)) leave(client, LEAVE_TIMEOUT, now);
        else talk_line(&client->talk, client->session, line, now);
    }
}

/* A user's lines are taken as they come; a script's lines when there is space for one. */
static bool may_take_line(const struct client *client)
{
    if (client->phase >= LEAVING) return false;
    if (client->view.term.screen || client->phase < ENTERING) return true;
    return client->phase == TALKING && membership_takes(client_session_membership(client->session));
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (may_take_line(client)
           && term_line(&client->view.term, &line, client->phase >= ENTERING)) {
        take_line(client, line, now);
    }
}

/* --- the end --- */

/* A script's input has ended: the client leaves when all its lines are acknowledged. */
static void finish_script(struct client *client, int64_t now)
{
    char why[WORDS];

    if (client->phase < ENTERING && term_ended(&client->view.term)) {
        cannot(client, EXIT_CANNOT, "no name: give one with -n, or as the first line of the input");
    }
    if (client->phase != TALKING) return;
    if (term_ended(&client->view.term)
        && membership_all_acked(client_session_membership(client->session))) {
        leave(client, LEAVE_TIMEOUT, now);
    } else if (progress_stuck(&client->progress, now)) {
        snprintf(why, sizeof why, "no answer from %s any more: %zu lines were not delivered",
                 client_session_server(client->session), client->progress.unacked);
        cannot(client, EXIT_CANNOT, why);
    }
}

static void finish(struct client *client, int64_t now)
{
    if (client->phase == LEAVING && now >= client->leave_by) {
        tell_unacked(client, client->progress.unacked);
        end(client, EXIT_FINE);
    }
    if (program_stopped()) leave(client, STOP_TIMEOUT, now);
    if (client->phase == DONE || !client->view.term.input_ended) return;
    if (!client->view.term.screen) finish_script(client, now);
    else if (term_ended(&client->view.term)) leave(client, LEAVE_TIMEOUT, now);
}

/* --- the loop --- */

/* Shows the welcome after the old lines, so that a script can tell that all that follows is new. */
static void welcome(struct client *client)
{
    const struct arguments *arguments = &client->form.arguments;

    if (client->welcomed || client->phase != TALKING) return;
    if (!membership_caught_up(client_session_membership(client->session))) return;
    client->welcomed = true;
    view_welcome(&client->view, text_of_name(&arguments->user), text_of_name(&arguments->room));
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void wait_and_read(struct client *client)
{
    struct net_set set;
    int64_t now = program_now(), due = earlier(now + IDLE, view_due(&client->view));

    if (client->phase == LEAVING) due = earlier(due, client->leave_by);
    if (client->phase == TALKING) due = earlier(due, progress_due(&client->progress, now));
    due = earlier(due, pair_due(&client->pair));
    net_set_clear(&set);
    if (client->session) due = earlier(due, client_session_watch(client->session, &set));
    if (term_wants_input(&client->view.term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->view.term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, due - now, client->signals);
    if (program_suspended()) term_suspend(&client->view.term);
    if (program_screen_lost()) term_redraw(&client->view.term);
    pair_work(&client->pair);
    if (client->session) client_session_serve(client->session, &set, program_now());
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->view.term);
}

static void run(struct client *client)
{
    for (;;) {
        int64_t now = program_now();

        after_session(client);
        take_lines(client, now);
        look_at_progress(client, now);
        finish(client, now);
        after_session(client); /* `finish` may have ended the session */
        welcome(client);
        if (now >= view_due(&client->view)) view_coalesced(&client->view);
        if (client->phase == DONE || !term_flush(&client->view.term)) return;
        wait_and_read(client);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zeros */
    struct arguments *arguments = &client.form.arguments;
    const char *slash = strrchr(argv[0], '/');

    program_start("stage3 client", arguments_usage, argc, argv);
    arguments_parse(arguments, argc, argv);
    client.talk = (struct talk){.view = &client.view, .arguments = arguments,
                                .called = slash ? slash + 1 : argv[0]};
    secret_guard();
    client_session_prepare(arguments->servers, arguments->password, sizeof arguments->password);
    pair_open(&client.pair);
    client.signals = program_signals(true);
    term_open(&client.view.term, client.signals);
    if (arguments->operation == 0 && !client.view.term.screen) {
        program_misuse("a script must say what it wants, with -c, -j or -l");
    }
    advance(&client);
    run(&client);
    view_coalesced(&client.view);
    /* one try to leave, if that was not sent yet */
    if (client.session) client_session_leave(client.session, program_now());
    client_session_close(client.session);
    arguments_forget_password(arguments);
    pair_close(&client.pair);
    term_close(&client.view.term);
    int failed = client.view.term.output.failed;
    if (failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(failed));
    }
    return client.status;
}
