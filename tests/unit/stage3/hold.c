/* links: stage3/chat/receive.c stage3/chat/hold.c stage3/chat/purse.c */
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
/*
 * hold: a room waits for a reader that is there, and for nobody that only wants to stop it.
 */
#define GUESTS 100
#include "tap.h"

#include "guest.h"

enum { HOST, AUTHOR, POLITE, OTHER };

static char text[FRAME_SAY_LIMIT + 1]; /* a line as long as possible */

/* How the author sends: as a client does, which waits when it is told to. */
static int64_t author_waits;   /* until then */
static unsigned author_waited; /* the waits that it has noticed */
static int64_t held;           /* milliseconds in which the room was held */
static int64_t held_at_once;   /* the longest of these times */

static struct room *den(void)
{
    return &chat.rooms.rooms[0];
}

/* A room in which nobody has said anything for a while. */
static void begin(unsigned count)
{
    guests_begin(GUESTS, GUESTS);
    guests_meet(count);
    chat.rate = (struct bucket_rate){BUCKET_LARGEST, BUCKET_LARGEST};
    guests_pass(15000);
    guests_forget();
    memset(text, 'x', FRAME_SAY_LIMIT);
    author_waits = author_waited = 0;
    held = held_at_once = 0;
}

/* The author repeats what was not taken, and goes on, up to its line `last`. */
static void author_sends(uint64_t last)
{
    struct guest *author = &guests[AUTHOR];

    if (author->waits != author_waited) author_waits = now + author->wait;
    author_waited = author->waits;
    if (now < author_waits) return;
    author->peer.number = author->accepted;
    for (int i = 0; i < 8 && author->peer.number < last; i++) guest_does(AUTHOR, ITEM_SAY, text);
}

/* A turn of the loop, and a millisecond. */
static void turn(void)
{
    static int64_t since;

    chat_tick(&chat, now);
    guests_flush();
    if (!den()->purse.pays) since = now;
    held += den()->purse.pays;
    if (now - since > held_at_once) held_at_once = now - since;
    now++;
}

static bool has_gap(unsigned index)
{
    return strchr(guests[index].kinds, 'G') != NULL;
}

/* The author says so many lines at once. The host acknowledges nothing for a second, everybody else
   acknowledges every ten milliseconds. Returns when all are taken, in milliseconds. */
static int64_t talk(unsigned count, unsigned lines)
{
    int64_t start = now, taken = -1;

    while (now < start + 3000) {
        author_sends(lines);
        for (unsigned i = 0; i < count && now % 10 == 0; i++) {
            if (i != HOST || now - start >= 1000) guest_reads(i);
        }
        turn();
        if (taken < 0 && guests[AUTHOR].accepted == lines) taken = now - start;
    }
    return taken;
}

static void slow_reader(void)
{
    begin(3);
    chat.holds.size = 0;
    talk(3, 100);
    ok(has_gap(HOST) && guests[AUTHOR].waits == 0,
       "a purse of no size: 100 long lines at once are a gap for a slow reader");
    guests_end();

    begin(3);
    int64_t time = talk(3, 100);
    ok(time >= 1000 && time < 2000, "the lines are all taken, after %d ms",
       (int)time);
    ok(!has_gap(HOST) && guests[HOST].entries == 100, "the slow reader gets every one");
    ok(guests[AUTHOR].waits >= 2 && guests[AUTHOR].wait == 0,
       "their author was told to wait, and when to go on");
    ok(guests[POLITE].waits == 0 && guests[HOST].waits == 0 && guests[POLITE].entries == 100,
       "nobody else was");
    ok(chat.counts.paused > 0 && chat.counts.waited == chat.counts.paused,
       "the server has counted that");
    ok(!den()->purse.pays && chat.holds.first == ROOM_NONE && chat.holds.due == HOLD_NEVER,
       "the room is not held any more");
    guests_end();
}

/* The author says more and more, for so many milliseconds. */
static void flood(int64_t time, void (*others)(void))
{
    for (int64_t end = now + time; now < end;) {
        if (now % 10 == 0) {
            author_sends(UINT64_MAX);
            guest_reads(AUTHOR);
        }
        others();
        turn();
    }
}

static void nothing(void)
{
}

/* These acknowledge nothing new, which is the most that one can do to hold the room. */
static void host_stays(void)
{
    if (now % 100 == 0) guest_reads(HOST);
}

static void host_reads(void)
{
    if (now % 10 == 0) guest_reads(HOST);
}

static void two_stay(void)
{
    if (now % 100 == 0) guest_reads(now % 200 == 0 ? HOST : OTHER);
}

static void attacks(void)
{
    begin(3);
    guests[HOST].deaf = guests[POLITE].deaf = true;
    flood(30000, nothing);
    ok(held_at_once >= 1000 && held_at_once <= 1301,
       "a reader that stops acknowledging holds the room for no longer than one may: %d ms",
       (int)held_at_once);
    ok(held == held_at_once, "and does it once");
    ok(guests[AUTHOR].accepted > 10000, "then the talk goes on: %d lines",
       (int)guests[AUTHOR].accepted);
    guests_end();

    begin(2);
    guests[HOST].deaf = true;
    flood(120000, host_stays);
    ok(held_at_once >= 1900 && held_at_once <= 2000,
       "one that acknowledges and never advances holds it until the purse is empty: %d ms",
       (int)held_at_once);
    ok(held <= 2000 + 120000 / 30, "and all in all for what the purse has: %d ms", (int)held);
    int64_t of_one = held;
    guests_end();

    begin(4);
    guests[HOST].deaf = guests[OTHER].deaf = true;
    flood(120000, two_stay);
    ok(held <= of_one + 100, "two of them cannot hold it longer: %d ms", (int)held);
    guests_end();
}

/* Floods until the room is held, for the sake of the host, or of somebody that is deaf. */
static void until_held(void)
{
    while (!den()->purse.pays) {
        author_sends(UINT64_MAX);
        for (unsigned i = AUTHOR; i <= OTHER; i++) if (guests[i].peer.session) guest_reads(i);
        turn();
    }
    author_sends(UINT64_MAX);
}

static void always_taken(void)
{
    begin(4);
    guests[HOST].deaf = true;
    until_held();
    uint64_t before = guests[AUTHOR].accepted;
    guest_does(POLITE, ITEM_SAY, "and me?");
    guests_flush();
    ok(guests[POLITE].accepted == 1 && got_text(OTHER, "and me?"),
       "a member all of whose lines were read is heard while the room is held");
    guest_does(POLITE, ITEM_SAY, "hello?");
    guests_flush();
    ok(guests[POLITE].accepted == 1 && guests[POLITE].waits == 1 && guests[POLITE].wait > 0,
       "once, until the slow one has read that");
    guests[HOST].peer.number = 0;
    guest_does(HOST, ITEM_KICK, "n3");
    guests_flush();
    ok(member_of(OTHER)->state == MEMBER_GONE, "a kick is taken");
    ok(guest_enters(5, TCRP_JOIN, "den", "n5", NULL) == TCRP_OK, "so is a newcomer");
    guest_arrives(5);
    guest_does(5, ITEM_LEAVE, "");
    ok(member_of(5)->state == MEMBER_GONE, "and a leave");
    ok(den()->purse.pays && guests[AUTHOR].accepted == before, "the flooder waits all the time");
    uint64_t log_first = den()->log.first;
    ok(den()->slowest == guests[HOST].member && member_of(HOST)->session.read >= log_first,
       "for all of that there was space: the slow one has lost nothing");

    guests[HOST].deaf = false;
    for (int i = 0; i < 1500 && den()->purse.pays; i++) {
        guest_reads(HOST);
        turn();
    }
    ok(!den()->purse.pays && guests[POLITE].wait == 0 && guests[AUTHOR].wait == 0,
       "when it has read, all that had to wait are told so");
    guests[POLITE].peer.number = guests[POLITE].accepted;
    guest_does(POLITE, ITEM_SAY, "hello?");
    guests_flush();
    ok(guests[POLITE].accepted == 2, "and what they say is taken");
    guests_end();
}

static void who_counts(void)
{
    begin(2);
    flood(3000, host_reads);
    ok(guests[AUTHOR].waits == 0, "nobody waits for a reader that reads");
    ok(guest_enters(POLITE, TCRP_JOIN, "den", "late", NULL) == TCRP_OK, "a newcomer");
    guest_reads(POLITE); /* it proves its address, */
    guest_reads(POLITE);
    guests[POLITE].deaf = true; /* and gets none of the earlier lines */
    guests_flush();
    guests[AUTHOR].peer.number = guests[AUTHOR].accepted;
    uint64_t end = guests[AUTHOR].accepted + 40;
    while (guests[AUTHOR].accepted < end && guests[AUTHOR].waits == 0) {
        author_sends(end);
        guest_reads(AUTHOR);
        guest_reads(HOST);
        guest_reads(POLITE);
        turn();
    }
    ok(guests[AUTHOR].accepted == end && guests[AUTHOR].waits == 0
           && den()->log.first > member_of(POLITE)->session.read,
       "is not waited for because of lines from before it entered");
    guests_end();

    begin(2);
    guests[AUTHOR].deaf = true;
    for (int i = 0; i < 300; i++) {
        guest_does(AUTHOR, ITEM_SAY, text);
        member_of(AUTHOR)->session.acked = guests[AUTHOR].peer.number;
        guest_reads(HOST);
        turn();
    }
    ok(member_of(AUTHOR)->session.accepted == 300 && chat.counts.paused == 0
           && member_of(AUTHOR)->session.read < den()->log.first,
       "nor an author because of lines of its own");
    guests_end();

    begin(3);
    member_of(HOST)->session.address.size = 0;
    guests[HOST].deaf = true;
    flood(1000, nothing);
    ok(guests[AUTHOR].waits == 0 || den()->slowest != guests[HOST].member,
       "nor a member without a proved address");
    guests_end();
}

/* The room is closed while it is held. */
static void closed(void)
{
    begin(3);
    guests[POLITE].deaf = true;
    until_held();
    guest_reads(HOST);
    chat_close(&chat, now);
    ok(chat.holds.first != ROOM_NONE, "a room that is held is closed");
    turn();
    ok(chat.holds.first == ROOM_NONE, "then it is held no more");
    guests_end();

    begin(3);
    guests[POLITE].deaf = true;
    until_held();
    for (unsigned i = 3; i-- > 0;) chat_drop(&chat, guests[i].member, now);
    ok(chat.holds.first == ROOM_NONE && chat_is_empty(&chat), "so is one that nobody is in");
    guests_end();
}

int main(void)
{
    plan(30);
    slow_reader();
    attacks();
    always_taken();
    who_counts();
    closed();
    return done();
}
