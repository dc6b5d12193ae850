#include "room.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/constant.h"

bool rooms_create(struct rooms *rooms, uint32_t member_limit, struct hash_key key)
{
    *rooms = (struct rooms){.member_limit = member_limit,
                            .free_member = ROOM_NONE,
                            .free_room = ROOM_NONE,
                            .key = key};
    rooms->members = calloc(member_limit, sizeof *rooms->members);
    rooms->rooms = calloc(member_limit, sizeof *rooms->rooms);
    bool name_table = table_create(&rooms->by_name, member_limit);
    bool id_table = table_create(&rooms->by_id, member_limit);
    bool room_table = table_create(&rooms->by_room, member_limit);
    bool quotas = quota_create(&rooms->member_quota, member_limit, QUOTA_SHARE, key);
    quotas &= quota_create(&rooms->room_quota, member_limit, QUOTA_SHARE, key);

    if (rooms->members && rooms->rooms && name_table && id_table && room_table && quotas) {
        return true;
    }
    rooms_destroy(rooms);
    return false;
}

void rooms_destroy(struct rooms *rooms)
{
    for (uint32_t i = 0; rooms->members && i < rooms->members_used; i++) {
        free((char *)rooms->members[i].name.bytes);
        inbox_clear(&rooms->members[i].inbox);
        wipe(&rooms->members[i], sizeof rooms->members[i]);
    }
    for (uint32_t i = 0; rooms->rooms && i < rooms->rooms_used; i++) {
        free((char *)rooms->rooms[i].name.bytes);
        free(rooms->rooms[i].kicked);
        free(rooms->rooms[i].gone);
        log_destroy(&rooms->rooms[i].log);
        marks_free(&rooms->rooms[i].marks);
    }
    quota_destroy(&rooms->room_quota);
    quota_destroy(&rooms->member_quota);
    table_destroy(&rooms->by_room);
    table_destroy(&rooms->by_id);
    table_destroy(&rooms->by_name);
    free(rooms->rooms);
    free(rooms->members);
}

static struct text name_copy(struct text name)
{
    char *bytes = malloc(name.size + 1); /* malloc(0) may be NULL; a gone member's name is empty */

    if (bytes && name.size > 0) memcpy(bytes, name.bytes, name.size);
    return (struct text){bytes, name.size};
}

static void name_free(struct text *name)
{
    free((char *)name->bytes); /* from name_copy, so the cast is safe */
    *name = (struct text){NULL, 0};
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

bool room_put(struct rooms *rooms, uint32_t index, struct text name,
              const unsigned char id[SEAL_ID])
{
    struct room *room = &rooms->rooms[index];
    struct text own = name_copy(name);

    if (!own.bytes) return false;
    if (index >= rooms->rooms_used) rooms->rooms_used = index + 1;
    /* A place that is used again may still be in the chain of rooms that this turn serves. */
    *room = (struct room){.name = own, .first = ROOM_NONE, .host = ROOM_NONE, .held = QUOTA_NONE,
                          .slowest = ROOM_NONE,
                          .ready = room->ready, .next_ready = room->next_ready};
    memcpy(room->id, id, SEAL_ID);
    log_create(&room->log);
    table_insert(&rooms->by_room, hash_of_text(rooms, own), index);
    rooms->room_count++;
    return true;
}

uint32_t room_add(struct rooms *rooms, struct text name, const unsigned char id[SEAL_ID])
{
    bool again = rooms->free_room != ROOM_NONE;
    uint32_t index = again ? rooms->free_room : rooms->rooms_used;

    if (index == rooms->member_limit) return ROOM_NONE;
    uint32_t next_free = rooms->rooms[index].next_free;
    if (!room_put(rooms, index, name, id)) return ROOM_NONE;
    if (again) rooms->free_room = next_free;
    return index;
}

void room_close(struct rooms *rooms, uint32_t index)
{
    struct room *room = &rooms->rooms[index];

    table_remove(&rooms->by_room, hash_of_text(rooms, room->name), index);
    name_free(&room->name);
    room->closed = true;
    rooms->room_count--;
}

void room_remove(struct rooms *rooms, uint32_t index)
{
    struct room *room = &rooms->rooms[index];

    if (!room->closed) room_close(rooms, index);
    quota_give_back(&rooms->room_quota, room->held);
    log_destroy(&room->log);
    marks_free(&room->marks);
    free(room->kicked);
    free(room->gone);
    room->kicked = NULL;
    room->gone = NULL;
    room->closed = false;
    room->next_free = rooms->free_room;
    rooms->free_room = index;
}

bool room_has_kicked(const struct room *room, const unsigned char id[SEAL_ID])
{
    for (uint32_t i = 0; i < room->kicked_count && i < ROOM_KICKED; i++) {
        if (memcmp(room->kicked[i], id, SEAL_ID) == 0) return true;
    }
    return false;
}

void room_kicked(struct room *room, const unsigned char id[SEAL_ID])
{
    if (!room->kicked) room->kicked = malloc(ROOM_KICKED * sizeof *room->kicked);
    if (!room->kicked) return; /* no memory: the member can come back, which does little harm */
    memcpy(room->kicked[room->kicked_count++ % ROOM_KICKED], id, SEAL_ID);
}

uint64_t room_recall(const struct room *room, const unsigned char id[SEAL_ID])
{
    uint64_t accepted = 0;

    for (uint32_t i = 0; i < room->gone_count && i < ROOM_GONE; i++) {
        bool it_is = memcmp(room->gone[i].id, id, SEAL_ID) == 0;
        if (it_is && room->gone[i].accepted > accepted) accepted = room->gone[i].accepted;
    }
    return accepted;
}

void room_remember(struct room *room, const unsigned char id[SEAL_ID], uint64_t accepted)
{
    if (!room->gone) room->gone = malloc(ROOM_GONE * sizeof *room->gone);
    if (!room->gone) return; /* no memory: a line may come twice, and clients skip the second */
    struct gone *gone = &room->gone[room->gone_count++ % ROOM_GONE];
    memcpy(gone->id, id, SEAL_ID);
    gone->accepted = accepted;
}

/* --- members --- */

/* The room's index, spread over all bits, makes the hashes of one name differ between rooms. */
static uint64_t hash_of_name(const struct rooms *rooms, uint32_t room, struct text name)
{
    return hash_of_text(rooms, name) + room * UINT64_C(0x9E3779B97F4A7C15);
}

uint64_t member_session(uint32_t index, uint32_t random_context)
{
    return (uint64_t)index << 32 | random_context;
}

uint32_t member_find(const struct rooms *rooms, uint64_t session)
{
    uint32_t index = (uint32_t)(session >> 32);

    if (index >= rooms->members_used) return ROOM_NONE;
    const struct member *member = &rooms->members[index];
    bool it_is = member->state != MEMBER_FREE && member->session.id == session;
    return it_is ? index : ROOM_NONE;
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

static uint64_t hash_of_id(const struct rooms *rooms, uint32_t room,
                           const unsigned char id[SEAL_KEY])
{
    return hash_of_name(rooms, room, (struct text){(const char *)id, SEAL_KEY});
}

uint32_t member_find_id(const struct rooms *rooms, uint32_t room,
                        const unsigned char id[SEAL_KEY])
{
    struct probe probe = table_probe(&rooms->by_id, hash_of_id(rooms, room, id));
    uint32_t index;

    while ((index = table_next(&rooms->by_id, &probe)) != TABLE_NONE) {
        const struct member *member = &rooms->members[index];
        if (member->room == room && constant_equal(member->id, id, SEAL_KEY)) return index;
    }
    return ROOM_NONE;
}

static void chain(struct rooms *rooms, uint32_t index)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];

    member->previous = ROOM_NONE;
    member->next = room->first;
    if (room->first != ROOM_NONE) rooms->members[room->first].previous = index;
    room->first = index;
    room->chained++;
    rooms->chained++;
}

static void unchain(struct rooms *rooms, uint32_t index)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];

    if (member->next != ROOM_NONE) rooms->members[member->next].previous = member->previous;
    if (member->previous != ROOM_NONE) rooms->members[member->previous].next = member->next;
    else room->first = member->next;
    room->chained--;
    rooms->chained--;
}

bool member_put(struct rooms *rooms, uint32_t index, uint32_t room, struct text name,
                const unsigned char id[SEAL_KEY])
{
    struct member *member = &rooms->members[index];
    struct text own = name_copy(name);

    if (!own.bytes) return false;
    if (index >= rooms->members_used) rooms->members_used = index + 1;
    /* A place that is used again may still be in the chain of members that this turn serves. */
    *member = (struct member){.name = own, .room = room, .state = MEMBER_HERE, .held = QUOTA_NONE,
                              .owed = member->owed, .next_owed = member->next_owed,
                              .entered = rooms->rooms[room].log.end};
    memcpy(member->id, id, SEAL_KEY);
    chain(rooms, index);
    table_insert(&rooms->by_name, hash_of_name(rooms, room, own), index);
    table_insert(&rooms->by_id, hash_of_id(rooms, room, id), index);
    rooms->member_count++;
    rooms->rooms[room].count++;
    return true;
}

uint32_t member_add(struct rooms *rooms, uint32_t room, struct text name,
                    const unsigned char id[SEAL_KEY])
{
    bool again = rooms->free_member != ROOM_NONE;
    uint32_t index = again ? rooms->free_member : rooms->members_used;

    if (index == rooms->member_limit) return ROOM_NONE;
    uint32_t next_free = rooms->members[index].next;
    if (!member_put(rooms, index, room, name, id)) return ROOM_NONE;
    if (again) rooms->free_member = next_free;
    return index;
}

void member_hold(struct rooms *rooms, uint32_t index, const struct address *from)
{
    struct member *member = &rooms->members[index];

    quota_give_back(&rooms->member_quota, member->held);
    member->held = quota_take(&rooms->member_quota, from);
}

void room_hold(struct rooms *rooms, uint32_t index, const struct address *from)
{
    struct room *room = &rooms->rooms[index];

    quota_give_back(&rooms->room_quota, room->held);
    room->held = quota_take(&rooms->room_quota, from);
}

void member_retire(struct rooms *rooms, uint32_t index, int64_t now)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];

    table_remove(&rooms->by_name, hash_of_name(rooms, member->room, member->name), index);
    table_remove(&rooms->by_id, hash_of_id(rooms, member->room, member->id), index);
    name_free(&member->name);
    if (!room->closed) room_remember(room, member->id, member->session.accepted);
    member->state = MEMBER_GONE;
    member->gone_at = now;
    member->session.last = room->log.end;
    room->count--;
    rooms->member_count--;
}

/* ROOM_NONE: no such member, because the entry was applied before. */
static uint32_t retire(struct rooms *rooms, uint32_t room, const struct entry *entry, int64_t now)
{
    uint32_t index = member_find_name(rooms, room, entry->name);

    if (index == ROOM_NONE) return ROOM_NONE;
    if (memcmp(rooms->members[index].id, entry->member, SEAL_ID) != 0) return ROOM_NONE;
    member_retire(rooms, index, now);
    return index;
}

static void close_for_all(struct rooms *rooms, uint32_t index, int64_t now)
{
    struct room *room = &rooms->rooms[index];

    if (room->closed) return;
    for (uint32_t i = room->first; i != ROOM_NONE; i = rooms->members[i].next) {
        if (rooms->members[i].state == MEMBER_HERE) member_retire(rooms, i, now);
    }
    room_close(rooms, index);
}

uint32_t room_follow(struct rooms *rooms, uint32_t room, const struct entry *entry, int64_t now)
{
    switch (entry->kind) {
    case ENTRY_LEFT: return retire(rooms, room, entry, now);
    case ENTRY_KICKED:
        room_kicked(&rooms->rooms[room], entry->member);
        retire(rooms, room, entry, now);
        return ROOM_NONE;
    case ENTRY_CLOSED: close_for_all(rooms, room, now); return ROOM_NONE;
    default: return ROOM_NONE;
    }
}

void member_remove(struct rooms *rooms, uint32_t index)
{
    struct member *member = &rooms->members[index];
    uint32_t room = member->room;

    unchain(rooms, index);
    quota_give_back(&rooms->member_quota, member->held);
    wipe(&member->session, sizeof member->session); /* its keys above all */
    inbox_clear(&member->inbox);
    member->state = MEMBER_FREE;
    member->next = rooms->free_member;
    rooms->free_member = index;
    if (rooms->rooms[room].closed && rooms->rooms[room].chained == 0) room_remove(rooms, room);
}

void rooms_link_free(struct rooms *rooms)
{
    rooms->free_member = rooms->free_room = ROOM_NONE;
    for (uint32_t i = rooms->members_used; i-- > 0;) {
        if (rooms->members[i].state != MEMBER_FREE) continue;
        rooms->members[i].next = rooms->free_member;
        rooms->free_member = i;
    }
    for (uint32_t i = rooms->rooms_used; i-- > 0;) {
        if (rooms->rooms[i].name.bytes || rooms->rooms[i].closed) continue;
        rooms->rooms[i].next_free = rooms->free_room;
        rooms->free_room = i;
    }
}
