#include "room_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ordinary.h"
#include "member/client_session.h"
#include "member/notice.h"
#include "member/reason.h"
#include "member/room_list.h"
#include "words.h"

enum { WAITING_LIMIT = 64 }; /* own lines on their way: the outbox takes no more */

enum stage { ENTERING, IN, AWAY, OVER, LEAVING, DONE };

struct room_view {
    struct room_view_home *home; /* not owned */
    uint64_t handle;
    enum stage stage;
    bool locked;
    char room[NAME_LIMIT], user[NAME_LIMIT];
    size_t room_size, user_size;
    struct client_session *session; /* owned */
    int64_t deadline;               /* LEAVING: milliseconds */
    const char *closed_why;         /* the reason in the log's closing entry; NULL: none came */
    char why[WORDS_LIMIT];          /* OVER: the reason, in words */
    char new_key[FINGERPRINT_DIGITS + 1]; /* the key of a server met for the first time, shown once
                                             we are in; "": none */
    char key_trouble[512];          /* why the key could not be noted; "": it was */
    struct invitation at;           /* the servers and the key; its texts are here or in `home` */
    char servers[INVITATION_LIMIT];
    unsigned char key[FINGERPRINT];
    uint64_t waiting[WAITING_LIMIT]; /* own lines that have not come back yet: numbers, in order */
    size_t waiting_count;
};

/* --- telling the page --- */

static void tell_line(struct room_view *view, struct event event)
{
    event.room = view->handle;
    events_line(view->home->events, &event);
}

static void tell_answer(struct room_view *view, struct event event)
{
    event.room = view->handle;
    events_answer(view->home->events, &event);
}

static void tell_state(struct room_view *view)
{
    struct buffer json = {0};

    room_view_describe(view, &json);
    if (!json.failed) events_state(view->home->events, buffer_text(&json));
    buffer_free(&json);
}

void room_view_describe(const struct room_view *view, struct buffer *out)
{
    const struct membership *membership = client_session_membership(view->session);
    const struct person *host =
        members_find(membership_members(membership), membership_host(membership));
    char server[SERVER_TEXT];

    buffer_print(out, "{\"kind\":\"room\",\"room\":\"%" PRIu64 "\",\"cut\":%" PRIu64, view->handle,
                 events_cut(view->home->events, view->handle));
    buffer_print(out, ",\"locked\":%s,\"state\":\"%s\",\"name\":", view->locked ? "true" : "false",
                 view->stage == OVER ? "over" : view->stage == AWAY ? "reconnecting" : "open");
    buffer_json(out, (struct text){view->room, view->room_size});
    buffer_print(out, ",\"you\":");
    buffer_json(out, (struct text){view->user, view->user_size});
    buffer_print(out, ",\"host\":");
    buffer_json(out, host ? host->name : text_of(""));
    buffer_print(out, ",\"why\":");
    buffer_json(out, text_of(view->why));
    if (!invitation_leads_to(&view->at, view->home->servers, view->home->port)) {
        buffer_print(out, ",\"server\":"); /* because it is not the usual one */
        buffer_json(out, text_of(invitation_server(&view->at, server)));
    }
    buffer_print(out, ",\"members\":["); /* empty for a room that is over: they are not known */
    const struct members *members = view->stage != OVER ? membership_members(membership) : NULL;
    for (uint32_t i = 0; members && i < members->count; i++) {
        if (i > 0) buffer_put(out, ",", 1);
        buffer_json(out, members->list[i].name);
    }
    buffer_print(out, "]}");
}

/* --- the list of rooms --- */

static void tell_list(struct room_view *view, struct text list)
{
    struct buffer json = {0};
    struct listed_room room;
    bool more = false;
    const char *comma = "";

    buffer_print(&json, "{\"kind\":\"list\",\"room\":\"%" PRIu64 "\",\"rooms\":[", view->handle);
    while (room_list_next(&list, &room)) {
        if (room.name.size == 0) {
            more = true;
            continue;
        }
        buffer_print(&json, "%s{\"members\":%.*s,\"locked\":%s,\"name\":", comma,
                     (int)room.members.size, room.members.bytes, room.locked ? "true" : "false");
        buffer_json(&json, room.name);
        buffer_print(&json, "}");
        comma = ",";
    }
    buffer_print(&json, "],\"more\":%s}", more ? "true" : "false");
    if (!json.failed) events_answer_json(view->home->events, buffer_text(&json));
    buffer_free(&json);
}

/* --- what happens in the room --- */

/* An own line has come back, or is lost: it no longer waits. */
static void stop_waiting(struct room_view *view, uint64_t number)
{
    size_t kept = 0;

    for (size_t i = 0; i < view->waiting_count; i++) {
        if (view->waiting[i] != number) view->waiting[kept++] = view->waiting[i];
    }
    view->waiting_count = kept;
}

static void on_said(struct room_view *view, const struct news *news)
{
    if (news->own) stop_waiting(view, news->number);
    tell_line(view, (struct event){.kind = "said", .name = news->name, .old = news->old,
                                   .text = news->unreadable ? text_of("") : news->text,
                                   .own = news->own, .number = news->own ? news->number : 0,
                                   .unreadable = news->unreadable});
}

/* Something that was shown as done has been undone: the page shows a notice. */
static void on_loss(struct room_view *view, const struct news *news)
{
    char words[NOTICE_LIMIT];
    size_t size, before = view->waiting_count;

    switch (news->kind) {
    case NEWS_BACK: size = notice_went_back(news->count, words); break;
    case NEWS_LOST: size = notice_lost_line(news->text, words); break;
    default: size = notice_undone(news->name, words); break;
    }
    if (news->kind == NEWS_LOST) stop_waiting(view, news->number);
    if (view->waiting_count < before) {
        tell_line(view, (struct event){.kind = "failed", .number = news->number});
    }
    tell_line(view, (struct event){.kind = "notice", .text = {words, size}});
}

static void on_news(struct room_view *view, const struct news *news)
{
    struct event event = {.name = news->name, .old = news->old};

    switch (news->kind) {
    case NEWS_SAID: on_said(view, news); return;
    case NEWS_CLOSED: view->closed_why = reason_of_closing(news->why); return;
    case NEWS_JOINED: event.kind = "joined"; break;
    case NEWS_LEFT: event.kind = "left"; break;
    case NEWS_KICKED: event.kind = "kicked"; break;
    case NEWS_GAP:
        event = (struct event){.kind = "gap", .count = news->count, .old = news->old};
        break;
    case NEWS_NOTICE: event = (struct event){.kind = "notice", .text = news->text}; break;
    case NEWS_BACK:
    case NEWS_LOST:
    case NEWS_UNDONE: on_loss(view, news); return;
    }
    /* The user needs no line for our own arrival, and the session reports our own end. */
    if (!news->own) tell_line(view, event);
}

/* --- entering --- */

/*
 * The user has confirmed a key, which must be the one in the last refusal. It is noted in
 * known_hosts, and demanded from now on. False: there was no such question.
 */
static bool trust_key(struct room_view *view, struct text digits,
                      unsigned char fingerprint[FINGERPRINT])
{
    struct room_view_home *home = view->home;
    unsigned char known[FINGERPRINT];
    int error = 0;

    if (home->asked_server[0] == '\0' || !fingerprint_parse(digits, fingerprint)
        || memcmp(fingerprint, home->asked, FINGERPRINT) != 0) {
        return false;
    }
    if (known_hosts_find(home->asked_server, known) == KNOWN_HOSTS_NO) {
        error = known_hosts_add(home->asked_server, fingerprint);
    }
    if (error == 0) return true;
    snprintf(view->key_trouble, sizeof view->key_trouble, "cannot note the key in %.255s: %s",
             known_hosts_file() ? known_hosts_file() : "any file", ordinary_why(error));
    return true;
}

static void on_entered(struct room_view *view)
{
    view->stage = IN;
    /* False: no memory to keep the room's lines. They are still sent to the page. */
    (void)events_add_room(view->home->events, view->handle);
    tell_state(view);
    if (view->new_key[0] != '\0') {
        tell_line(view, (struct event){.kind = "key", .fingerprint = text_of(view->new_key)});
    }
    if (view->key_trouble[0] != '\0') {
        tell_line(view, (struct event){.kind = "notice", .text = text_of(view->key_trouble)});
    }
}

/* --- refusals --- */

/* The question for the user. The page asks it, and repeats the request if the answer is yes. */
static void ask_about_key(struct room_view *view, const struct client_session_event *event)
{
    struct room_view_home *home = view->home;

    snprintf(home->asked_server, sizeof home->asked_server, "%s",
             client_session_server(view->session));
    memcpy(home->asked, event->fingerprint, FINGERPRINT);
    snprintf(view->why, sizeof view->why,
             "Compare this fingerprint of the key of %s with what the server printed at its start: "
             "whoever has that key can guess at your password. Is it the same?",
             home->asked_server);
}

static void tell_refused(struct room_view *view, const struct client_session_event *event)
{
    char fingerprint[FINGERPRINT_DIGITS + 1];
    struct event refused = {.kind = "refused"};
    const char *status = "unreachable";

    words_sentence(view->why, event->text,
                   event->end == CLIENT_SESSION_REFUSED ? words_hint(event->status) : "");
    if (event->end == CLIENT_SESSION_REFUSED) status = words_status(event->status);
    if (event->end == CLIENT_SESSION_REFUSED && event->status == TCRP_WRONG_PASSWORD
        && !view->locked) {
        words_sentence(view->why, text_of("that room has a password. Type it"), ".");
    }
    if (event->end == CLIENT_SESSION_KEY_CHANGED) status = "key-changed";
    if (event->end == CLIENT_SESSION_KEY_UNKNOWN) {
        status = "key-unknown";
        ask_about_key(view, event);
    }
    if (event->fingerprint) {
        fingerprint_print(event->fingerprint, fingerprint);
        refused.fingerprint = text_of(fingerprint);
    }
    refused.status = text_of(status);
    refused.why = text_of(view->why);
    tell_answer(view, refused);
}

/* --- the end --- */

static void end_room(struct room_view *view, const struct client_session_event *event)
{
    for (size_t i = 0; i < view->waiting_count; i++) {
        tell_line(view, (struct event){.kind = "failed", .number = view->waiting[i]});
    }
    view->waiting_count = 0;
    bool told = event->end == CLIENT_SESSION_CLOSED && view->closed_why; /* by the log, before */
    words_sentence(view->why, told ? text_of(view->closed_why) : event->text, ".");
    view->stage = OVER;
    tell_line(view, (struct event){.kind = "closed", .why = text_of(view->why)});
    tell_state(view);
}

static void on_over(struct room_view *view, const struct client_session_event *event)
{
    if (view->stage == IN || view->stage == AWAY) {
        end_room(view, event);
        return;
    }
    if (view->stage == ENTERING && event->end != CLIENT_SESSION_DONE) tell_refused(view, event);
    view->stage = DONE;
}

/* --- the session's events --- */

static void on_session(void *context, const struct client_session_event *event)
{
    struct room_view *view = context;
    bool shown = room_view_shown(view);

    switch (event->kind) {
    case CLIENT_SESSION_KEY_NEW: /* on_entered tells it */
        fingerprint_print(event->fingerprint, view->new_key);
        snprintf(view->key_trouble, sizeof view->key_trouble, "%.*s", (int)event->text.size,
                 event->text.size > 0 ? event->text.bytes : "");
        break;
    case CLIENT_SESSION_ENTERED:
        if (view->stage == ENTERING) on_entered(view);
        break;
    case CLIENT_SESSION_LISTED: tell_list(view, event->text); break;
    case CLIENT_SESSION_NEWS:
        if (shown) on_news(view, event->news);
        break;
    case CLIENT_SESSION_BUSY: break; /* the session ends soon: see `impatient` */
    case CLIENT_SESSION_AWAY:
        if (shown) view->stage = AWAY;
        if (shown) tell_state(view);
        break;
    case CLIENT_SESSION_BACK:
        if (shown) view->stage = IN;
        if (shown) tell_state(view);
        break;
    case CLIENT_SESSION_MEMBERS:
        if (shown) tell_state(view);
        break;
    case CLIENT_SESSION_OVER: on_over(view, event); break;
    }
}

/* --- for the owner --- */

static const enum tcrp_operation operations[] = {
    [ROOM_VIEW_CREATE] = TCRP_CREATE, [ROOM_VIEW_JOIN] = TCRP_JOIN, [ROOM_VIEW_LIST] = TCRP_LIST};

/*
 * Sets the servers and the key that the room's server must have. A key that the program was started
 * with goes before an invitation's, at the servers that it was started with; at others it means
 * nothing.
 */
static void set_place(struct room_view *view, const struct room_view_params *params)
{
    const struct room_view_home *home = view->home;
    const struct invitation *invitation = params->invitation;

    view->at = (struct invitation){.program = home->program, .servers = home->servers,
                                   .port = home->port, .udp_port = home->udp_port,
                                   .room = {view->room, view->room_size},
                                   .fingerprint = home->fingerprint};
    if (!invitation) return;
    if (!invitation_leads_to(invitation, home->servers, home->port)) view->at.fingerprint = NULL;
    snprintf(view->servers, sizeof view->servers, "%s", invitation->servers);
    view->at.servers = view->servers;
    view->at.port = invitation->port;
    view->at.udp_port = invitation->udp_port;
    if (!invitation->fingerprint || view->at.fingerprint) return;
    memcpy(view->key, invitation->fingerprint, FINGERPRINT);
    view->at.fingerprint = view->key;
}

struct room_view *room_view_open(struct room_view_home *home, const struct room_view_params *params,
                                 uint64_t handle, int64_t now)
{
    struct room_view *view = calloc(1, sizeof *view);

    if (!view) return NULL;
    view->home = home;
    view->handle = handle;
    view->locked = params->password.size > 0;
    view->room_size = params->room.size;
    view->user_size = params->user.size;
    if (params->room.size > 0) memcpy(view->room, params->room.bytes, params->room.size);
    if (params->user.size > 0) memcpy(view->user, params->user.bytes, params->user.size);
    set_place(view, params);
    if (!view->at.fingerprint && trust_key(view, params->fingerprint, view->key)) {
        view->at.fingerprint = view->key;
    }
    view->session = client_session_open(
        &(struct client_session_params){.servers = view->at.servers,
                                        .port = view->at.port,
                                        .udp_port = view->at.udp_port,
                                        .fingerprint = view->at.fingerprint,
                                        .note_when_in = true,
                                        .pair = home->pair,
                                        .impatient = true,
                                        .operation = operations[params->operation],
                                        .room = params->room,
                                        .user = params->user,
                                        .password = params->password,
                                        .tell = on_session,
                                        .context = view},
        now);
    if (view->session) return view;
    free(view);
    return NULL;
}

void room_view_close(struct room_view *view)
{
    if (room_view_shown(view)) events_drop_room(view->home->events, view->handle);
    client_session_close(view->session);
    free(view);
}

int64_t room_view_watch(const struct room_view *view, struct net_set *set)
{
    int64_t due = client_session_watch(view->session, set);

    return view->stage == LEAVING && view->deadline < due ? view->deadline : due;
}

void room_view_serve(struct room_view *view, struct net_set *set, int64_t now)
{
    if (view->stage != OVER && view->stage != DONE) client_session_serve(view->session, set, now);
    if (view->stage == LEAVING && now >= view->deadline) view->stage = DONE;
}

uint64_t room_view_handle(const struct room_view *view)
{
    return view->handle;
}

bool room_view_shown(const struct room_view *view)
{
    return view->stage == IN || view->stage == AWAY || view->stage == OVER;
}

bool room_view_done(const struct room_view *view)
{
    return view->stage == DONE;
}

/* --- what the user does --- */

const char *room_view_say(struct room_view *view, struct text text, int64_t now, uint64_t *number)
{
    if (view->stage != IN && view->stage != AWAY) return "You are not in that room.";
    if (view->waiting_count == WAITING_LIMIT) return words_result(MEMBERSHIP_FULL);
    enum membership_result result = client_session_say(view->session, text, now, number);
    if (result != MEMBERSHIP_OK) return words_result(result);
    view->waiting[view->waiting_count++] = *number;
    tell_line(view, (struct event){.kind = "sent", .number = *number, .text = text});
    return NULL;
}

const char *room_view_kick(struct room_view *view, struct text name, int64_t now)
{
    if (view->stage != IN && view->stage != AWAY) return "You are not in that room.";
    return words_result(client_session_kick(view->session, name, now));
}

void room_view_leave(struct room_view *view, int64_t now)
{
    enum stage before = view->stage;
    bool shown = room_view_shown(view);

    if (before == LEAVING || before == DONE) return;
    view->stage = before == IN || before == AWAY ? LEAVING : DONE;
    view->deadline = now + ROOM_VIEW_FAREWELL;
    if (shown) events_drop_room(view->home->events, view->handle);
    tell_answer(view, (struct event){.kind = "gone"});
    if (view->stage == LEAVING) client_session_leave(view->session, now);
}

size_t room_view_invite(const struct room_view *view, char out[INVITATION_LIMIT], bool *local)
{
    struct invitation invitation = view->at;

    invitation.fingerprint = client_session_fingerprint(view->session);
    *local = invitation_is_local(&invitation);
    return invitation_write(&invitation, out);
}
