/*
 * membership: the client's state on the server, and how the server's notices change it.
 *
 * Model: hello.c, farewell.c, pace.c and foreign.c each hold one part of it; here a notice goes to
 * the parts that it concerns, and the user is told what has changed.
 *
 * Any notice may be forged, as anybody can put the server's address on a datagram. So a bad one is
 * shown and only makes the client ask the server. One from a server that has not welcomed the
 * client may mean anything: it is shown, and that is all.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros but `show`, `context` and
 * `screen`: nothing was sent yet. All output goes through `show`, in the order of the events.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "farewell.h"
#include "foreign.h"
#include "hello.h"
#include "pace.h"

enum {
    MEMBERSHIP_SURE = 4 /* unanswered keepalives after which a server that relays messages has no
                           keepalives */
};

typedef void membership_show(void *context, struct text notice);

struct membership {
    struct text user, room;      /* not owned */
    bool screen;                 /* there is a terminal, so a hint is shown */
    membership_show *show;
    void *context;               /* passed to `show`; not used here */

    struct hello hello;
    struct foreign foreign;
    bool other;                  /* the answer over TCP came from another kind of server */
    struct farewell farewell;    /* a notice that we are out, while it is checked */
    int farewell_status;         /* the program's status if that is true */
    struct pace pace;            /* of a script's lines */
    bool bad_news;               /* shown as out; not yet as in again */
    unsigned lost;               /* lines that were refused, or may not have arrived */
};

/* A new token has come, for the first time or again. `other`: from another kind of server. */
void membership_enter(struct membership *member, bool other, int64_t now);

/* May a keepalive go out? On another kind of server it is an empty message. */
bool membership_may_ask(const struct membership *member);

/* A keepalive went out, or was left out: plans the next one. */
void membership_asked(struct membership *member, int64_t now);

/* May the server have the command /leave? On others it is a message to everybody. */
bool membership_knows_commands(const struct membership *member);

/* May a script's next line go out? */
bool membership_keeps_up(const struct membership *member, int64_t now);

/* When anything here is due. */
int64_t membership_due(const struct membership *member);

/* Is the token in doubt, so that it is time to join again? */
bool membership_in_doubt(const struct membership *member);

enum membership_news {
    MEMBERSHIP_GOES_ON,
    MEMBERSHIP_WELCOMED, /* we are a member */
    MEMBERSHIP_ANSWER    /* the same, and a script waited for it at its end */
};

enum membership_news membership_hear(struct membership *member, struct text notice, int64_t now);

/* The system reports that nobody listens where an earlier datagram went. */
void membership_nobody(struct membership *member, int64_t now);

/* Tells the user of lines that were shown as sent, or taken from a pipe, but got no answer. */
void membership_tell_lost(struct membership *member);

#endif
