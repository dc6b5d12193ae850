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

static struct cluster cluster;
static char words[1024];          /* of the last call: "look SERVER WORD" */
static struct redis_ticket ticket;
static bool reachable = true;

static const unsigned char room[SEAL_ID] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
static const unsigned char member[] = "MEMBERMEMBERMEMB", salt[] = "saltsaltsaltsalt";
static const unsigned char proof[] = "proofproofproofproofproofproof32";
static const struct cluster_ticket mine = {77, 88};

static void note(const struct text *list, size_t count)
{
    size_t size = 0;

    words[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size += (size_t)snprintf(words + size, sizeof words - size, "%s%.*s", i > 0 ? "|" : "",
                                 (int)list[i].size, list[i].bytes ? list[i].bytes : "");
    }
}

/* --- in place of cluster.c and redis.c --- */

void cluster_begin(const struct cluster *of, struct call *call, const char *operation)
{
    call_begin(call, of->server, operation);
}

bool cluster_call(struct cluster *of, const struct call *call, enum cluster_operation operation,
                  struct cluster_ticket owner)
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

    is(order_look(&cluster, mine, text_of("部屋")), "look|" US "|部屋", CLUSTER_LOOK, true);
    is(order_wrong(&cluster, mine, room), "wrong|" US "|" ROOM_TEXT, CLUSTER_WRONG, true);
    is(order_list(&cluster, mine), "list|" US, CLUSTER_LIST, true);
    is(order_create(&cluster, mine, &host, text_of("r"), salt, proof),
       "create|" US "|" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED"
       "|saltsaltsaltsalt|proofproofproofproofproofproof32", CLUSTER_CREATE, true);
    is(order_create(&cluster, mine, &host, text_of("r"), NULL, NULL),
       "create|" US "|" ROOM_TEXT "|r|MEMBERMEMBERMEMB|alice|9|JOINED||",
       CLUSTER_CREATE, true);
    is(order_join(&cluster, mine, &host, CLUSTER_NUMBER, text_of("STARTS"), 4096, true),
       "join|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|9007199254740992|9|JOINED"
       "|4096|1|STARTS", CLUSTER_JOIN, true);
    host.number = CLUSTER_NUMBER;
    is(order_join(&cluster, mine, &host, 0, (struct text){NULL, 0}, 1, false),
       "join|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|alice|0|9007199254740992|JOINED"
       "|1|0|", CLUSTER_JOIN, true);
}

static void for_members(void)
{
    is(order_say(&cluster, mine, room, member, 5, text_of("ROW")),
       "say|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|5|ROW", CLUSTER_SAY, true);
    is(order_say(&cluster, mine, room, member, 6, (struct text){NULL, 0}),
       "say|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|6|", CLUSTER_SAY, true);
    is(order_kick(&cluster, mine, room, member, 7, text_of("bob")),
       "kick|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|7|bob", CLUSTER_KICK, true);
    is(order_leave(&cluster, mine, room, member, 8),
       "leave|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB|8", CLUSTER_LEAVE, true);
    is(order_lose(&cluster, mine, room, member),
       "lose|" US "|" ROOM_TEXT "|MEMBERMEMBERMEMB", CLUSTER_LOSE, true);
    is(order_close(&cluster, mine, room, CLOSED_SHUTDOWN),
       "close|" US "|" ROOM_TEXT "|2", CLUSTER_CLOSE, true);
    is(order_quit(&cluster, mine), "quit|" US, CLUSTER_QUIT, true);
}

static void for_logs(void)
{
    is(order_follow(&cluster, room), "subscribe|chat3:" ROOM_TEXT, 0, false);
    is(order_unfollow(&cluster, room), "unsubscribe|chat3:" ROOM_TEXT, 0, false);
    is(order_read(&cluster, mine, room, 41), "XRANGE|chat3:log:" ROOM_TEXT "|0-41|+|COUNT|64",
       CLUSTER_READ, true);
    is(order_read(&cluster, mine, room, UINT64_MAX),
       "XRANGE|chat3:log:" ROOM_TEXT "|0-18446744073709551615|+|COUNT|64", CLUSTER_READ, true);
}

static void not_now(void)
{
    struct order_newcomer host = {room, member, text_of("alice"), 9, text_of("JOINED")};

    reachable = false;
    ok(!order_look(&cluster, mine, text_of("r")) && !order_wrong(&cluster, mine, room)
       && !order_list(&cluster, mine)
       && !order_create(&cluster, mine, &host, text_of("r"), NULL, NULL)
       && !order_join(&cluster, mine, &host, 0, text_of(""), 1, true)
       && !order_say(&cluster, mine, room, member, 1, text_of("R"))
       && !order_kick(&cluster, mine, room, member, 1, text_of("b"))
       && !order_leave(&cluster, mine, room, member, 1) && !order_lose(&cluster, mine, room, member)
       && !order_close(&cluster, mine, room, 1) && !order_quit(&cluster, mine)
       && !order_follow(&cluster, room) && !order_unfollow(&cluster, room)
       && !order_read(&cluster, mine, room, 1), "what cannot be asked now is refused, all of it");
}

int main(void)
{
    plan(19);
    memcpy(cluster.server, US, LEASE_WATCH_ID);
    for_requests();
    for_members();
    for_logs();
    not_now();
    return done();
}
