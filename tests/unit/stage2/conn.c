/* links: stage2/admission/admission.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/admission/conn.c stage2/chat/chat.c stage2/chat/room.c stage2/wire/request.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/json.c stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * conn: one connection of stage 2 without a socket, from the request to the end, with the request
 * in any pieces and the port behind it.
 */
#include "admission/conn.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "tap.h"

enum { BYTES = TCRP_FRAME_LIMIT + 16 };

static struct chat chat;
static struct conn conn;
static const struct token token = {{0xAB, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xFE}};
static const int64_t start = 5000;
static char bytes[BYTES];

static enum delivery nowhere(void *context, const struct address *to, const void *what, size_t size)
{
    (void)context, (void)to, (void)what, (void)size;
    return DELIVERY_SENT;
}

static struct address client(void)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(40000)};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void begin(void)
{
    struct address from = client();

    if (!chat_create(&chat, &(struct chat_options){10, 2, 60000, nowhere, NULL}, start)) abort();
    if (!conn_open(&conn, &from, start)) abort();
}

static void end(void)
{
    conn_close(&conn);
    chat_destroy(&chat);
}

/* Another connection to the same chat. */
static void again(void)
{
    struct address from = client();

    conn_close(&conn);
    if (!conn_open(&conn, &from, start)) abort();
}

static size_t request(enum tcrp_operation operation, const char *room, const char *user)
{
    struct tcrp_frame frame = {(uint8_t)operation, TCRP_REQUEST, text_of(room), text_of(user)};

    return tcrp_encode(frame, bytes);
}

/* Hands `size` bytes in, so many at a time, each from memory of its own size. */
static void take(size_t size, size_t piece)
{
    for (size_t at = 0; at < size; at += piece) {
        size_t some = size - at < piece ? size - at : piece;
        char *copy = malloc(some);
        if (!copy || some > conn_space(&conn)) abort();
        memcpy(copy, bytes + at, some);
        conn_take(&conn, copy, some, &token, &chat, start + 100);
        free(copy);
    }
}

/* The answer's first frame has this status; `*rest` is what follows it. */
static bool answered(enum tcrp_operation operation, enum tcrp_status status, const char *room,
                     struct text *rest)
{
    struct text answer = conn_give(&conn);
    struct tcrp_frame frame;
    size_t size;

    *rest = (struct text){NULL, 0};
    if (tcrp_decode(answer.bytes, answer.size, &frame, &size) != TCRP_FRAME) return false;
    *rest = (struct text){answer.bytes + size, answer.size - size};
    return frame.operation == operation && frame.state == TCRP_RESPONSE
        && text_equal(frame.room, text_of(room)) && frame.payload.size == 1
        && frame.payload.bytes[0] == (char)status;
}

/* And then a whole frame with that payload, and no more. */
static bool completed(struct text rest, enum tcrp_operation operation, const char *room,
                      struct text payload)
{
    struct tcrp_frame frame;
    size_t size;

    return tcrp_decode(rest.bytes, rest.size, &frame, &size) == TCRP_FRAME && size == rest.size
        && frame.operation == operation && frame.state == TCRP_COMPLETE
        && text_equal(frame.room, text_of(room)) && text_equal(frame.payload, payload);
}

static uint16_t port_of_member(void)
{
    uint32_t index = member_find(&chat.rooms, &token);

    if (index == ROOM_NONE) return 0;
    const struct recipient *recipient = member_recipient(&chat.rooms, index);
    return recipient->reachable ? host_port(&recipient->address) : 0;
}

static void creating(void)
{
    char digits[TOKEN_DIGITS];
    struct text rest;
    bool right = true;

    token_print(&token, digits);
    for (size_t piece = 1; piece < 60; piece++) {
        begin();
        size_t size = request(TCRP_CREATE, "部屋", "alice");
        take(size - 1, piece);
        right = right && conn.state == CONN_REQUEST && conn_give(&conn).size == 0
            && conn.deadline == start + CONN_REQUEST_TIME && chat.rooms.member_count == 0;
        conn_take(&conn, bytes + size - 1, 1, &token, &chat, start + 100);
        right = right && answered(TCRP_CREATE, TCRP_OK, "部屋", &rest)
            && completed(rest, TCRP_CREATE, "部屋", (struct text){digits, sizeof digits})
            && conn.deadline == start + 100 + CONN_ANSWER_TIME && chat.counts.requests == 1;
        end();
    }
    ok(right,
       "a request in pieces of 1 to 59 bytes is answered after its last byte, and not before");
}

static void the_end(void)
{
    struct text rest;

    begin();
    ok(conn.state == CONN_REQUEST && conn.deadline == start + CONN_REQUEST_TIME,
       "a connection begins with a request");
    take(request(TCRP_CREATE, "r", "alice"), BYTES);
    size_t whole = conn_give(&conn).size;
    conn_gave(&conn, 10, start + 200);
    ok(conn.state == CONN_ANSWER && conn_give(&conn).size == whole - 10
       && conn_give(&conn).bytes == conn.buffer + 10, "the sent part of an answer is removed");
    conn_gave(&conn, whole - 10, start + 300);
    ok(conn.state == CONN_REST && conn_give(&conn).size == 0
       && conn.deadline == start + 300 + CONN_REST_TIME,
       "the rest begins, with its own deadline, after the answer");
    conn_take_end(&conn);
    ok(conn.state == CONN_OVER, "the client's end ends the connection");
    again();
    conn_take_end(&conn);
    ok(conn.state == CONN_OVER, "a client that ends before its request gets nothing");
    again();
    take(request(TCRP_JOIN, "r", "bob"), BYTES);
    conn_take_end(&conn);
    ok(conn.state == CONN_ANSWER && answered(TCRP_JOIN, TCRP_OK, "r", &rest),
       "a client that ends after its request gets the answer");
    conn_gave(&conn, conn_give(&conn).size, start);
    ok(conn.state == CONN_OVER, "a connection whose client has ended is over after the answer");
    conn_close(&conn);
    ok(conn.state == CONN_OVER && !conn.buffer, "a closed connection is over");
    end();
}

/* The port that the server has, after bytes behind the request: `before` of them came with it. */
static uint16_t port_in_pieces(size_t before, const char *port, size_t size)
{
    begin();
    size_t whole = request(TCRP_CREATE, "r", "alice");
    memcpy(bytes + whole, port, size);
    take(whole + before, BYTES);
    for (size_t i = before; i < size; i++) conn_take(&conn, port + i, 1, &token, &chat, start);
    uint16_t found = port_of_member();
    end();
    return found;
}

static void ports(void)
{
    ok(port_in_pieces(2, "\x12\x34", 2) == 0x1234, "a port is read with the request");
    ok(port_in_pieces(1, "\x12\x34", 2) == 0x1234, "a port is read in two halves");
    ok(port_in_pieces(0, "\xFF\xFE", 2) == 0xFFFE, "a port above 32767 is read after the answer");
    ok(port_in_pieces(1, "\x12", 1) == 0, "half a port is ignored");
    ok(port_in_pieces(3, "\x12\x34\x56", 3) == 0 && port_in_pieces(9, "123456789", 9) == 0,
       "three or nine bytes are not read as a port");
    begin();
    take(request(TCRP_JOIN, "nowhere", "alice"), BYTES);
    conn_take(&conn, "\x12\x34", 2, &token, &chat, start);
    ok(port_of_member() == 0 && chat.rooms.member_count == 0, "a refused client has no port");
    end();
}

static void refusals(void)
{
    struct text rest;

    begin();
    take(request(TCRP_JOIN, "r", "alice"), BYTES);
    ok(answered(TCRP_JOIN, TCRP_NO_ROOM, "r", &rest) && rest.size == 0,
       "a refusal is one frame with the room's name");
    ok(!conn.admitted && chat.counts.requests == 1 && chat.counts.refused == 1,
       "a refusal is counted");
    again();
    take(request((enum tcrp_operation)9, "r", "alice"), TCRP_HEADER);
    ok(answered((enum tcrp_operation)9, TCRP_MALFORMED, "", &rest) && rest.size == 0
       && chat.counts.refused == 2,
       "an impossible header is answered at once, without a room");
    again();
    take(request((enum tcrp_operation)9, "r", "alice"), BYTES);
    ok(answered((enum tcrp_operation)9, TCRP_MALFORMED, "r", &rest),
       "an impossible header is answered with a room that is there");
    again();
    request(TCRP_CREATE, "r", "alice");
    tcrp_set_payload_size(bytes, TCRP_PAYLOAD_LIMIT + 1);
    take(TCRP_HEADER + 1, BYTES);
    ok(answered(TCRP_CREATE, TCRP_MALFORMED, "r", &rest),
       "a payload size that is too large is malformed");
    again();
    take(request(TCRP_CREATE, "r", "{\"username\":\"a\",\"password\":\"b\"}"), BYTES);
    ok(answered(TCRP_CREATE, TCRP_WRONG_PASSWORD, "r", &rest) && chat.rooms.room_count == 0,
       "a password is wrong here, and makes no room");
    end();
}

static void lists(void)
{
    struct text rest;

    begin();
    take(request(TCRP_LIST, "", ""), BYTES);
    ok(answered(TCRP_LIST, TCRP_OK, "", &rest)
       && completed(rest, TCRP_LIST, "", (struct text){NULL, 0}),
       "the list is empty without rooms");
    again();
    take(request(TCRP_CREATE, "r", "alice"), BYTES);
    again();
    take(request(TCRP_LIST, "", ""), BYTES);
    ok(answered(TCRP_LIST, TCRP_OK, "", &rest)
       && completed(rest, TCRP_LIST, "", text_of("r\t1\n")),
       "the list has a room with its number of members");
    ok(!conn.admitted && chat.rooms.member_count == 1, "a list lets nobody in");
    end();
}

static void the_longest(void)
{
    static char room[NAME_LIMIT + 1], user[NAME_LIMIT + 1];
    struct text rest;

    memset(room, 'r', NAME_LIMIT);
    memset(user, 'u', NAME_LIMIT);
    begin();
    size_t size = request(TCRP_CREATE, room, user);
    take(size, 1);
    ok(answered(TCRP_CREATE, TCRP_OK, room, &rest), "names of %d bytes are read a byte at a time",
       NAME_LIMIT);
    again();
    struct tcrp_frame frame = {TCRP_JOIN, TCRP_REQUEST, text_of(room), {NULL, 0}};
    size = tcrp_encode(frame, bytes);
    tcrp_set_payload_size(bytes, TCRP_PAYLOAD_LIMIT);
    memset(bytes + size, 'x', TCRP_PAYLOAD_LIMIT);
    take(size + TCRP_PAYLOAD_LIMIT - 1, 4096);
    ok(conn.state == CONN_REQUEST && conn_space(&conn) >= 1, "the longest request has space");
    conn_take(&conn, "x", 1, &token, &chat, start);
    ok(answered(TCRP_JOIN, TCRP_MALFORMED, room, &rest), "the longest request is answered");
    end();
}

int main(void)
{
    plan(27);
    creating();
    the_end();
    ports();
    refusals();
    lists();
    the_longest();
    return done();
}
