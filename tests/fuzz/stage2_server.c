/*
 * Fuzzes the server of stage 2: any bytes on four TCP connections, in any pieces, and any datagrams
 * from four addresses, in any order.
 *
 * Model: the input is a list of steps, each
 *
 *     [what: 1 byte][size: 2, little-endian][bytes]
 *
 * `what` % 12: 0-3 bytes for that connection; 4-7 a raw datagram from that address; 8-11 the bytes
 * are a text, sent from that address with the last token of its connection. Bit 7 lets a second
 * pass, bit 6 ends the connection first.
 *
 * What must hold: answers are whole frames; nothing is sent to a peer without a token; a sanitizer
 * finds no fault and no leak.
 */
#include "admission/conn.h"
#include "base/host.h"

#include <stdlib.h>
#include <string.h>

enum { PEERS = 4, MEMBERS = 6, ROOM_MEMBERS = 3 };

static struct chat chat;
static struct conn conns[PEERS];
static struct token tokens[PEERS];
static char rooms[PEERS][NAME_LIMIT];
static size_t room_sizes[PEERS];
static unsigned admitted; /* a bit for each peer that ever got a token */

static void must(int condition)
{
    if (!condition) abort();
}

static struct address address_of(unsigned peer)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + peer);
    return host_with_port(&address, 1000);
}

static enum delivery look_at(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned peer = ntohl(to->is.v4.sin_addr.s_addr) - INADDR_LOOPBACK;

    (void)context;
    must(peer < PEERS && (admitted >> peer & 1) && host_port(to) != 0);
    must(size <= TALK_LIMIT && text_valid((struct text){bytes, size}));
    return (enum delivery)(peer % 3);
}

static void open_conn(unsigned peer, int64_t now)
{
    struct address from = address_of(peer);

    must(conn_open(&conns[peer], &from, now));
}

/* An answer is one frame or two, and nothing follows. */
static void check_answer(unsigned peer)
{
    struct conn *conn = &conns[peer];
    struct text out = conn_give(conn);
    struct tcrp_frame frame;
    size_t size;

    must(tcrp_decode(out.bytes, out.size, &frame, &size) == TCRP_FRAME);
    must(frame.state == TCRP_RESPONSE && frame.payload.size == 1);
    room_sizes[peer] = frame.room.size;
    if (frame.room.size > 0) memcpy(rooms[peer], frame.room.bytes, frame.room.size);
    if (frame.payload.bytes[0] != TCRP_OK) {
        must(size == out.size);
        return;
    }
    out.bytes += size;
    out.size -= size;
    must(tcrp_decode(out.bytes, out.size, &frame, &size) == TCRP_FRAME && size == out.size);
    if (!conn->admitted) return;
    must(token_parse(frame.payload, &tokens[peer]));
}

static void take(unsigned peer, const uint8_t *bytes, size_t size, int64_t now)
{
    static uint32_t serial;
    struct conn *conn = &conns[peer];
    struct token token = {{0}};
    enum conn_state before = conn->state;

    serial++;
    memcpy(token.bytes, &serial, sizeof serial);
    if (size > conn_space(conn)) size = conn_space(conn);
    if (size == 0) return;
    admitted |= 1u << peer; /* it may get a token within this call */
    unsigned was = admitted;
    conn_take(conn, (const char *)bytes, size, &token, &chat, now);
    admitted = was;
    if (before == CONN_REQUEST && conn->state == CONN_ANSWER) check_answer(peer);
    while (conn_give(conn).size > 0) conn_gave(conn, (conn_give(conn).size + 1) / 2, now);
}

static void datagram(unsigned peer, const uint8_t *bytes, size_t size, int64_t now)
{
    struct address from = address_of(peer);

    if (size > DATAGRAM_LIMIT + 1) size = DATAGRAM_LIMIT + 1;
    chat_receive(&chat, &from, bytes, size, now);
}

static void talk(unsigned peer, const uint8_t *bytes, size_t size, int64_t now)
{
    char out[DATAGRAM_LIMIT];
    struct text room = {rooms[peer], room_sizes[peer]}, text = {(const char *)bytes, size};
    size_t whole = datagram_encode(room, &tokens[peer], text, out);

    datagram(peer, (const uint8_t *)out, whole, now);
}

static void step(unsigned what, const uint8_t *bytes, size_t size, int64_t now)
{
    unsigned peer = (what & 0x3F) % 12 % PEERS;

    if (what & 0x40) {
        conn_take_end(&conns[peer]);
        conn_close(&conns[peer]);
        open_conn(peer, now);
    }
    switch ((what & 0x3F) % 12 / PEERS) {
    case 0: take(peer, bytes, size, now); break;
    case 1: datagram(peer, bytes, size, now); break;
    default: talk(peer, bytes, size, now); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left)
{
    int64_t now = 1;

    admitted = 0;
    memset(room_sizes, 0, sizeof room_sizes);
    struct chat_options options = {MEMBERS, ROOM_MEMBERS, 3000, look_at, NULL};
    must(chat_create(&chat, &options, now));
    for (unsigned i = 0; i < PEERS; i++) open_conn(i, now);
    while (left >= 3) {
        unsigned what = input[0];
        size_t size = (size_t)input[1] | (size_t)input[2] << 8;
        input += 3;
        left -= 3;
        if (size > left) size = left;
        if (what & 0x80) now += 1000;
        while (now >= chat_due(&chat)) chat_tick(&chat, now);
        step(what, input, size, now);
        input += size;
        left -= size;
    }
    for (unsigned i = 0; i < PEERS; i++) conn_close(&conns[i]);
    chat_close(&chat);
    chat_destroy(&chat);
    return 0;
}
