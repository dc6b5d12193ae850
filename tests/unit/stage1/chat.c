/* links: stage1/chat/chat.c stage1/chat/gone.c stage1/wire/notice.c stage1/wire/protocol.c */
/* links: stage1/base/bucket.c */
/* links: stage1/chat/roster.c stage1/base/table.c stage1/base/hash.c stage1/base/random.c */
/* links: stage1/base/address.c stage1/base/text.c stage1/base/program.c */
/*
 * chat: the server of stage 1 without a network. A send function writes down what would go out;
 * it can also be told that an address cannot be reached.
 */
#include "chat/chat.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

enum { PEERS = 2000 };

static struct chat chat;
static int64_t now;
static char sent_to[PEERS][DATAGRAM_LIMIT]; /* the last datagram to each peer, name as "NAME|" */
static unsigned sent_count[PEERS];
static enum delivery outcome[PEERS];

static struct address address_of(unsigned peer)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)(10000 + peer))};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static enum delivery write_down(void *context, const struct address *to, const void *bytes,
                                size_t size)
{
    unsigned peer = ntohs(to->is.v4.sin_port) - 10000u;
    struct datagram datagram = datagram_decode(bytes, size);

    (void)context;
    snprintf(sent_to[peer], sizeof sent_to[peer], "%.*s|%.*s", (int)datagram.name.size,
             datagram.name.bytes, (int)datagram.text.size, datagram.text.bytes);
    sent_count[peer]++;
    return outcome[peer];
}

static void forget(void)
{
    memset(sent_to, 0, sizeof sent_to);
    memset(sent_count, 0, sizeof sent_count);
}

static void begin_with(uint32_t limit, int64_t silence)
{
    now = 1000000;
    memset(outcome, 0, sizeof outcome);
    forget();
    chat_create(&chat, limit, silence, write_down, NULL, now);
}

static void begin(uint32_t limit)
{
    begin_with(limit, 60000);
}

static void arrives(unsigned peer, const char *name, const char *text)
{
    struct address from = address_of(peer);
    char bytes[DATAGRAM_LIMIT];

    chat_receive(&chat, &from, bytes, datagram_encode(text_of(name), text_of(text), bytes), now);
}

/* Lets time pass as the server's loop does: it wakes whenever something is due. */
static void pass(int64_t milliseconds)
{
    int64_t end = now + milliseconds;

    while (chat_due(&chat) <= end) {
        now = chat_due(&chat);
        chat_tick(&chat, now);
    }
    now = end;
}

static bool got(unsigned peer, const char *expected)
{
    return strcmp(sent_to[peer], expected) == 0;
}

static void gathering(void)
{
    begin(100);
    arrives(1, "alice", "");
    ok(got(1, "|welcome, alice"), "a hello is welcomed");
    pass(300);
    ok(sent_count[1] == 1, "a member that joins alone gets no notice of it");
    arrives(2, "bob", "");
    pass(249);
    ok(got(1, "|welcome, alice"), "a join is not announced before its time");
    pass(1);
    ok(got(1, "|bob joined") && got(2, "|welcome, bob"),
       "a join is announced to the others after its time");

    forget();
    arrives(3, "carol", "");
    pass(100);
    arrives(3, "", "");
    pass(400);
    ok(sent_count[1] == 0 && sent_count[3] == 1, "a member that leaves at once is not announced");

    forget();
    arrives(2, "", "");
    arrives(4, "dave", "");
    pass(300);
    ok(got(1, "|dave joined") && sent_count[1] == 2, "leaves are told before joins");

    forget();
    arrives(5, "eve", "");
    arrives(5, "eva", "");
    pass(300);
    ok(got(1, "|eva joined") && sent_count[1] == 1,
       "a member that is renamed before its join is told joins under the new name");
    chat_destroy(&chat);
}

static void crowd(void)
{
    char name[16];

    begin(PEERS);
    arrives(0, "alice", "");
    pass(300);
    forget();
    for (unsigned i = 1; i < 1000; i++) {
        snprintf(name, sizeof name, "n%u", i);
        arrives(i, name, "");
    }
    pass(300);
    ok(sent_count[0] == 1 && got(0, "|n1, n2 and 997 others joined"), "999 joins cost one notice");
    ok(sent_count[50] == 2, "a newcomer gets its welcome and the one notice");
    ok(sent_count[500] == 3, "a newcomer among more than a hundred is told its rate, too");
    forget();
    for (unsigned i = 1; i < 1000; i++) arrives(i, "", "");
    pass(300);
    ok(sent_count[0] == 1 && got(0, "|n1, n2 and 997 others left"), "999 leaves cost one notice");
    ok(chat.roster.count == 1, "one member is left");
    chat_destroy(&chat);
}

static void strikes(void)
{
    begin(10);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    arrives(3, "carol", "");
    pass(300);
    outcome[2] = DELIVERY_UNREACHABLE;
    arrives(1, "alice", "one");
    arrives(1, "alice", "two");
    outcome[2] = DELIVERY_SENT;
    arrives(1, "alice", "three");
    outcome[2] = DELIVERY_UNREACHABLE;
    arrives(1, "alice", "four");
    arrives(1, "alice", "five");
    ok(chat.roster.count == 3, "a success between failures resets the strikes");
    arrives(1, "alice", "six");
    ok(chat.roster.count == 2 && got(3, "alice|six"),
       "a member is dropped at the third strike in a row");
    ok(chat.counts.unreachable == 5, "each datagram that cannot be delivered is counted");
    pass(300);
    ok(got(1, "|bob left") && got(3, "|bob left"), "the other members are told who was dropped");

    outcome[3] = DELIVERY_HELD_UP;
    for (int i = 0; i < 10; i++) arrives(1, "alice", "again");
    ok(chat.roster.count == 2, "a send that fails on this host is not a strike");

    outcome[3] = DELIVERY_UNREACHABLE;
    arrives(1, "alice", "and again");
    arrives(1, "alice", "and again");
    arrives(1, "alicia", "");
    ok(chat.roster.count == 2, "a new name is not announced at once");
    pass(300); /* the notice of the new name is the third */
    ok(chat.roster.count == 1 && text_equal(chat.roster.members[0].name, text_of("alicia")),
       "a strike while a rename is announced does no harm");
    forget();
    outcome[3] = DELIVERY_SENT;
    arrives(3, "carol", "");
    ok(got(3, "|welcome, carol") && sent_count[3] == 1,
       "a dropped member with a short datagram only gets its welcome");
    chat_destroy(&chat);
}

/* 1000 datagrams of which everyone is told, each: as many as a stranger's loop can send. */
static void renames(void)
{
    char name[16];

    begin(100);
    for (unsigned i = 1; i < 9; i++) {
        snprintf(name, sizeof name, "m%u", i);
        arrives(i, name, "");
    }
    pass(300);
    forget();
    arrives(1, "x", "");
    ok(got(1, "|welcome, x") && sent_count[2] == 0,
       "a new name is not announced at once, but with others");
    pass(250);
    ok(got(2, "|m1 is now called x") && sent_count[2] == 1 && sent_count[1] == 1,
       "a new name is announced after its time");
    arrives(2, "m2b", "");
    arrives(3, "m3b", "");
    pass(250);
    ok(got(4, "|m3 is now called m3b, m2 is now called m2b")
           || got(4, "|m2 is now called m2b, m3 is now called m3b"),
       "two new names are announced in one notice");
    ok(sent_count[4] == 2 && sent_count[2] == 3 && sent_count[3] == 3,
       "the renamed members get this notice too");
    arrives(2, "m2", "");
    arrives(3, "m3", "");
    arrives(4, "m4b", "");
    arrives(5, "m5b", "");
    pass(250);
    ok(strstr(sent_to[8], " and 2 others have new names") != NULL,
       "four new names are announced in one notice");
    forget();
    arrives(6, "m6b", "");
    arrives(6, "m6", "");
    pass(250);
    ok(sent_count[8] == 0, "a name that changes back at once is not announced");
    arrives(6, "m6b", "");
    arrives(6, "", "");
    pass(250);
    ok(got(8, "|m6 left") && sent_count[8] == 1,
       "a member that leaves is announced under the known name");
    arrives(7, "m8b", "");
    arrives(8, "m7", "");
    arrives(7, "m8", "");
    forget();
    pass(250);
    ok(strstr(sent_to[1], "m8 is now called m7") && strstr(sent_to[1], "m7 is now called m8"),
       "two members that swap names are both announced");

    forget();
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "x%u", i);
        arrives(1, name, "");
        pass(10);
    }
    ok(sent_count[2] <= CHAT_RENAMES, "four of a thousand renames in ten seconds are announced");
    ok(strstr(sent_to[1], "|not renamed to x9") && strstr(sent_to[1], "wait a little"),
       "the other renames are refused");
    ok(sent_count[1] >= 9 && sent_count[1] <= CHAT_RENAMES + 11,
       "a refused rename is answered once a second: %u",
       sent_count[1]);
    forget();
    arrives(1, "x1001", "under that name");
    ok(sent_count[2] == 0, "a line under a refused name is not passed on");
    pass(60000);
    arrives(1, "y", "");
    ok(got(1, "|welcome, y"), "a rename is possible again after a minute");
    chat_destroy(&chat);
}

static const char fifty[] = "a line of some fifty bytes, as people do write them";

static void silence(void)
{
    begin(10);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    pass(40000);
    arrives(1, "alice", "");
    pass(30000);
    ok(chat.roster.count == 1 && got(1, "|bob left"),
       "a member is dropped after sixty seconds of silence");
    ok(got(2, "|you were silent for 60 seconds and were taken out"),
       "the dropped member is told why");
    pass(40000);
    ok(chat.roster.count == 0, "the last member is dropped too");
    arrives(2, "bob", "back");
    ok(chat.roster.count == 1 && got(2, "|welcome, bob"),
       "a dropped member joins again with its next line");
    chat_destroy(&chat);
}

/* What is told again, to an address that proves nothing, has limits. */
static void told_again(void)
{
    begin(3);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    pass(62000);
    arrives(3, "bob", "");
    arrives(4, "dora", "");
    arrives(5, "eve", "");
    forget();
    arrives(2, "bob", "");
    ok(sent_count[2] == 1 && strstr(sent_to[2], "taken, choose"),
       "a short hello of a dropped member is not told why");
    forget();
    arrives(2, "bob", fifty);
    ok(sent_count[2] == 2, "a line that is long enough is told why");
    arrives(2, "bob", fifty);
    ok(sent_count[2] == 3, "a dropped member is not told twice within a second");
    pass(1000);
    arrives(2, "bob", fifty);
    ok(sent_count[2] == 5, "a dropped member is told again after a second");
    forget();
    arrives(6, "frank", fifty);
    ok(sent_count[6] == 1, "a stranger is not told why");
    pass(GONE_MEMORY);
    forget();
    arrives(1, "alice", fifty);
    ok(sent_count[1] == 1, "a dropped member is not told after ten minutes");
    arrives(1, "", "");
    chat_destroy(&chat);
}

static void reminders(void)
{
    begin(10);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    pass(20000);
    arrives(2, "bob", "");
    forget();
    pass(19000);
    ok(sent_count[1] == 0, "a member that only listens gets no reminder after 40 seconds");
    pass(2000);
    ok(sent_count[1] == 1
           && got(1, "|say something within 20 seconds to stay; your name without a text will do"),
       "a member that only listens gets a reminder after 40 seconds");
    ok(sent_count[2] == 0, "a member that speaks gets no reminder");
    pass(10000);
    ok(sent_count[1] == 1, "a member gets one reminder");
    chat_destroy(&chat);
    begin_with(10, CHAT_REMINDS - 1000);
    arrives(1, "alice", "");
    forget();
    pass(CHAT_REMINDS - 2500);
    ok(sent_count[1] == 0, "a shorter silence has no reminder");
    chat_destroy(&chat);
}

static void often(void)
{
    begin_with(10, 30000);
    arrives(1, "alice", "");
    ok(sent_count[1] == 2 && got(1, "|speak at least every 10 seconds"),
       "a short -t asks for a datagram every third of it");
    arrives(1, "alice", "");
    ok(sent_count[1] == 4, "each welcome is followed by this request");
    chat_destroy(&chat);
    begin_with(10, 2000);
    arrives(1, "alice", "");
    ok(got(1, "|speak at least every 1 seconds"), "the shortest interval is a second");
    chat_destroy(&chat);
    begin_with(10, 600000);
    arrives(1, "alice", "");
    ok(got(1, "|speak at least every 200 seconds"),
       "a long -t asks for a datagram every third of it");
    chat_destroy(&chat);
}

/* The server itself was stopped for a while; what its members sent meanwhile is still unread. */
static void pause_of_the_server(void)
{
    begin(10);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    pass(1000);
    now += 3600 * 1000;
    chat_tick(&chat, now);
    ok(chat.roster.count == 2, "nobody is dropped at once after an hour's pause of the server");
    arrives(1, "alice", "here I was");
    pass(2000);
    ok(chat.roster.count == 1 && got(1, "|bob left"),
       "a silent member is dropped a second after the pause");
    chat_destroy(&chat);
}

static void refusals(void)
{
    struct address stranger = address_of(9), member = address_of(1);

    begin(2);
    arrives(1, "alice", "");
    arrives(2, "alice", "");
    ok(got(2, "|the name alice is taken, choose another one"), "a name is held by one member");
    arrives(2, "bob", "");
    arrives(3, "carol", "hello");
    ok(got(3, "|the server is full, try again later"), "a full roster says so");
    arrives(3, "bob", "hello");
    ok(got(3, "|the name bob is taken, choose another one"), "a name is the first thing checked");
    forget();
    arrives(2, "alice", "fake");
    ok(sent_count[1] == 0 && got(2, "|the name alice is taken, choose another one"),
       "a member cannot send in another's name");
    forget();
    chat_receive(&chat, &stranger, "", 0, now);
    chat_receive(&chat, &stranger, "\005a", 2, now);
    chat_receive(&chat, &stranger, "\000x", 2, now);
    chat_receive(&chat, &stranger, "", 1, now);
    ok(sent_count[9] == 0, "a stranger's nonsense is not answered");
    chat_receive(&chat, &member, "", 0, now);
    ok(got(1, "|not delivered: the datagram is malformed"),
       "a member's malformed datagram is answered");
    forget();
    chat_receive(&chat, &member, "\000x", 2, now);
    chat_receive(&chat, &member, "\000\377", 2, now);
    ok(sent_count[1] == 0 && sent_count[2] == 0, "a notice from a member is never answered");
    chat_close(&chat);
    ok(got(1, "|the server is shutting down") && got(2, "|the server is shutting down"),
       "the end is told to everyone");
    chat_destroy(&chat);
}

/* Many random steps with few names and few addresses, so that they meet; after each, every member
   is found by its address and by its name. */
static void random_steps(void)
{
    static const char *const names[] = {"", "a", "b", "c", "d", "e", "f", "g", "h"};
    static const char *const texts[] = {"", "", "x", "yy"};
    uint32_t state = 3;
    unsigned wrong = 0;

    begin(6);
    for (int i = 0; i < 100000; i++) {
        state = state * 1664525u + 1013904223u;
        unsigned peer = (state >> 8) % 12;
        outcome[(state >> 12) % 12] = (enum delivery)((state >> 16) % 3);
        arrives(peer, names[(state >> 18) % 9], texts[(state >> 22) % 4]);
        pass((state >> 24) % 50);
        for (uint32_t m = 0; m < chat.roster.count; m++) {
            const struct member *member = &chat.roster.members[m];
            wrong += roster_find(&chat.roster, &member->address) != m;
            wrong += roster_find_name(&chat.roster, member->name) != m;
        }
    }
    ok(wrong == 0, "100000 random steps keep each member findable by address and by name");
    ok(sizeof(struct member) <= 64, "a member takes %zu bytes beside its name",
       sizeof(struct member));
    chat_destroy(&chat);
}

static void counted(void)
{
    begin(2);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    arrives(1, "bob", "that is my name, too");
    ok(chat.counts.refused == 1, "a name that is taken is refused, and counted");
    arrives(3, "carol", "");
    ok(chat.counts.refused == 2, "a member without a place is refused, and counted");
    chat_destroy(&chat);
}

/* What a member sends and is no good is told to it; what a stranger sends is not. */
static void complaints(void)
{
    static char bytes[DATAGRAM_LIMIT + 1];
    struct address from = address_of(1), stranger = address_of(2);
    static const struct {
        const char *bytes, *notice;
        size_t size;
    } rows[] = {{"", "|" NOTICE_TOO_LONG, sizeof bytes}, /* as it is: too long */
                {"\2a:x", "|" NOTICE_BAD_NAME, 4},
                {"\1a\377", "|" NOTICE_BAD_TEXT, 3},
                {"\377", "|" NOTICE_MALFORMED, 1}};

    memset(bytes, 1, sizeof bytes);
    begin(100);
    arrives(1, "alice", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *what = rows[i].size == sizeof bytes ? bytes : rows[i].bytes;
        forget();
        chat_receive(&chat, &stranger, what, rows[i].size, now);
        bool silent = sent_count[2] == 0;
        chat_receive(&chat, &from, what, rows[i].size, now);
        ok(silent && sent_count[2] == 0 && sent_count[1] == 1 && got(1, rows[i].notice)
           && chat.counts.malformed == 2 * (i + 1),
           "a malformed datagram is answered: %s", sent_to[1]);
    }
    chat_destroy(&chat);
}

/* Peer asks who is here, with a datagram of that size. */
static void asks(unsigned peer, const char *text, size_t size)
{
    struct address from = address_of(peer);
    static char bytes[DATAGRAM_LIMIT + 1];

    memset(bytes, ' ', sizeof bytes);
    bytes[0] = 0;
    memcpy(bytes + 1, text, strlen(text));
    forget();
    chat_receive(&chat, &from, bytes, size, now);
}

static void who(void)
{
    static const char *const others[] = {"/who?", "/whoever", " /who", "here: alice", "/WHO"};
    static char name[NAME_LIMIT + 1];
    unsigned answers = 0, too_long = 0;

    begin(300);
    arrives(1, "alice", "");
    asks(1, "/who", QUESTION_LEAST);
    ok(sent_count[1] == 1 && got(1, "|here: alice"), "a member that is alone is told so");
    arrives(2, "bob", "");
    asks(2, "/who", QUESTION_SIZE);
    ok(sent_count[1] == 0 && sent_count[2] == 1 && got(2, "|here: alice, bob"),
       "/who lists all members");
    asks(3, "/who", QUESTION_SIZE);
    ok(sent_count[3] == 0 && chat.counts.malformed == 1, "a stranger's /who is not answered");
    asks(1, "/who", QUESTION_LEAST - 1);
    ok(sent_count[1] == 0, "a /who that is too short for its answer is not answered");
    asks(1, "/who", DATAGRAM_LIMIT);
    ok(sent_count[1] == 1, "the longest /who is answered");
    asks(1, "/who", DATAGRAM_LIMIT + 1);
    ok(sent_count[1] == 0, "a /who that is too long is not answered");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        asks(1, others[i], QUESTION_SIZE);
        answers += sent_count[1];
    }
    ok(answers == 0, "no other text is taken for /who, least of all an answer");

    memset(name, 'x', NAME_LIMIT);
    for (unsigned i = 0; i < 250; i++) {
        snprintf(name + i, 5, "%u", 1000 + i); /* names of 4 to 253 bytes */
        arrives(10 + i, name, "");
        memset(name, 'x', NAME_LIMIT);
    }
    for (size_t size = QUESTION_LEAST; size <= DATAGRAM_LIMIT; size++) {
        now += 20; /* so that the questions are not too many */
        asks(1, "/who", size);
        too_long += strlen(sent_to[1]) > size || sent_count[1] != 1
            || strstr(sent_to[1], "others") == NULL;
    }
    ok(too_long == 0, "an answer is as long as the question at most, and counts the others");
    chat_destroy(&chat);

    begin(300);
    arrives(1, "a name of 33 bytes, to the byte..", "");
    arrives(2, "bob", "");
    asks(1, "/who", QUESTION_LEAST);
    ok(got(1, "|here: a name of 33 bytes, to the byte.., ... and 1 others"),
       "a name that fits exactly beside the count is listed");
    chat_destroy(&chat);
}

/* A member that sends as fast as it can is heard at its rate, and told so once a second; the others
   are not affected. */
static void flood(void)
{
    unsigned heard = 0, told = 0;

    begin(100);
    arrives(1, "alice", "");
    arrives(2, "bob", "");
    arrives(3, "carol", "");
    ok(sent_count[1] == 1, "a welcome stands alone at the usual rate");
    pass(300);
    for (int64_t end = now + 10000; now < end; now++) {
        forget();
        for (int i = 0; i < 5; i++) arrives(1, "alice", "more");
        heard += sent_count[2];
        told += got(1, "|not delivered: you say too much at once, say less");
        arrives(3, "carol", "and me?");
        if (!got(2, "carol|and me?")) break;
    }
    ok(heard >= 11990 && heard <= 12001,
       "two seconds' worth and 1000 lines a second of a flood pass in ten seconds: %u", heard);
    ok(told == 10, "a flooder is told once a second: %u times", told);
    ok(got(2, "carol|and me?"), "others are heard throughout");
    ok(chat.counts.too_many == 50000 - heard, "the refused lines of a flooder are counted");
    forget();
    now += 10000;
    arrives(1, "alice", "one");
    ok(got(2, "alice|one"), "a flooder that has been quiet is heard again");

    chat.rate = (struct bucket_rate){5, 1000};
    forget();
    now += 10000;
    arrives(1, "alice", "");
    ok(sent_count[1] == 2 && got(1, "|say at most 5 lines and 1000 kilobytes a second"),
       "a notice of another rate follows the welcome");
    for (int i = 0; i < 20; i++) arrives(1, "alice", "");
    ok(sent_count[1] == 2 * 11 + 1, "hellos count, too: %u answers", sent_count[1]);
    forget();
    for (int i = 0; i < 20; i++) arrives(1, "alice", "more");
    ok(sent_count[2] == 0 && sent_count[1] == 0, "refused lines count, too, and get no answer");
    chat_destroy(&chat);
}

int main(void)
{
    plan(88);
    gathering();
    crowd();
    strikes();
    renames();
    silence();
    told_again();
    often();
    reminders();
    pause_of_the_server();
    refusals();
    random_steps();
    counted();
    complaints();
    who();
    flood();
    return done();
}
