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
 * mirror and pending join, without Redis: what is ordered is noted, and the test answers as it
 * likes.
 */
#include "orders.h"

static void items(void)
{
    begin();
    struct session *session = &member_of(0)->session;
    guest_does(0, ITEM_SAY, "hello");
    ok(ordered("S") && number == 1 && session->accepted == 0, "a line is ordered, not taken");
    guests[0].peer.number = 0;
    guest_does(0, ITEM_SAY, "hello");
    ok(ordered(""), "a repeated line is not ordered again");
    guest_does(0, ITEM_SAY, "two");
    guest_does(0, ITEM_SAY, "");
    ok(ordered("Ss") && number == 3, "later lines do not wait for it, and a bad one counts");
    answer(ticket, CLUSTER_SAY, CLUSTER_OK, 1, 0);
    ok(session->accepted == 1, "an answer says what was taken");
    answer(ticket, CLUSTER_SAY, CLUSTER_UNDONE, 0, 0);
    guests[0].peer.number = 1;
    guest_does(0, ITEM_SAY, "two");
    ok(ordered("S") && number == 2, "an undone line is ordered again when the client repeats it");
    reachable = false;
    guest_does(0, ITEM_SAY, "three");
    ok(ordered("") && session->accepted == 1,
       "a line that cannot be ordered is left to the client");
    reachable = true;
    guests_flush();
    guests_forget();
    comes(2, said("hello", 0));
    comes(2, said("again", 0));
    guests_flush();
    ok(got(0, "S") && got_text(0, "hello"), "an entry that comes twice is taken once");
    guest_reads(0);
    chat.sequencer->lose(chat.sequencer->context, guests[0].member);
    ok(ordered("X") && member_of(0)->state == MEMBER_HERE, "the lost are lost when Redis says so");
    answer(ticket, CLUSTER_LOSE, CLUSTER_GONE, 0, 0);
    ok(member_of(0)->state == MEMBER_FREE, "a member that Redis does not have is removed silently");
    mirror_tick(&mirror, now + MIRROR_SWEEP);
    ok(ordered("U") && chat.rooms.room_count == 0, "a mirror without members is removed");
    mirror_tick(&mirror, now + 2 * MIRROR_SWEEP);
    ok(ordered(""), "a mirror is removed once");
    end();
}

static void sweeps_all(void)
{
    struct seal_keys keys;

    begin();
    chat.sequencer->lose(chat.sequencer->context, guests[0].member);
    answer(ticket, CLUSTER_LOSE, CLUSTER_GONE, 0, 0);
    struct pending_join *join = handshake(1, TCRP_CREATE, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_NO_ROOM, 0, 0);
    answer(ticket, CLUSTER_CREATE, CLUSTER_EXISTS, 0, 0);
    admission_end(&join->pending);
    bool both = mirror.rooms[0].used && mirror.rooms[1].used;
    memset(orders, 0, sizeof orders);
    mirror_tick(&mirror, now + MIRROR_SWEEP);
    ok(both && ordered("UU") && chat.rooms.room_count == 0,
       "one sweep removes all mirrors without members");
    end();
}

static void holes(void)
{
    begin();
    comes(5, said("five", 0));
    ok(ordered("R") && number == 2, "the log before an early entry is read");
    comes(6, said("six", 0));
    ok(ordered(""), "the log is read once");
    said("two", 0), said("three", 1), said("four", 2), said("five", 3);
    answer_page(2, 4);
    ok(ordered("R") && number == 6, "the next page of the log is read");
    said("six", 0);
    answer_page(6, 1);
    guests_flush();
    ok(ordered("") && got(0, "SSSSS") && got_text(0, "six"), "all entries are taken in order");
    guest_reads(0);
    comes(1000, said("far", 0));
    ok(ordered("R"), "an entry far ahead is sought");
    answer_page(7, 0);
    ok(ordered("") && chat.rooms.room_count == 1, "an entry that Redis does not have is ignored");
    comes(7, text_of("this is no row"));
    ok(ordered("R") && number == 7 && chat.rooms.rooms[0].log.end == 7,
       "an entry that was not taken is read again, and does not count");
    answer_page(7, 0);
    comes(7, said("seven", 0));
    guests_flush();
    ok(got_text(0, "seven"), "the talk goes on");
    guest_reads(0);
    comes(20, said("later", 0));
    said("eighteen", 0), said("nineteen", 1), said("later", 2);
    answer_page(18, 3);
    guests_flush();
    ok(guests[0].why == 0 && strchr(guests[0].kinds, 'G'),
       "entries that Redis has dropped are a gap");
    end();
}

static void breaks(void)
{
    begin();
    comes(2, said("two", 0));
    comes(3, said("three", 0));
    guests_flush();
    guest_reads(0);
    mirror.cluster.owner.event(&mirror, CLUSTER_WAITING);
    ok(strchr(guests[0].kinds, 'N') && got_text(0, "waiting for the others"), "a break is told");
    mirror.cluster.owner.event(&mirror, CLUSTER_UP);
    ok(ordered("FR") && number == 1, "the log is followed and compared after a break");
    struct cluster_ticket reading = ticket;
    comes(5, said("five", 0));
    comes(4, said("four", 0));
    ok(ordered("") && chat.rooms.rooms[0].log.end == 4, "no entry is taken before the comparison");
    ticket = reading;
    log_copy(&chat.rooms.rooms[0].log, 1, 2, rows[0]);
    sizes[0] = log_size(&chat.rooms.rooms[0].log, 1, 2);
    said("two", 1), said("three", 2), said("four", 3), said("five", 4);
    answer_page(1, 5);
    ok(ordered("") && chat.rooms.rooms[0].log.end == 6, "an equal log continues");

    mirror.cluster.owner.event(&mirror, CLUSTER_UP);
    ordered("FR");
    log_copy(&chat.rooms.rooms[0].log, 1, 2, rows[0]);
    said("two", 1), said("other", 2);
    answer_page(1, 3);
    guests_flush();
    ok(ordered("EU") && guests[0].why == CLOSED_LOST,
       "a log that differs closes the room");
    end();

    begin();
    comes(2, said("two", 0));
    mirror.cluster.owner.event(&mirror, CLUSTER_UP);
    ordered("FR");
    log_copy(&chat.rooms.rooms[0].log, 1, 2, rows[0]);
    sizes[0] = log_size(&chat.rooms.rooms[0].log, 1, 2);
    answer_page(1, 1);
    ok(ordered("EU") && chat.rooms.room_count == 0, "a log without the last entry closes the room");
    end();

    begin();
    mirror.cluster.owner.event(&mirror, CLUSTER_LOST);
    guests_flush();
    ok(ordered("U") && guests[0].why == CLOSED_LOST, "a loss of all data closes the room");
    end();

    begin();
    memcpy(mirror.cluster.before, mirror.cluster.start, SEAL_ID);
    memset(mirror.cluster.start, 'b', SEAL_ID);
    mirror.cluster.owner.event(&mirror, CLUSTER_DEAD);
    ok(chat_is_empty(&chat) && chat.rooms.room_count == 0, "declared dead: nothing is left");
    ok(guests[0].announcements == 1 && guests[0].lost,
       "the members of a dead server are told to come again");
    end();
}

static void claiming(void)
{
    struct seal_keys keys;

    begin();
    unsigned char id[SEAL_ID];
    memcpy(id, room, SEAL_ID);
    struct pending_join *join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && ordered("?J"),
       "a room that is here is only asked for a place");
    admission_end(&join->pending);
    ok(joins.first != NULL, "a pending join stays when its connection breaks");
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 0, 3);
    ok(!joins.first && chat.rooms.member_count == 2 && mirror.rooms[0].joins == 0,
       "the member of a broken connection is admitted when Redis answers");
    ordered("R");
    join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    total = 700;
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 7, 3);
    joined(1, 2);
    ok(chat.rooms.rooms[0].log.readers == 700, "members at other servers count as readers");
    ok(join->pending.status == TCRP_OK && chat.rooms.member_count == 2, "a member may join again");
    enter(1, join, &keys);
    ok(member_of(1)->session.accepted == 7, "the member continues with the number in Redis");
    unsigned char member[SEAL_KEY];
    sha256(guests[1].m, SEAL_KEY, member);
    mirror.cluster.owner.moved(&mirror, id, member, text_of("n1"));
    ok(chat.rooms.member_count == 1, "a member that moved to another server is removed");
    memset(orders, 0, sizeof orders);

    join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    answer(ticket, CLUSTER_JOIN, CLUSTER_UNDONE, 0, 0);
    ok(join->pending.done && join->pending.status == TCRP_BUSY && chat.rooms.member_count == 2,
       "a join with an unknown result gets status busy");
    admission_end(&join->pending);

    join = handshake(1, TCRP_CREATE, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_ROOM_EXISTS, "a room that is there cannot be made");
    admission_end(&join->pending);
    reachable = false;
    join = handshake(1, TCRP_JOIN, &keys);
    ok(join->pending.done && join->pending.status == TCRP_BUSY,
       "a join without Redis gets status busy");
    reachable = true;
    admission_end(&join->pending);
    join = handshake(1, TCRP_JOIN, &keys);
    mirror.cluster.owner.event(&mirror, CLUSTER_DEAD);
    ok(join->pending.done && join->pending.status == TCRP_BUSY,
       "a pending join of a dead server gets status busy");
    admission_end(&join->pending);
    ok(!joins.first, "no pending join is left");
    end();
}

/* From another server, or from ourselves, with what was said there. */
static void coming_back(void)
{
    static const uint64_t largest = UINT64_C(1) << 53;
    static const char starts[] = "an id of a start12345678another id......87654321";
    const unsigned char *bytes;
    unsigned char id[SEAL_ID], other[SEAL_ID];
    struct seal_keys keys;

    begin();
    memcpy(id, room, SEAL_ID);
    memcpy(other, id, SEAL_ID);
    other[SEAL_ID - 1] ^= 1;
    struct pending_join *join = come_back(1, TCRP_JOIN, &keys, id, 1, largest);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && ordered("?J") && number == largest,
       "a member that has read nothing resumes with the largest number");
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 7, 3);
    joined(1, 2);
    ok(join->pending.status == TCRP_OK && member_of(0)->room == join->room,
       "that member is admitted");
    ok(join->pending.answer.size >= WELCOME_HEAD
           && wire_get64((const unsigned char *)join->pending.answer.bytes + 24) == 1,
       "that member continues at its first entry");
    enter(1, join, &keys);
    ordered("R");
    request_starts = (struct text){starts, 2 * REQUEST_START};
    join = come_back(1, TCRP_JOIN, &keys, id, 9, 8);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->step == PENDING_JOIN_ASK && ordered("?J") && text_equal(named, request_starts),
       "a resume names the starts of the member");
    request_starts.size = 0;
    place.known = 5, place.from = 2, place.back = BACK_TO;
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 8, 3);
    bytes = (const unsigned char *)join->pending.answer.bytes;
    ok(join->pending.status == TCRP_OK && wire_get64(bytes + 24) == 2 && bytes[60] == 'a'
           && wire_get64(bytes + 76) == 5 && bytes[84] == BACK_TO,
       "the answer has the position, the start and the known number");
    admission_end(&join->pending);
    ok(member_of(1)->session.accepted == 8, "the greater number counts");
    place.known = 0, place.from = 0, place.back = BACK_NOWHERE;
    join = come_back(1, TCRP_JOIN, &keys, id, 9, 8);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 8, 3);
    bytes = (const unsigned char *)join->pending.answer.bytes;
    ok(join->pending.status == TCRP_OK && wire_get64(bytes + 24) == 3 && bytes[84] == BACK_NOWHERE,
       "a member of unknown starts begins as a newcomer");
    admission_end(&join->pending);
    place.from = 1, place.back = BACK_NOT;
    join = come_back(1, TCRP_JOIN, &keys, id, 9, 8);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    answer(ticket, CLUSTER_JOIN, CLUSTER_HELD, 0, 0);
    ok(join->pending.status == TCRP_BUSY, "a name that is held by one of before is waited for");
    admission_end(&join->pending);
    ordered("?J?J");
    join = come_back(2, TCRP_JOIN, &keys, id, 0, 0);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_MALFORMED && ordered("?"), "a resume at entry 0 is malformed");
    admission_end(&join->pending);
    join = come_back(2, TCRP_JOIN, &keys, other, 1, 0);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(join->pending.status == TCRP_NO_ROOM && ordered("?"), "a room made again is another one");
    admission_end(&join->pending);
    join = come_back(2, TCRP_JOIN, &keys, id, 1, largest + 1);
    ok(join->pending.status == TCRP_MALFORMED && ordered(""), "2^53 + 1 is no number of a line");
    admission_end(&join->pending);
    join = come_back(2, TCRP_JOIN, &keys, id, largest + 1, 1);
    ok(join->pending.status == TCRP_MALFORMED && ordered(""),
       "2^53 + 1 is not the number of an entry");
    admission_end(&join->pending);
    end();

    begin_of(1);
    join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    ok(ordered("?j"), "a server that is full asks without a place");
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 0, 3);
    ok(join->pending.status == TCRP_SERVER_FULL && ordered("X") && chat.rooms.member_count == 1,
       "a place that Redis grants and the server lacks is given back");
    admission_end(&join->pending);
    end();
}

/* A line of guest 0, under that number, comes as that entry. */
static void own_line(uint64_t at, uint64_t line, const char *text)
{
    struct entry entry = {.kind = ENTRY_SAID, .member = member_of(0)->id, .number = line,
                          .name = text_of("host"), .text = text_of(text)};

    comes(at, make_row(&entry, 0));
}

/* What was ordered, and has not come yet, takes space in the log. */
static void asked(void)
{
    static char text[FRAME_SAY_LIMIT + 1];
    struct seal_keys keys;
    struct session *session;
    uint64_t line = 0;

    begin();
    struct pending_join *join = handshake(1, TCRP_JOIN, &keys);
    answer(ticket, CLUSTER_LOOK, CLUSTER_OK, 0, 0);
    total = 2;
    answer(ticket, CLUSTER_JOIN, CLUSTER_OK, 0, 3);
    joined(1, 2);
    enter(1, join, &keys);
    guests_pass(300);
    guest_reads(0), guest_reads(1);
    guests_forget();
    memset(orders, 0, sizeof orders);
    memset(text, 'x', FRAME_SAY_LIMIT);
    session = &member_of(0)->session;
    chat.rate = (struct bucket_rate){BUCKET_LARGEST, BUCKET_LARGEST};
    for (int i = 0; i < 80; i++) {
        guest_does(0, ITEM_SAY, text);
        if (chat.counts.paused > 0) break;
        answer((struct cluster_ticket){session->id, ++line}, CLUSTER_SAY, CLUSTER_OK, line, 0);
        session->acked = line;
    }
    guests_flush();
    memset(orders, 0, sizeof orders);
    ok(line == 64 && chat.rooms.rooms[0].asked == 64 && guests[0].waits == 1,
       "after 64 long lines of which none has come there is no space: %d", (int)line);
    for (uint64_t i = 1; i <= line; i++) {
        own_line(2 + i, i, text);
        guests_flush();
        guest_reads(1);
        chat_tick(&chat, now);
    }
    guests_flush();
    ok(chat.rooms.rooms[0].asked == 0 && chat.rooms.rooms[0].asked_bytes == 0
           && guests[0].wait == 0 && member_of(0)->said == 66,
       "when they have come, and others have read them, there is");
    guests[0].peer.number = line;
    guest_does(0, ITEM_SAY, "hello");
    ok(ordered("S") && chat.rooms.rooms[0].asked == 1, "the next one is ordered");
    answer(ticket, CLUSTER_SAY, CLUSTER_UNDONE, 0, 0);
    ok(chat.rooms.rooms[0].asked == 0, "one that may never come does not count for ever");
    end();
}

int main(void)
{
    plan(115);
    items();
    sweeps_all();
    holes();
    breaks();
    claiming();
    coming_back();
    asked();
    return done();
}
