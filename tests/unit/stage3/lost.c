/* links: stage3/chat/lost.c stage3/base/table.c stage3/wire/frame.c stage3/wire/packet.c */
/* links: stage3/wire/seal.c stage3/base/text.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c */
/*
 * lost: whoever speaks under a session that is over is told so: once a second, in fewer bytes than
 * came, for ten minutes, and nobody else.
 */
#include "chat/lost.h"

#include <string.h>

#include "peer.h"
#include "tap.h"

static struct lost lost;
static struct sender sender;
static struct peer peer;
static struct session session;
static unsigned answers;
static uint64_t last_counter;
static bool good = true; /* each answer was what it must be */
static unsigned sent_to;

static enum delivery on_send(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    unsigned char packet[PACKET_LIMIT];
    uint64_t counter = 0;
    struct text body;
    struct down down;
    struct row row;

    (void)context;
    memcpy(packet, bytes, size);
    good = good && size < PACKET_EXTRA + FRAME_UP_HEAD
        && peer_open(&peer, packet, size, &counter, &body) && counter > last_counter
        && down_decode(body, &down) && down.accepted == 7 && frame_next(&down.entries, &row)
        && row.kind == ENTRY_LOST && row.bytes.size == 0 && down.entries.size == 0;
    last_counter = counter;
    sent_to = peer_port(to);
    answers++;
    return DELIVERY_SENT;
}

/* A session of its own, and the peer that has it. */
static void begin(uint64_t id)
{
    peer = (struct peer){.session = id, .counter = 40, .address = peer_address(2000)};
    peer_fill(NULL, &peer.keys, sizeof peer.keys);
    session = (struct session){.id = id, .counter = 90, .acked = 7};
    memcpy(session.up, peer.keys.up, SEAL_KEY);
    memcpy(session.down, peer.keys.down, SEAL_KEY);
    last_counter = 90;
    answers = 0;
}

/* The peer's next datagram, as the chat hands it over. */
static size_t next(unsigned char packet[PACKET_LIMIT])
{
    struct up up = {.flags = FRAME_ANSWER_ME};

    return peer_seal(&peer, &up, NULL, 0, packet);
}

static bool takes(uint64_t id, void *packet, size_t size, int64_t now)
{
    struct datagram datagram = {&peer.address, packet, size};

    return lost_take(&lost, &sender, id, &datagram, now);
}

static bool speaks(int64_t now)
{
    unsigned char packet[PACKET_LIMIT];
    size_t size = next(packet);

    return takes(peer.session, packet, size, now);
}

static void one(void)
{
    unsigned char packet[PACKET_LIMIT], again[PACKET_LIMIT];

    begin(5);
    ok(!speaks(0), "nobody is lost at first");
    lost_add(&lost, &session, 0);
    ok(speaks(0) && answers == 1 && sent_to == 2000, "a lost member is told when it speaks");
    ok(speaks(LOST_PAUSE - 1) && answers == 1, "a lost member is not told again within a second");
    size_t size = next(packet);
    memcpy(again, packet, size);
    peer.address = peer_address(2001);
    ok(takes(5, packet, size, LOST_PAUSE) && answers == 2
           && sent_to == 2001, "a lost member is told again later, at its new address");
    ok(!takes(5, again, size, 3 * LOST_PAUSE) && answers == 2,
       "a datagram that is played again is not answered");
    size = next(packet);
    packet[size - 1] ^= 1;
    ok(!takes(5, packet, size, 3 * LOST_PAUSE) && answers == 2,
       "a changed datagram is not answered");
    ok(!takes(6, packet, size, 3 * LOST_PAUSE),
       "an unknown session is not answered");
    ok(speaks(LOST_MEMORY - 1) && answers == 3 && !speaks(LOST_MEMORY) && answers == 3,
       "ten minutes later nobody is answered any more");
    lost_tick(&lost, LOST_MEMORY - 1);
    ok(lost.sessions[0].until != 0, "the keys are kept for ten minutes");
    lost_tick(&lost, LOST_MEMORY);
    static const struct lost_session none;
    ok(memcmp(lost.sessions[0].up, none.up, SEAL_KEY) == 0
           && memcmp(lost.sessions[0].down, none.down, SEAL_KEY) == 0,
       "the keys are wiped after ten minutes");
}

static void many(void)
{
    unsigned wrong = 0;

    begin(100);
    lost_add(&lost, &session, LOST_MEMORY);
    for (uint64_t id = 101; id < 100 + LOST_PLACES; id++) {
        session.id = id;
        lost_add(&lost, &session, LOST_MEMORY);
    }
    ok(speaks(LOST_MEMORY), "%d lost members have a place", LOST_PLACES);
    session.id = 100 + LOST_PLACES;
    lost_add(&lost, &session, LOST_MEMORY);
    ok(!speaks(LOST_MEMORY + LOST_PAUSE), "the oldest makes room");
    for (peer.session = 101; peer.session <= 100 + LOST_PLACES; peer.session++) {
        last_counter = 90;
        wrong += !speaks(LOST_MEMORY);
    }
    ok(wrong == 0, "the other lost members keep their places");
}

int main(void)
{
    plan(14);
    sender.send = on_send;
    if (!lost_create(&lost)) return 1;
    one();
    many();
    ok(good, "each answer is sealed for it under a new counter, and smaller than what it answers");
    lost_destroy(&lost);
    return done();
}
