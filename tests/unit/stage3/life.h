/*
 * life: for tests of what a server keeps: guests who come, talk, go and come again by chance, and
 * two servers compared.
 *
 * Contract: as guest.h.
 */
#ifndef LIFE_H
#define LIFE_H

#include "crypto/sha256.h"
#include "guest.h"

/* --- are two servers the same? --- */

static inline bool same_log(const struct log *a, const struct log *b)
{
    unsigned char x[FRAME_ENTRY_LIMIT], y[FRAME_ENTRY_LIMIT];

    if (a->first != b->first || a->end != b->end) return false;
    for (uint64_t i = a->first; i < a->end; i++) {
        size_t size = log_copy(a, i, i + 1, x);
        if (log_copy(b, i, i + 1, y) != size || memcmp(x, y, size) != 0) return false;
    }
    return true;
}

static inline bool same_room(const struct room *a, const struct room *b)
{
    if (memcmp(a->id, b->id, SEAL_ID) != 0 || a->locked != b->locked) return false;
    if (memcmp(a->salt, b->salt, ROOM_SALT) != 0) return false;
    if (memcmp(a->proof, b->proof, SEAL_KEY) != 0) return false;
    for (uint32_t i = 0; i < ROOM_KICKED && i < a->kicked_count; i++) {
        if (!room_has_kicked(b, a->kicked[i])) return false;
    }
    for (uint32_t i = 0; i < ROOM_GONE && i < a->gone_count; i++) {
        if (room_recall(b, a->gone[i].id) != room_recall(a, a->gone[i].id)) return false;
    }
    return a->count == b->count && same_log(&a->log, &b->log)
        && (a->closed || a->host == b->host);
}

static inline bool same_member(const struct member *a, const struct member *b)
{
    return a->state == b->state && a->room == b->room && memcmp(a->id, b->id, SEAL_KEY) == 0
        && text_equal(a->name, b->name) && a->session.id == b->session.id
        && memcmp(a->session.first_up, b->session.first_up, SEAL_KEY) == 0
        && memcmp(a->session.first_down, b->session.first_down, SEAL_KEY) == 0
        && a->session.opened == b->session.opened
        && a->session.accepted == b->session.accepted && a->session.last == b->session.last;
}

/* All that there is in `a` is in `b`, and nobody else is there. */
static inline bool same_chat(const struct chat *a, const struct chat *b)
{
    for (uint32_t i = 0; i < a->rooms.rooms_used; i++) {
        const struct room *room = &a->rooms.rooms[i], *other = &b->rooms.rooms[i];
        if (!room->name.bytes && !room->closed) continue;
        if (!text_equal(room->name, other->name) || !same_room(room, other)) return false;
        if (room->name.bytes && room_find(&b->rooms, room->name) != i) return false;
    }
    for (uint32_t i = 0; i < a->rooms.members_used; i++) {
        const struct member *member = &a->rooms.members[i];
        if (member->state == MEMBER_FREE) continue;
        if (!same_member(member, &b->rooms.members[i])) return false;
        if (member_find(&b->rooms, member->session.id) != i) return false;
    }
    return a->rooms.member_count == b->rooms.member_count
        && a->rooms.room_count == b->rooms.room_count;
}

/* --- a busy server --- */

enum { PEOPLE = 24, ROOMS = 4 };

static inline const char *room_name(unsigned index)
{
    static const char *const names[ROOMS] = {"one", "two", "three", "部屋"};

    return names[index];
}

static unsigned char ids[PEOPLE][SEAL_KEY]; /* of m */

/* Is it in a room, as far as the server knows? */
static inline bool is_in(unsigned index)
{
    uint64_t session = guests[index].peer.session;
    uint32_t member = session == 0 ? ROOM_NONE : member_find(&chat.rooms, session);

    return member != ROOM_NONE && chat.rooms.members[member].state == MEMBER_HERE;
}

/* Guest i is in room i % ROOMS, creates it if need be, and resumes if it can. A new process of it
   has a new m. */
static inline void come(unsigned index)
{
    struct guest *guest = &guests[index];
    const char *password = index % ROOMS == 2 ? "0123456789abcdef0123456789abcdef" : NULL;
    bool exists = room_find(&chat.rooms, text_of(room_name(index % ROOMS))) != ROOM_NONE;
    char name[16];

    snprintf(name, sizeof name, "guest %u", index);
    peer_fill(NULL, guest->m, SEAL_KEY);
    sha256(guest->m, SEAL_KEY, ids[index]);
    guest->peer.number = guest->accepted = 0;
    guest_enters(index, exists ? TCRP_JOIN : TCRP_CREATE, room_name(index % ROOMS), name, password);
}

static inline void come_again(unsigned index)
{
    struct guest *guest = &guests[index];
    struct room *room = &chat.rooms.rooms[member_of(index)->room];
    char name[16];

    if (!room->name.bytes) return;
    snprintf(name, sizeof name, "guest %u", index);
    struct text user = member_of(index)->name.size > 0 ? member_of(index)->name : text_of(name);
    struct request request = {.operation = TCRP_JOIN, .room = room->name, .user = user,
                              .m = guest->m, .room_id = room->id, .next = guest->peer.read,
                              .number = guest->accepted};
    unsigned char start[REQUEST_START];
    guest_names_start(index, &request, start);
    if (room->locked) request.proof = (const unsigned char *)"0123456789abcdef0123456789abcdef";
    if (guest_asks(index, &request) != TCRP_OK) abort();
}

/* As a client does: all that it was not told to be heard, from the beginning. */
static inline void speak(unsigned index, bool more)
{
    struct guest *guest = &guests[index];
    unsigned char items[PACKET_LIMIT];
    char line[80];
    size_t size = 0;

    if (more && guest->peer.number - guest->accepted < 20) guest->peer.number++;
    for (uint64_t number = guest->accepted + 1; number <= guest->peer.number; number++) {
        snprintf(line, sizeof line, "line %u of guest %u, of more than sixteen bytes",
                 (unsigned)number, index);
        size += frame_put(ITEM_SAY, text_of(line), items + size);
    }
    guest_sends(index, 0, guest->accepted + 1, items, size);
}

static inline void kick(unsigned index)
{
    struct guest *guest = &guests[index];
    unsigned char item[64];
    char name[16];

    if (guest->accepted != guest->peer.number) return; /* or it would be in the way of the lines */
    snprintf(name, sizeof name, "guest %u", peer_below(PEOPLE));
    size_t size = frame_put(ITEM_KICK, text_of(name), item);
    guest_sends(index, 0, ++guest->peer.number, item, size);
}

static inline void act(unsigned index)
{
    if (!is_in(index)) {
        if (peer_below(4) == 0) come(index);
        return;
    }
    switch (peer_below(40)) {
    case 0: guest_does(index, ITEM_LEAVE, ""); break;
    case 1: kick(index); break;
    case 2: come_again(index); break;
    case 3: guests[index].deaf = !guests[index].deaf; break;
    case 4: guests[index].peer.address = peer_address(GUEST_PORT + index); break;
    case 5: guests[index].outcome = (enum delivery)peer_below(3); break;
    case 6: case 7: guests[index].outcome = DELIVERY_SENT; break;
    case 8: case 9: guest_reads(index); break;
    default: speak(index, peer_below(3) > 0); break;
    }
}

#endif
