/*
 * link: everything between a program and one membership of a room: TCP, UDP, the password's key,
 * coming back after a break. The core of it is talk.h and knock.h; this gives them sockets.
 *
 * Model: a machine that a select() loop drives, next to whatever else the loop does.
 *
 *     link_open                    it begins; what happens is told through `event`
 *     loop:
 *         due = link_watch(link, &set, now)    puts its sockets into the set; wait until `due`
 *         link_serve(link, &set, now)          does what there is to do
 *     link_close                   at any time, but not from within `event`
 *
 * Nothing that helps to guess a password goes to a server before it is sure whose key that has. If
 * there is a password and the server is met for the first time, the link only looks at the key, and
 * is over with LINK_KEY_UNKNOWN, unless the key is that of the user's own key file. The owner shows
 * the fingerprint, asks, notes a yes (known.h) and opens another link, which demands that key.
 *
 * One that lists the rooms is over after LINK_LISTED. One that creates or joins says LINK_ENTERED,
 * then news; when the server is silent it says LINK_AWAY, knocks again by itself, at one server of
 * its list after the other, and says LINK_BACK. LINK_OVER is the last that it tells, always.
 *
 * Contract: never waits, except for some milliseconds at a time while it computes: names are looked
 * up by another process. Several may be in one loop. Secrets are wiped as soon as they are of no
 * more use.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "knock.h"
#include "net/net.h"
#include "talk.h"
#include "wire/tcrp.h"

enum link_kind {
    LINK_KEY_NEW,     /* `fingerprint`: this server proved for the first time to have that key;
                         `text`: why it could not be noted */
    LINK_ENTERED,     /* we are in; the members are known: link_people */
    LINK_LISTED,      /* `text`: the rooms, a line each: NAME TAB MEMBERS TAB open or locked */
    LINK_NEWS,        /* `news` */
    LINK_AWAY,        /* no answer any more, and trying; `text` says what is wrong */
    LINK_BACK,        /* the server answers again */
    LINK_MEMBERS,     /* after LINK_ENTERED: there is a new list of members, look at all of it */
    LINK_BUSY,        /* not in yet, as all servers are busy, and trying; once; `text` says so */
    LINK_OVER         /* `end`, and if it is LINK_REFUSED `status`; `text` says why, in words */
};

enum link_end {
    LINK_DONE,        /* the rooms have been listed */
    LINK_LEFT,        /* as asked for */
    LINK_PUT_OUT,     /* by the host */
    LINK_CLOSED,      /* the room was closed */
    LINK_REFUSED,     /* `status` */
    LINK_KEY_CHANGED, /* `fingerprint` is not `expected`: another server, or somebody in between */
    LINK_KEY_UNKNOWN, /* it shows the key of `fingerprint` for the first time: is it the right one?
                         link_server says where; nothing but a question for the key was sent */
    LINK_FAILED       /* there is no server, or it talks nonsense */
};

struct link_event {
    enum link_kind kind;
    enum link_end end;
    int status;                       /* enum tcrp_status */
    struct text text;                 /* safe to show, except for the names in a list of rooms */
    const struct talk_news *news;
    const unsigned char *fingerprint; /* FINGERPRINT bytes */
    const unsigned char *expected;    /* FINGERPRINT bytes */
};

/* What it points to is good until it returns. It may call what does not change the link. */
typedef void link_tell(void *context, const struct link_event *event);

struct link_wish {
    const char *servers;              /* HOST[:PORT][,HOST[:PORT]...]; IPv6 as [::1]:9003 */
    uint16_t port;                    /* where none is said */
    long udp_port;                    /* -1: the same as TCP */
    const unsigned char *fingerprint; /* demanded; NULL: what the file of known ones says */
    bool note_when_in;                /* a new key is noted when it has let us in: not after a list
                                         or a refusal, behind which a password may follow */
    bool impatient;                   /* after 3 seconds of busy servers it is over; else after
                                         half a minute */
    enum tcrp_operation operation;    /* create, join or list */
    struct text room, user;           /* valid names; empty for list */
    struct text password;             /* of no bytes: none */
    link_tell *tell;
    talk_room *has_room;              /* NULL: always */
    void *context;                    /* for these two */
};

struct link;

/* At the start of a program that will open links to these servers: forks the process that looks
   their names up, if they have any. For `secret` see resolver.h. */
void link_prepare(const char *servers, void *secret, size_t size);

/* Copies what it is given. NULL: no memory, or `servers` is not of that form: errno EINVAL. */
struct link *link_open(const struct link_wish *wish, int64_t now);

/* Closes at once, without a word to the server (that is link_leave), and frees. NULL is fine. */
void link_close(struct link *link);

/* Adds its sockets to the set. Returns when to call link_serve at the latest, or TALK_NEVER. */
int64_t link_watch(const struct link *link, struct net_set *set);

/* After the wait, ready or not. */
void link_serve(struct link *link, struct net_set *set, int64_t now);

/* See talk.h. Before LINK_ENTERED and after LINK_OVER these say TALK_FULL. */
enum talk_result link_say(struct link *link, struct text text, int64_t now, uint64_t *number);
enum talk_result link_kick(struct link *link, struct text name, int64_t now);

/* Leaves, and tells LINK_OVER when the server has heard all, at once if we are not in. */
void link_leave(struct link *link, int64_t now);

/* NULL: not entered yet. */
const struct talk *link_talk(const struct link *link);

/* The server that it talks to or tries to: "HOST:PORT", safe to show. */
const char *link_server(const struct link *link);

#endif
