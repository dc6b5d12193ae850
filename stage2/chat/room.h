/*
 * room: the rooms and their members.
 *
 * Model: a member is in one room, has a name that is unique there and a token that is unique
 * everywhere. All members lie in one array, all rooms in another. Three hash tables find a member
 * by its token, a member by room and name, and a room by its name.
 *
 * A room has an array of recipients, which has what sending needs of each member. It is not stored
 * with the members, because in a server with many rooms, most messages are for a room whose data is
 * no longer in the processor's cache. One array that is read from end to end is then faster than a
 * place in memory for each member.
 *
 * Contract: no sockets, no clock, no sending; chat.h does those. An index of a member or a room is
 * valid until that is removed. A recipient is valid until the next member_add or member_remove:
 * when a member leaves, the last recipient takes the place of the member's. To remove members
 * during a walk, walk from the last recipient to the first, as in stage 1. All memory except names
 * and recipients is allocated at the start.
 */
#ifndef ROOM_H
#define ROOM_H

#include "base/address.h"
#include "base/bucket.h"
#include "base/hash.h"
#include "base/quota.h"
#include "base/table.h"
#include "base/text.h"
#include "wire/notice.h"
#include "wire/protocol.h"

#define ROOM_NONE TABLE_NONE

struct recipient {
    struct address address; /* the IP address from TCP; the port is invalid until `reachable` */
    uint32_t member;        /* its index */
    uint8_t strikes;        /* sends in a row that failed because of its address */
    bool reachable;         /* has its port been learnt from a datagram? */
};

struct member {
    struct token token;
    struct text name;  /* owned; no bytes: this place in the array is free */
    uint32_t room;
    uint32_t recipient; /* its index in the room's recipients */
    int64_t heard;      /* milliseconds: when its last datagram arrived */
    uint64_t number;    /* higher than that of members that joined earlier */
    uint32_t next_free;
    uint32_t held;     /* in the quota of members */
    bool announced;    /* have the others been told that it joined? */
    struct bucket bucket; /* its datagrams */
};

/* Members that departed since the last notice: their number, and the first of their names
   (owned). */
struct departed {
    size_t count;
    struct text names[NOTICE_NAMES];
};

struct room {
    struct text name;             /* owned; no bytes: this place in the array is free */
    struct recipient *recipients; /* owned; the first `count` are used, a new member gets the next
                                     one */
    uint32_t count;               /* of members */
    uint32_t space;               /* recipients that memory is allocated for */
    uint32_t host;
    uint32_t held;                /* in the quota of rooms: by the address that created it */
    uint32_t next_free;

    /* Coalesced by chat.c, to be told at tell_at (milliseconds); 0: not in the queue. */
    int64_t tell_at;
    uint32_t next_telling, previous_telling; /* in the queue of rooms with something to tell */
    uint32_t joined;                         /* members whose `announced` is not set yet */
    struct departed left, kicked;            /* since the last notice */
};

struct rooms {
    struct member *members; /* owned */
    uint32_t member_count;
    uint32_t member_limit;  /* of all rooms together */
    uint32_t members_used;  /* places of the array that were ever used, at its beginning */
    uint32_t free_member;   /* the first in the chain of those that are free again */
    uint64_t next_number;   /* of a member */

    struct room *rooms;     /* owned; `member_limit` places: each room has at least its host */
    uint32_t room_count;
    uint32_t rooms_used;
    uint32_t free_room;

    uint32_t first_telling; /* the queue of rooms with something to tell, the earliest first */
    uint32_t last_telling;

    struct table by_token;  /* of members */
    struct table by_name;   /* of members, within their room */
    struct table by_room;   /* of rooms */
    struct hash_key key;

    struct quota member_quota, room_quota; /* by address; whoever adds one must ask them first */
};

/* False: there is not enough memory. */
bool rooms_create(struct rooms *rooms, uint32_t member_limit);
void rooms_destroy(struct rooms *rooms);

/* The index of the room, or ROOM_NONE. */
uint32_t room_find(const struct rooms *rooms, struct text name);

/* Adds a room without members, for a client at that address. No other room may have its name.
   Returns its index, or ROOM_NONE: there is no place for it, or no memory for its name. */
uint32_t room_add(struct rooms *rooms, struct text name, const struct address *from);

/* Removes a room, with all its members and what was coalesced. */
void room_remove(struct rooms *rooms, uint32_t room);

/* The index of the member, or ROOM_NONE. */
uint32_t member_find(const struct rooms *rooms, const struct token *token);
uint32_t member_find_name(const struct rooms *rooms, uint32_t room, struct text name);

/* Adds a member to a room. No other member there may have its name. Returns its index, or
   ROOM_NONE: there is no place or no memory for it. */
uint32_t member_add(struct rooms *rooms, uint32_t room, struct text name,
                    const struct token *token, const struct address *address, int64_t now);

struct recipient *member_recipient(const struct rooms *rooms, uint32_t index);

/* Removes the member and returns its name, which the caller must free with name_free. */
struct text member_remove(struct rooms *rooms, uint32_t index);

void name_free(struct text *name);

/* Adds a name, and takes ownership of it. */
void departed_add(struct departed *departed, struct text name);
void departed_clear(struct departed *departed);

/*
 * Appends the room to the queue, to be told at that time, unless it is in the queue already. All
 * rooms coalesce for equally long, so the queue stays sorted by time.
 */
void telling_add(struct rooms *rooms, uint32_t room, int64_t tell_at);
void telling_remove(struct rooms *rooms, uint32_t room);

#endif
