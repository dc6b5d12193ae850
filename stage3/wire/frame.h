/*
 * frame: what stands inside a sealed datagram: items from a client, entries from the server.
 *
 * Model: both are rows of [kind: 1][size: 2][bytes], behind a head of fixed size. An entry of a
 * log is kept in memory in the very form in which it travels, so packing a datagram is copying.
 *
 * A datagram is small enough for every path (PACKET_SEND_LIMIT), and a long line is not. Its row
 * then travels in parts, each in a row of its own that says where its bytes belong; assembly.h puts
 * them together again. Nothing above knows of it: an item is still one item, an entry one entry.
 *
 * Contract: plain functions on memory. What they give back points into the bytes they were given.
 * docs/protocol.md is the normative text.
 */
#ifndef FRAME_H
#define FRAME_H

#include "base/text.h"
#include "packet.h"

enum {
    FRAME_UP_HEAD = 33,       /* bytes before the items */
    FRAME_DOWN_HEAD = 16,     /* bytes before the entries */
    FRAME_ROW = 3,            /* bytes before an item's or an entry's own */
    FRAME_SAY_LIMIT = 3600,   /* bytes of what somebody says at once */
    FRAME_TEXT_LIMIT = FRAME_SAY_LIMIT + SEAL_TAG, /* the same, sealed in a room with a password */
    FRAME_ENTRY_LIMIT = FRAME_ROW + SEAL_ID + 8 + 1 + NAME_LIMIT + FRAME_TEXT_LIMIT,
    FRAME_WHOLE_LIMIT = 4096, /* bytes of a row that travels in parts: none of ours is so long */
    FRAME_PART_HEAD = 12,     /* bytes of a part's row before those of the whole */
    FRAME_NOTICE_LIMIT = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_DOWN_HEAD - FRAME_ROW,
    FRAME_ANSWER_ME = 1,      /* flag of a client's datagram: answer, even if nothing is new */
    FRAME_ACK_LATEST = 300,   /* milliseconds that a client may keep an acknowledgement back, */
    FRAME_ACK_LIMIT = 2000    /* and in the largest rooms */
};

#define FRAME_LOG_LIMIT (UINT64_C(1) << 62) /* no log gets so long: more is nonsense */

/*
 * The same in a room of so many members: one millisecond for each, within these two. So a room of
 * up to two thousand acknowledges one or two thousand times a second at most, however much is said.
 * (RTCP does it this way: RFC 3550, section 6.2.)
 */
int64_t frame_ack_latest(uint64_t members);

/* --- from the client --- */

enum item_kind {
    ITEM_SAY = 1,
    ITEM_KICK = 2,
    ITEM_LEAVE = 3,
    ITEM_PART = 4 /* of an item: it counts as none */
};

struct up {
    uint8_t flags;
    uint64_t echo;   /* the counter of the last probe that came, or 0 */
    uint64_t read;   /* every entry before this one has arrived */
    uint64_t from;   /* the first entry held beyond a hole at `read`, or 0 */
    uint64_t number; /* of the first item that is no part */
    struct text items;
};

/* Writes the head; the items are put behind it with frame_put. */
void up_encode(const struct up *up, void *body);

/* False: this is no body of a client. */
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
    ENTRY_PART = 8,   /* of an entry: it counts as none, and entry_decode does not know it */
    ENTRY_LOST = 9    /* not in a log: the session is over. entry_decode does not know it */
};

enum left_why { LEFT_BY_ITSELF = 0, LEFT_LOST = 1 };
enum closed_why {
    CLOSED_HOST_LEFT = 0,
    CLOSED_HOST_LOST = 1,
    CLOSED_SHUTDOWN = 2,
    CLOSED_LOST = 3 /* what several servers had in common is gone */
};

struct down {
    uint64_t accepted; /* the number of the member's last item that was taken */
    uint64_t first;    /* the number of the first entry that counts */
    struct text entries;
};

void down_encode(const struct down *down, void *body);

/* False: this is no body of a server. A probe has no body at all: ask for its size first. */
bool down_decode(struct text body, struct down *down);

/* --- rows --- */

struct row {
    uint8_t kind;
    struct text bytes;
};

/* Takes the first row off `rows`. False: none left, or (`rows->size` is not 0 then) malformed. */
bool frame_next(struct text *rows, struct row *row);

/* Writes a row and returns its size. The bytes may stand in their place already. */
size_t frame_put(uint8_t kind, struct text bytes, void *out);

/* --- parts --- */

struct part {
    uint64_t number;   /* of the item or entry */
    size_t offset;     /* where in the whole row these bytes belong; */
    size_t whole;      /* the size of that row, its own kind and size included */
    struct text bytes;
};

/* Takes the bytes of a row of kind ITEM_PART or ENTRY_PART. False: malformed. Else there is at least
   one byte, and none lies beyond the end of the whole, which has FRAME_WHOLE_LIMIT at most. */
bool part_decode(struct text bytes, struct part *part);

/* Writes a row of that kind and returns its size. The bytes may stand in their place already:
   FRAME_ROW + FRAME_PART_HEAD behind `out`. */
size_t part_encode(uint8_t kind, const struct part *part, void *out);

/* --- entries, taken apart and put together --- */

struct entry {
    enum entry_kind kind;
    const unsigned char *member; /* SEAL_ID bytes; said, joined, left, kicked */
    uint64_t number;             /* said: of the line; gap: the next entry */
    uint8_t why;                 /* left, closed */
    struct text name;            /* said, joined, left, kicked: not checked by this */
    struct text text;            /* said, notice */
};

/* False: it is not well-formed, or of a kind that nobody knows. */
bool entry_decode(struct row row, struct entry *entry);

/* Writes it as a row to `out`, FRAME_ENTRY_LIMIT bytes, and returns its size. */
size_t entry_encode(const struct entry *entry, void *out);

#endif
