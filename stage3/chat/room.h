/*
 * room: the rooms of the server, their logs and their members.
 *
 * Model: a room has a log, and its members are sessions that read it. All members are in one array,
 * and those of each room form a chain through it; to serve a room is to walk its chain. Rooms are
 * in another array. Three hash tables find a member by room and name, a member by room and id, and
 * a room by its name. A session id is the member's index in the array and 32 random bits. So it is
 * found in one step, and a forged or outdated id finds nothing.
 *
 * A member that has left and a room that is closed lose their names at once, so no name leads to
 * them. They keep their places until the members concerned have been told: see member_retire.
 *
 * Contract: no sockets, no clock, no sending, which chat.h does. An index is valid until what it
 * stands for is removed.
 */
#ifndef ROOM_H
#define ROOM_H

#include "base/bucket.h"
#include "base/hash.h"
#include "base/quota.h"
#include "base/table.h"
#include "base/text.h"
#include "inbox.h"
#include "purse.h"
#include "session.h"
#include "starts.h"

#define ROOM_NONE TABLE_NONE

enum {
    ROOM_KICKED = 64,    /* a room keeps the ids of this many kicked members, the latest, */
    ROOM_GONE = 64,      /* and the last item numbers of this many members that have gone */
    ROOM_SALT = 16       /* bytes, hashed together with the proof */
};

enum member_state { MEMBER_FREE, MEMBER_HERE, MEMBER_GONE };

/* What the server must still send to a member in this turn of the loop, as bits. OWES_QUIET: it has
   had its one complaint of this turn. OWES_WAIT: an item was not taken, and its client must be told
   when to send it again. */
enum { OWES_ANSWER = 1, OWES_PUSH = 2, OWES_QUIET = 4, OWES_WAIT = 8 };

struct member {
    struct session session;
    struct text name;                 /* owned; no bytes: this place in the array is free */
    unsigned char id[SEAL_KEY];       /* SHA-256(m); the first SEAL_ID bytes are the member id */
    uint32_t room;
    uint32_t next, previous;          /* in its room's chain; `next` also in that of free places */
    uint32_t next_owed;               /* in the chain of members that this turn must serve */
    uint32_t held;                    /* in the quota of members, or QUOTA_NONE */
    uint8_t owed;
    uint8_t state;                    /* enum member_state */
    bool paused;                      /* a line of it was not taken because its room is held, and
                                         its client will be told when the hold ends */
    uint8_t back;                     /* for the answer to its join: whether what it has read still
                                         holds (enum welcome_back), */
    uint64_t known;                   /* and the last item that the server has of it */
    uint64_t entered;                 /* the first entry since it is here */
    uint64_t said;                    /* the entry of its last line since then, or 0; with a
                                         sequencer, not later than that entry */
    uint64_t asked;                   /* items up to this one are with the sequencer (chat.h), or
                                         0 */
    struct bucket bucket;             /* its items, as they are taken */
    struct inbox inbox;               /* its items that came too early or are not whole */
    int64_t gone_at;                  /* milliseconds: when it was retired */
};

/* A former member. If it was lost and comes back, its lines must not be taken again. */
struct gone {
    unsigned char id[SEAL_ID];
    uint64_t accepted;                /* the last of its items that was taken */
};

struct room {
    struct text name;                 /* owned; no bytes and not closed: this place is free */
    unsigned char id[SEAL_ID];
    bool closed;
    bool locked;                      /* the room has a password, with these: */
    unsigned char salt[ROOM_SALT];
    unsigned char proof[SEAL_KEY];    /* SHA-256(salt, proof) */
    uint32_t wrong;                   /* wrong passwords in the minute from wrong_since on */
    int64_t wrong_since;              /* milliseconds */

    struct log log;
    struct marks marks;               /* where the log ended at earlier starts */
    uint32_t first;                   /* of the chain of its members, including those gone */
    uint32_t count;                   /* of members that are here */
    uint32_t chained;                 /* of all in the chain */
    uint32_t host;
    uint32_t held;                    /* in the quota of rooms, or QUOTA_NONE */
    uint32_t next_free;
    unsigned char (*kicked)[SEAL_ID];/* owned; NULL: nobody yet. A ring of ROOM_KICKED */
    uint32_t kicked_count;
    struct gone *gone;                /* owned; NULL: nobody yet. A ring of ROOM_GONE */
    uint32_t gone_count;

    /* For hold.h: is there space in the log? */
    struct purse purse;               /* pays while the room is held */
    uint64_t needed;                  /* no living reader lacks an entry before this one; */
    uint32_t slowest;                 /* the one that lacks it, or ROOM_NONE: as of the last */
    uint64_t sought;                  /* search, which was in this turn */
    uint32_t asked, asked_bytes;      /* lines that are with the sequencer: how many, and the bytes
                                         of their entries */
    uint32_t next_held;

    bool ready;                       /* the log has new entries that this turn will send */
    uint32_t next_ready;
    int64_t tell_at;                  /* milliseconds; 0: not in the queue of waiting rooms */
    uint64_t waiting;                 /* in that queue: the first entry that can wait */
    uint32_t next_telling, previous_telling;
};

struct rooms {
    struct member *members; /* owned */
    uint32_t member_count;  /* members that are here */
    uint32_t chained;       /* and with those that are gone, but not yet removed */
    uint32_t member_limit;  /* places in the array */
    uint32_t members_used;  /* places that were ever used; those beyond are empty */
    uint32_t free_member;   /* first in the chain of used places that are free again */

    struct room *rooms;     /* owned; as many places as members: a room has at least its host */
    uint32_t room_count;    /* open rooms */
    uint32_t rooms_used;
    uint32_t free_room;

    struct table by_name;   /* of members that are here, within their room */
    struct table by_id;     /* the same */
    struct table by_room;   /* of open rooms */
    struct hash_key key;

    /* By address. Members and rooms from before a restart do not count until their members come
       back, and rooms that another server opened never. */
    struct quota member_quota, room_quota;
};

/* False: not enough memory. */
bool rooms_create(struct rooms *rooms, uint32_t member_limit, struct hash_key key);
void rooms_destroy(struct rooms *rooms);

/* The index of the open room, or ROOM_NONE. */
uint32_t room_find(const struct rooms *rooms, struct text name);

/* Adds a room without members; no room may have the name. ROOM_NONE: no place, or no memory. */
uint32_t room_add(struct rooms *rooms, struct text name, const unsigned char id[SEAL_ID]);

/* The same at a given free index below the limit. False: no memory. Call rooms_link_free after the
   last of such calls. */
bool room_put(struct rooms *rooms, uint32_t room, struct text name,
              const unsigned char id[SEAL_ID]);

/* Closes a room: its name is free, and the room is removed with its last member. */
void room_close(struct rooms *rooms, uint32_t room);

/* Removes a room without members. */
void room_remove(struct rooms *rooms, uint32_t room);

bool room_has_kicked(const struct room *room, const unsigned char id[SEAL_ID]);
void room_kicked(struct room *room, const unsigned char id[SEAL_ID]);

/* Keeps the number of the last item taken from a member that goes; replaces the oldest if full. */
void room_remember(struct room *room, const unsigned char id[SEAL_ID], uint64_t accepted);

/* Returns that number when the member comes again; 0: unknown, or no item. */
uint64_t room_recall(const struct room *room, const unsigned char id[SEAL_ID]);

/* The member of this session, or ROOM_NONE. */
uint32_t member_find(const struct rooms *rooms, uint64_t session);
uint32_t member_find_name(const struct rooms *rooms, uint32_t room, struct text name);
uint32_t member_find_id(const struct rooms *rooms, uint32_t room,
                        const unsigned char id[SEAL_KEY]);

/* The session id of a member; `random_context` is random. */
uint64_t member_session(uint32_t index, uint32_t random_context);

/* Adds a member to the room, where nobody may have the name. The caller opens its session.
   ROOM_NONE: no place, or no memory. */
uint32_t member_add(struct rooms *rooms, uint32_t room, struct text name,
                    const unsigned char id[SEAL_KEY]);

/* The same at a given index; see room_put. */
bool member_put(struct rooms *rooms, uint32_t index, uint32_t room, struct text name,
                const unsigned char id[SEAL_KEY]);

/* The place counts for this address, from which the last exchange over TCP came. */
void member_hold(struct rooms *rooms, uint32_t member, const struct address *from);

/* The same for a room, and the address that created it. */
void room_hold(struct rooms *rooms, uint32_t room, const struct address *from);

/* Ends a membership: the name is free, but the session goes on up to the log's current end. */
void member_retire(struct rooms *rooms, uint32_t index, int64_t now);

/*
 * Applies an entry of the room's log: retires the member that has left or was kicked, or all
 * members of a room that is closed. Returns the index of the member that left, or ROOM_NONE.
 */
uint32_t room_follow(struct rooms *rooms, uint32_t room, const struct entry *entry, int64_t now);

/* Removes a retired member, and its closed room if it was the last one there. */
void member_remove(struct rooms *rooms, uint32_t index);

/* Builds the chains of free places again, after room_put and member_put. */
void rooms_link_free(struct rooms *rooms);

#endif
