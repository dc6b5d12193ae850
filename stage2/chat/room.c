/* The contract is in room.h. Free places of the two arrays form chains (next_free), and each
   change of an array is made in the tables, too. */
#include "room.h"

#include <stdlib.h>
#include <string.h>

bool rooms_create(struct rooms *rooms, uint32_t member_limit)
{
    *rooms = (struct rooms){.member_limit = member_limit,
                            .free_member = ROOM_NONE,
                            .free_room = ROOM_NONE,
                            .first_telling = ROOM_NONE,
                            .last_telling = ROOM_NONE,
                            .key = hash_key_new()};
    rooms->members = calloc(member_limit, sizeof *rooms->members);
    rooms->rooms = calloc(member_limit, sizeof *rooms->rooms);
    bool token_table = table_create(&rooms->by_token, member_limit);
    bool name_table = table_create(&rooms->by_name, member_limit);
    bool room_table = table_create(&rooms->by_room, member_limit);
    bool quotas = quota_create(&rooms->member_quota, member_limit, QUOTA_SHARE, rooms->key);
    quotas &= quota_create(&rooms->room_quota, member_limit, QUOTA_SHARE, rooms->key);

    if (rooms->members && rooms->rooms && token_table && name_table && room_table && quotas) {
        return true;
    }
    rooms_destroy(rooms);
    return false;
}

void rooms_destroy(struct rooms *rooms)
{
    for (uint32_t i = 0; i < rooms->rooms_used; i++) {
        if (rooms->rooms[i].name.bytes) room_remove(rooms, i);
    }
    quota_destroy(&rooms->room_quota);
    quota_destroy(&rooms->member_quota);
    table_destroy(&rooms->by_room);
    table_destroy(&rooms->by_name);
    table_destroy(&rooms->by_token);
    free(rooms->rooms);
    free(rooms->members);
}

/* --- names --- */

static struct text name_copy(struct text name)
{
    char *bytes = malloc(name.size);

    if (bytes) memcpy(bytes, name.bytes, name.size);
    return (struct text){bytes, name.size};
}

void name_free(struct text *name)
{
    free((char *)name->bytes); /* name_copy allocated it, so it is not really constant */
    *name = (struct text){NULL, 0};
}

void departed_add(struct departed *departed, struct text name)
{
    if (departed->count < NOTICE_NAMES) departed->names[departed->count] = name;
    else name_free(&name);
    departed->count++;
}

void departed_clear(struct departed *departed)
{
    for (size_t i = 0; i < NOTICE_NAMES; i++) name_free(&departed->names[i]);
    departed->count = 0;
}

/* --- rooms --- */

static uint64_t hash_of_text(const struct rooms *rooms, struct text text)
{
    return hash_bytes(&rooms->key, text.bytes, text.size);
}

uint32_t room_find(const struct rooms *rooms, struct text name)
{
    struct probe probe = table_probe(&rooms->by_room, hash_of_text(rooms, name));
    uint32_t index;

    while ((index = table_next(&rooms->by_room, &probe)) != TABLE_NONE) {
        if (text_equal(rooms->rooms[index].name, name)) return index;
    }
    return ROOM_NONE;
}

uint32_t room_add(struct rooms *rooms, struct text name, const struct address *from)
{
    uint32_t index = rooms->free_room != ROOM_NONE ? rooms->free_room : rooms->rooms_used;

    if (index == rooms->member_limit) return ROOM_NONE;
    struct text own = name_copy(name);
    if (!own.bytes) return ROOM_NONE;
    if (index == rooms->free_room) rooms->free_room = rooms->rooms[index].next_free;
    else rooms->rooms_used++;
    rooms->rooms[index] = (struct room){
        .name = own, .host = ROOM_NONE, .held = quota_take(&rooms->room_quota, from)};
    table_insert(&rooms->by_room, hash_of_text(rooms, own), index);
    rooms->room_count++;
    return index;
}

void room_remove(struct rooms *rooms, uint32_t index)
{
    struct room *room = &rooms->rooms[index];

    while (room->count > 0) {
        struct text name = member_remove(rooms, room->recipients[room->count - 1].member);
        name_free(&name);
    }
    free(room->recipients);
    departed_clear(&room->left);
    departed_clear(&room->kicked);
    telling_remove(rooms, index);
    quota_give_back(&rooms->room_quota, room->held);
    table_remove(&rooms->by_room, hash_of_text(rooms, room->name), index);
    name_free(&room->name);
    room->next_free = rooms->free_room;
    rooms->free_room = index;
    rooms->room_count--;
}

/* --- members --- */

static uint64_t hash_of_token(const struct rooms *rooms, const struct token *token)
{
    return hash_bytes(&rooms->key, token->bytes, sizeof token->bytes);
}

/* The hash of a name within a room: the room's index, spread over all bits, makes the same name in
   two rooms two different keys. */
static uint64_t hash_of_name(const struct rooms *rooms, uint32_t room, struct text name)
{
    return hash_of_text(rooms, name) + room * UINT64_C(0x9E3779B97F4A7C15);
}

uint32_t member_find(const struct rooms *rooms, const struct token *token)
{
    struct probe probe = table_probe(&rooms->by_token, hash_of_token(rooms, token));
    uint32_t index;

    while ((index = table_next(&rooms->by_token, &probe)) != TABLE_NONE) {
        if (token_equal(&rooms->members[index].token, token)) return index;
    }
    return ROOM_NONE;
}

uint32_t member_find_name(const struct rooms *rooms, uint32_t room, struct text name)
{
    struct probe probe = table_probe(&rooms->by_name, hash_of_name(rooms, room, name));
    uint32_t index;

    while ((index = table_next(&rooms->by_name, &probe)) != TABLE_NONE) {
        const struct member *member = &rooms->members[index];
        if (member->room == room && text_equal(member->name, name)) return index;
    }
    return ROOM_NONE;
}

/* Makes space for one more recipient. The space grows by half: so a room that has grown to N has
   copied about 2 N recipients in all, and at most a third of the space is unused. False: no
   memory. */
static bool make_seat(struct room *room)
{
    uint32_t space = room->space + room->space / 2 + 1;

    if (room->count < room->space) return true;
    struct recipient *recipients = realloc(room->recipients, space * sizeof *recipients);
    if (!recipients) return false;
    room->recipients = recipients;
    room->space = space;
    return true;
}

uint32_t member_add(struct rooms *rooms, uint32_t room_index, struct text name,
                    const struct token *token, const struct address *address, int64_t now)
{
    struct room *room = &rooms->rooms[room_index];
    uint32_t index = rooms->free_member != ROOM_NONE ? rooms->free_member : rooms->members_used;

    if (index == rooms->member_limit || !make_seat(room)) return ROOM_NONE;
    struct text own = name_copy(name);
    if (!own.bytes) return ROOM_NONE;
    if (index == rooms->free_member) rooms->free_member = rooms->members[index].next_free;
    else rooms->members_used++;
    rooms->members[index] = (struct member){.token = *token, .name = own, .room = room_index,
        .recipient = room->count, .heard = now, .number = rooms->next_number++,
        .held = quota_take(&rooms->member_quota, address)};
    room->recipients[room->count++] = (struct recipient){.address = *address, .member = index};
    table_insert(&rooms->by_token, hash_of_token(rooms, token), index);
    table_insert(&rooms->by_name, hash_of_name(rooms, room_index, own), index);
    rooms->member_count++;
    return index;
}

struct recipient *member_recipient(const struct rooms *rooms, uint32_t index)
{
    const struct member *member = &rooms->members[index];
    return &rooms->rooms[member->room].recipients[member->recipient];
}

struct text member_remove(struct rooms *rooms, uint32_t index)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];
    struct text name = member->name;

    table_remove(&rooms->by_token, hash_of_token(rooms, &member->token), index);
    table_remove(&rooms->by_name, hash_of_name(rooms, member->room, name), index);
    struct recipient last = room->recipients[--room->count]; /* it takes this member's place */
    room->recipients[member->recipient] = last;
    rooms->members[last.member].recipient = member->recipient;
    quota_give_back(&rooms->member_quota, member->held);
    member->name = (struct text){NULL, 0};
    member->next_free = rooms->free_member;
    rooms->free_member = index;
    rooms->member_count--;
    return name;
}

/* --- the queue of rooms with something to tell --- */

void telling_add(struct rooms *rooms, uint32_t index, int64_t tell_at)
{
    struct room *room = &rooms->rooms[index];

    if (room->tell_at != 0) return;
    room->tell_at = tell_at;
    room->next_telling = ROOM_NONE;
    room->previous_telling = rooms->last_telling;
    if (rooms->last_telling == ROOM_NONE) rooms->first_telling = index;
    else rooms->rooms[rooms->last_telling].next_telling = index;
    rooms->last_telling = index;
}

void telling_remove(struct rooms *rooms, uint32_t index)
{
    struct room *room = &rooms->rooms[index];
    uint32_t next = room->next_telling, previous = room->previous_telling;

    if (room->tell_at == 0) return;
    room->tell_at = 0;
    if (next == ROOM_NONE) rooms->last_telling = previous;
    else rooms->rooms[next].previous_telling = previous;
    if (previous == ROOM_NONE) rooms->first_telling = next;
    else rooms->rooms[previous].next_telling = next;
}
