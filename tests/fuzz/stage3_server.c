/*
 * Fuzzes the server of stage 3: any bytes on TCP and over UDP, raw and sealed.
 *
 * Model: a fuzzer cannot guess a tag, so this target has the keys. There is no RSA: the block of a
 * request opens to its own first 32 bytes, unless its last byte is odd. The input is a list of
 * steps, each
 *
 *     [what: 1 byte][size: 2, little-endian][bytes]
 *
 * `what`, bits 0 and 1: which of four guests. Bits 2 and 3: the bytes are
 *     0  raw bytes on its connection
 *     1  a raw datagram from its address
 *     2  [operation][request], sealed and sent as a whole exchange over a new connection; a room id
 *        that begins with `r` stands for that of its room
 *     3  [body of a datagram], sealed with its last session
 * Bit 4: in a body, the echo is that of the last probe, and `read` acknowledges everything. Bit 5:
 * it ends its connection first, and the server flushes after this step. Bit 6: a second passes. Bit
 * 7: it uses its other address.
 *
 * What must hold: answers are whole frames; all datagrams open, and are well-formed; only a probe
 * goes to an address that was not probed before, and only as an answer to a datagram as large; no
 * datagram exceeds the limit, and parts are of entries in the log; counts are right after each
 * step; and when all guests are silent, nothing is left. A sanitizer finds the rest.
 */
#include "admission/conn.h"

#include <stdlib.h>
#include <string.h>

#include "admission/alone.h"
#include "base/bytes.h"
#include "chat/receive.h"
#include "crypto/constant.h"
#include "crypto/oaep.h"

enum { PEERS = 4, MEMBERS = 6, ROOM_MEMBERS = 3, SILENCE = 8000, PORT = 1000 };

struct peer {
    struct conn conn;
    struct address address;
    uint64_t session;         /* 0: it has none */
    struct seal_keys keys;
    unsigned char room_id[SEAL_ID];
    uint64_t counter, echo, read;
    uint64_t probed[2];       /* the session whose probe went to each of its addresses last */
};

static struct chat chat;
static struct peer peers[PEERS];
static struct rsa_key key;
static uint64_t chance;
static unsigned asking = UINT32_MAX; /* the port from which a datagram has just come, */
static size_t asking_size;           /* and its size */

static void must(int condition)
{
    if (!condition) abort();
}

static void draw(void *context, void *bytes, size_t size)
{
    unsigned char *out = bytes;

    (void)context;
    while (size-- > 0) {
        chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407u;
        *out++ = (unsigned char)(chance >> 56);
    }
}

/* --- in place of RSA --- */

/* For the client: the block begins with the message itself. */
bool oaep_encrypt(const unsigned char n[RSA_BYTES], const char *label, const void *message,
                  size_t size, const unsigned char seed[OAEP_SEED], unsigned char out[RSA_BYTES])
{
    (void)label, (void)seed;
    memset(out, n[1], RSA_BYTES);
    memcpy(out, message, size);
    return n[0] & 0x80 && n[RSA_BYTES - 1] & 1;
}

void rsa_modulus(const struct rsa_key *unused, unsigned char n[RSA_BYTES])
{
    (void)unused;
    memset(n, 'n', RSA_BYTES);
}

bool oaep_decrypt(const struct rsa_key *unused, const char *label,
                  const unsigned char in[RSA_BYTES], unsigned char *message, size_t size)
{
    bool good = in[RSA_BYTES - 1] % 2 == 0;

    (void)unused, (void)label;
    for (size_t i = 0; i < size; i++) message[i] = good ? in[i] : 0;
    return good;
}

/* --- output --- */

/* Each peer has two ports. */
static void set_port(struct peer *peer, bool other)
{
    unsigned number = (unsigned)(peer - peers);

    memset(&peer->address, 0, sizeof peer->address);
    peer->address.size = sizeof(struct sockaddr_in);
    peer->address.is.v4.sin_family = AF_INET;
    peer->address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->address.is.v4.sin_port = htons((uint16_t)(PORT + 2 * number + other));
}

/* A part must be of an entry in the log of the session's room. */
static void look_at_part(uint64_t session, struct text bytes)
{
    unsigned char whole[FRAME_ENTRY_LIMIT];
    const struct member *member = &chat.rooms.members[session >> 32];
    const struct log *log = &chat.rooms.rooms[member->room].log;
    struct part part;

    must(part_decode(bytes, &part) && part.number >= log->first && part.number < log->end);
    must(log_copy(log, part.number, part.number + 1, whole) == part.whole);
    must(memcmp(whole + part.offset, part.bytes.bytes, part.bytes.size) == 0);
}

static void look_at_rows(struct peer *peer, struct text body)
{
    struct entry entry;
    struct down down;
    struct row row;

    must(down_decode(body, &down));
    uint64_t number = down.first;
    while (frame_next(&down.entries, &row)) {
        if (row.kind == ENTRY_PART) {
            look_at_part(peer->session, row.bytes);
            continue;
        }
        if (row.kind == ENTRY_LOST) {
            must(row.bytes.size == 0);
            continue;
        }
        if (row.kind == ENTRY_WAIT) {
            must(row.bytes.size == 4);
            continue;
        }
        must(entry_decode(row, &entry));
        if (entry.kind == ENTRY_GAP) must(entry.number > number);
        if (entry.kind == ENTRY_GAP) number = entry.number;
        else if (entry.kind != ENTRY_NOTICE) number++;
    }
    must(down.entries.size == 0);
    if (number > peer->read) peer->read = number;
}

static enum delivery look_at(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned char packet[PACKET_LIMIT];
    unsigned port = ntohs(to->is.v4.sin_port) - PORT;
    struct peer *peer = &peers[port / 2];
    uint64_t session, counter = 0;

    (void)context;
    must(port < 2 * PEERS && size <= PACKET_SEND_LIMIT);
    must(packet_session(bytes, size, &session));
    if (size == PACKET_EXTRA) {
        must(port == asking && size <= asking_size);
        asking = UINT32_MAX; /* once */
        peer->probed[port % 2] = session;
    } else {
        must(peer->probed[port % 2] == session);
    }
    memcpy(packet, bytes, size);
    if (session == peer->session) {
        must(packet_open(packet, size, peer->keys.down, &counter));
        struct text body = {(char *)packet + PACKET_HEAD, size - PACKET_EXTRA};
        if (body.size == 0) peer->echo = counter;
        else look_at_rows(peer, body);
    }
    return (enum delivery)(port % 4 == 3 ? counter % 3 : DELIVERY_SENT);
}

/* --- input --- */

static void receive(struct peer *peer, unsigned char *bytes, size_t size, int64_t now)
{
    asking = ntohs(peer->address.is.v4.sin_port) - PORT;
    asking_size = size;
    chat_receive(&chat, &peer->address, bytes, size, now);
    asking = UINT32_MAX;
}

static void datagram(struct peer *peer, const uint8_t *bytes, size_t size, int64_t now)
{
    unsigned char packet[PACKET_LIMIT + 1];

    if (size > sizeof packet) size = sizeof packet;
    if (size > 0) memcpy(packet, bytes, size);
    receive(peer, packet, size, now);
}

static void sealed(struct peer *peer, const uint8_t *bytes, size_t size, bool sensible,
                   int64_t now)
{
    unsigned char packet[PACKET_LIMIT], *body = packet + PACKET_HEAD;

    if (size > PACKET_LIMIT - PACKET_EXTRA) size = PACKET_LIMIT - PACKET_EXTRA;
    if (size > 0) memcpy(body, bytes, size);
    if (sensible && size >= FRAME_UP_HEAD) {
        wire_put64(body + 1, peer->echo);
        wire_put64(body + 9, peer->read);
    }
    size = packet_seal(packet, size, peer->session, ++peer->counter, peer->keys.up);
    receive(peer, packet, size, now);
}

/* --- connections --- */

static void begin_conn(struct peer *peer, int64_t now)
{
    must(conn_open(&peer->conn, &peer->address, now));
}

static void end_conn(struct peer *peer)
{
    conn_take_end(&peer->conn);
    conn_close(&peer->conn);
}

/* Takes all output of a connection, in pieces: it must be whole frames. Copies the last one. */
static size_t drain(struct peer *peer, char *last, int64_t now)
{
    struct text out = conn_give(&peer->conn);
    struct tcrp_frame frame;
    size_t size = 0;

    while (out.size > 0) {
        must(tcrp_decode(out.bytes, out.size, &frame, &size) == TCRP_FRAME && size <= out.size);
        must(frame.room.size == 0 && frame.state != TCRP_REQUEST);
        memcpy(last, out.bytes, size);
        out.bytes += size;
        out.size -= size;
    }
    while (conn_give(&peer->conn).size > 0) {
        conn_gave(&peer->conn, (conn_give(&peer->conn).size + 1) / 2, now);
    }
    return size;
}

static void on_stream(struct peer *peer, const uint8_t *bytes, size_t size, int64_t now)
{
    static char last[TCRP_FRAME_LIMIT];

    while (size > 0) {
        size_t piece = conn_space(&peer->conn) < size ? conn_space(&peer->conn) : size;
        bool busy = size % 7 == 1;
        must(piece > 0);
        conn_take(&peer->conn, (const char *)bytes, piece, &chat, busy, now);
        if (peer->conn.state == CONN_SHOW) {
            must(conn_give(&peer->conn).size == 0 && !conn_reads(&peer->conn));
            conn_show(&peer->conn, &key, &chat, busy, now);
            must(conn_give(&peer->conn).size >= TCRP_HEADER + BLOCK_KEY_RESPONSE);
        }
        if (peer->conn.state == CONN_WORK) conn_work(&peer->conn, &key, &chat, now);
        drain(peer, last, now);
        bytes += piece;
        size -= piece;
    }
}

/* Takes the answer on the client's side. */
static void on_answer(struct peer *peer, char *frame, size_t size, const struct seal_keys *keys)
{
    char *payload = frame + TCRP_HEADER;
    size_t sealed_size = size - TCRP_HEADER;

    if (frame[2] != TCRP_COMPLETE) return;
    must(seal_open(keys->answer, 1, (struct span){frame, TCRP_HEADER},
                   (struct span){payload, sealed_size}, payload));
    if (frame[1] == TCRP_LIST) return;
    must(sealed_size >= 60 + SEAL_TAG);
    peer->session = wire_get64(payload);
    memcpy(peer->room_id, payload + 8, SEAL_ID);
    peer->read = wire_get64(payload + 24);
    peer->keys = *keys;
    peer->counter = peer->echo = 0;
}

/* The room id in a request is the 16 bytes before its last 16. */
static size_t make_request(const struct peer *peer, const uint8_t *bytes, size_t size, char *out)
{
    if (size > CONN_SEALED_LIMIT - RSA_BYTES - SEAL_TAG) {
        size = CONN_SEALED_LIMIT - RSA_BYTES - SEAL_TAG;
    }
    if (size > 0) memcpy(out, bytes, size);
    if (size > 32 && out[size - 32] == 'r') memcpy(out + size - 32, peer->room_id, SEAL_ID);
    return size;
}

static void request(struct peer *peer, const uint8_t *bytes, size_t size, int64_t now)
{
    static char last[TCRP_FRAME_LIMIT];
    char wire[TCRP_HEADER + CONN_SEALED_LIMIT], *payload = wire + TCRP_HEADER;
    char modulus[RSA_BYTES] = {(char)0x80};
    struct tcrp_frame ask = {TCRP_KEY, TCRP_REQUEST, {NULL, 0}, {modulus, RSA_BYTES}};
    unsigned char n[SEAL_KEY], s[SEAL_KEY], t[SEAL_KEY];
    struct sha256 transcript;
    struct seal_keys keys;

    if (size == 0) return;
    modulus[RSA_BYTES - 1] = 1;
    end_conn(peer);
    begin_conn(peer, now);
    sha256_start(&transcript);
    sha256_add(&transcript, wire, tcrp_encode(ask, wire));
    on_stream(peer, (uint8_t *)wire, TCRP_HEADER + BLOCK_KEY_REQUEST, now);
    memcpy(n, peer->conn.n, SEAL_KEY);
    memcpy(s, peer->conn.out + TCRP_HEADER + RSA_BYTES + SEAL_KEY, SEAL_KEY);
    must(memcmp(s, peer->conn.s, SEAL_KEY) == 0);
    sha256_add(&transcript, peer->conn.out, TCRP_HEADER + BLOCK_KEY_RESPONSE);
    ask.operation = (uint8_t)(1 + bytes[0] % 3);
    ask.payload.size = 0;
    tcrp_encode(ask, wire);
    memset(payload, 'k', RSA_BYTES);
    payload[RSA_BYTES - 1] = (char)(bytes[0] / 3 == 9); /* sometimes a block that does not open */
    size_t inner = make_request(peer, bytes + 1, size - 1, payload + RSA_BYTES);
    tcrp_set_payload_size(wire, RSA_BYTES + inner + SEAL_TAG);
    sha256_add(&transcript, wire, TCRP_HEADER + RSA_BYTES);
    sha256_end(&transcript, t);
    seal_keys_make(&keys, n, (unsigned char *)payload, s, t);
    seal(keys.request, 0, (struct span){wire, TCRP_HEADER},
         (struct span){payload + RSA_BYTES, inner}, payload + RSA_BYTES);
    conn_take(&peer->conn, wire, TCRP_HEADER + RSA_BYTES + inner + SEAL_TAG, &chat, false, now);
    must(peer->conn.state == CONN_WORK);
    conn_work(&peer->conn, &key, &chat, now);
    on_answer(peer, last, drain(peer, last, now), &keys);
}

/* --- what must hold --- */

static void check(void)
{
    uint32_t here = 0, chained = 0, open = 0;

    for (uint32_t i = 0; i < chat.rooms.members_used; i++) {
        const struct member *member = &chat.rooms.members[i];
        const struct session *session = &member->session;
        here += member->state == MEMBER_HERE;
        chained += member->state != MEMBER_FREE;
        if (member->state == MEMBER_FREE) continue;
        const struct log *log = &chat.rooms.rooms[member->room].log;
        must(member->inbox.bytes <= INBOX_BYTES + FRAME_WHOLE_LIMIT);
        must(session->read <= session->sent && session->sent <= log->end);
    }
    for (uint32_t i = 0; i < chat.rooms.rooms_used; i++) {
        const struct room *room = &chat.rooms.rooms[i];
        open += room->name.bytes != NULL;
        must(room->log.end - room->log.first <= LOG_ENTRIES && room->count <= ROOM_MEMBERS);
        if (!room->name.bytes) continue;
        must(room->count > 0 && chat.rooms.members[room->host].state == MEMBER_HERE);
        must(room_find(&chat.rooms, room->name) == i);
    }
    must(here == chat.rooms.member_count && chained == chat.rooms.chained);
    must(open == chat.rooms.room_count);
}

static void pass(int64_t *now, int64_t time)
{
    int64_t end = *now + time;

    while (chat_due(&chat) <= end) {
        if (chat_due(&chat) > *now) *now = chat_due(&chat);
        chat_tick(&chat, *now);
        chat_flush(&chat, *now);
    }
    *now = end;
}

static void step(unsigned what, const uint8_t *bytes, size_t size, int64_t *now)
{
    struct peer *peer = &peers[what & 3];

    set_port(peer, what >> 7 & 1);
    if (what >> 6 & 1) pass(now, 1000);
    if (what >> 5 & 1) {
        end_conn(peer);
        begin_conn(peer, *now);
    }
    switch (what >> 2 & 3) {
    case 0: on_stream(peer, bytes, size, *now); break;
    case 1: datagram(peer, bytes, size, *now); break;
    case 2: request(peer, bytes, size, *now); break;
    default: sealed(peer, bytes, size, what >> 4 & 1, *now); break;
    }
    if (what >> 5 & 1) chat_flush(&chat, *now); /* else it is sent with what comes next */
    check();
}

static void begin(int64_t now)
{
    struct chat_options options = {.member_limit = MEMBERS, .room_limit = ROOM_MEMBERS,
                                   .silence = SILENCE, .send = look_at, .random = draw,
                                   .decider = &alone};

    chance = 1;
    memset(peers, 0, sizeof peers);
    must(chat_create(&chat, &options, now));
    for (unsigned i = 0; i < PEERS; i++) {
        set_port(&peers[i], false);
        begin_conn(&peers[i], now);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left);

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t left)
{
    int64_t now = 1;

    begin(now);
    while (left >= 3) {
        unsigned what = input[0];
        size_t size = (size_t)input[1] | (size_t)input[2] << 8;
        input += 3;
        left -= 3;
        if (size > left) size = left;
        step(what, input, size, &now);
        input += size;
        left -= size;
    }
    pass(&now, SILENCE + CHAT_FAREWELL + 3 * CHAT_SWEEP);
    must(chat_is_empty(&chat) && chat.rooms.room_count == 0 && chat.wheel.count == 0);
    for (unsigned i = 0; i < PEERS; i++) conn_close(&peers[i].conn);
    chat_destroy(&chat);
    return 0;
}
