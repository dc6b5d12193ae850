/*
 * script: builds the calls of script.lua, and parses its replies and the messages it publishes.
 *
 * Model: a call is a list of words: the operation, the server that calls, and the operation's own
 * words. A reply is a list whose first word is the status; what follows depends on the operation.
 * Redis is trusted, but another program may have written to it: a reply that is not exactly of the
 * expected form is refused.
 *
 * Contract: plain functions on memory; cluster.h sends. Texts and bytes that are put into a call
 * must stay valid until it is sent; ids of rooms and numbers are copied. What is taken from a reply
 * points into the reply. Ids of rooms and members are SEAL_ID bytes; numbers are at most
 * CLUSTER_NUMBER.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "lease_watch.h"
#include "redis/redis.h"
#include "redis/resp.h"
#include "wire/seal.h"

enum {
    CLUSTER_HEX = 2 * SEAL_ID,         /* digits of a room's id */
    CLUSTER_CHANNEL = 6 + CLUSTER_HEX, /* bytes of the name of a room's channel, */
    CLUSTER_EPOCH = 32, /* digits */
    CLUSTER_PAGE = 64,  /* entries that cluster_read gets at a time, at most */
    CLUSTER_SALT = 16   /* bytes */
};

#define CLUSTER_PREFIX "chat3:" /* the beginning of that name */
#define CLUSTER_NUMBER (UINT64_C(1) << 53) /* a Lua number counts exactly up to this */

enum cluster_operation {
    CLUSTER_START, CLUSTER_RENEWAL, CLUSTER_DECLARE, CLUSTER_REMOVE, CLUSTER_QUIT, /* our own */
    /* for requests */
    CLUSTER_LOOK, CLUSTER_WRONG, CLUSTER_CREATE, CLUSTER_JOIN, CLUSTER_LIST,
    CLUSTER_SAY, CLUSTER_KICK, CLUSTER_LEAVE, CLUSTER_LOSE, CLUSTER_CLOSE,         /* for members */
    CLUSTER_READ
};

enum cluster_status {
    CLUSTER_OK,
    CLUSTER_UNDONE,     /* it was not done, or that is unknown: ask again */
    CLUSTER_NO_LEASE,   /* not done without a lease, which is being renewed */
    CLUSTER_GONE,       /* the member or the room is not there any more */
    CLUSTER_MOVED,      /* the member is at another server */
    CLUSTER_EARLY,      /* an item before this one has not been taken */
    CLUSTER_NO_ROOM,
    CLUSTER_EXISTS,     /* that room */
    CLUSTER_MALFORMED,
    CLUSTER_OUT,        /* was kicked */
    CLUSTER_TAKEN,      /* the name */
    CLUSTER_FULL,       /* the room */
    CLUSTER_SERVER_FULL,
    CLUSTER_ALONE,      /* CLUSTER_QUIT: close your rooms, and ask again */
    CLUSTER_EVICTS,     /* start */
    CLUSTER_OTHER_KEY,  /* start */
    CLUSTER_LOST_ALL,   /* renewal */
    CLUSTER_DECLARED_DEAD, /* renewal */
    CLUSTER_ALIVE,      /* declare */
    CLUSTER_HELD        /* the name, by a member whose server is away: ask again */
};

struct cluster_ticket {
    uint64_t who, what; /* the owner's */
};

/* The answer to a call or a read. After the ticket, only the fields named for the operation are
   set. */
struct cluster_answer {
    enum cluster_operation operation;
    enum cluster_status status;
    struct cluster_ticket ticket;
    uint64_t number;      /* create, join, say, kick, leave: the last item taken.
                             wrong, look: wrong passwords in the last minute */
    uint64_t end;         /* create, join: the number that the next entry will have */
    uint64_t count;       /* create, join: members; read: entries that came */
    unsigned char room[SEAL_ID]; /* look */
    const unsigned char *host;  /* look, create, join: SEAL_ID bytes */
    const unsigned char *salt;  /* look: CLUSTER_SALT bytes; NULL: no password */
    const unsigned char *proof; /* look: SEAL_KEY bytes; NULL: no password */
    uint64_t known;       /* create, join: the last item that Redis had itself, */
    uint64_t from;        /* the entry at which the member continues, */
    uint8_t back;         /* and whether what it has read is still there: enum welcome_back */
    const unsigned char *start; /* start, renewal (declared dead): Redis's, SEAL_ID bytes */
    struct text text;     /* create, join: members as in an answer. list: the list */
    const struct resp_item *page; /* read: see script_entry */
};

/* --- calls --- */

enum { SCRIPT_SERVER = 1, SCRIPT_NUMBERS = 4 }; /* the word that cluster_call sets; numbers */

struct script_call {
    enum cluster_operation operation;
    struct text words[REDIS_WORDS];
    size_t count;
    char digits[SCRIPT_NUMBERS][24];
    size_t numbers;           /* of `digits` */
    char room[CLUSTER_HEX];
};

/* Each of these returns `call`. */

/* CLUSTER_LIST, or CLUSTER_QUIT: this server ends, and its members may move to others. */
struct script_call *script_plain(struct script_call *call, enum cluster_operation operation);

struct script_call *script_start(struct script_call *call, struct text fingerprint,
                                 const char epoch[CLUSTER_EPOCH],
                                 const unsigned char drawn[SEAL_ID]);
struct script_call *script_renew(struct script_call *call, const char epoch[CLUSTER_EPOCH],
                                 const unsigned char start[SEAL_ID],
                                 const unsigned char drawn[SEAL_ID]);

/* CLUSTER_DECLARE or CLUSTER_REMOVE of another server. */
struct script_call *script_server(struct script_call *call, enum cluster_operation operation,
                                  const char server[LEASE_WATCH_ID]);

struct script_call *script_look(struct script_call *call, struct text name);
struct script_call *script_wrong(struct script_call *call, const unsigned char room[SEAL_ID]);
struct script_call *script_close(struct script_call *call, const unsigned char room[SEAL_ID],
                                 uint8_t why);

struct script_newcomer {
    const unsigned char *room;   /* SEAL_ID bytes */
    const unsigned char *member; /* SEAL_ID bytes */
    struct text name;
    uint64_t number;             /* the last of its items that it knows was taken */
    struct text joined;          /* the row of the entry for its joining */
};

/* salt and proof: NULL if the room has no password. */
struct script_call *script_create(struct script_call *call, const struct script_newcomer *host,
                                  struct text room_name, const unsigned char *salt,
                                  const unsigned char *proof);

/* `next`: 0 for a newcomer. `starts`: those under which the member was here, as in a request.
   `places`: has this server room for one more member? */
struct script_call *script_join(struct script_call *call, const struct script_newcomer *newcomer,
                                uint64_t next, struct text starts, uint32_t limit, bool places);

struct script_call *script_lose(struct script_call *call, const unsigned char room[SEAL_ID],
                                const unsigned char member[SEAL_ID]);

/* CLUSTER_SAY: the text is a row; if it is empty, the item counts, but no entry is made.
   CLUSTER_KICK: the text is a name. CLUSTER_LEAVE: no text. */
struct script_call *script_item(struct script_call *call, enum cluster_operation operation,
                                const unsigned char room[SEAL_ID],
                                const unsigned char member[SEAL_ID], uint64_t number,
                                struct text text);

/* --- replies --- */

/* Sets the status and the values of the operation; operation and ticket are set already. False:
   this is not a valid reply to that operation. */
bool script_take(const struct resp_item *reply, struct cluster_answer *answer);

/* Parses one entry of a CLUSTER_READ page into its number and row. False: it is invalid. */
bool script_entry(const struct resp_item *reply, uint32_t index, uint64_t *number,
                  struct text *row);

/* --- what is published --- */

/* Parses a message. With the number 0 it is about a member that is at another server now, and
   `rest` is "MEMBER SERVER NAME"; otherwise `rest` is a row. */
bool script_message(struct text message, uint64_t *number, struct text *rest);

/* Parses MEMBER SERVER NAME: SEAL_ID bytes, LEASE_WATCH_ID digits, a name. */
bool script_moved(struct text rest, const unsigned char **member, const char **server,
                  struct text *name);

#endif
