/*
 * mirror: the rooms of a server that shares them with others: each is a copy of a log that is kept
 * in Redis.
 *
 * Model: a mirror is a room of chat.h that has only this server's members in it. Nothing is decided
 * here: Redis orders each item that a member sends, and makes it an entry (script.h). The entry
 * comes to all servers that follow the room, this one included, and chat_take_entry applies it.
 * Entries have numbers: a second copy is ignored, and when one is missing a page is read.
 *
 *     datagram -> chat -> say -> Redis -> entry -> chat -> datagrams
 *
 * Redis may have been started again with an older state. Then all members join again, over TCP, and
 * the script computes how much of what each has read is still there (script.lua). To find data that
 * changed without a start, the last entries of the copy are compared with those in Redis after each
 * break. If they differ, the room is closed.
 *
 * Contract: as in cluster.h, whose owner the mirror is: the module that has the socket drives
 * struct redis. The guests handle the answers to requests: see pending_join.h.
 */
#ifndef MIRROR_H
#define MIRROR_H

#include "chat/chat.h"
#include "cluster.h"
#include "wire/tcrp.h"

enum {
    MIRROR_OVERLAP = 16, /* entries that are compared after a break */
    MIRROR_SWEEP = 1000  /* milliseconds between sweeps, which remove unused mirrors */
};

struct mirror_room {
    bool used;       /* a mirror lies at this place of chat->rooms */
    bool followed;   /* its entries come; else the next sweep tries again */
    bool reading;    /* a page was asked for */
    bool checking;   /* after a break: take nothing before the logs have been compared */
    uint32_t joins;  /* requests that need it */
    uint64_t wanted; /* entries before this one exist */
};

/* The pending requests, which need these rooms. */
struct mirror_guests {
    void *context;
    void (*answer)(void *context, const struct cluster_answer *answer); /* to a call of theirs */
    void (*length)(void *context, uint32_t room); /* its log has grown */
    void (*refuse)(void *context, uint32_t room, enum tcrp_status status); /* it is gone; all
                                                                          are if ROOM_NONE */
};

enum mirror_quit { MIRROR_STAYS, MIRROR_ASKS, MIRROR_MAY, MIRROR_ALONE };

struct mirror {
    struct cluster cluster;
    struct chat *chat;
    struct sequencer sequencer; /* for the chat */
    struct mirror_room *rooms;  /* owned; as many as the chat has places for */
    struct table by_id;
    struct mirror_guests guests; /* set before the first request */
    int64_t sweep_at;          /* milliseconds */
    bool waiting;              /* the members were told that the server waits */
    bool refused;              /* cluster.why is the reason */
    enum mirror_quit quit;
};

/* `chat` must be new. False: no memory. */
bool mirror_create(struct mirror *mirror, struct chat *chat, const struct redis_url *url,
                   const char fingerprint[2 * 32], int64_t now);
void mirror_destroy(struct mirror *mirror);

/* Call it before input from Redis is handed over, and when mirror_due has come. */
void mirror_tick(struct mirror *mirror, int64_t now);
int64_t mirror_due(const struct mirror *mirror);

/* The server ends. Later `quit` is MIRROR_MAY if its members can move to another server, or
   MIRROR_ALONE if there is none: then mirror_close closes their rooms. */
void mirror_quit(struct mirror *mirror);
void mirror_close(struct mirror *mirror);

/* --- for its guests --- */

/* Returns the index of a mirrored room, or ROOM_NONE. */
uint32_t mirror_find(const struct mirror *mirror, const unsigned char *id);

/* Returns the index of that room, and follows it from now on. ROOM_NONE: no place. */
uint32_t mirror_open(struct mirror *mirror, const unsigned char *id, struct text name,
                     bool locked);

/* Reads until all entries before `end` have come. */
void mirror_want(struct mirror *mirror, uint32_t room, uint64_t end);

#endif
