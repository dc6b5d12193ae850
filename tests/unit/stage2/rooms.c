/* links: stage2/admission/admission.c stage2/chat/chat.c stage2/chat/room.c */
/* links: stage2/base/quota.c */
/* links: stage2/base/bucket.c */
/* links: stage2/wire/request.c stage2/base/json.c */
/* links: stage2/wire/tcrp.c stage2/chat/gone.c stage2/wire/notice.c stage2/wire/protocol.c */
/* links: stage2/base/host.c stage2/base/table.c stage2/base/hash.c stage2/base/random.c */
/* links: stage2/base/address.c stage2/base/text.c stage2/base/program.c */
/*
 * The server of stage 2 without a network: rooms, hosts and tokens, in a time that the test makes
 * up. What would be sent is written down.
 */
#include "tap.h"
#include "wire/notice.h"

enum { PEERS = 64 };
#include "peers.h"

static const char *rooms_of[PEERS];
static char last[PEERS][TALK_LIMIT + 1];
static unsigned count[PEERS];
static size_t bytes_to[PEERS];
static enum delivery outcome[PEERS];

static enum delivery write_down(void *context, const struct address *to, const void *bytes,
                                size_t size)
{
    unsigned peer = host_port(to) - 1000u;

    (void)context;
    snprintf(last[peer], sizeof last[peer], "%.*s", (int)size, (const char *)bytes);
    count[peer]++;
    bytes_to[peer] += size;
    return outcome[peer];
}

static void forget(void)
{
    memset(last, 0, sizeof last);
    memset(count, 0, sizeof count);
    memset(bytes_to, 0, sizeof bytes_to);
}

static void begin(uint32_t members, uint32_t of_a_room)
{
    now = 1000000;
    memset(outcome, 0, sizeof outcome);
    forget();
    chat_create(&chat, &(struct chat_options){members, of_a_room, 60000, write_down, NULL}, now);
}

static enum tcrp_status asks(unsigned peer, enum tcrp_operation operation, const char *room,
                             const char *user)
{
    static unsigned serial;
    struct address from = address_of(peer);
    struct request request = {operation, text_of(room), text_of(user)};
    struct token token = {{0}};

    memcpy(token.bytes, &serial, sizeof serial);
    serial++;
    enum tcrp_status status = admission_request(&chat, &request, &from, &token, now);
    if (status == TCRP_OK) {
        tokens[peer] = token;
        rooms_of[peer] = room;
        admission_port(&chat, &token, (uint16_t)(1000 + peer));
    }
    return status;
}

static void says_from(unsigned peer, unsigned address, const char *room, const char *text)
{
    struct address from = address_of(address);
    char bytes[DATAGRAM_LIMIT];

    chat_receive(&chat, &from, bytes,
                 datagram_encode(text_of(room), &tokens[peer], text_of(text), bytes), now);
}

static void says(unsigned peer, const char *text)
{
    says_from(peer, peer, rooms_of[peer], text);
}

static bool got(unsigned peer, const char *expected)
{
    return strcmp(last[peer], expected) == 0;
}

static void life_of_a_room(void)
{
    begin(10, 10);
    ok(asks(1, TCRP_JOIN, "r", "alice") == TCRP_NO_ROOM,
       "a room that does not exist cannot be joined");
    ok(asks(1, TCRP_CREATE, "r", "alice") == TCRP_OK, "a room is created");
    ok(asks(2, TCRP_CREATE, "r", "bob") == TCRP_ROOM_EXISTS,
       "a second room of that name is refused");
    ok(asks(2, TCRP_JOIN, "r", "alice") == TCRP_NAME_TAKEN, "a name that is taken is refused");
    ok(asks(2, TCRP_JOIN, "r", "bob") == TCRP_OK, "bob joins the room");
    ok(asks(3, TCRP_CREATE, "s", "bob") == TCRP_OK, "another room may have another bob");
    pass(300);
    ok(got(1, "* alice and bob joined") && got(2, "* alice and bob joined") && count[3] == 0,
       "each room gets its own notices");
    says(1, "hello");
    ok(got(2, "alice: hello") && count[3] == 0 && count[1] == 1,
       "only the members of the room get a line");
    says(2, "//x");
    ok(got(1, "bob: /x"), "two leading slashes send one");
    says(1, "");
    ok(got(1, "* welcome, alice"), "a keepalive is answered");
    forget();
    says(1, "/leave");
    ok(got(2, "* the room is closed: the host has left") && count[1] == 0,
       "the room closes when its host leaves");
    says(2, "anyone?");
    ok(count[2] == 1 && chat.counts.dropped == 1, "the tokens of a closed room are invalid");
    ok(asks(2, TCRP_CREATE, "r", "bob") == TCRP_OK, "the room's name is free at once");
    ok(chat.rooms.room_count == 2 && chat.rooms.member_count == 2,
       "two rooms with two members are left");
    chat_destroy(&chat);
}

static void tokens_are_bound(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_CREATE, "s", "carol");
    pass(300);
    forget();
    says_from(2, 4, "r", "from another machine");
    says_from(2, 2, "s", "in another room");
    says_from(3, 3, "r", "with a token for another room");
    ok(count[1] == 0 && count[2] == 0 && count[3] == 0,
       "a token is invalid at another machine or in another room");
    struct token right = tokens[2];
    for (unsigned bit = 0; bit < 128; bit++) {
        tokens[2] = right;
        tokens[2].bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        says(2, "nearly right");
    }
    ok(count[1] == 0, "a token with one changed bit is invalid");
    tokens[2] = right;
    says(2, "right");
    ok(got(1, "bob: right"), "the right token is valid");
    chat_destroy(&chat);
}

static void commands(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    pass(300);
    says(2, "/who");
    ok(got(2, "* here: carol, bob, alice (host)"), "/who lists the members: %s", last[2]);
    says(2, "/kick carol");
    ok(got(2, "* only the host can do that"), "a guest cannot kick");
    says(1, "/kick dave");
    ok(got(1, "* nobody here is called dave"), "a kick of an unknown name is explained");
    says(1, "/kick alice");
    ok(got(1, "* you cannot kick yourself; /leave closes the room"), "a host cannot kick itself");
    says(1, "/kick");
    ok(got(1, "* say whom: /kick NAME"), "a kick without a name is explained");
    says(1, "/kick a:b");
    ok(got(1, "* nobody here is called that"), "an invalid name is not repeated");
    says(1, "/dance");
    ok(got(1, "* there is no such command; /help lists them"), "an unknown command is explained");
    forget();
    says(1, "/kick bob");
    ok(got(2, "* you were kicked by the host") && count[3] == 0, "the kicked is told at once");
    says(2, "still here?");
    pass(300);
    ok(got(3, "* bob was kicked by the host") && got(1, "* bob was kicked by the host"),
       "the others are told of a kick a little later");
    ok(count[2] == 1 && count[3] == 1, "the kicked is silent, and did not \"leave\" as well");
    ok(asks(2, TCRP_JOIN, "r", "bob") == TCRP_OK, "a kick is no ban");
    chat_destroy(&chat);
}

/* A host that kicks a crowd costs each that stays one notice, and not one for each of them. */
static void crowd_of_kicks(void)
{
    char name[16], kick[32];

    begin(64, 64);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    for (unsigned i = 3; i < 60; i++) {
        snprintf(name, sizeof name, "n%u", i);
        asks(i, TCRP_JOIN, "r", name);
    }
    pass(300);
    forget();
    for (unsigned i = 3; i < 60; i++) {
        snprintf(kick, sizeof kick, "/kick n%u", i);
        says(1, kick);
    }
    pass(300);
    ok(count[2] == 1 && got(2, "* n3, n4 and 55 others were kicked by the host"),
       "kicks are announced together: %s", last[2]);
    chat_destroy(&chat);
}

/* One that is out is told why, with what it had, once a second, and no larger than what came. */
static void told_again(void)
{
    static const char *const ends[] = {
        NULL, "* you were silent for 60 seconds and were taken out",
        "* you could not be reached and were taken out", "* you were kicked by the host",
        "* the room is closed: the host has left"};

    for (int way = 1; way <= 4; way++) {
        begin(10, 10);
        asks(1, TCRP_CREATE, "r", "alice");
        asks(2, TCRP_JOIN, "r", "bob");
        pass(40000);
        says(1, "");
        if (way == 1) pass(20500);
        if (way == 2) outcome[2] = DELIVERY_UNREACHABLE;
        for (int i = 0; i < 3; i++) says(1, "hello");
        if (way == 3) says(1, "/kick bob");
        if (way == 4) says(1, "/leave");
        outcome[2] = DELIVERY_SENT;
        forget();
        says(2, "a line of some bytes");
        ok(count[2] == 0, "a removed member is not told again at once");
        pass(2000);
        says(2, "");
        ok(count[2] == (strlen(ends[way]) <= 35), "the answer is never longer than what came");
        forget();
        pass(1000);
        says(2, "a line of some bytes");
        ok(count[2] == 1 && got(2, ends[way]), "a removed member is told why: %s", last[2]);
        for (int i = 0; i < 10; i++) says(2, "a line of some bytes");
        ok(count[2] == 1, "a removed member is told once a second");
        pass(1000);
        says_from(2, 3, "r", "a line of some bytes");
        ok(count[3] == 0, "another machine is not told");
        pass(GONE_MEMORY);
        says(2, "a line of some bytes");
        ok(count[2] == 1, "a removed member is not told after ten minutes");
        chat_destroy(&chat);
    }
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    says(2, "/leave");
    pass(2000);
    forget();
    says(2, "a line of some bytes, more than enough");
    ok(count[2] == 0, "a member that left by itself is not told");
    chat_destroy(&chat);
}

static void limits(void)
{
    static char text[TALK_LIMIT + 1], alice[201];

    begin(3, 2);
    memset(alice, 'a', 200); /* with a short name the datagram would be too long first */
    asks(1, TCRP_CREATE, "r", alice);
    asks(2, TCRP_JOIN, "r", "bob");
    ok(asks(3, TCRP_JOIN, "r", "carol") == TCRP_ROOM_FULL, "a full room refuses a member");
    ok(asks(3, TCRP_CREATE, "s", "carol") == TCRP_OK,
       "a server with a full room creates another one");
    ok(asks(4, TCRP_JOIN, "s", "dave") == TCRP_SERVER_FULL, "a full server refuses a member");
    ok(asks(4, TCRP_CREATE, "t", "dave") == TCRP_SERVER_FULL && chat.rooms.room_count == 2,
       "a full server creates no room");
    pass(300);
    memset(text, 'x', TALK_LIMIT - 202);
    says(1, text);
    ok(strlen(last[2]) == TALK_LIMIT, "4094 bytes with the name are passed on");
    forget();
    text[strlen(text)] = 'x';
    says(1, text);
    ok(count[2] == 0 && got(1, "* not delivered: longer than 4094 bytes with your name"),
       "4095 bytes are refused");
    says(1, "\xC3");
    ok(got(1, "* not delivered: the text is not valid UTF-8"),
       "a text that is not UTF-8 is refused");
    chat_destroy(&chat);
}

static void silence_and_strikes(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    pass(40000);
    says(1, "");
    says(3, "");
    pass(30000);
    ok(chat.rooms.member_count == 2 && got(1, "* bob left"), "a silent member is dropped");
    ok(got(2, "* you were silent for 60 seconds and were taken out"),
       "the dropped member is told why");
    outcome[3] = DELIVERY_UNREACHABLE;
    for (int i = 0; i < 3; i++) says(1, "hello?");
    pass(300);
    ok(chat.rooms.member_count == 1 && got(1, "* carol left"),
       "a member that cannot be reached is dropped");
    ok(chat.counts.unreachable == 3 && chat.counts.held_up == 0, "three failed sends are counted");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    pass(300);
    outcome[1] = DELIVERY_UNREACHABLE;
    outcome[3] = DELIVERY_SENT;
    for (int i = 0; i < 3; i++) says(2, "host?");
    ok(chat.rooms.room_count == 0 && got(3, "* the room is closed: the host has left"),
       "the room closes if its host cannot be reached");
    chat_destroy(&chat);

    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    for (int i = 0; i < 4; i++) {
        pass(20000);
        says(2, "");
    }
    ok(chat.rooms.room_count == 0 && got(1, "* you were silent for 60 seconds and were taken out")
       && got(2, "* the room is closed: the host has left"),
       "the room closes if its host is silent");
    chat_destroy(&chat);
}

/* Whoever leaves, the last one takes that place: the order of joining must not depend on
   recipients. */
static void order_of_joining(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    pass(300);
    for (unsigned peer = 4; peer < 9; peer++) {
        asks(peer, TCRP_JOIN, "r", (const char *[]){"d", "e", "f", "g", "h"}[peer - 4]);
    }
    says(2, "/leave");
    says(3, "/leave");
    says(5, "/leave");
    pass(300);
    ok(got(1, "* d, f and 2 others joined"),
       "joins are announced in order, without those that left: %s", last[1]);
    chat_destroy(&chat);
}

/* "room0000 TAB 1", and so on: of rooms with names of `size` bytes, a host in each. */
static void fill_rooms(unsigned rooms, size_t size)
{
    static char names[300][NAME_LIMIT + 1];

    for (unsigned i = 0; i < rooms; i++) {
        memset(names[i], 'x', size);
        names[i][size] = '\0';
        names[i][snprintf(names[i], 16, "room%04u", i)] = 'x';
        asks(i % PEERS, TCRP_CREATE, names[i], "host");
    }
}

static void the_list(void)
{
    static char list[TCRP_PAYLOAD_LIMIT + 1];

    begin(300, 300);
    ok(admission_list(&chat, list) == 0, "the list is empty without rooms");
    asks(1, TCRP_CREATE, "部屋", "alice");
    asks(2, TCRP_CREATE, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    size_t size = admission_list(&chat, list);
    ok(size == 13 && memcmp(list, "部屋\t1\nr\t2\n", 13) == 0, "the list has a line for each room");
    says(1, "/leave");
    size = admission_list(&chat, list);
    ok(size == 4 && memcmp(list, "r\t2\n", 4) == 0, "the list has no line for a closed room");
    chat_destroy(&chat);

    begin(300, 300);
    fill_rooms(254, NAME_LIMIT);
    size_t line = NAME_LIMIT + 3;
    size = admission_list(&chat, list);
    ok(size == 254 * line && memcmp(list + size - line, "room0253", 8) == 0,
       "254 rooms with the longest names are listed, %zu bytes", size);
    asks(1, TCRP_CREATE, "one more", "host");
    list[TCRP_PAYLOAD_LIMIT] = '!';
    size = admission_list(&chat, list);
    ok(size == 254 * line + 4 && memcmp(list + size - 5, "\n...\n", 5) == 0
       && list[TCRP_PAYLOAD_LIMIT] == '!', "the list ends with dots for one room more");
    chat_destroy(&chat);
}

/* More names than one datagram holds. */
static void many_are_here(void)
{
    static char names[40][NAME_LIMIT + 1];
    unsigned shown = 0, others = 0;

    begin(PEERS, PEERS);
    asks(0, TCRP_CREATE, "r", "host");
    for (unsigned i = 0; i < 40; i++) {
        memset(names[i], 'n', NAME_LIMIT);
        names[i][snprintf(names[i], 8, "%02u", i)] = 'n';
        asks(1 + i, TCRP_JOIN, "r", names[i]);
    }
    pass(300);
    says(0, "/who");
    for (const char *at = last[0]; (at = strstr(at, "nnn, ")) != NULL; at += 5) shown++;
    const char *more = strstr(last[0], "... and ");
    if (more) sscanf(more, "... and %u others", &others);
    ok(shown >= 10 && shown + others == 41 && strlen(last[0]) <= TALK_LIMIT
       && strcmp(last[0] + strlen(last[0]) - 7, " others") == 0,
       "/who for %u names and the host shows %u and counts %u", 40u, shown, others);
    chat_destroy(&chat);
}

static void in_and_out(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    pass(300);
    forget();
    asks(2, TCRP_JOIN, "r", "bob");
    says(2, "/leave");
    pass(600);
    ok(count[1] == 0, "a member that leaves at once is not announced");
    chat_destroy(&chat);
}

static void the_shutdown(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_CREATE, "s", "carol");
    asks(4, TCRP_JOIN, "r", "dave");
    says(4, "/leave");
    pass(300);
    forget();
    chat_close(&chat);
    ok(got(1, "* the server is shutting down") && got(2, "* the server is shutting down")
       && got(3, "* the server is shutting down") && count[4] == 0,
       "a closing server tells all members and nobody else");
    chat_destroy(&chat);
}

/* A server that does not wait so long tells its members how often they must speak. */
static void speak(void)
{
    static const struct {
        int64_t silence;
        const char *notice;
    } rows[] = {{59999, "* speak at least every 19 seconds"},
                {9000, "* speak at least every 3 seconds"},
                {2000, "* speak at least every 1 seconds"},
                {86400000, "* speak at least every 28800 seconds"},
                {CHAT_USUAL, "* welcome, alice"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(10, 10);
        chat.silence = rows[i].silence;
        asks(1, TCRP_CREATE, "r", "alice");
        says(1, "");
        ok(got(1, rows[i].notice), "%d ms of silence ask for: %s", (int)rows[i].silence, last[1]);
        chat_destroy(&chat);
    }
}

static void help(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    says(1, "/help");
    ok(got(1, "* " NOTICE_HELP), "/help lists the commands");
    says(1, "//help");
    ok(count[1] == 1, "//help is said, and its author is not told what was said");
    chat_destroy(&chat);
}

/* Few names, few rooms, few peers, so that they meet. After each step all is in order. */
static void random_steps(void)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const char *const texts[] = {"", "hi", "/leave", "/kick a", "/kick b", "/who", "/x"};
    uint32_t state = 5;
    unsigned wrong = 0;

    begin(12, 6);
    for (int i = 0; i < 200000; i++) {
        state = state * 1664525u + 1013904223u;
        unsigned peer = (state >> 8) % PEERS, kind = (state >> 14) % 4;
        outcome[(state >> 10) % PEERS] = (enum delivery)((state >> 16) % 3);
        if (kind < 2) {
            asks(peer, kind ? TCRP_JOIN : TCRP_CREATE, names[(state >> 20) % 4],
                 names[(state >> 24) % 5]);
        } else if (rooms_of[peer]) {
            says(peer, texts[(state >> 24) % 7]);
        }
        pass((state >> 27) % 32);
        uint32_t sum = 0;
        for (uint32_t r = 0; r < chat.rooms.rooms_used; r++) {
            const struct room *room = &chat.rooms.rooms[r];
            if (!room->name.bytes) continue;
            sum += room->count;
            wrong += room_find(&chat.rooms, room->name) != r || room->count == 0;
            wrong += chat.rooms.members[room->host].room != r;
        }
        for (uint32_t m = 0; m < chat.rooms.members_used; m++) {
            const struct member *member = &chat.rooms.members[m];
            if (!member->name.bytes) continue;
            wrong += member_find(&chat.rooms, &member->token) != m;
            wrong += member_find_name(&chat.rooms, member->room, member->name) != m;
            wrong += member_recipient(&chat.rooms, m)->member != m;
        }
        wrong += sum != chat.rooms.member_count;
    }
    ok(wrong == 0, "200000 random steps keep every member findable and counted");
    chat_destroy(&chat);
}

static void reminders(void)
{
    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    says(1, "");
    asks(2, TCRP_JOIN, "r", "bob");
    says(2, "");
    pass(20000);
    says(2, "");
    forget();
    pass(19000);
    ok(count[1] == 0, "a host that only listens gets no reminder too early");
    pass(2000);
    ok(count[1] == 1 && count[2] == 0
           && got(1, "* say something within 20 seconds to stay; room and token without a text will "
                     "do"), "a host that only listens gets a reminder");
    pass(10000);
    ok(count[1] == 1, "a host gets one reminder");
    chat_destroy(&chat);
}

/* A member that sends as fast as it can is heard at its rate, and told so once a second; the others
   are not affected. */
static void flood(void)
{
    unsigned heard = 0, told = 0;

    begin(10, 10);
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    says(1, "");
    says(2, "");
    ok(count[1] == 1, "a welcome stands alone at the usual rate");
    pass(300);
    for (int64_t end = now + 10000; now < end; now++) {
        forget();
        for (int i = 0; i < 5; i++) says(1, i % 2 ? "more" : "/who");
        heard += count[2] + count[1];
        told += got(1, "* " NOTICE_SAY_LESS);
        says(3, "and me?");
        if (!got(2, "carol: and me?")) break;
    }
    heard -= told;
    ok(heard >= 11990 && heard <= 12001,
       "a flooder gets two seconds' worth and 1000 a second through in ten seconds: %u", heard);
    ok(told == 10, "a flooder is told once a second: %u times", told);
    ok(got(2, "carol: and me?"), "others are heard throughout");
    ok(chat.counts.too_many == 50000 - heard, "the refused lines of a flooder are counted");
    chat.rate = (struct bucket_rate){5, 7};
    now += 10000;
    forget();
    says(1, "");
    ok(count[1] == 2 && got(1, "* say at most 5 lines and 7 kilobytes a second"),
       "a notice of another rate follows the welcome");
    chat_destroy(&chat);
}

/* Half full, no address gets more than its share; so nobody keeps the others out. */
static void quotas(void)
{
    char room[16];
    unsigned created = 0, others = 0;

    begin(1200, 1200);
    for (unsigned i = 0; i < 1200; i++) {
        snprintf(room, sizeof room, "r%u", i);
        created += asks(1, TCRP_CREATE, room, "alice") == TCRP_OK;
    }
    ok(created == 600, "one address creates half of all rooms: %u", created);
    ok(asks(1, TCRP_JOIN, "r0", "bob") == TCRP_SERVER_FULL, "one address has half of all members");
    for (unsigned peer = 2; peer < 10; peer++) {
        for (unsigned i = 0; i < 100; i++) {
            snprintf(room, sizeof room, "p%u.%u", peer, i);
            others += asks(peer, i % 2 ? TCRP_JOIN : TCRP_CREATE, i % 2 ? "r0" : room, room)
                == TCRP_OK;
        }
    }
    ok(others == 8 * 75, "each other address gets a sixteenth of the members: %u in all", others);
    ok(chat.counts.crowded == 600 + 1 + 8 * 25, "refusals are counted");
    for (unsigned i = 0; i < 4; i++) {
        rooms_of[2] = i == 0 ? "p2.74" : "r0"; /* that of its last token */
        says(2, "/leave");
        ok(asks(2, TCRP_JOIN, "r0", "again") == TCRP_OK, "a member that leaves may come again");
    }
    chat_destroy(&chat);
    begin(1200, 1200);
    chat.rooms.room_quota.share = chat.rooms.member_quota.share = 1;
    for (unsigned i = 0; i < 1200; i++) {
        snprintf(room, sizeof room, "r%u", i);
        others += asks(1, TCRP_CREATE, room, "alice") == TCRP_OK;
    }
    ok(others == 8 * 75 + 1200, "one address gets all places without a quota");
    chat_destroy(&chat);
}

/* An address to which no token was given never gets more bytes than came from it, whatever it
   sends. */
static void amplification(void)
{
    static char junk[DATAGRAM_LIMIT + 1];
    unsigned more = 0, answered = 0;
    struct address from = address_of(9);

    begin(10, 10);
    chat.rate = (struct bucket_rate){1, 1}; /* so that notices would follow a welcome */
    asks(1, TCRP_CREATE, "r", "alice");
    asks(2, TCRP_JOIN, "r", "bob");
    asks(3, TCRP_JOIN, "r", "carol");
    says(1, "/kick carol");
    forget();
    for (size_t size = 0; size <= sizeof junk; size++) {
        memset(junk, (int)size, sizeof junk);
        bytes_to[9] = 0;
        chat_receive(&chat, &from, junk, size, now);
        more += bytes_to[9] > size;
    }
    ok(more == 0 && count[9] == 0, "any bytes get silence");
    static const char *const texts[] = {"", "hello", "/who", "/help", "/kick bob", "/leave", "/x",
                                        "//", "\xFF"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (unsigned who = 1; who <= 2; who++) {
            says_from(who, 9, "r", texts[i]);
            says_from(who, 9, "s", texts[i]);
            says_from(who, who, "s", texts[i]);
        }
        says_from(3, 9, "r", texts[i]);
        now += 2000;
    }
    ok(count[9] == 0 && count[1] == 0 && count[2] == 0,
       "a member's token from another address, or for another room, gets silence");
    for (size_t size = 0; size <= 200; size++) {
        char text[201];
        memset(text, 'x', sizeof text);
        text[size] = '\0';
        bytes_to[3] = 0;
        now += 2000;
        says_from(3, 3, "r", text);
        answered += bytes_to[3] > 0;
        more += bytes_to[3] > 2 + 1 + TOKEN_DIGITS + size;
    }
    ok(more == 0 && answered > 100, "a token that was valid gets no more bytes than it came with");
    chat_destroy(&chat);
}

int main(void)
{
    plan(105);
    life_of_a_room();
    tokens_are_bound();
    commands();
    crowd_of_kicks();
    told_again();
    limits();
    silence_and_strikes();
    order_of_joining();
    the_list();
    many_are_here();
    in_and_out();
    the_shutdown();
    speak();
    help();
    random_steps();
    reminders();
    flood();
    quotas();
    amplification();
    return done();
}
