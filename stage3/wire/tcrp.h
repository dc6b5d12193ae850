/*
 * tcrp: the frames of the Chat Room Protocol, which travel over TCP.
 *
 *      0       1       2       3                     32        32+r           32+r+p
 *      +-------+-------+-------+----------------------+---------+--------------+
 *      | r     | op    | state | p                    | room    | payload      |
 *      | 1     | 1     | 1     | 29 bytes, big-endian | r bytes | p bytes      |
 *      +-------+-------+-------+----------------------+---------+--------------+
 *
 * Model: TCP is a stream. What one side writes at once may arrive in any pieces, and what it
 * writes in pieces may arrive at once. So the receiver keeps what has come in a buffer and asks
 * after each piece: is it a frame yet, and where does it end? What lies behind that end is the
 * start of the next.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef TCRP_H
#define TCRP_H

#include "base/text.h"

enum {
    TCRP_HEADER = 32,           /* bytes */
    TCRP_PAYLOAD_LIMIT = 65536, /* bytes: nobody needs more for a name, and a list is cut there */
    TCRP_FRAME_LIMIT = TCRP_HEADER + NAME_LIMIT + TCRP_PAYLOAD_LIMIT
};

/* One list of numbers serves all stages. Stage 2 has no use for TCRP_KEY, nor for the statuses from
   8 on: stage 3 adds them. */
enum tcrp_operation { TCRP_CREATE = 1, TCRP_JOIN = 2, TCRP_LIST = 3, TCRP_KEY = 4 };
enum tcrp_state { TCRP_REQUEST = 0, TCRP_RESPONSE = 1, TCRP_COMPLETE = 2 };

/* The one byte of a response. */
enum tcrp_status {
    TCRP_OK = 0,
    TCRP_ROOM_EXISTS = 1,
    TCRP_NO_ROOM = 2,
    TCRP_WRONG_PASSWORD = 3,
    TCRP_NAME_TAKEN = 4,
    TCRP_MALFORMED = 5,
    TCRP_ROOM_FULL = 6,
    TCRP_SERVER_FULL = 7,
    TCRP_TOO_MANY_TRIES = 8, /* wrong passwords */
    TCRP_BUSY = 9,
    TCRP_KICKED = 10,        /* the host does not want this member */
    TCRP_APART = 11          /* what several servers share cannot be reached now */
};

struct tcrp_frame {
    uint8_t operation; /* any byte: whether it means something is for the caller to say */
    uint8_t state;
    struct text room;
    struct text payload;
};

enum tcrp_progress {
    TCRP_MORE,    /* the frame is not there yet; operation and state are set once `size` is not 0 */
    TCRP_FRAME,   /* it is */
    TCRP_TOO_LONG /* its payload would be longer than TCRP_PAYLOAD_LIMIT */
};

/*
 * Looks at the `have` bytes that have come so far. `*size` becomes the size of the whole frame in
 * bytes, or 0 while the header is not there. What `*frame` points to lies in `bytes`.
 */
enum tcrp_progress tcrp_decode(const char *bytes, size_t have, struct tcrp_frame *frame,
                               size_t *size);

/*
 * Puts a frame together in `out`, which has space for it. The room has at most NAME_LIMIT bytes,
 * the payload at most TCRP_PAYLOAD_LIMIT. Returns its size in bytes.
 */
size_t tcrp_encode(struct tcrp_frame frame, char *out);

/* Writes the payload's size into a header, for a payload that stands behind it already. */
void tcrp_set_payload_size(char *header, size_t size);

#endif
