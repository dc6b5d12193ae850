/* links: stage3/member/membership.c stage3/member/channel.c stage3/member/reader.c */
/* links: stage3/member/position.c stage3/member/schedule.c stage3/wire/welcome.c */
/* links: stage3/member/cursor.c stage3/member/outbox.c stage3/member/members.c */
/* links: stage3/member/password.c stage3/wire/assembly.c stage3/wire/frame.c */
/* links: stage3/wire/packet.c stage3/wire/seal.c stage3/base/table.c stage3/base/hash.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/base/text.c stage3/crypto/aead.c */
/* links: stage3/crypto/chacha20.c stage3/crypto/poly1305.c stage3/crypto/hmac.c */
/* links: stage3/crypto/sha256.c stage3/crypto/constant.c stage3/crypto/pbkdf2.c */
/* links: stage3/wire/request.c */
/*
 * membership: one membership, in a time that the test makes up, with a server that is played here:
 * it keeps what the member sends, and seals what the test wants to be sent.
 */
#include "member/membership.h"

#include "wire/welcome.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "member/outbox.h"
#include "member/password.h"
#include "member/schedule.h"
#include "peer.h"
#include "tap.h"
#include "wire/assembly.h"

enum { LOG_SIZE = 65536 }; /* bytes */

/* What came out of the member, in words: "J:bob ", "S:bob:hello ", ... */
static char log_text[LOG_SIZE];
static size_t log_size;
static unsigned news_count;
static bool last_own, last_old;
static uint64_t last_number;

/* The server's side. */
static struct membership *membership;
static struct seal_keys keys, made; /* as they are now, and as the exchange made them */
static uint64_t session, counter;   /* of what is sent down */
static uint64_t up_counter;         /* of what came up last */
static unsigned sent, with_items;   /* datagrams that came up, and those with items */
static struct up up;                /* the last of them */
static unsigned char packet[PACKET_LIMIT], items[PACKET_LIMIT];
static unsigned too_large;          /* datagrams of more than 1200 bytes */
static size_t items_size;
static uint64_t arrived;            /* items, in order, if half of what comes up is lost */
static struct assembly coming;      /* the next one, */
static size_t last_item;            /* and the bytes of the last that came in parts */
static int64_t now, last_sent_at;
static bool room_left = true;

static unsigned char m[SEAL_KEY], alice[SEAL_ID], bob[SEAL_ID], carol[SEAL_ID];
static unsigned char room_id[SEAL_ID];
static const unsigned char secret[SEAL_KEY] = "a secret of thirty-two bytes....";

/* --- what comes out --- */

static void put(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(log_text + log_size, sizeof log_text - log_size, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < sizeof log_text - log_size) log_size += (size_t)size;
}

static void on_news(void *context, const struct news *news)
{
    (void)context;
    news_count++;
    last_own = news->own;
    last_old = news->old;
    last_number = news->number;
    switch (news->kind) {
    case NEWS_SAID:
        put("S:%.*s:%.*s ", (int)news->name.size, news->name.bytes,
            news->unreadable ? 1 : (int)news->text.size, news->unreadable ? "?" : news->text.bytes);
        break;
    case NEWS_JOINED: put("J:%.*s ", (int)news->name.size, news->name.bytes); break;
    case NEWS_LEFT: put("L%d:%.*s ", news->why, (int)news->name.size, news->name.bytes); break;
    case NEWS_KICKED: put("P:%.*s ", (int)news->name.size, news->name.bytes); break;
    case NEWS_CLOSED: put("C%d ", news->why); break;
    case NEWS_GAP: put("G%d ", (int)news->count); break;
    case NEWS_NOTICE: put("N:%.*s ", (int)news->text.size, news->text.bytes); break;
    case NEWS_BACK: put("B%d ", (int)news->count); break;
    case NEWS_LOST:
        put("X%d:%.*s ", (int)news->number, (int)news->text.size, news->text.bytes);
        break;
    case NEWS_UNDONE: put("U:%.*s ", (int)news->name.size, news->name.bytes); break;
    }
}

/* Has exactly this come out since the last look? */
static bool told(const char *words)
{
    bool right = strcmp(log_text, words) == 0;

    if (!right) printf("# wanted \"%s\"\n# got    \"%.300s\"\n", words, log_text);
    log_size = 0;
    log_text[0] = '\0';
    return right;
}

/* What a server does: it takes the next item, and keeps one that comes in parts. */
static void take_items(void)
{
    struct text rest = up.items;
    uint64_t whole = up.number;
    struct part part;
    struct row row;

    while (frame_next(&rest, &row)) {
        if (row.kind != ITEM_PART) {
            if (whole++ == arrived + 1) arrived++;
            continue;
        }
        if (!part_decode(row.bytes, &part)) abort();
        if (part.number != arrived + 1) continue;
        if (coming.row && coming.size != part.whole) abort(); /* an item is always the same bytes */
        if (!assembly_add(&coming, &part)) abort();
        if (!assembly_whole(&coming)) continue;
        last_item = assembly_row(&coming).bytes.size;
        assembly_drop(&coming);
        arrived++;
    }
}

static void on_send(void *context, const void *bytes, size_t size)
{
    uint64_t of;

    (void)context;
    memcpy(packet, bytes, size);
    too_large += size > PACKET_SEND_LIMIT;
    sent++;
    last_sent_at = now;
    if (!packet_session(packet, size, &of) || of != session) abort();
    if (!packet_open(packet, size, keys.up, &of) || of != up_counter + 1) abort();
    up_counter = of;
    struct text body = {(char *)packet + PACKET_HEAD, size - PACKET_EXTRA};
    if (!up_decode(body, &up)) abort();
    if (up.items.size > 0) memcpy(items, up.items.bytes, up.items.size);
    items_size = up.items.size;
    if (items_size > 0) with_items++;
    up.items.bytes = (char *)items;
    if (up.items.size > 0 && peer_below(2) == 0) take_items();
}

static bool has_space(void *context)
{
    (void)context;
    return room_left;
}

/* --- what goes in --- */

static unsigned char rows[PACKET_LIMIT];
static size_t rows_size;

static void add(const struct entry *entry)
{
    rows_size += entry_encode(entry, rows + rows_size);
}

static void say(const unsigned char *who, const char *name, uint64_t number, const char *text)
{
    add(&(struct entry){.kind = ENTRY_SAID, .member = who, .number = number,
                        .name = text_of(name), .text = text_of(text)});
}

static void member(enum entry_kind kind, const unsigned char *who, const char *name)
{
    add(&(struct entry){.kind = kind, .member = who, .name = text_of(name)});
}

/* Sends down what was added, from entry `first` on. Returns what membership_receive says. */
static bool down(uint64_t accepted, uint64_t first)
{
    static unsigned char out[PACKET_LIMIT];
    struct down head = {.accepted = accepted, .first = first};

    down_encode(&head, out + PACKET_HEAD);
    memcpy(out + PACKET_HEAD + FRAME_DOWN_HEAD, rows, rows_size);
    size_t size = packet_seal(out, FRAME_DOWN_HEAD + rows_size, session, ++counter, keys.down);
    rows_size = 0;
    return membership_receive(membership, out, size, now);
}

static bool probe(uint64_t number)
{
    unsigned char out[PACKET_EXTRA];
    size_t size = packet_seal(out, 0, session, number, keys.down);

    return membership_receive(membership, out, size, now);
}

static unsigned char answer[1024];
static size_t answer_size;

static void answer_begin(uint64_t start, uint64_t end, uint32_t total)
{
    session++;
    wire_put64(answer, session);
    memcpy(answer + 8, room_id, SEAL_ID);
    wire_put64(answer + 24, start);
    wire_put64(answer + 32, end);
    wire_put32(answer + 40, total);
    memcpy(answer + 44, alice, SEAL_ID);
    memset(answer + 60, 0, WELCOME_HEAD - 60); /* a start of zeros, nothing lost */
    answer_size = WELCOME_HEAD;
}

/* The server went back, and has heard so many items. */
static void welcome_back(enum welcome_back back, uint64_t accepted)
{
    wire_put64(answer + 76, accepted);
    answer[84] = (unsigned char)back;
}

static void list_member(const unsigned char *id, const char *name)
{
    memcpy(answer + answer_size, id, SEAL_ID);
    answer[answer_size + SEAL_ID] = (unsigned char)strlen(name);
    memcpy(answer + answer_size + SEAL_ID + 1, name, strlen(name));
    answer_size += SEAL_ID + 1 + strlen(name);
}

static bool admit(void)
{
    peer_fill(NULL, &keys, sizeof keys);
    made = keys;
    counter = up_counter = 0;
    return membership_admit(membership, &keys, (struct text){(char *)answer, answer_size}, now);
}

/* alice (or whoever `name` is) enters a room with herself and bob; entries 1 and 2 are old. */
static void begin(const unsigned char *with)
{
    struct membership_params params = {.user = text_of("alice"), .m = m, .secret = with,
                                       .random = peer_fill, .send = on_send, .tell = on_news,
                                       .has_space = has_space};

    membership_destroy(membership);
    now = 1000000;
    session = 7;
    sent = news_count = 0;
    log_size = 0;
    log_text[0] = '\0';
    room_left = true;
    membership = membership_create(&params);
    answer_begin(1, 3, 2);
    list_member(alice, "alice");
    list_member(bob, "bob");
    admit();
}

/* The same, and the two old entries have come. */
static void begin_in(const unsigned char *with)
{
    begin(with);
    member(ENTRY_JOINED, alice, "alice");
    member(ENTRY_JOINED, bob, "bob");
    down(0, 1);
    told("J:alice J:bob ");
    now += 300;
    membership_tick(membership, now);
    sent = 0;
}

static void pass(int64_t milliseconds)
{
    int64_t end = now + milliseconds;

    while (membership_due(membership) <= end) {
        if (membership_due(membership) > now) now = membership_due(membership);
        membership_tick(membership, now);
        if (membership_due(membership) <= now) abort(); /* it would spin */
    }
    now = end;
}

/* --- the answer --- */

static void entering(void)
{
    begin(NULL);
    ok(membership_state(membership) == MEMBERSHIP_HERE && sent == 1,
       "an admitted member sends a hello at once");
    ok(up.flags == FRAME_ANSWER_ME && up.read == 1 && up.from == 0 && up.number == 1
       && up.echo == 0 && up_counter == 1, "asks for an answer, and says where it is");
    const struct members *members = membership_members(membership);
    ok(members->count == 2 && members->total == 2 && members_find(members, bob)
       && text_equal(members_find(members, bob)->name, text_of("bob")),
       "the membership has the list of members");
    ok(memcmp(membership_host(membership), alice, SEAL_ID) == 0
           && memcmp(membership_id(membership), alice, SEAL_ID) == 0,
       "the membership has the host, alice herself");
    ok(!membership_connected(membership) && !membership_caught_up(membership),
       "the membership has no entry at first");
    member(ENTRY_JOINED, alice, "alice");
    member(ENTRY_JOINED, bob, "bob");
    ok(down(0, 1) && last_old && told("J:alice J:bob "), "earlier entries are reported as old");
    ok(membership_caught_up(membership) && membership_connected(membership),
       "the membership is up to date after them");
    ok(membership_members(membership)->count == 2, "a join of a listed member changes nothing");
}

/* What is said before the server knows our address is not looked at there, and would come twice. A
   slow path would be busy with it for as long as all of it takes. */
static void items_wait(void)
{
    char text[FRAME_SAY_LIMIT];
    unsigned taken = 0;

    memset(text, 'x', sizeof text);
    begin(NULL);
    with_items = 0;
    while (membership_say(membership, (struct text){text, sizeof text}, now, NULL) == MEMBERSHIP_OK)
        taken++;
    pass(SCHEDULE_TIMEOUT - 1);
    ok(taken == 64 && with_items == 0 && up.number == 1 && sent < 12,
       "items wait for the first probe, while the first datagram is repeated");
    probe(++counter);
    ok(with_items >= 10 && with_items <= 40, "as many items go out as may be on the way");

    answer_begin(1, 3, 2);
    list_member(alice, "alice");
    list_member(bob, "bob");
    with_items = 0;
    admit();
    pass(SCHEDULE_TIMEOUT - 1);
    ok(with_items == 0, "items wait for a probe when the member resumes");
    member(ENTRY_JOINED, alice, "alice");
    ok(down(0, 1) && with_items > 0, "anything else from the server is as good as a probe");
}

static void bad_answers(void)
{
    unsigned char good[128];
    bool refused = true;

    begin(NULL);
    memcpy(good, answer, answer_size);
    size_t size = answer_size;
    for (size_t cut = 0; cut < size; cut++) {
        /* at the end of a member: one fewer */
        if (cut == WELCOME_HEAD || cut == WELCOME_HEAD + 22) continue;
        struct membership *other = membership_create(&(struct membership_params){
            .user = text_of("alice"), .m = m, .random = peer_fill, .send = on_send,
            .tell = on_news});
        unsigned char *copy = malloc(cut + 1); /* so that a sanitizer sees what is read beyond */
        memcpy(copy, good, cut);
        if (membership_admit(other, &keys, (struct text){(char *)copy, cut}, now)) refused = false;
        free(copy);
        membership_destroy(other);
    }
    ok(refused, "an answer that is cut anywhere is refused");

    begin_in(NULL);
    memcpy(good, answer, answer_size);
    for (size_t i = 0; i < size; i++) {
        memcpy(answer, good, size);
        answer[i] ^= 0xFF;
        session = wire_get64(answer);
        admit(); /* may be taken, may be refused: must not crash */
    }
    memcpy(answer, good, size);
    session = wire_get64(answer);
    ok(admit(), "changed bytes do no harm");

    begin_in(NULL);
    struct { size_t at; unsigned char is; const char *what; } bad[] = {
        {8, 0xEE, "another room than before"}, {31, 0, "a start of 0"}, {39, 0, "an end of 0"},
        {24, 0x70, "a start far away"}, {WELCOME_HEAD + 17, ' ', "a name that is none"},
        {84, 3, "a loss of no known kind"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        answer_begin(1, 3, 1);
        list_member(alice, "alice");
        session--;
        wire_put64(answer, session);
        answer[bad[i].at] = bad[i].is;
        struct seal_keys before = keys;
        bool taken = admit();
        keys = before;
        ok(!taken, "%s is refused", bad[i].what);
    }
    counter = 100;
    up_counter = 3;
    say(bob, "bob", 1, "still here");
    ok(down(0, 3) && told("S:bob:still here "), "the old session continues after a refused answer");
}

/* --- the log --- */

static void order(void)
{
    begin_in(NULL);
    say(bob, "bob", 1, "one");
    say(bob, "bob", 2, "two");
    ok(down(0, 3) && told("S:bob:one S:bob:two ") && !last_old, "entries are told in order");
    say(bob, "bob", 2, "two");
    say(bob, "bob", 3, "three");
    ok(down(0, 4) && told("S:bob:three "), "a known entry is ignored");
    say(bob, "bob", 1, "one");
    ok(down(0, 3) && told(""), "a repeated datagram is ignored");

    say(bob, "bob", 5, "five");
    down(0, 7);
    say(bob, "bob", 6, "six");
    down(0, 8);
    ok(told(""), "early entries wait");
    say(bob, "bob", 4, "four");
    down(0, 6);
    ok(told("S:bob:four S:bob:five S:bob:six "),
       "early entries are reported when the hole is filled");

    say(bob, "bob", 9, "far");
    down(0, 9 + 512);
    say(bob, "bob", 7, "near");
    down(0, 9);
    ok(told("S:bob:near "), "beyond 512 entries nothing is kept");
    say(bob, "bob", 3, "again");
    down(0, 10);
    ok(told(""), "a line whose number does not rise is not shown");
    say(carol, "carol", 3, "from afar");
    down(0, 11);
    ok(told("S:carol:from afar "), "each sender has numbers of his own");

    unsigned char copy[PACKET_LIMIT];
    rows_size = 0;
    say(bob, "bob", 10, "twice");
    struct down head = {.accepted = 0, .first = 12};
    down_encode(&head, copy + PACKET_HEAD);
    memcpy(copy + PACKET_HEAD + FRAME_DOWN_HEAD, rows, rows_size);
    size_t size = packet_seal(copy, FRAME_DOWN_HEAD + rows_size, session, ++counter, keys.down);
    memcpy(packet, copy, size);
    rows_size = 0;
    ok(membership_receive(membership, copy, size, now)
           && !membership_receive(membership, packet, size, now) && told("S:bob:twice "),
       "a datagram counts once");
}

static void gaps(void)
{
    begin_in(NULL);
    say(bob, "bob", 1, "kept");
    down(0, 10);
    add(&(struct entry){.kind = ENTRY_GAP, .number = 20});
    say(bob, "bob", 2, "after");
    down(0, 3);
    ok(told("G7 S:bob:kept G9 S:bob:after "), "a gap is told, but not what came before it was one");
    ok(!membership_wants_resume(membership, now),
       "a gap does not bring a resume at once");
    pass(MEMBERSHIP_REFRESH_PAUSE);
    ok(membership_wants_resume(membership, now) && !membership_silent(membership, now),
       "a gap brings a resume after a pause");

    begin_in(NULL);
    add(&(struct entry){.kind = ENTRY_GAP, .number = 9});
    say(bob, "bob", 2, "after");
    down(0, 5);
    ok(told(""), "a gap that begins later waits for what is before it");
    say(bob, "bob", 1, "before");
    say(carol, "carol", 1, "me too");
    down(0, 3);
    ok(told("S:bob:before S:carol:me too G4 S:bob:after "),
       "earlier entries are reported before the gap");
    add(&(struct entry){.kind = ENTRY_GAP, .number = UINT64_MAX});
    down(0, 10);
    add(&(struct entry){.kind = ENTRY_GAP, .number = 1});
    down(0, 10);
    add(&(struct entry){.kind = ENTRY_GAP, .number = 10});
    say(bob, "bob", 9, "which number has this?");
    down(0, 10);
    ok(told("") && membership_state(membership) == MEMBERSHIP_HERE,
       "a gap that cannot be does nothing");

    say(bob, "b:b", 3, "who");
    say(bob, "bob", 4, "fine");
    down(0, 10);
    ok(told("G1 S:bob:fine "), "an entry that makes no sense counts as a gap of one");
    rows_size += frame_put(99, text_of("?"), rows + rows_size);
    rows_size += frame_put(ENTRY_CLOSED, text_of(""), rows + rows_size);
    rows_size += frame_put(ENTRY_SAID, text_of("too short"), rows + rows_size);
    say(bob, "bob", 5, "\xFF");
    say(bob, "bob", 6, "");
    say(bob, "bob", 7, "good");
    down(0, 12);
    ok(told("G1 G1 G1 S:bob:? S:bob:? S:bob:good "),
       "a row that is not a text is reported as unreadable");
    add(&(struct entry){.kind = ENTRY_NOTICE, .text = text_of("hello")});
    add(&(struct entry){.kind = ENTRY_NOTICE, .text = text_of("\xFF")});
    add(&(struct entry){.kind = ENTRY_NOTICE, .text = text_of("")});
    say(bob, "bob", 8, "more");
    down(0, 18);
    ok(told("N:hello S:bob:more "),
       "a notice has no number; one that is no text, or empty, is dropped");
}

/* Read as a number, what is there and lies behind it would be a gap of some entries. */
static void odd_gaps(void)
{
    static const char number[16] = {0, 0, 0, 0, 0, 0, 0, 9};
    unsigned wrong = 0;

    for (size_t size = 0; size <= sizeof number; size++) {
        if (size == 8) continue;
        begin_in(NULL);
        rows_size += frame_put(ENTRY_GAP, (struct text){number, size}, rows + rows_size);
        say(bob, "bob", 1, "after");
        down(0, 3);
        wrong += !told("G1 S:bob:after ");
    }
    ok(wrong == 0, "a gap whose number is short or long is one entry that nobody can read");
}

/* --- entries in parts --- */

static char long_text[FRAME_SAY_LIMIT + 1];

/* Sends down bytes `from` up to `to` of entry `number`: bob's line of that number, of `size`
   bytes. */
static void piece(uint64_t number, size_t size, size_t from, size_t to)
{
    static unsigned char row[FRAME_ENTRY_LIMIT];
    struct entry said = {.kind = ENTRY_SAID, .member = bob, .number = number,
                         .name = text_of("bob"), .text = {long_text, size}};
    struct part part = {.number = number, .whole = entry_encode(&said, row)};

    if (to > part.whole) to = part.whole;
    part.offset = from;
    part.bytes = (struct text){(char *)row + from, to - from};
    rows_size += part_encode(ENTRY_PART, &part, rows + rows_size);
}

/* Has bob's long line come out, and then these words? */
static bool told_long(size_t size, const char *then)
{
    static char words[LOG_SIZE];

    snprintf(words, sizeof words, "S:bob:%.*s %s", (int)size, long_text, then);
    return told(words);
}

static void parts(void)
{
    begin_in(NULL);
    piece(3, 2000, 0, 1100);
    down(0, 4);
    ok(told("") && sent == 0, "a part of an entry is not told");
    int64_t wait = membership_due(membership) - now;
    ok(wait >= 100 && wait <= 200, "the rest of an entry may take 100 to 200 ms");
    pass(99);
    piece(3, 2000, 0, 1100);
    down(0, 4);
    pass(99);
    ok(up.from == 0, "the time counts from the last part");
    pass(101);
    ok(up.read == 3 && up.from == 4, "a missing rest is a hole after that");
    piece(3, 2000, 1000, 3000);
    say(bob, "bob", 4, "next");
    down(0, 4);
    ok(told_long(2000, "S:bob:next "), "the rest makes it whole, and what follows it is told");
    pass(300);
    ok(up.read == 5 && up.from == 0, "the whole entry is acknowledged as one");
    piece(3, 2000, 0, 1100);
    down(0, 5);
    pass(300);
    ok(up.read == 5 && up.from == 0 && told(""), "a part that comes again is passed over");

    begin_in(NULL);
    piece(3, 2000, 1000, 3000);
    down(0, 4);
    ok(sent == 1 && up.read == 3 && up.from == 4, "a part that was overtaken makes a hole at once");
    begin_in(NULL);
    piece(3, 2000, 0, 1000);
    down(0, 4);
    say(bob, "bob", 4, "next");
    down(0, 4);
    ok(sent == 1 && up.read == 3 && up.from == 4 && told(""),
       "a later entry makes a hole at once");
    piece(3, 2000, 1000, 3000);
    down(0, 5);
    ok(told_long(2000, "S:bob:next "), "the later entry waits for the hole");
    begin_in(NULL);
    piece(4, 2000, 0, 1000);
    down(0, 5);
    ok(sent == 1 && up.read == 3 && up.from == 5,
       "a part behind a hole is reported as one at once");

    begin_in(NULL);
    room_left = false;
    piece(3, 2000, 0, 1000);
    piece(3, 2000, 1000, 3000);
    down(0, 4);
    pass(500);
    ok(told("") && up.read == 3 && up.from == 0, "entries that wait for the owner are not a hole");
    room_left = true;
    membership_tick(membership, now);
    ok(told_long(2000, ""), "waiting entries are reported when the owner has space");
}

static void odd_parts(void)
{
    begin_in(NULL);
    piece(3, 2000, 0, 1000);
    piece(4, 2000, 0, 1000);
    down(0, 4);
    add(&(struct entry){.kind = ENTRY_GAP, .number = 5});
    say(bob, "bob", 5, "after");
    down(0, 3);
    ok(told("G2 S:bob:after "), "a gap takes away what has begun to come");
    pass(500);
    ok(up.read == 6 && up.from == 0, "nothing is missing after the gap");
    begin_in(NULL);
    piece(3, 2000, 0, 1000);
    down(0, 4);
    piece(3, 1999, 0, 1000);
    down(0, 4);
    piece(3, 2000, 1000, 3000);
    down(0, 4);
    ok(told(""), "parts of another size do not make an entry");
    piece(3, 2000, 0, 1000);
    down(0, 4);
    ok(told_long(2000, ""), "parts of one size make the entry");
    piece(4, 2000, 0, 1000);
    down(0, 5);
    say(bob, "bob", 4, "whole");
    down(0, 4);
    ok(told("S:bob:whole "), "a whole entry needs no parts");
    piece(5 + 512, 10, 0, 5);
    piece(2, 10, 0, 5);
    piece(UINT64_MAX, 10, 0, 5);
    down(0, 5);
    pass(300);
    ok(up.read == 5 && up.from == 0, "parts without a place are not kept");
    rows_size = frame_put(ENTRY_PART, text_of("no part at all"), rows);
    rows_size += frame_put(ENTRY_PART, text_of(""), rows + rows_size);
    say(bob, "bob", 5, "good");
    down(0, 5);
    ok(told("S:bob:good "), "invalid parts are ignored");
    pass(300);
    sent = 0;
    rows_size = frame_put(ENTRY_PART, text_of("no part at all"), rows);
    down(0, 6);
    pass(300);
    ok(sent == 0, "invalid parts are not acknowledged");
    unsigned char nothing[] = {ENTRY_SAID, 0, 9, 'x', 'y'};
    struct part part = {.number = 6, .whole = 5, .bytes = {(char *)nothing, 5}};
    rows_size = part_encode(ENTRY_PART, &part, rows);
    down(0, 7);
    ok(told("G1 "), "a whole that makes no sense counts as a gap of one");
    piece(7, 100, 0, 50);
    down(0, 8);
    answer_begin(9, 9, 1);
    list_member(alice, "alice");
    admit();
    ok(told("G2 "), "a begun entry is gone after a resume beyond it");
    say(bob, "bob", 9, "on");
    down(0, 9);
    pass(300);
    ok(told("S:bob:on ") && up.read == 10 && up.from == 0, "the log continues after that resume");
}

static void acknowledging(void)
{
    begin_in(NULL);
    say(bob, "bob", 1, "x");
    down(0, 3);
    ok(sent == 0 && membership_due(membership) >= now + 150
           && membership_due(membership) <= now + 300,
       "an entry is acknowledged after 150 to 300 ms");
    pass(300);
    ok(sent == 1 && up.read == 4 && up.from == 0 && up.flags == 0,
       "an acknowledgement says how far the member has read");
    say(bob, "bob", 1, "x");
    down(0, 3);
    pass(300);
    ok(sent == 2, "a repeated entry is acknowledged again");

    int64_t least = 1000, most = 0;
    for (int i = 0; i < 200; i++) {
        say(bob, "bob", 2, "x");
        down(0, 4 + (uint64_t)i);
        int64_t wait = membership_due(membership) - now;
        if (wait < least) least = wait;
        if (wait > most) most = wait;
        pass(300);
    }
    ok(least < 160 && most > 290, "the time until an acknowledgement varies");

    static const struct { uint32_t members; int64_t least, most; } large[] = {
        {400, 200, 400}, {1000, 500, 1000}, {10000, 1000, 2000}
    };
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        begin_in(NULL);
        answer_begin(1, 3, large[i].members);
        admit();
        down(0, 1);
        for (uint64_t n = 3; n < 200; n++) {
            say(bob, "bob", n, "x");
            down(0, n);
            int64_t wait = membership_due(membership) - now;
            wrong += wait < large[i].least || wait > large[i].most;
            pass(wait);
        }
    }
    ok(wrong == 0, "large rooms are acknowledged within a millisecond a member: %u", wrong);

    begin_in(NULL);
    unsigned entries = 0, fewest = 1000, highest = 0;
    uint64_t number = 3;
    for (int i = 0; i < 5000; i++) {
        say(bob, "bob", number, "x");
        sent = 0;
        down(0, number++);
        entries++;
        if (sent == 0) continue;
        if (entries < fewest) fewest = entries;
        if (entries > highest) highest = entries;
        entries = 0;
    }
    ok(fewest >= 128 && fewest < 150 && highest <= 256 && highest > 230,
       "many entries are acknowledged after 128 to 256: %u, %u", fewest, highest);

    begin_in(NULL);
    static char longest[FRAME_SAY_LIMIT + 1];
    memset(longest, 'x', FRAME_SAY_LIMIT);
    for (number = 3; sent == 0; number++) {
        say(bob, "bob", number, longest);
        down(0, number);
    }
    ok(number - 3 == 10, "entries are acknowledged after 32 KiB");

    begin_in(NULL);
    say(bob, "bob", 3, "x");
    down(0, 5);
    ok(sent == 1 && up.read == 3 && up.from == 5, "a hole is told at once");
    say(bob, "bob", 4, "x");
    down(0, 6);
    ok(sent == 1, "a hole is not reported again at once");
    pass(20);
    ok(sent == 2 && up.from == 5, "a hole is reported again after 20 ms");
    sent = 0;
    pass(1000);
    ok(sent >= 5 && sent <= 10 && up.from == 5,
       "a hole is reported from time to time until it is filled");
    say(bob, "bob", 1, "x");
    say(bob, "bob", 2, "x");
    down(0, 3);
    pass(300);
    ok(up.from == 0 && up.read == 7, "a filled hole is not reported");
}

/* What the owner cannot take waits, and the log with it. */
static void waiting(void)
{
    begin_in(NULL);
    room_left = false;
    say(bob, "bob", 1, "one");
    say(bob, "bob", 2, "two");
    ok(down(0, 3) && told(""), "an owner that has no room is told nothing");
    pass(500);
    ok(up.read == 3 && up.from == 0, "entries that wait for the owner are not acknowledged");
    room_left = true;
    membership_tick(membership, now);
    ok(told("S:bob:one S:bob:two "), "entries are reported when the owner has space");
    pass(300);
    ok(up.read == 5, "the reported entries are acknowledged");
}

/* --- items --- */

static bool item_is(enum item_kind kind, const char *text)
{
    struct text rest = up.items;
    struct row row;

    return frame_next(&rest, &row) && row.kind == kind && text_equal(row.bytes, text_of(text));
}

static void saying(void)
{
    uint64_t number = 0;

    begin_in(NULL);
    ok(membership_say(membership, text_of("hello"), now, &number) == MEMBERSHIP_OK && number == 1
           && sent == 1 && up.number == 1 && item_is(ITEM_SAY, "hello"),
       "a line is sent at once");
    ok(!membership_all_acked(membership) && membership_unacked(membership) == 1,
       "a line is unacknowledged after sending");
    pass(299);
    ok(sent == 1, "a line is not sent again within 300 ms");
    pass(1);
    ok(sent == 2 && item_is(ITEM_SAY, "hello") && up.flags == FRAME_ANSWER_ME,
       "a line is sent again after 300 ms, and asks for an answer");
    with_items = 0;
    pass(20000);
    ok(with_items >= 10 && with_items <= 13, "a line is repeated at most every two seconds: %u",
       with_items);
    say(alice, "alice", 1, "hello");
    say(alice, "alice", 1, "hello");
    down(1, 3);
    ok(told("S:alice:hello ") && last_own && last_number == 1,
       "a line is delivered when it comes back, once");
    ok(membership_all_acked(membership), "a delivered line is acknowledged");
    pass(300);
    sent = 0;
    pass(10000);
    ok(sent == 0, "nothing is sent after that");

    ok(membership_say(membership, text_of(""), now, NULL) == MEMBERSHIP_BAD_TEXT,
       "an empty line is refused");
    ok(membership_say(membership, text_of("\xFF"), now, NULL) == MEMBERSHIP_BAD_TEXT,
       "a line that is not text is refused");
    static char longest[FRAME_SAY_LIMIT + 2];
    memset(longest, 'x', FRAME_SAY_LIMIT + 1);
    ok(membership_say(membership, text_of(longest), now, NULL) == MEMBERSHIP_TOO_LONG,
       "a line of 3601 bytes is refused");
    longest[FRAME_SAY_LIMIT] = '\0';
    ok(membership_say(membership, text_of(longest), now, NULL) == MEMBERSHIP_OK, "3600 can");
    membership_say(membership, text_of("behind it"), now, NULL);
    ok(up.number == 3 && item_is(ITEM_SAY, "behind it"),
       "the next line goes into the next datagram");
    sent = 0;
    pass(400);
    ok(sent == 4 && too_large == 0 && up.number == 3,
       "unacknowledged lines are sent again in order, in small datagrams");
    down(2, 4);
    ok(membership_unacked(membership) == 1, "an acknowledged line is dropped");
    down(77, 4);
    ok(membership_unacked(membership) == 1, "an acknowledgement of unsent lines is ignored");
}

/* The server does not take an item yet: `wait` with so many milliseconds. */
static void told_to_wait(uint64_t accepted, uint32_t time)
{
    unsigned char bytes[4] = {(unsigned char)(time >> 24), (unsigned char)(time >> 16 & 255),
                              (unsigned char)(time >> 8 & 255), (unsigned char)(time & 255)};

    rows_size = frame_put(ENTRY_WAIT, (struct text){(char *)bytes, sizeof bytes}, rows);
    down(accepted, 3);
}

static void told_when(void)
{
    begin_in(NULL);
    membership_say(membership, text_of("one"), now, NULL);
    membership_say(membership, text_of("two"), now, NULL);
    sent = with_items = 0;
    told_to_wait(1, 700);
    ok(membership_unacked(membership) == 1 && with_items == 0,
       "an item that is not taken waits as long as the server asks");
    membership_say(membership, text_of("three"), now, NULL);
    pass(699);
    ok(with_items == 0, "the items behind a waiting item wait, too");
    pass(1);
    ok(with_items == 1 && up.number == 2 && up.items.size == 2 * FRAME_ROW + 8,
       "all waiting items are sent after the wait");
    for (int i = 0; i < 20; i++) {
        told_to_wait(1, 100);
        pass(100);
    }
    ok(with_items == 21, "the wait does not double, however often it is told");
    pass(300);
    ok(with_items == 22, "the timeout does not double after waits");
    told_to_wait(1, 700);
    told_to_wait(1, 0);
    ok(with_items == 23, "everything is sent at once when there is space again");
    told_to_wait(1, UINT32_MAX);
    pass(OUTBOX_WAIT_LIMIT);
    ok(with_items == 24, "no server can make it wait for ever");
    told_to_wait(3, 700);
    membership_say(membership, text_of("four"), now, NULL);
    ok(membership_unacked(membership) == 1 && with_items == 25,
       "a wait after all items were taken is ignored");
    ok(told(""), "a wait is no entry");
    told_to_wait(3, 700);
    sent = 0;
    admit();
    probe(9000);
    ok(with_items == 26, "a new session does not wait");
}

static void many_items(void)
{
    unsigned count = 0;
    char text[32];

    begin_in(NULL);
    while (snprintf(text, sizeof text, "line %u", count) > 0
           && membership_say(membership, text_of(text), now, NULL) == MEMBERSHIP_OK) count++;
    ok(count == 64 && !membership_takes(membership), "at most 64 lines are unacknowledged");
    sent = 0;
    pass(400);
    ok(sent < 5, "many short ones go in one datagram: %u", sent);
    down(60, 3);
    ok(membership_takes(membership) && membership_unacked(membership) == 4,
       "more lines fit after an acknowledgement");

    begin_in(NULL); /* half of the datagrams are lost now */
    arrived = 0;
    static char longest[FRAME_SAY_LIMIT + 1];
    memset(longest, 'x', FRAME_SAY_LIMIT);
    for (count = 0; count < 64; count++) membership_say(membership, text_of(longest), now, NULL);
    ok(sent >= 38 && sent <= 41, "long ones go out 32 KiB at a time: %u", sent);
    for (int i = 0; i < 10000 && arrived < 64; i++) {
        down(arrived, 3);
        pass(50);
    }
    ok(arrived == 64 && last_item == FRAME_SAY_LIMIT && too_large == 0,
       "all lines arrive in the end");
}

/* Of lines of each size, the parts of it that come up; then all of it again. */
static void long_items(void)
{
    static char text[FRAME_SAY_LIMIT + 1];
    unsigned wrong = 0;

    for (size_t size = 1; size <= FRAME_SAY_LIMIT; size += 1 + size / 40) {
        begin_in(size % 2 == 0 ? secret : NULL);
        memset(text, 'x', size);
        text[size] = '\0';
        membership_say(membership, text_of("first"), now, NULL);
        membership_say(membership, text_of(text), now, NULL);
        unsigned once = sent;
        wrong += membership_unacked(membership) != 2;
        pass(300); /* first is packed with it now, if there is room */
        wrong += sent < 2 * once - 1 || sent > 2 * once;
    }
    ok(wrong == 0 && too_large == 0, "lines of any size make datagrams of at most 1200: %u", wrong);

    begin_in(NULL);
    membership_say(membership, text_of(text), now, NULL);
    struct text rest = up.items;
    struct row row;
    struct part part;
    ok(sent == 4 && frame_next(&rest, &row) && row.kind == ITEM_PART
           && part_decode(row.bytes, &part) && part.number == 1
           && part.offset + part.bytes.size == part.whole && up.number == 2,
       "the last part says that what comes behind it is another item");
    down(1, 3);
    ok(membership_all_acked(membership), "a line in parts is acknowledged as one");
    begin_in(NULL);
    for (int i = 0; i < 5; i++) membership_say(membership, text_of(text), now, NULL);
    down(3, 3);
    sent = 0;
    answer_begin(3, 3, 1);
    list_member(alice, "alice");
    admit();
    probe(++counter);
    ok(sent == 1 + 8 && up.number == 6,
       "a resume sends the unacknowledged lines from their beginning");
}

static void kicking(void)
{
    begin_in(NULL);
    ok(membership_kick(membership, text_of("dora"), now) == MEMBERSHIP_NOBODY,
       "a kick of an unknown name is refused");
    ok(membership_kick(membership, text_of("alice"), now) == MEMBERSHIP_ONESELF,
       "a kick of oneself is refused");
    ok(membership_kick(membership, text_of("bob"), now) == MEMBERSHIP_OK
           && item_is(ITEM_KICK, "bob"),
       "the host can");
    member(ENTRY_KICKED, bob, "bob");
    down(1, 3);
    ok(told("P:bob ") && membership_members(membership)->count == 1, "a kicked member is removed");
    answer_begin(4, 4, 1);
    list_member(alice, "alice");
    memcpy(answer + 44, bob, SEAL_ID);
    admit();
    ok(membership_kick(membership, text_of("bob"), now) == MEMBERSHIP_NOT_HOST,
       "a kick by a guest is refused");
    answer_begin(4, 4, 1000);
    list_member(alice, "alice");
    admit();
    ok(membership_kick(membership, text_of("dora"), now) == MEMBERSHIP_OK,
       "a kick of a member that the list may lack is sent");
}

static void leaving(void)
{
    begin_in(NULL);
    membership_say(membership, text_of("bye"), now, NULL);
    membership_leave(membership, now);
    ok(item_is(ITEM_LEAVE, "") && up.number == 2 && membership_state(membership) == MEMBERSHIP_HERE,
       "leaving is an item like others");
    ok(membership_say(membership, text_of("no"), now, NULL) == MEMBERSHIP_FULL,
       "nothing can be said after leaving");
    pass(400);
    ok(item_is(ITEM_SAY, "bye"), "a leave is repeated with the line before it");
    say(alice, "alice", 1, "bye");
    add(&(struct entry){.kind = ENTRY_LEFT, .member = alice, .name = text_of("alice")});
    sent = 0;
    down(2, 3);
    ok(membership_state(membership) == MEMBERSHIP_LEFT && told("S:alice:bye L0:alice ") && sent == 1
           && up.read == 5,
       "an acknowledged leave ends the membership");
    ok(membership_due(membership) == MEMBERSHIP_NEVER && !down(2, 5),
       "nothing comes or goes after the end");

    begin_in(NULL);
    membership_leave(membership, now);
    add(&(struct entry){.kind = ENTRY_CLOSED, .why = CLOSED_HOST_LEFT});
    down(1, 3);
    ok(membership_state(membership) == MEMBERSHIP_LEFT,
       "a host that leaves closes the room, but has left");
    begin_in(NULL);
    add(&(struct entry){.kind = ENTRY_CLOSED, .why = CLOSED_SHUTDOWN});
    say(bob, "bob", 1, "a ghost");
    down(0, 3);
    ok(membership_state(membership) == MEMBERSHIP_CLOSED && told("C2 ") && up.read == 4,
       "a room that is closed");
    begin_in(NULL);
    member(ENTRY_KICKED, alice, "alice");
    down(0, 3);
    ok(membership_state(membership) == MEMBERSHIP_KICKED && told("P:alice ") && last_own,
       "a kick ends the membership");
    ok(!admit(), "a kicked member cannot be admitted again");

    begin_in(NULL);
    for (int i = 0; i < 64; i++) membership_say(membership, text_of("x"), now, NULL);
    membership_leave(membership, now);
    down(64, 3);
    ok(item_is(ITEM_LEAVE, "") && up.number == 65, "leaving waits for a place, if there is none");
}

/* --- members --- */

static void members(void)
{
    begin_in(NULL);
    member(ENTRY_JOINED, carol, "carol");
    down(0, 3);
    const struct members *members = membership_members(membership);
    ok(members->count == 3 && members->total == 3 && members_find(members, carol),
       "a member that joins is listed");
    say(carol, "carol", 5, "I was here");
    add(&(struct entry){.kind = ENTRY_LEFT, .member = carol, .why = LEFT_LOST,
                        .name = text_of("carol")});
    down(0, 4);
    ok(told("J:carol S:carol:I was here L1:carol ") && members->count == 2
       && !members_find(members, carol), "a member that leaves is removed from the list");
    member(ENTRY_JOINED, carol, "carol");
    say(carol, "carol", 5, "I was here");
    say(carol, "carol", 6, "and am");
    down(0, 6);
    ok(told("J:carol S:carol:and am "), "has its last number remembered when it comes back");

    /* Coming back: the list says all up to entry 20. */
    answer_begin(9, 20, 2);
    list_member(alice, "alice");
    list_member(carol, "carol");
    admit();
    ok(members->count == 2 && !members_find(members, bob), "a new list takes the place of the old");
    member(ENTRY_JOINED, bob, "bob");
    down(0, 9);
    ok(told("J:bob ") && members->count == 2, "entries from before the new list change nothing");
    for (uint64_t i = 10; i < 20; i++) say(carol, "carol", i, "x");
    member(ENTRY_JOINED, bob, "bob");
    down(0, 10);
    ok(members->count == 3, "entries after the new list change it");
    say(carol, "carol", 19, "x");
    log_size = 0;
    log_text[0] = '\0';
    down(0, 21);
    ok(told(""), "the last numbers of the members are kept");

    answer_begin(22, 22, 5000);
    list_member(alice, "alice");
    admit();
    ok(members->total == 5000 && members_hidden(members), "a list that was cut");
    add(&(struct entry){.kind = ENTRY_LEFT, .member = bob, .name = text_of("bob")});
    down(0, 22);
    ok(members->total == 4999, "a member that the cut list lacks leaves");
    log_size = 0;

    begin_in(NULL);
    unsigned char id[SEAL_ID] = {0};
    for (unsigned i = 0; i < 10000; i++) {
        char name[16];
        wire_put32(id, i + 1);
        snprintf(name, sizeof name, "n%u", i);
        member(ENTRY_JOINED, id, name);
        down(0, 3 + i);
        log_size = 0;
    }
    members = membership_members(membership);
    ok(members->count == 10002, "ten thousand members join");
    bool found = true;
    for (unsigned i = 0; i < 10000; i++) {
        wire_put32(id, i + 1);
        if (!members_find(members, id)) found = false;
        if (i % 2 == 0) continue;
        add(&(struct entry){.kind = ENTRY_LEFT, .member = id, .name = text_of("x")});
        down(0, 10003 + i / 2);
        log_size = 0;
    }
    ok(found && members->count == 5002 && members->total == 5002, "half of these members leave");
}

/* --- time --- */

static void silence(void)
{
    begin_in(NULL);
    pass(17000);
    ok(sent == 0, "nothing is sent in 17 seconds of silence");
    pass(3001);
    ok(sent >= 1 && up.flags == FRAME_ANSWER_ME, "an answer is asked for within 20 seconds");
    pass(2000);
    ok(!membership_wants_resume(membership, now), "the answer may take some time");
    down(0, 3);
    sent = 0;
    pass(10000);
    ok(sent == 0 && !membership_wants_resume(membership, now), "an answer is enough");
    pass(10000 + SCHEDULE_TIMEOUT);
    ok(membership_wants_resume(membership, now) && membership_silent(membership, now),
       "the member wants to resume without an answer");
    down(0, 3);
    ok(!membership_wants_resume(membership, now),
       "the member does not want to resume after a late answer");

    membership_doubt(membership, now);
    pass(500);
    ok(up.flags == FRAME_ANSWER_ME, "a bad sign makes it ask");
    membership_say(membership, text_of("still unheard"), now, NULL);
    pass(SCHEDULE_TIMEOUT);
    ok(membership_silent(membership, now), "the member wants to resume after a doubt");
    unsigned char starts[REQUEST_STARTS * REQUEST_START];
    struct request request = {.operation = TCRP_JOIN};
    uint64_t until;
    membership_position(membership, &request, starts);
    ok(memcmp(request.room_id, room_id, SEAL_ID) == 0 && request.next == 3 && request.number == 0,
       "the resume names the next entry");
    ok(request.starts == 1 && memcmp(request_start(&request, 0, &until), answer + 60, SEAL_ID) == 0
           && until == 3, "the resume names the start");
    answer_begin(3, 5, 2);
    list_member(alice, "alice");
    list_member(bob, "bob");
    sent = 0;
    ok(admit() && sent == 1 && up_counter == 1 && up.echo == 0 && items_size == 0,
       "the member sends its position under the new keys");
    ok(probe(++counter) && sent == 2 && up.number == 1 && item_is(ITEM_SAY, "still unheard"),
       "unacknowledged lines are sent with the proof of the address");
    ok(!membership_silent(membership, now) && !membership_connected(membership),
       "the time of silence counts anew after a resume");
    say(bob, "bob", 1, "meanwhile");
    say(alice, "alice", 1, "still unheard");
    down(1, 3);
    ok(told("S:bob:meanwhile S:alice:still unheard ") && !last_old,
       "the membership continues after the resume");
    answer_begin(9, 9, 2);
    list_member(alice, "alice");
    list_member(bob, "bob");
    admit();
    ok(told("G4 "), "entries that the server has dropped are a gap");

    add(&(struct entry){.kind = ENTRY_LEFT, .member = alice, .why = LEFT_LOST,
                        .name = text_of("alice")});
    down(1, 9);
    ok(membership_state(membership) == MEMBERSHIP_HERE && membership_silent(membership, now),
       "a dropped member resumes");
    answer_begin(10, 11, 2);
    list_member(alice, "alice");
    list_member(bob, "bob");
    admit();
    member(ENTRY_JOINED, alice, "alice");
    down(1, 10);
    ok(!membership_silent(membership, now) && told("L1:alice J:alice "),
       "the dropped member has joined again");
}

/* --- when the server was started again --- */

/* An announcement of start `id` to who was under start `before`; these are ids of one byte, over
   and over. */
static bool announce(unsigned char id, unsigned char before, uint64_t end, uint64_t accepted)
{
    unsigned char ids[2][SEAL_ID], bytes[PACKET_ANNOUNCEMENT], key[SEAL_KEY];
    struct announcement announcement = {session, 7, ids[0], ids[1], end, accepted};

    memset(ids[0], id, SEAL_ID);
    memset(ids[1], before, SEAL_ID);
    seal_key_of_start(made.down, ids[0], key);
    packet_announce(&announcement, key, bytes);
    return membership_receive(membership, bytes, sizeof bytes, now);
}

/* What the server does, too, when it knows of the start. */
static void start_with(unsigned char id)
{
    unsigned char bytes[SEAL_ID];

    memset(bytes, id, SEAL_ID);
    seal_key_of_start(made.up, bytes, keys.up);
    seal_key_of_start(made.down, bytes, keys.down);
}

static void announced(void)
{
    unsigned char starts[REQUEST_STARTS * REQUEST_START];
    struct request request = {.operation = TCRP_JOIN};
    uint64_t until;

    begin_in(NULL);
    membership_say(membership, text_of("one"), now, NULL);
    say(alice, "alice", 1, "one");
    down(1, 3);
    told("S:alice:one ");
    membership_say(membership, text_of("not heard"), now, NULL);
    sent = 0;
    ok(!announce(1, 9, 4, 1) && sent == 0,
       "an announcement for another start's members gets no answer");
    start_with(1);
    ok(announce(1, 0, 4, 1) && sent == 1 && up.echo == 7 && item_is(ITEM_SAY, "not heard"),
       "a restart without loss brings new keys and repeats unacknowledged lines");
    ok(told("") && !membership_wants_resume(membership, now),
       "the user is not told about a restart without loss");
    membership_position(membership, &request, starts);
    const unsigned char *id = request_start(&request, 1, &until);
    ok(request.starts == 2 && request_start(&request, 0, &until)[0] == 1 && id[0] == 0,
       "the position has both starts");
    sent = 0;
    ok(!announce(1, 0, 4, 1) && sent == 0, "a repeated announcement has no effect");
    probe(8);
    ok(sent == 0, "a probe right behind an announcement gets no second answer");
    say(bob, "bob", 1, "on");
    down(2, 4);
    ok(told("S:bob:on "), "the membership continues after the restart");
    start_with(2);
    ok(announce(2, 1, 3, 2) && membership_wants_resume(membership, now)
           && !membership_silent(membership, now) && sent == 0,
       "lost entries make the member resume over TCP");

    begin_in(NULL);
    uint64_t before = counter;
    down(0, 3);
    start_with(1);
    announce(1, 0, 3, 0);
    counter = before; /* the server counts its datagrams anew, under the new keys */
    say(bob, "bob", 1, "under the same number");
    ok(down(0, 3) && told("S:bob:under the same number "),
       "the server's numbers may begin anew under new keys");

    begin_in(NULL);
    before = counter;
    say(bob, "bob", 2, "early, in the log as it was");
    down(0, 4);
    start_with(1);
    announce(1, 0, 3, 0);
    counter = before;
    say(bob, "bob", 1, "now");
    ok(down(0, 3) && told("S:bob:now "), "what came too early from an earlier start is dropped");

    begin_in(NULL);
    membership_say(membership, text_of("one"), now, NULL);
    down(1, 3);
    ok(announce(1, 0, 3, 0) && membership_wants_resume(membership, now),
       "lost items make the member resume over TCP");
    for (size_t i = 8; i < 40; i++) {
        unsigned char bytes[PACKET_ANNOUNCEMENT] = {0};
        wire_put64(bytes, session);
        bytes[i] = 0x80;
        membership_receive(membership, bytes, sizeof bytes, now);
    }
    ok(!announce(0, 0, UINT64_MAX, 0), "a log without an end is none");
}

/* The past that counts is the one that the answer is about. */
static void other_pasts(void)
{
    unsigned char starts[REQUEST_STARTS * REQUEST_START];
    struct request request = {.operation = TCRP_JOIN};
    uint64_t until, oldest;

    begin_in(NULL);
    say(bob, "bob", 1, "read");
    down(0, 3);
    start_with(1);
    announce(1, 0, 9, 0);
    told("S:bob:read ");
    answer_begin(3, 4, 2);
    memset(answer + 60, 2, SEAL_ID);
    welcome_back(BACK_TO, 0);
    list_member(alice, "alice");
    list_member(bob, "bob");
    ok(admit() && told("B1 "), "the user is told that the server went back");
    membership_position(membership, &request, starts);
    request_start(&request, 1, &until);
    request_start(&request, 2, &oldest);
    ok(request.starts == 3 && until == 3 && oldest == 3,
       "entries beyond the loss count under no earlier start");

    begin_in(NULL);
    membership_position(membership, &request, starts);
    say(bob, "bob", 1, "on its way");
    down(0, 3);
    told("S:bob:on its way ");
    answer_begin(3, 4, 2);
    memset(answer + 60, 1, SEAL_ID);
    list_member(alice, "alice");
    list_member(bob, "bob");
    ok(admit() && told("") && membership_wants_resume(membership, now)
           && membership_start(membership)[0] == 0,
       "an answer from another start that came too late is asked again");
    membership_position(membership, &request, starts);
    wire_put64(answer + 24, 4);
    ok(admit() && told("") && !membership_wants_resume(membership, now)
           && membership_start(membership)[0] == 1,
       "the repeated answer is accepted");
}

/* Nothing is lost that was read, but of what was said the server knows nothing. */
static void unknown(void)
{
    begin_in(NULL);
    for (int i = 1; i <= 4; i++) {
        char line[2] = {(char)('0' + i), '\0'};
        membership_say(membership, text_of(line), now, NULL);
    }
    say(alice, "alice", 3, "3"); /* the others fell into a gap */
    down(4, 3);
    told("S:alice:3 ");
    answer_begin(4, 4, 2);
    welcome_back(BACK_NOT, 0);
    list_member(alice, "alice");
    list_member(bob, "bob");
    ok(admit() && told("X4:4 "),
       "items before a line in the log are kept, and later ones are lost");
}

static void losses(void)
{
    begin_in(NULL);
    for (int i = 1; i <= 3; i++) {
        char line[2] = {(char)('0' + i), '\0'};
        membership_say(membership, text_of(line), now, NULL);
        say(alice, "alice", (uint64_t)i, line);
    }
    down(3, 3);
    membership_kick(membership, text_of("bob"), now);
    membership_say(membership, text_of("5"), now, NULL);
    down(5, 6);
    told("S:alice:1 S:alice:2 S:alice:3 ");
    answer_begin(4, 4, 2);
    welcome_back(BACK_TO, 1);
    list_member(alice, "alice");
    list_member(bob, "bob");
    ok(admit() && told("B2 X2:2 X3:3 U:bob X5:5 "),
       "the user is told what the server has lost");
    say(bob, "bob", 1, "other");
    down(5, 4);
    ok(told("S:bob:other ") && !last_old, "the membership continues from the server's position");
    ok(membership_say(membership, text_of("6"), now, NULL) == MEMBERSHIP_OK && up.number == 6,
       "the member's numbers continue after the loss");
    answer_begin(2, 9, 2);
    welcome_back(BACK_NOWHERE, 5);
    list_member(alice, "alice");
    list_member(bob, "bob");
    ok(admit() && told("B0 "), "the user is told that the loss is unknown");
    say(bob, "bob", 1, "other");
    say(bob, "bob", 2, "new");
    down(5, 2);
    ok(told("S:bob:new "), "entries that were seen are not reported again");

    begin_in(NULL);
    membership_say(membership, text_of("in time"), now, NULL);
    say(alice, "alice", 1, "in time");
    down(1, 3);
    told("S:alice:in time ");
    answer_begin(4, 4, 1);
    list_member(alice, "alice");
    ok(admit() && told(""), "a line that is in the log is not lost, whatever the server remembers");
}

/* A server that asks after a second of silence wants to hear more than every 20 seconds. */
static void probes_for_silence(void)
{
    begin_in(NULL);
    ok(probe(++counter), "a probe right behind what was sent is about the address");
    down(0, 3);
    sent = 0;
    pass(10000);
    ok(sent == 0, "a probe right after sending changes nothing");
    begin_in(NULL);
    now = last_sent_at + SCHEDULE_PROBED - 1;
    probe(++counter);
    down(0, 3);
    sent = 0;
    pass(10000);
    ok(sent == 0, "a probe within a second of silence changes nothing");
    begin_in(NULL);
    now = last_sent_at + SCHEDULE_PROBED;
    probe(++counter);
    down(0, 3);
    sent = 0;
    pass(SCHEDULE_PROBED);
    ok(sent > 0, "a probe after a second of silence makes the client ask soon");
    begin_in(NULL);
    down(0, 3);
    sent = 0;
    pass(10000);
    now += SCHEDULE_PROBE_PAUSE;
    ok(probe(++counter) && sent == 1, "a probe after 10 seconds of silence is answered");
    down(0, 3);
    sent = 0;
    pass(8000);
    ok(sent == 1 && up.flags == FRAME_ANSWER_ME,
       "the client asks earlier than 10 seconds the next time");
    down(0, 3);
    sent = 0;
    pass(8000);
    ok(sent == 0, "the client asks later again without a probe");
    pass(1500);
    ok(sent == 1, "the interval grows by a quarter");
    for (unsigned i = 0; i < 10; i++) {
        down(0, 3);
        sent = 0;
        pass(17900);
    }
    ok(sent == 0, "the interval grows to its old length without probes");
    pass(2100);
    ok(sent > 0, "the interval does not grow beyond its old length");
    pass(SCHEDULE_TIMEOUT);
    ok(membership_silent(membership, now) && !membership_dropped(membership),
       "a short interval notices a lost server earlier");
    begin_in(NULL);
    rows_size = frame_put(ENTRY_LOST, text_of(""), rows);
    ok(!membership_silent(membership, now) && down(0, 3) && membership_silent(membership, now)
           && membership_dropped(membership),
       "told that it is lost, it resumes at once");
    ok(told("") && membership_state(membership) == MEMBERSHIP_HERE,
       "the notice of a loss is not an entry");
}

static void probes(void)
{
    begin(NULL);
    membership_say(membership, text_of("lost"), now, NULL);
    sent = 0;
    ok(probe(50) && sent == 1 && up.echo == 50 && item_is(ITEM_SAY, "lost"),
       "a probe is answered at once, with all that was not heard");
    ok(!membership_connected(membership), "a probe does not count as an answer");
    probe(51);
    ok(sent == 1, "a probe is not answered twice at once");
    membership_tick(membership, now + SCHEDULE_PROBE_PAUSE - 1);
    ok(sent == 1, "a probe is not answered before the pause is over");
    pass(SCHEDULE_PROBE_PAUSE);
    ok(sent == 2 && up.echo == 51, "a probe is answered after the pause");
    probe(49);
    pass(SCHEDULE_PROBE_PAUSE);
    ok(up.echo == 51, "an older probe is not echoed");
    sent = 0;
    now += SCHEDULE_PROBE_PAUSE;
    ok(probe(51) && sent == 1, "the last one may be asked again");
    now += SCHEDULE_PROBE_PAUSE;
    ok(!probe(50) && sent == 1, "an older probe is refused");
    for (int i = 0; i < 60; i++) {
        pass(SCHEDULE_PROBE_PAUSE);
        probe(51);
    }
    ok(membership_silent(membership, now), "a repeated probe does not prevent a resume");
}

/* --- passwords --- */

static void sealed_say(const unsigned char *who, const char *name, uint64_t number,
                       const char *text, const unsigned char *with)
{
    char out[FRAME_TEXT_LIMIT];
    struct password_line line = {room_id, who, text_of(name), number, text_of(text)};

    password_seal(with, &line, out);
    add(&(struct entry){.kind = ENTRY_SAID, .member = who, .number = number,
                        .name = text_of(name), .text = {out, strlen(text) + SEAL_TAG}});
}

static void passwords(void)
{
    static char longest[FRAME_TEXT_LIMIT + 2];
    unsigned char first[PACKET_LIMIT], other[SEAL_KEY] = {1};

    begin_in(secret);
    sealed_say(bob, "bob", 1, "between us", secret);
    ok(down(0, 3) && told("S:bob:between us "), "a member with the password can read");
    sealed_say(bob, "bob", 2, "not for us", other);
    say(bob, "bob", 3, "open");
    sealed_say(bob, "rob", 4, "my name", secret);
    down(0, 4);
    rows_size = 0;
    ok(told("S:bob:? S:bob:? S:rob:my name "), "a line that does not open is unreadable");
    sealed_say(bob, "bob", 9, "x", secret);
    rows[FRAME_ROW + SEAL_ID + 7]++; /* another number than it was sealed with */
    down(0, 7);
    sealed_say(bob, "bob", 9, "x", secret);
    rows[FRAME_ROW]++; /* another member */
    down(0, 8);
    sealed_say(bob, "bob", 9, "x", secret);
    rows[FRAME_ROW + SEAL_ID + 8 + 1] = 'r'; /* another name */
    down(0, 9);
    sealed_say(bob, "bob", 9, "", secret);
    down(0, 10);
    ok(told("S:bob:? S:bob:? S:rob:? S:bob:? "),
       "a line opens only with its number, member and name");
    sealed_say(bob, "bob", 5, "later", secret);
    down(0, 11);
    ok(told("S:bob:later "), "an unreadable line does not count as a number");
    memset(longest, 'x', FRAME_TEXT_LIMIT + 1);
    say(bob, "bob", 6, longest);
    down(0, 12);
    ok(told("S:bob:? "), "a text longer than any that was sealed is not shown as it came");
    sealed_say(bob, "bob", 1, "between us", secret);
    down(0, 13);
    ok(told(""), "an old line that is played again is not shown");

    membership_say(membership, text_of("mine"), now, NULL);
    size_t size = items_size;
    memcpy(first, items, size);
    ok(size == FRAME_ROW + 4 + SEAL_TAG && memcmp(items + FRAME_ROW, "mine", 4) != 0,
       "a line is sealed");
    pass(400);
    ok(items_size == size && memcmp(items, first, size) == 0,
       "a sealed line is repeated byte for byte");
    struct password_line line = {room_id, alice, text_of("alice"), 1,
                                 {(char *)items + FRAME_ROW, size - FRAME_ROW}};
    char plain[16];
    ok(password_open(secret, &line, plain) && memcmp(plain, "mine", 4) == 0,
       "others can open the sealed line");
    add(&(struct entry){.kind = ENTRY_SAID, .member = alice, .number = 1, .name = text_of("alice"),
                        .text = line.text});
    down(1, 14);
    ok(told("S:alice:mine ") && last_own, "the author can open the sealed line");
}

/* --- whatever may come --- */

static void damage(void)
{
    static unsigned char good[PACKET_LIMIT], copy[PACKET_LIMIT];
    struct down head = {.accepted = 0, .first = 3};
    bool silent = true;
    unsigned taken = 0, moved = 0;

    begin_in(NULL);
    say(bob, "bob", 1, "one");
    member(ENTRY_JOINED, carol, "carol");
    down_encode(&head, good + PACKET_HEAD);
    memcpy(good + PACKET_HEAD + FRAME_DOWN_HEAD, rows, rows_size);
    size_t body = FRAME_DOWN_HEAD + rows_size;
    rows_size = 0;
    memcpy(copy, good, sizeof copy);
    size_t size = packet_seal(copy, body, session, 500, keys.down);
    for (size_t i = 0; i < size * 8; i++) {
        memcpy(packet, copy, size);
        packet[i / 8] ^= (unsigned char)(1 << i % 8);
        if (membership_receive(membership, packet, size, now)) silent = false;
    }
    for (size_t cut = 0; cut < size; cut++) {
        memcpy(packet, copy, cut);
        if (membership_receive(membership, packet, cut, now)) silent = false;
    }
    ok(silent && told(""), "a datagram with any bit changed, or cut anywhere, is dropped");
    ok(membership_receive(membership, copy, size, now) && told("S:bob:one J:carol "),
       "the unchanged datagram is accepted");

    /* The same inside the seal: a server that talks nonsense. */
    for (size_t i = 0; i < body * 8; i++) {
        begin_in(NULL);
        memcpy(copy, good, sizeof copy);
        copy[PACKET_HEAD + i / 8] ^= (unsigned char)(1 << i % 8);
        size = packet_seal(copy, body, session, ++counter, keys.down);
        taken += membership_receive(membership, copy, size, now);
        if (membership_state(membership) == MEMBERSHIP_HERE) pass(1000);
    }
    for (size_t cut = 0; cut < body; cut++) {
        memcpy(copy, good, sizeof copy);
        begin_in(NULL);
        size = packet_seal(copy, cut, session, ++counter, keys.down);
        taken += membership_receive(membership, copy, size, now);
    }
    ok(taken == body * 9, "nonsense under the seal comes from the server: it counts as an answer");
    begin_in(NULL);
    for (int i = 0; i < 20000; i++) {
        if (membership_over(membership)) begin_in(NULL);
        wire_put64(copy + PACKET_HEAD, peer_below(4));
        wire_put64(copy + PACKET_HEAD + 8, peer_below(2000));
        size_t rest = 0;
        while (rest < 200) {
            unsigned char bytes[64];
            peer_fill(NULL, bytes, sizeof bytes);
            rest += frame_put((uint8_t)peer_below(9), (struct text){(char *)bytes, peer_below(64)},
                              copy + PACKET_HEAD + FRAME_DOWN_HEAD + rest);
        }
        size = packet_seal(copy, FRAME_DOWN_HEAD + rest, session, ++counter, keys.down);
        membership_receive(membership, copy, size, now);
        moved += up.read > 3;
        log_size = 0;
        if (membership_state(membership) == MEMBERSHIP_HERE) pass(peer_below(50));
    }
    ok(moved > 1000, "rows of random bytes are entries that nobody can read, or gaps");
    begin_in(NULL);
    say(bob, "bob", 1, "one");
    ok(down(0, 3) && told("S:bob:one "), "the next membership starts without leftovers");
}

/* Everything at once: lost, doubled, overtaken; and each entry comes once and in order. */
static void storm(void)
{
    enum { ENTRIES = 3000, WINDOW = 300 };
    char text[16], wanted[64];
    bool right = true;

    for (unsigned seed = 0; seed < 20; seed++) {
        begin_in(NULL);
        uint64_t told_up_to = 3;
        while (told_up_to < ENTRIES && right) {
            uint64_t first = up.read + (peer_below(2) == 0 ? 0 : peer_below(WINDOW));
            if (first > 10 && peer_below(4) == 0) first -= 1 + peer_below(5);
            uint64_t entry = first;
            if (first > 3 && peer_below(3) == 0) { /* some of another one, in parts */
                long_text[4] = '\0';
                snprintf(long_text, 5, "%04u", (unsigned)first - 1);
                piece(first - 1, 4, peer_below(20), 20 + peer_below(24));
            }
            for (unsigned i = 1 + peer_below(20); i > 0 && entry < ENTRIES; i--, entry++) {
                snprintf(text, sizeof text, "%04u", (unsigned)entry);
                say(bob, "bob", entry, text);
            }
            if (peer_below(5) == 0) rows_size = 0; /* lost */
            else down(0, first);
            char *next = log_text;
            while (*next != '\0' && right) {
                int size = snprintf(wanted, sizeof wanted, "S:bob:%04u ", (unsigned)told_up_to++);
                right = strncmp(next, wanted, (size_t)size) == 0;
                next += size;
            }
            log_size = 0;
            log_text[0] = '\0';
            pass(peer_below(60));
        }
    }
    ok(right, "lost, doubled and overtaken: each entry is told once and in order");
}

int main(void)
{
    unsigned char hash[SHA256_BYTES];

    plan(220);
    peer_fill(NULL, m, sizeof m);
    peer_fill(NULL, bob, sizeof bob);
    peer_fill(NULL, carol, sizeof carol);
    peer_fill(NULL, room_id, sizeof room_id);
    sha256(m, sizeof m, hash);
    memcpy(alice, hash, SEAL_ID);
    memset(long_text, 'x', FRAME_SAY_LIMIT);
    entering();
    items_wait();
    bad_answers();
    order();
    gaps();
    odd_gaps();
    parts();
    odd_parts();
    acknowledging();
    waiting();
    saying();
    told_when();
    many_items();
    long_items();
    kicking();
    leaving();
    members();
    silence();
    announced();
    unknown();
    losses();
    other_pasts();
    probes();
    probes_for_silence();
    passwords();
    damage();
    storm();
    membership_destroy(membership);
    return done();
}
