/*
 * membership: what the client is to the server, and what the server's notices make of that.
 *
 * Model: hello.c, farewell.c, pace.c and foreign.c each know one side of it; here a notice is
 * brought to those that it means something to, and the user is told what has changed.
 *
 * Any notice may be forged, as anybody can put the server's address on a datagram. So a bad one is
 * shown and only makes us ask the server. One from a server that has not welcomed us may mean
 * anything: it is shown, and that is all.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros but `show`, `context` and
 * `screen`: nothing was sent yet. What is shown goes out through `show`, in the order in which it
 * happened.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "farewell.h"
#include "foreign.h"
#include "hello.h"
#include "pace.h"

enum {
    MEMBERSHIP_SURE = 4 /* unanswered keepalives after which a server that passes on messages knows
                           of none */
};

typedef void membership_show(void *context, struct text notice);

struct membership {
    struct text user, room;      /* not owned */
    bool screen;                 /* somebody sits there, who can be shown a hint */
    membership_show *show;
    void *context;               /* for show; not looked at here */

    struct hello hello;
    struct foreign foreign;
    bool other;                  /* the answer over TCP was that of another kind of server */
    struct farewell farewell;    /* the news that we are out, until it is sure */
    int farewell_status;         /* the program's, if it is */
    struct pace pace;            /* of a script's lines */
    bool bad_news;               /* it was shown that we are out; not yet that we are in again */
    unsigned lost;               /* lines that were refused, or may not have arrived */
};

/* A new token has come, for the first time or again. `other`: not from a server of ours. */
void membership_enter(struct membership *member, bool other, int64_t now);

/* May a keepalive go out, which is an empty message on a server of another kind? */
bool membership_may_ask(const struct membership *member);

/* It did, or would have: plans the next one. */
void membership_asked(struct membership *member, int64_t now);

/* May the server know the command /leave, which is a message to everybody elsewhere? */
bool membership_knows_commands(const struct membership *member);

/* May a script's next line go out? */
bool membership_keeps_up(const struct membership *member, int64_t now);

/* When there is anything to do. */
int64_t membership_due(const struct membership *member);

/* Is the token in doubt, so that it is time to join again? */
bool membership_in_doubt(const struct membership *member);

enum membership_news {
    MEMBERSHIP_GOES_ON,
    MEMBERSHIP_WELCOMED, /* we are in */
    MEMBERSHIP_ANSWER    /* and a script has waited for that at its end */
};

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now);

/* The system says that nobody listens where an earlier datagram went. */
void membership_nobody(struct membership *member, int64_t now);

/* Lines that were shown as said, or taken from a pipe, and have been followed by no answer. */
void membership_tell_lost(struct membership *member);

#endif
