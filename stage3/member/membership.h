/*
 * membership: one membership of a room, as the member sees it.
 *
 * Model: the room is a log, and this is a cursor in it. Two streams run over datagrams that may be
 * lost, doubled or come in any order:
 *
 *   - the log comes down. Its entries are told to the owner in order, each once: what comes too
 *     early waits in `hold`, what comes again is passed over, and what the server has no more is
 *     told as a gap. How far it has come is said with each datagram that goes up.
 *   - items go up: what is said, whom the host kicks, and that we leave. They wait in `outbox`,
 *     ready to be sent again, until the server has heard them. A line that was said counts as
 *     delivered when it comes back in the log.
 *
 * When the server was started again, it announces that (packet.h), and the keys change with it. If
 * it has lost nothing that was read or said here, all goes on. Else it went back: then only an
 * exchange over TCP sets right where we are, and what is lost is told. So that the server can say
 * how much that is, we name the starts under which we were.
 *
 * Keys and session change with each exchange over TCP (handshake.h); the membership goes on. When
 * the server does not answer for some seconds, this says so (membership_wants_resume), and whoever
 * owns it makes that exchange and hands over the answer.
 *
 * Contract: no sockets, no clock, no randomness of its own: `now` is in milliseconds and never goes
 * back, random bytes come from a function, datagrams and news leave through functions. These may
 * ask this membership things, but must not change it. Whatever comes off the wire may be anything.
 * Memory is taken for the members, for items on their way, for entries beyond a hole and for those
 * that come in parts.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "crypto/source.h"
#include "members.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/seal.h"

enum {
    MEMBERSHIP_ACK_FEWEST = 128,        /* entries after which an acknowledgement goes out: drawn */
    MEMBERSHIP_ACK_MOST = 256,          /* between these two, so that 1000 members do it one by
                                           one */
    MEMBERSHIP_ACK_BYTES = 32 * 1024,   /* or so many bytes of entries; or, after the first of them,
                                           half to all of frame_ack_latest() */
    MEMBERSHIP_HOLE_PAUSE = 20,         /* milliseconds between two acknowledgements that show a
                                           hole, */
    MEMBERSHIP_HOLE_SHOWN = 200,        /* and half to all of these until it is shown without a
                                           cause, or until an entry of which parts are missing is
                                           one */
    MEMBERSHIP_PROBE_PAUSE = 100,       /* milliseconds between two answers to probes */
    MEMBERSHIP_KEEPALIVE = 20000,       /* milliseconds of silence before the server is asked: up
                                           to */
    MEMBERSHIP_KEEPALIVE_SPREAD = 2000, /* so much earlier, drawn */
    MEMBERSHIP_PROBED = 1000,           /* milliseconds since the last datagram, and a probe is
                                           about that: from then on the server is asked after three
                                           quarters of it */
    MEMBERSHIP_ASK_AGAIN = 500,         /* milliseconds until an unanswered question is asked
                                           again */
    MEMBERSHIP_TIMEOUT = 5000,          /* milliseconds without an answer: then over TCP again */
    MEMBERSHIP_REFRESH_PAUSE = 10000    /* milliseconds between two resumes for the members' sake */
};

#define MEMBERSHIP_NEVER INT64_MAX

/* --- what it tells --- */

enum news_kind {
    NEWS_SAID,   /* who, name, text, number; own: this very process said it, and it is delivered */
    NEWS_JOINED, /* who, name */
    NEWS_LEFT,   /* who, name, why: enum left_why */
    NEWS_KICKED, /* who, name */
    NEWS_CLOSED, /* why: enum closed_why */
    NEWS_GAP,    /* count: so many entries cannot be told */
    NEWS_NOTICE, /* text: from the server itself, to this member */
    NEWS_BACK,   /* the server went back: it has lost the last `count` entries that were told; 0:
                    nobody can tell how many */
    NEWS_LOST,   /* text, number: with that, this line of this member, which counted as delivered
                    or on its way */
    NEWS_UNDONE  /* name: with that, that this host kicked this member */
};

struct membership_news {
    enum news_kind kind;
    uint64_t entry;           /* its number in the log; of a gap: the first; of a notice: 0 */
    bool old;                 /* it happened before this member entered for the first time */
    bool own;                 /* said, joined, left, kicked: it is this member itself */
    bool unreadable;          /* said: there is no text to show, it did not open or is no text */
    const unsigned char *who; /* SEAL_ID bytes: the member id */
    struct text name;         /* a valid name */
    struct text text;         /* valid UTF-8, not yet safe to show: see text_sanitise */
    uint64_t number;          /* of the line among all of its sender's */
    uint64_t count;
    uint8_t why;
};

/* What it points to is good until it returns. */
typedef void membership_event(void *context, const struct membership_news *news);

/* A datagram, to be sent to the server. It may get lost, so nobody asks what became of it. */
typedef void membership_send(void *context, const void *bytes, size_t size);

/* Can the owner take another piece of news? While not, the log waits, and the server with it. */
typedef bool membership_space(void *context);

struct membership_params {
    struct text user;            /* this member's name, valid; copied */
    const unsigned char *m;      /* SEAL_KEY bytes; copied */
    const unsigned char *secret; /* SEAL_KEY bytes, the room secret; copied. NULL: no password */
    random_source *random;
    void *random_context;
    membership_send *send;
    membership_event *event;
    membership_space *has_space; /* NULL: always */
    void *context;               /* for these three */
};

/* --- its life --- */

struct membership;

/* NULL: no memory. Nothing happens before membership_admit. */
struct membership *membership_create(const struct membership_params *params);

/* Wipes what is secret and frees all. NULL is fine. */
void membership_destroy(struct membership *membership);

/*
 * The server has let us in, for the first time or again: `welcome` is what it sealed. From now on
 * the session and keys are these. False, and nothing has changed: the answer is malformed, or about
 * another room than before, or there is no memory. If the server was started again and we have moved
 * on since the question, the answer says nothing of where we are: then membership_wants_resume says
 * that another exchange is due, and nothing is read until then.
 */
bool membership_admit(struct membership *membership, const struct seal_keys *keys,
                      struct text welcome, int64_t now);

/* A datagram has come; it is opened in place. False: not from our server, or seen before. */
bool membership_receive(struct membership *membership, void *bytes, size_t size, int64_t now);

/* When to call membership_tick, or MEMBERSHIP_NEVER. While `has_space` said no, it is for the owner
   to call membership_tick as soon as there is space. */
int64_t membership_due(const struct membership *membership);
void membership_tick(struct membership *membership, int64_t now);

/* There are signs that nobody listens at the server's port any more: asks soon. */
void membership_doubt(struct membership *membership, int64_t now);

/* --- what its user does --- */

enum membership_result {
    MEMBERSHIP_OK,
    MEMBERSHIP_FULL,     /* as many items are on the way as may be; or it is over, or about to be */
    MEMBERSHIP_TOO_LONG, /* more than FRAME_SAY_LIMIT bytes */
    MEMBERSHIP_BAD_TEXT, /* nothing in it is visible, or it is not UTF-8 */
    MEMBERSHIP_NOT_HOST, /* kick: only the host can */
    MEMBERSHIP_NOBODY,   /* kick: nobody here is called so */
    MEMBERSHIP_ONESELF   /* kick: the host itself */
};

/* `*number`, if not NULL, becomes the one under which the line will come back as delivered. */
enum membership_result membership_say(struct membership *membership, struct text text, int64_t now,
                                      uint64_t *number);
enum membership_result membership_kick(struct membership *membership, struct text name,
                                       int64_t now);

/* Leaves, after all that was said. It is over when the server has heard it. */
void membership_leave(struct membership *membership, int64_t now);

/* --- how it stands --- */

enum membership_state {
    MEMBERSHIP_WAITING, /* not admitted yet */
    MEMBERSHIP_HERE,
    MEMBERSHIP_LEFT,
    MEMBERSHIP_KICKED,
    MEMBERSHIP_CLOSED
};
enum membership_state membership_state(const struct membership *membership);
bool membership_over(const struct membership *membership); /* left, kicked or closed: nothing goes
                                                              or comes now */

/* Should there be an exchange over TCP: is it silent, or are the members not known for sure? */
bool membership_wants_resume(const struct membership *membership, int64_t now);
/* is it because of silence? */
bool membership_silent(const struct membership *membership, int64_t now);
bool membership_dropped(const struct membership *membership); /* and of ours: the server has taken
                                                                 us for lost? */

/* Has anything but probes come since membership_admit? Until then UDP may be blocked on the way. */
bool membership_connected(const struct membership *membership);

/* Fills in what a request to resume says of where we are, and notes that it was said. `starts` is
   for the request to point to, and the rest of it points into this membership: good until it
   changes. */
void membership_position(struct membership *membership, struct request *request,
                         unsigned char starts[REQUEST_STARTS * REQUEST_START]);

/* The entry that is read next; and the last item that the server is known to have heard. */
uint64_t membership_next(const struct membership *membership);
uint64_t membership_acked(const struct membership *membership);

/* The id of the server's start under which we are: SEAL_ID bytes. */
const unsigned char *membership_start(const struct membership *membership);

size_t membership_unacked(const struct membership *membership); /* items that the server has not
                                                                   heard yet */
bool membership_all_acked(const struct membership *membership);

bool membership_takes(const struct membership *membership); /* would one more item be taken now? */

/* Has all come that happened before we entered for the first time? */
bool membership_caught_up(const struct membership *membership);

/* who is here: see members.h */
const struct members *membership_members(const struct membership *membership);
/* the host's member id */
const unsigned char *membership_host(const struct membership *membership);
const unsigned char *membership_id(const struct membership *membership);       /* our own */

#endif
