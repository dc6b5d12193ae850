/*
 * outcome: what can be asked of script.lua, and what a call of it returned, taken apart; and what
 * is published.
 *
 * Model: a list whose first word says how it went; what follows depends on the operation. Redis is
 * a friend, but what another program left in it may be anything: only what is just as it should be
 * is taken.
 *
 * Contract: plain functions on memory. What is given back points into the reply.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "absence.h"
#include "redis/resp.h"
#include "wire/seal.h"

enum {
    SHARED_HEX = 2 * SEAL_ID,        /* digits of a room's id */
    SHARED_CHANNEL = 6 + SHARED_HEX, /* bytes of the name of a room's channel, */
    SHARED_EPOCH = 32, /* digits */
    SHARED_PAGE = 64,  /* entries that order_read gets at a time, at most */
    SHARED_SALT = 16   /* bytes */
};

#define SHARED_PREFIX "chat3:" /* with which it begins */
#define SHARED_NUMBER (UINT64_C(1) << 53) /* what a script can count to */

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

/* Sets status and what the operation tells; operation and ticket are set already. False: this is
   no reply to that. */
bool outcome_take(const struct resp_item *reply, struct shared_answer *answer);

/* One of the entries that SHARED_READ gets: its number and row. False: it is none. */
bool outcome_entry(const struct resp_item *reply, uint32_t index, uint64_t *number,
                   struct text *row);

/* Takes a message apart. A number of 0: it is about a member that is at another server now; then
   `rest` is "MEMBER SERVER NAME", else a row. */
bool outcome_message(struct text message, uint64_t *number, struct text *rest);

/* Takes MEMBER SERVER NAME apart: SEAL_ID bytes, ABSENCE_ID digits, a name. */
bool outcome_moved(struct text rest, const unsigned char **member, const char **server,
                   struct text *name);

#endif
