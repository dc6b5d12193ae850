/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/tcrp.c */
/* links: stage3/admission/alone.c */
/* links: stage3/chat/chat.c stage3/admission/admission.c stage3/chat/room.c */
/* links: stage3/chat/session.c stage3/chat/log.c stage3/chat/wheel.c stage3/chat/throttle.c */
/* links: stage3/wire/assembly.c stage3/wire/frame.c stage3/wire/packet.c stage3/wire/seal.c */
/* links: stage3/base/table.c stage3/base/hash.c stage3/base/random.c stage3/base/program.c */
/* links: stage3/base/address.c stage3/base/text.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c stage3/chat/announce.c stage3/chat/starts.c */
/* links: stage3/wire/welcome.c stage3/wire/request.c stage3/chat/lost.c stage3/chat/inbox.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * The bound: whatever comes from an address that has not proved itself, the server of stage 3 sends
 * no more bytes there than came from it, and nothing later by itself. Else anybody who can write a
 * wrong sender on a datagram could have others flooded by the server.
 */
#include "tap.h"

#include "guest.h"

enum { ELSEWHERE = 900 }; /* the guest at whose address nobody is */

static size_t went[GUESTS]; /* bytes to each address */

static enum delivery counted(void *context, const struct address *to, const void *bytes,
                             size_t size)
{
    went[peer_port(to) - GUEST_PORT] += size;
    return guest_arrival(context, to, bytes, size);
}

struct kind {
    const char *what;
    uint8_t flags;
    uint64_t read, from; /* 0: what the guest has read */
    bool echo;           /* a wrong one */
    int item;            /* 0: none */
    size_t size;         /* of the item */
    size_t cut;          /* bytes at the end that do not come */
};

static const struct kind kinds[] = {
    {.what = "an acknowledgement"},
    {.what = "an acknowledgement of entries that do not exist", .read = 1000000},
    {.what = "an acknowledgement of no entry", .read = 1},
    {.what = "an acknowledgement that shows a hole", .read = 1, .from = 1000},
    {.what = "a request for an answer", .flags = FRAME_ANSWER_ME},
    {.what = "a wrong answer to a probe", .flags = FRAME_ANSWER_ME, .echo = true},
    {.what = "a short line", .item = ITEM_SAY, .size = 1},
    {.what = "a long line", .flags = FRAME_ANSWER_ME, .item = ITEM_SAY, .size = 1000},
    {.what = "an empty line that deserves a notice", .item = ITEM_SAY},
    {.what = "a kick", .item = ITEM_KICK, .size = 2},
    {.what = "a leave", .item = ITEM_LEAVE},
    {.what = "a part of nothing that deserves a notice", .item = ITEM_PART},
    {.what = "a part of a line", .item = ITEM_PART, .size = 13},
    {.what = "an item of an unknown kind", .item = 99, .size = 3},
    {.what = "an item that is cut off", .item = ITEM_SAY, .size = 10, .cut = 9},
    {.what = "a body that is too short", .flags = FRAME_ANSWER_ME, .cut = 1},
    {.what = "a body of one byte", .flags = FRAME_ANSWER_ME, .cut = FRAME_UP_HEAD - 1},
    {.what = "a datagram without a body", .cut = FRAME_UP_HEAD},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The datagram of that kind, sealed by the guest; returns its size. */
static size_t make(unsigned index, const struct kind *kind, unsigned char packet[PACKET_LIMIT])
{
    struct peer *peer = &guests[index].peer;
    struct up up = {.flags = kind->flags, .read = kind->read ? kind->read : peer->read,
                    .from = kind->from, .echo = kind->echo ? 77 : 0, .number = peer->number + 1};
    size_t size = FRAME_UP_HEAD;
    char text[1000] = {0};

    if (kind->item == ITEM_SAY) memset(text, 'x', sizeof text);
    if (kind->item == ITEM_KICK) memcpy(text, "n1", 2);
    if (kind->item == ITEM_PART) memcpy(text, "\0\0\0\0\0\0\0\1\0\0\1\0x", 13);
    up_encode(&up, packet + PACKET_HEAD);
    if (kind->item != 0) {
        size += frame_put((uint8_t)kind->item, (struct text){text, kind->size},
                          packet + PACKET_HEAD + size);
    }
    return packet_seal(packet, size - kind->cut, peer->session, ++peer->counter, peer->keys.up);
}

/* Does no more go there than comes from there, even a minute later? */
static bool bounded(const char *what, const unsigned char *bytes, size_t size)
{
    static unsigned char packet[PACKET_LIMIT + 1];
    struct address there = peer_address(GUEST_PORT + ELSEWHERE);
    size_t before = went[ELSEWHERE];

    memcpy(packet, bytes, size);
    chat_receive(&chat, &there, packet, size, now);
    guests_flush();
    guests_pass(5000);
    if (went[ELSEWHERE] - before <= size) return true;
    printf("# %s of %zu bytes brings %zu\n", what, size, went[ELSEWHERE] - before);
    return false;
}

/* Each kind from guest 2, whose session is in one of several states, but not from where it is. */
static void all_kinds(const char *when, void (*prepare)(void))
{
    unsigned char packet[PACKET_LIMIT];

    for (unsigned i = 0; i < KINDS; i++) {
        guests_begin(GUESTS, GUESTS);
        chat.sender.send = counted;
        guests_meet(2);
        for (unsigned j = 0; j < 600; j++) guest_does(j % 2, ITEM_SAY, "what was said before");
        guests_flush();
        prepare();
        memset(went, 0, sizeof went);
        bool fine = true;
        for (unsigned twice = 0; twice < 2; twice++) {
            size_t size = make(2, &kinds[i], packet);
            fine &= bounded(kinds[i].what, packet, size);
            fine &= bounded("the same again", packet, size);
        }
        ok(fine, "%s brings no more bytes than came, %s", kinds[i].what, when);
        guests_end();
    }
}

static void has_come(void)
{
    if (guest_enters(2, TCRP_JOIN, "den", "n2", NULL) != TCRP_OK) abort();
}

static void is_there(void)
{
    has_come();
    guest_arrives(2);
}

/* All members are what a journal would have given back. */
static void is_revived(void)
{
    unsigned char id[SEAL_ID];

    is_there();
    guests_pass(1000);
    peer_fill(NULL, id, sizeof id);
    starts_add(&chat.starts, chat.starts.now + 1, id);
    for (unsigned i = 0; i < 3; i++) {
        struct member *member = member_of(i);
        member->session.candidate = member->session.address;
        member->session.address.size = 0;
        session_revive(&member->session, chat.starts.now, id,
                       chat.rooms.rooms[member->room].log.end, now);
    }
    chat.sweep_at = now;
    guests[2].deaf = true; /* so it still has the keys of before */
    guests_pass(6000);     /* what the server says by itself, to where they were */
}

/* The server drops it for its silence, and keeps its keys to tell it so. */
static void is_dropped(void)
{
    is_there();
    for (unsigned i = 0; i < 8; i++) {
        guests_pass(10000);
        guest_reads(0);
        guest_reads(1);
    }
    if (member_find(&chat.rooms, guests[2].peer.session) != ROOM_NONE
        && member_of(2)->state == MEMBER_HERE) abort();
}

/* It is under a start that is not among the latest: all keys that are kept are tried. */
static void is_far_behind(void)
{
    is_revived();
    for (unsigned i = 0; i < 20; i++) {
        unsigned char id[SEAL_ID];
        peer_fill(NULL, id, sizeof id);
        starts_add(&chat.starts, chat.starts.now + 1, id);
    }
    struct member *member = member_of(2);
    member->session.under = chat.starts.now - 10; /* so the journal says */
    session_revive(&member->session, chat.starts.now, starts_id(&chat.starts, chat.starts.now),
                   chat.rooms.rooms[member->room].log.end, now);
    guests_pass(6000);
}

/* What no member has sealed. */
static void nonsense(void)
{
    unsigned char packet[PACKET_LIMIT];
    bool fine = true;

    guests_begin(GUESTS, GUESTS);
    chat.sender.send = counted;
    guests_meet(3);
    memset(went, 0, sizeof went);
    for (size_t size = 0; size < sizeof packet; size += 7) {
        peer_fill(NULL, packet, sizeof packet);
        chat_receive(&chat, &guests[ELSEWHERE].peer.address, packet, size, now);
        size_t real = make(2, &kinds[4], packet);
        packet[real - 1] ^= 1;
        chat_receive(&chat, &guests[ELSEWHERE].peer.address, packet, real, now);
        guests_flush();
        fine &= went[ELSEWHERE] == 0;
    }
    ok(fine, "a datagram that no member has sealed brings nothing at all");
    guests_end();
}

int main(void)
{
    plan(5 * KINDS + 1);
    all_kinds("before the first address is proved", has_come);
    all_kinds("while the member is elsewhere", is_there);
    all_kinds("after a start of the server", is_revived);
    all_kinds("after many starts", is_far_behind);
    all_kinds("after the member was dropped", is_dropped);
    nonsense();
    return done();
}
