/*
 * tcrp: the frames of the Chat Room Protocol, which runs over TCP.
 *
 *      0       1       2       3                     32        32+r           32+r+p
 *      +-------+-------+-------+----------------------+---------+--------------+
 *      | r     | op    | state | p                    | room    | payload      |
 *      | 1     | 1     | 1     | 29 bytes, big-endian | r bytes | p bytes      |
 *      +-------+-------+-------+----------------------+---------+--------------+
 *
 * Model: TCP is a stream. Bytes that one side writes at once may arrive in any pieces, and bytes
 * that it writes in pieces may arrive at once. So the receiver collects them in a buffer, and after
 * each piece it calls tcrp_decode, which returns whether the frame is complete and where it ends.
 * Any bytes after that end are the start of the next frame.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef TCRP_H
#define TCRP_H

#include "base/text.h"

enum {
    TCRP_HEADER = 32,           /* bytes */
    TCRP_PAYLOAD_LIMIT = 65536, /* bytes: far more than a name needs; a longer list is cut */
    TCRP_FRAME_LIMIT = TCRP_HEADER + NAME_LIMIT + TCRP_PAYLOAD_LIMIT
};

/* All stages share these numbers. Stage 2 does not use TCRP_KEY, nor the statuses from 8 on, which
   stage 3 adds. */
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
    TCRP_KICKED = 10,        /* the host has kicked this member */
    TCRP_APART = 11          /* the store that several servers share cannot be reached now */
};

struct tcrp_frame {
    uint8_t operation; /* any byte: the caller checks whether it is valid */
    uint8_t state;
    struct text room;
    struct text payload;
};

enum tcrp_progress {
    TCRP_MORE,    /* the frame is incomplete; operation and state are set once `size` is not 0 */
    TCRP_FRAME,   /* the frame is complete */
    TCRP_TOO_LONG /* its payload would be longer than TCRP_PAYLOAD_LIMIT */
};

/*
 * Parses the `have` bytes that have arrived so far. `*size` becomes the size of the whole frame in
 * bytes, or 0 while the header is incomplete. The texts of `*frame` point into `bytes`.
 */
enum tcrp_progress tcrp_decode(const char *bytes, size_t have, struct tcrp_frame *frame,
                               size_t *size);

/*
 * Writes a frame to `out`, which must have space for it. The room has at most NAME_LIMIT bytes, the
 * payload at most TCRP_PAYLOAD_LIMIT. Returns the frame's size in bytes.
 */
size_t tcrp_encode(struct tcrp_frame frame, char *out);

/* Writes the payload's size into a header, for a payload that already follows it. */
void tcrp_set_payload_size(char *header, size_t size);

#endif
