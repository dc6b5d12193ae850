#include "order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"

/* --- rooms, for requests --- */

bool order_look(struct shared *shared, struct shared_ticket ticket, struct text name)
{
    struct call call;

    shared_begin(shared, &call, "look");
    call_put(&call, name);
    return shared_call(shared, &call, SHARED_LOOK, ticket);
}

bool order_wrong(struct shared *shared, struct shared_ticket ticket, const unsigned char *room)
{
    struct call call;

    shared_begin(shared, &call, "wrong");
    call_put_room(&call, room);
    return shared_call(shared, &call, SHARED_WRONG, ticket);
}

bool order_list(struct shared *shared, struct shared_ticket ticket)
{
    struct call call;

    shared_begin(shared, &call, "list");
    return shared_call(shared, &call, SHARED_LIST, ticket);
}

bool order_create(struct shared *shared, struct shared_ticket ticket,
                  const struct order_newcomer *host, struct text room_name,
                  const unsigned char *salt, const unsigned char *proof)
{
    struct call call;

    shared_begin(shared, &call, "create");
    call_put_room(&call, host->room);
    call_put(&call, room_name);
    call_put_bytes(&call, host->member, SEAL_ID);
    call_put(&call, host->name);
    call_put_number(&call, host->number);
    call_put(&call, host->joined);
    call_put_bytes(&call, salt, salt ? SHARED_SALT : 0);
    call_put_bytes(&call, proof, proof ? SEAL_KEY : 0);
    return shared_call(shared, &call, SHARED_CREATE, ticket);
}

bool order_join(struct shared *shared, struct shared_ticket ticket,
                const struct order_newcomer *newcomer, uint64_t next, struct text starts,
                uint32_t limit, bool places)
{
    struct call call;

    shared_begin(shared, &call, "join");
    call_put_room(&call, newcomer->room);
    call_put_bytes(&call, newcomer->member, SEAL_ID);
    call_put(&call, newcomer->name);
    call_put_number(&call, next);
    call_put_number(&call, newcomer->number);
    call_put(&call, newcomer->joined);
    call_put_number(&call, limit);
    call_put_number(&call, places);
    call_put(&call, starts);
    return shared_call(shared, &call, SHARED_JOIN, ticket);
}

/* --- members and their items --- */

static void begin_item(struct call *call, const struct shared *shared, const char *operation,
                       const unsigned char *room, const unsigned char *member, uint64_t number)
{
    shared_begin(shared, call, operation);
    call_put_room(call, room);
    call_put_bytes(call, member, SEAL_ID);
    call_put_number(call, number);
}

bool order_say(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
               const unsigned char *member, uint64_t number, struct text row)
{
    struct call call;

    begin_item(&call, shared, "say", room, member, number);
    call_put(&call, row);
    return shared_call(shared, &call, SHARED_SAY, ticket);
}

bool order_kick(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
                const unsigned char *member, uint64_t number, struct text name)
{
    struct call call;

    begin_item(&call, shared, "kick", room, member, number);
    call_put(&call, name);
    return shared_call(shared, &call, SHARED_KICK, ticket);
}

bool order_leave(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
                 const unsigned char *member, uint64_t number)
{
    struct call call;

    begin_item(&call, shared, "leave", room, member, number);
    return shared_call(shared, &call, SHARED_LEAVE, ticket);
}

bool order_lose(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
                const unsigned char *member)
{
    struct call call;

    shared_begin(shared, &call, "lose");
    call_put_room(&call, room);
    call_put_bytes(&call, member, SEAL_ID);
    return shared_call(shared, &call, SHARED_LOSE, ticket);
}

bool order_close(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
                 uint8_t why)
{
    struct call call;

    shared_begin(shared, &call, "close");
    call_put_room(&call, room);
    call_put_number(&call, why);
    return shared_call(shared, &call, SHARED_CLOSE, ticket);
}

/* --- logs --- */

static struct text channel_of(const unsigned char *room, char out[SHARED_CHANNEL])
{
    size_t prefix = strlen(SHARED_PREFIX);

    memcpy(out, SHARED_PREFIX, prefix);
    hex_encode(room, SEAL_ID, out + prefix);
    return (struct text){out, SHARED_CHANNEL};
}

bool order_follow(struct shared *shared, const unsigned char *room)
{
    char channel[SHARED_CHANNEL];

    return redis_subscribe(&shared->redis, channel_of(room, channel), shared->now);
}

bool order_unfollow(struct shared *shared, const unsigned char *room)
{
    char channel[SHARED_CHANNEL];

    return redis_unsubscribe(&shared->redis, channel_of(room, channel), shared->now);
}

bool order_read(struct shared *shared, struct shared_ticket ticket, const unsigned char *room,
                uint64_t from)
{
    char key[10 + SHARED_HEX] = "chat3:log:", id[24], count[8];
    struct redis_ticket redis = {SHARED_READ, ticket.who, ticket.what};
    struct text words[6];

    hex_encode(room, SEAL_ID, key + 10);
    snprintf(id, sizeof id, "0-%" PRIu64, from);
    snprintf(count, sizeof count, "%d", SHARED_PAGE);
    words[0] = text_of("XRANGE");
    words[1] = (struct text){key, sizeof key};
    words[2] = text_of(id);
    words[3] = text_of("+");
    words[4] = text_of("COUNT");
    words[5] = text_of(count);
    return redis_command(&shared->redis, redis, words, 6, shared->now);
}

void order_entry(const struct shared_answer *answer, uint32_t index, uint64_t *number,
                 struct text *row)
{
    outcome_entry(answer->page, index, number, row); /* it was looked at before: it is one */
}

/* --- the end --- */

bool order_quit(struct shared *shared, struct shared_ticket ticket)
{
    struct call call;

    shared_begin(shared, &call, "quit");
    return shared_call(shared, &call, SHARED_QUIT, ticket);
}
