/* links: stage3/chat/room.c stage3/chat/log.c stage3/chat/starts.c stage3/wire/assembly.c */
/* links: stage3/base/quota.c */
/* links: stage3/base/bucket.c */
/* links: stage3/chat/session.c stage3/wire/frame.c stage3/wire/packet.c stage3/wire/seal.c */
/* links: stage3/base/table.c stage3/base/hash.c stage3/member/members.c stage3/window/events.c */
/* links: stage3/base/buffer.c stage3/member/outbox.c stage3/window/http.c stage3/redis/resp.c */
/* links: stage3/base/random.c stage3/base/program.c stage3/base/address.c stage3/base/text.c */
/* links: stage3/crypto/aead.c stage3/crypto/chacha20.c stage3/crypto/poly1305.c */
/* links: stage3/crypto/hmac.c stage3/crypto/sha256.c stage3/crypto/constant.c */
/* links: stage3/chat/inbox.c */
/*
 * No memory at the Nth request, or from it on, for each N until there is enough: nothing crashes,
 * what was taken is given back, and what could not be done is said and leaves the rest as it was.
 */
#include "memory.h"

#include "chat/room.h"
#include "member/members.h"
#include "member/outbox.h"
#include "redis/resp.h"
#include "tap.h"
#include "window/events.h"
#include "window/http.h"

enum { COUNT = 100 };

static unsigned wrong; /* in this life */

static const unsigned char *id_of(unsigned index)
{
    static unsigned char id[SEAL_KEY];

    id[0] = (unsigned char)(index + 1);
    id[1] = (unsigned char)(index >> 8);
    return id;
}

static struct text name_of(unsigned index)
{
    static char name[16];

    snprintf(name, sizeof name, "name%u", index);
    return text_of(name);
}

static void rooms_life(void)
{
    static struct rooms rooms;
    unsigned char row[100] = {0};
    size_t size = frame_put(ENTRY_SAID, (struct text){(char *)row + 50, 40}, row);
    unsigned members = 0;

    if (!rooms_create(&rooms, COUNT, (struct hash_key){{1, 2}})) return;
    uint32_t room = room_add(&rooms, text_of("r"), id_of(0));
    wrong += (room == ROOM_NONE) != (room_find(&rooms, text_of("r")) == ROOM_NONE);
    for (unsigned i = 0; room != ROOM_NONE && i < COUNT; i++) {
        uint32_t member = member_add(&rooms, room, name_of(i), id_of(i));
        members += member != ROOM_NONE;
        wrong += member_find_name(&rooms, room, name_of(i)) != member;
        wrong += rooms.member_count != members;
    }
    struct log *log = &rooms.rooms[room == ROOM_NONE ? 0 : room].log;
    for (unsigned i = 0; room != ROOM_NONE && i < 50; i++) {
        uint64_t end = log->end;
        bool taken = log_append(log, row, size);
        wrong += log->end != end + taken;
    }
    if (room != ROOM_NONE) room_kicked(&rooms.rooms[room], id_of(1));
    if (members > 1) {
        member_retire(&rooms, rooms.rooms[room].first, 0);
        room_close(&rooms, room);
    }
    rooms_destroy(&rooms);
}

static void members_life(void)
{
    static struct members members;

    if (!members_create(&members, (struct hash_key){{1, 2}})) return;
    for (unsigned i = 0; i < COUNT; i++) {
        members_join(&members, id_of(i), name_of(i));
        const struct person *person = members_find(&members, id_of(i));
        wrong += person && !text_equal(person->name, name_of(i));
        wrong += members.total != i + 1;
        members_rises(&members, id_of(i), 7);
    }
    for (unsigned i = 0; i < COUNT; i += 2) members_leave(&members, id_of(i));
    wrong += members.count > members.total;
    members_list_begin(&members);
    for (unsigned i = 0; i < COUNT; i++) members_list_put(&members, id_of(i), name_of(i));
    members_list_end(&members, COUNT);
    wrong += members.total != COUNT || members.count > COUNT;
    members_destroy(&members);
}

static void tell(void *context, struct text block)
{
    (void)context;
    /* Half an event would end the page's stream: a block is whole, or is not told. */
    wrong += block.size < 2 || memcmp(block.bytes + block.size - 2, "\n\n", 2) != 0;
}

static void events_life(void)
{
    static struct events events;
    struct buffer past = {0};

    events_open(&events, tell, NULL);
    events_add_room(&events, 7);
    for (unsigned i = 0; i < 30; i++) {
        events_line(&events, &(struct event){.kind = "said", .room = 7 + i % 2,
                                             .text = name_of(i), .name = name_of(i)});
        events_answer(&events, &(struct event){.kind = "gone", .room = i});
    }
    events_past(&events, 0, &past);
    buffer_free(&past);
    events_drop_room(&events, 7);
    events_close(&events);
}

static void outbox_life(void)
{
    static struct outbox outbox;
    uint64_t next = 0;

    outbox_create(&outbox);
    next = outbox_next(&outbox);
    for (unsigned i = 0; i < 20; i++) {
        bool taken = outbox_put(&outbox, ITEM_SAY, name_of(i));
        wrong += outbox_next(&outbox) != next + taken;
        next += taken;
    }
    if (next > 5) outbox_acked(&outbox, 3, 1000);
    outbox_destroy(&outbox);
}

static void streams_life(void)
{
    static struct http http;
    static struct resp resp;
    static char long_one[20000];

    if (http_open(&http)) {
        http_take(&http, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27);
        wrong += http.state != HTTP_WHOLE;
        http_close(&http);
    }
    resp_create(&resp);
    memset(long_one, 'x', sizeof long_one);
    memcpy(long_one, "$19000\r\n", 8);
    memcpy(long_one + 19008, "\r\n", 2);
    for (int i = 0; i < 2; i++) {
        if (resp_take(&resp, long_one, 19010)) wrong += resp_next(&resp) != RESP_WHOLE;
        else wrong += resp_next(&resp) == RESP_WHOLE;
    }
    resp_destroy(&resp);
}

static void lives(void (*life)(void), const char *what)
{
    long left = 0, tries = 0;

    wrong = 0;
    if (!MEMORY_IS_OURS) {
        skip(2, what, "a malloc that is not a sanitizer's");
        return;
    }
    for (int once = 0; once < 2; once++) {
        for (long n = 0; memory_fails_at(n, once == 1); n++, tries++) {
            life();
            left += memory_enough();
        }
    }
    ok(wrong == 0 && tries > 2,
       "a refused request for memory, or all from it on, does no harm to %s: %ld times", what,
       tries);
    ok(left == 0, "all memory of %s is given back", what);
}

int main(void)
{
    plan(10);
    lives(rooms_life, "rooms");
    lives(members_life, "members");
    lives(events_life, "events");
    lives(outbox_life, "the outbox");
    lives(streams_life, "http and resp");
    return done();
}
