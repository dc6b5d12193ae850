#include "admission.h"

#include <stdio.h>
#include <string.h>

#include "base/host.h"

/* May this address have one more room or member? */
static bool has_quota(struct chat *chat, const struct quota *quota, const struct address *from)
{
    if (quota_allows(quota, from)) return true;
    chat->counts.crowded++;
    return false;
}

/* Admits a user who has passed every check except the limits. */
static enum tcrp_status let_in(struct chat *chat, uint32_t room, struct text user,
                               const struct address *from, const struct token *token, int64_t now)
{
    if (chat->rooms.rooms[room].count >= chat->room_limit) return TCRP_ROOM_FULL;
    if (!has_quota(chat, &chat->rooms.member_quota, from)) return TCRP_SERVER_FULL;
    uint32_t index = member_add(&chat->rooms, room, user, token, from, now);
    if (index == ROOM_NONE) return TCRP_SERVER_FULL;
    chat->counts.joined++;
    chat->rooms.rooms[room].joined++;
    telling_add(&chat->rooms, room, now + CHAT_COALESCE);
    return TCRP_OK;
}

static enum tcrp_status create(struct chat *chat, const struct request *request,
                               const struct address *from, const struct token *token, int64_t now)
{
    if (room_find(&chat->rooms, request->room) != ROOM_NONE) return TCRP_ROOM_EXISTS;
    if (!has_quota(chat, &chat->rooms.room_quota, from)) return TCRP_SERVER_FULL;
    uint32_t room = room_add(&chat->rooms, request->room, from);
    if (room == ROOM_NONE) return TCRP_SERVER_FULL;
    enum tcrp_status status = let_in(chat, room, request->user, from, token, now);
    struct room *created = &chat->rooms.rooms[room];
    if (status == TCRP_OK) created->host = created->recipients[0].member;
    else room_remove(&chat->rooms, room);
    return status;
}

static enum tcrp_status join(struct chat *chat, const struct request *request,
                             const struct address *from, const struct token *token, int64_t now)
{
    uint32_t room = room_find(&chat->rooms, request->room);

    if (room == ROOM_NONE) return TCRP_NO_ROOM;
    if (member_find_name(&chat->rooms, room, request->user) != ROOM_NONE) return TCRP_NAME_TAKEN;
    return let_in(chat, room, request->user, from, token, now);
}

enum tcrp_status admission_request(struct chat *chat, const struct request *request,
                                   const struct address *from, const struct token *token,
                                   int64_t now)
{
    enum tcrp_status status = request->operation == TCRP_CREATE
        ? create(chat, request, from, token, now) : join(chat, request, from, token, now);

    if (status != TCRP_OK) chat->counts.refused++;
    return status;
}

size_t admission_list(const struct chat *chat, char out[TCRP_PAYLOAD_LIMIT])
{
    static const char more[] = "...\n";
    char number[24];
    size_t used = 0;

    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        const struct room *room = &chat->rooms.rooms[i];
        if (!room->name.bytes) continue;
        size_t size = (size_t)snprintf(number, sizeof number, "\t%u\n", (unsigned)room->count);
        if (used + room->name.size + size + strlen(more) > TCRP_PAYLOAD_LIMIT) {
            memcpy(out + used, more, strlen(more));
            return used + strlen(more);
        }
        memcpy(out + used, room->name.bytes, room->name.size);
        memcpy(out + used + room->name.size, number, size);
        used += room->name.size + size;
    }
    return used;
}

void admission_port(struct chat *chat, const struct token *token, uint16_t port)
{
    uint32_t index = member_find(&chat->rooms, token);

    if (index == ROOM_NONE || port == 0) return;
    struct recipient *recipient = member_recipient(&chat->rooms, index);
    if (recipient->reachable) return; /* a datagram has come: its address works, this port
                                         may not */
    recipient->address = host_with_port(&recipient->address, port);
    recipient->reachable = true;
}
