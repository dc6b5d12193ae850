/*
 * cluster: what this server has in common with others, through Redis. What is kept there, and what
 * is done with it in one step, stands in script.lua; this is the same from our side.
 *
 * Model: the script is called (script.h), and what came of it is told later, through `answer`. The
 * entries of the rooms that are followed come through `entry`, whoever made them, this server too:
 * so all servers see each room's log as the same list, and act on what stands there.
 *
 * A server has an id, drawn at its start, and a lease, renewed every few seconds: without one
 * nothing of it is taken. Whoever was away for so long that it was declared dead learns so with its
 * next renewal, and has to begin anew, under another id and without its members.
 *
 *     CLUSTER_UP       it works; follow all rooms (anew), and read what was missed
 *     CLUSTER_WAITING  Redis cannot be reached, or does not answer: all have to wait
 *     CLUSTER_BACK     it answers again, and nothing was missed
 *     CLUSTER_DEAD     we were declared dead, or Redis was started again (perhaps with an older
 *                     state of itself): every session ends, and its member comes again. Then
 *                     comes UP
 *     CLUSTER_LOST     Redis has forgotten everything: every room closes. Then comes UP
 *     CLUSTER_REFUSED  this Redis is not to be used; `why` says the reason
 *
 * Contract: no sockets, no clock; `now` in milliseconds. struct redis is for whoever has the socket
 * to drive (redis.h). Call cluster_tick when cluster_due has come. The owner's functions may ask
 * for more. Ids of rooms and members are SEAL_ID bytes; numbers are at most CLUSTER_NUMBER.
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
    CLUSTER_SLOW = 2000   /* milliseconds that an answer may take before we say that we wait */
};

enum cluster_event {
    CLUSTER_UP, CLUSTER_WAITING, CLUSTER_BACK, CLUSTER_DEAD, CLUSTER_LOST, CLUSTER_REFUSED
};

struct cluster_owner {
    void *context;
    void (*answer)(void *context, const struct cluster_answer *answer);
    void (*event)(void *context, enum cluster_event event);
    /* An entry of a room that is followed has come. Some may be missing before it. */
    void (*entry)(void *context, const unsigned char *room, uint64_t number, struct text row);
    /* A member of a room that is followed is at another server now. */
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
    char epoch[CLUSTER_EPOCH];  /* of what is in Redis; until we have begun, one to propose */
    unsigned char start[SEAL_ID];  /* the id of Redis's start, which is that of our sessions, */
    unsigned char before[SEAL_ID]; /* and with CLUSTER_DEAD: the one that was theirs */
    unsigned char drawn[SEAL_ID];  /* an id to propose */
    bool begun;                 /* Redis knows us */
    bool renewing;              /* asked for the lease, and not answered */
    bool up;                    /* told so, and not down since then */
    bool waiting;               /* told so, and not up or back since then */
    int64_t renew_at;           /* milliseconds */
    int64_t now;                /* of the call from outside that we are in */
    const char *why;            /* CLUSTER_REFUSED: the reason */
};

void cluster_create(struct cluster *cluster, const struct redis_url *url,
                    const char fingerprint[2 * 32], struct cluster_owner owner, int64_t now);
void cluster_destroy(struct cluster *cluster);

/* `now` must be told before anything that comes is handed to shared->redis. */
void cluster_tick(struct cluster *cluster, int64_t now);
int64_t cluster_due(const struct cluster *cluster);

/* --- calls, and logs --- */

/* These return at once; false: not now, and nothing will come. What was called for may be called
   for again. */

/* What came of it is told to the owner's `answer`, with the ticket. */
bool cluster_call(struct cluster *cluster, struct cluster_ticket ticket, struct script_call *call);

/* The room's entries come from now on, until the connection breaks. */
bool cluster_follow(struct cluster *cluster, const unsigned char room[SEAL_ID]);
bool cluster_unfollow(struct cluster *cluster, const unsigned char room[SEAL_ID]);

/* Gets up to CLUSTER_PAGE entries from `from` on, the oldest first: `answer` has the page. */
bool cluster_read(struct cluster *cluster, struct cluster_ticket ticket,
                  const unsigned char room[SEAL_ID], uint64_t from);

#endif
