/*
 * announce: tells the members of before that the server was started again.
 *
 * Model: a session that was restored has new keys (session_revive), of which its client knows
 * nothing yet. It is told of the start: at the address where it was last, by itself; and, at most
 * once a second, in answer to a datagram that opens under keys that the client had before. So the
 * answer is never larger than the question, and nothing is sent for what anybody could make up.
 *
 * Contract: as chat.h, whose part this is.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "room.h"

enum { ANNOUNCE_BACK = 4 }; /* earlier starts, the latest, whose keys are tried on every datagram */

/* What it takes of the chat. */
struct announcer {
    struct rooms *rooms;
    const struct starts *starts;
    struct sender *sender;
};

/* A datagram that does not open under the member's keys. True: it was the member's, under an
   earlier start, and it is told (or was so just now). */
bool announce_take(const struct announcer *announcer, uint32_t member, const struct address *from,
                   void *bytes, size_t size, int64_t now);

/* Tells a member by itself, if that is still due. */
void announce_call(const struct announcer *announcer, uint32_t member);

/* Tells a member, who was under the start `before`, that its session is over: its client comes
   again by itself. `id` is that of the start which comes then. Only before it is dropped. */
void announce_end(struct session *session, struct sender *sender,
                  const unsigned char before[SEAL_ID], const unsigned char id[SEAL_ID]);

#endif
