/* links: stage3/redis/redis.c stage3/redis/redis_url.c stage3/base/server_list.c */
/* links: stage3/redis/resp.c */
/* links: stage3/base/buffer.c stage3/base/text.c stage3/crypto/constant.c */
/*
 * redis: the connection's states, calls in a row, pushes between answers, errors, forged answers,
 * silence, and the pauses between new tries. What Redis says is written here by hand.
 */
#include "redis/redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct redis redis; /* too large for the stack of some systems */
static char told[4096];    /* what the owner was told, in short */
static bool takes = true;  /* the owner's opinion of answers */

static void note(const char *word, struct text text)
{
    size_t size = strlen(told);

    snprintf(told + size, sizeof told - size, "%s%.*s ", word, (int)text.size,
             text.size > 0 ? text.bytes : "");
}

static bool answer(void *context, struct redis_ticket ticket, const struct resp_item *reply)
{
    char word[32];

    (void)context;
    snprintf(word, sizeof word, "%d:%d=", ticket.kind, (int)ticket.who);
    if (!reply) note(word, text_of("nothing"));
    else note(word, reply->kind == RESP_TEXT ? reply->text : text_of("other"));
    return takes || !reply;
}

static void message(void *context, struct text channel, struct text text)
{
    (void)context;
    note("[", channel);
    note("]", text);
}

static void ready(void *context)
{
    (void)context;
    note("ready", text_of(""));
}

static void down(void *context)
{
    (void)context;
    note("down", text_of(""));
}

static const struct redis_owner owner = {NULL, answer, message, ready, down};
static struct redis_url url;

/* What was to be sent so far; it is sent with that. */
static const char *said(void)
{
    static char bytes[8192];
    struct text text = redis_give(&redis);

    snprintf(bytes, sizeof bytes, "%.*s", (int)text.size, text.size > 0 ? text.bytes : "");
    redis_gave(&redis, text.size);
    return bytes;
}

static void hear(const char *bytes, int64_t now)
{
    redis_take(&redis, bytes, strlen(bytes), now);
}

static bool was_told(const char *wanted)
{
    bool same = strcmp(told, wanted) == 0;

    if (!same) printf("# %s\n", told);
    told[0] = '\0';
    return same;
}

#define HELLO "%1\r\n$5\r\nproto\r\n:3\r\n"
#define HASH "$40\r\n0123456789012345678901234567890123456789\r\n"

static void start(const char *where)
{
    told[0] = '\0';
    takes = true;
    if (!redis_url_parse(where, &url)) exit(1);
    redis_create(&redis, &url, text_of("return 1"), owner, 0);
}

static void connect_at(int64_t now)
{
    redis_connecting(&redis, now);
    redis_connected(&redis, now);
}

static void get_ready(void)
{
    start("host");
    connect_at(0);
    said();
    hear(HELLO HASH, 0);
    told[0] = '\0';
}

static bool call(int kind, uint64_t who, int64_t now)
{
    struct redis_ticket ticket = {kind, who, 0};
    struct text words[] = {{"say", 3}, {"x", 1}};

    return redis_call(&redis, ticket, words, 2, now);
}

/* --- */

static void greeting(void)
{
    start("redis://:pass%40@host:1/7");
    ok(redis_wants_connection(&redis, 0), "a connection is wanted at once");
    redis_connecting(&redis, 0);
    ok(!redis_wants_connection(&redis, 9) && redis_due(&redis) == REDIS_CONNECT_TIME,
       "a connection has some time to be made");
    ok(!call(1, 1, 0), "no call is possible before the connection is ready");
    redis_connected(&redis, 10);
    ok(strcmp(said(), "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$5\r\npass@"
                      "\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n7\r\n*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n"
                      "$8\r\nreturn 1\r\n") == 0,
       "the client greets, selects a database and loads the script");
    hear(HELLO "+OK\r\n$40\r\n01234567890123456789", 20);
    ok(was_told(""), "the connection is not ready before all replies");
    hear("01234567890123456789\r\n", 20);
    ok(was_told("ready ") && redis.state == REDIS_READY,
       "the connection is ready after the last reply");
    redis_destroy(&redis);
    start("host");
    connect_at(0);
    ok(!strstr(said(), "AUTH"), "neither a password nor a database is sent without one");
    hear("-NOAUTH HELLO must be called with\x1b[31m\r\n", 0);
    ok(was_told("down ") && strcmp(redis.why, "NOAUTH HELLO must be called with?[31m") == 0,
       "a refusal ends it, and is safe to show");
    redis_destroy(&redis);
}

/* What Redis says of a command that it refuses may repeat the command, the password in it too. */
static void keeps_secret(void)
{
    start("redis://:pass@host");
    connect_at(0);
    said();
    hear("-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `pa\r\n",
         0);
    ok(redis.state == REDIS_DOWN && !strstr(redis.why, "pa") && strstr(redis.why, "Redis 6"),
       "an old Redis is reported without the password");
    redis_destroy(&redis);
    start("redis://:pass@host");
    connect_at(0);
    said();
    hear("-ERR pass is not a pass\r\n", 0);
    ok(strcmp(redis.why, "ERR **** is not a ****") == 0, "a password in a reason is not shown");
    redis_destroy(&redis);
}

static void calls(void)
{
    get_ready();
    ok(call(1, 1, 0) && call(2, 2, 0) && call(3, 3, 0), "calls are made one behind the other");
    ok(strstr(said(), "$7\r\nEVALSHA\r\n$40\r\n0123456789012345678901234567890123456789\r\n$1\r\n0"
                      "\r\n$3\r\nsay\r\n$1\r\nx\r\n"), "a call names the script by its hash");
    hear("+a\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n+b\r\n", 1);
    ok(was_told("1:1=a [c ]hi 2:2=b "), "answers go to their calls, with a push between them");
    ok(redis_subscribe(&redis, text_of("d"), 1) && call(4, 4, 2), "a channel is subscribed");
    hear("+c\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nd\r\n:1\r\n+d\r\n", 3);
    ok(was_told("3:3=c 4:4=d "), "the subscription is confirmed in its turn");
    hear(">2\r\n$10\r\ninvalidate\r\n_\r\n", 3);
    ok(was_told("") && redis.state == REDIS_READY, "a push that we do not know is passed over");
    call(5, 5, 3);
    hear("-ERR x\r\n", 3);
    ok(was_told("5:5=nothing ") && redis.state == REDIS_READY, "an error is no answer");
    ok(strcmp(redis.why, "ERR x") == 0, "an error is remembered as the reason");
    said();
    call(6, 6, 3);
    hear("-NOSCRIPT No matching script.\r\n", 3);
    ok(was_told("6:6=nothing ") && strstr(said(), "LOAD"), "a script that is gone is loaded again");
    hear(HASH, 3);
    ok(was_told("") && call(7, 7, 4), "the loaded script is used for the next call");
    redis_destroy(&redis);
}

/* The connection ends in the middle of an answer. */
static void half_an_answer(void)
{
    get_ready();
    call(1, 1, 0);
    said();
    hear("$5\r\nhe", 1);
    ok(was_told(""), "half an answer is none");
    redis_lost(&redis, "the end", 2);
    ok(was_told("1:1=nothing down "), "a call without a whole reply fails with the connection");
    connect_at(5000);
    said();
    hear(HELLO HASH, 5000);
    ok(was_told("ready ") && call(2, 2, 5000), "the next connection starts without leftovers");
    hear("$5\r\nhello\r\n", 5001);
    ok(was_told("2:2=hello "), "the next connection reads whole replies");
    redis_destroy(&redis);
}

/* What had not been sent when the connection ended is not sent over the next one. */
static void half_a_call(void)
{
    get_ready();
    said();
    call(1, 1, 0);
    redis_lost(&redis, "the end", 2);
    connect_at(5000);
    ok(strncmp(said(), "*2\r\n$5\r\nHELLO\r\n", 15) == 0,
       "a new connection begins with HELLO, and not with a call of the one before");
    redis_destroy(&redis);
}

static void breaks(const char *what, const char *bytes, const char *wanted)
{
    get_ready();
    call(1, 1, 0);
    call(2, 2, 0);
    hear(bytes, 1);
    ok(was_told(wanted) && redis.state == REDIS_DOWN && redis.count == 0, "%s", what);
    redis_destroy(&redis);
}

static void forged(void)
{
    breaks("garbage breaks the connection, and all who wait are told", "HTTP/1.1 400\r\n",
           "1:1=nothing 2:2=nothing down ");
    breaks("an answer too many breaks the connection", "+a\r\n+b\r\n+c\r\n+d\r\n",
       "1:1=a 2:2=b down ");
    breaks("a confirmation of nothing breaks the connection",
           ">3\r\n$9\r\nsubscribe\r\n$1\r\nd\r\n:1\r\n", "2:2=nothing down ");
    breaks("an empty push breaks the connection", ">0\r\n", "1:1=nothing 2:2=nothing down ");
    breaks("a message without its text breaks the connection", ">2\r\n$7\r\nmessage\r\n$1\r\nc\r\n",
           "1:1=nothing 2:2=nothing down ");
    breaks("a copy that takes no orders breaks the connection", "-READONLY x\r\n",
       "1:1=nothing 2:2=nothing down ");
    takes = true;
    get_ready();
    call(1, 1, 0);
    call(2, 2, 0);
    takes = false;
    hear("+a\r\n+b\r\n", 1);
    ok(was_told("1:1=a 2:2=nothing down "), "an answer that the owner does not take");
    redis_destroy(&redis);
    start("host");
    connect_at(0);
    hear("+OK\r\n", 0);
    ok(was_told("down "), "a greeting that is none");
    redis_destroy(&redis);
    start("host");
    connect_at(0);
    hear(HELLO "$3\r\nabc\r\n", 0);
    ok(was_told("down "), "a hash that is none");
    redis_destroy(&redis);
}

static void time_passes(void)
{
    get_ready();
    ok(redis_due(&redis) == INT64_MAX && redis_delay(&redis, 50) == 0,
       "nothing is due without calls");
    call(1, 1, 100);
    call(2, 2, 5000);
    ok(redis_delay(&redis, 300) == 200, "the oldest call counts");
    redis_tick(&redis, 100 + REDIS_TIMEOUT - 1);
    ok(was_told("") && redis_due(&redis) == 100 + REDIS_TIMEOUT, "a call may take some time");
    redis_tick(&redis, 100 + REDIS_TIMEOUT);
    ok(was_told("1:1=nothing 2:2=nothing down "), "a call without a reply fails after a time");
    int64_t now = 100 + REDIS_TIMEOUT, pause = REDIS_RETRY;
    bool right = true;
    for (int i = 0; i < 10; i++) {
        right = right && !redis_wants_connection(&redis, now + pause - 1)
            && redis_wants_connection(&redis, now + pause) && redis_due(&redis) == now + pause;
        now += pause;
        redis_connecting(&redis, now);
        redis_lost(&redis, "refused", now);
        pause = 2 * pause < REDIS_RETRY_LIMIT ? 2 * pause : REDIS_RETRY_LIMIT;
    }
    ok(right && strcmp(redis.why, "refused") == 0, "new tries come later and later, up to a limit");
    told[0] = '\0';
    redis_connecting(&redis, now);
    redis_tick(&redis, now + REDIS_CONNECT_TIME);
    ok(was_told("down "), "a connection that is not made in time");
    redis_lost(&redis, "again", now);
    ok(was_told(""), "a connection that is down cannot be lost again");
    connect_at(now);
    hear(HELLO HASH, now);
    redis_lost(&redis, "x", now);
    ok(redis_wants_connection(&redis, now + REDIS_RETRY),
       "a connection that worked is made again soon");
    redis_destroy(&redis);
}

static void limits(void)
{
    static char large[100000];
    struct redis_ticket ticket = {1, 1, 0};
    struct text words[] = {{large, sizeof large}};
    uint32_t calls = 0;

    get_ready();
    while (call(1, calls, 0)) calls++;
    ok(calls == REDIS_AWAITED, "the number of waiting calls is limited");
    redis_destroy(&redis);
    get_ready();
    for (calls = 0; redis_call(&redis, ticket, words, 1, 0); calls++) continue;
    ok(calls * sizeof large >= REDIS_OUT && (calls - 1) * sizeof large <= REDIS_OUT,
       "the number of waiting bytes is limited");
    redis_destroy(&redis);
}

int main(void)
{
    plan(44);
    greeting();
    keeps_secret();
    calls();
    half_an_answer();
    half_a_call();
    forged();
    time_passes();
    limits();
    return done();
}
