/*
 * room: which rooms there are, and who is in them.
 *
 * Model: a member is in one room, has a name that is unique there and a token that is unique
 * everywhere. All members lie in one array, all rooms in another. Three hash tables find a member
 * by its token, a member by room and name, a room by its name.
 *
 * A room is an array of recipients. What sending needs of a member lies there, and not with the
 * member: in a server of many rooms nearly every message is for one at which nobody has looked for
 * a while, and memory that is read from end to end comes sooner than memory in as many places as
 * members.
 *
 * Contract: no sockets, no clock, no sending: chat.h does something with it. Indices of members and
 * rooms stay good until what they stand for is removed. Seats are good until the next member_add or
 * member_remove: when a member goes, the last recipient takes the place of its own. To remove
 * members while walking, walk from the last recipient to the first, as in stage 1. All memory but
 * the names and the recipients is asked for at the start.
 */
#ifndef ROOM_H
#define ROOM_H

#include "base/address.h"
#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"
#include "wire/notice.h"
#include "wire/protocol.h"

#define ROOM_NONE TABLE_NONE

struct recipient {
    struct address address; /* the IP from TCP; the port means nothing until `reachable` */
    uint32_t member;        /* who it is */
    uint8_t strikes;        /* sends in a row that failed because of its address */
    bool reachable;         /* is its port known? */
};

struct member {
    struct token token;
    struct text name;  /* owned; no bytes: this place in the array is free */
    uint32_t room;
    uint32_t recipient; /* which one of the room's */
    int64_t heard;      /* milliseconds: when its last datagram came */
    uint64_t number;    /* who joined later has a higher one */
    uint32_t next_free;
    bool announced;    /* have the others been told that it joined? */
};

/* Members that are gone, to be told of together: how many, and the first of their names (owned). */
struct departed {
    size_t count;
    struct text names[NOTICE_NAMES];
};

struct room {
    struct text name;             /* owned; no bytes: this place in the array is free */
    struct recipient *recipients; /* owned; the first `count` are taken, a new member gets the next
                                     one */
    uint32_t count;               /* of members */
    uint32_t space;               /* recipients that there is memory for */
    uint32_t host;
    uint32_t next_free;

    /* Gathered by chat.c, to be told at tell_at (milliseconds); 0: not in the queue. */
    int64_t tell_at;
    uint32_t next_telling, previous_telling; /* in the queue of rooms with something to tell */
    uint32_t joined;                         /* members with `announced` not set yet */
    struct departed left, kicked;            /* since it was told last */
};

struct rooms {
    struct member *members; /* owned */
    uint32_t member_count;
    uint32_t member_limit;  /* of all rooms together */
    uint32_t members_used;  /* places of the array that were ever used: beyond them nothing lies */
    uint32_t free_member;   /* the first in the chain of those that are free again */
    uint64_t next_number;   /* of a member */

    struct room *rooms;     /* owned; as many places as members: a room has at least its host */
    uint32_t room_count;
    uint32_t rooms_used;
    uint32_t free_room;

    uint32_t first_telling; /* the queue of rooms with something to tell, the earliest first */
    uint32_t last_telling;

    struct table by_token;  /* of members */
    struct table by_name;   /* of members, within their room */
    struct table by_room;   /* of rooms */
    struct hash_key key;
};

/* False: there is not so much memory. */
bool rooms_create(struct rooms *rooms, uint32_t member_limit);
void rooms_destroy(struct rooms *rooms);

/* The index of the room, or ROOM_NONE. */
uint32_t room_find(const struct rooms *rooms, struct text name);

/* A room without members, whose name nobody has. ROOM_NONE: no place, or no memory for the name. */
uint32_t room_add(struct rooms *rooms, struct text name);

/* With all its members, and with what is coalesced. */
void room_remove(struct rooms *rooms, uint32_t room);

/* The index of the member, or ROOM_NONE. */
uint32_t member_find(const struct rooms *rooms, const struct token *token);
uint32_t member_find_name(const struct rooms *rooms, uint32_t room, struct text name);

/* A member of the room, whose name nobody there has. ROOM_NONE: no place, or no memory. */
uint32_t member_add(struct rooms *rooms, uint32_t room, struct text name,
                    const struct token *token, const struct address *address, int64_t now);

struct recipient *member_recipient(const struct rooms *rooms, uint32_t index);

/* Takes the member out. Its name is handed over: free it with name_free. */
struct text member_remove(struct rooms *rooms, uint32_t index);

void name_free(struct text *name);

/* Adds a name, which is handed over. */
void departed_add(struct departed *departed, struct text name);
void departed_clear(struct departed *departed);

/*
 * Puts the room at the end of the queue, to be told at that time, unless it is in it already. All
 * gather for the same time, so the end is the right place.
 */
void telling_add(struct rooms *rooms, uint32_t room, int64_t tell_at);
void telling_remove(struct rooms *rooms, uint32_t room);

#endif
