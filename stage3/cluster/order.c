#include "order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"

/* --- rooms, for requests --- */

bool order_look(struct cluster *cluster, struct cluster_ticket ticket, struct text name)
{
    struct call call;

    cluster_begin(cluster, &call, "look");
    call_put(&call, name);
    return cluster_call(cluster, &call, CLUSTER_LOOK, ticket);
}

bool order_wrong(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room)
{
    struct call call;

    cluster_begin(cluster, &call, "wrong");
    call_put_room(&call, room);
    return cluster_call(cluster, &call, CLUSTER_WRONG, ticket);
}

bool order_list(struct cluster *cluster, struct cluster_ticket ticket)
{
    struct call call;

    cluster_begin(cluster, &call, "list");
    return cluster_call(cluster, &call, CLUSTER_LIST, ticket);
}

bool order_create(struct cluster *cluster, struct cluster_ticket ticket,
                  const struct order_newcomer *host, struct text room_name,
                  const unsigned char *salt, const unsigned char *proof)
{
    struct call call;

    cluster_begin(cluster, &call, "create");
    call_put_room(&call, host->room);
    call_put(&call, room_name);
    call_put_bytes(&call, host->member, SEAL_ID);
    call_put(&call, host->name);
    call_put_number(&call, host->number);
    call_put(&call, host->joined);
    call_put_bytes(&call, salt, salt ? CLUSTER_SALT : 0);
    call_put_bytes(&call, proof, proof ? SEAL_KEY : 0);
    return cluster_call(cluster, &call, CLUSTER_CREATE, ticket);
}

bool order_join(struct cluster *cluster, struct cluster_ticket ticket,
                const struct order_newcomer *newcomer, uint64_t next, struct text starts,
                uint32_t limit, bool places)
{
    struct call call;

    cluster_begin(cluster, &call, "join");
    call_put_room(&call, newcomer->room);
    call_put_bytes(&call, newcomer->member, SEAL_ID);
    call_put(&call, newcomer->name);
    call_put_number(&call, next);
    call_put_number(&call, newcomer->number);
    call_put(&call, newcomer->joined);
    call_put_number(&call, limit);
    call_put_number(&call, places);
    call_put(&call, starts);
    return cluster_call(cluster, &call, CLUSTER_JOIN, ticket);
}

/* --- members and their items --- */

static void begin_item(struct call *call, const struct cluster *cluster, const char *operation,
                       const unsigned char *room, const unsigned char *member, uint64_t number)
{
    cluster_begin(cluster, call, operation);
    call_put_room(call, room);
    call_put_bytes(call, member, SEAL_ID);
    call_put_number(call, number);
}

bool order_say(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
               const unsigned char *member, uint64_t number, struct text row)
{
    struct call call;

    begin_item(&call, cluster, "say", room, member, number);
    call_put(&call, row);
    return cluster_call(cluster, &call, CLUSTER_SAY, ticket);
}

bool order_kick(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                const unsigned char *member, uint64_t number, struct text name)
{
    struct call call;

    begin_item(&call, cluster, "kick", room, member, number);
    call_put(&call, name);
    return cluster_call(cluster, &call, CLUSTER_KICK, ticket);
}

bool order_leave(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                 const unsigned char *member, uint64_t number)
{
    struct call call;

    begin_item(&call, cluster, "leave", room, member, number);
    return cluster_call(cluster, &call, CLUSTER_LEAVE, ticket);
}

bool order_lose(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                const unsigned char *member)
{
    struct call call;

    cluster_begin(cluster, &call, "lose");
    call_put_room(&call, room);
    call_put_bytes(&call, member, SEAL_ID);
    return cluster_call(cluster, &call, CLUSTER_LOSE, ticket);
}

bool order_close(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                 uint8_t why)
{
    struct call call;

    cluster_begin(cluster, &call, "close");
    call_put_room(&call, room);
    call_put_number(&call, why);
    return cluster_call(cluster, &call, CLUSTER_CLOSE, ticket);
}

/* --- logs --- */

static struct text channel_of(const unsigned char *room, char out[CLUSTER_CHANNEL])
{
    size_t prefix = strlen(CLUSTER_PREFIX);

    memcpy(out, CLUSTER_PREFIX, prefix);
    hex_encode(room, SEAL_ID, out + prefix);
    return (struct text){out, CLUSTER_CHANNEL};
}

bool order_follow(struct cluster *cluster, const unsigned char *room)
{
    char channel[CLUSTER_CHANNEL];

    return redis_subscribe(&cluster->redis, channel_of(room, channel), cluster->now);
}

bool order_unfollow(struct cluster *cluster, const unsigned char *room)
{
    char channel[CLUSTER_CHANNEL];

    return redis_unsubscribe(&cluster->redis, channel_of(room, channel), cluster->now);
}

bool order_read(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                uint64_t from)
{
    char key[10 + CLUSTER_HEX] = "chat3:log:", id[24], count[8];
    struct redis_ticket redis = {CLUSTER_READ, ticket.who, ticket.what};
    struct text words[6];

    hex_encode(room, SEAL_ID, key + 10);
    snprintf(id, sizeof id, "0-%" PRIu64, from);
    snprintf(count, sizeof count, "%d", CLUSTER_PAGE);
    words[0] = text_of("XRANGE");
    words[1] = (struct text){key, sizeof key};
    words[2] = text_of(id);
    words[3] = text_of("+");
    words[4] = text_of("COUNT");
    words[5] = text_of(count);
    return redis_command(&cluster->redis, redis, words, 6, cluster->now);
}

void order_entry(const struct cluster_answer *answer, uint32_t index, uint64_t *number,
                 struct text *row)
{
    outcome_entry(answer->page, index, number, row); /* it was looked at before: it is one */
}

/* --- the end --- */

bool order_quit(struct cluster *cluster, struct cluster_ticket ticket)
{
    struct call call;

    cluster_begin(cluster, &call, "quit");
    return cluster_call(cluster, &call, CLUSTER_QUIT, ticket);
}
