/* links: stage3/cluster/cluster.c stage3/cluster/script.c */
/* links: stage3/cluster/lease_watch.c stage3/base/hex.c stage3/wire/frame.c stage3/redis/resp.c */
/* links: stage3/base/buffer.c stage3/base/text.c stage3/cluster/script_lua.c */
/*
 * cluster: the lease, what is published, and answers, with a connection to Redis that is played
 * here: what is called is noted, and the test answers.
 */
#include "cluster/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "wire/frame.h"

#define FINGERPRINT_TEXT "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define EPOCH_TEXT "0123456789abcdef0123456789abcdef"
#define START_TEXT "SSSSSSSSSSSSSSSS"
#define UP "*3\r\n$2\r\nok\r\n$32\r\n" EPOCH_TEXT "\r\n$16\r\n" START_TEXT "\r\n"
#define ROOM_TEXT "00112233445566778899aabbccddeeff"

#define DRAWN(byte) FOUR(byte) FOUR(byte) FOUR(byte) FOUR(byte)
#define FOUR(byte) byte byte byte byte

static struct cluster cluster;
static struct redis_owner redis;    /* how shared is told */
static struct redis_ticket ticket;  /* of the last call */
static char called[2048];           /* the words of all calls: "start SERVER WORD...;" */
static unsigned calls;
static int64_t delay;
static char told[1024];             /* what the owner was told */
static unsigned drawn;
static bool reachable = true;

/* --- in place of redis.c --- */

void redis_create(struct redis *of, const struct redis_url *url, struct text script,
                  struct redis_owner owner, int64_t now)
{
    (void)url, (void)script, (void)now;
    redis = owner;
    of->state = REDIS_READY;
}

void redis_destroy(struct redis *of) { of->state = REDIS_DOWN; }
void redis_tick(struct redis *of, int64_t now) { (void)of, (void)now; }
int64_t redis_delay(const struct redis *of, int64_t now) { return (void)of, (void)now, delay; }
int64_t redis_due(const struct redis *of) { return (void)of, INT64_MAX; }

static bool note_call(struct redis_ticket of_call, const struct text *words, size_t count)
{
    size_t size = strlen(called);

    ticket = of_call;
    calls++;
    for (size_t i = 0; i < count; i++) {
        size += (size_t)snprintf(called + size, sizeof called - size, "%.*s%s", (int)words[i].size,
                                 words[i].bytes, i + 1 < count ? " " : ";");
        if (size >= sizeof called) abort();
    }
    return reachable;
}

bool redis_call(struct redis *of, struct redis_ticket of_call, const struct text *words,
                size_t count, int64_t now)
{
    return (void)of, (void)now, note_call(of_call, words, count);
}

bool redis_command(struct redis *of, struct redis_ticket of_call, const struct text *words,
                   size_t count, int64_t now)
{
    return (void)of, (void)now, note_call(of_call, words, count);
}

static bool channel(const char *what, struct text name)
{
    struct text words[2] = {{0}, name};

    words[0] = text_of(what);
    return note_call((struct redis_ticket){0, 0, 0}, words, 2);
}

bool redis_subscribe(struct redis *of, struct text name, int64_t now)
{
    return (void)of, (void)now, channel("subscribe", name);
}

bool redis_unsubscribe(struct redis *of, struct text name, int64_t now)
{
    return (void)of, (void)now, channel("unsubscribe", name);
}

/* --- the owner --- */

static void note(const char *format, ...)
{
    size_t size = strlen(told);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(told + size, sizeof told - size, format, arguments);
    va_end(arguments);
}

static void on_answer(void *context, const struct cluster_answer *answer)
{
    (void)context;
    note("answer %d %d %d;", answer->operation, answer->status,
         answer->status == CLUSTER_OK ? (int)answer->number : 0);
}

static void on_event(void *context, enum cluster_event event)
{
    static const char *const words[] = {"up", "waiting", "back", "dead", "lost", "refused"};

    (void)context;
    note("%s;", words[event]);
}

static void on_entry(void *context, const unsigned char *room, uint64_t number, struct text row)
{
    (void)context, (void)row;
    note("entry %02x%02x %u;", room[0], room[SEAL_ID - 1], (unsigned)number);
}

static void on_moved(void *context, const unsigned char *room, const unsigned char *member,
                     struct text name)
{
    (void)context;
    note("moved %02x%02x %.3s %.*s;", room[0], room[SEAL_ID - 1], (const char *)member,
         (int)name.size, name.bytes);
}

/* Another one each time. */
static void draw(void *context, void *bytes, size_t size)
{
    (void)context;
    drawn++;
    memset(bytes, (int)drawn, size);
}

static bool was_told(const char *words)
{
    bool right = strcmp(told, words) == 0;

    if (!right) printf("# wanted %s\n# got    %s\n", words, told);
    told[0] = '\0';
    return right;
}

static bool was_called(const char *words)
{
    bool right = strcmp(called, words) == 0;

    if (!right) printf("# wanted %s\n# got    %s\n", words, called);
    called[0] = '\0';
    return right;
}

/* --- what Redis says --- */

/* The answer to the last call, as it came over the wire; NULL: it did not come. */
static bool reply(const char *wire)
{
    static struct resp in; /* too large for the stack of some systems */

    if (!wire) return redis.answer(redis.context, ticket, NULL);
    resp_create(&in);
    if (!resp_take(&in, wire, strlen(wire)) || resp_next(&in) != RESP_WHOLE) abort();
    bool right = redis.answer(redis.context, ticket, &in.items[0]);
    resp_destroy(&in);
    return right;
}

static void publish(const char *channel, const char *message)
{
    redis.message(redis.context, text_of(channel), text_of(message));
}

static void begin(void)
{
    struct cluster_owner owner = {.answer = on_answer, .event = on_event, .entry = on_entry,
                                  .moved = on_moved, .random = draw};

    told[0] = called[0] = '\0';
    calls = drawn = 0;
    delay = 0;
    cluster_create(&cluster, NULL, FINGERPRINT_TEXT, owner, 1000);
    redis.ready(redis.context);
}

static void begin_up(void)
{
    begin();
    if (!reply(UP)) abort();
    told[0] = called[0] = '\0';
    calls = 0;
}

/* --- the tests --- */

static void starting(void)
{
    begin();
    ok(was_called("start 01010101010101010101010101010101 " FINGERPRINT_TEXT
                  " 02020202020202020202020202020202 " DRAWN("\3") ";"),
       "a start sends the fingerprint and a random id, epoch and start");
    ok(!reply("*3\r\n$2\r\nok\r\n$31\r\n0123456789abcdef0123456789abcde\r\n$16\r\n" START_TEXT
                  "\r\n") && was_told(""),
       "a short epoch is none");
    begin();
    ok(reply(UP) && was_told("up;"), "the server is up after the reply");
    called[0] = '\0';
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW - 1);
    ok(was_called(""), "the lease is not renewed before its time");
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    ok(was_called("renew 01010101010101010101010101010101 " EPOCH_TEXT " " START_TEXT " "
                  DRAWN("\4") ";"),
       "the lease is renewed with the epoch, the start and a random one");
    cluster_tick(&cluster, 1000 + 3 * CLUSTER_RENEW);
    ok(was_called(""), "the lease is not renewed again before the reply");
    begin();
    ok(reply("*1\r\n$6\r\nevicts\r\n") && was_told("refused;"), "a Redis that evicts is refused");
    begin();
    ok(reply("*1\r\n$3\r\nkey\r\n") && was_told("refused;"), "another key is refused");
}

static void answers(void)
{
    begin_up();
    for (int i = 0; i < 5; i++) {
        ticket = (struct redis_ticket){CLUSTER_SAY, 1, 2};
        if (!reply("*2\r\n$2\r\nok\r\n:7\r\n")) abort();
    }
    ok(was_told("answer 10 0 7;answer 10 0 7;answer 10 0 7;answer 10 0 7;answer 10 0 7;"),
       "answers are told");
    ok(calls == 0, "replies to items bring no renewal");
    ticket = (struct redis_ticket){CLUSTER_SAY, 1, 2};
    ok(reply("*1\r\n$5\r\nlease\r\n") && was_told("answer 10 2 0;") && calls == 1,
       "a reply that the lease is over brings a renewal");
    ok(!reply(NULL) || was_told("waiting;"), "all wait if the renewal is not answered");
    begin_up();
    ticket = (struct redis_ticket){CLUSTER_SAY, 1, 2};
    ok(!reply("+OK\r\n") && was_told("answer 10 1 0;"),
       "an invalid reply is reported as not done");
    ticket = (struct redis_ticket){CLUSTER_SAY, 1, 2};
    ok(reply("*2\r\n$2\r\nok\r\n:9007199254740992\r\n"), 
       "2^53 is a number that a script can count to");
    told[0] = '\0';
    ticket = (struct redis_ticket){CLUSTER_SAY, 1, 2};
    ok(!reply("*2\r\n$2\r\nok\r\n:9007199254740993\r\n") && was_told("answer 10 1 0;"),
       "2^53 + 1 is refused as a number");
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    called[0] = '\0';
    ok(reply("*2\r\n$4\r\ndead\r\n$16\r\nTTTTTTTTTTTTTTTT\r\n") && was_told("dead;")
           && was_called("start 05050505050505050505050505050505 " FINGERPRINT_TEXT
                         " 06060606060606060606060606060606 " DRAWN("\7") ";"),
       "a server that was declared dead starts again with another id");
    ok(cluster.before[15] == 'S' && cluster.start[15] == 'T',
       "the server knows its members' start and the present one");
}

static void messages(void)
{
    static const char channel[] = "chat3:" ROOM_TEXT;
    char text[200];

    begin_up();
    snprintf(text, sizeof text, "0 %s %s %s", "0123456789abcdef",
             "fedcba9876543210fedcba9876543210", "bob");
    publish(channel, text);
    ok(was_told("moved 00ff 012 bob;"), "a member that is at another server now has moved");
    snprintf(text, sizeof text, "0 %s %s %s", "0123456789abcdef",
             "01010101010101010101010101010101", "bob");
    publish(channel, text);
    ok(was_told(""), "a member that moved to this server has not moved");
    snprintf(text, sizeof text, "0 %s %s %s", "0123456789abcdef",
             "01010101010101010101010101010102", "bob");
    publish(channel, text);
    ok(was_told("moved 00ff 012 bob;"), "all digits of a server's id count");
    publish("chat3:" ROOM_TEXT "0", text);
    publish("chat4:" ROOM_TEXT, text);
    publish("chat3:0011223344556677889gaabbccddeeff", text);
    publish(channel, "0 x");
    publish(channel, "");
    ok(was_told(""), "messages of other channels are ignored");
}

static void waiting(void)
{
    begin_up();
    delay = CLUSTER_SLOW - 1;
    cluster_tick(&cluster, 2000);
    ok(was_told("") && calls == 0, "an answer may take its time");
    delay = CLUSTER_SLOW;
    cluster_tick(&cluster, 2001);
    ok(was_told("waiting;") && calls == 1, "a late reply is reported, and asked for at once");
    cluster_tick(&cluster, 2002);
    ok(was_told("") && calls == 1, "a late reply is reported once");
    delay = 0;
    ok(reply("*1\r\n$2\r\nok\r\n") && was_told("back;"),
       "the late reply is reported when it comes");
    redis.down(redis.context);
    ok(was_told("waiting;"), "a lost connection is reported");
}

/* --- servers that are missing --- */

#define OTHER "00112233445566778899aabbccddeeff"

/* Renewals every second, from `from` to `to`, which all say that this server is missing. */
static int64_t missing(int64_t from, int64_t to, const char *state)
{
    char wire[200];

    snprintf(wire, sizeof wire, "*3\r\n$2\r\nok\r\n$32\r\n" OTHER "\r\n$%zu\r\n%s\r\n",
             strlen(state), state);
    for (; from <= to; from += CLUSTER_RENEW) {
        called[0] = '\0';
        cluster_tick(&cluster, from);
        if (!reply(wire)) abort();
    }
    return from;
}

static void others(void)
{
    begin_up();
    int64_t at = missing(1000 + CLUSTER_RENEW, 1000 + LEASE_WATCH_DEAD, "late");
    ok(!strstr(called, "declare"), "a server that is missing is waited for");
    at = missing(at, at + CLUSTER_RENEW, "late");
    ok(strstr(called, "declare 01010101010101010101010101010101 " OTHER ";") != NULL,
       "a missing server is declared dead after a while");
    ok(reply("*1\r\n$2\r\nok\r\n"), "the reply to that declaration is valid");
    int64_t dead = at;
    at = missing(at, dead + LEASE_WATCH_GRACE - CLUSTER_RENEW, "dead");
    ok(!strstr(called, "remove"), "the members of a dead server have time to move");
    at = missing(at, dead + LEASE_WATCH_GRACE + CLUSTER_RENEW, "dead");
    ok(strstr(called, "remove 01010101010101010101010101010101 " OTHER ";") != NULL,
       "the members that have not moved are removed");
    called[0] = '\0';
    ok(reply("*2\r\n$2\r\nok\r\n:7\r\n")
       && was_called("remove 01010101010101010101010101010101 " OTHER ";"),
       "remove is repeated while members are left");
    ok(reply("*2\r\n$2\r\nok\r\n:0\r\n") && was_called(""),
       "remove is not repeated without members");

    begin_up();
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    ok(!reply("*3\r\n$2\r\nok\r\n$31\r\n0011223344556677889900112233445\r\n$4\r\nlate\r\n"),
       "a short id is none, and is not trusted");
    cluster_tick(&cluster, 1000 + 2 * CLUSTER_RENEW);
    ok(!reply("*3\r\n$2\r\nok\r\n:5\r\n$4\r\nlate\r\n"), "a number is not taken for a server's id");
}

static void all_lost(void)
{
    begin_up();
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    called[0] = '\0';
    ok(reply("*1\r\n$4\r\nlost\r\n") && was_told("lost;") && strncmp(called, "start ", 6) == 0
       && strncmp(called + 6, "01010101", 8) != 0,
       "a Redis that has lost all is begun with again, as another server");
    begin_up();
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    ok(!reply("*1\r\n$4\r\nfull\r\n"), "an invalid reply to a renewal is not trusted");
}

/* When the loop has to look again. */
static void due(void)
{
    begin_up();
    ok(cluster_due(&cluster) == 1000 + CLUSTER_RENEW, "the renewal of the lease is due");
    cluster.redis.count = 1;
    delay = 0;
    ok(cluster_due(&cluster) == 1000 + CLUSTER_SLOW, "a late reply is due");
    delay = 500;
    ok(cluster_due(&cluster) == 1000 + CLUSTER_SLOW - 500, "counted from when it was asked for");
    cluster.waiting = true;
    ok(cluster_due(&cluster) == 1000 + CLUSTER_RENEW, "a reported late reply is not due again");
    cluster.waiting = false;
    cluster.redis.count = 0;
    cluster_tick(&cluster, 1000 + CLUSTER_RENEW);
    ok(cluster_due(&cluster) == INT64_MAX, "nothing is due while the lease is asked for");
    cluster.redis.state = REDIS_DOWN;
    ok(cluster_due(&cluster) == INT64_MAX, "nothing is due without a connection");
}

static void entries(void)
{
    unsigned char message[3 + FRAME_ENTRY_LIMIT] = "41 ";
    struct entry closed = {.kind = ENTRY_CLOSED, .why = CLOSED_SHUTDOWN};
    size_t size = 3 + entry_encode(&closed, message + 3);

    begin_up();
    redis.message(redis.context, text_of("chat3:" ROOM_TEXT), (struct text){(char *)message, size});
    ok(was_told("entry 00ff 41;"), "an entry that is published is told");
    redis.message(redis.context, text_of("chat3:" ROOM_TEXT),
                  (struct text){(char *)message, size - 1});
    ok(was_told(""), "an invalid entry is ignored");
}

/* The ticket comes back with the answer: by it its owner knows whose that is. */
static bool has_ticket(enum cluster_operation operation)
{
    return ticket.kind == (int)operation && ticket.who == 77 && ticket.what == 88;
}

static void calls_and_logs(void)
{
    static const unsigned char room[SEAL_ID] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    static const struct cluster_ticket mine = {77, 88};
    struct script_call call;

    begin_up();
    ok(cluster_call(&cluster, mine, script_wrong(&call, room)) && has_ticket(CLUSTER_WRONG)
           && was_called("wrong 01010101010101010101010101010101 " ROOM_TEXT ";"),
       "a call has the ticket, and tells which server calls");
    ok(cluster_follow(&cluster, room) && was_called("subscribe chat3:" ROOM_TEXT ";"),
       "a room is followed");
    ok(cluster_unfollow(&cluster, room) && was_called("unsubscribe chat3:" ROOM_TEXT ";"),
       "a room is not followed any longer");
    ok(cluster_read(&cluster, mine, room, 41) && has_ticket(CLUSTER_READ)
           && was_called("XRANGE chat3:log:" ROOM_TEXT " 0-41 + COUNT 64;"),
       "the log of a room is read");
    ok(cluster_read(&cluster, mine, room, UINT64_MAX)
           && was_called("XRANGE chat3:log:" ROOM_TEXT " 0-18446744073709551615 + COUNT 64;"),
       "a log is read from any entry");
    reachable = false;
    ok(!cluster_call(&cluster, mine, script_wrong(&call, room)) && !cluster_follow(&cluster, room)
           && !cluster_unfollow(&cluster, room) && !cluster_read(&cluster, mine, room, 1),
       "no call is possible without Redis");
    reachable = true;
}

int main(void)
{
    plan(51);
    starting();
    answers();
    messages();
    waiting();
    others();
    all_lost();
    due();
    entries();
    calls_and_logs();
    cluster_destroy(&cluster);
    return done();
}
