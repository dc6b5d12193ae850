/*
 * membership: one membership of a room, as the member sees it.
 *
 * Model: the room is a log, and this is a cursor in it. Two streams run over datagrams that may be
 * lost, doubled or come in any order:
 *
 *   - the log comes down. The owner is told its entries in order, each once (reader.h). Each
 *     datagram that goes up acknowledges the entries read.
 *   - items go up: lines, the host's kicks, and the leave. They wait to be sent again until the
 *     server has acknowledged them (outbox.h). A line counts as delivered when it comes back in the
 *     log.
 *
 * The datagrams are sealed (channel.h). When one is sent without an item, schedule.h decides.
 *
 * When the server was started again, it announces that (packet.h), and the keys change with it. If
 * it has lost nothing that was read or said here, everything goes on. Otherwise it went back: then
 * only an exchange over TCP can restore our position, and the owner is told what is lost. So that
 * the server can tell how much that is, we name the starts under which we were (position.h).
 *
 * Keys and session change with each exchange over TCP (handshake.h); the membership goes on. When
 * the server does not answer for some seconds, membership_wants_resume becomes true, and the owner
 * makes that exchange and hands over the answer.
 *
 * Contract: no sockets, no clock, no randomness of its own: `now` is in milliseconds and never goes
 * back, random bytes come from a function, datagrams and news leave through functions. These may
 * query this membership, but must not change it. Anything may come off the wire. Memory is taken
 * for the members, for items on their way, for entries beyond a hole and for those that come in
 * parts.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "crypto/source.h"
#include "members.h"
#include "news.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/seal.h"

enum {
    MEMBERSHIP_REFRESH_PAUSE = 10000 /* milliseconds between two resumes for the members' sake */
};

#define MEMBERSHIP_NEVER INT64_MAX

/* Sends a datagram to the server. It has no result, because a datagram may get lost anyway. */
typedef void membership_send(void *context, const void *bytes, size_t size);

struct membership_params {
    struct text user;            /* this member's name, valid; copied */
    const unsigned char *m;      /* SEAL_KEY bytes; copied */
    const unsigned char *secret; /* SEAL_KEY bytes, the room secret; copied. NULL: no password */
    random_source *random;
    void *random_context;
    membership_send *send;
    news_tell *tell;
    news_space *has_space;       /* NULL: always */
    void *context;               /* for these three */
};

/* --- from start to end --- */

struct membership;

/* NULL: no memory. Nothing happens before membership_admit. */
struct membership *membership_create(const struct membership_params *params);

/* Wipes the secrets and frees everything. NULL is allowed. */
void membership_destroy(struct membership *membership);

/*
 * The server has admitted us, for the first time or again: `welcome` is its opened answer. From
 * now on the session and keys are these. False, and nothing has changed: the answer is malformed or
 * about another room than before, or there is no memory. If the server was started again and we
 * have moved on since the request, the answer does not match our position: then
 * membership_wants_resume asks for another exchange, and nothing is read until then.
 */
bool membership_admit(struct membership *membership, const struct seal_keys *keys,
                      struct text welcome, int64_t now);

/* Takes a datagram and opens it in place. False: not from our server, or seen before. */
bool membership_receive(struct membership *membership, void *bytes, size_t size, int64_t now);

/* When to call membership_tick, or MEMBERSHIP_NEVER. After `has_space` has returned false, the
   owner must call membership_tick as soon as there is space. */
int64_t membership_due(const struct membership *membership);
void membership_tick(struct membership *membership, int64_t now);

/* There are signs that nobody listens at the server's port any more: asks the server soon. */
void membership_doubt(struct membership *membership, int64_t now);

/* --- actions of the user --- */

enum membership_result {
    MEMBERSHIP_OK,
    MEMBERSHIP_FULL,     /* too many items are on the way; or it is over, or about to be */
    MEMBERSHIP_TOO_LONG, /* more than FRAME_SAY_LIMIT bytes */
    MEMBERSHIP_BAD_TEXT, /* nothing in it is visible, or it is not valid UTF-8 */
    MEMBERSHIP_NOT_HOST, /* kick: only the host can */
    MEMBERSHIP_NOBODY,   /* kick: no member has this name */
    MEMBERSHIP_ONESELF   /* kick: the host itself */
};

/* `*number`, if not NULL, becomes the one under which the line will come back as delivered. */
enum membership_result membership_say(struct membership *membership, struct text text, int64_t now,
                                      uint64_t *number);
enum membership_result membership_kick(struct membership *membership, struct text name,
                                       int64_t now);

/* Leaves, after all lines. The membership is over when the server has acknowledged that. */
void membership_leave(struct membership *membership, int64_t now);

/* --- state --- */

enum membership_state membership_state(const struct membership *membership);
bool membership_over(const struct membership *membership); /* left, kicked or closed: nothing goes
                                                              or comes now */

/* Should there be an exchange over TCP: is it silent, or are the members not known for sure? */
bool membership_wants_resume(const struct membership *membership, int64_t now);
/* is it because of silence? */
bool membership_silent(const struct membership *membership, int64_t now);
bool membership_dropped(const struct membership *membership); /* and of ours: the server has taken
                                                                 us for lost? */

/* Has anything except probes come since membership_admit? If not, UDP may be blocked on the path.
   */
bool membership_connected(const struct membership *membership);

/* Fills in our position in a request to resume, and notes that it was sent. The request points to
   `starts` and into this membership, so it is valid until this changes. */
void membership_position(struct membership *membership, struct request *request,
                         unsigned char starts[REQUEST_STARTS * REQUEST_START]);

/* The entry that is read next; and the last item that the server has acknowledged. */
uint64_t membership_next(const struct membership *membership);
uint64_t membership_acked(const struct membership *membership);

/* The id of the server's start that we are under: SEAL_ID bytes. */
const unsigned char *membership_start(const struct membership *membership);

size_t membership_unacked(const struct membership *membership); /* items that the server has not
                                                                   heard yet */
bool membership_all_acked(const struct membership *membership);

bool membership_takes(const struct membership *membership); /* would one more item be taken now? */

/* Have all entries from before our first admission come? */
bool membership_caught_up(const struct membership *membership);

/* who is here: see members.h */
const struct members *membership_members(const struct membership *membership);
/* the host's member id */
const unsigned char *membership_host(const struct membership *membership);
const unsigned char *membership_id(const struct membership *membership);       /* our own */

#endif
