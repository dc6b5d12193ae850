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
/* links: stage3/wire/block.c stage3/chat/hold.c stage3/chat/purse.c */
/*
 * Each kind of thing that the server of stage 3 sends: how many bytes it has, what must have come
 * first, and that nothing else goes to an address that is not proved. docs/security.md has the same
 * rows; tests/docs/sent.sh compares them with `rows` here and with the functions in the source.
 */
#include "admission/conn.h"
#include "chat/announce.h"
#include "given_pair.h"
#include "guest.h"
#include "member/handshake.h"
#include "tap.h"

enum kind {
    PROBE, ANNOUNCEMENT, LOST, CALL, END, QUESTION, ENTRIES, ANSWER, NOTICE, WAIT,
    KEY, REFUSAL, SEALED, ROWS
};

/* `came` bytes, at least, must have come from an address that is not proved; 0: nothing of this
   kind goes there. */
static const struct {
    const char *what;
    size_t bytes, came;
} rows[ROWS] = {
    [PROBE] = {"a probe that answers", 32, 65},
    [ANNOUNCEMENT] = {"an announcement that answers", 64, 64},
    [LOST] = {"the notice of a lost session", 51, 51},
    [CALL] = {"an announcement after a start", 64, 0},
    [END] = {"an announcement of the end", 64, 0},
    [QUESTION] = {"a probe to a silent member", 32, 0},
    [ENTRIES] = {"entries, whole or in parts", 1200, 0},
    [ANSWER] = {"an acknowledgement", 48, 0},
    [NOTICE] = {"a notice of the server", 1200, 0},
    [WAIT] = {"a request to wait", 55, 0},
    [KEY] = {"the key, over TCP", 576, 288},
    [REFUSAL] = {"a refusal in the clear, over TCP", 33, 32},
    [SEALED] = {"a sealed answer, over TCP", 65617, 304},
};

/* --- what is sent --- */

static size_t sent, bytes_sent, smallest, largest; /* since the last `forget` */
static struct address there;                       /* where the last one went */

static enum delivery counted(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    sent++;
    bytes_sent += size;
    if (size < smallest) smallest = size;
    if (size > largest) largest = size;
    there = *to;
    return guest_arrival(context, to, bytes, size);
}

static void forget(void)
{
    sent = bytes_sent = largest = 0;
    smallest = SIZE_MAX;
}

static void begin(unsigned members)
{
    guests_begin(GUESTS, GUESTS);
    chat.sender.send = counted;
    guests_meet(members);
    guests_pass(1000);
    forget();
}

static bool went_to(unsigned guest)
{
    return address_equal(&there, &guests[guest].peer.address);
}

/* Exactly this many of that kind went to that guest. */
static bool are(enum kind kind, size_t count, unsigned guest)
{
    bool right = sent == count && smallest == rows[kind].bytes && largest == rows[kind].bytes
        && went_to(guest);

    if (!right) {
        printf("# %s: %zu sent, %zu to %zu bytes\n", rows[kind].what, sent, smallest, largest);
    }
    return right;
}

/* Guest 2 sends so many bytes in all from where guest `at` is. The datagram opens. */
static void sends(unsigned at, size_t size)
{
    unsigned char packet[PACKET_LIMIT] = {0};
    struct peer *peer = &guests[2].peer;
    struct up up = {.flags = FRAME_ANSWER_ME, .read = peer->read, .number = peer->number + 1};

    up_encode(&up, packet + PACKET_HEAD);
    size = packet_seal(packet, size - PACKET_EXTRA, peer->session, ++peer->counter, peer->keys.up);
    chat_receive(&chat, &guests[at].peer.address, packet, size, now);
    guests_flush();
}

/* --- to an address that is not proved --- */

enum { ELSEWHERE = 900 };

/* For each size of a datagram that opens: nothing below the row's, then what the row has. */
static void answers(enum kind kind)
{
    bool right = true;

    for (size_t size = PACKET_EXTRA; size < 100; size += size < 50 || size > 66 ? 8 : 1) {
        guests_pass(1100); /* some are answered once a second */
        forget();
        sends(ELSEWHERE, size);
        if (size < rows[kind].came) right &= sent == 0 || !went_to(ELSEWHERE);
        else right &= are(kind, 1, ELSEWHERE);
    }
    ok(right && rows[kind].bytes <= rows[kind].came, "%s has %zu bytes, and answers %zu or more",
       rows[kind].what, rows[kind].bytes, rows[kind].came);
}

static void probe(void)
{
    begin(3);
    answers(PROBE);
    guests_end();
}

/* Another start, as with a journal: no member has a proved address any more. Guest 2 misses what
   is said to it. */
static void revive(void)
{
    unsigned char id[SEAL_ID];

    guests[2].deaf = true;
    peer_fill(NULL, id, sizeof id);
    starts_add(&chat.starts, chat.starts.now + 1, id);
    for (unsigned i = 0; i < 3; i++) {
        struct member *member = member_of(i);
        struct session *session = &member->session;
        session->candidate = session->address;
        session->was_there = true;
        session->address.size = 0;
        session_revive(session, chat.starts.now, id, chat.rooms.rooms[member->room].log.end, now);
        if (i != 2) session->calls = 0;
    }
}

static void announcements(void)
{
    begin(3);
    revive();
    guests_pass(20000);
    ok(are(CALL, SESSION_CALLS, 2), "%s: %u of %zu bytes, to the address of before",
       rows[CALL].what, (unsigned)SESSION_CALLS, rows[CALL].bytes);
    answers(ANNOUNCEMENT);
    guests_end();
    begin(3);
    revive();
    sends(ELSEWHERE, 100);
    forget();
    guests_pass(20000);
    ok(sent == 0, "none follows by itself once a datagram has come from elsewhere");
    guests_end();
}

static void lost(void)
{
    begin(3);
    for (unsigned i = 0; i < 8; i++) {
        guests_pass(10000);
        guest_reads(0);
        guest_reads(1);
    }
    answers(LOST);
    guests_end();
}

/* --- to a proved address --- */

static void end_of_session(void)
{
    unsigned char id[SEAL_ID] = "another start";
    struct session *session;

    begin(3);
    session = &member_of(2)->session;
    announce_end(session, &chat.sender, guests[2].start, id);
    ok(are(END, 1, 2), "%s has %zu bytes", rows[END].what, rows[END].bytes);
    forget();
    session->address.size = 0;
    announce_end(session, &chat.sender, guests[2].start, id);
    ok(sent == 0, "and does not go to an address that is not proved");
    guests_end();
}

/* Guest 2 is the only one that is quiet for half of the time. */
static void question(void)
{
    begin(3);
    for (unsigned i = 0; i < 3; i++) {
        guests_pass(7000);
        guest_reads(0);
        guest_reads(1);
    }
    forget();
    guests_pass(10000);
    ok(are(QUESTION, 1, 2), "%s has %zu bytes", rows[QUESTION].what, rows[QUESTION].bytes);
    guests_end();
}

static void small_ones(void)
{
    struct session *session;

    begin(3);
    session = &member_of(2)->session;
    session_answer(session, &chat.sender);
    ok(are(ANSWER, 1, 2), "%s has %zu bytes", rows[ANSWER].what, rows[ANSWER].bytes);
    forget();
    session_wait(session, &chat.sender, 10000);
    ok(are(WAIT, 1, 2), "%s has %zu bytes", rows[WAIT].what, rows[WAIT].bytes);
    guests_end();
}

static void large_ones(void)
{
    static char text[FRAME_SAY_LIMIT + 1];

    memset(text, 'x', sizeof text - 1);
    begin(3);
    guest_does(1, ITEM_SAY, text);
    guests_flush();
    ok(sent > 3 && largest == rows[ENTRIES].bytes, "%s have %zu bytes at most", rows[ENTRIES].what,
       rows[ENTRIES].bytes);
    forget();
    text[FRAME_NOTICE_LIMIT] = '\0';
    session_tell(&member_of(2)->session, &chat.sender, text_of(text));
    ok(are(NOTICE, 1, 2), "%s has %zu bytes at most", rows[NOTICE].what, rows[NOTICE].bytes);
    guests_end();
}

/* All that is called for a member whose address is not proved, or not yet. */
static void nothing(void)
{
    begin(3);
    guest_enters(4, TCRP_JOIN, "den", "n4", NULL);
    guest_does(1, ITEM_SAY, "what all must hear");
    guests_flush();
    guests_pass(1000);
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    forget();
    struct session *session = &member_of(4)->session;
    const struct log *log = &chat.rooms.rooms[member_of(4)->room].log;
    bool pushed = session_push(session, log, &chat.sender, now);
    session_answer(session, &chat.sender);
    session_tell(session, &chat.sender, text_of("a notice"));
    session_wait(session, &chat.sender, 50);
    session_ask(session, &chat.sender, true);
    session_retransmit(session, log, &chat.sender, now + 60000);
    ok(sent == 0 && !pushed && session->read < log->end,
       "none of these goes to an address that is not proved");
    guests_end();
}

/* --- over TCP --- */

static struct rsa_key key; /* the server's: the pair of the tests */
static struct conn conn;
static size_t gave; /* bytes, in all */

static void collect(void)
{
    size_t size = conn_give(&conn).size;

    gave += size;
    conn_gave(&conn, size, now);
}

static void connects(void)
{
    gave = 0;
    if (!conn_open(&conn, &guests[2].peer.address, now)) abort();
}

/* The server takes these bytes, one at a time. Returns how many of them it had when it gave its
   first byte. */
static size_t hands_over(const char *bytes, size_t size)
{
    size_t had = 0, before = gave;

    for (size_t i = 0; i < size; i++) {
        conn_take(&conn, bytes + i, 1, &chat, false, now);
        if (conn.state == CONN_SHOW) conn_show(&conn, &key, &chat, false, now);
        if (conn.state == CONN_WORK) conn_work(&conn, &key, &chat, now);
        collect();
        if (had == 0 && gave > before) had = i + 1;
    }
    return had;
}

/* Whatever comes after an answer. */
static bool has_ended(void)
{
    static const char more[3000];
    size_t before = gave;

    hands_over(more, sizeof more);
    conn_take_end(&conn);
    collect();
    return gave == before;
}

static void refusal(void)
{
    static const char zeros[TCRP_HEADER];

    connects();
    size_t had = hands_over(zeros, sizeof zeros);
    ok(had == rows[REFUSAL].came && gave == rows[REFUSAL].bytes && has_ended(),
       "%s has %zu bytes, once, and answers %zu", rows[REFUSAL].what, rows[REFUSAL].bytes,
       rows[REFUSAL].came);
    conn_close(&conn);
}

/* What the client sends: the request for the key, or the sealed one. */
static size_t said_by(struct handshake *handshake)
{
    size_t size = handshake->out_end - handshake->out_start;

    gave = 0;
    size_t had = hands_over((const char *)handshake->out + handshake->out_start, size);
    handshake_sent(handshake, size);
    return had;
}

/* The largest answer is a list of rooms. (That of a join is cut in the same way.) */
static void exchange(void)
{
    static struct handshake handshake;
    static char seen[2 * TCRP_FRAME_LIMIT];
    struct request request = {.operation = TCRP_LIST, .m = guests[2].m};

    for (unsigned i = 10; i < 400; i++) {
        char room[NAME_LIMIT + 1];
        memset(room, 'r', sizeof room);
        snprintf(room + NAME_LIMIT - 4, 5, "%04u", i);
        if (guest_enters(i, TCRP_CREATE, room, "host", NULL) != TCRP_OK) abort();
    }
    connects();
    handshake_start(&handshake, &request, NULL, given_pair(), peer_fill, NULL);
    size_t had = said_by(&handshake);
    memcpy(seen, conn.out, gave);
    ok(had == rows[KEY].came && gave == rows[KEY].bytes, "%s has %zu bytes, and answers %zu",
       rows[KEY].what, rows[KEY].bytes, rows[KEY].came);
    if (handshake_take(&handshake, seen, gave) != HANDSHAKE_ON) abort();
    had = said_by(&handshake);
    ok(had == rows[SEALED].came && gave <= rows[SEALED].bytes && gave > rows[SEALED].bytes - 300,
       "%s has %zu bytes, and answers %zu", rows[SEALED].what, gave, had);
    ok(has_ended(), "and nothing follows, whatever comes");
    handshake_end(&handshake);
    conn_close(&conn);
}

static void over_tcp(void)
{
    begin(3);
    key = *given_pair();
    refusal();
    exchange();
    guests_end();
}

int main(void)
{
    plan(17);
    probe();
    announcements();
    lost();
    end_of_session();
    question();
    small_ones();
    large_ones();
    nothing();
    over_tcp();
    return done();
}
