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
/* links: stage3/crypto/constant.c stage3/wire/request.c stage3/chat/announce.c */
/* links: stage3/chat/starts.c stage3/wire/welcome.c stage3/chat/lost.c stage3/chat/inbox.c */
/* links: stage3/chat/hold.c stage3/chat/purse.c */
/*
 * admission: every status, in the order in which they are checked; resuming, and what can go wrong
 * with it; and the answers.
 */
#include "tap.h"

#include "admission/alone.h"
#include "base/bytes.h"
#include "guest.h"

static const char right[SEAL_KEY] = "the proof of the right password";
static const char wrong[SEAL_KEY] = "the proof of some other password";

/* --- statuses --- */

static void statuses(void)
{
    guests_begin(GUESTS, 3);
    ok(guest_enters(1, TCRP_JOIN, "den", "bob", NULL) == TCRP_NO_ROOM,
       "a room that does not exist gives status 2");
    ok(guest_enters(0, TCRP_CREATE, "den", "host", NULL) == TCRP_OK, "a new room gives status 0");
    ok(guest_enters(1, TCRP_CREATE, "den", "host", wrong) == TCRP_ROOM_EXISTS,
       "a create of a room that exists gives status 1");
    ok(guest_enters(1, TCRP_JOIN, "den", "host", NULL) == TCRP_NAME_TAKEN,
       "a name that is taken gives status 4");
    ok(guest_enters(1, TCRP_JOIN, "den", "host", wrong) == TCRP_WRONG_PASSWORD,
       "a password for a room that has none gives status 3, before the name is checked");
    guest_enters(1, TCRP_JOIN, "den", "bob", NULL);
    guest_enters(2, TCRP_JOIN, "den", "carol", NULL);
    ok(guest_enters(3, TCRP_JOIN, "den", "bob", NULL) == TCRP_NAME_TAKEN,
       "a name that is taken gives status 4 in a full room, too");
    ok(guest_enters(3, TCRP_JOIN, "den", "dave", NULL) == TCRP_ROOM_FULL,
       "a full room gives status 6");
    ok(guest_enters(3, TCRP_CREATE, "Den", "dave", NULL) == TCRP_OK,
       "room names that differ in a byte are different");
    ok(chat.counts.refused == 6 && chat.counts.joined == 4, "every answer is counted");
    guests_end();
    guests_begin(2, GUESTS);
    guest_enters(0, TCRP_CREATE, "den", "host", NULL);
    guest_enters(1, TCRP_JOIN, "den", "bob", NULL);
    ok(guest_enters(2, TCRP_JOIN, "den", "carol", NULL) == TCRP_SERVER_FULL
           && guest_enters(2, TCRP_CREATE, "other", "carol", NULL) == TCRP_SERVER_FULL
           && chat.rooms.room_count == 1, "7: the server is full, and no room is left over");
    guests_end();
}

static void order(void)
{
    guests_begin(GUESTS, 3);
    guest_enters(0, TCRP_CREATE, "den", "host", right);
    guest_enters(1, TCRP_JOIN, "den", "bob", right);
    guest_arrives(0);
    guest_does(0, ITEM_KICK, "bob");
    guests_flush();
    guest_enters(2, TCRP_JOIN, "den", "bob", right);
    guest_enters(3, TCRP_JOIN, "den", "dave", right);
    ok(guest_enters(1, TCRP_JOIN, "den", "bob", NULL) == TCRP_WRONG_PASSWORD
           && guest_enters(1, TCRP_JOIN, "den", "bob", wrong) == TCRP_WRONG_PASSWORD,
       "3 comes before 10");
    ok(guest_enters(1, TCRP_JOIN, "den", "bob", right) == TCRP_KICKED,
       "status 10 is checked before 4");
    ok(guest_enters(4, TCRP_JOIN, "den", "bob", right) == TCRP_NAME_TAKEN,
       "status 4 is checked before 6");
    ok(guest_enters(4, TCRP_JOIN, "den", "eve", right) == TCRP_ROOM_FULL,
       "a full room gives status 6");
    for (int i = 0; i < 4; i++) guest_enters(5, TCRP_JOIN, "den", "bob", wrong);
    ok(guest_enters(1, TCRP_JOIN, "den", "bob", wrong) == TCRP_TOO_MANY_TRIES
           && guest_enters(4, TCRP_JOIN, "den", "eve", right) == TCRP_TOO_MANY_TRIES
           && guest_enters(1, TCRP_JOIN, "gone", "bob", wrong) == TCRP_NO_ROOM,
       "status 8 is checked before all but 2");
    guests_end();
}

/* --- passwords --- */

static struct address place(unsigned a, unsigned b, bool ip6)
{
    struct address address = peer_address(1000 + b);

    if (!ip6) {
        address.is.v4.sin_addr.s_addr = htonl(UINT32_C(0x0A000000) + a);
        return address;
    }
    address = (struct address){.size = sizeof(struct sockaddr_in6)};
    address.is.v6.sin6_family = AF_INET6;
    wire_put32(&address.is.v6.sin6_addr.s6_addr[4], a);
    wire_put32(&address.is.v6.sin6_addr.s6_addr[12], b);
    return address;
}

static enum tcrp_status tries_from(unsigned a, unsigned b, bool ip6, const char *proof)
{
    guests[1].peer.address = place(a, b, ip6);
    return guest_enters(1, TCRP_JOIN, "den", "host", proof); /* 4 if the password was right */
}

static void too_many(bool ip6)
{
    const char *kind = ip6 ? "IPv6 network" : "IPv4 address";
    unsigned count = 0;

    guests_begin(GUESTS, GUESTS);
    guest_enters(0, TCRP_CREATE, "den", "host", right);
    for (unsigned i = 0; i < 10; i++) count += tries_from(1, 0, ip6, NULL) == TCRP_WRONG_PASSWORD;
    ok(count == 10, "a missing password does not count as a guess");
    for (unsigned i = 0; i < 5; i++) count += tries_from(1, i, ip6, wrong) == TCRP_WRONG_PASSWORD;
    ok(count == 15 && tries_from(1, 9, ip6, right) == TCRP_TOO_MANY_TRIES,
       "five wrong passwords from one %s block even the right one", kind);
    ok(tries_from(2, 0, ip6, right) == TCRP_NAME_TAKEN, "another address may still guess");
    now += 59999;
    ok(tries_from(1, 9, ip6, right) == TCRP_TOO_MANY_TRIES,
       "an address stays blocked for a minute");
    now += 1;
    ok(tries_from(1, 9, ip6, right) == TCRP_NAME_TAKEN,
       "the address may guess again after a minute");
    for (unsigned i = 0; i < 80; i++) {
        count += tries_from(9 + i, 0, ip6, wrong) == TCRP_WRONG_PASSWORD;
    }
    ok(count == 15 + 60 && tries_from(500, 0, ip6, right) == TCRP_TOO_MANY_TRIES,
       "a room takes sixty guesses a minute from all addresses");
    now += 60000;
    ok(tries_from(500, 0, ip6, right) == TCRP_NAME_TAKEN, "a minute later it is over");
    guests_end();
}

static void proofs(void)
{
    guests_begin(GUESTS, GUESTS);
    guest_enters(0, TCRP_CREATE, "den", "host", right);
    guest_enters(1, TCRP_CREATE, "other", "host", right);
    const struct room *den = &chat.rooms.rooms[0], *other = &chat.rooms.rooms[1];
    ok(memcmp(den->proof, right, SEAL_KEY) != 0 && memcmp(den->proof, other->proof, SEAL_KEY) != 0
           && memcmp(den->salt, other->salt, ROOM_SALT) != 0,
       "the proof is kept as a hash, another one in each room");
    ok(guest_enters(2, TCRP_JOIN, "den", "bob", right) == TCRP_OK
           && guest_enters(3, TCRP_JOIN, "den", "eve", wrong) == TCRP_WRONG_PASSWORD
           && guest_enters(3, TCRP_JOIN, "den", "eve", NULL) == TCRP_WRONG_PASSWORD,
       "the right one opens, another or none does not");
    guests_end();
}

/* --- resuming --- */

static struct request resumes(unsigned index, const char *user, uint64_t next, uint64_t number)
{
    static unsigned char start[REQUEST_START];
    const struct room *room = &chat.rooms.rooms[0];
    struct request request = {.operation = TCRP_JOIN, .room = text_of("den"),
                              .user = text_of(user), .m = guests[index].m, .room_id = room->id,
                              .next = next, .number = number};

    guest_names_start(index, &request, start);
    return request;
}

static void resuming(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_does(1, ITEM_SAY, "one");
    guests_flush();
    uint64_t old = guests[1].peer.session, before = chat.rooms.rooms[0].log.end;
    struct request request = resumes(1, "n1", guests[1].peer.read, 1);
    ok(guest_asks(1, &request) == TCRP_OK && guests[1].peer.session != old
           && member_find(&chat.rooms, old) == ROOM_NONE,
       "resumed: a new session, the old one ends");
    guests_pass(300);
    ok(chat.rooms.rooms[0].log.end == before && chat.rooms.rooms[0].count == 3
           && guests[2].entries == 1, "a resume is not announced");
    guest_does(1, ITEM_SAY, "lost: it has not proved where it is");
    guest_arrives(1);
    guests[1].peer.number = 1;
    guest_does(1, ITEM_SAY, "two");
    guests_flush();
    ok(guests[1].accepted == 2 && got_text(2, "two"),
       "the numbers of a member's lines continue after a resume");
    request = resumes(0, "host", guests[0].peer.read, 0);
    guest_asks(0, &request);
    guest_arrives(0);
    guest_does(0, ITEM_KICK, "n2");
    guests_flush();
    ok(member_of(2)->state == MEMBER_GONE, "a host that resumes is still the host");
    request.operation = TCRP_CREATE;
    ok(guest_asks(0, &request) == TCRP_OK && chat.rooms.room_count == 1,
       "a host that resumes may also ask to create the room");
    guests_end();
}

/* One of before a restart holds a name: in a part that was lost it may have left, and somebody else
   have come under that name. */
static void ghost(void)
{
    unsigned char m[SEAL_KEY];

    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    member_of(1)->session.under = member_of(1)->session.start - 1;
    peer_fill(NULL, m, sizeof m);
    struct request request = resumes(1, "n1", 1, 0);
    request.m = m;
    ok(guest_asks(3, &request) == TCRP_BUSY, "a ghost holds the name: try again later");
    ok(guest_enters(4, TCRP_JOIN, "den", "n1", NULL) == TCRP_NAME_TAKEN, "a newcomer is told so");
    chat_turned_away(&chat, now + 30000);
    for (int i = 0; i < 80; i++) {
        guest_reads(0);
        guests_pass(1000);
    }
    ok(member_of(1)->state == MEMBER_HERE,
       "a member is not lost while the server turns clients away");
    for (int i = 0; i < 15; i++) {
        guest_reads(0);
        guests_pass(1000);
    }
    request = resumes(1, "n1", 1, 0);
    request.m = m;
    ok(member_of(1)->state != MEMBER_HERE && guest_asks(3, &request) == TCRP_OK,
       "a client that joins anew gets the name when the old member's time is over");
    guests_end();
}

/* The server went back, and has heard less of a guest than that was told. */
static void lost_answer_of_loss(void)
{
    static const unsigned char nobodys[REQUEST_START] = {9};

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_does(1, ITEM_SAY, "one");
    guests_flush();
    struct request request = resumes(1, "n1", guests[1].peer.read, 5);
    request.start = nobodys;
    request.starts = 1;
    guest_asks(1, &request);
    ok(member_of(1)->back == BACK_NOWHERE && member_of(1)->known == 1,
       "the answer has the last number that the server took");
    guest_asks(1, &request);
    ok(member_of(1)->known == 1, "a repeated resume gets the same number");
    guest_arrives(1);
    guests[1].peer.number = 5;
    guest_does(1, ITEM_SAY, "six");
    guests_flush();
    ok(guests[1].accepted == 6 && got_text(2, "six"),
       "the member's numbers continue after its own");
    guests_end();
}

static void not_resuming(void)
{
    unsigned char other_id[SEAL_ID] = "another room id", position[REQUEST_START];
    uint32_t member;
    unsigned char m[SEAL_KEY];

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    struct request request = resumes(1, "n1", 1, 0);
    peer_fill(NULL, m, sizeof m);
    request.m = m;
    ok(guest_asks(3, &request) == TCRP_NAME_TAKEN, "another member id gets status 4 for that name");
    request = resumes(1, "n1", 1, 0);
    request.room_id = other_id;
    ok(guest_asks(1, &request) == TCRP_NO_ROOM, "another room id gets status 2");
    request = resumes(1, "n1", 0, 0);
    enum tcrp_status zero = guest_asks(1, &request);
    ok(zero == TCRP_MALFORMED, "entry 0 is malformed");
    request = resumes(1, "n1", chat.rooms.rooms[0].log.end + 1, 0);
    ok(guest_asks(1, &request) == TCRP_OK && member_of(1)->back == BACK_TO
           && member_of(1)->session.read == chat.rooms.rooms[0].log.end,
       "entries that never were are lost: it goes on from the end");
    request = resumes(1, "n1", chat.rooms.rooms[0].log.end, 0);
    ok(guest_asks(1, &request) == TCRP_OK && member_of(1)->back == BACK_NOT,
       "a resume after that loses nothing");
    request = resumes(1, "n1", 2, 0);
    memset(position, 0, sizeof position);
    memcpy(position, request.start, SEAL_ID); /* under this start, it has read up to entry 0 */
    request.start = position;
    ok(guest_asks(1, &request) == TCRP_OK && member_of(1)->back == BACK_TO
           && member_of(1)->session.read == 1 && chat.rooms.rooms[0].log.end > 2,
       "a member that claims to have read nothing continues at entry 1");
    request = resumes(1, "n1", 1, 0);
    memset(position + SEAL_ID, 0x7F, sizeof position - SEAL_ID);
    request.start = position;
    ok(guest_asks(1, &request) == TCRP_OK && member_of(1)->back == BACK_NOT
           && member_of(1)->session.read == 1,
       "a member that claims to have read more gets what it asks for");
    request = resumes(1, "n1", 1, 0);
    request.proof = (const unsigned char *)wrong;
    ok(guest_asks(1, &request) == TCRP_WRONG_PASSWORD, "the password counts here, too");
    request = resumes(0, "host", 1, 0);
    request.operation = TCRP_CREATE;
    request.room = text_of("gone");
    ok(guest_asks(0, &request) == TCRP_NO_ROOM && chat.rooms.room_count == 1,
       "a request cannot create a room and resume in it");
    guest_enters(5, TCRP_CREATE, "second", "x", NULL);
    request = resumes(1, "n1", 1, 0);
    request.room = text_of("second");
    ok(guest_asks(1, &request) == TCRP_NO_ROOM, "a membership is of one room");
    request = resumes(1, "alias", 1, 0);
    member = chat.rooms.member_count;
    ok(guest_asks(1, &request) != TCRP_OK && chat.rooms.member_count == member,
       "a member cannot resume under a second name");
    guests_end();
}

static void lost_answer(void)
{
    guests_begin(GUESTS, GUESTS);
    guest_enters(0, TCRP_CREATE, "den", "host", NULL);
    uint64_t first = guests[0].peer.session;
    ok(guest_enters(0, TCRP_CREATE, "den", "host", NULL) == TCRP_OK
           && guests[0].peer.session != first && chat.rooms.rooms[0].count == 1,
       "a host whose answer was lost asks again, and it is its room");
    guest_enters(1, TCRP_JOIN, "den", "bob", NULL);
    ok(guest_enters(1, TCRP_JOIN, "den", "bob", NULL) == TCRP_OK && chat.rooms.rooms[0].count == 2,
       "a member whose answer was lost may ask again");
    guests_end();
}

/* Dropped for silence, with lines of its own that it does not know to have been heard. */
static void coming_back(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    guest_does(1, ITEM_SAY, "one");
    guests[1].deaf = true;
    guest_does(1, ITEM_SAY, "two");
    guest_does(1, ITEM_SAY, "three");
    uint64_t read = guests[1].peer.read;
    for (int i = 0; i < 70; i++) {
        guest_reads(0);
        guests_pass(1000);
    }
    ok(member_of(1)->state == MEMBER_FREE && chat.rooms.rooms[0].count == 1,
       "a deaf member is dropped");
    guests[1].deaf = false;
    guests_forget();
    struct request request = resumes(1, "n1", read, 0);
    ok(guest_asks(1, &request) == TCRP_OK && guests[1].peer.read == read,
       "the dropped member resumes");
    guest_arrives(1);
    guests_pass(300);
    ok(got(1, "SSSLJ") && got(0, "J"),
       "a dropped member gets the entries it missed, and the others see a join");
    guests[1].peer.number = 0;
    guest_does(1, ITEM_SAY, "one");
    guests_flush();
    ok(guests[1].accepted == 3 && got(0, "J"), "a line that was taken before is not taken again");
    guests[1].peer.number = 3;
    guest_does(1, ITEM_SAY, "four");
    guests_flush();
    ok(got(0, "JS") && got_text(0, "four"), "the member's numbers continue");
    guests_end();
}

/* The same, when it was told of more items before the server went back. */
static void coming_back_from_a_loss(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    guest_does(1, ITEM_SAY, "one");
    guests_flush();
    guests[1].deaf = true;
    for (int i = 0; i < 70; i++) {
        guest_reads(0);
        guests_pass(1000);
    }
    guests[1].deaf = false;
    struct request request = resumes(1, "n1", guests[1].peer.read, 5);
    ok(member_of(1)->state == MEMBER_FREE && guest_asks(1, &request) == TCRP_OK
           && member_of(1)->known == 1,
       "the number that the room remembers counts, not the claimed one");
    guest_arrives(1);
    guests[1].peer.number = 5;
    guest_does(1, ITEM_SAY, "six");
    guests_flush();
    ok(guests[1].accepted == 6 && got_text(0, "six"),
       "the member's numbers continue after its own claim");
    guests_end();
}

/* One that has read nothing that is lost, but whose membership is, and so what it has said. */
static void coming_back_as_nobody(void)
{
    unsigned char id[SEAL_ID] = {2};

    for (unsigned way = 0; way < 3; way++) {
        guests_begin(GUESTS, GUESTS);
        guests_meet(3);
        struct room *room = &chat.rooms.rooms[0];
        memcpy(guests[5].start, starts_id(&chat.starts, chat.starts.now), SEAL_ID);
        if (way > 0) {
            starts_add(&chat.starts, chat.starts.now + 1, id);
            if (!marks_add(&room->marks, chat.starts.now, room->log.end)) abort();
        }
        for (unsigned i = 0; way == 2 && i < ROOM_GONE; i++) room_remember(room, guests[9].m, 1);
        struct request request = resumes(5, "n5", room->log.end - 1, 3);
        bool in = guest_asks(5, &request) == TCRP_OK && member_of(5)->back == BACK_NOT;
        if (way == 0) ok(in && member_of(5)->known == 3,
                         "a claimed number counts under the same start");
        if (way == 1) ok(in && member_of(5)->known == 0,
                         "a claimed number does not count under another start");
        if (way == 2) ok(in && member_of(5)->known == 0,
                         "a claimed number does not count if the room has forgotten members");
        guests_end();
    }
}

/* The same, when others have said so much that the ring has none of its lines any more. */
static void coming_back_late(void)
{
    unsigned char item[] = {ITEM_SAY, 0, 1, 'x'};

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    chat.holds.size = 0; /* nobody waits for it */
    guests[1].deaf = true;
    guest_does(1, ITEM_SAY, "one");
    uint64_t read = guests[1].peer.read;
    for (int i = 0; i < 1200; i++) {
        guest_sends(2, 0, ++guests[2].peer.number, item, sizeof item);
        guests_flush();
        if (i % 100 == 0) guest_reads(0);
    }
    for (int i = 0; i < 70; i++) {
        guest_reads(0);
        guest_reads(2);
        guests_pass(1000);
    }
    guests[1].deaf = false;
    guests_forget();
    struct request request = resumes(1, "n1", read, 0);
    ok(member_of(1)->state == MEMBER_FREE && guest_asks(1, &request) == TCRP_OK,
       "a member can resume late");
    guest_arrives(1);
    ok(guests[1].kinds[0] == 'G' && guests[1].accepted == 1,
       "a late member gets a gap, and its number is remembered");
    guests_end();
}

/* --- what a newcomer gets --- */

static void history(void)
{
    char line[32];

    guests_begin(GUESTS, GUESTS);
    guests_meet(1);
    for (int i = 0; i < 70; i++) {
        snprintf(line, sizeof line, "line %d", i);
        guest_does(0, ITEM_SAY, line);
        if (i % 7 == 0) {
            guest_enters(5, TCRP_JOIN, "den", "x", NULL);
            guest_arrives(5);
            guests[5].peer.number = 0;
            guest_does(5, ITEM_LEAVE, "");
            guests_pass(300);
            guest_reads(5);
            peer_fill(NULL, guests[5].m, SEAL_KEY);
        }
    }
    guests_forget();
    guest_enters(1, TCRP_JOIN, "den", "bob", NULL);
    guest_arrives(1);
    guests_pass(300);
    unsigned said = 0;
    for (unsigned i = 0; i < guests[1].entries; i++) said += guests[1].kinds[i] == 'S';
    ok(said == 50 && guests[1].kinds[0] == 'S' && guests[1].kinds[guests[1].entries - 1] == 'J',
       "a newcomer gets the last 50 lines, and what happened between, and its own joining");
    guests_end();
}

/* --- answers --- */

static bool answer_is_right(unsigned index, size_t room, unsigned members)
{
    unsigned char *answer = malloc(room);
    size_t size = alone_answer(&chat, guests[index].member, answer, room), at = WELCOME_HEAD;
    const struct room *den = &chat.rooms.rooms[member_of(index)->room];
    unsigned count = 0;

    bool good = size <= room && wire_get64(answer) == member_of(index)->session.id
        && memcmp(answer + 8, den->id, SEAL_ID) == 0
        && wire_get64(answer + 24) == member_of(index)->session.read
        && wire_get64(answer + 32) == den->log.end && wire_get32(answer + 40) == den->count
        && memcmp(answer + 44, chat.rooms.members[den->host].id, SEAL_ID) == 0;
    for (; good && at < size; count++) {
        struct text name = {(char *)answer + at + SEAL_ID + 1, answer[at + SEAL_ID]};
        uint32_t found = member_find_name(&chat.rooms, member_of(index)->room, name);
        good = found != ROOM_NONE
            && memcmp(chat.rooms.members[found].id, answer + at, SEAL_ID) == 0;
        at += SEAL_ID + 1 + name.size;
    }
    free(answer);
    return good && at == size && count == members;
}

static void answers(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(40);
    guest_does(3, ITEM_LEAVE, "");
    guests_flush();
    ok(answer_is_right(7, TCRP_PAYLOAD_LIMIT, 39), "an answer has all members, not those gone");
    unsigned bad = 0;
    for (size_t room = WELCOME_HEAD; room < WELCOME_HEAD + 19; room++) {
        bad += !answer_is_right(7, room, 0);
    }
    ok(bad == 0 && answer_is_right(7, WELCOME_HEAD + 20, 1),
       "an answer has as many members as fit");
    guests_end();
}

static void lists(void)
{
    char name[NAME_LIMIT + 1], *list = malloc(TCRP_PAYLOAD_LIMIT);

    guests_begin(GUESTS, GUESTS);
    ok(alone_list(&chat, list, 100) == 0, "the list is empty without rooms");
    guest_enters(0, TCRP_CREATE, "den", "host", NULL);
    guest_enters(1, TCRP_CREATE, "safe", "host", right);
    guest_enters(2, TCRP_JOIN, "safe", "x", right);
    size_t size = alone_list(&chat, list, 100);
    ok(text_equal((struct text){list, size}, text_of("den\t1\topen\nsafe\t2\tlocked\n")),
       "the list has a line for each room");
    for (size_t room = 4; room < size; room++) {
        char *exact = malloc(room);
        size_t used = alone_list(&chat, exact, room);
        bool cut = used >= 4 && used <= room && memcmp(exact + used - 4, "...\n", 4) == 0;
        if (!cut) size = 0;
        free(exact);
    }
    ok(size > 0, "a list that is cut ends at a line, with dots");
    for (unsigned i = 10; i < 400; i++) {
        memset(name, 'x', NAME_LIMIT);
        name[snprintf(name, 8, "%u", i)] = 'x';
        name[NAME_LIMIT] = 0;
        guest_enters(i, TCRP_CREATE, name, "host", NULL);
    }
    size = alone_list(&chat, list, TCRP_PAYLOAD_LIMIT);
    ok(size <= TCRP_PAYLOAD_LIMIT && memcmp(list + size - 4, "...\n", 4) == 0,
       "the list is cut at 64 KiB");
    guests_end();
    free(list);
}

/* A list that is cut says so, and is cut only where that has no room behind the next line. */
static void cut_lists(void)
{
    char list[64];

    guests_begin(8, 8);
    guest_enters(0, TCRP_CREATE, "den", "host", NULL);
    guest_enters(1, TCRP_CREATE, "cave", "host", NULL);
    size_t first = strlen("den\t1\topen\n"), both = first + strlen("cave\t1\topen\n");
    ok(alone_list(&chat, list, both + 4) == both
       && memcmp(list, "den\t1\topen\ncave\t1\topen\n", both) == 0,
       "a list that just fits is whole");
    memset(list, '!', sizeof list);
    ok(alone_list(&chat, list, both + 3) == first + 4
       && memcmp(list, "den\t1\topen\n...\n!", first + 5) == 0,
       "a list with one byte too few is cut");
    guests_end();
}

int main(void)
{
    plan(77);
    statuses();
    order();
    too_many(false);
    too_many(true);
    proofs();
    resuming();
    not_resuming();
    lost_answer();
    lost_answer_of_loss();
    ghost();
    coming_back();
    coming_back_from_a_loss();
    coming_back_as_nobody();
    coming_back_late();
    history();
    answers();
    lists();
    cut_lists();
    return done();
}
