/*
 * shared: what this server has in common with others, through Redis. What is kept there, and what
 * is done with it in one step, stands in script.lua; this is the same from our side.
 *
 * Model: something is ordered (order.h), and what came of it is told later, through `answer`. The
 * entries of the rooms that are followed come through `entry`, whoever made them, this server too:
 * so all servers see each room's log as the same list, and act on what stands there.
 *
 * A server has an id, drawn at its start, and a lease, renewed every few seconds: without one
 * nothing of it is taken. Whoever was away for so long that it was declared dead learns so with its
 * next renewal, and has to begin anew, under another id and without its members.
 *
 *     SHARED_UP       it works; follow all rooms (anew), and read what was missed
 *     SHARED_WAITING  Redis cannot be reached, or does not answer: all have to wait
 *     SHARED_BACK     it answers again, and nothing was missed
 *     SHARED_DEAD     we were declared dead, or Redis was started again (perhaps with an older
 *                     state of itself): every session ends, and its member comes again. Then
 *                     comes UP
 *     SHARED_LOST     Redis has forgotten everything: every room closes. Then comes UP
 *     SHARED_REFUSED  this Redis is not to be used; `why` says the reason
 *
 * Contract: no sockets, no clock; `now` in milliseconds. struct redis is for whoever has the socket
 * to drive (redis.h). Call shared_tick when shared_due has come. The owner's functions may ask for
 * more. Ids of rooms and members are SEAL_ID bytes; numbers are at most SHARED_NUMBER.
 */
#ifndef SHARED_H
#define SHARED_H

#include "absence.h"
#include "call.h"
#include "crypto/source.h"
#include "outcome.h"
#include "redis/redis.h"
#include "wire/seal.h"

enum {
    SHARED_RENEW = 3000, /* milliseconds from one renewal of the lease to the next */
    SHARED_SLOW = 2000   /* milliseconds that an answer may take before we say that we wait */
};

enum shared_event {
    SHARED_UP, SHARED_WAITING, SHARED_BACK, SHARED_DEAD, SHARED_LOST, SHARED_REFUSED
};

struct shared_owner {
    void *context;
    void (*answer)(void *context, const struct shared_answer *answer);
    void (*event)(void *context, enum shared_event event);
    /* An entry of a room that is followed has come. Some may be missing before it. */
    void (*entry)(void *context, const unsigned char *room, uint64_t number, struct text row);
    /* A member of a room that is followed is at another server now. */
    void (*moved)(void *context, const unsigned char *room, const unsigned char *member,
                  struct text name);
};

struct shared {
    struct redis redis;
    struct shared_owner owner;
    struct absence absence;
    random_source *random;
    void *chance;               /* for random */
    char fingerprint[2 * 32];   /* of the key pair */
    char server[ABSENCE_ID];
    char epoch[SHARED_EPOCH];   /* of what is in Redis; until we have begun, one to propose */
    unsigned char start[SEAL_ID];  /* the id of Redis's start, which is that of our sessions, */
    unsigned char before[SEAL_ID]; /* and with SHARED_DEAD: the one that was theirs */
    unsigned char drawn[SEAL_ID];  /* an id to propose */
    bool begun;                 /* Redis knows us */
    bool renewing;              /* asked for the lease, and not answered */
    bool up;                    /* told so, and not down since then */
    bool waiting;               /* told so, and not up or back since then */
    int64_t renew_at;           /* milliseconds */
    int64_t now;                /* of the call from outside that we are in */
    const char *why;            /* SHARED_REFUSED: the reason */
};

void shared_create(struct shared *shared, const struct redis_url *url,
                   const char fingerprint[2 * 32], random_source *random, void *chance,
                   struct shared_owner owner, int64_t now);
void shared_destroy(struct shared *shared);

/* `now` must be told before anything that comes is handed to shared->redis. */
void shared_tick(struct shared *shared, int64_t now);
int64_t shared_due(const struct shared *shared);

/* --- one call of script.lua, for order.c --- */

/* The operation, and we who call. */
void shared_begin(const struct shared *shared, struct call *call, const char *operation);

/* False: not now; nothing will come. */
bool shared_call(struct shared *shared, const struct call *call, enum shared_operation operation,
                 struct shared_ticket ticket);

#endif
