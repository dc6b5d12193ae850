/*
 * lost: sessions of members that the server dropped lately, so that it can tell them when they speak.
 *
 * Model: a member that is dropped for its silence is told so, but it could not be reached just then:
 * that notice may well be lost. Without another word its client would go on listening to a session
 * that is no more. So the keys of the session are kept for a while, in a ring, the latest over the
 * oldest. A datagram that opens with them, and was not here before, is answered: "you are lost". It
 * changes nothing else; the client comes back over TCP, like anybody.
 *
 * The answer is smaller than any datagram of a client (LOST_ANSWER against PACKET_EXTRA and
 * FRAME_UP_HEAD), goes where the question came from, and at most once a second. It is sealed under
 * the counter that the session had, going on, so nothing is sealed twice under one key and number.
 * Nothing of this is in a journal: keys of sessions that are over must not be.
 *
 * Contract: no sockets, no clock, nothing is allocated after lost_create; `now` in milliseconds.
 */
#ifndef LOST_H
#define LOST_H

#include "base/table.h"
#include "session.h"

enum {
    LOST_PLACES = 1024,   /* sessions, at most; with more within LOST_MEMORY the oldest go early */
    LOST_MEMORY = 600000, /* milliseconds that one is kept */
    LOST_PAUSE = 1000,    /* milliseconds between two answers to the same one */
    LOST_ANSWER = PACKET_EXTRA + FRAME_DOWN_HEAD + FRAME_ROW /* bytes */
};

struct lost_session {
    uint64_t id;
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    uint64_t counter;     /* of the last datagram sent */
    struct window window; /* of what came */
    uint64_t acked;       /* the last of its items that it may be told of */
    int64_t until;        /* milliseconds: it is good until then; 0: this place is free */
    int64_t quiet;        /* milliseconds: no answer before then */
};

struct lost {
    struct lost_session *sessions; /* owned, a ring */
    uint32_t next;                 /* the place of the next one: free, or the oldest */
    struct table by_id;
};

/* False: there is not so much memory. */
bool lost_create(struct lost *lost);

/* Wipes the keys, too. */
void lost_destroy(struct lost *lost);

/* The member of this session is dropped now. */
void lost_add(struct lost *lost, const struct session *session, int64_t now);

/* Wipes those whose time is over. */
void lost_tick(struct lost *lost, int64_t now);

/* A datagram for the session `id`, which no member has. False: nobody lost has sealed it, or it was
   here before. Else it is answered, unless that was done a moment ago. It is opened in place. */
bool lost_take(struct lost *lost, struct sender *sender, uint64_t id, const struct address *from,
               void *bytes, size_t size, int64_t now);

#endif
