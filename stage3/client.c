/*
 * The client of stage 3: makes, joins or lists rooms, and talks in one.
 *
 * Model: first it needs to know what is wanted: an operation, a room, its password, a name; what
 * the call does not say is asked for. Then a link (link.h) does all that has to do with the server,
 * and this loop waits for it and for the keyboard at once. A line that the user says is shown when
 * it comes back in the room's log, where everybody reads it: then it is delivered, and it stands
 * where it stands for all. One that takes longer than a moment is counted in the prompt until then.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ordinary.h"
#include "base/program.h"
#include "base/servers.h"
#include "keys/secret.h"
#include "member/gather.h"
#include "member/known.h"
#include "member/link.h"
#include "member/notice.h"
#include "member/reason.h"
#include "member/wish.h"
#include "net/net.h"
#include "terminal/term.h"

enum {
    EXIT_PASSWORD = 3,
    EXIT_KEY = 4,
    EXIT_FULL = 5,
    EXIT_PUT_OUT = 6,
    EXIT_CLOSED = 7
};

enum {
    MOMENT = 1000,         /* milliseconds until lines on their way are counted in the prompt */
    GIVE_UP = 30000,       /* milliseconds without progress, once a script's input has ended */
    LEAVE_PATIENCE = 2000, /* milliseconds for the server to hear that we leave */
    STOP_PATIENCE = 500,   /* the same after a signal */
    IDLE = 60000,          /* milliseconds: a wait that has no other end */
    WORDS = 2048           /* bytes of a sentence */
};

_Static_assert((int)WISH_PASSWORD_LIMIT == LINE_LIMIT, "what is typed is kept as a password");

/* What the client is doing. */
enum phase {
    ASKING_WHAT,
    ASKING_ROOM,
    ASKING_PASSWORD,
    ASKING_NAME,
    ASKING_KEY, /* is that the server's? There is no connection meanwhile */
    ENTERING, /* the link is at work */
    TALKING,
    LEAVING,
    DONE
};

struct client {
    struct wish wish;
    enum phase phase;
    struct link *link;       /* NULL: not needed yet, or not any more */
    struct gather gather;
    bool shown_old;          /* a line from before we came was shown */
    bool welcomed;
    char prompt[NAME_LIMIT + 64];
    size_t on_the_way;       /* lines, as the prompt says it */

    size_t unheard;          /* lines at the last look */
    int64_t progress_at;     /* milliseconds: when that changed */
    int64_t leave_by;        /* milliseconds: in LEAVING, no longer than this */

    /* What the link said last of all: see after_link. */
    bool over;
    enum link_end end;
    int refusal;             /* enum tcrp_status */
    char why[WORDS];
    bool closing_told;       /* by the log: why the room was closed */
    char server[SERVER_TEXT];               /* LINK_KEY_UNKNOWN: who showed the key of */
    unsigned char fingerprint[FINGERPRINT]; /* this fingerprint */

    int status;              /* of the program, at its end */
    const sigset_t *signals;
    struct term term;
};

/* --- what the user is told --- */

static void show_gathered(struct client *client)
{
    char notice[NOTICE_LIMIT];
    size_t size;

    while ((size = gather_take(&client->gather, notice)) > 0) {
        term_notice(&client->term, (struct text){notice, size});
    }
}

/* Everything that is not gathered is shown through this, so that all comes in order. */
static void tell(struct client *client, struct text text)
{
    show_gathered(client);
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

/* The end, with one line that says why. `why` may hold what came from others. */
static _Noreturn void cannot(struct client *client, int status, const char *why)
{
    char text[3 * WORDS];
    struct text shown = text_of(why);

    if (shown.size > WORDS) shown.size = WORDS;
    int size = (int)text_sanitise(shown, text);
    link_close(client->link);
    wish_forget_password(&client->wish);
    term_close(&client->term);
    fprintf(stderr, "stage3 client: %.*s\n", size, text);
    exit(status);
}

/* --- the prompt --- */

static void set_prompt(struct client *client, size_t on_the_way)
{
    struct text user = text_of_name(&client->wish.user);
    size_t room = sizeof client->prompt;
    int size;

    client->on_the_way = on_the_way;
    if (on_the_way == 0) {
        size = snprintf(client->prompt, room, "%.*s> ", (int)user.size, user.bytes);
    } else {
        size = snprintf(client->prompt, room, "%.*s (%zu on the way)> ", (int)user.size,
                        user.bytes, on_the_way);
    }
    term_prompt(&client->term, (struct text){client->prompt, (size_t)size});
}

/* Lines that arrive at once are not counted: the prompt would flicker with each of them. */
static void look_at_progress(struct client *client, int64_t now)
{
    if (client->phase != TALKING && client->phase != LEAVING) return;
    size_t unheard = talk_unheard(link_talk(client->link));

    if (unheard != client->unheard) {
        if (unheard < client->unheard || client->unheard == 0) client->progress_at = now;
        client->unheard = unheard;
    }
    size_t shown = now - client->progress_at >= MOMENT || client->on_the_way > 0 ? unheard : 0;
    if (client->phase == TALKING && shown != client->on_the_way) set_prompt(client, shown);
}

/* --- what comes from the room --- */

/* What was said before we came stands before the welcome. */
static void on_said(struct client *client, const struct talk_news *news)
{
    char notice[NOTICE_LIMIT];

    if (news->old && !client->shown_old) {
        client->shown_old = true;
        if (client->term.screen) tell_string(client, "what was said before you came:");
    }
    show_gathered(client);
    if (news->unreadable) {
        size_t size = notice_unreadable(news->name, notice);
        term_notice(&client->term, (struct text){notice, size});
    } else {
        term_message(&client->term, news->name, news->text, news->own);
    }
}

static void on_news(struct client *client, const struct talk_news *news)
{
    char notice[NOTICE_LIMIT];
    bool others = !news->own && !news->old;

    switch (news->kind) {
    case NEWS_SAID: on_said(client, news); break;
    case NEWS_JOINED:
        if (others) gather_joined(&client->gather, news->who, news->name, program_now());
        break;
    case NEWS_LEFT:
        if (others) gather_left(&client->gather, news->who, news->name, program_now());
        break;
    case NEWS_PUT_OUT:
        if (others) tell(client, (struct text){notice, notice_put_out(news->name, notice)});
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

/* --- what comes from the link --- */

/* A line of the list is NAME TAB MEMBERS TAB open or locked. */
static void show_room(struct client *client, struct text line)
{
    const char *tab = memchr(line.bytes, '\t', line.size);
    char members[64];

    if (!tab) {
        tell_string(client, "and more that the list has no room for");
        return;
    }
    struct text name = {line.bytes, (size_t)(tab - line.bytes)};
    struct text rest = {tab + 1, line.size - name.size - 1};
    const char *second = rest.size > 0 ? memchr(rest.bytes, '\t', rest.size) : NULL;
    size_t digits = second ? (size_t)(second - rest.bytes) : rest.size;
    bool locked = second && text_equal((struct text){second + 1, rest.size - digits - 1},
                                       text_of("locked"));
    bool one = text_equal((struct text){rest.bytes, digits}, text_of("1"));
    int size = snprintf(members, sizeof members, "%.*s %s%s", digits > 20 ? 20 : (int)digits,
                        rest.bytes, one ? "member" : "members", locked ? " (locked)" : "");
    term_message(&client->term, name, (struct text){members, (size_t)size}, false);
}

static void show_list(struct client *client, struct text list)
{
    if (list.size == 0) tell_string(client, "there are no rooms");
    while (list.size > 0) {
        const char *line_end = memchr(list.bytes, '\n', list.size);
        size_t size = line_end ? (size_t)(line_end - list.bytes) : list.size;
        if (size > 0) show_room(client, (struct text){list.bytes, size});
        if (line_end) size++;
        list.bytes += size;
        list.size -= size;
    }
}

static void on_new_key(struct client *client, const struct link_event *event)
{
    char digits[FINGERPRINT_DIGITS + 1], text[WORDS];

    fingerprint_print(event->fingerprint, digits);
    snprintf(text, sizeof text, "first time at %s; the fingerprint of its key is %s",
             link_server(client->link), digits);
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

/* The link must not be closed in here: that comes with after_link. */
static void on_over(struct client *client, const struct link_event *event)
{
    client->over = true;
    client->end = event->end;
    client->refusal = event->status;
    snprintf(client->why, sizeof client->why, "%.*s", (int)event->text.size, event->text.bytes);
    if (event->end == LINK_KEY_UNKNOWN) {
        snprintf(client->server, sizeof client->server, "%s", link_server(client->link));
        memcpy(client->fingerprint, event->fingerprint, FINGERPRINT);
    }
    if (event->end == LINK_KEY_CHANGED) {
        size_t used = strlen(client->why);
        char digits[FINGERPRINT_DIGITS + 1];
        fingerprint_print(event->fingerprint, digits);
        snprintf(client->why + used, sizeof client->why - used, "; it is now %s", digits);
    }
}

static void on_entered(struct client *client)
{
    client->phase = TALKING;
    client->unheard = 0;
    client->progress_at = program_now();
    wish_forget_password(&client->wish);
    set_prompt(client, 0);
}

static void on_event(void *context, const struct link_event *event)
{
    struct client *client = context;

    switch (event->kind) {
    case LINK_KEY_NEW: on_new_key(client, event); break;
    case LINK_ENTERED: on_entered(client); break;
    case LINK_LISTED: show_list(client, event->text); break;
    case LINK_NEWS: on_news(client, event->news); break;
    case LINK_AWAY: on_away(client, event->text); break;
    case LINK_BUSY: on_busy(client, event->text); break;
    case LINK_BACK: tell_string(client, NOTICE_BACK); break;
    case LINK_MEMBERS: break; /* /who looks at them when it is asked */
    case LINK_OVER: on_over(client, event); break;
    }
}

static bool has_room(void *context)
{
    const struct client *client = context;
    return term_has_room(&client->term);
}

/* --- asking for what is missing --- */

/* Does somebody see what we show, and can answer? On a dumb terminal, too. */
static bool somebody_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void enter(struct client *client)
{
    struct wish *wish = &client->wish;

    client->phase = ENTERING;
    client->over = false;
    term_prompt(&client->term, text_of("... "));
    client->link = link_open(
        &(struct link_wish){.servers = wish->servers,
                            .port = wish->port,
                            .udp_port = wish->udp_port,
                            .fingerprint = wish->demands ? wish->fingerprint : NULL,
                            .note_when_in = somebody_is_there() && !wish->list_only,
                            .operation = wish->operation,
                            .room = text_of_name(&wish->room),
                            .user = text_of_name(&wish->user),
                            .password = {wish->password, wish->password_size},
                            .tell = on_event,
                            .has_room = has_room,
                            .context = client},
        program_now());
    if (!client->link) cannot(client, EXIT_CANNOT, strerror(errno));
}

/* The next thing to be asked for, or, when all is known, on to the server. */
static void advance(struct client *client)
{
    struct wish *wish = &client->wish;
    bool list = wish->operation == TCRP_LIST;

    if (wish->operation == 0) {
        client->phase = ASKING_WHAT;
        term_ask(&client->term, text_of("create, join or list? "));
    } else if (!list && wish->room.size == 0) {
        client->phase = ASKING_ROOM;
        term_ask(&client->term, text_of("Room: "));
    } else if (!list && !wish->password_known && isatty(STDIN_FILENO)) {
        client->phase = ASKING_PASSWORD;
        term_ask_secret(&client->term, text_of("Password (Enter: none): "));
    } else if (!list && wish->user.size == 0) {
        client->phase = ASKING_NAME;
        term_ask(&client->term, text_of("Your name: "));
    } else {
        enter(client);
    }
}

/* What somebody types for "create": any beginning of the word will do. */
static bool means(struct text line, const char *word)
{
    return line.size > 0 && line.size <= strlen(word) && memcmp(line.bytes, word, line.size) == 0;
}

static bool is_goodbye(struct text line)
{
    return text_equal(line, text_of("/quit")) || text_equal(line, text_of("/leave"))
        || text_equal(line, text_of("/exit"));
}

static void take_what(struct client *client, struct text line)
{
    enum tcrp_operation *operation = &client->wish.operation;

    if (means(line, "create")) *operation = TCRP_CREATE;
    else if (means(line, "join")) *operation = TCRP_JOIN;
    else if (means(line, "list")) *operation = TCRP_LIST;
    else tell_string(client, "type create, join or list, or /quit");
}

/* Any line is a password, "/quit" as well. */
static void take_password(struct client *client, struct text line)
{
    struct wish *wish = &client->wish;

    wish->password_known = line.size <= sizeof wish->password;
    wish->password_size = wish->password_known ? line.size : 0;
    if (wish->password_size > 0) memcpy(wish->password, line.bytes, line.size);
    term_forget(&client->term);
}

static void take_name(struct client *client, struct name *name, struct text line)
{
    if (wish_name(name, line)) return;
    if (!client->term.screen) cannot(client, EXIT_CANNOT, wish_bad_name);
    tell_string(client, wish_bad_name);
}

/* Noted, and from now on demanded: whoever answers at the next connection must have that key. */
static void trust_key(struct client *client)
{
    unsigned char known[FINGERPRINT];
    char text[WORDS];
    int error = 0;

    if (known_find(client->server, known) == KNOWN_NO) {
        error = known_add(client->server, client->fingerprint);
    }
    if (error != 0) {
        snprintf(text, sizeof text, "cannot note it in %.255s: %s",
                 known_file() ? known_file() : "any file", ordinary_why(error));
        tell_string(client, text);
    }
    client->wish.demands = true;
    memcpy(client->wish.fingerprint, client->fingerprint, FINGERPRINT);
}

static void ask_yes_or_no(struct client *client)
{
    client->phase = ASKING_KEY;
    term_flush(&client->term); /* where there is no screen, the question goes another way */
    term_ask(&client->term, text_of("Is that its key (yes or no)? "));
}

/* Only a whole "yes" will do, or the fingerprint itself, which somebody has got from the owner.
   False: it is asked again. */
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
    else if (is_goodbye(line)) end(client, EXIT_FINE);
    else if (client->phase == ASKING_WHAT) take_what(client, line);
    else if (client->phase == ASKING_ROOM) take_name(client, &client->wish.room, line);
    else if (client->phase == ASKING_NAME) take_name(client, &client->wish.user, line);
    else if (!take_key(client, line)) return;
    if (client->phase != DONE) advance(client);
}

/* --- when the link is over --- */

static int status_of(int refusal)
{
    switch (refusal) {
    case TCRP_WRONG_PASSWORD:
    case TCRP_TOO_MANY_TRIES: return EXIT_PASSWORD;
    case TCRP_ROOM_FULL:
    case TCRP_SERVER_FULL: return EXIT_FULL;
    case TCRP_PUT_OUT: return EXIT_PUT_OUT;
    default: return EXIT_CANNOT;
    }
}

/* Somebody at a terminal may wish for something else; a script cannot be asked. */
static void refused(struct client *client, bool was_in)
{
    struct wish *wish = &client->wish;
    bool again = client->term.screen && !wish->list_only && !was_in
        && client->refusal != TCRP_TOO_MANY_TRIES;

    if (!again) cannot(client, status_of(client->refusal), client->why);
    tell_string(client, client->why);
    switch (client->refusal) {
    case TCRP_NAME_TAKEN: wish->user.size = 0; break;
    case TCRP_WRONG_PASSWORD: wish_forget_password(wish); break;
    default:
        wish_forget_password(wish);
        wish->room.size = 0;
        wish->operation = 0;
        break;
    }
    advance(client);
}

static void listed(struct client *client)
{
    client->wish.operation = 0;
    if (client->wish.list_only) end(client, EXIT_FINE);
    else advance(client);
}

/*
 * A server is met for the first time, and there is a password. Somebody in between would show a key
 * of his own, so the user must say whose it is. A script is told what to do: it cannot say.
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

/* Of what was said and not heard nobody knows whether it arrived. `items`: with our leaving, if that
   is under way. */
static void tell_unheard(struct client *client, size_t items)
{
    size_t lines = client->phase == LEAVING && items > 0 ? items - 1 : items;
    char text[64];

    if (lines == 0) return;
    if (lines == 1) snprintf(text, sizeof text, "the last line may not have arrived");
    else snprintf(text, sizeof text, "the last %zu lines may not have arrived", lines);
    tell_string(client, text);
}

static void after_link(struct client *client)
{
    bool was_in = client->phase == TALKING || client->phase == LEAVING;

    if (!client->over) return;
    client->over = false;
    show_gathered(client);
    if (was_in) tell_unheard(client, talk_unheard(link_talk(client->link)));
    link_close(client->link);
    client->link = NULL;
    switch (client->end) {
    case LINK_DONE: listed(client); break;
    case LINK_LEFT: end(client, EXIT_FINE); break;
    case LINK_PUT_OUT:
        tell_string(client, REASON_PUT_OUT);
        end(client, EXIT_PUT_OUT);
        break;
    case LINK_CLOSED:
        if (!client->closing_told) tell_string(client, client->why);
        end(client, EXIT_CLOSED);
        break;
    case LINK_REFUSED: refused(client, was_in); break;
    case LINK_KEY_CHANGED: cannot(client, EXIT_KEY, client->why);
    case LINK_KEY_UNKNOWN: ask_about_key(client); break;
    case LINK_FAILED: cannot(client, EXIT_CANNOT, client->why);
    }
}

/* --- what goes out --- */

/* What the others will read, if it is something that is said: a command is not. */
static bool is_said(struct text line, struct text *said)
{
    *said = line;
    if (text_starts(line, "//")) *said = (struct text){line.bytes + 1, line.size - 1};
    return text_starts(line, "//") || !text_starts(line, "/");
}

static void tell_result(struct client *client, enum talk_result result, struct text name)
{
    char notice[NOTICE_LIMIT];

    switch (result) {
    case TALK_OK: break;
    case TALK_FULL: tell_string(client, NOTICE_FULL); break;
    case TALK_TOO_LONG: tell_string(client, NOTICE_TOO_LONG); break;
    case TALK_BAD_TEXT: tell_string(client, NOTICE_BAD_TEXT); break;
    case TALK_NOT_HOST: tell_string(client, NOTICE_NOT_HOST); break;
    case TALK_ONESELF: tell_string(client, NOTICE_ONESELF); break;
    case TALK_NOBODY:
        tell(client, (struct text){notice, notice_nobody(name, notice)});
        break;
    }
}

static void command(struct client *client, struct text line, int64_t now)
{
    static const char kick[] = "/kick ";
    char notice[NOTICE_LIMIT];

    if (text_equal(line, text_of("/help"))) {
        tell_string(client, NOTICE_HELP);
    } else if (text_equal(line, text_of("/who"))) {
        size_t size = notice_who(link_talk(client->link), notice);
        tell(client, (struct text){notice, size});
    } else if (text_starts(line, kick)) {
        struct text name = {line.bytes + strlen(kick), line.size - strlen(kick)};
        tell_result(client, link_kick(client->link, name, now), name);
    } else {
        tell_string(client, NOTICE_NO_COMMAND);
    }
}

static void leave(struct client *client, int64_t patience, int64_t now)
{
    if (client->phase == LEAVING || client->phase == DONE) return;
    if (client->phase != TALKING) {
        end(client, EXIT_FINE);
        return;
    }
    client->phase = LEAVING;
    client->leave_by = now + patience;
    link_leave(client->link, now);
}

static void talk_line(struct client *client, struct text line, int64_t now)
{
    struct text said;

    if (is_goodbye(line)) {
        leave(client, LEAVE_PATIENCE, now);
    } else if (is_said(line, &said)) {
        enum talk_result result = link_say(client->link, said, now, NULL);
        tell_result(client, result, said);
    } else {
        command(client, line, now);
    }
}

static void take_line(struct client *client, struct text line, int64_t now)
{
    if (client->phase == TALKING && text_visible(line)) talk_line(client, line, now);
    else if (client->phase == ENTERING && is_goodbye(line)) end(client, EXIT_FINE);
    else if (client->phase == ENTERING && text_visible(line)) tell_string(client, NOTICE_NOT_IN);
    else if (client->phase < ENTERING) take_answer(client, line);
}

/* A person's lines are taken as they come; those of a script when there is room for one. */
static bool may_take_line(const struct client *client)
{
    if (client->phase >= LEAVING) return false;
    if (client->term.screen || client->phase < ENTERING) return true;
    return client->phase == TALKING && talk_takes(link_talk(client->link));
}

static void take_lines(struct client *client, int64_t now)
{
    struct text line;

    while (may_take_line(client) && term_line(&client->term, &line, client->phase >= ENTERING)) {
        take_line(client, line, now);
    }
}

/* --- the end --- */

/* A script's input has ended: when all its lines have been heard, we leave. */
static void finish_script(struct client *client, int64_t now)
{
    char why[WORDS];

    if (client->phase < ENTERING && term_ended(&client->term)) {
        cannot(client, EXIT_CANNOT, "no name: give one with -n, or as the first line of the input");
    }
    if (client->phase != TALKING) return;
    if (term_ended(&client->term) && talk_all_heard(link_talk(client->link))) {
        leave(client, LEAVE_PATIENCE, now);
    } else if (client->unheard > 0 && now - client->progress_at >= GIVE_UP) {
        snprintf(why, sizeof why, "no answer from %s any more: %zu lines were not delivered",
                 link_server(client->link), client->unheard);
        cannot(client, EXIT_CANNOT, why);
    }
}

static void finish(struct client *client, int64_t now)
{
    if (client->phase == LEAVING && now >= client->leave_by) {
        tell_unheard(client, client->unheard);
        end(client, EXIT_FINE);
    }
    if (program_stopped()) leave(client, STOP_PATIENCE, now);
    if (client->phase == DONE || !client->term.input_ended) return;
    if (!client->term.screen) finish_script(client, now);
    else if (term_ended(&client->term)) leave(client, LEAVE_PATIENCE, now);
}

/* --- the loop --- */

/* Once what was said before has been shown: a script knows by it that all that follows is new. */
static void welcome(struct client *client)
{
    char notice[NOTICE_LIMIT];
    const struct name *room = &client->wish.room;

    if (client->welcomed || client->phase != TALKING) return;
    if (!talk_caught_up(link_talk(client->link))) return;
    client->welcomed = true;
    size_t size = notice_welcome(text_of_name(&client->wish.user), notice);
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
    int64_t due = earlier(now + IDLE, gather_due(&client->gather));

    if (client->phase == LEAVING) due = earlier(due, client->leave_by);
    if (client->phase != TALKING || client->unheard == 0) return due;
    int64_t wait = client->on_the_way == 0 ? MOMENT : GIVE_UP;
    return now - client->progress_at < wait ? earlier(due, client->progress_at + wait) : due;
}

static void wait_and_read(struct client *client)
{
    struct net_set set;
    int64_t now = program_now(), due = next_due(client, now);

    net_set_clear(&set);
    if (client->link) due = earlier(due, link_watch(client->link, &set));
    if (term_wants_input(&client->term)) net_watch(&set, STDIN_FILENO);
    if (term_wants_output(&client->term)) net_watch_write(&set, STDOUT_FILENO);
    net_wait(&set, due - now, client->signals);
    if (program_suspended()) term_suspend(&client->term);
    if (program_screen_lost()) term_redraw(&client->term);
    if (client->link) link_serve(client->link, &set, program_now());
    if (net_ready(&set, STDIN_FILENO)) term_read(&client->term);
}

static void run(struct client *client)
{
    for (;;) {
        int64_t now = program_now();

        after_link(client);
        take_lines(client, now);
        look_at_progress(client, now);
        finish(client, now);
        after_link(client); /* leaving may have ended it */
        welcome(client);
        if (now >= gather_due(&client->gather)) show_gathered(client);
        if (client->phase == DONE || !term_flush(&client->term)) return;
        wait_and_read(client);
    }
}

int main(int argc, char **argv)
{
    static struct client client; /* too large for the stack of some systems; all zero */

    program_start("stage3 client", wish_usage, argc, argv);
    wish_parse(&client.wish, argc, argv);
    secret_guard();
    link_prepare(client.wish.servers, client.wish.password, sizeof client.wish.password);
    client.signals = program_signals(true);
    term_open(&client.term, client.signals);
    if (client.wish.operation == 0 && !client.term.screen) {
        program_misuse("a script must say what it wants, with -c, -j or -l");
    }
    advance(&client);
    run(&client);
    show_gathered(&client);
    if (client.link) link_leave(client.link, program_now()); /* one try, if it was not said yet */
    link_close(client.link);
    wish_forget_password(&client.wish);
    term_close(&client.term);
    if (client.term.output.failed && !program_stopped()) {
        program_die("cannot write to standard output: %s", strerror(client.term.output.failed));
    }
    return client.status;
}
