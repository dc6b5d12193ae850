/*
 * room_view: our place in one room, or our asking for the list of rooms, as the window sees it.
 *
 * Model: a session (client_session.h) does the talking with the server and tells what happens; a
 * view turns that into the events of api.h. This is the only part of the window that knows links.
 *
 *     ENTERING --> IN <--> AWAY --> OVER --(room_view_leave)--> DONE
 *         |         \________\_______________(room_view_leave)--> LEAVING --> DONE
 *         +--(refused)---------------------------------------------------> DONE
 *
 * Leaving is told to the page at once; the server is told in LEAVING, while nobody waits for it.
 *
 * Contract: driven by a select() loop, like a session: room_view_watch, the wait, room_view_serve.
 * One that is done must be closed.
 */
#ifndef ROOM_VIEW_H
#define ROOM_VIEW_H

#include <stdint.h>

#include "base/server_list.h"
#include "events.h"
#include "member/known_hosts.h"
#include "member/pair.h"
#include "net/net.h"
#include "wire/frame.h"

enum {
    ROOM_VIEW_TEXT_LIMIT = FRAME_SAY_LIMIT, /* bytes of a message */
    ROOM_VIEW_FAREWELL = 10000              /* milliseconds for the server to hear that we leave */
};

/* What all views of a program have in common. */
struct room_view_home {
    const char *servers;              /* HOST[:PORT][,HOST[:PORT]...] */
    uint16_t port;                    /* where none is said */
    long udp_port;                    /* -1: the same as TCP */
    const unsigned char *fingerprint; /* the only one that will do; NULL: the known one */
    struct pair *pair;                /* for the next exchange; see pair.h */
    struct events *events;
    char asked_server[SERVER_TEXT];   /* the last that showed an unknown key, as the user was told; */
    unsigned char asked[FINGERPRINT]; /* and that key. "": none */
};

enum room_view_operation { ROOM_VIEW_CREATE, ROOM_VIEW_JOIN, ROOM_VIEW_LIST };

struct room_view_params {
    enum room_view_operation operation;
    struct text room, user; /* valid names; empty for the list */
    struct text password;   /* of no bytes: none. Copied: wipe it */
    struct text fingerprint; /* in digits: the user says that this is the server's key, which the
                                last refusal has told; of no bytes: nothing was asked */
};

struct room_view;

/* `home` stays the owner's. NULL: no memory. */
struct room_view *room_view_open(struct room_view_home *home, const struct room_view_params *params,
                                 uint64_t handle, int64_t now);

/* Without a word to the server or the page. */
void room_view_close(struct room_view *view);

/* As client_session_watch and client_session_serve. */
int64_t room_view_watch(const struct room_view *view, struct net_set *set);
void room_view_serve(struct room_view *view, struct net_set *set, int64_t now);

uint64_t room_view_handle(const struct room_view *view);
bool room_view_shown(const struct room_view *view); /* is it a room in the page's list? */
bool room_view_done(const struct room_view *view);

/* What the user does. NULL, or why not, in words. */
const char *room_view_say(struct room_view *view, struct text text, int64_t now, uint64_t *number);
const char *room_view_kick(struct room_view *view, struct text name, int64_t now);
void room_view_leave(struct room_view *view, int64_t now);

/* The state `room` of api.h, as JSON. Only of one that is shown. */
void room_view_describe(const struct room_view *view, struct buffer *out);

#endif
