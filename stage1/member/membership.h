/*
 * membership: the client's state on the server, and how the server's notices change it.
 *
 * Model: hello.c, naming.c, pace.c and foreign.c each hold one part of it; here a notice goes to
 * the parts that it concerns, and the user is told what has changed.
 *
 * Any notice may be forged, as anybody can put the server's address on a datagram. So a bad one is
 * shown and only makes the client ask the server. One from a server that has not answered in this
 * protocol may mean anything: it is shown, and that is all.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros but `show`, `context` and
 * `screen`: nothing was sent yet. All output goes through `show`, in the order of the events.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "foreign.h"
#include "hello.h"
#include "naming.h"
#include "pace.h"

enum {
    MEMBERSHIP_HELD = 90000, /* milliseconds to wait for our name when our address changed; longer
                               if the server has told of a longer silence */
    MEMBERSHIP_WHO = 2000    /* milliseconds to wait for an answer to /who */
};

typedef void membership_show(void *context, struct text notice);

struct membership {
    struct hello hello;
    struct naming naming;
    struct foreign foreign;
    struct pace pace;            /* of a script's lines */
    bool screen;                 /* there is a terminal, so the user can be asked */
    bool full_told;
    bool bad_news;               /* shown as out; not yet as in again */
    int64_t held_until;          /* milliseconds: our old address may hold our name; or 0 */
    bool held_told;
    int64_t who_until;           /* milliseconds: when the wait for an answer to /who ends; or 0 */
    unsigned lost;               /* lines that were refused, or may not have arrived */
    membership_show *show;
    void *context;               /* passed to `show`; not used here */
};

enum membership_news {
    MEMBERSHIP_GOES_ON,
    MEMBERSHIP_NAMED,  /* the requested name is another one now, or none */
    MEMBERSHIP_ANSWER, /* the welcome for which a script waits at its end */
    MEMBERSHIP_REFUSED /* a script cannot go on, and the notice says why */
};

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now);

/* The user asks who is here. True: send the question; false: the user was told why not. */
bool membership_who(struct membership *member, int64_t now);

/* When to call membership_tick, which tells the user what did not come. INT64_MAX: never. */
int64_t membership_due(const struct membership *member);
void membership_tick(struct membership *member, int64_t now);

/* To the server we are a stranger, and our earlier membership may hold our name: waits until the
   server must have dropped it for silence. */
void membership_hold(struct membership *member, int64_t now);

/* The address of this machine has changed. */
void membership_moved(struct membership *member, int64_t now);

/* The system reports that nobody listens where an earlier datagram went. */
void membership_nobody(struct membership *member, int64_t now);

/* Tells the user of lines that were shown as sent, or taken from a pipe, but got no answer. */
void membership_tell_lost(struct membership *member);

#endif
