/*
 * membership: what the client is to the server, and what the server's notices make of that.
 *
 * Model: hello.c, naming.c, pace.c and foreign.c each know one side of it; here a notice is brought
 * to those that it means something to, and the user is told what has changed.
 *
 * Any notice may be forged, as anybody can put the server's address on a datagram. So a bad one is
 * shown and only makes us ask the server. One from a server that has not answered in our words may
 * mean anything: it is shown, and that is all.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros but `show`, `context` and
 * `screen`: nothing was sent yet. What is shown goes out through `show`, in the order in which it
 * happened.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "foreign.h"
#include "hello.h"
#include "naming.h"
#include "pace.h"

enum {
    MEMBERSHIP_HELD = 90000, /* milliseconds that we wait for our name when our address changed; a
                               server that has told of a longer silence gets longer */
    MEMBERSHIP_WHO = 2000    /* and for an answer to /who */
};

typedef void membership_show(void *context, struct text notice);

struct membership {
    struct hello hello;
    struct naming naming;
    struct foreign foreign;
    struct pace pace;            /* of a script's lines */
    bool screen;                 /* somebody sits there, who can be asked */
    bool full_told;
    bool bad_news;               /* it was shown that we are out; not yet that we are in again */
    int64_t held_until;          /* milliseconds: our name may be held by our old address; or 0 */
    bool held_told;
    int64_t who_until;           /* milliseconds: we wait for an answer to /who; or 0 */
    unsigned lost;               /* lines that were refused, or may not have arrived */
    membership_show *show;
    void *context;               /* for show; not looked at here */
};

enum membership_news {
    MEMBERSHIP_GOES_ON,
    MEMBERSHIP_NAMED,  /* the name that is wished for is another one now, or none */
    MEMBERSHIP_ANSWER, /* the welcome that a script has waited for at its end */
    MEMBERSHIP_REFUSED /* a script cannot go on, and the notice says why */
};

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now);

/* The user asks who is here. True: the question must be sent; else the user was told why not. */
bool membership_who(struct membership *member, int64_t now);

/* When to call membership_tick, which tells what has not come. INT64_MAX: at no time. */
int64_t membership_due(const struct membership *member);
void membership_tick(struct membership *member, int64_t now);

/* To the server we are a stranger, and our name may be held by what we were before: we wait until
   that was silent for long enough. */
void membership_hold(struct membership *member, int64_t now);

/* The address of this machine is another one than before. */
void membership_moved(struct membership *member, int64_t now);

/* The system says that nobody listens where an earlier datagram went. */
void membership_nobody(struct membership *member, int64_t now);

/* Lines that were shown as said, or taken from a pipe, and have been followed by no answer. */
void membership_tell_lost(struct membership *member);

#endif
