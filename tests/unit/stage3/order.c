/* links: stage3/cluster/order.c stage3/cluster/call.c stage3/cluster/outcome.c */
/* links: stage3/base/hex.c stage3/base/text.c stage3/redis/resp.c stage3/base/buffer.c */
/* links: stage3/wire/frame.c */
/*
 * order: the words that go to Redis for each operation, in their order. (What the script makes of
 * them is in tests/redis.)
 */
#include "cluster/order.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"
#include "wire/frame.h"

#define ROOM_TEXT "00112233445566778899aabbccddeeff"

static struct shared shared;
static char words[1024];          /* of the last call: "look SERVER WORD" */
static struct redis_ticket ticket;
static bool reachable = true;

static const unsigned char room[SEAL_ID] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
static const unsigned char member[] = "MEMBERMEMBERMEMB", salt[] = "saltsaltsaltsalt";
static const unsigned char proof[] = "proofproofproofproofproofproof32";
static const struct shared_ticket mine = {77, 88};

static void note(const struct text *list, size_t count)
{
    size_t size = 0;

    words[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size += (size_t)snprintf(words + size, sizeof words - size, "%s%.*s", i > 0 ? "|" : "",
                                 (int)list[i].size, list[i].bytes ? list[i].bytes : "");
    }
}

/* --- in place of shared.c and redis.c --- */

void shared_begin(const struct shared *of, struct call *call, const char *operation)
{
    call_begin(call, of->server, operation);
}

bool shared_call(struct shared *of, const struct call *call, enum shared_operation operation,
                 struct shared_ticket owner)
{
    (void)of;
    ticket = (struct redis_ticket){(int)operation, owner.who, owner.what};
    note(call->words, call->count);
    return reachable;
}

bool redis_command(struct redis *redis, struct redis_ticket of, const struct text *list,
                   size_t count, int64_t now)
{
    (void)redis, (void)now;
    ticket = of;
    note(list, count);
    return reachable;
}

static bool channel(const char *what, struct text name)
{
    snprintf(words, sizeof words, "%s|%.*s", what, (int)name.size, name.bytes);
    ticket = (struct redis_ticket){0, 0, 0};
    return reachable;
}

bool redis_subscribe(struct redis *redis, struct text name, int64_t now)
{
    return (void)redis, (void)now, channel("subscribe", name);
}

bool redis_unsubscribe(struct redis *redis, struct text name, int64_t now)
{
    return (void)redis, (void)now, channel("unsubscribe", name);
}

/* --- the tests --- */

#define US "SERVERSERVERSERVERSERVERSERVERSE"

/* The ticket comes back with the answer: by it its owner knows whose that is. */
static void is(bool called, const char *expected, int operation, bool has_ticket)
{
    bool right = called && strcmp(words, expected) == 0;

    if (has_ticket) right = right && ticket.kind == operation;
    if (has_ticket) right = right && ticket.who == mine.who && ticket.what == mine.what;
    if (!right) printf("# got %s\n", words);
    ok(right, "%s", expected);
}

static void for_requests(void)
{
    struct order_newcomer host = {room, member, text_of("alice"), 9, text_of("JOINED")};

    is(order_look(&shared, mine, text_of("部屋")), "look|" US "|部屋", SHARED_LOOK, true);
    is(order_wrong(&shared, mine, room), "wrong|" US "|" ROOM_TEXT, SHARED_WRONG, true);
    is(order_list(&shared, mine), "list|" US, SHARED_LIST, true);
    is(order_create(&shared, mine, &host, text_of("r"), salt, proof),
       "create|" US "|" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED"
       "|saltsaltsaltsalt|proofproofproofproofproofproof32", SHARED_CREATE, true);
    is(order_create(&shared, mine, &host, text_of("r"), NULL, NULL),
       "create|" US "|" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED||",
       SHARED_CREATE, true);
    is(order_join(&shared, mine, &host, SHARED_NUMBER, text_of("STARTS"), 4096, true),
       "join|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|9007199254740992|9|JOINED"
       "|4096|1|STARTS", SHARED_JOIN, true);
    host.number = SHARED_NUMBER;
    is(order_join(&shared, mine, &host, 0, (struct text){NULL, 0}, 1, false),
       "join|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|0|9007199254740992|JOINED"
       "|1|0|", SHARED_JOIN, true);
}

static void for_members(void)
{
    is(order_say(&shared, mine, room, member, 5, text_of("ROW")),
       "say|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|5|ROW", SHARED_SAY, true);
    is(order_say(&shared, mine, room, member, 6, (struct text){NULL, 0}),
       "say|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|6|", SHARED_SAY, true);
    is(order_kick(&shared, mine, room, member, 7, text_of("bob")),
       "kick|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|7|bob", SHARED_KICK, true);
    is(order_leave(&shared, mine, room, member, 8),
       "leave|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|8", SHARED_LEAVE, true);
    is(order_lose(&shared, mine, room, member),
       "lose|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB", SHARED_LOSE, true);
    is(order_close(&shared, mine, room, CLOSED_SHUTDOWN),
       "close|" US "|" ROOM_TEXT "|2", SHARED_CLOSE, true);
    is(order_quit(&shared, mine), "quit|" US, SHARED_QUIT, true);
}

static void for_logs(void)
{
    is(order_follow(&shared, room), "subscribe|chat3:" ROOM_TEXT, 0, false);
    is(order_unfollow(&shared, room), "unsubscribe|chat3:" ROOM_TEXT, 0, false);
    is(order_read(&shared, mine, room, 41), "XRANGE|chat3:log:" ROOM_TEXT "|0-41|+|COUNT|64",
       SHARED_READ, true);
    is(order_read(&shared, mine, room, UINT64_MAX),
       "XRANGE|chat3:log:" ROOM_TEXT "|0-18446744073709551615|+|COUNT|64", SHARED_READ, true);
}

static void not_now(void)
{
    struct order_newcomer host = {room, member, text_of("alice"), 9, text_of("JOINED")};

    reachable = false;
    ok(!order_look(&shared, mine, text_of("r")) && !order_wrong(&shared, mine, room)
       && !order_list(&shared, mine)
       && !order_create(&shared, mine, &host, text_of("r"), NULL, NULL)
       && !order_join(&shared, mine, &host, 0, text_of(""), 1, true)
       && !order_say(&shared, mine, room, member, 1, text_of("R"))
       && !order_kick(&shared, mine, room, member, 1, text_of("b"))
       && !order_leave(&shared, mine, room, member, 1) && !order_lose(&shared, mine, room, member)
       && !order_close(&shared, mine, room, 1) && !order_quit(&shared, mine)
       && !order_follow(&shared, room) && !order_unfollow(&shared, room)
       && !order_read(&shared, mine, room, 1), "what cannot be asked now is refused, all of it");
}

int main(void)
{
    plan(19);
    memcpy(shared.server, US, ABSENCE_ID);
    for_requests();
    for_members();
    for_logs();
    not_now();
    return done();
}
