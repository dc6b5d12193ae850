/*
 * room: which rooms there are, what was said in them, and who is in them.
 *
 * Model: a room has a log, and its members are sessions that read it. All members lie in one
 * array, and each room's are chained through it: to serve a room is to walk its chain. Rooms lie in
 * another array. Three hash tables find a member by room and name, a member by room and id, and a
 * room by its name. A session id is the member's place in the array and 32 random bits: to find it
 * is one look, and one that is made up or out of date finds nothing.
 *
 * A member that has left, and a room that is closed, have no name any more, and nobody finds them
 * by one. But they stay in place until those concerned have been told: see member_retire.
 *
 * Contract: no sockets, no clock, no sending: chat.h does something with it. Indices stay good
 * until what they stand for is removed.
 */
#ifndef ROOM_H
#define ROOM_H

#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"
#include "inbox.h"
#include "session.h"
#include "starts.h"

#define ROOM_NONE TABLE_NONE

enum {
    ROOM_KICKED = 64,    /* member ids that a room remembers to have kicked, the latest ones */
    ROOM_GONE = 64,      /* members that have gone whose last number a room remembers */
    ROOM_SALT = 16       /* bytes beside the proof that is kept only as a hash */
};

enum member_state { MEMBER_FREE, MEMBER_HERE, MEMBER_GONE };

/* What a turn of the loop still owes a member, as bits. */
enum { OWES_ANSWER = 1, OWES_PUSH = 2, OWES_QUIET = 4 };

struct member {
    struct session session;
    struct text name;                 /* owned; no bytes: this place in the array is free */
    unsigned char id[SEAL_KEY];       /* SHA-256(m); the first SEAL_ID bytes are the member id */
    uint32_t room;
    uint32_t next, previous;          /* in its room's chain; `next` also in that of free places */
    uint32_t next_owed;               /* in the chain of those whom this turn owes something */
    uint8_t owed;
    uint8_t state;                    /* enum member_state */
    uint64_t asked;                   /* items up to this one are with the sequencer (chat.h), or
                                         0 */
    struct inbox inbox;               /* its items that came too early or are not whole */
    uint64_t known;                   /* for the answer at the door: the last item that we knew of, */
    uint8_t back;                     /* and what has become of what it has read: enum
                                         welcome_back */
    int64_t gone_at;                  /* milliseconds: when it was retired */
};

/* Somebody who was here. If it was lost and comes back, its lines must not be taken again. */
struct gone {
    unsigned char id[SEAL_ID];
    uint64_t accepted;                /* the last of its items that was taken */
};

struct room {
    struct text name;                 /* owned; no bytes and not closed: this place is free */
    unsigned char id[SEAL_ID];
    bool closed;
    bool locked;                      /* does it have a password? Then: */
    unsigned char salt[ROOM_SALT];
    unsigned char proof[SEAL_KEY];    /* SHA-256(salt, proof) */
    uint32_t wrong;                   /* passwords in the minute from wrong_since on */
    int64_t wrong_since;              /* milliseconds */

    struct log log;
    struct marks marks;               /* where it was at earlier starts */
    uint32_t first;                   /* of the chain of its members, those gone too */
    uint32_t count;                   /* of members that are here */
    uint32_t chained;                 /* of all in the chain */
    uint32_t host;
    uint32_t next_free;
    unsigned char (*kicked)[SEAL_ID];/* owned; NULL: nobody yet. A ring of ROOM_KICKED */
    uint32_t kicked_count;
    struct gone *gone;                /* owned; NULL: nobody yet. A ring of ROOM_GONE */
    uint32_t gone_count;

    bool ready;                       /* the log is longer, and this turn will send it */
    uint32_t next_ready;
    int64_t tell_at;                  /* milliseconds; 0: not in the queue of rooms that wait */
    uint64_t waiting;                 /* if it is: the first entry that can wait until then */
    uint32_t next_telling, previous_telling;
};

struct rooms {
    struct member *members; /* owned */
    uint32_t member_count;  /* that are here */
    uint32_t chained;       /* and those that are gone, but not forgotten */
    uint32_t member_limit;  /* places */
    uint32_t members_used;  /* places of the array that were ever used: beyond them nothing lies */
    uint32_t free_member;   /* the first in the chain of those that are free again */

    struct room *rooms;     /* owned; as many places as members: a room has at least its host */
    uint32_t room_count;    /* that are open */
    uint32_t rooms_used;
    uint32_t free_room;

    struct table by_name;   /* of members that are here, within their room */
    struct table by_id;     /* the same */
    struct table by_room;   /* of open rooms */
    struct hash_key key;
};

/* False: there is not so much memory. */
bool rooms_create(struct rooms *rooms, uint32_t member_limit, struct hash_key key);
void rooms_destroy(struct rooms *rooms);

/* The index of the open room, or ROOM_NONE. */
uint32_t room_find(const struct rooms *rooms, struct text name);

/* A room without members, whose name nobody has. ROOM_NONE: no place, or no memory for the name. */
uint32_t room_add(struct rooms *rooms, struct text name, const unsigned char id[SEAL_ID]);

/* The same at a place of one's choice, below the limit, where nothing lies. False: no memory. After
   the last such say rooms_link_free. */
bool room_put(struct rooms *rooms, uint32_t room, struct text name,
              const unsigned char id[SEAL_ID]);

/* Its name is free from now on. With its last member it is gone for good. */
void room_close(struct rooms *rooms, uint32_t room);

/* Takes away a room without members. */
void room_remove(struct rooms *rooms, uint32_t room);

bool room_has_kicked(const struct room *room, const unsigned char id[SEAL_ID]);
void room_kicked(struct room *room, const unsigned char id[SEAL_ID]);

/* Keeps the last item that was taken from a member that goes, in the place of the oldest one. */
void room_remember(struct room *room, const unsigned char id[SEAL_ID], uint64_t accepted);

/* And tells it when the member comes again; 0: not known, or nothing. */
uint64_t room_recall(const struct room *room, const unsigned char id[SEAL_ID]);

/* The member of this session, or ROOM_NONE. */
uint32_t member_find(const struct rooms *rooms, uint64_t session);
uint32_t member_find_name(const struct rooms *rooms, uint32_t room, struct text name);
uint32_t member_find_id(const struct rooms *rooms, uint32_t room,
                        const unsigned char id[SEAL_KEY]);

/* The session id of a member; `random_context` is random. */
uint64_t member_session(uint32_t index, uint32_t random_context);

/* A member of the room, whose name nobody there has; its session is for the caller to open.
   ROOM_NONE: no place, or no memory. */
uint32_t member_add(struct rooms *rooms, uint32_t room, struct text name,
                    const unsigned char id[SEAL_KEY]);

/* The same at a place of one's choice, as room_put. */
bool member_put(struct rooms *rooms, uint32_t index, uint32_t room, struct text name,
                const unsigned char id[SEAL_KEY]);

/* It is here no more, and its name is free; but its session goes on up to the log's end. */
void member_retire(struct rooms *rooms, uint32_t index, int64_t now);

/*
 * Does what an entry of the room's log says: who has left or was kicked is retired, and so is
 * everybody when the room is closed. Returns the index of the one who left, or ROOM_NONE.
 */
uint32_t room_follow(struct rooms *rooms, uint32_t room, const struct entry *entry, int64_t now);

/* Forgets a retired member, and its closed room if it was the last one there. */
void member_remove(struct rooms *rooms, uint32_t index);

/* Finds the places that are free, after some were filled by choice. */
void rooms_link_free(struct rooms *rooms);

#endif
