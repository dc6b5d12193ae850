/*
 * mirror: the rooms of a server that shares them with others: each is a copy of a log that is kept
 * in Redis.
 *
 * Model: a mirror is a room of chat.h with only our own members in it. Nothing is decided here: an
 * item that a member sends is ordered (script.h), and becomes an entry there. The entry comes back
 * to all servers that follow the room, this one too, and chat_take_entry does what it says. Entries
 * have numbers: what comes twice is passed over, and where one is missing a page is read.
 *
 *     datagram -> chat -> say -> Redis -> entry -> chat -> datagrams
 *
 * Redis may have been started again from an older state of itself. Then all members come again,
 * over TCP, and Redis knows how much of what each has read is there (script.lua). Should its data
 * have changed without a start, it shows: after each break the last entries of the copy are
 * compared with what is there, and if they differ, the room is closed.
 *
 * Contract: as cluster.h, whose owner this is: struct redis is for whoever has the socket. What
 * becomes of the requests is the guest's: see pending_join.h.
 */
#ifndef MIRROR_H
#define MIRROR_H

#include "chat/chat.h"
#include "cluster.h"
#include "wire/tcrp.h"

enum {
    MIRROR_OVERLAP = 16, /* entries that are compared after a break */
    MIRROR_SWEEP = 1000  /* milliseconds between looks for mirrors that nobody needs any more */
};

struct mirror_room {
    bool used;       /* a mirror lies at this place of chat->rooms */
    bool followed;   /* its entries come; else it is tried again with the next look */
    bool reading;    /* a page is asked for */
    bool checking;   /* after a break: take nothing before the logs have been compared */
    uint32_t joins;  /* requests that need it */
    uint64_t wanted; /* entries before this one exist */
};

/* Those who want to come in, and need these rooms for that. */
struct mirror_guests {
    void *context;
    void (*answer)(void *context, const struct cluster_answer *answer); /* to what they asked for */
    void (*length)(void *context, uint32_t room); /* its log is longer */
    void (*refuse)(void *context, uint32_t room, enum tcrp_status status); /* it is gone, or if
                                                                          ROOM_NONE all are */
};

enum mirror_quit { MIRROR_STAYS, MIRROR_ASKS, MIRROR_MAY, MIRROR_ALONE };

struct mirror {
    struct cluster cluster;
    struct chat *chat;
    struct sequencer sequencer; /* for the chat */
    struct mirror_room *rooms;  /* owned; as many as the chat has places for */
    struct table by_id;
    struct mirror_guests guests; /* set before anything is asked for */
    int64_t sweep_at;          /* milliseconds */
    bool waiting;              /* the members have been told that we wait */
    bool refused;              /* shared.why says the reason */
    enum mirror_quit quit;
};

/* The chat is new. False: no memory. */
bool mirror_create(struct mirror *mirror, struct chat *chat, const struct redis_url *url,
                   const char fingerprint[2 * 32], int64_t now);
void mirror_destroy(struct mirror *mirror);

/* Before what has come from Redis is handed over, and when mirror_due has come. */
void mirror_tick(struct mirror *mirror, int64_t now);
int64_t mirror_due(const struct mirror *mirror);

/* The server ends. `quit` tells: MIRROR_MAY, its members can go on elsewhere; MIRROR_ALONE, there
   is no other server: mirror_close closes their rooms. */
void mirror_quit(struct mirror *mirror);
void mirror_close(struct mirror *mirror);

/* --- for its guests --- */

/* The index of a room that is mirrored, or ROOM_NONE. */
uint32_t mirror_find(const struct mirror *mirror, const unsigned char *id);

/* The index of that room, which is followed from now on. ROOM_NONE: no place. */
uint32_t mirror_open(struct mirror *mirror, const unsigned char *id, struct text name,
                     bool locked);

/* Sees to it that entries before `end` come. */
void mirror_want(struct mirror *mirror, uint32_t room, uint64_t end);

#endif
