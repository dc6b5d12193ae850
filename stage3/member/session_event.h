/*
 * session_event: what a session tells its owner (client_session.h): how it gets on, and what is new
 * in the room (news.h).
 */
#ifndef SESSION_EVENT_H
#define SESSION_EVENT_H

#include "news.h"

enum client_session_kind {
    CLIENT_SESSION_KEY_NEW,     /* `fingerprint`: this server proved for the first time to have that
                                   key; `text`: why it could not be noted */
    CLIENT_SESSION_ENTERED,     /* we are in; the members are known: client_session_membership */
    CLIENT_SESSION_LISTED,      /* `text`: the rooms, a line each: NAME TAB MEMBERS TAB open or
                                   locked */
    CLIENT_SESSION_NEWS,        /* `news` */
    CLIENT_SESSION_AWAY,        /* no answer any more; it tries again; `text` tells why */
    CLIENT_SESSION_BACK,        /* the server answers again */
    CLIENT_SESSION_MEMBERS,     /* after CLIENT_SESSION_ENTERED: there is a new list of members,
                                   look at all of it */
    CLIENT_SESSION_BUSY,        /* not in yet, as all servers are busy, and trying; once; `text`
                                   says so */
    CLIENT_SESSION_OVER         /* `end`, and if it is CLIENT_SESSION_REFUSED `status`; `text` says
                                   why, in words */
};

enum client_session_end {
    CLIENT_SESSION_DONE,        /* the rooms have been listed */
    CLIENT_SESSION_LEFT,        /* as asked for */
    CLIENT_SESSION_KICKED,      /* by the host */
    CLIENT_SESSION_CLOSED,      /* the room was closed */
    CLIENT_SESSION_REFUSED,     /* `status` */
    CLIENT_SESSION_KEY_CHANGED, /* `fingerprint` is not `expected`: another server, or somebody in
                                   between */
    CLIENT_SESSION_KEY_UNKNOWN, /* it shows the key of `fingerprint` for the first time: is it the
                                   right one? client_session_server says where; nothing but a
                                   question for the key was sent */
    CLIENT_SESSION_FAILED       /* there is no server, or it talks nonsense */
};

struct client_session_event {
    enum client_session_kind kind;
    enum client_session_end end;
    int status;                       /* enum tcrp_status */
    struct text text;                 /* safe to show, except for the names in a list of rooms */
    const struct news *news;
    const unsigned char *fingerprint; /* FINGERPRINT bytes */
    const unsigned char *expected;    /* FINGERPRINT bytes */
};

/* Its pointers are valid until it returns. It may only call functions that do not change the
   session. */
typedef void client_session_tell(void *context, const struct client_session_event *event);

#endif
