/*
 * lost: sessions that the server dropped lately, so that it can tell their clients.
 *
 * Model: a member that is dropped for its silence is sent a notice. It was out of reach just then,
 * so the notice is often lost, and its client would go on listening to a session that has ended. So
 * the server keeps the session's keys for a while, in a ring where the newest replaces the oldest.
 * A new datagram that opens with them is answered: "you are lost". It has no other effect; the
 * client comes back over TCP, like any other.
 *
 * The answer is smaller than any datagram of a client (LOST_ANSWER against PACKET_EXTRA and
 * FRAME_UP_HEAD), goes to the address that the datagram came from, and at most once a second. Its
 * counter continues the session's, so nothing is sealed twice under one key and number. The journal
 * has none of this, because it must not have keys of sessions that are over.
 *
 * Contract: no sockets, no clock, nothing is allocated after lost_create; `now` in milliseconds.
 */
#ifndef LOST_H
#define LOST_H

#include "base/table.h"
#include "session.h"

enum {
    LOST_PLACES = 1024,   /* sessions at most; the oldest go early if it is full */
    LOST_MEMORY = 600000, /* milliseconds that a session is kept */
    LOST_PAUSE = 1000,    /* milliseconds between two answers to one session */
    LOST_ANSWER = PACKET_EXTRA + FRAME_DOWN_HEAD + FRAME_ROW /* bytes */
};

struct lost_session {
    uint64_t id;
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    uint64_t counter;     /* of the last datagram sent */
    struct window window; /* counters of datagrams received */
    uint64_t acked;       /* the last of its items that may be acknowledged */
    int64_t until;        /* milliseconds: kept until then; 0: this place is free */
    int64_t quiet;        /* milliseconds: no answer before then */
};

struct lost {
    struct lost_session *sessions; /* owned, a ring */
    uint32_t next;                 /* the place to fill next: free, or the oldest session's */
    struct table by_id;
};

/* False: not enough memory. */
bool lost_create(struct lost *lost);

/* Also wipes the keys. */
void lost_destroy(struct lost *lost);

/* Keeps what is needed of a session whose member is being dropped. */
void lost_add(struct lost *lost, const struct session *session, int64_t now);

/* Wipes the sessions whose time is over. */
void lost_tick(struct lost *lost, int64_t now);

/* Takes a datagram for the session `id`, which no member has, and opens it in place. False: it is
   of no kept session, too short, or a repetition. Otherwise it is answered, unless another one was
   answered within LOST_PAUSE. */
bool lost_take(struct lost *lost, struct sender *sender, uint64_t id,
               const struct datagram *datagram, int64_t now);

#endif
