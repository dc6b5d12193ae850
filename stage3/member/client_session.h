/*
 * client_session: everything between a program and one membership of a room: TCP, UDP, the
 * password's key, and reconnecting. It ties two together: connector.h gets the client admitted over
 * TCP, and membership.h, to which this module gives a socket, has the room over UDP.
 *
 * Model: a state machine that a select() loop drives, beside whatever else the loop does.
 *
 *     client_session_open                    it begins; what happens is told through `event`
 *     loop:
 *         due = client_session_watch(session, &set, now)   puts its sockets into the set
 *         wait until `due`
 *         client_session_serve(session, &set, now)         does what there is to do
 *     client_session_close                   at any time, but not from within `event`
 *
 * Nothing that helps to guess a password is sent before the server's key is confirmed. If there is
 * a password and the server is new, the session only asks for the key, and ends with
 * CLIENT_SESSION_KEY_UNKNOWN, unless the key is that of the user's own key file. The owner shows
 * the fingerprint, asks the user, notes a yes (known_hosts.h) and opens another session, which
 * demands that key.
 *
 * A session that lists the rooms ends after CLIENT_SESSION_LISTED. One that creates or joins tells
 * CLIENT_SESSION_ENTERED, then news. When the server is silent it tells CLIENT_SESSION_AWAY, makes
 * another exchange by itself, at one server of its list after the other, and tells
 * CLIENT_SESSION_BACK. The last event is always CLIENT_SESSION_OVER.
 *
 * Contract: it never waits, except for some milliseconds at a time while it computes; another
 * process looks names up. A loop may have several sessions. Secrets are wiped as soon as they are
 * not needed any more.
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "membership.h"
#include "net/net.h"
#include "pair.h"
#include "session_event.h"
#include "wire/tcrp.h"

struct client_session_params {
    const char *servers;              /* HOST[:PORT][,HOST[:PORT]...]; IPv6 as [::1]:9003 */
    uint16_t port;                    /* for servers without one */
    long udp_port;                    /* -1: the same as TCP */
    const unsigned char *fingerprint; /* demanded; NULL: that in the file of known hosts */
    bool note_when_in;                /* a new key is noted when it has let us in: not after a list
                                         or a refusal, behind which a password may follow */
    struct pair *pair;                /* the owner's, whose loop drives it; see pair.h */
    bool impatient;                   /* after 3 seconds of busy servers it is over; else after
                                         half a minute */
    enum tcrp_operation operation;    /* create, join or list */
    struct text room, user;           /* valid names; empty for list */
    struct text password;             /* of no bytes: none */
    client_session_tell *tell;
    news_space *has_space;      /* NULL: always */
    void *context;                    /* for these two */
};

struct client_session;

/* Call it at the start of a program that will open sessions with these servers: it forks the
   process that looks their names up, if there are names. For `secret` see resolver.h. */
void client_session_prepare(const char *servers, void *secret, size_t size);

/* Copies its arguments. NULL: no memory, or `servers` is malformed (errno is EINVAL). */
struct client_session *client_session_open(const struct client_session_params *params, int64_t now);

/* Closes at once without telling the server (client_session_leave does that), and frees. NULL is
   allowed. */
void client_session_close(struct client_session *session);

/* Adds its sockets to the set. Returns when to call client_session_serve at the latest, or
   MEMBERSHIP_NEVER. */
int64_t client_session_watch(const struct client_session *session, struct net_set *set);

/* Call it after each wait, ready or not. */
void client_session_serve(struct client_session *session, struct net_set *set, int64_t now);

/* See membership.h. Before CLIENT_SESSION_ENTERED and after CLIENT_SESSION_OVER these return
   MEMBERSHIP_FULL. */
enum membership_result client_session_say(struct client_session *session, struct text text,
                                          int64_t now, uint64_t *number);
enum membership_result client_session_kick(struct client_session *session, struct text name,
                                           int64_t now);

/* Leaves, and tells CLIENT_SESSION_OVER when the server has acknowledged everything; at once if the
   session is not in the room. */
void client_session_leave(struct client_session *session, int64_t now);

/* NULL: not entered yet. */
const struct membership *client_session_membership(const struct client_session *session);

/* The server that it uses or tries: "HOST:PORT", safe to show. */
const char *client_session_server(const struct client_session *session);

/* The fingerprint of the key that the server has proved to have: FINGERPRINT bytes. For a session
   that has been in the room. */
const unsigned char *client_session_fingerprint(const struct client_session *session);

#endif
