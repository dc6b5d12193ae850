/*
 * talk: one membership of a room, as the member sees it.
 *
 * Model: the room is a log, and this is a cursor in it. Two streams run over datagrams that may be
 * lost, doubled or come in any order:
 *
 *   - the log comes down. Its entries are told to the owner in order, each once: what comes too
 *     early waits in `hold`, what comes again is passed over, and what the server has no more is
 *     told as a gap. How far it has come is said with each datagram that goes up.
 *   - items go up: what is said, whom the host puts out, and that we leave. They wait in `outbox`,
 *     ready to be sent again, until the server has heard them. A line that was said counts as
 *     delivered when it comes back in the log.
 *
 * When the server was started again, it announces that (packet.h), and the keys change with it. If
 * it has lost nothing that was read or said here, all goes on. Else it went back: then only an
 * exchange over TCP sets right where we are, and what is lost is told. So that the server can say
 * how much that is, we name the starts under which we were.
 *
 * Keys and session change with each exchange over TCP (knock.h); the membership goes on. When the
 * server does not answer for some seconds, this says so (talk_wants_resume), and whoever owns it
 * makes that exchange and hands over the answer.
 *
 * Contract: no sockets, no clock, no randomness of its own: `now` is in milliseconds and never goes
 * back, random bytes come from a function, datagrams and news leave through functions. These may
 * ask this talk things, but must not change it. Whatever comes off the wire may be anything.
 * Memory is taken for the members, for items on their way, for entries beyond a hole and for those
 * that come in parts.
 */
#ifndef TALK_H
#define TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "crypto/source.h"
#include "people.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/seal.h"

enum {
    TALK_ACK_FEWEST = 128,        /* entries after which an acknowledgement goes out: drawn */
    TALK_ACK_MOST = 256,          /* between these two, so that 1000 members do it one by one */
    TALK_ACK_BYTES = 32 * 1024,   /* or so many bytes of entries; or, after the first of them, half
                                     to all of frame_ack_latest() */
    TALK_HOLE_PAUSE = 20,         /* milliseconds between two acknowledgements that show a hole, */
    TALK_HOLE_SHOWN = 200,        /* and half to all of these until it is shown without a cause, or
                                     until an entry of which parts are missing is one */
    TALK_PROBE_PAUSE = 100,       /* milliseconds between two answers to probes */
    TALK_KEEPALIVE = 20000,       /* milliseconds of silence before the server is asked: up to */
    TALK_KEEPALIVE_SPREAD = 2000, /* so much earlier, drawn */
    TALK_PROBED = 1000,           /* milliseconds since the last datagram, and a probe is about that:
                                     from then on the server is asked after three quarters of it */
    TALK_ASK_AGAIN = 500,         /* milliseconds until an unanswered question is asked again */
    TALK_PATIENCE = 5000,         /* milliseconds without an answer: then over TCP again */
    TALK_REFRESH_PAUSE = 10000    /* milliseconds between two resumes for the members' sake */
};

#define TALK_NEVER INT64_MAX

/* --- what it tells --- */

enum news_kind {
    NEWS_SAID,    /* who, name, text, number; own: this very process said it, and it is delivered */
    NEWS_JOINED,  /* who, name */
    NEWS_LEFT,    /* who, name, why: enum left_why */
    NEWS_PUT_OUT, /* who, name */
    NEWS_CLOSED,  /* why: enum closed_why */
    NEWS_GAP,     /* count: so many entries cannot be told */
    NEWS_NOTICE,  /* text: from the server itself, to this member */
    NEWS_BACK,    /* the server went back: it has lost the last `count` entries that were told; 0:
                     nobody can tell how many */
    NEWS_LOST,    /* text, number: with that, this line of this member, which counted as delivered
                     or on its way */
    NEWS_UNDONE   /* name: with that, that this host put this member out */
};

struct talk_news {
    enum news_kind kind;
    uint64_t entry;           /* its number in the log; of a gap: the first; of a notice: 0 */
    bool old;                 /* it happened before this member entered for the first time */
    bool own;                 /* said, joined, left, put out: it is this member itself */
    bool unreadable;          /* said: there is no text to show, it did not open or is no text */
    const unsigned char *who; /* SEAL_ID bytes: the member id */
    struct text name;         /* a valid name */
    struct text text;         /* valid UTF-8, not yet safe to show: see text_sanitise */
    uint64_t number;          /* of the line among all of its sender's */
    uint64_t count;
    uint8_t why;
};

/* What it points to is good until it returns. */
typedef void talk_event(void *context, const struct talk_news *news);

/* A datagram, to be sent to the server. It may get lost, so nobody asks what became of it. */
typedef void talk_send(void *context, const void *bytes, size_t size);

/* Can the owner take another piece of news? While not, the log waits, and the server with it. */
typedef bool talk_room(void *context);

struct talk_params {
    struct text user;            /* this member's name, valid; copied */
    const unsigned char *m;      /* SEAL_KEY bytes; copied */
    const unsigned char *secret; /* SEAL_KEY bytes, the room secret; copied. NULL: no password */
    random_source *random;
    void *random_context;
    talk_send *send;
    talk_event *event;
    talk_room *has_room;         /* NULL: always */
    void *context;               /* for these three */
};

/* --- its life --- */

struct talk;

/* NULL: no memory. Nothing happens before talk_admit. */
struct talk *talk_create(const struct talk_params *params);

/* Wipes what is secret and frees all. NULL is fine. */
void talk_destroy(struct talk *talk);

/*
 * The server has let us in, for the first time or again: `answer` is what it sealed. From now on
 * the session and keys are these. False, and nothing has changed: the answer is malformed, or about
 * another room than before, or there is no memory. If the server was started again and we have moved
 * on since the question, the answer says nothing of where we are: then talk_wants_resume says that
 * another exchange is due, and nothing is read until then.
 */
bool talk_admit(struct talk *talk, const struct seal_keys *keys, struct text answer, int64_t now);

/* A datagram has come; it is opened in place. False: not from our server, or seen before. */
bool talk_receive(struct talk *talk, void *bytes, size_t size, int64_t now);

/* When to call talk_tick, or TALK_NEVER. While `has_room` said no, it is for the owner to call
   talk_tick as soon as there is room. */
int64_t talk_due(const struct talk *talk);
void talk_tick(struct talk *talk, int64_t now);

/* There are signs that nobody listens at the server's port any more: asks soon. */
void talk_doubt(struct talk *talk, int64_t now);

/* --- what its user does --- */

enum talk_result {
    TALK_OK,
    TALK_FULL,     /* as many items are on the way as may be; or it is over, or about to be */
    TALK_TOO_LONG, /* more than FRAME_SAY_LIMIT bytes */
    TALK_BAD_TEXT, /* nothing in it is visible, or it is not UTF-8 */
    TALK_NOT_HOST, /* kick: only the host can */
    TALK_NOBODY,   /* kick: nobody here is called so */
    TALK_ONESELF   /* kick: the host itself */
};

/* `*number`, if not NULL, becomes the one under which the line will come back as delivered. */
enum talk_result talk_say(struct talk *talk, struct text text, int64_t now, uint64_t *number);
enum talk_result talk_kick(struct talk *talk, struct text name, int64_t now);

/* Leaves, after all that was said. It is over when the server has heard it. */
void talk_leave(struct talk *talk, int64_t now);

/* --- how it stands --- */

enum talk_state {
    TALK_WAITING, /* not admitted yet */
    TALK_HERE,
    TALK_LEFT,
    TALK_PUT_OUT,
    TALK_CLOSED
};
enum talk_state talk_state(const struct talk *talk);
bool talk_over(const struct talk *talk); /* left, put out or closed: nothing goes or comes now */

/* Should there be an exchange over TCP: is it silent, or are the members not known for sure? */
bool talk_wants_resume(const struct talk *talk, int64_t now);
bool talk_silent(const struct talk *talk, int64_t now); /* is it because of silence? */
bool talk_dropped(const struct talk *talk); /* and of ours: the server has taken us for lost? */

/* Has anything but probes come since talk_admit? Until then UDP may be blocked on the way. */
bool talk_connected(const struct talk *talk);

/* Fills in what a request to resume says of where we are, and notes that it was said. `starts` is
   for the request to point to, and the rest of it points into this talk: good until it changes. */
void talk_position(struct talk *talk, struct request *request,
                   unsigned char starts[REQUEST_STARTS * REQUEST_START]);

/* The entry that is read next; and the last item that the server is known to have heard. */
uint64_t talk_next(const struct talk *talk);
uint64_t talk_heard(const struct talk *talk);

/* The id of the server's start under which we are: SEAL_ID bytes. */
const unsigned char *talk_start(const struct talk *talk);

size_t talk_unheard(const struct talk *talk); /* items that the server has not heard yet */
bool talk_all_heard(const struct talk *talk);

bool talk_takes(const struct talk *talk);    /* would one more item be taken now? */

/* Has all come that happened before we entered for the first time? */
bool talk_caught_up(const struct talk *talk);

const struct people *talk_people(const struct talk *talk); /* who is here: see people.h */
const unsigned char *talk_host(const struct talk *talk);   /* the host's member id */
const unsigned char *talk_id(const struct talk *talk);     /* our own */

#endif
