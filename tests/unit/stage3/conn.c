/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/admission/alone.c */
/* links: stage3/admission/conn.c stage3/member/handshake.c stage3/wire/tcrp.c */
/* links: stage3/wire/request.c */
/* links: stage3/chat/chat.c stage3/admission/admission.c stage3/chat/room.c */
/* links: stage3/chat/session.c stage3/chat/log.c stage3/chat/wheel.c stage3/chat/throttle.c */
/* links: stage3/wire/assembly.c stage3/wire/frame.c stage3/wire/packet.c stage3/wire/seal.c */
/* links: stage3/base/table.c stage3/base/hash.c stage3/base/random.c stage3/base/program.c */
/* links: stage3/base/address.c stage3/base/text.c stage3/crypto/oaep.c stage3/crypto/rsa.c */
/* links: stage3/crypto/prime.c stage3/crypto/bignum.c stage3/crypto/aead.c */
/* links: stage3/crypto/chacha20.c stage3/crypto/poly1305.c stage3/crypto/hmac.c */
/* links: stage3/crypto/sha256.c stage3/crypto/constant.c stage3/chat/announce.c */
/* links: stage3/chat/starts.c stage3/wire/welcome.c stage3/chat/lost.c stage3/chat/inbox.c */
/* links: stage3/wire/block.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * The server's side of the exchange over TCP, with our own client on the other: in pieces, with
 * every byte changed, and played again. Chance is seeded, so N can be had a second time, and then a
 * recorded request is as good as on the first day but for the one byte that was changed.
 */
#include "admission/conn.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "admission/alone.h"
#include "crypto/oaep.h"
#include "given_pair.h"
#include "member/handshake.h"
#include "seeded.h"
#include "tap.h"

enum {
    KEY_REQUEST = TCRP_HEADER + BLOCK_KEY_REQUEST,
    KEY_ANSWER = TCRP_HEADER + BLOCK_KEY_RESPONSE,
    BLOCK_AT = TCRP_HEADER + RSA_BYTES + SEAL_KEY, /* the server's, in its answer */
    REFUSAL = TCRP_HEADER + 1
};

static struct rsa_key key;
static struct chat chat;
static struct conn conn;
static struct handshake handshake;
static struct address from;
static uint64_t server_seed, client_seed;
static unsigned char m[SEAL_KEY] = "thirty-two bytes for one client";
static char recorded[4096]; /* what the client sent */
static size_t recorded_size;
static char answered[2 * TCRP_FRAME_LIMIT];
static size_t answered_size;

static enum delivery no_way(void *context, const struct address *to, const void *bytes, size_t size)
{
    (void)context, (void)to, (void)bytes, (void)size;
    return DELIVERY_SENT;
}

static void begin_chat(void)
{
    struct chat_options options = {.member_limit = 16, .room_limit = 16, .silence = 60000,
                                   .send = no_way, .decider = &alone, .random = seeded_bytes,
                                   .random_context = &server_seed};

    server_seed = 1;
    if (!chat_create(&chat, &options, 0)) abort();
}

static void begin_conn(uint64_t seed)
{
    server_seed = seed;
    answered_size = 0;
    if (!conn_open(&conn, &from, 0)) abort();
}

/* Takes what the server says. */
static void collect(void)
{
    struct text out = conn_give(&conn);

    memcpy(answered + answered_size, out.bytes, out.size);
    answered_size += out.size;
    conn_gave(&conn, out.size, 0);
}

/* The server takes these bytes, so many at a time, and does its work. */
static void hand_over(const char *bytes, size_t size, size_t piece, bool busy)
{
    while (size > 0) {
        size_t now = size < piece ? size : piece;
        if (now > conn_space(&conn)) now = conn_space(&conn);
        conn_take(&conn, bytes, now, &chat, busy, 0);
        if (conn.state == CONN_SHOW) conn_show(&conn, &key, &chat, busy, 0);
        bytes += now;
        size -= now;
    }
    if (conn.state == CONN_WORK) conn_work(&conn, &key, &chat, 0);
    collect();
}

static const unsigned char *proof; /* of the next request; NULL: it has no password */

static struct request request_of(enum tcrp_operation operation)
{
    return (struct request){.operation = operation, .room = text_of("r"),
                            .user = text_of("alice"), .m = m, .proof = proof};
}

/* A whole exchange, in such pieces; what the client says is recorded. */
static enum handshake_progress exchange(enum tcrp_operation operation, size_t piece)
{
    struct request request = request_of(operation);
    enum handshake_progress progress = HANDSHAKE_ON;
    size_t taken = 0;

    client_seed = 2;
    recorded_size = 0;
    handshake_start(&handshake, &request, NULL, given_pair(), seeded_bytes, &client_seed);
    for (int turn = 0; turn < 2 && progress == HANDSHAKE_ON; turn++) {
        size_t size = handshake.out_end - handshake.out_start;
        memcpy(recorded + recorded_size, handshake.out + handshake.out_start, size);
        hand_over(recorded + recorded_size, size, piece, false);
        recorded_size += size;
        handshake_sent(&handshake, size);
        progress = handshake_take(&handshake, answered + taken, answered_size - taken);
        taken = answered_size;
    }
    return progress;
}

static const unsigned char zeros[SEAL_KEY];

static void in_pieces(size_t piece)
{
    begin_chat();
    begin_conn(3);
    bool in = exchange(TCRP_CREATE, piece) == HANDSHAKE_ANSWERED && handshake.status == TCRP_OK;
    ok(in && chat.rooms.member_count == 1 && conn.state == CONN_REST
       && memcmp(conn.s, zeros, SEAL_KEY) == 0,
       "a client is admitted in pieces of %zu bytes, and s is wiped", piece);
    handshake_end(&handshake);
    conn_close(&conn);
    chat_destroy(&chat);
}

static bool was_refused(enum tcrp_status status)
{
    return answered_size == KEY_ANSWER + REFUSAL
        && answered[answered_size - 1] == (char)status && conn.state == CONN_REST;
}

/* The recording again, with the same N or another one. Did it let anybody in? */
static bool replayed(uint64_t seed)
{
    begin_chat();
    begin_conn(seed);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false); /* and reads the key */
    hand_over(recorded + KEY_REQUEST, recorded_size - KEY_REQUEST, sizeof recorded, false);
    return chat.rooms.member_count > 0;
}

static void end(void)
{
    conn_close(&conn);
    chat_destroy(&chat);
}

/* Every byte of the recording is changed, one at a time. */
static void changed(void)
{
    int in = 0, odd = 0;

    for (size_t i = 0; i < recorded_size; i++) {
        recorded[i] = (char)(recorded[i] ^ 1 << i % 8);
        if (replayed(3)) in++;
        recorded[i] = (char)(recorded[i] ^ 1 << i % 8);
        /* In the headers it is malformed, or waits for what never comes. Behind them all is one. */
        bool in_header = i < TCRP_HEADER || (i >= KEY_REQUEST && i < KEY_REQUEST + TCRP_HEADER);
        if (!in_header && !was_refused(TCRP_MALFORMED)) odd++;
        end();
    }
    ok(in == 0, "a request with any byte changed lets nobody in (%zu bytes)", recorded_size);
    ok(odd == 0, "the answer is the same, whatever was wrong");
}

static void cut(void)
{
    int in = 0;

    for (size_t i = 0; i < recorded_size; i++) {
        begin_chat();
        begin_conn(3);
        hand_over(recorded, i, sizeof recorded, false);
        conn_take_end(&conn);
        if (chat.rooms.member_count > 0 || conn.state != CONN_OVER) in++;
        end();
    }
    ok(in == 0, "a request that is cut anywhere lets nobody in, and is over");
}

static void again(void)
{
    begin_chat();
    begin_conn(3);
    exchange(TCRP_CREATE, sizeof recorded);
    handshake_end(&handshake);
    end();
    ok(replayed(3), "a recording is accepted under the same N");
    end();
    ok(!replayed(4) && was_refused(TCRP_MALFORMED), "a recording does not open under another N");
    end();
    begin_chat();
    begin_conn(3);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false);
    conn.s[31] ^= 1;
    hand_over(recorded + KEY_REQUEST, recorded_size - KEY_REQUEST, sizeof recorded, false);
    ok(chat.rooms.member_count == 0 && was_refused(TCRP_MALFORMED),
       "a recording does not open under another s");
    end();
}

/* Sends a request sealed with this k and s; its RSA block is `block`. */
static void ask_under(const unsigned char *k, const unsigned char *s, const unsigned char *block,
                      const char *key_request)
{
    unsigned char t[SHA256_BYTES];
    char out[TCRP_HEADER + RSA_BYTES + REQUEST_LIMIT + SEAL_TAG] = {0}, text[REQUEST_LIMIT];
    struct request request = request_of(TCRP_CREATE);
    struct sha256 transcript;
    struct seal_keys keys;
    size_t size = request_encode(&request, text);

    tcrp_encode((struct tcrp_frame){.operation = TCRP_CREATE, .state = TCRP_REQUEST}, out);
    tcrp_set_payload_size(out, RSA_BYTES + size + SEAL_TAG);
    memcpy(out + TCRP_HEADER, block, RSA_BYTES);
    sha256_start(&transcript);
    sha256_add(&transcript, key_request, KEY_REQUEST);
    sha256_add(&transcript, answered, KEY_ANSWER);
    sha256_add(&transcript, out, TCRP_HEADER + RSA_BYTES);
    sha256_end(&transcript, t);
    seal_keys_make(&keys, (unsigned char *)answered + TCRP_HEADER + RSA_BYTES, k, s, t);
    seal(keys.request, 0, (struct span){out, TCRP_HEADER}, (struct span){text, size},
         out + TCRP_HEADER + RSA_BYTES);
    hand_over(out, TCRP_HEADER + RSA_BYTES + size + SEAL_TAG, sizeof out, false);
}

/*
 * A request sealed with a k of 32 such bytes. Its RSA block holds that k, or is none at all. Such a
 * request is right in all but k, so only the k with which the server goes on can refuse it.
 */
static void ask_with(unsigned char byte, bool block_is_good)
{
    static const unsigned char seed[OAEP_SEED];
    unsigned char k[SEAL_KEY], s[SEAL_KEY], block[RSA_BYTES];

    memset(k, byte, sizeof k);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false);
    const unsigned char *modulus = (unsigned char *)answered + TCRP_HEADER;
    const unsigned char *theirs = (unsigned char *)answered + BLOCK_AT;
    if (!oaep_decrypt(given_pair(), BLOCK_TO_CLIENT, theirs, s, sizeof s)) abort();
    if (block_is_good) oaep_encrypt(modulus, "", k, SEAL_KEY, seed, block);
    else memset(block, 0x55, RSA_BYTES);
    ask_under(k, s, block, recorded);
}

/* Chance that is no chance: whatever is drawn of it shows. */
static void all_same(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0xA5, size);
}

static void bad_block(void)
{
    begin_chat();
    begin_conn(3);
    ask_with(0, true);
    ok(chat.rooms.member_count == 1, "a client may draw 0 for k");
    end();
    begin_chat();
    begin_conn(3);
    ask_with(0, false);
    ok(chat.rooms.member_count == 0 && was_refused(TCRP_MALFORMED),
       "a block that is none goes on with chance for k, and not with 0");
    end();
    begin_chat();
    begin_conn(3);
    chat.random = all_same;
    ask_with(0xA5, false);
    ok(chat.rooms.member_count == 1, "all 32 bytes of a replacement for k are random");
    end();
}

static bool all_drawn(const unsigned char *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0xA5) size--;
    return size == 0;
}

/* What must be random is random in all its bytes. */
static void drawn(void)
{
    static const unsigned char some_proof[SEAL_KEY] = {1};
    struct request request = request_of(TCRP_CREATE);
    unsigned char k[SEAL_KEY];

    begin_chat();
    begin_conn(3);
    handshake_start(&handshake, &request, NULL, given_pair(), all_same, NULL);
    hand_over(handshake.out, handshake.out_end, sizeof recorded, false);
    handshake_sent(&handshake, handshake.out_end);
    handshake_take(&handshake, answered, answered_size);
    const char *block = handshake.out + handshake.out_start + TCRP_HEADER;
    ok(oaep_decrypt(&key, "", (const unsigned char *)block, k, sizeof k) && all_drawn(k, sizeof k),
       "a client draws all 32 bytes of its k");
    ok(!all_drawn(conn.n, SEAL_KEY) && !all_drawn(conn.s, SEAL_KEY)
       && memcmp(conn.n, conn.s, SEAL_KEY) != 0,
       "a server draws all bytes of its N and its s, and they differ");
    handshake_end(&handshake);
    end();

    begin_chat();
    begin_conn(3);
    chat.random = all_same;
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false);
    ok(all_drawn(conn.n, SEAL_KEY) && all_drawn(conn.s, SEAL_KEY),
       "all bytes of N and s are random");
    end();

    begin_chat();
    begin_conn(3);
    chat.random = all_same;
    proof = some_proof;
    ask_with(0, true);
    proof = NULL;
    const struct room *room = &chat.rooms.rooms[room_find(&chat.rooms, text_of("r"))];
    ok(chat.rooms.member_count == 1 && room->locked && all_drawn(room->salt, sizeof room->salt),
       "a room with a password draws all bytes of its salt");
    end();
}

/* --- the client's modulus --- */

/* A key request with that modulus. */
static void show(const unsigned char *modulus, size_t size, char out[KEY_REQUEST + 1])
{
    struct tcrp_frame frame = {TCRP_KEY, TCRP_REQUEST, {NULL, 0}, {(const char *)modulus, size}};

    begin_chat();
    begin_conn(3);
    hand_over(out, tcrp_encode(frame, out), sizeof recorded, false);
}

static bool shown_none(void)
{
    bool none = answered_size == REFUSAL && answered[REFUSAL - 1] == TCRP_MALFORMED
        && conn.state == CONN_REST && memcmp(conn.s, zeros, SEAL_KEY) == 0;

    end();
    return none;
}

static void moduli(void)
{
    unsigned char modulus[RSA_BYTES + 1] = {0}, s[SEAL_KEY];
    char request[KEY_REQUEST + 1];

    for (size_t size = 0; size < RSA_BYTES; size += RSA_BYTES - 1) {
        show(modulus, size, request);
        ok(shown_none(), "a modulus of %zu bytes is none", size);
    }
    rsa_modulus(given_pair(), modulus);
    show(modulus, RSA_BYTES + 1, request);
    ok(shown_none(), "a modulus of 257 bytes is refused");
    modulus[RSA_BYTES - 1] ^= 1;
    show(modulus, RSA_BYTES, request);
    ok(shown_none(), "an even modulus is refused");
    modulus[RSA_BYTES - 1] ^= 1;
    modulus[0] &= 0x7F;
    show(modulus, RSA_BYTES, request);
    ok(shown_none(), "a modulus of 2047 bits is refused");
    memset(modulus, 0, RSA_BYTES);
    modulus[RSA_BYTES - 1] = 1;
    show(modulus, RSA_BYTES, request);
    ok(shown_none(), "the modulus 1 is refused");
    memset(modulus, 0xFF, RSA_BYTES);
    show(modulus, RSA_BYTES, request);
    ok(answered_size == KEY_ANSWER && conn.state == CONN_REQUEST,
       "a modulus of all ones is accepted");
    end();

    /* Only the label keeps what the server has sealed for itself from being taken for a k. */
    rsa_modulus(&key, modulus);
    show(modulus, RSA_BYTES, request);
    ok(answered_size == KEY_ANSWER && conn.state == CONN_REQUEST,
       "the server's own modulus is accepted");
    memcpy(s, conn.s, sizeof s);
    ask_under(s, s, (unsigned char *)answered + BLOCK_AT, request);
    ok(chat.rooms.member_count == 0 && was_refused(TCRP_MALFORMED),
       "the server's answer to its own modulus is refused as a block");
    end();
}

/* The turn may come late: until then nothing is drawn and nothing sent. */
static void waits_for_its_turn(void)
{
    begin_chat();
    begin_conn(3);
    conn_take(&conn, recorded, KEY_REQUEST, &chat, false, 0);
    ok(conn.state == CONN_SHOW && !conn_reads(&conn) && conn_give(&conn).size == 0
       && memcmp(conn.s, zeros, SEAL_KEY) == 0, "a key request waits for its turn");
    conn_show(&conn, &key, &chat, false, 0);
    ok(conn.state == CONN_REQUEST && conn_reads(&conn) && conn_give(&conn).size == KEY_ANSWER,
       "the key is shown in its turn");
    ok(conn_give(&conn).size <= 2 * KEY_REQUEST, "the answer has at most twice the bytes");
    end();
    begin_chat();
    begin_conn(3);
    conn_take(&conn, recorded, recorded_size, &chat, false, 0);
    conn_show(&conn, &key, &chat, true, 0);
    collect();
    ok(was_refused(TCRP_BUSY), "a request that came early is read after the key is shown");
    end();
}

static void refused(void)
{
    char frame[TCRP_HEADER + 300] = {0};
    int odd = 0;

    for (int operation = 0; operation < 256; operation++) {
        struct tcrp_frame parts = {(uint8_t)operation, TCRP_REQUEST, {"r", 1}, {"alice", 5}};
        begin_chat();
        begin_conn(3);
        hand_over(frame, tcrp_encode(parts, frame), sizeof frame, false);
        odd += answered_size != REFUSAL || answered[REFUSAL - 1] != TCRP_MALFORMED
            || chat.rooms.member_count > 0;
        end();
    }
    ok(odd == 0, "an unsealed request is malformed, of stage 2 too");
    begin_chat();
    begin_conn(3);
    memset(frame, 0xFF, TCRP_HEADER);
    hand_over(frame, TCRP_HEADER, sizeof frame, false);
    ok(answered_size == REFUSAL && conn.state == CONN_REST,
       "a size beyond all limits is malformed");
    end();
    begin_chat();
    begin_conn(3);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, true);
    hand_over(recorded + KEY_REQUEST, recorded_size - KEY_REQUEST, sizeof recorded, true);
    ok(was_refused(TCRP_BUSY) && chat.rooms.member_count == 0, "busy is said in the clear");
    bool wiped = memcmp(conn.s, zeros, SEAL_KEY) == 0;
    end();
    begin_chat();
    begin_conn(3);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false);
    bool held = memcmp(conn.s, zeros, SEAL_KEY) != 0;
    memset(frame, 0xFF, TCRP_HEADER);
    hand_over(frame, TCRP_HEADER, sizeof frame, false);
    ok(wiped && held && was_refused(TCRP_MALFORMED) && memcmp(conn.s, zeros, SEAL_KEY) == 0,
       "the secret of a refused request is wiped at once");
    end();
}

/* What a header says is looked at before anything else has come. */
static bool refused_at_once(size_t payload)
{
    char frame[TCRP_HEADER];
    struct tcrp_frame parts = {TCRP_JOIN, TCRP_REQUEST, {NULL, 0}, {NULL, 0}};

    begin_chat();
    begin_conn(3);
    hand_over(recorded, KEY_REQUEST, sizeof recorded, false); /* it asks for the key */
    answered_size = 0;
    tcrp_encode(parts, frame);
    tcrp_set_payload_size(frame, payload);
    hand_over(frame, sizeof frame, sizeof frame, false);
    bool refused_now = answered_size > 0;
    end();
    return refused_now;
}

static void sizes(void)
{
    ok(refused_at_once(RSA_BYTES + SEAL_TAG - 1) && !refused_at_once(RSA_BYTES + SEAL_TAG),
       "a request has at least its RSA block and a tag");
    ok(!refused_at_once(CONN_SEALED_LIMIT) && refused_at_once(CONN_SEALED_LIMIT + 1),
       "a sealed request has at most %d bytes", CONN_SEALED_LIMIT);
}

/* --- somebody else decides, and takes his time --- */

static struct pending waiting; /* what was begun last */
static unsigned begun, ended;
static bool no_memory;

static struct pending *make_waiting(struct chat *of)
{
    if (of != &chat) abort();
    waiting = (struct pending){.done = false};
    return no_memory ? NULL : &waiting;
}

static void look_and_wait(struct pending *pending, int64_t now)
{
    (void)now;
    begun += pending == &waiting;
    if (waiting.from.size != from.size || waiting.request.m == NULL) abort();
}

static void end_waiting(struct pending *pending)
{
    ended += pending == &waiting;
}

static const struct decider decider = {.make = make_waiting, .look = look_and_wait,
                                       .end = end_waiting};

/* A client has asked, and waits. */
static void ask_decider(void)
{
    begin_chat();
    begin_conn(3);
    chat.decider = &decider;
    begun = ended = 0;
    if (exchange(TCRP_JOIN, sizeof recorded) != HANDSHAKE_ON) abort();
    answered_size = 0;
}

static void decided(void)
{
    ask_decider();
    ok(begun == 1 && conn.state == CONN_PENDING && conn_give(&conn).size == 0
       && chat.rooms.member_count == 0 && conn.deadline == CONN_ANSWER_TIME,
       "a request that another server decides waits");
    conn_go_on(&conn, 5);
    ok(conn.state == CONN_PENDING && ended == 0, "the request waits until it is decided");
    conn_take_end(&conn);
    ok(conn.state == CONN_PENDING, "the request waits if the client has ended");
    waiting.answer = text_of("the answer of another");
    admission_finish(&waiting, TCRP_OK);
    conn_go_on(&conn, 7);
    ok(ended == 1 && !conn.pending && conn.state == CONN_ANSWER
       && conn.deadline == 7 + CONN_ANSWER_TIME && chat.counts.refused == 0,
       "the decided request is answered, and ended once");
    collect();
    ok(handshake_take(&handshake, answered, answered_size) == HANDSHAKE_ANSWERED
           && handshake.status == TCRP_OK && text_equal(handshake.answer, waiting.answer),
       "the answer has what was decided");
    ok(conn.state == CONN_OVER, "the connection is over if the client has ended");
    end();

    ask_decider();
    admission_finish(&waiting, TCRP_NAME_TAKEN);
    conn_go_on(&conn, 7);
    collect();
    ok(handshake_take(&handshake, answered, answered_size) == HANDSHAKE_ANSWERED
       && handshake.status == TCRP_NAME_TAKEN && ended == 1 && chat.counts.refused == 1
       && conn.state == CONN_REST, "a refusal is told, and counted");
    conn_go_on(&conn, 8);
    ok(ended == 1 && conn.state == CONN_REST, "a refusal is counted once");
    end();

    no_memory = true;
    begin_chat();
    begin_conn(3);
    chat.decider = &decider;
    ended = 0;
    ok(exchange(TCRP_JOIN, sizeof recorded) == HANDSHAKE_ANSWERED && handshake.status == TCRP_BUSY
       && ended == 0, "a request that cannot begin gets status busy");
    no_memory = false;
    end();

    ask_decider();
    conn_close(&conn);
    ok(ended == 1, "a connection that closes ends what it waits for");
    chat_destroy(&chat);
}

static void lists(void)
{
    begin_chat();
    begin_conn(3);
    ok(exchange(TCRP_LIST, sizeof recorded) == HANDSHAKE_ANSWERED && handshake.status == TCRP_OK
       && handshake.answer.size == 0 && chat.rooms.member_count == 0,
       "the answer to a list of no rooms is empty");
    end();
}

int main(void)
{
    uint64_t seed = 5;

    plan(47);
    from.is.v4.sin_family = AF_INET;
    from.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.size = sizeof from.is.v4;
    if (!rsa_generate(&key, seeded_bytes, &seed)) abort();
    in_pieces(1);
    in_pieces(7);
    in_pieces(100);
    in_pieces(sizeof recorded);
    again();
    changed();
    cut();
    bad_block();
    drawn();
    moduli();
    waits_for_its_turn();
    refused();
    sizes();
    decided();
    lists();
    return done();
}
