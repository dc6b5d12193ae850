#include "seat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ordinary.h"
#include "member/link.h"
#include "member/notice.h"
#include "member/reason.h"

enum {
    WAITING_LIMIT = 64, /* own lines on their way: a talk takes no more */
    WORDS = 2048        /* bytes of a sentence */
};

enum stage { ENTERING, IN, AWAY, OVER, LEAVING, DONE };

struct seat {
    struct seat_home *home; /* not owned */
    uint64_t handle;
    enum stage stage;
    bool locked;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    size_t room_size, user_size;
    struct link *link;      /* owned */
    int64_t deadline;       /* LEAVING: milliseconds */
    const char *closed_why; /* the room's end as the log told it; NULL: it did not */
    char why[WORDS];        /* OVER: in words */
    char new_key[FINGERPRINT_DIGITS + 1]; /* of a server met for the first time: told when we are
                                             in; "": none */
    char key_trouble[512];  /* why it could not be noted; "": it was */
    uint64_t waiting[WAITING_LIMIT]; /* numbers of own lines that have not come back, in order */
    size_t waiting_count;
};

/* --- telling the page --- */

static void tell_line(struct seat *seat, struct event event)
{
    event.room = seat->handle;
    events_line(seat->home->events, &event);
}

static void tell_answer(struct seat *seat, struct event event)
{
    event.room = seat->handle;
    events_answer(seat->home->events, &event);
}

static void tell_state(struct seat *seat)
{
    struct buffer json = {0};

    seat_describe(seat, &json);
    if (!json.failed) events_state(seat->home->events, buffer_text(&json));
    buffer_free(&json);
}

static void put_members(const struct people *people, struct buffer *out)
{
    for (uint32_t i = 0; i < people->count; i++) {
        if (i > 0) buffer_put(out, ",", 1);
        buffer_json(out, people->list[i].name);
    }
}

void seat_describe(const struct seat *seat, struct buffer *out)
{
    const struct talk *talk = link_talk(seat->link);
    const struct person *host = people_find(talk_people(talk), talk_host(talk));

    buffer_print(out, "{\"kind\":\"room\",\"room\":\"%" PRIu64 "\",\"cut\":%" PRIu64, seat->handle,
                 events_cut(seat->home->events, seat->handle));
    buffer_print(out, ",\"locked\":%s,\"state\":\"%s\",\"name\":", seat->locked ? "true" : "false",
                 seat->stage == OVER ? "over" : seat->stage == AWAY ? "reconnecting" : "open");
    buffer_json(out, (struct text){seat->room, seat->room_size});
    buffer_print(out, ",\"you\":");
    buffer_json(out, (struct text){seat->user, seat->user_size});
    buffer_print(out, ",\"host\":");
    buffer_json(out, host ? host->name : text_of(""));
    buffer_print(out, ",\"why\":");
    buffer_json(out, text_of(seat->why));
    buffer_print(out, ",\"members\":["); /* of a room that is over nobody knows who is in it */
    if (seat->stage != OVER) put_members(talk_people(talk), out);
    buffer_print(out, "]}");
}

/* --- the list of rooms --- */

/* Takes what stands before `separator` off the text; all of it if there is none. */
static struct text cut(struct text *text, char separator)
{
    const char *found = text->size > 0 ? memchr(text->bytes, separator, text->size) : NULL;
    size_t size = found ? (size_t)(found - text->bytes) : text->size;
    struct text before = {text->bytes, size};

    if (found) size++;
    *text = (struct text){text->bytes + size, text->size - size};
    return before;
}

/* A number of at most nine digits, and nothing else. */
static bool is_count(struct text digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
    }
    return digits.size > 0 && digits.size <= 9 && (digits.size == 1 || digits.bytes[0] != '0');
}

/* NAME TAB MEMBERS TAB open or locked. What is no such line is passed over. */
static bool put_listed(struct text line, bool first, struct buffer *out)
{
    struct text name = cut(&line, '\t'), members = cut(&line, '\t');

    if (!name_valid(name) || !is_count(members)) return false;
    buffer_print(out, "%s{\"members\":%.*s,\"locked\":%s,\"name\":", first ? "" : ",",
                 (int)members.size, members.bytes,
                 text_equal(line, text_of("locked")) ? "true" : "false");
    buffer_json(out, name);
    buffer_print(out, "}");
    return true;
}

static void tell_list(struct seat *seat, struct text list)
{
    struct buffer json = {0};
    bool first = true, more = false;

    buffer_print(&json, "{\"kind\":\"list\",\"room\":\"%" PRIu64 "\",\"rooms\":[", seat->handle);
    while (list.size > 0) {
        struct text line = cut(&list, '\n');
        if (text_equal(line, text_of("..."))) more = true;
        else if (put_listed(line, first, &json)) first = false;
    }
    buffer_print(&json, "],\"more\":%s}", more ? "true" : "false");
    if (!json.failed) events_answer_json(seat->home->events, buffer_text(&json));
    buffer_free(&json);
}

/* --- what happens in the room --- */

/* An own line is delivered: it waits no more. */
static void stop_waiting(struct seat *seat, uint64_t number)
{
    size_t kept = 0;

    for (size_t i = 0; i < seat->waiting_count; i++) {
        if (seat->waiting[i] != number) seat->waiting[kept++] = seat->waiting[i];
    }
    seat->waiting_count = kept;
}

static void on_said(struct seat *seat, const struct talk_news *news)
{
    if (news->own) stop_waiting(seat, news->number);
    tell_line(seat, (struct event){.kind = "said", .name = news->name, .old = news->old,
                                   .text = news->unreadable ? text_of("") : news->text,
                                   .own = news->own, .number = news->own ? news->number : 0,
                                   .unreadable = news->unreadable});
}

/* Something that counted as done is not: the page shows it as words. */
static void on_loss(struct seat *seat, const struct talk_news *news)
{
    char words[NOTICE_LIMIT];
    size_t size, before = seat->waiting_count;

    switch (news->kind) {
    case NEWS_BACK: size = notice_went_back(news->count, words); break;
    case NEWS_LOST: size = notice_lost_line(news->text, words); break;
    default: size = notice_undone(news->name, words); break;
    }
    if (news->kind == NEWS_LOST) stop_waiting(seat, news->number);
    if (seat->waiting_count < before) {
        tell_line(seat, (struct event){.kind = "failed", .number = news->number});
    }
    tell_line(seat, (struct event){.kind = "notice", .text = {words, size}});
}

static void on_news(struct seat *seat, const struct talk_news *news)
{
    struct event event = {.name = news->name, .old = news->old};

    switch (news->kind) {
    case NEWS_SAID: on_said(seat, news); return;
    case NEWS_CLOSED: seat->closed_why = reason_of_closing(news->why); return;
    case NEWS_JOINED: event.kind = "joined"; break;
    case NEWS_LEFT: event.kind = "left"; break;
    case NEWS_PUT_OUT: event.kind = "kicked"; break;
    case NEWS_GAP:
        event = (struct event){.kind = "gap", .count = news->count, .old = news->old};
        break;
    case NEWS_NOTICE: event = (struct event){.kind = "notice", .text = news->text}; break;
    case NEWS_BACK:
    case NEWS_LOST:
    case NEWS_UNDONE: on_loss(seat, news); return;
    }
    /* That we came ourselves everybody knows; our end is told by the link. */
    if (!news->own) tell_line(seat, event);
}

/* --- coming in --- */

static void on_new_key(struct seat *seat, const struct link_event *event)
{
    fingerprint_print(event->fingerprint, seat->new_key);
    snprintf(seat->key_trouble, sizeof seat->key_trouble, "%.*s", (int)event->text.size,
             event->text.size > 0 ? event->text.bytes : "");
}

static void tell_new_key(struct seat *seat)
{
    if (seat->new_key[0] != '\0') {
        tell_line(seat, (struct event){.kind = "key", .fingerprint = text_of(seat->new_key)});
    }
    if (seat->key_trouble[0] != '\0') {
        tell_line(seat, (struct event){.kind = "notice", .text = text_of(seat->key_trouble)});
    }
}

/*
 * The user says yes to a key: it must be the one that the last refusal has told. Noted, and from now
 * on demanded. False: there was no such question.
 */
static bool trust_key(struct seat *seat, struct text digits, unsigned char fingerprint[FINGERPRINT])
{
    struct seat_home *home = seat->home;
    unsigned char known[FINGERPRINT];
    int error = 0;

    if (home->asked_server[0] == '\0' || !fingerprint_parse(digits, fingerprint)
        || memcmp(fingerprint, home->asked, FINGERPRINT) != 0) {
        return false;
    }
    if (known_find(home->asked_server, known) == KNOWN_NO) {
        error = known_add(home->asked_server, fingerprint);
    }
    if (error == 0) return true;
    snprintf(seat->key_trouble, sizeof seat->key_trouble, "cannot note the key in %.255s: %s",
             known_file() ? known_file() : "any file", ordinary_why(error));
    return true;
}

static void on_entered(struct seat *seat)
{
    seat->stage = IN;
    /* False: no memory to keep its lines. They are told all the same. */
    (void)events_add_room(seat->home->events, seat->handle);
    tell_state(seat);
    tell_new_key(seat);
}

/* --- not getting in --- */

/* What the page goes by; the user reads the link's words. */
static const char *word_of(int status)
{
    switch ((enum tcrp_status)status) {
    case TCRP_OK: break; /* no refusal */
    case TCRP_ROOM_EXISTS: return "exists";
    case TCRP_NO_ROOM: return "none";
    case TCRP_WRONG_PASSWORD: return "password";
    case TCRP_NAME_TAKEN: return "name";
    case TCRP_MALFORMED: return "malformed";
    case TCRP_ROOM_FULL:
    case TCRP_SERVER_FULL: return "full";
    case TCRP_TOO_MANY_TRIES:
    case TCRP_BUSY:
    case TCRP_APART: return "busy";
    case TCRP_PUT_OUT: return "put-out";
    }
    return "malformed";
}

/* What the user of a window can do about it, behind the words that say it; often nothing. */
static const char *hint_of(int status)
{
    if (status == TCRP_NAME_TAKEN) return ". Choose another one.";
    if (status == TCRP_WRONG_PASSWORD) return ". (For a room without the lock sign, give none.)";
    return ".";
}

/* The link's words begin small, to stand behind a program's name. A page shows a sentence, with
   `more` behind it: a full stop, but not behind what somebody may want to copy. */
static void set_words(struct seat *seat, struct text words, const char *more)
{
    snprintf(seat->why, sizeof seat->why, "%.*s%s", (int)words.size,
             words.size > 0 ? words.bytes : "", more);
    char first = seat->why[0];
    if (first >= 'a' && first <= 'z') seat->why[0] = (char)(first - 'a' + 'A');
}

/* The question to the user; the page asks it, and says the wish once more with the answer. */
static void ask_about_key(struct seat *seat, const struct link_event *event)
{
    struct seat_home *home = seat->home;

    snprintf(home->asked_server, sizeof home->asked_server, "%s", link_server(seat->link));
    memcpy(home->asked, event->fingerprint, FINGERPRINT);
    snprintf(seat->why, sizeof seat->why,
             "Compare this fingerprint of the key of %s with what the server printed at its start: "
             "whoever has that key can guess at your password. Is it the same?",
             home->asked_server);
}

static void tell_refused(struct seat *seat, const struct link_event *event)
{
    char fingerprint[FINGERPRINT_DIGITS + 1];
    struct event refused = {.kind = "refused"};
    const char *status = "unreachable";

    set_words(seat, event->text, event->end == LINK_REFUSED ? hint_of(event->status) : "");
    if (event->end == LINK_REFUSED) status = word_of(event->status);
    if (event->end == LINK_REFUSED && event->status == TCRP_WRONG_PASSWORD && !seat->locked) {
        set_words(seat, text_of("that room has a password. Type it"), ".");
    }
    if (event->end == LINK_KEY_CHANGED) status = "key-changed";
    if (event->end == LINK_KEY_UNKNOWN) {
        status = "key-unknown";
        ask_about_key(seat, event);
    }
    if (event->fingerprint) {
        fingerprint_print(event->fingerprint, fingerprint);
        refused.fingerprint = text_of(fingerprint);
    }
    refused.status = text_of(status);
    refused.why = text_of(seat->why);
    tell_answer(seat, refused);
}

/* --- the end --- */

/* Why the room was closed the log has told before, if it did. */
static void set_end_words(struct seat *seat, const struct link_event *event)
{
    bool told = event->end == LINK_CLOSED && seat->closed_why;

    set_words(seat, told ? text_of(seat->closed_why) : event->text, ".");
}

static void end_room(struct seat *seat, const struct link_event *event)
{
    for (size_t i = 0; i < seat->waiting_count; i++) {
        tell_line(seat, (struct event){.kind = "failed", .number = seat->waiting[i]});
    }
    seat->waiting_count = 0;
    set_end_words(seat, event);
    seat->stage = OVER;
    tell_line(seat, (struct event){.kind = "closed", .why = text_of(seat->why)});
    tell_state(seat);
}

static void on_over(struct seat *seat, const struct link_event *event)
{
    if (seat->stage == IN || seat->stage == AWAY) {
        end_room(seat, event);
        return;
    }
    if (seat->stage == ENTERING && event->end != LINK_DONE) tell_refused(seat, event);
    seat->stage = DONE;
}

/* --- the link's events --- */

static void on_link(void *context, const struct link_event *event)
{
    struct seat *seat = context;
    bool shown = seat_shown(seat);

    switch (event->kind) {
    case LINK_KEY_NEW: on_new_key(seat, event); break;
    case LINK_ENTERED:
        if (seat->stage == ENTERING) on_entered(seat);
        break;
    case LINK_LISTED: tell_list(seat, event->text); break;
    case LINK_NEWS:
        if (shown) on_news(seat, event->news);
        break;
    case LINK_BUSY: break; /* it is over soon: see `impatient` */
    case LINK_AWAY:
        if (shown) seat->stage = AWAY;
        if (shown) tell_state(seat);
        break;
    case LINK_BACK:
        if (shown) seat->stage = IN;
        if (shown) tell_state(seat);
        break;
    case LINK_MEMBERS:
        if (shown) tell_state(seat);
        break;
    case LINK_OVER: on_over(seat, event); break;
    }
}

/* --- for the owner --- */

static enum tcrp_operation operation_of(enum seat_operation operation)
{
    switch (operation) {
    case SEAT_CREATE: return TCRP_CREATE;
    case SEAT_JOIN: return TCRP_JOIN;
    default: return TCRP_LIST;
    }
}

static void copy_names(struct seat *seat, const struct seat_wish *wish)
{
    seat->room_size = wish->room.size;
    seat->user_size = wish->user.size;
    if (wish->room.size > 0) memcpy(seat->room, wish->room.bytes, wish->room.size);
    if (wish->user.size > 0) memcpy(seat->user, wish->user.bytes, wish->user.size);
}

struct seat *seat_open(struct seat_home *home, const struct seat_wish *wish, uint64_t handle,
                       int64_t now)
{
    struct seat *seat = calloc(1, sizeof *seat);
    unsigned char fingerprint[FINGERPRINT];
    const unsigned char *demanded = home->fingerprint;

    if (!seat) return NULL;
    seat->home = home;
    seat->handle = handle;
    if (!demanded && trust_key(seat, wish->fingerprint, fingerprint)) demanded = fingerprint;
    seat->locked = wish->password.size > 0;
    copy_names(seat, wish);
    seat->link = link_open(&(struct link_wish){.servers = home->servers,
                                               .port = home->port,
                                               .udp_port = home->udp_port,
                                               .fingerprint = demanded,
                                               .note_when_in = true,
                                               .impatient = true,
                                               .operation = operation_of(wish->operation),
                                               .room = wish->room,
                                               .user = wish->user,
                                               .password = wish->password,
                                               .tell = on_link,
                                               .context = seat},
                           now);
    if (seat->link) return seat;
    free(seat);
    return NULL;
}

void seat_close(struct seat *seat)
{
    if (seat_shown(seat)) events_drop_room(seat->home->events, seat->handle);
    link_close(seat->link);
    free(seat);
}

int64_t seat_watch(const struct seat *seat, struct net_set *set)
{
    int64_t due = link_watch(seat->link, set);

    return seat->stage == LEAVING && seat->deadline < due ? seat->deadline : due;
}

void seat_serve(struct seat *seat, struct net_set *set, int64_t now)
{
    if (seat->stage != OVER && seat->stage != DONE) link_serve(seat->link, set, now);
    if (seat->stage == LEAVING && now >= seat->deadline) seat->stage = DONE;
}

uint64_t seat_handle(const struct seat *seat)
{
    return seat->handle;
}

bool seat_shown(const struct seat *seat)
{
    return seat->stage == IN || seat->stage == AWAY || seat->stage == OVER;
}

bool seat_done(const struct seat *seat)
{
    return seat->stage == DONE;
}

/* --- what the user does --- */

static const char *words_of(enum talk_result result)
{
    switch (result) {
    case TALK_OK: return NULL;
    case TALK_FULL: return "Too many messages are on their way. Wait until they have arrived.";
    case TALK_TOO_LONG: return "That is too long for one message.";
    case TALK_BAD_TEXT: return "There is no text in that.";
    case TALK_NOT_HOST: return "Only the host can remove somebody.";
    case TALK_ONESELF: return "To go yourself, leave the room.";
    default: return "Nobody here has that name any more.";
    }
}

const char *seat_say(struct seat *seat, struct text text, int64_t now, uint64_t *number)
{
    if (seat->stage != IN && seat->stage != AWAY) return "You are not in that room.";
    if (seat->waiting_count == WAITING_LIMIT) return words_of(TALK_FULL);
    enum talk_result result = link_say(seat->link, text, now, number);
    if (result != TALK_OK) return words_of(result);
    seat->waiting[seat->waiting_count++] = *number;
    tell_line(seat, (struct event){.kind = "sent", .number = *number, .text = text});
    return NULL;
}

const char *seat_kick(struct seat *seat, struct text name, int64_t now)
{
    if (seat->stage != IN && seat->stage != AWAY) return "You are not in that room.";
    return words_of(link_kick(seat->link, name, now));
}

void seat_leave(struct seat *seat, int64_t now)
{
    enum stage before = seat->stage;
    bool shown = seat_shown(seat);

    if (before == LEAVING || before == DONE) return;
    seat->stage = before == IN || before == AWAY ? LEAVING : DONE;
    seat->deadline = now + SEAT_FAREWELL;
    if (shown) events_drop_room(seat->home->events, seat->handle);
    tell_answer(seat, (struct event){.kind = "gone"});
    if (seat->stage == LEAVING) link_leave(seat->link, now);
}
