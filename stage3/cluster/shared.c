#include "shared.h"

#include <string.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "script_lua.h"

#define WHY_EVICTS "it may throw away any key when it is full: set maxmemory-policy noeviction"
#define WHY_OTHER_KEY "its servers have another key: give all of them the same file with -k"

/* --- beginning, and the lease --- */

static void draw(struct shared *shared, char *digits, size_t size)
{
    unsigned char bytes[SEAL_KEY];

    shared->random(shared->chance, bytes, size / 2);
    hex_encode(bytes, size / 2, digits);
}

/* Nothing of what we were holds any more. */
static void become_another(struct shared *shared)
{
    shared->begun = shared->up = false;
    draw(shared, shared->server, ABSENCE_ID);
    draw(shared, shared->epoch, SHARED_EPOCH);
}

/* If Redis was started again, this becomes the id of that start. Another one each time: one that
   was proposed may be in a past that Redis has lost. */
static void put_drawn(struct shared *shared, struct call *call)
{
    shared->random(shared->chance, shared->drawn, SEAL_ID);
    call_put_bytes(call, shared->drawn, SEAL_ID);
}

static bool start(struct shared *shared)
{
    struct call call;

    shared_begin(shared, &call, "start");
    call_put_bytes(&call, shared->fingerprint, sizeof shared->fingerprint);
    call_put_bytes(&call, shared->epoch, sizeof shared->epoch);
    put_drawn(shared, &call);
    return shared_call(shared, &call, SHARED_START, (struct shared_ticket){0, 0});
}

static bool ask_again(struct shared *shared)
{
    struct call call;

    shared_begin(shared, &call, "renew");
    call_put_bytes(&call, shared->epoch, sizeof shared->epoch);
    call_put_bytes(&call, shared->start, sizeof shared->start);
    put_drawn(shared, &call);
    return shared_call(shared, &call, SHARED_RENEWAL, (struct shared_ticket){0, 0});
}

/* Asks for the lease: by beginning, if that is not done yet. */
static void renew(struct shared *shared)
{
    if (shared->renewing || shared->redis.state != REDIS_READY) return;
    shared->renew_at = shared->now + SHARED_RENEW;
    shared->renewing = shared->begun ? ask_again(shared) : start(shared);
}

static void tell(struct shared *shared, enum shared_event event)
{
    shared->owner.event(shared->owner.context, event);
}

static void wait_for_redis(struct shared *shared)
{
    if (shared->waiting) return;
    shared->waiting = true;
    tell(shared, SHARED_WAITING);
}

/* The lease holds. */
static void go_on(struct shared *shared)
{
    enum shared_event event = shared->up ? SHARED_BACK : SHARED_UP;

    if (shared->up && !shared->waiting) return;
    shared->up = true;
    shared->waiting = false;
    tell(shared, event);
}

static void refuse(struct shared *shared, const char *why)
{
    shared->why = why;
    tell(shared, SHARED_REFUSED);
}

static bool started(struct shared *shared, const struct shared_answer *answer)
{
    switch (answer->status) {
    case SHARED_OK:
        if (answer->text.size != SHARED_EPOCH) return false;
        memcpy(shared->epoch, answer->text.bytes, SHARED_EPOCH);
        memcpy(shared->start, answer->start, SEAL_ID);
        shared->begun = true;
        go_on(shared);
        return true;
    case SHARED_EVICTS: refuse(shared, WHY_EVICTS); return true;
    case SHARED_OTHER_KEY: refuse(shared, WHY_OTHER_KEY); return true;
    default: return false;
    }
}

/* --- other servers' absence --- */

static void declare(struct shared *shared, const char *server)
{
    struct call call;

    shared_begin(shared, &call, "declare");
    call_put_bytes(&call, server, ABSENCE_ID);
    shared_call(shared, &call, SHARED_DECLARE, (struct shared_ticket){0, 0});
}

/* Of a large server not all members can be taken out at once. The ticket is the server's id, to
   go on with it. */
static void remove_members(struct shared *shared, const char *server)
{
    unsigned char id[ABSENCE_ID / 2];
    struct call call;

    if (!hex_decode(server, id, sizeof id)) return; /* no server of ours is called that */
    shared_begin(shared, &call, "remove");
    call_put_bytes(&call, server, ABSENCE_ID);
    shared_call(shared, &call, SHARED_REMOVE,
                (struct shared_ticket){wire_get64(id), wire_get64(id + 8)});
}

static void remove_more(struct shared *shared, struct shared_ticket ticket)
{
    unsigned char id[ABSENCE_ID / 2];
    char server[ABSENCE_ID];

    wire_put64(id, ticket.who);
    wire_put64(id + 8, ticket.what);
    hex_encode(id, sizeof id, server);
    remove_members(shared, server);
}

static void act_on_absence(struct shared *shared)
{
    const char *server;
    enum absence_step step;

    while ((step = absence_next(&shared->absence, &server)) != ABSENCE_NOTHING) {
        if (step == ABSENCE_DECLARE) declare(shared, server);
        else remove_members(shared, server);
    }
}

/* The servers without a lease stand behind the first word, each with what it is taken for. */
static bool note_absence(struct shared *shared, const struct resp_item *reply)
{
    absence_begin(&shared->absence, shared->now);
    for (uint32_t i = 1; i + 1 < reply->count; i += 2) {
        const struct resp_item *server = resp_value(reply, i), *state = resp_value(reply, i + 1);
        if (server->kind != RESP_TEXT || server->text.size != ABSENCE_ID) return false;
        absence_note(&shared->absence, server->text.bytes, resp_is(state, "dead"));
    }
    absence_end(&shared->absence);
    act_on_absence(shared);
    return true;
}

static bool renewed(struct shared *shared, const struct shared_answer *answer,
                    const struct resp_item *reply)
{
    switch (answer->status) {
    case SHARED_OK:
        go_on(shared);
        return note_absence(shared, reply);
    case SHARED_DECLARED_DEAD:
        memcpy(shared->before, shared->start, SEAL_ID);
        memcpy(shared->start, answer->start, SEAL_ID);
        tell(shared, SHARED_DEAD);
        become_another(shared);
        renew(shared);
        return true;
    case SHARED_LOST_ALL:
        tell(shared, SHARED_LOST);
        become_another(shared);
        renew(shared);
        return true;
    default: return false;
    }
}

/* --- what comes from Redis --- */

/* An answer to something that we have asked for ourselves. */
static bool take_own(struct shared *shared, const struct shared_answer *answer,
                     const struct resp_item *reply)
{
    bool lease = answer->operation == SHARED_START || answer->operation == SHARED_RENEWAL;

    if (lease) shared->renewing = false;
    if (answer->status == SHARED_UNDONE) { /* it is tried again with the next renewal */
        if (lease) wait_for_redis(shared);
        return true;
    }
    switch (answer->operation) {
    case SHARED_START: return started(shared, answer);
    case SHARED_RENEWAL: return renewed(shared, answer, reply);
    case SHARED_REMOVE:
        if (answer->number > 0) remove_more(shared, answer->ticket);
        return true;
    default: return true;
    }
}

static bool take_answer(void *context, struct redis_ticket ticket, const struct resp_item *reply)
{
    struct shared *shared = context;
    struct shared_answer answer = {.operation = (enum shared_operation)ticket.kind,
                                   .ticket = {ticket.who, ticket.what}};
    bool right = !reply || outcome_take(reply, &answer);

    if (!reply || !right) answer.status = SHARED_UNDONE; /* whoever asked has to be told that */
    if (answer.status == SHARED_NO_LEASE) renew(shared);
    if (answer.operation < SHARED_QUIT) return take_own(shared, &answer, reply) && right;
    shared->owner.answer(shared->owner.context, &answer);
    return right;
}

/* What is published may come from anybody who can reach Redis: what is not ours is passed over. */
static void take_message(void *context, struct text channel, struct text message)
{
    struct shared *shared = context;
    const struct shared_owner *owner = &shared->owner;
    unsigned char room[SEAL_ID];
    const unsigned char *member;
    const char *server;
    struct text rest, name;
    uint64_t number;

    if (channel.size != SHARED_CHANNEL || !text_starts(channel, SHARED_PREFIX)) return;
    if (!hex_decode(channel.bytes + strlen(SHARED_PREFIX), room, SEAL_ID)) return;
    if (!outcome_message(message, &number, &rest)) return;
    if (number > 0) {
        owner->entry(owner->context, room, number, rest);
    } else if (outcome_moved(rest, &member, &server, &name)
               && memcmp(server, shared->server, ABSENCE_ID) != 0) {
        owner->moved(owner->context, room, member, name);
    }
}

static void take_ready(void *context)
{
    renew(context); /* before anything else: is Redis what it was, and are we what we were? */
}

static void take_down(void *context)
{
    struct shared *shared = context;

    shared->up = false;
    wait_for_redis(shared);
}

/* --- life --- */

void shared_create(struct shared *shared, const struct redis_url *url,
                   const char fingerprint[2 * 32], random_source *random, void *chance,
                   struct shared_owner owner, int64_t now)
{
    struct redis_owner from_redis = {.context = shared, .answer = take_answer,
                                     .message = take_message, .ready = take_ready,
                                     .down = take_down};
    struct text script = {(const char *)script_lua_bytes, script_lua_size};

    memset(shared, 0, sizeof *shared);
    shared->owner = owner;
    shared->random = random;
    shared->chance = chance;
    shared->now = shared->renew_at = now;
    memcpy(shared->fingerprint, fingerprint, sizeof shared->fingerprint);
    redis_create(&shared->redis, url, script, from_redis, now);
    become_another(shared);
}

void shared_destroy(struct shared *shared)
{
    redis_destroy(&shared->redis);
}

static bool is_slow(const struct shared *shared)
{
    return shared->up && redis_delay(&shared->redis, shared->now) >= SHARED_SLOW;
}

int64_t shared_due(const struct shared *shared)
{
    int64_t due = redis_due(&shared->redis), slow = shared->now + SHARED_SLOW;

    if (shared->redis.state != REDIS_READY) return due;
    if (!shared->renewing && shared->renew_at < due) due = shared->renew_at;
    slow -= redis_delay(&shared->redis, shared->now);
    return shared->redis.count > 0 && !shared->waiting && slow < due ? slow : due;
}

void shared_tick(struct shared *shared, int64_t now)
{
    shared->now = now;
    redis_tick(&shared->redis, now);
    if (shared->redis.state != REDIS_READY) return;
    bool slow = is_slow(shared);
    if (slow) wait_for_redis(shared);
    if (slow || now >= shared->renew_at) renew(shared); /* when it is answered, all is well again */
}

/* --- calls --- */

void shared_begin(const struct shared *shared, struct call *call, const char *operation)
{
    call_begin(call, shared->server, operation);
}

bool shared_call(struct shared *shared, const struct call *call, enum shared_operation operation,
                 struct shared_ticket ticket)
{
    struct redis_ticket redis = {(int)operation, ticket.who, ticket.what};

    return redis_call(&shared->redis, redis, call->words, call->count, shared->now);
}
