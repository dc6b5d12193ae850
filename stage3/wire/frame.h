/*
 * frame: the content of a sealed datagram: items from a client, entries from the server.
 *
 * Model: both are rows of [kind: 1][size: 2][bytes], after a head of fixed size. An entry of a log
 * is stored in memory exactly as it travels, so packing a datagram is copying.
 *
 * A datagram is small enough for every path (PACKET_SEND_LIMIT), but a long line does not fit into
 * one. Its row then travels in parts, each in a row of its own that says where its bytes belong,
 * and assembly.h reassembles them. The layers above do not see this: an item is still one item, an
 * entry one entry.
 *
 * Contract: plain functions on memory. The texts that they return point into the bytes that they
 * were given. docs/protocol.md is the normative text.
 */
#ifndef FRAME_H
#define FRAME_H

#include "base/text.h"
#include "packet.h"

enum {
    FRAME_UP_HEAD = 33,       /* bytes before the items */
    FRAME_DOWN_HEAD = 16,     /* bytes before the entries */
    FRAME_ROW = 3,            /* bytes before an item's or an entry's own */
    FRAME_SAY_LIMIT = 3600,   /* bytes of one line */
    FRAME_TEXT_LIMIT = FRAME_SAY_LIMIT + SEAL_TAG, /* the same, sealed in a room with a password */
    FRAME_ENTRY_LIMIT = FRAME_ROW + SEAL_ID + 8 + 1 + NAME_LIMIT + FRAME_TEXT_LIMIT,
    FRAME_WHOLE_LIMIT = 4096, /* bytes of a row that travels in parts: more than ours need */
    FRAME_PART_HEAD = 12,     /* bytes in a part's row before the bytes of the whole row */
    FRAME_NOTICE_LIMIT = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_DOWN_HEAD - FRAME_ROW,
    FRAME_ANSWER_ME = 1,      /* flag of a client's datagram: answer, even if nothing is new */
    FRAME_ACK_LATEST = 300,   /* milliseconds that a client may delay an acknowledgement, */
    FRAME_ACK_LIMIT = 2000    /* and the same in the largest rooms */
};

#define FRAME_LOG_LIMIT (UINT64_C(1) << 62) /* no log gets this long: a larger number is invalid */

/*
 * How long a client may delay an acknowledgement in a room with this number of members, in
 * milliseconds: one for each member, between FRAME_ACK_LATEST and FRAME_ACK_LIMIT. So a room of up
 * to two thousand members sends at most one or two thousand acknowledgements a second, however much
 * is said. (RTCP does the same: RFC 3550, section 6.2.)
 */
int64_t frame_ack_latest(uint64_t members);

/* --- from the client --- */

enum item_kind {
    ITEM_SAY = 1,
    ITEM_KICK = 2,
    ITEM_LEAVE = 3,
    ITEM_PART = 4 /* a part of an item: it has no number of its own */
};

struct up {
    uint8_t flags;
    uint64_t echo;   /* the counter of the last probe that arrived, or 0 */
    uint64_t read;   /* every entry before this one has arrived */
    uint64_t from;   /* the first entry that arrived after a hole at `read`, or 0 */
    uint64_t number; /* of the first item that is not a part */
    struct text items;
};

/* Writes the head. The caller adds the items after it, with frame_put. */
void up_encode(const struct up *up, void *body);

/* False: this is not the body of a client's datagram. */
bool up_decode(struct text body, struct up *up);

/* --- from the server --- */

enum entry_kind {
    ENTRY_SAID = 1,
    ENTRY_JOINED = 2,
    ENTRY_LEFT = 3,
    ENTRY_KICKED = 4,
    ENTRY_CLOSED = 5,
    ENTRY_GAP = 6,    /* not in a log */
    ENTRY_NOTICE = 7, /* not in a log */
    ENTRY_PART = 8,   /* a part of an entry: it has no number, and entry_decode refuses it */
    ENTRY_LOST = 9,   /* not in a log: the session is over. entry_decode refuses it */
    ENTRY_WAIT = 10   /* not in a log: an item was not taken; after so many milliseconds (4 bytes)
                         the client sends it again. entry_decode refuses it */
};

enum left_why { LEFT_BY_ITSELF = 0, LEFT_LOST = 1 };
enum closed_why {
    CLOSED_HOST_LEFT = 0,
    CLOSED_HOST_LOST = 1,
    CLOSED_SHUTDOWN = 2,
    CLOSED_LOST = 3 /* the data that several servers shared is lost */
};

struct down {
    uint64_t accepted; /* the number of the member's last item that the server accepted */
    uint64_t first;    /* the number of the first entry that has a number */
    struct text entries;
};

void down_encode(const struct down *down, void *body);

/* False: this is not the body of a server's datagram. A probe has an empty body: the caller must
   check for that first. */
bool down_decode(struct text body, struct down *down);

/* --- rows --- */

struct row {
    uint8_t kind;
    struct text bytes;
};

/* Takes the first row off `rows`. False: none is left, or, if `rows->size` is not 0, malformed. */
bool frame_next(struct text *rows, struct row *row);

/* Writes a row and returns its size. `bytes` may already be in its place in `out`. */
size_t frame_put(uint8_t kind, struct text bytes, void *out);

/* --- parts --- */

struct part {
    uint64_t number;   /* of the item or entry */
    size_t offset;     /* of these bytes in the whole row */
    size_t whole;      /* the size of the whole row, including its kind and size fields */
    struct text bytes;
};

/* Parses the bytes of a row of kind ITEM_PART or ENTRY_PART. False: malformed. True: there is at
   least one byte, and none lies beyond the end of the whole row, which has at most
   FRAME_WHOLE_LIMIT bytes. */
bool part_decode(struct text bytes, struct part *part);

/* Writes a row of that kind and returns its size. `bytes` may already be in its place, which is
   FRAME_ROW + FRAME_PART_HEAD bytes after `out`. */
size_t part_encode(uint8_t kind, const struct part *part, void *out);

/* --- entries, parsed and written --- */

struct entry {
    enum entry_kind kind;
    const unsigned char *member; /* SEAL_ID bytes; said, joined, left, kicked */
    uint64_t number;             /* said: of the line; gap: of the next entry */
    uint8_t why;                 /* left, closed */
    struct text name;            /* said, joined, left, kicked: not checked here */
    struct text text;            /* said, notice */
};

/* False: the row is malformed, or of an unknown kind. */
bool entry_decode(struct row row, struct entry *entry);

/* Writes an entry as a row to `out`, which has FRAME_ENTRY_LIMIT bytes. Returns its size. */
size_t entry_encode(const struct entry *entry, void *out);

#endif
