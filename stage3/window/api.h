/*
 * api: what the page and this program say to each other.
 *
 * Model: the page (page.html) has no state that matters; it can be closed, reloaded, opened twice.
 * What happens comes down as server-sent events (the HTML standard, section 9.2): an answer that
 * never ends, with a block of lines for each event,
 *
 *     id: 17
 *     data: {"id":17,"kind":"said","room":"3","name":"bob","text":"hello"}
 *
 * and what the user does goes up as POSTs. Both are JSON. A room is called by its handle, a number
 * in a string that is given out once for each wish to enter one (or to see the list), and never
 * again: two rooms of one name, or one entered twice, are never mixed up.
 *
 * GET  /?key=HEX        the cookie, and on to /PATH/ (auth.h); the key is used up
 * All others are below that: /PATH/say and so on.
 * GET  /                the page
 * GET  /events?after=N  the stream: hello, each room, every line after N, each room once more, now;
 *                       then what comes. A browser that connects again says N in the header
 *                       Last-Event-ID instead.
 * GET  /past?after=N    the same up to now, and the end: for a tab that lets another one read
 * POST /create, /join   {"room":NAME,"name":MINE,"password":P or ""}    {"room":HANDLE}, at once;
 *                       then comes the event room or refused. With "fingerprint":F the user says
 *                       that F, which a refusal "key-unknown" has told, is the server's key
 * POST /list            {}                                {"room":HANDLE}; then list or refused
 * POST /say             {"room":HANDLE,"text":TEXT}       {"number":N}; 409: too many on their way
 * POST /leave           {"room":HANDLE}                   {}; then gone. So too for a room that is
 *                       over: that takes it from the list
 * POST /kick            {"room":HANDLE,"name":NAME}       {}; then kicked
 *
 * An answer of 400 or more to a POST is {"why":WORDS}, to be shown to the user as they are; with
 * "field":"room" or "name" if it is that which cannot be.
 *
 * Lines: these happened. Each has an id, rising over all rooms, and a time in milliseconds since
 * 1970 (or none, if nobody knows); each is kept, the latest of each room, for who comes later.
 *
 *     sent       number, text                 our own, on its way
 *     said       name, text, [own, number], [old: from before we came], [unreadable: true]
 *                own: that of the number has come back from the server; here is its place
 *     delivered  number                       the same news, when its place does not matter
 *     failed     number                       it will not be delivered any more
 *     joined, left, kicked    name
 *     gap        count                        so many lines were missed
 *     closed     why                          in words
 *     key        fingerprint                  of a server that we had not met before
 *     notice     text                         anything else that a user should see
 *
 * States: these hold. They have no id, and are told again to every stream at its beginning.
 *
 *     hello      boot: which run of this program, in letters; server: "127.0.0.1:9003";
 *                rooms: the handles that there are; limit: the bytes of a message; second: true
 *                if another program, perhaps another window, has the port that we usually have
 *     room       room, name, you, host, locked, members: all their names, why (when over),
 *                state: "open", "reconnecting" or "over";
 *                cut: the highest id of the lines of this room that are no longer kept, or 0
 *     now        what is past has been told
 *
 * And these are told to the streams that there are, and the latest of them to one that begins:
 *
 *     gone       room                         no longer in the list
 *     refused    room, why: in words, status: "exists", "none", "password", "name", "malformed",
 *                "full", "busy", "put-out", "unreachable"; "key-changed" and "key-unknown" (with
 *                fingerprint; the latter is a question: nothing was sent to that server)
 *     list       room, rooms: [{"name":NAME,"members":N,"locked":true}], more: true if it was cut
 *
 * joined, left and kicked change the members that room told. A stream that begins tells older lines
 * behind it, which change them back and forth: that is why it tells room once more.
 *
 * Contract: no sockets of its own and no clock; requests come whole, and answers leave through a
 * struct. Passwords are wiped out of the request as soon as they are handed over.
 */
#ifndef API_H
#define API_H

#include "auth.h"
#include "csp.h"
#include "room_view.h"

enum {
    API_VIEWS = 64,  /* rooms, and lists that are being asked for, at once */
    API_MORE = CSP_LIMIT + AUTH_COOKIE, /* bytes of the header lines that an answer adds */
    API_RETRY = 500  /* milliseconds until a browser asks for a lost stream again */
};

struct api {
    struct auth auth;
    struct events events;
    struct room_view_home home;
    const char *server;           /* as it is shown */
    bool second;                  /* see hello */
    random_source *random;
    void *random_context;

    /* Its own. */
    struct room_view *views[API_VIEWS]; /* owned; the first view_count are there */
    size_t view_count;
    uint64_t last_handle;
    char boot[AUTH_SECRET + 1];
    struct text page;
    char csp[CSP_LIMIT];
    char refusal_csp[CSP_LIMIT]; /* of the pages of refusal.h */
    bool key_used;                /* there is a new one: tell the user, and clear this */
};

struct api_answer {
    int status;
    const char *type;    /* of the body; NULL: there is none */
    struct buffer body;  /* the owner's to free */
    char more[API_MORE]; /* header lines */
    bool stream;         /* the body goes on with what is told from now on */
    bool trusted;        /* it was one who has the cookie or the key */
};

/* The owner has set `home`, `server`, `second`, `random` and `random_context`. */
void api_open(struct api *api, uint16_t port, events_tell *tell, void *context);
void api_close(struct api *api);

/* As client_session_watch and client_session_serve. */
int64_t api_watch(const struct api *api, struct net_set *set);
void api_serve(struct api *api, struct net_set *set, int64_t now);

/* Answers a request. `*answer` need not be set. */
void api_answer(struct api *api, struct http_request *request, struct api_answer *answer,
                int64_t now);

/* The answer to something that is no request: a status of 400 or more, in plain words. */
void api_refuse(struct api_answer *answer, int status);

/* Out of all rooms. True: the servers have heard it. */
bool api_leave_all(struct api *api, int64_t now);

#endif
