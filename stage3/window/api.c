#include "api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "crypto/constant.h"
#include "invite.h"
#include "page.h"
#include "refusal.h"

static const char type_html[] = "text/html; charset=utf-8";
static const char type_text[] = "text/plain; charset=utf-8";
static const char type_json[] = "application/json";
static const char type_stream[] = "text/event-stream";

/*
 * The answer to a request with the key: a page that leads to the chat. A redirect (303) would not
 * do: it would still belong to a navigation that another program began, and with SameSite=Strict
 * the browser would not send the cookie. From this page the browser navigates by itself.
 */
static const char welcome[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"refresh\" content=\"0;url=%s\">\n"
    "<title>Chat</title>\n<p><a href=\"%s\">To the chat</a></p>\n";

/* --- life --- */

void api_open(struct api *api, uint16_t port, events_tell *tell, void *context)
{
    struct auth boot;

    auth_open(&boot, port, api->random, api->random_context);
    memcpy(api->boot, boot.key, sizeof api->boot);
    auth_close(&boot);
    auth_open(&api->auth, port, api->random, api->random_context);
    events_open(&api->events, tell, context);
    api->home.events = &api->events;
    api->page = (struct text){(const char *)page_bytes, page_size};
    csp_line(api->page, api->csp);
    refusal_csp(api->refusal_csp);
}

void api_close(struct api *api)
{
    while (api->view_count > 0) room_view_close(api->views[--api->view_count]);
    events_close(&api->events);
    auth_close(&api->auth);
}

int64_t api_watch(const struct api *api, struct net_set *set)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < api->view_count; i++) {
        int64_t view_due = room_view_watch(api->views[i], set);
        if (view_due < due) due = view_due;
    }
    return due;
}

/* The other views keep their order, which is that of the page's list. */
static void remove_done(struct api *api)
{
    size_t kept = 0;

    for (size_t i = 0; i < api->view_count; i++) {
        if (room_view_done(api->views[i])) room_view_close(api->views[i]);
        else api->views[kept++] = api->views[i];
    }
    api->view_count = kept;
}

void api_serve(struct api *api, struct net_set *set, int64_t now)
{
    for (size_t i = 0; i < api->view_count; i++) room_view_serve(api->views[i], set, now);
    remove_done(api);
}

bool api_leave_all(struct api *api, int64_t now)
{
    for (size_t i = 0; i < api->view_count; i++) room_view_leave(api->views[i], now);
    remove_done(api);
    return api->view_count == 0;
}

/* --- answers --- */

static void put_text(struct buffer *out, const char *text)
{
    buffer_put(out, text, strlen(text));
}

void api_refuse(struct api_answer *answer, int status)
{
    *answer = (struct api_answer){.status = status, .type = type_text};
    put_text(&answer->body, refusal_words(status));
    put_text(&answer->body, "\n");
}

/* The same, but as a page if the request accepts HTML: then a person may read it. */
static void refuse(const struct api *api, const struct http_request *request,
                   struct api_answer *answer, int status)
{
    api_refuse(answer, status);
    if (!http_header_lists(request, "accept", "text/html")) return;
    buffer_free(&answer->body);
    answer->type = type_html;
    refusal_page(status, &answer->body);
    strcpy(answer->more, api->refusal_csp);
}

/* The answer to a POST that cannot be carried out: the page shows the words. */
static void complain_of(struct api_answer *answer, int status, const char *why, const char *field)
{
    answer->status = status;
    answer->type = type_json;
    put_text(&answer->body, "{\"why\":");
    buffer_json(&answer->body, text_of(why));
    if (field) buffer_print(&answer->body, ",\"field\":\"%s\"", field);
    put_text(&answer->body, "}");
}

static void complain(struct api_answer *answer, int status, const char *why)
{
    complain_of(answer, status, why, NULL);
}

static void succeed(struct api_answer *answer)
{
    answer->type = type_json;
    put_text(&answer->body, "{}");
}

/* --- GET --- */

static void get_page(struct api *api, const struct http_request *request,
                     struct api_answer *answer)
{
    (void)request;
    answer->type = type_html;
    buffer_put(&answer->body, api->page.bytes, api->page.size);
    strcpy(answer->more, api->csp);
}

static void use_key(struct api *api, struct api_answer *answer)
{
    answer->type = type_html;
    answer->trusted = true;
    buffer_print(&answer->body, welcome, api->auth.path, api->auth.path);
    auth_cookie(&api->auth, answer->more);
    strcat(answer->more, "Content-Security-Policy: default-src 'none'\r\n");
    auth_renew(&api->auth, api->random, api->random_context);
    api->key_used = true;
}

static void tell_hello(const struct api *api, struct buffer *out)
{
    struct buffer json = {0};
    bool first = true;

    buffer_print(&json, "{\"kind\":\"hello\",\"boot\":\"%s\",\"limit\":%d,", api->boot,
                 ROOM_VIEW_TEXT_LIMIT);
    if (api->second) put_text(&json, "\"second\":true,");
    put_text(&json, "\"server\":");
    buffer_json(&json, text_of(api->server));
    buffer_print(&json, ",\"rooms\":[");
    for (size_t i = 0; i < api->view_count; i++) {
        if (!room_view_shown(api->views[i])) continue;
        buffer_print(&json, "%s\"%" PRIu64 "\"", first ? "" : ",", room_view_handle(api->views[i]));
        first = false;
    }
    buffer_print(&json, "]}");
    events_block(buffer_text(&json), out);
    buffer_free(&json);
}

static void tell_rooms(const struct api *api, struct buffer *out)
{
    for (size_t i = 0; i < api->view_count; i++) {
        struct buffer json = {0};
        if (!room_view_shown(api->views[i])) continue;
        room_view_describe(api->views[i], &json);
        events_block(buffer_text(&json), out);
        buffer_free(&json);
    }
}

/* Reads a number. Malformed or too large gives 0: then all lines are sent. */
static uint64_t number_of(struct text digits)
{
    uint64_t number = 0;

    if (digits.size > 18) return 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return 0;
        number = number * 10 + (uint64_t)(digits.bytes[i] - '0');
    }
    return number;
}

static void get_past(struct api *api, const struct http_request *request,
                     struct api_answer *answer)
{
    struct text seen = http_header(request, "last-event-id");
    struct buffer *out = &answer->body;

    if (!seen.bytes) seen = http_parameter(request->query, '&', "after");
    uint64_t after = number_of(seen);
    if (after > api->events.last) after = 0; /* from another run of this program */
    answer->type = type_stream;
    buffer_print(out, "retry: %d\n\n", API_RETRY);
    tell_hello(api, out);
    tell_rooms(api, out);
    events_past(&api->events, after, out);
    tell_rooms(api, out);
    events_block(text_of("{\"kind\":\"now\"}"), out);
}

static void get_events(struct api *api, const struct http_request *request,
                       struct api_answer *answer)
{
    get_past(api, request, answer);
    answer->stream = true;
}

/* --- POST --- */

struct fields {
    struct text room, name, password, text, fingerprint, invitation; /* NULL: not given */
};

/* The body is decoded in place: see json.h. */
static bool read_fields(const struct http_request *request, struct fields *fields)
{
    struct json json = json_begin((char *)request->body.bytes, request->body.size);
    struct json_member member;

    *fields = (struct fields){0};
    while (json_next(&json, &member)) {
        if (member.kind != JSON_STRING) continue;
        if (text_equal(member.name, text_of("room"))) fields->room = member.string;
        if (text_equal(member.name, text_of("name"))) fields->name = member.string;
        if (text_equal(member.name, text_of("text"))) fields->text = member.string;
        if (text_equal(member.name, text_of("password"))) fields->password = member.string;
        if (text_equal(member.name, text_of("fingerprint"))) fields->fingerprint = member.string;
        if (text_equal(member.name, text_of("invitation"))) fields->invitation = member.string;
    }
    return !json.malformed;
}

static void open_view(struct api *api, const struct room_view_params *fields,
                      struct api_answer *answer, int64_t now)
{
    if (api->view_count == API_VIEWS) {
        complain(answer, 409, "You are in as many rooms as this window has places for.");
        return;
    }
    struct room_view *view = room_view_open(&api->home, fields, ++api->last_handle, now);
    if (!view) {
        complain(answer, 503, "There is no memory for another room.");
        return;
    }
    api->views[api->view_count++] = view;
    answer->type = type_json;
    buffer_print(&answer->body, "{\"room\":\"%" PRIu64 "\"}", api->last_handle);
}

#define NAME_RULES                                                                              \
    "at most 255 bytes, no colon or invisible character in it, no space at its ends, and no * / " \
    "or { at its beginning."

static void enter(struct api *api, enum room_view_operation operation, const struct fields *fields,
                  struct api_answer *answer, int64_t now)
{
    static struct invitation_store store;
    struct invitation invitation;
    char why[INVITE_WHY];
    bool invited = operation == ROOM_VIEW_JOIN && fields->invitation.size > 0;

    if (!name_valid(fields->room)) {
        complain_of(answer, 400, "That cannot be a room's name: " NAME_RULES, "room");
        return;
    }
    if (!name_valid(fields->name)) {
        complain_of(answer, 400, "That cannot be your name: " NAME_RULES, "name");
        return;
    }
    if (invited && !invite_read(fields->invitation, &store, &invitation, why)) {
        complain_of(answer, 400, why, "room");
        return;
    }
    open_view(api,
              &(struct room_view_params){operation, fields->room, fields->name, fields->password,
                                         fields->fingerprint, invited ? &invitation : NULL},
              answer, now);
}

static void post_create(struct api *api, const struct fields *fields, struct room_view *view,
                        struct api_answer *answer, int64_t now)
{
    (void)view;
    enter(api, ROOM_VIEW_CREATE, fields, answer, now);
}

static void post_join(struct api *api, const struct fields *fields, struct room_view *view,
                      struct api_answer *answer, int64_t now)
{
    (void)view;
    enter(api, ROOM_VIEW_JOIN, fields, answer, now);
}

static void post_invitation(struct api *api, const struct fields *fields, struct room_view *view,
                            struct api_answer *answer, int64_t now)
{
    static struct invitation_store store;
    struct invitation invitation;
    char why[INVITE_WHY];

    (void)view, (void)now;
    if (!invite_read(fields->invitation, &store, &invitation, why)) {
        complain_of(answer, 400, why, "room");
        return;
    }
    answer->type = type_json;
    invite_describe(&api->home, &invitation, &answer->body);
}

static void post_invite(struct api *api, const struct fields *fields, struct room_view *view,
                        struct api_answer *answer, int64_t now)
{
    (void)api, (void)fields, (void)now;
    answer->type = type_json;
    if (!invite_write(view, &answer->body)) {
        complain(answer, 409, "The invitation would be too long for a line.");
    }
}

static void post_list(struct api *api, const struct fields *fields, struct room_view *view,
                      struct api_answer *answer, int64_t now)
{
    (void)fields;
    (void)view;
    open_view(api, &(struct room_view_params){.operation = ROOM_VIEW_LIST}, answer, now);
}

static void post_say(struct api *api, const struct fields *fields, struct room_view *view,
                     struct api_answer *answer, int64_t now)
{
    uint64_t number = 0;
    const char *why = room_view_say(view, fields->text, now, &number);

    (void)api;
    if (why) {
        complain(answer, 409, why);
        return;
    }
    answer->type = type_json;
    buffer_print(&answer->body, "{\"number\":%" PRIu64 "}", number);
}

static void post_kick(struct api *api, const struct fields *fields, struct room_view *view,
                      struct api_answer *answer, int64_t now)
{
    const char *why = room_view_kick(view, fields->name, now);

    (void)api;
    if (why) complain(answer, 409, why);
    else succeed(answer);
}

static void post_leave(struct api *api, const struct fields *fields, struct room_view *view,
                       struct api_answer *answer, int64_t now)
{
    (void)fields;
    room_view_leave(view, now);
    remove_done(api);
    succeed(answer);
}

/* --- dispatch --- */

typedef void get_function(struct api *, const struct http_request *, struct api_answer *);
typedef void post_function(struct api *, const struct fields *, struct room_view *,
                           struct api_answer *, int64_t);

struct place {
    const char *path;
    get_function *get;   /* either this or `post`; the other is NULL */
    post_function *post;
    bool of_room;        /* needs the handle of a room that we are in */
};

static const struct place *find_place(struct text path)
{
    static const struct place places[] = {
        {"/", get_page, NULL, false}, {"/events", get_events, NULL, false},
        {"/past", get_past, NULL, false}, {"/create", NULL, post_create, false},
        {"/join", NULL, post_join, false}, {"/list", NULL, post_list, false},
        {"/say", NULL, post_say, true}, {"/kick", NULL, post_kick, true},
        {"/leave", NULL, post_leave, true}, {"/invite", NULL, post_invite, true},
        {"/invitation", NULL, post_invitation, false}};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (text_equal(path, text_of(places[i].path))) return &places[i];
    }
    return NULL;
}

static struct room_view *find_view(const struct api *api, struct text handle)
{
    for (size_t i = 0; i < api->view_count; i++) {
        char digits[24];
        sprintf(digits, "%" PRIu64, room_view_handle(api->views[i]));
        if (text_equal(handle, text_of(digits))) return api->views[i];
    }
    return NULL;
}

static void post(struct api *api, const struct place *place, struct http_request *request,
                 struct api_answer *answer, int64_t now)
{
    struct fields fields;
    struct room_view *view = NULL;

    if (!read_fields(request, &fields)) {
        complain(answer, 400, "That request makes no sense.");
    } else if (place->of_room && !(view = find_view(api, fields.room))) {
        complain(answer, 404, "You are not in that room any more.");
    } else {
        place->post(api, &fields, view, answer, now);
    }
    wipe((char *)request->body.bytes, request->body.size);
}

static bool is_json(const struct http_request *request)
{
    struct text type = http_header(request, "content-type");

    return text_starts(type, type_json)
        && (type.size == strlen(type_json) || type.bytes[strlen(type_json)] == ';');
}

/* Answers a request that has passed the checks. */
static void serve(struct api *api, struct http_request *request, struct api_answer *answer,
                  int64_t now)
{
    const struct place *place = find_place(request->path);

    if (!place) {
        refuse(api, request, answer, 404);
    } else if (!text_equal(request->method, text_of(place->get ? "GET" : "POST"))) {
        refuse(api, request, answer, 405);
        strcat(answer->more, place->get ? "Allow: GET\r\n" : "Allow: POST\r\n");
    } else if (place->get) {
        place->get(api, request, answer);
    } else if (!is_json(request)) {
        refuse(api, request, answer, 415);
    } else {
        post(api, place, request, answer, now);
    }
    answer->trusted = true;
}

static bool comes_with_key(const struct api *api, const struct http_request *request)
{
    return text_equal(request->method, text_of("GET"))
        && text_equal(request->path, text_of("/")) && auth_has_key(&api->auth, request);
}

void api_answer(struct api *api, struct http_request *request, struct api_answer *answer,
                int64_t now)
{
    int status = auth_check(&api->auth, request);
    struct text inside = auth_inside(&api->auth, request);
    bool may = inside.bytes && auth_has_cookie(&api->auth, request);

    *answer = (struct api_answer){.status = 200};
    if (status == 0 && comes_with_key(api, request)) {
        use_key(api, answer);
    } else if (status != 0 || !may) {
        refuse(api, request, answer, status != 0 ? status : 403);
    } else {
        request->path = inside;
        serve(api, request, answer, now);
    }
    if (!answer->body.failed) return;
    buffer_free(&answer->body);
    api_refuse(answer, 503);
}
