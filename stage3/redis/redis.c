#include "redis.h"

#include <stdio.h>
#include <string.h>

#include "crypto/constant.h"

/* Tickets of this module. */
enum { TICKET_HELLO = -1, TICKET_SELECT = -2, TICKET_SCRIPT = -3, TICKET_SUBSCRIPTION = -4 };

#define WHY_SILENT "it does not answer"
#define WHY_OLD "it is too old: Redis 6 or newer is needed"
#define WHY_NONSENSE "that is not what Redis would say: is it another program's port?"

void redis_create(struct redis *redis, const struct redis_url *url, struct text script,
                  struct redis_owner owner, int64_t now)
{
    memset(redis, 0, sizeof *redis);
    redis->url = *url;
    redis->script = script;
    redis->owner = owner;
    redis->until = now;
    redis->pause = REDIS_RETRY;
    resp_create(&redis->in);
}

void redis_destroy(struct redis *redis)
{
    resp_destroy(&redis->in);
    buffer_free(&redis->out);
    wipe(&redis->url, sizeof redis->url);
}

/* --- the queue of calls that wait --- */

/* Takes the oldest ticket out of the queue, which must not be empty. */
static struct redis_ticket arrive(struct redis *redis)
{
    struct redis_ticket ticket = redis->awaited[redis->first].ticket;

    redis->first = (redis->first + 1) % REDIS_AWAITED;
    redis->count--;
    return ticket;
}

int64_t redis_delay(const struct redis *redis, int64_t now)
{
    return redis->count > 0 ? now - redis->awaited[redis->first].since : 0;
}

/* --- going down --- */

/* The reason comes from outside, so control characters are replaced. An error may repeat the words
   that it refuses, so the password is masked: it must not get into a log. */
static void set_why(struct redis *redis, struct text why)
{
    const char *password = redis->url.password;
    size_t size = why.size < REDIS_WHY ? why.size : REDIS_WHY - 1;
    size_t secret = strlen(password), hidden = 0;

    for (size_t i = 0; i < size; i++) {
        bool repeats = secret > 0 && why.size - i >= secret
            && memcmp(why.bytes + i, password, secret) == 0;
        if (repeats) hidden = i + secret;
        redis->why[i] = why.bytes[i];
        if (why.bytes[i] < ' ' || why.bytes[i] > '~') redis->why[i] = '?';
        if (i < hidden) redis->why[i] = '*';
    }
    redis->why[size] = '\0';
}

/* Answers all waiting calls with NULL, then tells the owner that the connection is down. */
static void go_down(struct redis *redis, struct text why, int64_t now)
{
    set_why(redis, why);
    redis->state = REDIS_DOWN;
    redis->until = now + redis->pause;
    redis->pause = 2 * redis->pause < REDIS_RETRY_LIMIT ? 2 * redis->pause : REDIS_RETRY_LIMIT;
    resp_destroy(&redis->in);
    buffer_free(&redis->out);
    while (redis->count > 0) {
        struct redis_ticket ticket = arrive(redis);
        if (ticket.kind >= 0) redis->owner.answer(redis->owner.context, ticket, NULL);
    }
    redis->owner.down(redis->owner.context);
}

void redis_lost(struct redis *redis, const char *why, int64_t now)
{
    if (redis->state != REDIS_DOWN) go_down(redis, text_of(why), now);
}

/* --- sending --- */

static bool say(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                size_t count, int64_t now)
{
    size_t waiting = redis->out.end - redis->out.start;

    if (redis->count == REDIS_AWAITED || waiting > REDIS_OUT) return false;
    resp_command(&redis->out, words, count);
    uint32_t index = (redis->first + redis->count++) % REDIS_AWAITED;
    redis->awaited[index].ticket = ticket;
    redis->awaited[index].since = now;
    return true;
}

bool redis_command(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                   size_t count, int64_t now)
{
    return redis->state == REDIS_READY && say(redis, ticket, words, count, now);
}

bool redis_call(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                size_t count, int64_t now)
{
    struct text all[3 + REDIS_WORDS];

    all[0] = text_of("EVALSHA");
    all[1] = (struct text){redis->hash, REDIS_HASH};
    all[2] = text_of("0"); /* the number of words that are keys */
    memcpy(all + 3, words, count * sizeof *words);
    redis->calls++;
    return redis_command(redis, ticket, all, 3 + count, now);
}

/* Redis confirms a subscription with a push instead of an answer. */
static bool subscription(struct redis *redis, const char *command, struct text channel,
                         int64_t now)
{
    struct redis_ticket ticket = {.kind = TICKET_SUBSCRIPTION};
    struct text words[2];

    words[0] = text_of(command);
    words[1] = channel;
    return redis_command(redis, ticket, words, 2, now);
}

bool redis_subscribe(struct redis *redis, struct text channel, int64_t now)
{
    return subscription(redis, "SUBSCRIBE", channel, now);
}

bool redis_unsubscribe(struct redis *redis, struct text channel, int64_t now)
{
    return subscription(redis, "UNSUBSCRIBE", channel, now);
}

/* --- greeting --- */

static void load_script(struct redis *redis, int64_t now)
{
    struct redis_ticket ticket = {.kind = TICKET_SCRIPT};
    struct text words[3];

    words[0] = text_of("SCRIPT");
    words[1] = text_of("LOAD");
    words[2] = redis->script;
    say(redis, ticket, words, 3, now);
}

void redis_connected(struct redis *redis, int64_t now)
{
    const struct redis_url *url = &redis->url;
    struct redis_ticket hello = {.kind = TICKET_HELLO}, chosen = {.kind = TICKET_SELECT};
    char number[16];
    struct text words[5];

    redis->state = REDIS_GREETING;
    words[0] = text_of("HELLO");
    words[1] = text_of("3");
    words[2] = text_of("AUTH");
    words[3] = text_of(url->user);
    words[4] = text_of(url->password);
    say(redis, hello, words, url->password[0] ? 5 : 2, now);
    if (url->database != 0) {
        snprintf(number, sizeof number, "%u", url->database);
        words[0] = text_of("SELECT");
        words[1] = text_of(number);
        say(redis, chosen, words, 2, now);
    }
    load_script(redis, now);
}

/* False: this is not an answer to SCRIPT LOAD. */
static bool take_hash(struct redis *redis, const struct resp_item *reply)
{
    if (reply->kind != RESP_TEXT || reply->text.size != REDIS_HASH) return false;
    memcpy(redis->hash, reply->text.bytes, REDIS_HASH);
    if (redis->state == REDIS_READY) return true; /* loaded again after NOSCRIPT */
    redis->state = REDIS_READY;
    redis->pause = REDIS_RETRY;
    redis->owner.ready(redis->owner.context);
    return true;
}

/* --- receiving --- */

/* An error that asking again at once would not mend: the next try comes after a pause. */
static bool fail(struct redis *redis, const struct resp_item *error, int64_t now)
{
    go_down(redis, error->text, now);
    return true;
}

static bool take_error(struct redis *redis, struct redis_ticket ticket,
                       const struct resp_item *error, int64_t now)
{
    redis->errors++;
    /* This error repeats the words of the command, perhaps cut, and the password is one of them. */
    if (ticket.kind == TICKET_HELLO && text_starts(error->text, "ERR unknown command")) {
        go_down(redis, text_of(WHY_OLD), now);
        return true;
    }
    if (ticket.kind < 0) return fail(redis, error, now);
    set_why(redis, error->text);
    /* Redis has lost its scripts: a restart, or SCRIPT FLUSH. */
    if (text_starts(error->text, "NOSCRIPT")) load_script(redis, now);
    /* This Redis has become a replica, which refuses writes. A new connection to the same address
       may reach the new master. */
    if (text_starts(error->text, "READONLY")) {
        redis->owner.answer(redis->owner.context, ticket, NULL);
        return fail(redis, error, now);
    }
    return redis->owner.answer(redis->owner.context, ticket, NULL);
}

static bool take_answer(struct redis *redis, const struct resp_item *reply, int64_t now)
{
    if (redis->count == 0) return false;
    struct redis_ticket ticket = arrive(redis);
    if (reply->kind == RESP_ERROR) return take_error(redis, ticket, reply, now);
    switch (ticket.kind) {
    case TICKET_HELLO: return reply->kind == RESP_MAP;
    case TICKET_SELECT: return resp_is(reply, "OK");
    case TICKET_SCRIPT: return take_hash(redis, reply);
    case TICKET_SUBSCRIPTION: return false;
    default: return redis->owner.answer(redis->owner.context, ticket, reply);
    }
}

static bool take_push(struct redis *redis, const struct resp_item *push)
{
    const struct resp_item *kind = resp_value(push, 0), *channel = resp_value(push, 1);
    const struct resp_item *message = resp_value(push, 2);

    if (resp_is(kind, "subscribe") || resp_is(kind, "unsubscribe")) {
        return redis->count > 0 && arrive(redis).kind == TICKET_SUBSCRIPTION;
    }
    if (!resp_is(kind, "message")) return kind != NULL; /* other pushes are ignored */
    if (!message || channel->kind != RESP_TEXT || message->kind != RESP_TEXT) return false;
    redis->owner.message(redis->owner.context, channel->text, message->text);
    return true;
}

void redis_take(struct redis *redis, const char *bytes, size_t size, int64_t now)
{
    enum resp_progress progress;

    if (redis->state < REDIS_GREETING) return;
    if (!resp_take(&redis->in, bytes, size)) {
        go_down(redis, text_of("no memory for what it says"), now);
        return;
    }
    while ((progress = resp_next(&redis->in)) == RESP_WHOLE) {
        const struct resp_item *item = redis->in.items;
        bool right = item->kind == RESP_PUSH ? take_push(redis, item)
            : take_answer(redis, item, now);
        if (redis->state == REDIS_DOWN) return;
        if (!right) progress = RESP_BAD;
        if (!right) break;
    }
    if (progress == RESP_BAD) go_down(redis, text_of(WHY_NONSENSE), now);
}

/* --- for the owner of the socket --- */

bool redis_wants_connection(const struct redis *redis, int64_t now)
{
    return redis->state == REDIS_DOWN && now >= redis->until;
}

void redis_connecting(struct redis *redis, int64_t now)
{
    redis->state = REDIS_CONNECTING;
    redis->until = now + REDIS_CONNECT_TIME;
}

struct text redis_give(const struct redis *redis)
{
    if (redis->out.start == redis->out.end) return (struct text){NULL, 0};
    return buffer_text(&redis->out);
}

void redis_gave(struct redis *redis, size_t size)
{
    buffer_take(&redis->out, size);
}

int64_t redis_due(const struct redis *redis)
{
    if (redis->state < REDIS_GREETING) return redis->until;
    if (redis->count == 0) return INT64_MAX;
    return redis->awaited[redis->first].since + REDIS_TIMEOUT;
}

void redis_tick(struct redis *redis, int64_t now)
{
    bool late = redis->state != REDIS_DOWN && now >= redis_due(redis);

    if (late) go_down(redis, text_of(WHY_SILENT), now);
    else if (redis->out.failed) go_down(redis, text_of("no memory for what to say"), now);
}
