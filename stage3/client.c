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

#include "base/ordinary.h"
#include "base/program.h"
#include "base/server_list.h"
#include "keys/secret.h"
#include "member/arguments.h"
#include "member/client_session.h"
#include "member/coalesce.h"
#include "member/command.h"
#include "member/invitation.h"
#include "member/known_hosts.h"
#include "member/notice.h"
#include "member/reason.h"
#include "member/room_list.h"
#include "net/net.h"
#include "terminal/term.h"

enum {
    EXIT_PASSWORD = 3,
    EXIT_KEY = 4,
    EXIT_FULL = 5,
    EXIT_KICKED = 6,
    EXIT_CLOSED = 7
};

enum {
    MOMENT = 1000,        /* milliseconds until lines on their way are counted in the prompt */
    GIVE_UP = 30000,      /* milliseconds without progress, once a script's input has ended */
    LEAVE_TIMEOUT = 2000, /* milliseconds for the server to acknowledge that we leave */
    STOP_TIMEOUT = 500,   /* the same after a signal */
    IDLE = 60000,         /* milliseconds: the longest wait if nothing is due */
    WORDS = 2048          /* bytes of a message to the user */
};

_Static_assert((int)ARGUMENTS_PASSWORD_LIMIT == LINE_LIMIT, "what is typed is kept as a password");

/* What the client is doing. */
enum phase {
    ASKING_WHAT,
    ASKING_ROOM,
    ASKING_PASSWORD,
    ASKING_NAME,
    ASKING_KEY, /* is that the server's key? There is no connection meanwhile */
    ENTERING, /* the session is at work */
    TALKING,
    LEAVING,
    DONE
};

struct client {
    struct arguments arguments;
    enum phase phase;
    struct pair pair;               /* for the next exchange */
    struct client_session *session; /* NULL: not needed yet, or not any more */
    struct coalesce coalesce;
    bool shown_old;          /* a line from before we joined was shown */
    bool welcomed;
    char prompt[NAME_LIMIT + 64];
    size_t on_the_way;       /* the number of lines that the prompt shows */

    size_t unacked;          /* lines not acknowledged at the last look */
    int64_t progress_at;     /* milliseconds: when that number last fell, or rose from 0 */
    int64_t leave_by;        /* milliseconds: when LEAVING ends at the latest */

    /* How the session ended: see after_session. */
    bool over;
    enum client_session_end end;
    int refusal;             /* enum tcrp_status */
    char why[WORDS];
    bool closing_told;       /* the log has told why the room was closed */
    char server[SERVER_TEXT];               /* CLIENT_SESSION_KEY_UNKNOWN: the server, */
    unsigned char fingerprint[FINGERPRINT]; /* and the fingerprint of the key that it showed */

    const char *called;      /* the program's name as it was called, without the folder */
    int status;              /* of the program, at its end */
    const sigset_t *signals;
    struct term term;
};

/* --- what the user is told --- */

static void show_coalesced(struct client *client)
{
    char notice[NOTICE_LIMIT];
    size_t size;

    while ((size = coalesce_take(&client->coalesce, notice)) > 0) {
        term_notice(&client->term, (struct text){notice, size});
    }
}

/* Shows whatever is not coalesced, after what is, so that the order is kept. */
static void tell(struct client *client, struct text text)
{
    show_coalesced(client);
    term_notice(&client->term, text);
}

static void tell_string(struct client *client, const char *string)
{
    tell(client, text_of(string));
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
    arguments_forget_password(&client->arguments);
    pair_close(&client->pair);
    term_close(&client->term);
    fprintf(stderr, "stage3 client: %.*s\n", size, text);
    exit(status);
}

/* --- the prompt --- */

static void set_prompt(struct client *client, size_t on_the_way)
{
    struct text user = text_of_name(&client->arguments.user);
    size_t space = sizeof client->prompt;
    int size;

    client->on_the_way = on_the_way;
    if (on_the_way == 0) {
        size = snprintf(client->prompt, space, "%.*s> ", (int)user.size, user.bytes);
    } else {
        size = snprintf(client->prompt, space, "%.*s (%zu on the way)> ", (int)user.size,
                        user.bytes, on_the_way);
    }
    term_prompt(&client->term, (struct text){client->prompt, (size_t)size});
}

/* Lines that are delivered at once are not counted, because the prompt would flicker with each. */
static void look_at_progress(struct client *client, int64_t now)
{
    if (client->phase != TALKING && client->phase != LEAVING) return;
    size_t unacked = membership_unacked(client_session_membership(client->session));

    if (unacked != client->unacked) {
        if (unacked < client->unacked || client->unacked == 0) client->progress_at = now;
        client->unacked = unacked;
    }
    size_t shown = now - client->progress_at >= MOMENT || client->on_the_way > 0 ? unacked : 0;
    if (client->phase == TALKING && shown != client->on_the_way) set_prompt(client, shown);
}

/* --- what comes from the room --- */

/* Lines from before we joined come before the welcome. */
static void on_said(struct client *client, const struct news *news)
{
    char notice[NOTICE_LIMIT];

    if (news->old && !client->shown_old) {
        client->shown_old = true;
        if (client->term.screen) tell_string(client, "what was said before you came:");
    }
    show_coalesced(client);
    if (news->unreadable) {
        size_t size = notice_unreadable(news->name, notice);
        term_notice(&client->term, (struct text){notice, size});
    } else {
        term_message(&client->term, news->name, news->text, news->own);
    }
}

static void on_news(struct client *client, const struct news *news)
{
    char notice[NOTICE_LIMIT];
    bool others = !news->own && !news->old;

    switch (news->kind) {
    case NEWS_SAID: on_said(client, news); break;
    case NEWS_JOINED:
        if (others) coalesce_joined(&client->coalesce, news->who, news->name, program_now());
        break;
    case NEWS_LEFT:
        if (others) coalesce_left(&client->coalesce, news->who, news->name, program_now());
        break;
    case NEWS_KICKED:
        if (others) tell(client, (struct text){notice, notice_kicked(news->name, notice)});
        break;
    case NEWS_CLOSED:
        client->closing_told = true;
        if (client->phase == LEAVING && news->why == CLOSED_HOST_LEFT) break; /* that is us */
        tell_string(client, reason_of_closing(news->why));
        break;
    case NEWS_GAP:
        tell(client, (struct text){notice, notice_gap(news->count, notice)});
        break;
    case NEWS_NOTICE: tell(client, news->text); break;
    case NEWS_BACK:
        tell(client, (struct text){notice, notice_went_back(news->count, notice)});
        break;
    case NEWS_LOST:
        tell(client, (struct text){notice, notice_lost_line(news->text, notice)});
        break;
    case NEWS_UNDONE:
        tell(client, (struct text){notice, notice_undone(news->name, notice)});
        break;
    }
}

/* --- what comes from the session --- */

static void show_list(struct client *client, struct text list)
{
    struct listed_room room;
    char members[64];

    if (list.size == 0) tell_string(client, "there are no rooms");
    while (room_list_next(&list, &room)) {
        if (room.name.size == 0) {
            tell_string(client, "and more that the list has no space for");
            continue;
        }
        bool one = text_equal(room.members, text_of("1"));
        snprintf(members, sizeof members, "%.*s %s%s", (int)room.members.size, room.members.bytes,
                 one ? "member" : "members", room.locked ? " (locked)" : "");
        term_message(&client->term, room.name, text_of(members), false);
    }
}

static void on_new_key(struct client *client, const struct client_session_event *event)
{
    char digits[FINGERPRINT_DIGITS + 1], text[WORDS];

    fingerprint_print(event->fingerprint, digits);
    snprintf(text, sizeof text, "first time at %s; the fingerprint of its key is %s",
             client_session_server(client->session), digits);
    tell_string(client, text);
    if (event->text.size > 0) tell(client, event->text);
}

static void on_busy(struct client *client, struct text why)
{
    char text[WORDS];

    snprintf(text, sizeof text, "not in yet: %.*s; trying again for half a minute",
             (int)why.size, why.bytes);
    tell_string(client, text);
}

static void on_away(struct client *client, struct text why)
{
    char text[WORDS];

    snprintf(text, sizeof text, "reconnecting ... (%.*s)", (int)why.size, why.bytes);
    tell_string(client, text);
}

/* The session is calling, so it must not be closed here: after_session does that. */
static void on_over(struct client *client, const struct client_session_event *event)
{
    client->over = true;
    client->end = event->end;
    client->refusal = event->status;
    snprintf(client->why, sizeof client->why, "%.*s", (int)event->text.size, event->text.bytes);
    if (event->end == CLIENT_SESSION_KEY_UNKNOWN) {
        snprintf(client->server, sizeof client->server, "%s",
                 client_session_server(client->session));
        memcpy(client->fingerprint, event->fingerprint, FINGERPRINT);
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
    client->unacked = 0;
    client->progress_at = program_now();
    arguments_forget_password(&client->arguments);
    set_prompt(client, 0);
}

static void on_event(void *context, const struct client_session_event *event)
{
    struct client *client = context;

    switch (event->kind) {
    case CLIENT_SESSION_KEY_NEW: on_new_key(client, event); break;
    case CLIENT_SESSION_ENTERED: on_entered(client); break;
    case CLIENT_SESSION_LISTED: show_list(client, event->text); break;
    case CLIENT_SESSION_NEWS: on_news(client, event->news); break;
    case CLIENT_SESSION_AWAY: on_away(client, event->text); break;
    case CLIENT_SESSION_BUSY: on_busy(client, event->text); break;
    case CLIENT_SESSION_BACK: tell_string(client, NOTICE_BACK); break;
    case CLIENT_SESSION_MEMBERS: break; /* /who reads the list when the user asks */
    case CLIENT_SESSION_OVER: on_over(client, event); break;
    }
}

static bool has_space(void *context)
{
    const struct client *client = context;
    return term_has_space(&client->term);
}

/* --- asking for what is missing --- */

/* Is there a user who reads the output and can answer? A dumb terminal counts, too. */
static bool somebody_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void enter(struct client *client)
{
    struct arguments *arguments = &client->arguments;

    client->phase = ENTERING;
    client->over = false;
    term_prompt(&client->term, text_of("... "));
    client->session = client_session_open(
        &(struct client_session_params){
            .servers = arguments->servers,
            .port = arguments->port,
            .udp_port = arguments->udp_port,
            .fingerprint = arguments->demands ? arguments->fingerprint : NULL,
            .note_when_in = somebody_is_there() && !arguments->list_only,
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

/* Asks for what is still missing or, if nothing is, connects to the server. */
static void advance(struct client *client)
{
    struct arguments *arguments = &client->arguments;
    bool list = arguments->operation == TCRP_LIST;

    if (arguments->operation == 0) {
        client->phase = ASKING_WHAT;
        term_ask(&client->term, text_of("create, join or list? "));
    } else if (!list && arguments->room.size == 0) {
        client->phase = ASKING_ROOM;
        term_ask(&client->term, text_of("Room: "));
    } else if (!list && !arguments->password_known && isatty(STDIN_FILENO)) {
        client->phase = ASKING_PASSWORD;
        term_ask_secret(&client->term, text_of("Password (Enter: none): "));
    } else if (!list && arguments->user.size == 0) {
        client->phase = ASKING_NAME;
        term_ask(&client->term, text_of("Your name: "));
    } else {
        enter(client);
    }
}

/* Is the line the word, or the beginning of it? */
static bool means(struct text line, const char *word)
{
    return line.size > 0 && line.size <= strlen(word) && memcmp(line.bytes, word, line.size) == 0;
}

static void take_what(struct client *client, struct text line)
{
    enum tcrp_operation *operation = &client->arguments.operation;

    if (means(line, "create")) *operation = TCRP_CREATE;
    else if (means(line, "join")) *operation = TCRP_JOIN;
    else if (means(line, "list")) *operation = TCRP_LIST;
    else tell_string(client, "type create, join or list, or /quit");
}

/* Every line is a password here, even "/quit". */
static void take_password(struct client *client, struct text line)
{
    struct arguments *arguments = &client->arguments;

    arguments->password_known = line.size <= sizeof arguments->password;
    arguments->password_size = arguments->password_known ? line.size : 0;
    if (arguments->password_size > 0) memcpy(arguments->password, line.bytes, line.size);
    term_forget(&client->term);
}

static void take_name(struct client *client, struct name *name, struct text line)
{
    if (arguments_name(name, line)) return;
    if (!client->term.screen) cannot(client, EXIT_CANNOT, arguments_bad_name);
    tell_string(client, arguments_bad_name);
}

/* Notes the key, and from now on requires it: the server at the next connection must have it. */
static void trust_key(struct client *client)
{
    unsigned char known[FINGERPRINT];
    char text[WORDS];
    int error = 0;

    if (known_hosts_find(client->server, known) == KNOWN_HOSTS_NO) {
        error = known_hosts_add(client->server, client->fingerprint);
    }
    if (error != 0) {
        snprintf(text, sizeof text, "cannot note it in %.255s: %s",
                 known_hosts_file() ? known_hosts_file() : "any file", ordinary_why(error));
        tell_string(client, text);
    }
    client->arguments.demands = true;
    memcpy(client->arguments.fingerprint, client->fingerprint, FINGERPRINT);
}

static void ask_yes_or_no(struct client *client)
{
    client->phase = ASKING_KEY;
    term_flush(&client->term); /* without a screen, the question goes to stderr */
    term_ask(&client->term, text_of("Is that its key (yes or no)? "));
}

/* Accepts only a whole "yes", or the fingerprint itself, which the user may have from the server's
   owner. False: the question was asked again. */
static bool take_key(struct client *client, struct text line)
{
    unsigned char typed[FINGERPRINT];
    bool is_fingerprint = fingerprint_parse(line, typed);
    bool same = is_fingerprint && memcmp(typed, client->fingerprint, FINGERPRINT) == 0;

    if (same || text_equal(line, text_of("yes"))) {
        trust_key(client);
        return true;
    } else if (is_fingerprint) {
        cannot(client, EXIT_KEY, "the server has another key than that: nothing was sent to it");
    } else if (text_equal(line, text_of("no"))) {
        cannot(client, EXIT_KEY, "nothing was sent to that server");
    } else {
        tell_string(client, "type yes or no, or the fingerprint that it should be");
        ask_yes_or_no(client);
    }
    return false;
}

static void take_answer(struct client *client, struct text line)
{
    if (client->phase == ASKING_PASSWORD) take_password(client, line);
    else if (command_is_goodbye(line)) end(client, EXIT_FINE);
    else if (client->phase == ASKING_WHAT) take_what(client, line);
    else if (client->phase == ASKING_ROOM) take_name(client, &client->arguments.room, line);
    else if (client->phase == ASKING_NAME) take_name(client, &client->arguments.user, line);
    else if (!take_key(client, line)) return;
    if (client->phase != DONE) advance(client);
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
    struct arguments *arguments = &client->arguments;
    bool again = client->term.screen && !arguments->list_only && !was_in
        && client->refusal != TCRP_TOO_MANY_TRIES;

    if (!again) cannot(client, status_of(client->refusal), client->why);
    tell_string(client, client->why);
    switch (client->refusal) {
    case TCRP_NAME_TAKEN: arguments->user.size = 0; break;
    case TCRP_WRONG_PASSWORD: arguments_forget_password(arguments); break;
    default:
        arguments_forget_password(arguments);
        arguments->room.size = 0;
        arguments->operation = 0;
        break;
    }
    advance(client);
}

static void listed(struct client *client)
{
    client->arguments.operation = 0;
    if (client->arguments.list_only) end(client, EXIT_FINE);
    else advance(client);
}

/*
 * The client has never seen this server, and there is a password. An attacker in between would show
 * a key of his own, so the user must confirm the key. A script cannot, and is told what to do.
 */
static void ask_about_key(struct client *client)
{
    char digits[FINGERPRINT_DIGITS + 1], text[WORDS];

    fingerprint_print(client->fingerprint, digits);
    if (!somebody_is_there()) {
        snprintf(text, sizeof text,
                 "first time at %s, and no password goes to a key that nobody has looked at: if %s "
                 "is the fingerprint that the server prints, say -k %s",
                 client->server, digits, digits);
        cannot(client, EXIT_KEY, text);
    }
    snprintf(text, sizeof text, "first time at %s; the fingerprint of its key is %s",
             client->server, digits);
    tell_string(client, text);
    tell_string(client, "compare it with what the server printed at its start: whoever has that "
                        "key can guess at your password");
    ask_yes_or_no(client);
}

/* Tells that lines without an acknowledgement may not have arrived. `items` counts them, and the
   item that leaves the room, if that is under way. */
static void tell_unacked(struct client *client, size_t items)
{
    size_t lines = client->phase == LEAVING && items > 0 ? items - 1 : items;
    char text[64];

    if (lines == 0) return;
    if (lines == 1) snprintf(text, sizeof text, "the last line may not have arrived");
    else snprintf(text, sizeof text, "the last %zu lines may not have arrived", lines);
    tell_string(client, text);
}

static void after_session(struct client *client)
{
    bool was_in = client->phase == TALKING || client->phase == LEAVING;

    if (!client->over) return;
    client->over = false;
    show_coalesced(client);
    if (was_in)
        tell_unacked(client, membership_unacked(client_session_membership(client->session)));
    client_session_close(client->session);
    client->session = NULL;
    switch (client->end) {
    case CLIENT_SESSION_DONE: listed(client); break;
    case CLIENT_SESSION_LEFT: end(client, EXIT_FINE); break;
    case CLIENT_SESSION_KICKED:
        tell_string(client, REASON_KICKED);
        end(client, EXIT_KICKED);
        break;
    case CLIENT_SESSION_CLOSED:
        if (!client->closing_told) tell_string(client, client->why);
        end(client, EXIT_CLOSED);
        break;
    case CLIENT_SESSION_REFUSED: refused(client, was_in); break;
    case CLIENT_SESSION_KEY_CHANGED: cannot(client, EXIT_KEY, client->why);
    case CLIENT_SESSION_KEY_UNKNOWN: ask_about_key(client); break;
    case CLIENT_SESSION_FAILED: cannot(client, EXIT_CANNOT, client->why);
    }
}

/* --- what goes out --- */

static void tell_result(struct client *client, enum membership_result result, struct text name)
{
    char notice[NOTICE_LIMIT];

    switch (result) {
    case MEMBERSHIP_OK: break;
    case MEMBERSHIP_FULL: tell_string(client, NOTICE_FULL); break;
    case MEMBERSHIP_TOO_LONG: tell_string(client, NOTICE_TOO_LONG); break;
    case MEMBERSHIP_BAD_TEXT: tell_string(client, NOTICE_BAD_TEXT); break;
    case MEMBERSHIP_NOT_HOST: tell_string(client, NOTICE_NOT_HOST); break;
    case MEMBERSHIP_ONESELF: tell_string(client, NOTICE_ONESELF); break;
    case MEMBERSHIP_NOBODY:
        tell(client, (struct text){notice, notice_nobody(name, notice)});
        break;
    }
}

/* Prints the line with which a friend joins this room. Whoever built the client calls it by the
   folder that it lies in, and whoever installed it by its name. */
static void invite(struct client *client)
{
    const struct arguments *arguments = &client->arguments;
    char line[INVITATION_LIMIT];
    struct invitation invitation = {
        .program = strcmp(client->called, "client") == 0 ? "stage3/client" : client->called,
        .servers = arguments->servers,
        .port = arguments->port,
        .udp_port = arguments->udp_port,
        .room = text_of_name(&arguments->room),
        .fingerprint = client_session_fingerprint(client->session),
    };
    size_t size = invitation_write(&invitation, line);

    if (size == 0) {
        tell_string(client, "the invitation is too long for a line");
        return;
    }
    tell_string(client, "paste this into a shell to join; a password is not in it:");
    term_plain(&client->term, (struct text){line, size});
    if (invitation_is_local(&invitation)) {
        tell_string(client, "from another machine, the server needs an address that leads here");
    }
}

static void command(struct client *client, struct text line, int64_t now)
{
    static const char kick[] = "/kick ";
    char notice[NOTICE_LIMIT];

    if (text_equal(line, text_of("/help"))) {
        tell_string(client, NOTICE_HELP);
    } else if (text_equal(line, text_of("/invite"))) {
        invite(client);
    } else if (text_equal(line, text_of("/who"))) {
        size_t size = notice_who(client_session_membership(client->session), notice);
        tell(client, (struct text){notice, size});
    } else if (text_starts(line, kick)) {
        struct text name = {line.bytes + strlen(kick), line.size - strlen(kick)};
        tell_result(client, client_session_kick(client->session, name, now), name);
    } else {
        tell_string(client, NOTICE_NO_COMMAND);
    }
}

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

static void say_line(struct client *client, struct text line, int64_t now)
{
    struct text said;

    if (command_is_goodbye(line)) {
        leave(client, LEAVE_TIMEOUT, now);
    } else if (command_is_said(line, &said)) {
        enum membership_result result = client_session_say(client->session, said, now, NULL);
        tell_result(client, result, said);
    } else {
        command(client, line, now);
    }
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    if (client->phase == TALKING && text_visible(line)) say_line(client, line, now);
    else if (client->phase == ENTERING && command_is_goodbye(line)) end(client, EXIT_FINE);
    else if (client->phase == ENTERING && text_visible(line)) tell_string(client, NOTICE_NOT_IN);
    else if (client->phase < ENTERING) take_answer(client, line);
}

/* A user's lines are taken as they come; a script's lines when there is space for one. */
static bool may_take_line(const struct client *client)
{
    if (client->phase >= LEAVING) return false;
    if (client->term.screen || client->phase < ENTERING) return true;
    return client->phase == TALKING && membership_takes(client_session_membership(client->session));
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (may_take_line(client) && term_line(&client->term, &line, client->phase >= ENTERING)) {
        take_line(client, line, now);
    }
}

/* --- the end --- */

/* A script's input has ended: the client leaves when all its lines are acknowledged. */
static void finish_script(struct client *client, int64_t now)
{
    char why[WORDS];

    if (client->phase < ENTERING && term_ended(&client->term)) {
        cannot(client, EXIT_CANNOT, "no name: give one with -n, or as the first line of the input");
    }
    if (client->phase != TALKING) return;
    if (term_ended(&client->term)
        && membership_all_acked(client_session_membership(client->session))) {
        leave(client, LEAVE_TIMEOUT, now);
    } else if (client->unacked > 0 && now - client->progress_at >= GIVE_UP) {
        snprintf(why, sizeof why, "no answer from %s any more: %zu lines were not delivered",
                 client_session_server(client->session), client->unacked);
        cannot(client, EXIT_CANNOT, why);
    }
}

static void finish(struct client *client, int64_t now)
{
    if (client->phase == LEAVING && now >= client->leave_by) {
        tell_unacked(client, client->unacked);
        end(client, EXIT_FINE);
    }
    if (program_stopped()) leave(client, STOP_TIMEOUT, now);
    if (client->phase == DONE || !client->term.input_ended) return;
    if (!client->term.screen) finish_script(client, now);
    else if (term_ended(&client->term)) leave(client, LEAVE_TIMEOUT, now);
}

/* --- the loop --- */

/* Shows the welcome after the old lines, so that a script can tell that all that follows is new. */
static void welcome(struct client *client)
{
    char notice[NOTICE_LIMIT];
    const struct name *room = &client->arguments.room;

    if (client->welcomed || client->phase != TALKING) return;
    if (!membership_caught_up(client_session_membership(client->session))) return;
    client->welcomed = true;
    size_t size = notice_welcome(text_of_name(&client->arguments.user), notice);
    tell(client, (struct text){notice, size});
    if (!client->term.screen) return;
    snprintf(notice, sizeof notice, "what you type goes to everyone in %.*s; /help shows more",
             (int)room->size, room->bytes);
    tell_string(client, notice);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_due(const struct client *client, int64_t now)
{
    int64_t due = earlier(now + IDLE, coalesce_due(&client->coalesce));

    if (client->phase == LEAVING) due = earlier(due, client->leave_by);
    if (client->phase != TALKING || client->unacked == 0) return due;
    int64_t wait = client->on_the_way == 0 ? MOMENT : GIVE_UP;
    return now - client->progress_at < wait ? earlier(due, client->progress_at + wait) : due;
}

static void wait_and_read(struct client *client)
{
    struct net_set set;
    int64_t now = program_now(), due = earlier(next_due(client, now), pair_due(&client->pair));

    net_set_clear(&set);
    if (client->session) due = earlier(due, client_session_watch(client->session, &set));
    if (term_wants_input(&client->term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, due - now, client->signals);
    if (program_suspended()) term_suspend(&client->term);
    if (program_screen_lost()) term_redraw(&client->term);
    pair_work(&client->pair);
    if (client->session) client_session_serve(client->session, &set, program_now());
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->term);
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
        if (now >= coalesce_due(&client->coalesce)) show_coalesced(client);
        if (client->phase == DONE || !term_flush(&client->term)) return;
        wait_and_read(client);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zeros */

    program_start("stage3 client", arguments_usage, argc, argv);
    arguments_parse(&client.arguments, argc, argv);
    client.called = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    secret_guard();
    client_session_prepare(client.arguments.servers, client.arguments.password,
                           sizeof client.arguments.password);
    pair_open(&client.pair);
    client.signals = program_signals(true);
    term_open(&client.term, client.signals);
    if (client.arguments.operation == 0 && !client.term.screen) {
        program_misuse("a script must say what it wants, with -c, -j or -l");
    }
    advance(&client);
    run(&client);
    show_coalesced(&client);
    /* one try to leave, if that was not sent yet */
    if (client.session) client_session_leave(client.session, program_now());
    client_session_close(client.session);
    arguments_forget_password(&client.arguments);
    pair_close(&client.pair);
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    return client.status;
}
