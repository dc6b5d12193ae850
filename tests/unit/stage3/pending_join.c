/* links: stage3/chat/receive.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/tcrp.c */
/* links: stage3/admission/alone.c */
/* links: stage3/cluster/script.c stage3/base/hex.c stage3/redis/resp.c stage3/base/buffer.c */
/* links: stage3/cluster/mirror.c stage3/cluster/pending_join.c stage3/wire/request.c */
/* links: stage3/chat/chat.c */
/* links: stage3/admission/admission.c stage3/chat/room.c stage3/chat/session.c stage3/chat/log.c */
/* links: stage3/chat/wheel.c stage3/chat/throttle.c stage3/wire/assembly.c stage3/wire/frame.c */
/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/base/table.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/base/address.c stage3/base/text.c */
/* links: stage3/crypto/aead.c stage3/crypto/chacha20.c stage3/crypto/poly1305.c */
/* links: stage3/crypto/hmac.c stage3/crypto/sha256.c stage3/crypto/constant.c */
/* links: stage3/chat/announce.c stage3/chat/starts.c stage3/wire/welcome.c stage3/chat/lost.c */
/* links: stage3/chat/inbox.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * pending join and mirror, without Redis: passwords, refusals and lists, items but lines, and the
 * end of a server. What is ordered is noted, and the test answers as it likes.
 */
#include "orders.h"

static const unsigned char right_proof[] = "the proof of the right password.";
static const unsigned char wrong_proof[] = "the proof of another password...";

static void let_go(struct pending_join *join)
{
    admission_end(&join->pending);
    memset(orders, 0, sizeof orders);
}

/* Joins, and gets as far as that the room is found; `number` wrong passwords in the last minute. */
static struct pending_join *looks(unsigned index, uint64_t wrong)
{
    struct seal_keys keys;
    struct pending_join *join = handshake(index, TCRP_JOIN, &keys);

    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, wrong, 0);
    return join;
}

static void passwords(void)
{
    static const unsigned char salt[ROOM_SALT] = "salt of the room";
    unsigned char hash[SEAL_KEY];
    struct pending_join *join;

    admission_hash(salt, right_proof, hash);
    begin();
    look_salt = salt, look_proof = hash;
    request_proof = right_proof;
    join = looks(1, THROTTLE_OF_ROOM - 1);
    ok(join->step == PENDING_JOIN_ASK && ordered("?J"),
       "the right password is let ask for a place");
    answer(ticket, CLUSTER_JOIN, CLUSTER_FULL, 0, 0);
    let_go(join);
    request_proof = wrong_proof;
    join = looks(1, 0);
    ok(join->pending.status == TCRP_WRONG_PASSWORD && ordered("?W"), "a wrong password is noted");
    let_go(join);
    request_proof = NULL;
    join = looks(1, 0);
    ok(join->pending.status == TCRP_WRONG_PASSWORD && ordered("?"),
       "a missing password is not noted as wrong");
    let_go(join);
    request_proof = right_proof;
    join = looks(1, THROTTLE_OF_ROOM);
    ok(join->pending.status == TCRP_TOO_MANY_TRIES && ordered("?"),
       "the right password waits after too many wrong ones");
    let_go(join);
    now += 1500;
    join = looks(1, 0);
    ok(join->step == PENDING_JOIN_ASK, "the right password is accepted after fewer wrong ones");
    ok(mirror.cluster.now == now, "a question is asked at the time of its request");
    answer(ticket, CLUSTER_JOIN, CLUSTER_FULL, 0, 0);
    let_go(join);
    request_proof = wrong_proof;
    unsigned guesses = 0;
    for (int i = 0; i < 100; i++) {
        join = looks(1, 0);
        guesses += join->pending.status == TCRP_WRONG_PASSWORD;
        let_go(join);
    }
    ok(guesses > 0 && guesses < 50, "one machine may guess only %u times more at all servers",
       guesses);
    look_salt = look_proof = NULL;
    join = looks(1, 0);
    ok(join->pending.status == TCRP_WRONG_PASSWORD, "a password for a room without one is wrong");
    let_go(join);
    request_proof = NULL;
    end();
}

/* As in a room of this server: what is random must be so to the last byte. */
static void draw_ones(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0xE7, size);
}

static void new_rooms(void)
{
    unsigned char ones[SEAL_KEY], hash[SEAL_KEY];
    struct seal_keys keys;

    begin();
    memset(ones, 0xE7, sizeof ones);
    chat.random = draw_ones;
    request_proof = right_proof;
    struct pending_join *join = handshake(1, TCRP_CREATE, &keys);
    memset(new_salt, 0, sizeof new_salt);
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    admission_hash(ones, right_proof, hash);
    ok(join->step == PENDING_JOIN_ASK && memcmp(room, ones, SEAL_ID) == 0,
       "all bytes of a room's id are random");
    ok(new_locked && memcmp(new_salt, ones, ROOM_SALT) == 0
       && memcmp(new_hash, hash, SEAL_KEY) == 0,
       "all bytes of its salt are random, and the hash is sent with it");
    answer(ticket, CLUSTER_CREATE, CLUSTER_EXISTS, 0, 0);
    ok(join->pending.status == TCRP_ROOM_EXISTS,
       "another server may have created the room meanwhile");
    let_go(join);
    request_proof = NULL;
    chat.random = peer_fill;
    join = handshake(1, TCRP_CREATE, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && !new_locked, "a room without a password has no hash");
    answer(ticket, CLUSTER_CREATE, CLUSTER_EXISTS, 0, 0);
    let_go(join);
    join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    ok(join->pending.status == TCRP_NO_ROOM && ordered("?"),
       "a room that does not exist cannot be joined");
    let_go(join);
    join = handshake(1, TCRP_CREATE, &keys);
    reachable = false;
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    ok(join->pending.status == TCRP_BUSY, "a room that cannot be looked up gives status busy");
    reachable = true;
    let_go(join);
    join = handshake(1, TCRP_JOIN, &keys);
    reachable = false;
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_BUSY, "a place that cannot be asked for gives status busy");
    reachable = true;
    let_go(join);
    join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_UNDONE, 0, 0);
    ok(join->pending.status == TCRP_BUSY && ordered("?"), "an undone look-up gives status busy");
    let_go(join);
    mirror.cluster.waiting = true;
    join = handshake(1, TCRP_JOIN, &keys);
    ok(join->pending.status == TCRP_APART && ordered(""),
       "nothing is asked while Redis is waited for, and the client is told why");
    let_go(join);
    mirror.cluster.waiting = false;
    end();
}

static void refusals(void)
{
    static const struct {
        enum cluster_status from;
        enum tcrp_status to;
    } refused[] = {{CLUSTER_NO_ROOM, TCRP_NO_ROOM}, {CLUSTER_MALFORMED, TCRP_MALFORMED},
                {CLUSTER_OUT, TCRP_KICKED}, {CLUSTER_TAKEN, TCRP_NAME_TAKEN},
                {CLUSTER_FULL, TCRP_ROOM_FULL}, {CLUSTER_SERVER_FULL, TCRP_SERVER_FULL},
                {CLUSTER_NO_LEASE, TCRP_BUSY}, {CLUSTER_HELD, TCRP_BUSY}};

    begin();
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct pending_join *join = looks(1, 0);
        answer(ticket, CLUSTER_JOIN, refused[i].from, 0, 0);
        ok(join->pending.done && join->pending.status == refused[i].to
           && chat.rooms.member_count == 1, "the refusal %d of Redis becomes status %d",
           refused[i].from, refused[i].to);
        let_go(join);
    }
    static char roster[TCRP_PAYLOAD_LIMIT];
    struct pending_join *join = looks(1, 0);
    answer_text = (struct text){roster, TCRP_PAYLOAD_LIMIT - SEAL_TAG - WELCOME_HEAD + 1};
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 0, 2);
    ok(join->pending.status == TCRP_BUSY, "a list of members that is too long is none");
    let_go(join);
    answer_text = (struct text){"", 0};
    end();
}

static void lists(void)
{
    static char longest[TCRP_PAYLOAD_LIMIT];
    struct seal_keys keys;

    begin();
    struct pending_join *join = handshake(1, TCRP_LIST, &keys);
    ok(join->step == PENDING_JOIN_ASK && ordered("I"), "a list is asked for at once");
    answer_text = text_of("r\t1\topen\n");
    answer(ticket, CLUSTER_LIST, CLUSTER_OK, 0, 0);
    ok(join->pending.done && join->pending.status == TCRP_OK
       && text_equal(join->pending.answer, answer_text), "the list from Redis is the answer");
    let_go(join);
    join = handshake(1, TCRP_LIST, &keys);
    answer_text = (struct text){longest, TCRP_PAYLOAD_LIMIT - SEAL_TAG};
    answer(ticket, CLUSTER_LIST, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_OK && join->pending.answer.size == answer_text.size,
       "a list of %zu bytes fits into a frame", answer_text.size);
    let_go(join);
    join = handshake(1, TCRP_LIST, &keys);
    answer_text.size++;
    answer(ticket, CLUSTER_LIST, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_BUSY, "a longer list gives status busy");
    let_go(join);
    answer_text = (struct text){"", 0};
    join = handshake(1, TCRP_LIST, &keys);
    answer(ticket, CLUSTER_LIST, CLUSTER_UNDONE, 0, 0);
    ok(join->pending.status == TCRP_BUSY, "an undone list gives status busy");
    let_go(join);
    join = handshake(1, TCRP_LIST, &keys);
    mirror.rooms[0].joins = 1;
    mirror.guests.refuse(mirror.guests.context, 0, TCRP_NO_ROOM);
    ok(!join->pending.done && mirror.rooms[0].joins == 1,
       "a list does not wait for the first room, and goes on when that is gone");
    mirror.rooms[0].joins = 0;
    let_go(join);
    ok(!joins.first, "a client that ends during a list leaves nothing behind");
    answer(ticket, CLUSTER_LIST, CLUSTER_OK, 0, 0);
    reachable = false;
    join = handshake(1, TCRP_LIST, &keys);
    ok(join->pending.status == TCRP_BUSY, "a list without Redis gives status busy");
    reachable = true;
    let_go(join);
    end();
}

static void other_items(void)
{
    begin();
    guest_does(0, ITEM_KICK, "n1");
    ok(ordered("K") && number == 1, "a kick is ordered");
    answer(ticket, CLUSTER_KICK, CLUSTER_OK, 1, 0);
    ok(member_of(0)->session.accepted == 1, "a kick counts when Redis has answered");
    reachable = false;
    guest_does(0, ITEM_KICK, "n1");
    ok(ordered("") && member_of(0)->session.accepted == 1,
       "a kick that cannot be ordered does not count");
    reachable = true;
    guests[0].peer.number = 1;
    guest_does(0, ITEM_LEAVE, "");
    ok(ordered("L") && number == 2 && member_of(0)->state == MEMBER_HERE,
       "a leave is ordered, and the member stays until the reply");
    answer(ticket, CLUSTER_LEAVE, CLUSTER_MOVED, 0, 0);
    ok(member_of(0)->state == MEMBER_FREE, "a member that has moved is removed silently");
    answer(ticket, CLUSTER_LEAVE, CLUSTER_OK, 2, 0);
    ok(chat.rooms.member_count == 0, "a late answer finds nobody, and does nothing");
    end();
}

static void quitting(void)
{
    begin();
    mirror_quit(&mirror);
    ok(ordered("Q") && mirror.quit == MIRROR_ASKS, "a server that ends asks whether it is alone");
    answer(ticket, CLUSTER_QUIT, CLUSTER_ALONE, 0, 0);
    ok(mirror.quit == MIRROR_ALONE, "a server without others is told that it is alone");
    mirror_close(&mirror);
    ok(ordered("E") && number == CLOSED_SHUTDOWN,
       "the last server closes its rooms with the reason");
    mirror_quit(&mirror);
    ordered("Q");
    answer(ticket, CLUSTER_QUIT, CLUSTER_OK, 0, 0);
    ok(mirror.quit == MIRROR_MAY, "a server with others may end");
    reachable = false;
    mirror_quit(&mirror);
    ok(mirror.quit == MIRROR_MAY && ordered(""), "a server without Redis may end");
    reachable = true;
    ok(!mirror.refused, "Redis was good so far");
    mirror.cluster.owner.event(&mirror, CLUSTER_REFUSED);
    ok(mirror.refused, "a refusal of Redis is stored");
    mirror.cluster.owner.event(&mirror, CLUSTER_WAITING);
    mirror.cluster.owner.event(&mirror, CLUSTER_BACK);
    ok(!mirror.waiting && strcmp(guests[0].kinds, "NN") == 0, "a wait and its end are told");
    mirror.cluster.owner.event(&mirror, CLUSTER_BACK);
    ok(strcmp(guests[0].kinds, "NN") == 0, "the end of a wait is reported once");
    end();
}

int main(void)
{
    plan(79);
    passwords();
    new_rooms();
    refusals();
    lists();
    other_items();
    quitting();
    return done();
}
