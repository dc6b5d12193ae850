/*
 * room_view: the window's side of one room, or of one request for the list of rooms.
 *
 * Model: a session (client_session.h) exchanges messages with the server and reports what happens;
 * a view turns that into the events of api.h. Only this part of the window uses sessions.
 *
 *     ENTERING --> IN <--> AWAY --> OVER --(room_view_leave)--> DONE
 *         |         \________\_______________(room_view_leave)--> LEAVING --> DONE
 *         +--(refused)---------------------------------------------------> DONE
 *
 * The page is told of leaving at once. The server is told in LEAVING, and the page does not wait
 * for that.
 *
 * Contract: driven by a select() loop, like a session: room_view_watch, the wait, room_view_serve.
 * The owner must close a view that is done.
 */
#ifndef ROOM_VIEW_H
#define ROOM_VIEW_H

#include <stdint.h>

#include "base/server_list.h"
#include "events.h"
#include "member/invitation.h"
#include "member/known_hosts.h"
#include "member/pair.h"
#include "net/net.h"
#include "wire/frame.h"

enum {
    ROOM_VIEW_TEXT_LIMIT = FRAME_SAY_LIMIT, /* bytes of a message */
    ROOM_VIEW_FAREWELL = 10000              /* milliseconds to tell the server that we leave */
};

/* What all views of a program share. */
struct room_view_home {
    const char *program;              /* with which a friend joins, in an invitation */
    const char *servers;              /* the usual ones: HOST[:PORT][,HOST[:PORT]...] */
    uint16_t port;                    /* for a server without a port */
    long udp_port;                    /* -1: the same number as TCP */
    const unsigned char *fingerprint; /* the only one accepted; NULL: the one in known_hosts */
    struct pair *pair;                /* for the next handshake; see pair.h */
    struct events *events;
    char asked_server[SERVER_TEXT];   /* the server whose unknown key the user was last asked */
    unsigned char asked[FINGERPRINT]; /* about, and that key. "": none */
};

enum room_view_operation { ROOM_VIEW_CREATE, ROOM_VIEW_JOIN, ROOM_VIEW_LIST };

struct room_view_params {
    enum room_view_operation operation;
    struct text room, user; /* valid names; empty for the list */
    struct text password;   /* empty: none. It is copied; the caller must wipe its own */
    struct text fingerprint; /* in digits: the key in the last refusal, which the user confirms to
                                be the server's; empty: nothing was asked */
    const struct invitation *invitation; /* its servers, and its key; NULL: the usual ones */
};

struct room_view;

/* Does not take ownership of `home`. NULL: no memory. */
struct room_view *room_view_open(struct room_view_home *home, const struct room_view_params *params,
                                 uint64_t handle, int64_t now);

/* Frees the view, and tells neither the server nor the page. */
void room_view_close(struct room_view *view);

/* As client_session_watch and client_session_serve. */
int64_t room_view_watch(const struct room_view *view, struct net_set *set);
void room_view_serve(struct room_view *view, struct net_set *set, int64_t now);

uint64_t room_view_handle(const struct room_view *view);
bool room_view_shown(const struct room_view *view); /* is it a room in the page's list? */
bool room_view_done(const struct room_view *view);

/* What the user does. Returns NULL, or in words why it cannot be done. */
const char *room_view_say(struct room_view *view, struct text text, int64_t now, uint64_t *number);
const char *room_view_kick(struct room_view *view, struct text name, int64_t now);
void room_view_leave(struct room_view *view, int64_t now);

/* Writes the line with which a friend joins the room: see invitation.h. It demands the key that is
   known of the server. Returns its size; 0: it is too long. *local: as invitation_is_local. */
size_t room_view_invite(const struct room_view *view, char out[INVITATION_LIMIT], bool *local);

/* Writes the state `room` of api.h, as JSON. Only for a view that is shown. */
void room_view_describe(const struct room_view *view, struct buffer *out);

#endif
