/*
 * shared: what this server has in common with others, through Redis. What is kept there, and what
 * is done with it in one step, stands in shared.lua; this is the same from our side.
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
#include "crypto/source.h"
#include "redis.h"
#include "seal.h"

enum {
    SHARED_RENEW = 3000,   /* milliseconds from one renewal of the lease to the next */
    SHARED_SLOW = 2000,    /* milliseconds that an answer may take before we say that we wait */
    SHARED_HEX = 2 * SEAL_ID,            /* digits of a room's id */
    SHARED_CHANNEL = 6 + SHARED_HEX,     /* bytes of the name of a room's channel, */
    SHARED_EPOCH = 32,     /* digits */
    SHARED_PAGE = 64,      /* entries that shared_read gets at a time, at most */
    SHARED_SALT = 16       /* bytes */
};

#define SHARED_PREFIX "chat3:" /* with which it begins */
#define SHARED_NUMBER (UINT64_C(1) << 53) /* what a script can count to */

enum shared_event {
    SHARED_UP, SHARED_WAITING, SHARED_BACK, SHARED_DEAD, SHARED_LOST, SHARED_REFUSED
};

enum shared_operation {
    SHARED_START, SHARED_RENEWAL, SHARED_DECLARE, SHARED_REMOVE, SHARED_QUIT, /* our own */
    SHARED_LOOK, SHARED_WRONG, SHARED_CREATE, SHARED_JOIN, SHARED_LIST,       /* for requests */
    SHARED_SAY, SHARED_KICK, SHARED_LEAVE, SHARED_LOSE, SHARED_CLOSE,         /* for members */
    SHARED_READ
};

enum shared_status {
    SHARED_OK,
    SHARED_UNDONE,      /* it was not done, or nobody knows: ask again */
    SHARED_NO_LEASE,    /* not done, for want of a lease; it is being renewed */
    SHARED_GONE,        /* the member or the room is not there any more */
    SHARED_MOVED,       /* the member is at another server */
    SHARED_EARLY,       /* an item before this one has not been taken */
    SHARED_NO_ROOM,
    SHARED_EXISTS,      /* that room */
    SHARED_MALFORMED,
    SHARED_OUT,         /* was put out */
    SHARED_TAKEN,       /* the name */
    SHARED_FULL,        /* the room */
    SHARED_SERVER_FULL,
    SHARED_ALONE,       /* SHARED_QUIT: close your rooms, and ask again */
    SHARED_EVICTS,      /* start */
    SHARED_OTHER_KEY,   /* start */
    SHARED_LOST_ALL,    /* renewal */
    SHARED_DECLARED_DEAD, /* renewal */
    SHARED_ALIVE,       /* declare */
    SHARED_HELD         /* the name, by a member whose server is away: ask again */
};

struct shared_ticket {
    uint64_t who, what; /* the owner's */
};

/* The answer to an order. Of the rest, what stands here for the operation is set. */
struct shared_answer {
    enum shared_operation operation;
    enum shared_status status;
    struct shared_ticket ticket;
    uint64_t number;      /* create, join, say, kick, leave: the last item that was taken.
                             wrong, look: wrong passwords in the last minute */
    uint64_t end;         /* create, join: the number that the next entry will have */
    uint64_t count;       /* create, join: members; read: entries that came */
    unsigned char room[SEAL_ID]; /* look */
    const unsigned char *host;  /* look, create, join: SEAL_ID bytes */
    const unsigned char *salt;  /* look: SHARED_SALT bytes; NULL: no password */
    const unsigned char *proof; /* look: SEAL_KEY bytes; NULL: no password */
    uint64_t known;       /* create, join: the last item that Redis knew of by itself, */
    uint64_t from;        /* the entry at which the member goes on, */
    uint8_t back;         /* and what has become of what it has read: enum answer_back */
    const unsigned char *start; /* start, renewal (declared dead): Redis's, SEAL_ID bytes */
    struct text text;     /* create, join: members as in an answer. list: the list */
    const struct resp_item *page; /* read: see shared_entry */
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

#endif
