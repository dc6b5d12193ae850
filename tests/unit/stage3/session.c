/* links: stage3/chat/session.c stage3/chat/log.c stage3/wire/packet.c stage3/wire/frame.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/seal.c stage3/base/address.c stage3/base/hash.c stage3/base/random.c */
/* links: stage3/base/program.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c */
/*
 * session: one cursor in one log. What would be sent is opened with the member's key and written
 * down; what the member says is sealed with its other key.
 */
#include "chat/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "peer.h"
#include "tap.h"

enum { SENT = 4096 };

static struct session session;
static struct log room;
static struct sender sender;
static struct peer peer;
static int64_t now;
static enum delivery outcome;

static struct {
    unsigned port;
    size_t size;        /* of the datagram */
    uint64_t counter;
    bool probe;
    uint64_t accepted, first;
    uint64_t next;      /* the number behind its last entry */
    uint64_t gap;       /* where a gap in it ends; 0: there is none */
    size_t notices;
    uint64_t part;      /* the number of an entry of which a part is in it; 0: there is none */
    size_t from, to;    /* the bytes of that entry's row */
} sent[SENT];
static unsigned sent_count;

/* What it says of the entry must be what stands in the log. */
static void note_part(unsigned index, struct text bytes)
{
    unsigned char whole[FRAME_ENTRY_LIMIT];
    struct part part;

    if (!part_decode(bytes, &part)) abort();
    size_t size = log_copy(&room, part.number, part.number + 1, whole);
    if (part.whole != size) abort();
    if (memcmp(whole + part.offset, part.bytes.bytes, part.bytes.size) != 0) abort();
    sent[index].part = part.number;
    sent[index].from = part.offset;
    sent[index].to = part.offset + part.bytes.size;
}

static void note_rows(unsigned index, struct text rows)
{
    struct entry entry;
    struct row row;

    sent[index].next = sent[index].first;
    while (frame_next(&rows, &row)) {
        if (row.kind == ENTRY_PART) {
            if (sent[index].part != 0) abort();
            note_part(index, row.bytes);
            continue;
        }
        if (!entry_decode(row, &entry)) abort();
        if (entry.kind == ENTRY_NOTICE) sent[index].notices++;
        else if (entry.kind == ENTRY_GAP) sent[index].next = sent[index].gap = entry.number;
        else sent[index].next++;
    }
    if (rows.size != 0) abort();
}

static enum delivery write_down(void *context, const struct address *to, const void *bytes,
                                size_t size)
{
    unsigned char packet[PACKET_LIMIT];
    unsigned index = sent_count++ % SENT;
    struct text body;
    struct down down;

    (void)context;
    memcpy(packet, bytes, size);
    memset(&sent[index], 0, sizeof sent[index]);
    sent[index].port = peer_port(to);
    sent[index].size = size;
    if (!peer_open(&peer, packet, size, &sent[index].counter, &body)) abort();
    sent[index].probe = body.size == 0;
    if (sent[index].probe) return outcome;
    if (!down_decode(body, &down)) abort();
    sent[index].accepted = down.accepted;
    sent[index].first = down.first;
    note_rows(index, down.entries);
    return outcome;
}

static void append(unsigned count, size_t text_size)
{
    static char text[FRAME_SAY_LIMIT];
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct entry said = {.kind = ENTRY_SAID, .member = (const unsigned char *)"member's id, 16",
                         .name = {"bob", 3}, .text = {text, text_size}};

    while (count-- > 0) {
        said.number++;
        log_append(&room, row, entry_encode(&said, row));
    }
}

/* A new session of a member that wants the log from `next` on, and has not said where it is. */
static void open_at(uint64_t next)
{
    peer = (struct peer){.session = 99, .address = peer_address(1), .read = next};
    peer_fill(NULL, &peer.keys, sizeof peer.keys);
    session_open(&session, 99, &peer.keys, 1, next, now);
    sent_count = 0;
}

static enum session_verdict take(const struct address *from, void *bytes, size_t size,
                                 struct up *taken)
{
    struct datagram datagram = {from, bytes, size};

    return session_take(&session, &sender, &datagram, taken, now);
}

static enum session_verdict says(const struct up *up)
{
    unsigned char packet[PACKET_LIMIT];
    struct up taken;
    size_t size = peer_seal(&peer, up, NULL, 0, packet);
    enum session_verdict verdict = take(&peer.address, packet, size, &taken);

    if (verdict == SESSION_TAKEN) session_acknowledge(&session, &room, &sender, &taken, now);
    return verdict;
}

static enum session_verdict reads(uint64_t read, uint64_t from)
{
    struct up up = {.echo = peer.echo, .read = read, .from = from};

    return says(&up);
}

static void prove(void)
{
    reads(peer.read, 0);
    peer.echo = sent[(sent_count - 1) % SENT].counter;
    reads(peer.read, 0);
    sent_count = 0;
}

static void begin(void)
{
    now = 1000000;
    outcome = DELIVERY_SENT;
    memset(&sender, 0, sizeof sender);
    sender.send = write_down;
    sender.burst = 1;
    log_create(&room);
    memset(&session, 0, sizeof session);
    open_at(1);
}

static bool push(void)
{
    return session_push(&session, &room, &sender, now);
}

static void end(void)
{
    log_destroy(&room);
}

/* --- proving an address --- */

static void proving(void)
{
    begin();
    append(3, 10);
    ok(!push() && sent_count == 0, "a session begins without an address: nothing is sent");
    ok(reads(1, 0) == SESSION_PROBED && sent_count == 1 && sent[0].probe && sent[0].size == 32
           && sent[0].port == 1, "a first datagram is answered with a probe of 32 bytes");
    ok(!push() && session.heard_at == now && !session_waits(&session),
       "an unproved datagram changes nothing");
    ok(reads(1, 0) == SESSION_PROBED && sent_count == 2 && sent[1].counter == sent[0].counter,
       "the next datagram is answered with the same probe");
    peer.echo = sent[0].counter + 1;
    ok(reads(1, 0) == SESSION_PROBED && sent[2].counter == sent[0].counter,
       "a guess proves nothing");
    peer.echo = sent[0].counter;
    peer.address = peer_address(2);
    ok(reads(1, 0) == SESSION_PROBED && sent[3].port == 2 && sent[3].counter != sent[0].counter,
       "the right echo from another address is probed there");
    peer.echo = sent[3].counter;
    ok(reads(1, 0) == SESSION_TAKEN && push() && sent[4].port == 2 && sent[4].next == 4,
       "the echo of that probe proves the other address");
    peer.address = peer_address(3);
    ok(reads(4, 0) == SESSION_PROBED && sent[5].port == 3 && session.read == 1,
       "an answer to an old probe proves nothing, and acknowledges nothing from there");
    append(1, 10);
    ok(push() && sent[6].port == 2, "everything goes to the proved address until then");
    peer.echo = sent[5].counter;
    ok(reads(4, 0) == SESSION_TAKEN && session.read == 4,
       "a member that moves acknowledges from its new address");
    append(1, 10);
    ok(push() && sent[7].port == 3, "entries go to the new address of a member that moves");
    open_at(1);
    ok(!push(), "a new session must prove its address anew");
    end();
}

static void replays(void)
{
    unsigned char packet[PACKET_LIMIT], copy[PACKET_LIMIT], other[PACKET_LIMIT];
    struct up up = {.read = 1}, taken;
    struct address elsewhere = peer_address(9);

    begin();
    prove();
    up.echo = peer.echo;
    size_t size = peer_seal(&peer, &up, NULL, 0, packet);
    memcpy(copy, packet, size);
    memcpy(other, packet, size);
    ok(take(&peer.address, packet, size, &taken) == SESSION_TAKEN
           && take(&peer.address, copy, size, &taken)
                  == SESSION_STRANGER, "a datagram counts once");
    ok(take(&elsewhere, other, size, &taken) == SESSION_STRANGER
           && sent_count == 0, "played from elsewhere it is not even answered");
    size = peer_seal(&peer, &up, NULL, 0, packet);
    packet[size / 2] ^= 1;
    ok(take(&elsewhere, packet, size, &taken) == SESSION_STRANGER
           && !window_has(&session.window, peer.counter) && sent_count == 0,
       "a changed datagram is a stranger's, and its number stays free");
    size = packet_seal(packet, FRAME_UP_HEAD - 1, 99, ++peer.counter, peer.keys.up);
    ok(take(&peer.address, packet, size, &taken)
           == SESSION_MALFORMED, "a sealed but malformed datagram is recognised");
    end();
}

/* --- sending --- */

static size_t flight(void)
{
    return log_size(&room, session.read, session.sent);
}

static void packing(void)
{
    unsigned large = 0;

    begin();
    prove();
    append(60, 64);
    push();
    for (unsigned i = 0; i < sent_count; i++) large += sent[i].size > PACKET_SEND_LIMIT;
    ok(sent_count == 5 && large == 0 && sent[4].next == 61 && sender.entries == 60,
       "60 lines of 64 bytes make %u datagrams of at most 1200", sent_count);
    ok(!push() && sent_count == 5, "entries that were sent are not sent again");
    end();
}

/* Do these datagrams have all of one long entry, and each of them as much as it has space for? */
static bool is_cut(unsigned from, unsigned to, uint64_t number)
{
    bool good = sent[from].from == 0;

    for (unsigned i = from; i < to; i++) {
        good = good && sent[i].part == number && sent[i].size <= PACKET_SEND_LIMIT;
        if (i > from) good = good && sent[i].from == sent[i - 1].to;
        if (i + 1 < to) good = good && sent[i].size == PACKET_SEND_LIMIT;
    }
    return good && sent[to - 1].to == log_size(&room, number, number + 1);
}

static void parts(void)
{
    unsigned wrong = 0;

    begin();
    prove();
    append(1, 10);
    append(1, FRAME_SAY_LIMIT);
    append(3, 10);
    push();
    ok(sent_count == 5 && sent[0].next == 2 && is_cut(1, 5, 2), "a long entry goes in four parts");
    ok(sent[4].first == 3 && sent[4].next == 6, "the last part leaves space for more entries");
    ok(sender.entries == 5 && session.sent == 6, "an entry in parts counts as one");
    end();
    for (size_t size = 1; size <= FRAME_SAY_LIMIT; size += 1 + size / 40) {
        begin();
        prove();
        append(1, size);
        push();
        size_t whole = PACKET_EXTRA + FRAME_DOWN_HEAD + log_size(&room, 1, 2);
        if (whole <= PACKET_SEND_LIMIT) wrong += sent_count != 1 || sent[0].next != 2;
        else wrong += !is_cut(0, sent_count, 1);
        end();
    }
    ok(wrong == 0, "lines of any size make datagrams of at most 1200: %u", wrong);

    begin();
    prove();
    append(2, FRAME_SAY_LIMIT);
    push();
    sent_count = 0;
    reads(1, 2);
    ok(sent_count == 4 && is_cut(0, 4, 1) && sender.again == 4,
       "a member that shows it as a hole is sent all of it again");
    sent_count = 0;
    now += 10000;
    session_retransmit(&session, &room, &sender, now);
    ok(sent_count == 4 && is_cut(0, 4, 1), "a silent member is sent all parts again");
    ok(sender.again == 8, "each datagram counts");
    end();
}

static void window(void)
{
    begin();
    prove();
    append(600, 10);
    push();
    ok(session.sent == 513 && !push(), "512 entries are on the way, no more");
    reads(101, 0);
    ok(push() && session.sent == 601, "an acknowledgement makes space for more entries");
    end();
    begin();
    prove();
    append(60, 3000);
    push();
    ok(session.sent == 22 && flight() <= SESSION_WINDOW_BYTES, "at most 64 KiB are on the way");
    reads(22, 0);
    ok(push() && session.sent == 43, "an acknowledgement makes space for more bytes");
    end();
}

/* It says nothing any more, while the others talk on for longer than the ring remembers. */
static void silent_reader(void)
{
    begin();
    prove();
    for (int i = 0; i < 5000; i++) {
        append(1, 10);
        push();
    }
    ok(session.sent - session.read <= SESSION_WINDOW + 1,
       "a member that says nothing is sent %lu entries of 5000 and no more",
       (unsigned long)(session.sent - session.read));
    unsigned before = sent_count;
    now += 6000;
    session_retransmit(&session, &room, &sender, now);
    ok(sent_count == before + 1 && sent[before % SENT].first == 1
           && sent[before % SENT].gap == room.first, "the member is told about the gap");
    reads(sent[before % SENT].next, 0);
    ok(session.read == sent[before % SENT].next,
       "repeated entries count when they are acknowledged");
    push();
    ok(session.sent == session.read + SESSION_WINDOW, "the member is sent the rest");
    end();
}

static void living(void)
{
    begin();
    append(1, 10);
    push();
    ok(session_alive_until(&session, &room) < 0, "without a proved address nobody is alive");
    prove();
    ok(session_alive_until(&session, &room) == INT64_MAX,
       "a member that has acknowledged all is alive, however long ago");
    now += 50000;
    push();
    ok(session_alive_until(&session, &room) == now + 300 + SESSION_ALIVE,
       "then it has the time of an acknowledgement, and a second");
    int64_t until = now + 300 + SESSION_ALIVE;
    for (int i = 0; i < 10; i++) {
        now += 500;
        session_retransmit(&session, &room, &sender, now);
        append(1, 10);
        push();
    }
    ok(session_alive_until(&session, &room) == until, "what is sent meanwhile gives it no more");
    reads(1, 0);
    ok(session_alive_until(&session, &room) == now + 300 + SESSION_ALIVE,
       "any datagram of it does, even if it tells nothing new");
    session.srtt = 77;
    room.readers = 700;
    ok(session_alive_until(&session, &room) == now + 77 + 700 + SESSION_ALIVE,
       "on a longer way, and in a larger room, it has longer");
    end();
}

static void gap(void)
{
    begin();
    append(2000, 10);
    prove();
    ok(push() && sent[0].first == 1 && sent[0].gap == room.first && sent[0].next > room.first,
       "dropped entries are a gap, and the kept ones follow in the same datagram");
    end();
    begin();
    append(2000, FRAME_SAY_LIMIT);
    prove();
    ok(push() && sent[0].gap == room.first && sent[0].part == room.first && sent[0].from == 0
           && sent[0].size == PACKET_SEND_LIMIT,
       "a gap and the beginning of the longest line share a datagram");
    ok(sent[1].part == room.first && sent[1].from == sent[0].to,
       "the rest of the longest line follows");
    end();
    begin();
    append(3, 10);
    session.last = 4;
    prove();
    push();
    append(2000, 10);
    session_retransmit(&session, &room, &sender, now += 400);
    ok(sent[1].gap == room.first && sent[1].next == room.first,
       "a member that left gets nothing after its leave");
    reads(room.first, 0);
    ok(session.read >= session.last, "a member that left is done when it has acknowledged");
    end();
}

/* --- acknowledgements --- */

static void acknowledging(void)
{
    begin();
    append(10, 10);
    prove();
    push();
    reads(11 + 1, 0);
    ok(session.read == 1, "an acknowledgement of an unsent entry is ignored");
    reads(UINT64_MAX, UINT64_MAX);
    ok(session.read == 1, "an acknowledgement with the largest number is ignored");
    reads(6, 0);
    reads(3, 0);
    ok(session.read == 6 && session_waits(&session), "an old acknowledgement changes nothing");
    reads(0, 0);
    ok(session.read == 6, "an acknowledgement of 0 changes nothing");
    reads(11, 0);
    ok(session.read == 11 && !session_waits(&session),
       "an acknowledgement of the last entry ends the waiting");
    end();
}

static void holes(void)
{
    begin();
    prove();
    append(40, 100);
    push();
    sent_count = 0;
    reads(11, 15);
    ok(sent_count == 1 && sent[0].first == 11 && sent[0].next == 15, "only the hole is sent again");
    now += SESSION_HOLE_PAUSE - 1;
    reads(11, 15);
    ok(sent_count == 1, "the hole is not sent again at once");
    now += 1;
    reads(11, 15);
    ok(sent_count == 2, "the hole is sent again after a pause");
    reads(15, 30);
    ok(sent_count == 2, "another hole is not sent in the same moment");
    now += SESSION_HOLE_PAUSE / 2;
    reads(15, 30);
    ok(sent_count == 4 && sent[2].first == 15 && sent[3].next == 30,
       "another hole is sent after half of the pause");
    ok(sender.again == 4, "the repeated datagrams are counted");
    sent_count = 0;
    now += 1000;
    reads(16, 16);
    reads(16, 12);
    reads(16, 42);
    reads(16, UINT64_MAX);
    reads(16, 0);
    ok(sent_count == 0, "holes that cannot be are not filled");
    reads(10, 20);
    ok(sent_count == 0, "holes before the acknowledged entries are not filled");
    end();
}

static void repeating(void)
{
    static const int64_t pauses[] = {400, 800, 1600, 3200, 5000, 5000};
    unsigned wrong = 0;

    begin();
    prove();
    append(40, 100);
    push();
    sent_count = 0;
    for (unsigned i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        int64_t at = session_retransmit(&session, &room, &sender, now + pauses[i] - 1);
        wrong += at != now + pauses[i] || sent_count != i;
        now += pauses[i];
        session_retransmit(&session, &room, &sender, now);
        wrong += sent_count != i + 1 || sent[i].first != 1 || sent[i].next <= 1;
    }
    ok(wrong == 0, "unanswered, one datagram is sent again after 0.4, 0.8, 1.6 ... 5 seconds");
    reads(2, 0);
    ok(session_retransmit(&session, &room, &sender, now) <= now + SESSION_RTO + FRAME_ACK_LATEST,
       "entries are sent again soon after progress");
    reads(41, 0);
    sent_count = 0;
    now += 10000;
    session_retransmit(&session, &room, &sender, now);
    ok(sent_count == 0, "nothing is sent again when all has arrived");
    end();
}

/* Those who read a large room need not say so at once: see frame_ack_latest. */
static void rto_of_many(void)
{
    begin();
    room.readers = 1000;
    prove();
    append(1, 100);
    push();
    session_retransmit(&session, &room, &sender, now + 1099);
    ok(sent_count == 1, "a room of 1000 sends nothing again within 1.1 seconds");
    session_retransmit(&session, &room, &sender, now + 1100);
    ok(sent_count == 2 && sent[1].first == 1, "a room of 1000 sends again after 1.1 seconds");
    room.readers = 3;
    reads(2, 0);
    append(1, 100);
    push();
    session_retransmit(&session, &room, &sender, now + 399);
    ok(sent_count == 3, "a room that has become small waits less again");
    session_retransmit(&session, &room, &sender, now + 400);
    ok(sent_count == 4 && sent[3].first == 2, "the time is that of a small one");
    end();
}

/* All that was on its way got lost, and then the network is there again. */
static void outage(void)
{
    begin();
    prove();
    append(300, 100);
    push();
    unsigned whole = sent_count;
    now += 400;
    session_retransmit(&session, &room, &sender, now);
    sent_count = 0;
    reads(9, 0);
    ok(sent_count >= whole - 1 && sent[sent_count - 1].next == 301,
       "the first datagram after an outage brings all lost entries");
    sent_count = 0;
    reads(20, 0);
    reads(100, 0);
    ok(sent_count == 0, "lost entries are sent again once");
    now += 400;
    append(100, 100);
    push();
    session_retransmit(&session, &room, &sender, now);
    sent_count = 0;
    reads(110, 150);
    ok(sent_count > 0 && sent[sent_count - 1].next == 150,
       "entries that the member holds are not sent again");
    sent_count = 0;
    now += 400;
    reads(160, 0);
    ok(sent_count > 0 && sent[0].first == 160 && sent[sent_count - 1].next == 401,
       "entries behind those are sent again");
    end();
}

static void srtt(void)
{
    begin();
    prove();
    for (uint64_t i = 1; i <= 40; i++) {
        append(1, 10);
        push();
        now += 200;
        reads(i + 1, 0);
    }
    ok(session.srtt > 150 && session.srtt <= 200
           && session.rto == session.srtt + SESSION_RTO + FRAME_ACK_LATEST,
       "a round trip of 200 ms is measured as %d", (int)session.srtt);
    int32_t before = session.srtt;
    append(1, 10);
    push();
    now += 200 + 80;
    reads(42, 0);
    ok(session.srtt > before && session.srtt <= before + 80 / 8 + (200 - before) / 8 + 1,
       "a longer round trip counts an eighth");
    append(1, 10);
    push();
    now += 2000;
    session_retransmit(&session, &room, &sender, now);
    before = session.srtt;
    reads(43, 0);
    ok(session.srtt == before, "the time of what was sent twice says nothing");
    end();
}

/* --- the rest --- */

/* So many answers, each in a burst of its own. */
static void answer_often(int count)
{
    while (count-- > 0) {
        sender.burst++;
        session_answer(&session, &sender);
    }
}

static void strikes(void)
{
    begin();
    prove();
    outcome = DELIVERY_UNREACHABLE;
    answer_often(2);
    outcome = DELIVERY_SENT;
    session_answer(&session, &sender);
    outcome = DELIVERY_HELD_UP;
    answer_often(9);
    outcome = DELIVERY_UNREACHABLE;
    answer_often(2);
    ok(!session_struck_out(&session),
       "two strikes, a success and two strikes do not strike a member out");
    for (int i = 0; i < 9; i++) session_answer(&session, &sender);
    ok(!session_struck_out(&session), "failures in one burst count as one strike");
    answer_often(1);
    ok(session_struck_out(&session) && sender.unreachable == 14 && sender.held_up == 9,
       "the third in a row is out; what this host could not send does not count");
    end();
    begin();
    outcome = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 5; i++, sender.burst++) reads(1, 0);
    ok(!session_struck_out(&session), "a probe that fails is nobody's strike");
    end();
    begin();
    prove();
    struct address elsewhere = peer_address(7);
    for (int i = 0; i < 5; i++, sender.burst++) session_strike(&session, &sender, &elsewhere);
    ok(!session_struck_out(&session), "a late failure to another address is not a strike");
    for (int i = 0; i < 3; i++, sender.burst++) session_strike(&session, &sender, &peer.address);
    ok(session_struck_out(&session), "late failures to the member's address are strikes");
    end();
}

/* A datagram counts as sent once, until it turns out that it was not. */
static void counting(void)
{
    struct address elsewhere = peer_address(7);

    begin();
    prove();
    uint64_t before = sender.sent;
    session_answer(&session, &sender);
    outcome = DELIVERY_LATER;
    session_answer(&session, &sender);
    ok(sender.sent == before + 2, "datagrams that are sent now or later are counted");
    outcome = DELIVERY_UNREACHABLE;
    session_answer(&session, &sender);
    outcome = DELIVERY_HELD_UP;
    session_answer(&session, &sender);
    ok(sender.sent == before + 2 && sender.unreachable == 1 && sender.held_up == 1,
       "failed datagrams are counted separately");
    session_strike(&session, &sender, &elsewhere);
    ok(sender.sent == before + 1 && sender.unreachable == 2,
       "a late failure is counted separately");
    end();
}

static void telling(void)
{
    begin();
    session_answer(&session, &sender);
    session_tell(&session, &sender, (struct text){"hey", 3});
    ok(sent_count == 0, "nothing is sent without an address");
    prove();
    session.accepted = 12;
    append(5, 10);
    push();
    session_answer(&session, &sender);
    ok(sent[1].accepted == 12 && sent[1].first == 6 && sent[1].next == 6 && sent[1].size == 48,
       "an answer says what was heard, and has no entries");
    session_tell(&session, &sender, (struct text){"hey", 3});
    ok(sent[2].notices == 1 && sent[2].first == 6, "a notice has no number");
    open_at(3);
    ok(session.accepted == 12 && session.read == 3 && session.sent == 3 && session.strikes == 0,
       "resumed, what was heard stays heard");
    end();
}

/* A network that loses half of all, both ways: every entry comes, and the work is bounded. */
static void losses(void)
{
    unsigned rounds = 0;

    begin();
    prove();
    while (session.read < 3001 && rounds++ < 100000) {
        unsigned before = sent_count, size = peer_below(200);
        if (room.end < 3001) append(3, size);
        push();
        session_retransmit(&session, &room, &sender, now);
        for (unsigned i = before; i != sent_count; i++) {
            bool useful = sent[i % SENT].first <= peer.read && sent[i % SENT].next > peer.read;
            if (useful && peer_below(2) == 0) peer.read = sent[i % SENT].next;
        }
        now += 20;
        if (peer_below(4) == 0) reads(peer.read, 0);
    }
    ok(peer.read == room.end && session.read == room.end, "half of all is lost, and all arrives");
    ok(sent_count < 30000, "everything arrives in %u datagrams", sent_count);
    end();
}

int main(void)
{
    plan(86);
    proving();
    replays();
    packing();
    parts();
    window();
    silent_reader();
    living();
    gap();
    acknowledging();
    holes();
    repeating();
    rto_of_many();
    outage();
    srtt();
    strikes();
    counting();
    telling();
    losses();
    return done();
}
