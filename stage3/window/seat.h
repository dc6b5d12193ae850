/*
 * seat: our place in one room, or our asking for the list of rooms, as the window sees it.
 *
 * Model: a link (link.h) does the talking with the server and tells what happens; a seat turns that
 * into the events of api.h. This is the only part of the window that knows links.
 *
 *     ENTERING --> IN <--> AWAY --> OVER --(seat_leave)--> DONE
 *         |         \________\_______________(seat_leave)--> LEAVING --> DONE
 *         +--(refused)---------------------------------------------------> DONE
 *
 * Leaving is told to the page at once; the server is told in LEAVING, while nobody waits for it.
 *
 * Contract: driven by a select() loop, like a link: seat_watch, the wait, seat_serve. One that is
 * done must be closed.
 */
#ifndef SEAT_H
#define SEAT_H

#include <stdint.h>

#include "base/servers.h"
#include "events.h"
#include "member/known.h"
#include "net/net.h"
#include "wire/frame.h"

enum {
    SEAT_TEXT_LIMIT = FRAME_SAY_LIMIT, /* bytes of a message */
    SEAT_FAREWELL = 10000              /* milliseconds for the server to hear that we leave */
};

/* What all seats of a program have in common. */
struct seat_home {
    const char *servers;              /* HOST[:PORT][,HOST[:PORT]...] */
    uint16_t port;                    /* where none is said */
    long udp_port;                    /* -1: the same as TCP */
    const unsigned char *fingerprint; /* the only one that will do; NULL: the known one */
    struct events *events;
    char asked_server[SERVER_TEXT];   /* the last that showed an unknown key, as the user was told; */
    unsigned char asked[FINGERPRINT]; /* and that key. "": none */
};

enum seat_operation { SEAT_CREATE, SEAT_JOIN, SEAT_LIST };

struct seat_wish {
    enum seat_operation operation;
    struct text room, user; /* valid names; empty for the list */
    struct text password;   /* of no bytes: none. Copied: wipe it */
    struct text fingerprint; /* in digits: the user says that this is the server's key, which the
                                last refusal has told; of no bytes: nothing was asked */
};

struct seat;

/* `home` stays the owner's. NULL: no memory. */
struct seat *seat_open(struct seat_home *home, const struct seat_wish *wish, uint64_t handle,
                       int64_t now);

/* Without a word to the server or the page. */
void seat_close(struct seat *seat);

/* As link_watch and link_serve. */
int64_t seat_watch(const struct seat *seat, struct net_set *set);
void seat_serve(struct seat *seat, struct net_set *set, int64_t now);

uint64_t seat_handle(const struct seat *seat);
bool seat_shown(const struct seat *seat); /* is it a room in the page's list? */
bool seat_done(const struct seat *seat);

/* What the user does. NULL, or why not, in words. */
const char *seat_say(struct seat *seat, struct text text, int64_t now, uint64_t *number);
const char *seat_kick(struct seat *seat, struct text name, int64_t now);
void seat_leave(struct seat *seat, int64_t now);

/* The state `room` of api.h, as JSON. Only of one that is shown. */
void seat_describe(const struct seat *seat, struct buffer *out);

#endif
