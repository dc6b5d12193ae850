/* links: stage3/chat/room.c stage3/chat/session.c stage3/chat/log.c stage3/chat/starts.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/wire/assembly.c stage3/wire/frame.c stage3/wire/packet.c stage3/wire/seal.c */
/* links: stage3/base/table.c stage3/base/hash.c stage3/base/random.c stage3/base/program.c */
/* links: stage3/base/address.c stage3/base/text.c stage3/crypto/aead.c stage3/crypto/chacha20.c */
/* links: stage3/crypto/poly1305.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c stage3/chat/inbox.c */
/*
 * room: places that are free, above all after a restart has put rooms and members where they were.
 */
#include "chat/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { LIMIT = 8 };

static struct rooms rooms;
static const unsigned char id[SEAL_KEY];

static struct text name_of(const char *letter, uint32_t index)
{
    static char name[8];

    snprintf(name, sizeof name, "%s%u", letter, (unsigned)index);
    return text_of(name);
}

/* Fills all places that are left. Returns how many, or LIMIT + 1: one was given twice. */
static unsigned fill_rooms(bool used[LIMIT])
{
    unsigned count = 0;
    uint32_t index;

    while ((index = room_add(&rooms, name_of("n", count), id)) != ROOM_NONE) {
        if (index >= LIMIT || used[index]) return LIMIT + 1;
        used[index] = true;
        count++;
    }
    return count;
}

static unsigned fill_members(uint32_t room, bool used[LIMIT])
{
    unsigned char own[SEAL_KEY] = {1};
    unsigned count = 0;
    uint32_t index;

    for (;;) {
        own[1] = (unsigned char)count;
        index = member_add(&rooms, room, name_of("n", count), own);
        if (index == ROOM_NONE) return count;
        if (index >= LIMIT || used[index]) return LIMIT + 1;
        used[index] = true;
        count++;
    }
}

/* Of these places (a bit each) rooms and members are found in a journal. */
static bool restarted(unsigned places)
{
    bool in_rooms[LIMIT] = {false}, in_members[LIMIT] = {false};
    unsigned char own[SEAL_KEY] = {0};
    unsigned put = 0;

    if (!rooms_create(&rooms, LIMIT, (struct hash_key){{1, 2}})) abort();
    for (uint32_t i = 0; i < LIMIT; i++) {
        if ((places >> i & 1) == 0) continue;
        if (!room_put(&rooms, i, name_of("r", i), id)) abort();
        own[1] = (unsigned char)i;
        if (!member_put(&rooms, i, i, name_of("m", i), own)) abort();
        in_rooms[i] = in_members[i] = true;
        put++;
    }
    rooms_link_free(&rooms);
    uint32_t some = 0;
    while (some + 1 < LIMIT && (places >> some & 1) == 0) some++;
    bool right = fill_rooms(in_rooms) == LIMIT - put
        && fill_members(some, in_members) == LIMIT - put;
    rooms_destroy(&rooms);
    return right;
}

int main(void)
{
    unsigned wrong = 0;
    bool used[LIMIT] = {false};

    plan(4);
    for (unsigned places = 0; places < 1 << LIMIT; places++) wrong += !restarted(places);
    ok(wrong == 0, "all places that a restart has not filled are free, and given once");

    if (!rooms_create(&rooms, LIMIT, (struct hash_key){{1, 2}})) abort();
    ok(fill_rooms(used) == LIMIT, "as many rooms are added as there are places");
    room_remove(&rooms, 2);
    room_remove(&rooms, 5);
    used[2] = used[5] = false;
    ok(fill_rooms(used) == 2, "a room that was removed frees its place");
    ok(room_find(&rooms, text_of("n7")) != ROOM_NONE, "a room stays when others are removed");
    rooms_destroy(&rooms);
    return done();
}
