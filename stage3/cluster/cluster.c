#include "cluster.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "script_lua.h"

#define WHY_EVICTS "it may throw away any key when it is full: set maxmemory-policy noeviction"
#define WHY_OTHER_KEY "its servers have another key: give all of them the same file with -k"

/* --- beginning, and the lease --- */

static void draw(struct cluster *cluster, char *digits, size_t size)
{
    unsigned char bytes[SEAL_KEY];

    cluster->owner.random(cluster->owner.random_context, bytes, size / 2);
    hex_encode(bytes, size / 2, digits);
}

/* Draws a new id and a new epoch to propose: the old ones are not valid any more. */
static void become_another(struct cluster *cluster)
{
    cluster->begun = cluster->up = false;
    draw(cluster, cluster->server, LEASE_WATCH_ID);
    draw(cluster, cluster->epoch, CLUSTER_EPOCH);
}

/* Asks for the lease; the first time with `start`. If Redis was started again, the id drawn here
   becomes the id of the new start. Each call draws another one, because Redis may have stored an
   earlier proposal and then lost that state. */
static void renew(struct cluster *cluster)
{
    struct script_call call;
    struct text fingerprint = {cluster->fingerprint, sizeof cluster->fingerprint};

    if (cluster->renewing || cluster->redis.state != REDIS_READY) return;
    cluster->renew_at = cluster->now + CLUSTER_RENEW;
    cluster->owner.random(cluster->owner.random_context, cluster->drawn, SEAL_ID);
    if (cluster->begun) script_renew(&call, cluster->epoch, cluster->start, cluster->drawn);
    else script_start(&call, fingerprint, cluster->epoch, cluster->drawn);
    cluster->renewing = cluster_call(cluster, (struct cluster_ticket){0, 0}, &call);
}

static void tell(struct cluster *cluster, enum cluster_event event)
{
    cluster->owner.event(cluster->owner.context, event);
}

static void wait_for_redis(struct cluster *cluster)
{
    if (cluster->waiting) return;
    cluster->waiting = true;
    tell(cluster, CLUSTER_WAITING);
}

/* The lease holds. */
static void go_on(struct cluster *cluster)
{
    enum cluster_event event = cluster->up ? CLUSTER_BACK : CLUSTER_UP;

    if (cluster->up && !cluster->waiting) return;
    cluster->up = true;
    cluster->waiting = false;
    tell(cluster, event);
}

static void refuse(struct cluster *cluster, const char *why)
{
    cluster->why = why;
    tell(cluster, CLUSTER_REFUSED);
}

static bool started(struct cluster *cluster, const struct cluster_answer *answer)
{
    switch (answer->status) {
    case CLUSTER_OK:
        if (answer->text.size != CLUSTER_EPOCH) return false;
        memcpy(cluster->epoch, answer->text.bytes, CLUSTER_EPOCH);
        memcpy(cluster->start, answer->start, SEAL_ID);
        cluster->begun = true;
        go_on(cluster);
        return true;
    case CLUSTER_EVICTS: refuse(cluster, WHY_EVICTS); return true;
    case CLUSTER_OTHER_KEY: refuse(cluster, WHY_OTHER_KEY); return true;
    default: return false;
    }
}

/* --- other servers' absence --- */

/* The ticket holds the server's id, so that the answer can continue with it. */
static void call_about(struct cluster *cluster, enum cluster_operation operation,
                       const char *server)
{
    unsigned char id[LEASE_WATCH_ID / 2];
    struct script_call call;

    if (!hex_decode(server, id, sizeof id)) return; /* none of our servers has such an id */
    cluster_call(cluster, (struct cluster_ticket){wire_get64(id), wire_get64(id + 8)},
                 script_server(&call, operation, server));
}

/* One call removes only some of the members of a large server. */
static void remove_more(struct cluster *cluster, struct cluster_ticket ticket)
{
    unsigned char id[LEASE_WATCH_ID / 2];
    char server[LEASE_WATCH_ID];

    wire_put64(id, ticket.who);
    wire_put64(id + 8, ticket.what);
    hex_encode(id, sizeof id, server);
    call_about(cluster, CLUSTER_REMOVE, server);
}

static void act_on_absence(struct cluster *cluster)
{
    const char *server;
    enum lease_watch_step step;

    while ((step = lease_watch_next(&cluster->lease_watch, &server)) != LEASE_WATCH_NOTHING) {
        bool alive = step == LEASE_WATCH_DECLARE;
        call_about(cluster, alive ? CLUSTER_DECLARE : CLUSTER_REMOVE, server);
    }
}

/* After the first word the reply lists the servers without a lease, each with its state. */
static bool note_absence(struct cluster *cluster, const struct resp_item *reply)
{
    lease_watch_begin(&cluster->lease_watch, cluster->now);
    for (uint32_t i = 1; i + 1 < reply->count; i += 2) {
        const struct resp_item *server = resp_value(reply, i), *state = resp_value(reply, i + 1);
        if (server->kind != RESP_TEXT || server->text.size != LEASE_WATCH_ID) return false;
        lease_watch_note(&cluster->lease_watch, server->text.bytes, resp_is(state, "dead"));
    }
    lease_watch_end(&cluster->lease_watch);
    act_on_absence(cluster);
    return true;
}

static bool renewed(struct cluster *cluster, const struct cluster_answer *answer,
                    const struct resp_item *reply)
{
    switch (answer->status) {
    case CLUSTER_OK:
        go_on(cluster);
        return note_absence(cluster, reply);
    case CLUSTER_DECLARED_DEAD:
        memcpy(cluster->before, cluster->start, SEAL_ID);
        memcpy(cluster->start, answer->start, SEAL_ID);
        tell(cluster, CLUSTER_DEAD);
        become_another(cluster);
        renew(cluster);
        return true;
    case CLUSTER_LOST_ALL:
        tell(cluster, CLUSTER_LOST);
        become_another(cluster);
        renew(cluster);
        return true;
    default: return false;
    }
}

/* --- what comes from Redis --- */

/* Takes an answer to a call that this module made for itself. */
static bool take_own(struct cluster *cluster, const struct cluster_answer *answer,
                     const struct resp_item *reply)
{
    bool lease = answer->operation == CLUSTER_START || answer->operation == CLUSTER_RENEWAL;

    if (lease) cluster->renewing = false;
    if (answer->status == CLUSTER_UNDONE) { /* the next renewal tries again */
        if (lease) wait_for_redis(cluster);
        return true;
    }
    switch (answer->operation) {
    case CLUSTER_START: return started(cluster, answer);
    case CLUSTER_RENEWAL: return renewed(cluster, answer, reply);
    case CLUSTER_REMOVE:
        if (answer->number > 0) remove_more(cluster, answer->ticket);
        return true;
    default: return true;
    }
}

static bool take_answer(void *context, struct redis_ticket ticket, const struct resp_item *reply)
{
    struct cluster *cluster = context;
    struct cluster_answer answer = {.operation = (enum cluster_operation)ticket.kind,
                                    .ticket = {ticket.who, ticket.what}};
    bool right = !reply || script_take(reply, &answer);

    if (!reply || !right) answer.status = CLUSTER_UNDONE; /* the caller must learn that */
    if (answer.status == CLUSTER_NO_LEASE) renew(cluster);
    if (answer.operation < CLUSTER_QUIT) return take_own(cluster, &answer, reply) && right;
    cluster->owner.answer(cluster->owner.context, &answer);
    return right;
}

/* Anybody who can reach Redis can publish: a message that is not ours is ignored. */
static void take_message(void *context, struct text channel, struct text message)
{
    struct cluster *cluster = context;
    const struct cluster_owner *owner = &cluster->owner;
    unsigned char room[SEAL_ID];
    const unsigned char *member;
    const char *server;
    struct text rest, name;
    uint64_t number;

    if (channel.size != CLUSTER_CHANNEL || !text_starts(channel, CLUSTER_PREFIX)) return;
    if (!hex_decode(channel.bytes + strlen(CLUSTER_PREFIX), room, SEAL_ID)) return;
    if (!script_message(message, &number, &rest)) return;
    if (number > 0) {
        owner->entry(owner->context, room, number, rest);
    } else if (script_moved(rest, &member, &server, &name)
               && memcmp(server, cluster->server, LEASE_WATCH_ID) != 0) {
        owner->moved(owner->context, room, member, name);
    }
}

static void take_ready(void *context)
{
    renew(context); /* before any other call: Redis may have lost data, or declared us dead */
}

static void take_down(void *context)
{
    struct cluster *cluster = context;

    cluster->up = false;
    wait_for_redis(cluster);
}

/* --- life --- */

void cluster_create(struct cluster *cluster, const struct redis_url *url,
                    const char fingerprint[2 * 32], struct cluster_owner owner, int64_t now)
{
    struct redis_owner from_redis = {.context = cluster, .answer = take_answer,
                                     .message = take_message, .ready = take_ready,
                                     .down = take_down};
    struct text script = {(const char *)script_lua_bytes, script_lua_size};

    memset(cluster, 0, sizeof *cluster);
    cluster->owner = owner;
    cluster->now = cluster->renew_at = now;
    memcpy(cluster->fingerprint, fingerprint, sizeof cluster->fingerprint);
    redis_create(&cluster->redis, url, script, from_redis, now);
    become_another(cluster);
}

void cluster_destroy(struct cluster *cluster)
{
    redis_destroy(&cluster->redis);
}

int64_t cluster_due(const struct cluster *cluster)
{
    int64_t due = redis_due(&cluster->redis), slow = cluster->now + CLUSTER_SLOW;

    if (cluster->redis.state != REDIS_READY) return due;
    if (!cluster->renewing && cluster->renew_at < due) due = cluster->renew_at;
    slow -= redis_delay(&cluster->redis, cluster->now);
    return cluster->redis.count > 0 && !cluster->waiting && slow < due ? slow : due;
}

void cluster_tick(struct cluster *cluster, int64_t now)
{
    cluster->now = now;
    redis_tick(&cluster->redis, now);
    if (cluster->redis.state != REDIS_READY) return;
    bool slow = cluster->up && redis_delay(&cluster->redis, now) >= CLUSTER_SLOW;
    if (slow) wait_for_redis(cluster);
    if (slow || now >= cluster->renew_at) renew(cluster); /* when it is answered, all is well
                                                             again */
}

/* --- calls, and logs --- */

bool cluster_call(struct cluster *cluster, struct cluster_ticket ticket, struct script_call *call)
{
    struct redis_ticket redis = {(int)call->operation, ticket.who, ticket.what};

    call->words[SCRIPT_SERVER] = (struct text){cluster->server, sizeof cluster->server};
    return redis_call(&cluster->redis, redis, call->words, call->count, cluster->now);
}

static struct text channel_of(const unsigned char *room, char out[CLUSTER_CHANNEL])
{
    size_t prefix = strlen(CLUSTER_PREFIX);

    memcpy(out, CLUSTER_PREFIX, prefix);
    hex_encode(room, SEAL_ID, out + prefix);
    return (struct text){out, CLUSTER_CHANNEL};
}

bool cluster_follow(struct cluster *cluster, const unsigned char room[SEAL_ID])
{
    char channel[CLUSTER_CHANNEL];

    return redis_subscribe(&cluster->redis, channel_of(room, channel), cluster->now);
}

bool cluster_unfollow(struct cluster *cluster, const unsigned char room[SEAL_ID])
{
    char channel[CLUSTER_CHANNEL];

    return redis_unsubscribe(&cluster->redis, channel_of(room, channel), cluster->now);
}

bool cluster_read(struct cluster *cluster, struct cluster_ticket ticket,
                  const unsigned char room[SEAL_ID], uint64_t from)
{
    char key[10 + CLUSTER_HEX] = "chat3:log:", id[24], count[8];
    struct redis_ticket redis = {CLUSTER_READ, ticket.who, ticket.what};

    hex_encode(room, SEAL_ID, key + 10);
    snprintf(id, sizeof id, "0-%" PRIu64, from);
    snprintf(count, sizeof count, "%d", CLUSTER_PAGE);
    struct text words[6] = {[1] = {key, sizeof key}};
    words[0] = text_of("XRANGE");
    words[2] = text_of(id);
    words[3] = text_of("+");
    words[4] = text_of("COUNT");
    words[5] = text_of(count);
    return redis_command(&cluster->redis, redis, words, 6, cluster->now);
}
