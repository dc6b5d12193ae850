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
 * The server of stage 3 without a network: what a turn of its loop sends, and what becomes of
 * those who go.
 */
#include "tap.h"

#include "guest.h"

static unsigned datagrams(unsigned from, unsigned to)
{
    unsigned count = 0;

    while (from < to) count += guests[from++].datagrams;
    return count;
}

static unsigned wrong(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < GUESTS; i++) count += guests[i].wrong;
    return count;
}

static bool is_empty(void)
{
    return chat_is_empty(&chat) && chat.rooms.member_count == 0 && chat.rooms.room_count == 0
        && chat.wheel.count == 0 && chat.first_telling == ROOM_NONE;
}

/* --- packing --- */

static void packing(void)
{
    static const char line[] = "sixty-four bytes of text, as long as a usual line in a chat has..";
    unsigned char items[PACKET_LIMIT];
    size_t size = 0;

    guests_begin(GUESTS, GUESTS);
    guests_meet(100);
    guest_does(1, ITEM_SAY, "hello");
    ok(datagrams(0, 100) == 0, "a line is not sent before the flush");
    guests_flush();
    ok(datagrams(0, 100) == 100 && got(0, "S") && got(1, "S") && got_text(99, "hello"),
       "a line to 100 members makes 100 datagrams, and its author's is the answer as well");
    guests_flush();
    ok(datagrams(0, 100) == 100 && guests[1].accepted == 1, "a second flush sends nothing");

    guests_forget();
    for (unsigned i = 1; i <= 60; i++) guest_does(i, ITEM_SAY, line);
    guests_flush();
    ok(datagrams(0, 100) == 5 * 100 && guests[0].entries == 60,
       "60 lines of %zu bytes in one turn make 5 datagrams for each member", sizeof line - 1);

    guests_forget();
    for (unsigned i = 0; i < 100; i++) guest_reads(i);
    for (unsigned i = 0; i < 10; i++) size += frame_put(ITEM_SAY, text_of("x"), items + size);
    guest_sends(5, 0, guests[5].peer.number + 1, items, size);
    guests_flush();
    ok(datagrams(0, 100) == 100 && got(9, "SSSSSSSSSS"),
       "ten lines in one datagram make one datagram");

    guests_forget();
    guests_pass(20000);
    ok(wrong() == 0, "unacknowledged entries are sent again, and each is taken once");
    guests_end();
}

static void answers(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    guest_reads(1);
    guests_flush();
    ok(guests[1].datagrams == 0, "an acknowledgement is not answered");
    guest_sends(1, FRAME_ANSWER_ME, 1, NULL, 0);
    guest_sends(1, FRAME_ANSWER_ME, 1, NULL, 0);
    guests_flush();
    ok(guests[1].datagrams == 1, "a member that asks is answered, once a turn");
    guest_does(1, ITEM_SAY, "one");
    guests_flush();
    unsigned char item[] = {ITEM_SAY, 0, 3, 'o', 'n', 'e'};
    guest_sends(1, 0, 1, item, sizeof item);
    guests_flush();
    ok(guests[1].datagrams == 3 && guests[1].accepted == 1 && guests[0].entries == 1,
       "a line that comes again is answered again, and not said again");
    guests_end();
}

/* --- gathering --- */

static void gathering(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_enters(3, TCRP_JOIN, "den", "dave", NULL);
    guests_flush();
    guests_pass(249);
    ok(guests[0].datagrams == 0, "a join waits a moment for others");
    guests_pass(1);
    ok(got(0, "J") && guests[0].datagrams == 1, "a join is announced after 250 ms");
    guests_forget();
    guest_does(1, ITEM_LEAVE, "");
    guests_flush();
    ok(got(1, "L") && guests[1].why == LEFT_BY_ITSELF && guests[0].datagrams == 0,
       "a member that leaves is told at once, the others later");
    guest_does(2, ITEM_SAY, "bye");
    guests_flush();
    ok(got(0, "LS") && got(2, "LS") && guests[0].datagrams == 1,
       "a leave may be announced with the next line");
    guests_pass(1000);
    for (unsigned i = 0; i < 4; i++) guest_reads(i);
    guests_pass(1000);
    guests_forget();
    guest_enters(4, TCRP_JOIN, "den", "eve", NULL);
    guests_pass(100);
    guest_reads(0);
    guest_reads(2);
    guests_flush();
    ok(guests[0].datagrams == 0 && guests[2].datagrams == 0,
       "an acknowledgement does not bring it sooner");
    guests_pass(150);
    ok(guests[0].datagrams == 1 && guests[2].datagrams == 1,
       "all members are told at the same time");
    guests_end();
}

static void crowd(void)
{
    char name[16];
    unsigned most = 0;

    guests_begin(GUESTS, GUESTS);
    guests_meet(10);
    for (unsigned i = 10; i < 1010; i++) {
        snprintf(name, sizeof name, "n%u", i);
        guest_enters(i, TCRP_JOIN, "den", name, NULL);
    }
    guests_pass(300);
    for (unsigned i = 0; i < 10; i++) if (guests[i].datagrams > most) most = guests[i].datagrams;
    ok(most == 11, "one of 1000 new members gets the first 512 joins in %u datagrams", most);
    for (int turns = 0; turns < 5; turns++) {
        for (unsigned i = 0; i < 10; i++) guest_reads(i);
        guests_pass(100);
    }
    ok(guests[9].entries == 1000 && guests[9].datagrams < 30 && wrong() == 0,
       "the rest of the 1000 joins brings it to %u datagrams", guests[9].datagrams);
    guests_end();
}

/* --- items --- */

static void items(void)
{
    unsigned char row[PACKET_LIMIT];
    size_t size = frame_put(ITEM_SAY, text_of("late"), row);

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_sends(1, 0, CHAT_ITEMS + 1, row, size);
    guest_sends(1, 0, 0, row, size);
    guest_sends(1, 0, UINT64_MAX, row, size);
    guests_flush();
    ok(guests[0].entries == 0 && !member_of(1)->inbox.items,
       "a number out of reach counts nothing");
    size += frame_put(ITEM_SAY, text_of("later"), row + size);
    guest_sends(1, 0, 1, row, size);
    guest_sends(1, 0, 1, row, size);
    guests_flush();
    ok(got(0, "SS") && got_text(0, "later") && guests[1].accepted == 2,
       "each item is taken once, in order");
    size += frame_put(ITEM_SAY, text_of("last"), row + size);
    guest_sends(1, 0, 1, row, size);
    guests_flush();
    ok(got(0, "SSS") && got_text(0, "last") && guests[1].accepted == 3,
       "new items in a datagram with known ones are taken");
    guests_forget();
    guests[1].peer.number = 3;
    guest_does(1, ITEM_SAY, "");
    guest_does(1, ITEM_SAY, "\xFF\xFE");
    guest_does(1, (enum item_kind)9, "what?");
    guests_flush();
    ok(got(1, "N") && guests[0].entries == 0 && guests[1].accepted == 6,
       "an invalid item gets a notice, and counts as taken");
    static char long_text[FRAME_SAY_LIMIT + 2];
    memset(long_text, 'x', FRAME_SAY_LIMIT);
    guest_does(1, ITEM_SAY, long_text);
    long_text[FRAME_SAY_LIMIT] = 'x';
    guest_does(1, ITEM_SAY, long_text);
    guests_flush();
    ok(got(0, "S") && guests[0].text_size == FRAME_SAY_LIMIT && guests[1].accepted == 8,
       "3600 bytes go, 3601 do not");
    guests_forget();
    row[size++] = ITEM_SAY;
    guest_sends(1, 0, 9, row, 2);
    guests_flush();
    ok(got(1, "N"), "a row that is cut gets a notice");
    guests_end();
}

/* A row of `size` bytes that says the letters from a on. */
static size_t long_say(unsigned char *row, size_t size)
{
    static char text[FRAME_WHOLE_LIMIT];

    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)('a' + i % 26);
    return frame_put(ITEM_SAY, (struct text){text, size}, row);
}

/* A datagram of guest 1 with one part, `from` up to `to`, of a row. */
static void send_piece(uint64_t number, const unsigned char *row, size_t whole, size_t from,
                       size_t to)
{
    unsigned char item[PACKET_LIMIT];
    struct part part = {.number = number, .offset = from, .whole = whole,
                        .bytes = {(const char *)row + from, to - from}};

    guest_sends(1, 0, 1, item, part_encode(ITEM_PART, &part, item));
}

static bool says_all(unsigned index, const unsigned char *row, size_t size)
{
    return guests[index].text_size == size - FRAME_ROW
        && memcmp(guests[index].text, row + FRAME_ROW, guests[index].text_size) == 0;
}

static void item_parts(void)
{
    unsigned char row[PACKET_LIMIT], items[PACKET_LIMIT];
    size_t size = long_say(row, 2000);

    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    send_piece(1, row, size, 0, 1100);
    guests_flush();
    ok(guests[0].entries == 0 && guests[1].accepted == 0, "a part of an item is no item");
    send_piece(1, row, size, 0, 1100);
    send_piece(1, row, size, 1000, size);
    guests_flush();
    ok(got(0, "S") && guests[1].accepted == 1 && says_all(0, row, size),
       "overlapping parts make the item");
    send_piece(1, row, size, 1000, size);
    send_piece(1, row, size, 0, 1100);
    guests_flush();
    ok(got(0, "S") && guests[1].accepted == 1 && !member_of(1)->inbox.items,
       "a repeated item counts once");

    guests_forget();
    size = long_say(row, 3600);
    send_piece(2, row, size, 2200, size);
    send_piece(2, row, size, 0, 1100);
    struct part rest = {.number = 2, .offset = 1100, .whole = size,
                        .bytes = {(char *)row + 1100, 1100}};
    size_t used = part_encode(ITEM_PART, &rest, items);
    used += frame_put(ITEM_SAY, text_of("and on"), items + used);
    guest_sends(1, 0, 3, items, used);
    guests_flush();
    ok(got(0, "SS") && got_text(0, "and on") && guests[1].accepted == 3,
       "parts in any order make the item, and the next item is taken");

    guests_forget();
    size = long_say(row, 100);
    for (size_t i = 0; i < 40; i++) send_piece(4, row, size, i, i + 1);
    send_piece(4, row, size + 1, 50, 60);
    ok(member_of(1)->inbox.count == 1 && member_of(1)->inbox.bytes == size + 1,
       "a part with another size starts anew");
    send_piece(4, row, size, 40, size);
    ok(guests[0].entries == 0, "parts before the new start do not count");
    for (size_t i = size; i-- > 0;) send_piece(4, row, size, i, i + 1);
    guests_flush();
    ok(got(0, "S") && says_all(0, row, size),
       "a line whose parts come byte by byte, backwards, is put together");
    guests_forget();
    send_piece(5, row, size, 0, 10);
    guests[1].peer.number = 4;
    guest_does(1, ITEM_SAY, "whole");
    guests_flush();
    ok(got(0, "S") && got_text(0, "whole") && !member_of(1)->inbox.items,
       "a whole item replaces its parts");
    guests_end();
}

/* Guest 1 says that under this number, whatever it said last. */
static void say_as(uint64_t number, const char *text)
{
    guests[1].peer.number = number - 1;
    guest_does(1, ITEM_SAY, text);
}

static void early_items(void)
{
    unsigned char row[PACKET_LIMIT];
    size_t size = long_say(row, 2000);

    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    say_as(4, "four");
    send_piece(2, row, size, 1100, size);
    say_as(3, "three");
    guests_flush();
    ok(guests[0].entries == 0 && guests[1].accepted == 0, "an early item is not taken");
    say_as(1, "one");
    send_piece(2, row, size, 0, 1100);
    guests_flush();
    ok(got(0, "SSSS") && got_text(0, "four") && guests[1].accepted == 4,
       "early items are taken in order when the missing one comes");
    ok(!member_of(1)->inbox.items, "nothing is kept after that");

    guests_forget();
    say_as(7, "seven");
    say_as(7, "seven");
    say_as(5, "five");
    say_as(6, "six");
    say_as(7, "seven");
    guests_flush();
    ok(got(0, "SSS") && got_text(0, "seven") && guests[1].accepted == 7,
       "each early item is taken once");

    guests_forget();
    for (uint64_t number = 8 + CHAT_ITEMS; number > 8; number--) {
        send_piece(number, row, size, 0, 9);
    }
    ok(member_of(1)->inbox.bytes <= INBOX_BYTES, "early items take no more memory than the limit");
    size_t leave = frame_put(ITEM_LEAVE, text_of(""), row);
    guest_sends(1, 0, 8, row, leave);
    guests_flush();
    guests_pass(20000);
    ok(chat.rooms.chained == 1 && !member_of(1)->inbox.items,
       "a member that leaves leaves nothing behind");
    guests_end();
}

static void bad_parts(void)
{
    static const struct { uint64_t offset, whole, size; } bad[] = {
        {0, 10, 0}, {10, 10, 1}, {9, 10, 2}, {65535, 10, 1}, {0, 2, 1}, {0, 0, 1}, {0, 4097, 100},
        {0, 65535, 100}
    };
    static unsigned char nothing[65536];
    unsigned char row[PACKET_LIMIT];
    unsigned acked = 0;

    guests_begin(GUESTS, GUESTS);
    guests_meet(2);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        guests_forget();
        send_piece(1, nothing, bad[i].whole, bad[i].offset, bad[i].offset + bad[i].size);
        guests_flush();
        acked += got(1, "N") && !member_of(1)->inbox.items;
    }
    ok(acked == sizeof bad / sizeof *bad,
       "an invalid part gets a notice and is not kept");
    guests_forget();
    size_t size = long_say(row, 4000);
    send_piece(1, row, size, 0, 2000);
    send_piece(1, row, size, 2000, size);
    guests_flush();
    ok(got(1, "N") && guests[0].entries == 0 && guests[1].accepted == 1,
       "a line that is too long does not become shorter in parts");
    guests_forget();
    size = frame_put(ITEM_PART, text_of("a part of a part"), row);
    send_piece(2, row, size, 0, size);
    guests_flush();
    ok(got(1, "N") && guests[1].accepted == 2, "a part of a part gets a notice");
    size = long_say(row, 50);
    row[2] = 49;
    guests_forget();
    send_piece(3, row, size, 0, size);
    guests_flush();
    ok(got(1, "N") && guests[1].accepted == 3,
       "a whole that is no row counts, and nothing is done");
    size = frame_put(ITEM_LEAVE, text_of(""), row);
    guests_forget();
    send_piece(4, row, size, 0, 2);
    send_piece(4, row, size, 2, 3);
    guests_flush();
    ok(got(1, "L") && guests[1].why == LEFT_BY_ITSELF, "a leave in parts is taken");
    guests_pass(20000);
    ok(chat.rooms.chained == 1 && !member_of(1)->inbox.items, "nothing is left after the leave");
    guests_end();
}

static void locked(void)
{
    static const char proof[SEAL_KEY] = "thirty-two bytes of some proof.";
    static char sealed[FRAME_TEXT_LIMIT + 2];

    guests_begin(GUESTS, GUESTS);
    guest_enters(0, TCRP_CREATE, "den", "host", proof);
    guest_arrives(0);
    guests_pass(300);
    guests_forget();
    guest_does(0, ITEM_SAY, "sixteen bytes...");
    guests_flush();
    ok(got(0, "N"), "a line without a tag and a byte is refused in a room with a password");
    memset(sealed, 0xFF, FRAME_TEXT_LIMIT);
    guest_does(0, ITEM_SAY, sealed);
    guests_flush();
    ok(got(0, "NS") && guests[0].text_size == FRAME_TEXT_LIMIT,
       "a sealed line may have any 3616 bytes");
    guests_end();
}

/* --- going --- */

/* Are the keys of a member who is gone overwritten? */
static bool is_wiped(const struct member *member)
{
    static const struct session nothing;

    return member->state == MEMBER_FREE && memcmp(&member->session, &nothing, sizeof nothing) == 0;
}

static void leaving(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guests[1].deaf = true;
    guest_does(1, ITEM_LEAVE, "");
    guest_does(1, ITEM_SAY, "ghost");
    guests_flush();
    ok(guest_enters(5, TCRP_JOIN, "den", "n1", NULL) == TCRP_OK, "a name is free at once");
    guests_pass(3000);
    guests[1].deaf = false;
    guests_pass(3000);
    ok(got(1, "L") && guests[1].accepted == 1, "a member that left is told until it acknowledges");
    guest_reads(1);
    ok(is_wiped(member_of(1)),
       "the keys of a member that left are wiped after its acknowledgement");
    guests_pass(300);
    ok(got(2, "LJ"), "an item after the leave does not count");
    guests_forget();
    guests[2].deaf = true;
    guest_does(2, ITEM_LEAVE, "");
    guests_pass(9900);
    ok(member_of(2)->state == MEMBER_GONE,
       "a member that left and never answers is kept for a while");
    guests_pass(1200);
    ok(is_wiped(member_of(2)), "the keys of a member that left are wiped after ten seconds");
    guests_end();
}

static void putting_out(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(4);
    guest_does(1, ITEM_KICK, "n2");
    guest_does(0, ITEM_KICK, "host");
    guest_does(0, ITEM_KICK, "nobody");
    guests_flush();
    ok(guests[2].entries == 0 && guests[0].entries == 0 && guests[0].accepted == 2,
       "only the host can kick, and not itself or an unknown name");
    guest_does(0, ITEM_KICK, "n2");
    guests_flush();
    ok(got(0, "P") && got(2, "P") && got(3, "P"), "all members are told about a kick at once");
    guest_does(2, ITEM_SAY, "no!");
    guests_flush();
    ok(got(3, "P") && member_of(2)->state == MEMBER_FREE, "a kicked member can say nothing");
    ok(guest_enters(2, TCRP_JOIN, "den", "n2", NULL) == TCRP_KICKED
           && guest_enters(2, TCRP_JOIN, "den", "other", NULL) == TCRP_KICKED,
       "a kicked member cannot join under any name");
    ok(guest_enters(7, TCRP_JOIN, "den", "n2", NULL) == TCRP_OK,
       "another client may take the name of a kicked member");
    guests_end();
}

static void host_leaves(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_enters(9, TCRP_CREATE, "other", "x", NULL);
    guest_does(0, ITEM_LEAVE, "");
    guests_flush();
    ok(got(0, "C") && got(1, "C") && got(2, "C") && guests[2].why == CLOSED_HOST_LEFT,
       "the room closes when its host leaves");
    ok(guest_enters(5, TCRP_JOIN, "den", "x", NULL) == TCRP_NO_ROOM
           && guest_enters(5, TCRP_CREATE, "den", "x", NULL) == TCRP_OK,
       "the name of a closed room is free at once");
    guest_does(1, ITEM_SAY, "still here");
    guest_arrives(5);
    guests_pass(300);
    ok(got(5, "J"), "a new room does not see the lines of the old one");
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    ok(is_wiped(member_of(0)) && is_wiped(member_of(1)) && is_wiped(member_of(2))
           && chat.rooms.chained == 2,
       "the members of a closed room are wiped when they have read it");
    guests_end();
}

static void silence(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(4);
    for (int i = 0; i < 50; i++) {
        guests_pass(1000);
        for (unsigned g = 0; g < 3; g++) guest_reads(g);
    }
    guests_pass(12000);
    guest_reads(0);
    ok(got(0, "L") && guests[1].why == LEFT_LOST && is_wiped(member_of(3)),
       "a member that is silent for a minute is lost");
    ok(guests[3].probes == 4 + 1, "a silent member is probed four times, and once more");
    ok(guests[3].datagrams == 1 && guests[0].probes == 0, "told once, and nobody else was asked");
    ok(strncmp(guests[3].text, "you were silent for 60 seconds", 30) == 0,
       "the lost member is told why");
    guest_sends(3, FRAME_ANSWER_ME, 1, NULL, 0);
    guests_flush();
    ok(guests[3].over == 1 && guests[3].datagrams == 2,
       "the lost member is told again when it speaks");
    ok(chat.rooms.member_count == 3 && guests[0].over == 0,
       "a lost member that speaks is not a member again");
    guest_reads(1);
    guests_pass(50000);
    guest_reads(1);
    guests_pass(11500);
    ok(guests[1].why == CLOSED_HOST_LOST && got(1, "LLC"), "a room whose host is lost is closed");
    guest_reads(1);
    ok(is_empty(), "nothing is left of the closed room");
    guests_end();
}

static void pause_of_the_server(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    now += 3600 * 1000;
    chat_tick(&chat, now);
    chat_flush(&chat, now);
    ok(chat.rooms.member_count == 3,
       "nobody is dropped at once after an hour's pause of the server");
    guest_reads(0);
    guest_reads(1);
    guests_pass(2000);
    ok(chat.rooms.member_count == 2, "a silent member is dropped a second after the pause");
    guests_end();
}

static void strikes(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guests[2].outcome = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 3; i++) {
        guest_does(1, ITEM_SAY, "hello?");
        guests_flush();
    }
    guests_pass(300);
    ok(got(1, "SSSL") && is_wiped(member_of(2)),
       "a member that is unreachable three times is lost");
    guests[2].outcome = DELIVERY_SENT;
    guest_reads(2);
    ok(guests[2].over == 1, "an unreachable member is told when it speaks");
    guests[0].outcome = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 3; i++) {
        guest_does(1, ITEM_SAY, "hello?");
        guests_flush();
    }
    guests_pass(0);
    ok(guests[1].why == CLOSED_HOST_LOST && got(1, "SSSLSSSC"),
       "the host too: all are told at once");
    guests_end();

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guests[2].outcome = DELIVERY_UNREACHABLE;
    guest_does(1, ITEM_SAY, "hello?");
    guests_flush();
    guest_reads(1);
    guests_pass(3500);
    ok(is_wiped(member_of(2)), "repeated sends count as strikes");
    guests[0].outcome = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 3; i++) {
        guest_sends(0, FRAME_ANSWER_ME, 1, NULL, 0);
        guests_flush();
    }
    guests_pass(0);
    ok(guests[1].why == CLOSED_HOST_LOST && got(1, "SLC"), "sends of answers count as strikes");
    guests_end();
}

/* As many datagrams as one turn likes to send: the way is missing once, and not so many times. */
static void strikes_of_a_turn(void)
{
    static char line[FRAME_SAY_LIMIT + 1];

    memset(line, 'x', FRAME_SAY_LIMIT);
    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guests[2].outcome = DELIVERY_UNREACHABLE;
    uint64_t before = chat.sender.unreachable;
    guest_does(1, ITEM_SAY, line);
    guests_flush();
    guests_pass(0);
    ok(chat.sender.unreachable - before == 4 && chat.rooms.member_count == 3,
       "the four parts of a line are one strike");
    guests[2].outcome = DELIVERY_SENT;
    guests_pass(5000);
    ok(got(2, "S") && chat.rooms.member_count == 3,
       "the member gets the entry when it can be reached again");
    guest_reads(2);
    guests[2].outcome = DELIVERY_UNREACHABLE;
    before = chat.sender.unreachable;
    for (unsigned i = 0; i < 60; i++) guest_does(1, ITEM_SAY, "a line of more than a few bytes");
    guests_flush();
    guests_pass(0);
    ok(chat.sender.unreachable - before > SESSION_STRIKES && chat.rooms.member_count == 3,
       "many short lines of one turn are one strike");
    guest_reads(0);
    guest_reads(1);
    guests_pass(5000);
    ok(chat.rooms.member_count == 2,
       "a failed repetition is another strike, and the member is lost");
    guests_end();
}

static void shutting_down(void)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(20);
    guest_enters(30, TCRP_CREATE, "other", "x", NULL);
    guest_arrives(30);
    chat_close(&chat, now);
    chat_close(&chat, now);
    guests_flush();
    ok(got(19, "C") && got(30, "JC") && guests[30].why == CLOSED_SHUTDOWN,
       "closing the chat closes all rooms");
    guests_pass(900);
    ok(!is_empty(), "the chat waits for an acknowledgement");
    for (unsigned i = 0; i <= 30; i++) if (i < 20 || i == 30) guest_reads(i);
    ok(is_empty(), "the chat is empty when all have acknowledged");
    guests_end();
}

/* --- what comes from elsewhere --- */

static void strangers(void)
{
    unsigned char bytes[PACKET_LIMIT + 1] = {0}, copy[PACKET_LIMIT];
    struct address elsewhere = peer_address(GUEST_PORT + 500);
    struct up up = {.read = 1, .number = 1};

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        memset(bytes, (int)size, sizeof bytes);
        chat_receive(&chat, &elsewhere, bytes, size, now);
    }
    guests_flush();
    ok(guests[500].probes + guests[500].datagrams + guests[500].wrong == 0
           && chat.counts.dropped == sizeof bytes + 1, "nonsense gets silence");
    unsigned char item[] = {ITEM_SAY, 0, 1, 'x'};
    up.echo = guests[1].peer.echo;
    size_t size = peer_seal(&guests[1].peer, &up, item, sizeof item, copy);
    memcpy(bytes, copy, size);
    chat_receive(&chat, &elsewhere, bytes, size, now);
    guests_flush();
    ok(guests[500].wrong == 1 && guests[0].entries == 0,
       "a member's datagram from another address is probed and not taken");
    memcpy(bytes, copy, size);
    chat_receive(&chat, &guests[1].peer.address, bytes, size, now);
    guests_flush();
    ok(guests[0].entries == 0, "the same datagram from the right address is not taken either");
    guests[1].peer.number = 0;
    guest_does(1, ITEM_SAY, "x");
    guests_flush();
    ok(got(0, "S"), "a new datagram from the member is taken");
    guests_end();
}

/* --- how much a member may say --- */

static void rates(void)
{
    unsigned taken = 0;

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    chat.rate = (struct bucket_rate){10, 1000};
    for (int i = 0; i < 30; i++) guest_does(1, ITEM_SAY, "more");
    guests_flush();
    ok(guests[1].accepted == 21 && guests[0].entries == 21, "two seconds' worth is taken at once");
    ok(guests[1].waits == 1 && guests[1].wait == 100 && chat.counts.waited == 1,
       "the rest is not, and its author is told, once a turn, when to send it again");
    ok(guests[0].waits == 0 && got_text(0, "more"), "nobody else is told");
    guest_does(2, ITEM_SAY, "and me?");
    guests_flush();
    ok(guests[2].accepted == 1 && got_text(0, "and me?"), "another member is heard");

    for (int64_t end = now + 10000; now < end; now++) {
        guests[1].peer.number = guests[1].accepted;
        guest_does(1, ITEM_SAY, "again");
        guests_flush();
    }
    taken = (unsigned)guests[1].accepted;
    ok(taken >= 120 && taken <= 121,
       "a member gets its rate after the burst, and nothing is lost: %u", taken);
    ok(guests[1].wrong == 0 && guests[0].wrong == 0, "all entries come in order");

    for (int i = 0; i < 30; i++) guest_does(0, ITEM_SAY, "I am the host");
    guests_flush();
    guests[0].peer.number = guests[0].accepted;
    guest_does(0, ITEM_KICK, "n2");
    guests_flush();
    ok(guests[0].accepted == 22 && member_of(2)->state == MEMBER_GONE,
       "a kick is taken all the same");
    guests[1].peer.number = guests[1].accepted;
    guest_does(1, ITEM_LEAVE, "");
    ok(member_of(1)->state == MEMBER_GONE, "a leave is taken all the same");

    chat.rate = (struct bucket_rate){1000, 1};
    guests[0].peer.number = guests[0].accepted;
    static char text[3001];
    memset(text, 'x', 3000);
    now += 10000;
    guest_does(0, ITEM_SAY, text);
    guest_does(0, ITEM_SAY, "y");
    guests_flush();
    ok(guests[0].accepted == 23 && guests[0].wait == 1000, "a long line is paid by its bytes");
    guests_end();
}

/* --- how many places an address may hold --- */

static void quotas(void)
{
    char name[16];
    unsigned in = 0, created = 0;

    guests_begin(200, 200);
    chat.rooms.member_quota.share = chat.rooms.room_quota.share = QUOTA_SHARE;
    for (unsigned i = 0; i < 150; i++) {
        snprintf(name, sizeof name, "n%u", i);
        in += guest_enters(i, TCRP_CREATE, name, name, NULL) == TCRP_OK;
    }
    ok(in == 100 && chat.counts.crowded == 50, "one address creates half of the rooms: %u", in);
    ok(guest_enters(150, TCRP_JOIN, "n1", "x", NULL) == TCRP_SERVER_FULL,
       "one address has half of the members");
    ok(guest_enters(7, TCRP_CREATE, "n7", "n7", NULL) == TCRP_OK,
       "a member may resume in spite of the quota");
    for (unsigned i = 200; i < 300; i++) {
        snprintf(name, sizeof name, "m%u", i);
        guests[i].peer.address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
        created += guest_enters(i, TCRP_CREATE, name, name, NULL) == TCRP_OK;
    }
    ok(created == 64, "another address finds places: %u", created);
    guests[7].peer.address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 2);
    ok(guest_enters(7, TCRP_CREATE, "n7", "n7", NULL) == TCRP_OK
           && chat.rooms.member_quota.taken == 164,
       "a member that resumes elsewhere counts there, once");
    for (unsigned i = 0; i < 100; i++) {
        guests[i].peer.address = peer_address(GUEST_PORT + i);
        guest_arrives(i);
        guest_does(i, ITEM_LEAVE, "");
    }
    guests_pass(20000);
    ok(chat.rooms.member_quota.taken == 64 && chat.rooms.room_quota.taken == 64,
       "members that leave give their places back");
    guests_end();
}

/* --- what an address gets that has not proved itself --- */

/* Sends a datagram of that member from the address of guest 500. Returns its size. */
static size_t from_elsewhere(unsigned index, const struct up *up, const void *items, size_t size)
{
    struct address elsewhere = peer_address(GUEST_PORT + 500);
    unsigned char packet[PACKET_LIMIT];

    size = peer_seal(&guests[index].peer, up, items, size, packet);
    chat_receive(&chat, &elsewhere, packet, size, now);
    guests_flush();
    return size;
}

/* It never gets more bytes than came from it: not for any datagram, and not later either. */
static void amplification(void)
{
    static unsigned char items[1100];
    unsigned more = 0, probed = 0;
    size_t came = 0;

    guests_begin(GUESTS, GUESTS);
    guests_meet(3);
    guest_enters(4, TCRP_JOIN, "den", "eve", NULL);
    guests_pass(50000);
    ok(guests[4].bytes == 0, "a member whose address is not known yet is sent nothing");
    for (unsigned i = 0; i < 3; i++) guest_reads(i);
    for (size_t size = 0; size <= sizeof items; size += 4) {
        for (unsigned flags = 0; flags <= 1; flags++) {
            struct up up = {.flags = (uint8_t)flags, .echo = size, .read = size % 3,
                            .from = size % 7, .number = 1};
            size_t before = guests[500].bytes, sent = from_elsewhere(1, &up, items, size);
            came += sent;
            more += guests[500].bytes - before > sent;
            probed += guests[500].bytes > before;
        }
    }
    ok(more == 0 && probed > 500, "a probe is no longer than what it answers: %u probes", probed);
    unsigned char packet[PACKET_LIMIT] = {0};
    size_t before = guests[500].bytes;
    size_t bad = packet_seal(packet, 3, guests[1].peer.session, ++guests[1].peer.counter,
                             guests[1].peer.keys.up);
    chat_receive(&chat, &guests[500].peer.address, packet, bad, now);
    guests_flush();
    ok(guests[500].bytes - before <= bad, "an answer to a malformed datagram is no longer than it");
    guests_pass(59000);
    ok(guests[500].bytes <= came + bad, "nothing follows a probe by itself");
    guests_pass(3000);
    ok(member_of(1)->state != MEMBER_HERE, "the member is lost");
    struct up up = {.read = 1, .number = 1};
    for (unsigned i = 0; i < 20; i++) {
        size_t had = guests[500].bytes, sent = from_elsewhere(1, &up, items, i);
        more += guests[500].bytes - had > sent;
        now += 300;
    }
    ok(more == 0, "to be told so costs no more than to ask");
    guests_end();
}

int main(void)
{
    plan(107);
    packing();
    answers();
    gathering();
    crowd();
    items();
    item_parts();
    early_items();
    bad_parts();
    locked();
    leaving();
    putting_out();
    host_leaves();
    silence();
    pause_of_the_server();
    strikes();
    strikes_of_a_turn();
    shutting_down();
    strangers();
    rates();
    quotas();
    amplification();
    return done();
}
