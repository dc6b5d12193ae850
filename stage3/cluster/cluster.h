/*
 * cluster: the state that this server shares with others through Redis. script.lua defines what
 * Redis stores, and runs each operation there as one step; this module is the server's side of it.
 *
 * Model: the server calls the script (script.h), and the result comes later, through `answer`. The
 * entries of all rooms that are followed come through `entry`, whichever server made them, this one
 * included. So all servers see each room's log as the same list, and act on its entries.
 *
 * A server draws an id at its start and holds a lease, which it renews every few seconds. Redis
 * takes nothing from a server without a lease. A server that was away for so long that it was
 * declared dead learns so at its next renewal, and must begin anew, under another id and without
 * its members.
 *
 *     CLUSTER_UP       Redis works; follow all rooms (anew), and read what was missed
 *     CLUSTER_WAITING  Redis cannot be reached, or does not answer: everything must wait
 *     CLUSTER_BACK     Redis answers again, and nothing was missed
 *     CLUSTER_DEAD     this server was declared dead, or Redis was started again (perhaps with an
 *                      older state): every session ends, and its member joins again. Then comes UP
 *     CLUSTER_LOST     Redis has lost everything: every room closes. Then comes UP
 *     CLUSTER_REFUSED  this Redis must not be used; `why` is the reason
 *
 * Contract: no sockets, no clock; `now` in milliseconds. The module that has the socket drives
 * struct redis (redis.h). Call cluster_tick when cluster_due has come. The owner's functions may
 * make calls. Ids of rooms and members are SEAL_ID bytes; numbers are at most CLUSTER_NUMBER.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "crypto/source.h"
#include "lease_watch.h"
#include "redis/redis.h"
#include "script.h"
#include "wire/seal.h"

enum {
    CLUSTER_RENEW = 3000, /* milliseconds from one renewal of the lease to the next */
    CLUSTER_SLOW = 2000   /* milliseconds without an answer until CLUSTER_WAITING */
};

enum cluster_event {
    CLUSTER_UP, CLUSTER_WAITING, CLUSTER_BACK, CLUSTER_DEAD, CLUSTER_LOST, CLUSTER_REFUSED
};

struct cluster_owner {
    void *context;
    void (*answer)(void *context, const struct cluster_answer *answer);
    void (*event)(void *context, enum cluster_event event);
    /* An entry of a followed room has come. Entries before it may be missing. */
    void (*entry)(void *context, const unsigned char *room, uint64_t number, struct text row);
    /* A member of a followed room is at another server now. */
    void (*moved)(void *context, const unsigned char *room, const unsigned char *member,
                  struct text name);
    random_source *random;
    void *random_context; /* for random */
};

struct cluster {
    struct redis redis;
    struct cluster_owner owner;
    struct lease_watch lease_watch;
    char fingerprint[2 * 32];   /* of the key pair */
    char server[LEASE_WATCH_ID];
    char epoch[CLUSTER_EPOCH];  /* of the data in Redis; a proposal until `begun` */
    unsigned char start[SEAL_ID];  /* the id of Redis's start that our sessions have, */
    unsigned char before[SEAL_ID]; /* and with CLUSTER_DEAD: the one that they had */
    unsigned char drawn[SEAL_ID];  /* an id to propose */
    bool begun;                 /* Redis has stored our id */
    bool renewing;              /* the lease was asked for; no answer yet */
    bool up;                    /* CLUSTER_UP was told; not down since then */
    bool waiting;               /* CLUSTER_WAITING was told; not up or back since then */
    int64_t renew_at;           /* milliseconds */
    int64_t now;                /* of the latest call from outside */
    const char *why;            /* CLUSTER_REFUSED: the reason */
};

void cluster_create(struct cluster *cluster, const struct redis_url *url,
                    const char fingerprint[2 * 32], struct cluster_owner owner, int64_t now);
void cluster_destroy(struct cluster *cluster);

/* Call it with the current `now` before any input is handed to cluster->redis. */
void cluster_tick(struct cluster *cluster, int64_t now);
int64_t cluster_due(const struct cluster *cluster);

/* --- calls, and logs --- */

/* These return at once. False: not possible now, and no answer will come; the caller may try
   again. */

/* The owner's `answer` gets the result, with the ticket. */
bool cluster_call(struct cluster *cluster, struct cluster_ticket ticket, struct script_call *call);

/* The room's entries come from now on, until the connection breaks. */
bool cluster_follow(struct cluster *cluster, const unsigned char room[SEAL_ID]);
bool cluster_unfollow(struct cluster *cluster, const unsigned char room[SEAL_ID]);

/* Reads up to CLUSTER_PAGE entries from `from` on, the oldest first: `answer` gets the page. */
bool cluster_read(struct cluster *cluster, struct cluster_ticket ticket,
                  const unsigned char room[SEAL_ID], uint64_t from);

#endif
