/*
 * member: one membership of stage 3, as the load generator keeps it: keys, counters, a cursor.
 *
 * Model: the same as stage3/member/membership.c without a user: entries of the log are counted and
 * handed on, items are numbered and kept until the server has acknowledged them, and timers tell
 * when to send (an acknowledgement, a probe's answer, a repetition, a sign of life). Where
 * docs/protocol.md leaves a member a choice, this does the same as stage3/member/membership.c,
 * because acknowledgements are a part of what a delivery costs the server. Some things are simpler:
 *   - entries beyond a hole are handed on at once, and only one run of them is noted; entries
 *   beyond
 *     a second hole count as lost and come again;
 *   - there is no resume over TCP: if a server is silent for so long, the measurement has failed;
 *   - a text has MEMBER_TEXT_MAX bytes at most, so that neither its item nor its entry is ever in
 *     parts.
 *
 * Contract: no sockets, no clock: `now` is in nanoseconds, by watch_clock. `datagram` has space for
 * DATAGRAM_MAX bytes.
 */
#ifndef MEMBER_H
#define MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../stage3/wire/frame.h"
#include "../../stage3/wire/packet.h"
#include "../../stage3/wire/seal.h"

#define MEMBER_NEVER UINT64_MAX

enum { MEMBER_TEXT_MAX = 1000 }; /* bytes */

struct member {
    uint64_t session; /* 0: not let in yet */
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    uint64_t counter;     /* of the last datagram sent */
    struct window window; /* of those that came */
    uint64_t echo;        /* the counter of the last probe */
    bool connected;       /* something else than a probe has come */

    uint64_t next;     /* every entry before this one is there, */
    uint64_t from, to; /* and so are these, beyond a hole; from 0: there is no hole */
    uint64_t list_end; /* what entries before this one changed is counted already in */
    uint32_t members;  /* the members of the room */
    struct text fresh; /* rows that are still to be handed on, in the datagram opened last */

    uint64_t said, accepted; /* the last item there is; the last one that the server has taken */
    unsigned char *items;    /* the rows of those between: to be repeated */
    size_t items_size, items_space;
    uint64_t rto;          /* nanoseconds until they are */

    uint32_t ack_entries, ack_bytes; /* since the last acknowledgement */
    uint32_t ack_limit;              /* entries */
    uint64_t ack_due, ask_due, repeat_due;
    uint64_t hole_shown_at;
};

/* Before it is let in: nothing is due. member_close frees what it owns. */
void member_open(struct member *m);
void member_close(struct member *m);

/* The server has admitted it, with these keys and this answer (see stage3/member/handshake.h).
   False: malformed. */
bool member_admit(struct member *m, const struct seal_keys *keys, struct text answer,
                  uint64_t now);

/* Each writes a datagram and returns its size: one that asks for an answer; one that says a text;
 * one with all that is due, which is what the member has to report. */
size_t member_ask(struct member *m, unsigned char *datagram, uint64_t now);
size_t member_say(struct member *m, const char *text, size_t text_size, unsigned char *datagram,
                  uint64_t now);
size_t member_report(struct member *m, unsigned char *datagram, uint64_t now);

/* When member_report is due; MEMBER_NEVER: not at all. */
uint64_t member_due(const struct member *m);

/* Takes a datagram, and opens it in place. False: it is not for this member, or was seen before.
 * After true, member_next_text hands on its texts, one a call, until it returns false. */
bool member_take(struct member *m, unsigned char *datagram, size_t size, uint64_t now);
bool member_next_text(struct member *m, const char **text, size_t *text_size);

/* Has it entries that it has not acknowledged, or items that the server has not? */
bool member_owes(const struct member *m);

#endif
