/*
 * announce: tells members from before a restart that the server was started again.
 *
 * Model: a restored session has new keys (session_revive), which its client does not have yet. The
 * server announces the start in two ways: unasked, to the client's last address; and, at most once
 * a second, in answer to a datagram that opens under earlier keys of the session. Such an answer is
 * never larger than the datagram, and a forged datagram gets none.
 *
 * Contract: as chat.h, of which this is a part.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "room.h"

enum { ANNOUNCE_BACK = 4 }; /* the keys of this many latest starts are tried on every datagram */

/* The parts of the chat that it uses. */
struct announcer {
    struct rooms *rooms;
    const struct starts *starts;
    struct sender *sender;
};

/* Takes a datagram that does not open under the member's keys. True: the member sealed it under an
   earlier start, and was sent the announcement (or was sent it less than a second ago). */
bool announce_take(const struct announcer *announcer, uint32_t member, const struct address *from,
                   void *bytes, size_t size, int64_t now);

/* Sends the next unasked announcement to a member, if one is left. */
void announce_call(const struct announcer *announcer, uint32_t member);

/* Tells a member under the start `before` that its session is over, so that its client joins again
   by itself. `id` is the id of the start that follows. The caller then drops the member. */
void announce_end(struct session *session, struct sender *sender,
                  const unsigned char before[SEAL_ID], const unsigned char id[SEAL_ID]);

#endif
