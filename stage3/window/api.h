/*
 * api: the interface between the page and this program.
 *
 * Model: the page (page.html) has no state that matters; it can be closed, reloaded, opened twice.
 * News goes to the page as server-sent events (the HTML standard, section 9.2): an answer that
 * never ends, with a block of lines for each event,
 *
 *     id: 17
 *     data: {"id":17,"kind":"said","room":"3","name":"bob","text":"hello"}
 *
 * and what the user does comes from the page as POSTs. Both are JSON. A room is named by its
 * handle: a number, in a string, that is given out once for each request to enter a room or to see
 * the list, and never again. So two rooms of one name, or one room entered twice, are never mixed
 * up.
 *
 * GET  /?key=HEX        sets the cookie and leads to /PATH/ (auth.h); the key is used up
 * All others are below that: /PATH/say and so on.
 * GET  /                the page
 * GET  /events?after=N  the stream: hello, each room, every line after N, each room again, now;
 *                       then new events as they come. A browser that connects again sends N in the
 *                       header Last-Event-ID instead.
 * GET  /past?after=N    the same up to now, and then the end: for a tab that lets another tab of
 *                       the browser read the stream
 * POST /create, /join   {"room":NAME,"name":MINE,"password":P or ""}    {"room":HANDLE}, at once;
 *                       later the event room or refused. With "fingerprint":F the user confirms
 *                       that F, from a refusal "key-unknown", is the server's key
 *                       "invitation":LINE, in /join alone: the servers and the key of that line
 * POST /list            {}                                {"room":HANDLE}; later list or refused
 * POST /say             {"room":HANDLE,"text":TEXT}       {"number":N}; 409: too many on their way
 * POST /leave           {"room":HANDLE}                   {}; later gone. For a room that is over:
 *                       removes it from the list
 * POST /invite          {"room":HANDLE}                   {"line":LINE,"local":true if it is for
 *                       this computer only}: how a friend joins, see invitation.h
 * POST /invitation      {"invitation":LINE}               {"room":NAME,"server":"host:9003",
 *                       "usual":true if it is the usual server,"fingerprint":F or ""}: what the
 *                       line says; nothing is joined
 * POST /kick            {"room":HANDLE,"name":NAME}       {}; later kicked
 *
 * An answer of 400 or more to a POST is {"why":WORDS}; the page shows the words as they are. It has
 * "field":"room" or "field":"name" if that field is the cause.
 *
 * Lines: things that happened. Each line has an id, which rises over all rooms, and a time in
 * milliseconds since 1970 (or none, if it is not known). The latest lines of each room are kept for
 * streams that begin later.
 *
 *     sent       number, text                 an own line, on its way
 *     said       name, text, [own, number], [old: from before we joined], [unreadable: true]
 *                own: the line with this number has come back; its place is here
 *     delivered  number                       the same, when the place does not matter
 *     failed     number                       the line will not be delivered
 *     joined, left, kicked    name
 *     gap        count                        so many lines were missed
 *     closed     why                          in words
 *     key        fingerprint                  of a server met for the first time
 *     notice     text                         anything else that the user should see
 *
 * States: things that hold now. They have no id, and are repeated at the beginning of each stream.
 *
 *     hello      boot: which run of this program, in letters; server: "127.0.0.1:9003";
 *                rooms: all handles; limit: the bytes of a message; second: true if another
 *                program, perhaps another window, has the usual port
 *     room       room, name, you, host, locked, members: all their names, why (when over),
 *                state: "open", "reconnecting" or "over";
 *                server: "host:9003", only if it is not the one of hello;
 *                cut: the highest id of the lines of this room that are no longer kept, or 0
 *     now        all past lines have been sent
 *
 * Answers: sent to all current streams; the latest ones are repeated to each new stream.
 *
 *     gone       room                         no longer in the list
 *     refused    room, why: in words, status: "exists", "none", "password", "name", "malformed",
 *                "full", "busy", "put-out", "unreachable"; "key-changed" and "key-unknown" (with
 *                fingerprint; the latter is a question: nothing was sent to that server)
 *     list       room, rooms: [{"name":NAME,"members":N,"locked":true}], more: true if it was cut
 *
 * joined, left and kicked change the members that the state room has given. A new stream sends
 * older lines after that state, and these change the members back and forth: so it sends room again
 * at the end.
 *
 * Contract: no sockets of its own and no clock; requests come complete, and answers leave through a
 * struct. The request is wiped as soon as its password has been passed on.
 */
#ifndef API_H
#define API_H

#include "auth.h"
#include "csp.h"
#include "room_view.h"

enum {
    API_VIEWS = 64,  /* rooms and requests for the list, at once */
    API_MORE = CSP_LIMIT + AUTH_COOKIE, /* bytes of an answer's own header lines */
    API_RETRY = 500  /* milliseconds until a browser reconnects a lost stream */
};

struct api {
    struct auth auth;
    struct events events;
    struct room_view_home home;
    const char *server;           /* as it is shown to the user */
    bool second;                  /* see hello */
    random_source *random;
    void *random_context;

    /* Private. */
    struct room_view *views[API_VIEWS]; /* owned; the first view_count are used */
    size_t view_count;
    uint64_t last_handle;
    char boot[AUTH_SECRET + 1];
    struct text page;
    char csp[CSP_LIMIT];
    char refusal_csp[CSP_LIMIT]; /* of the pages of refusal.h */
    bool key_used;                /* there is a new key: the owner must tell the user, and clear
                                     this */
};

struct api_answer {
    int status;
    const char *type;    /* of the body; NULL: there is none */
    struct buffer body;  /* the caller must free it */
    char more[API_MORE]; /* header lines */
    bool stream;         /* the body goes on with all new events */
    bool trusted;        /* the request had the cookie or the key */
};

/* The owner must have set `home`, `server`, `second`, `random` and `random_context`. */
void api_open(struct api *api, uint16_t port, events_tell *tell, void *context);
void api_close(struct api *api);

/* As client_session_watch and client_session_serve. */
int64_t api_watch(const struct api *api, struct net_set *set);
void api_serve(struct api *api, struct net_set *set, int64_t now);

/* Answers a request; fills *answer. */
void api_answer(struct api *api, struct http_request *request, struct api_answer *answer,
                int64_t now);

/* The answer to a malformed or late request: a status of 400 or more, and plain text. */
void api_refuse(struct api_answer *answer, int status);

/* Leaves all rooms. True: all servers have been told. */
bool api_leave_all(struct api *api, int64_t now);

#endif
