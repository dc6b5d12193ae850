/* links: stage2/wire/tcrp.c stage2/base/text.c */
/*
 * tcrp: frames in any pieces, several at once, and sizes that are too large.
 */
#include "wire/tcrp.h"

#include <string.h>

#include "tap.h"

static char wire[2 * TCRP_FRAME_LIMIT];

static struct tcrp_frame frame_of(uint8_t operation, const char *room, struct text payload)
{
    return (struct tcrp_frame){operation, TCRP_REQUEST, text_of(room), payload};
}

/* The bytes of one frame, as docs/protocol.md shows them. */
static void bytes(void)
{
    static const char expected[] = "\006\001\000\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\0\0\0\005loungealice";
    size_t size = tcrp_encode(frame_of(TCRP_CREATE, "lounge", text_of("alice")), wire);

    ok(size == sizeof expected - 1 && memcmp(wire, expected, size) == 0,
       "a request has the bytes of the protocol");
}

/* Handed over in pieces of every size, a frame is there with its last byte and not before. */
static void pieces(void)
{
    struct tcrp_frame frame;
    size_t size = tcrp_encode(frame_of(TCRP_JOIN, "room", text_of("somebody")), wire), found;
    size_t wrong = 0;

    for (size_t have = 0; have <= size; have++) {
        enum tcrp_progress progress = tcrp_decode(wire, have, &frame, &found);
        wrong += progress != (have == size ? TCRP_FRAME : TCRP_MORE);
        wrong += found != (have < TCRP_HEADER ? 0 : size);
    }
    ok(wrong == 0, "a frame is whole with its last byte and not before");
    ok(frame.operation == TCRP_JOIN && text_equal(frame.room, text_of("room"))
           && text_equal(frame.payload, text_of("somebody")),
       "a decoded frame has what was encoded");
}

static void two_at_once(void)
{
    struct tcrp_frame frame;
    size_t first = tcrp_encode(frame_of(TCRP_JOIN, "one", text_of("a")), wire), found;
    size_t second = tcrp_encode(frame_of(TCRP_CREATE, "two", (struct text){NULL, 0}), wire + first);

    ok(tcrp_decode(wire, first + second, &frame, &found) == TCRP_FRAME && found == first
           && text_equal(frame.room, text_of("one")), "the first of two frames is decoded first");
    ok(tcrp_decode(wire + found, second, &frame, &found) == TCRP_FRAME && found == second
           && text_equal(frame.room, text_of("two")) && frame.payload.size == 0,
       "the second of two frames is decoded next");
}

static void sizes(void)
{
    static char payload[TCRP_PAYLOAD_LIMIT];
    struct tcrp_frame frame;
    size_t found, size, refused = 0;

    size = tcrp_encode(frame_of(TCRP_CREATE, "", (struct text){payload, sizeof payload}), wire);
    ok(tcrp_decode(wire, size, &frame, &found) == TCRP_FRAME && found == size,
       "65536 bytes of payload fit");
    tcrp_set_payload_size(wire, TCRP_PAYLOAD_LIMIT + 1);
    ok(tcrp_decode(wire, TCRP_HEADER, &frame, &found) == TCRP_TOO_LONG,
       "65537 bytes of payload are refused");
    for (int bit = 0; bit < 29 * 8; bit++) { /* 2^17 and every larger power of two */
        memset(wire, 0, TCRP_HEADER);
        wire[TCRP_HEADER - 1 - bit / 8] = (char)(1 << bit % 8);
        refused += tcrp_decode(wire, TCRP_HEADER, &frame, &found) == TCRP_TOO_LONG;
    }
    ok(refused == 29 * 8 - 17, "2^17 and every larger power of two is refused by its header");
    memset(wire, 0xFF, TCRP_HEADER);
    ok(tcrp_decode(wire, TCRP_HEADER, &frame, &found) == TCRP_TOO_LONG,
       "2^232 - 1 bytes of payload are refused");
}

int main(void)
{
    plan(9);
    bytes();
    pieces();
    two_at_once();
    sizes();
    return done();
}
