#include "tcrp.h"

#include <string.h>

enum {
    SIZE_START = 3, /* the payload's size: 29 bytes, all zero except the last four */
    SIZE_LOW = TCRP_HEADER - 4
};

/* The payload's size, or TCRP_PAYLOAD_LIMIT + 1 if it is above the limit. 29 bytes can hold up to
   2^232 - 1; a program that reads only the last four of them would take that for another size. */
static size_t payload_size(const uint8_t *header)
{
    size_t size = 0;

    for (int i = SIZE_START; i < SIZE_LOW; i++) {
        if (header[i] != 0) return TCRP_PAYLOAD_LIMIT + 1;
    }
    for (int i = SIZE_LOW; i < TCRP_HEADER; i++) {
        size = size << 8 | header[i];
        if (size > TCRP_PAYLOAD_LIMIT) return TCRP_PAYLOAD_LIMIT + 1;
    }
    return size;
}

enum tcrp_progress tcrp_decode(const char *bytes, size_t have, struct tcrp_frame *frame,
                               size_t *size)
{
    const uint8_t *header = (const uint8_t *)bytes;

    *size = 0;
    if (have < TCRP_HEADER) return TCRP_MORE;
    frame->operation = header[1];
    frame->state = header[2];
    frame->room = (struct text){bytes + TCRP_HEADER, header[0]};
    frame->payload = (struct text){bytes + TCRP_HEADER + header[0], payload_size(header)};
    *size = TCRP_HEADER + frame->room.size + frame->payload.size;
    if (frame->payload.size > TCRP_PAYLOAD_LIMIT) return TCRP_TOO_LONG;
    return have < *size ? TCRP_MORE : TCRP_FRAME;
}

void tcrp_set_payload_size(char *header, size_t size)
{
    for (int i = 0; i < 4; i++) header[TCRP_HEADER - 1 - i] = (char)(size >> (8 * i) & 0xFF);
}

size_t tcrp_encode(struct tcrp_frame frame, char *out)
{
    memset(out, 0, TCRP_HEADER);
    out[0] = (char)frame.room.size;
    out[1] = (char)frame.operation;
    out[2] = (char)frame.state;
    tcrp_set_payload_size(out, frame.payload.size);
    if (frame.room.size > 0) memcpy(out + TCRP_HEADER, frame.room.bytes, frame.room.size);
    if (frame.payload.size > 0) {
        memcpy(out + TCRP_HEADER + frame.room.size, frame.payload.bytes, frame.payload.size);
    }
    return TCRP_HEADER + frame.room.size + frame.payload.size;
}
