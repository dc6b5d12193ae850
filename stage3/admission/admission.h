/*
 * admission: decides who may come in.
 *
 * Model: a request has come over TCP, sealed, and has been parsed. It creates a room, joins one for
 * the first time, or resumes a membership that its client could not continue, for example because
 * the network went away or gave the machine another address. A client that resumes shows m, which
 * only it and this server have seen.
 *
 *     begin --> look --> (the checks, here) --> create or join --> done
 *
 * The chat's decider, at once or later, gives the facts about a room and whether it has a free
 * place. A server that is alone looks into its own rooms (alone.h); one that shares its rooms with
 * others asks Redis. The checks and their order are the same for both: they are here and in
 * docs/protocol.md.
 *
 * Contract: as chat.h. A request that was begun must be ended, done or not.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "chat/chat.h"
#include "wire/request.h"
#include "wire/welcome.h"

/* A request that is being decided. A decider may keep data of its own after it. */
struct pending {
    bool done;
    enum tcrp_status status;    /* when the request is done */
    struct text answer;         /* for the client, if the status is TCRP_OK */
    struct chat *chat;
    struct seal_keys keys;
    struct request request;     /* points into `bytes` */
    char bytes[REQUEST_LIMIT];
    struct address from;
    unsigned char id[SEAL_KEY]; /* SHA-256(m): its first SEAL_ID bytes are the member's id */
};

/* Copies everything. NULL: no memory. */
struct pending *admission_begin(struct chat *chat, const struct request *request,
                                const struct address *from, const struct seal_keys *keys,
                                int64_t now);
void admission_end(struct pending *pending);

/* --- for deciders --- */

/* The facts about a room that the checks need. */
struct admission_room {
    const unsigned char *id;    /* SEAL_ID bytes */
    const unsigned char *salt;  /* ROOM_SALT bytes, and */
    const unsigned char *proof; /* SHA-256(salt, proof), SEAL_KEY bytes; NULL: no password */
    uint64_t wrong;             /* wrong passwords in the last minute */
    bool is_host;               /* the request is the host's, repeated after its answer was lost */
    bool is_in;                 /* the request is a member's */
};

struct decider {
    void *context; /* the decider's own */

    /* A struct pending of zero bytes, possibly with more after it. NULL: no memory. */
    struct pending *(*make)(struct chat *chat);

    /* Each of these calls, now or later, the function after its arrow. */
    void (*look)(struct pending *pending, int64_t now);   /* --> admission_looked */
    void (*create)(struct pending *pending, int64_t now); /* --> admission_finish */
    void (*join)(struct pending *pending, const struct admission_room *room,
                 int64_t now);                            /* --> admission_finish */
    void (*list)(struct pending *pending, int64_t now);   /* --> admission_finish */

    /* A wrong password was tried. */
    void (*wrong)(struct pending *pending, const struct admission_room *room, int64_t now);

    /* The result is no longer needed: frees the request, now or later. */
    void (*end)(struct pending *pending);
};

/* The decider has found `room`; NULL: there is none of that name. */
void admission_looked(struct pending *pending, const struct admission_room *room, int64_t now);

/* The request is decided. With TCRP_OK, `answer` must be set. */
void admission_finish(struct pending *pending, enum tcrp_status status);

/* Computes the stored form of a room's proof: SHA-256(salt, proof). */
void admission_hash(const unsigned char salt[ROOM_SALT], const unsigned char *proof,
                    unsigned char out[SEAL_KEY]);

/* The same with a new random salt. */
void admission_lock(struct chat *chat, const unsigned char *proof, unsigned char salt[ROOM_SALT],
                    unsigned char hash[SEAL_KEY]);

/* Gives a member a session with new keys, from entry `next` on. */
void admission_open(struct chat *chat, uint32_t member, const struct seal_keys *keys,
                    uint64_t next, int64_t now);

/* May the address of the request have one more place? Counts it if not. */
bool admission_has_quota(struct pending *pending, const struct quota *quota);

/* Returns the entry with which a newcomer begins. */
uint64_t admission_history(const struct log *log);

#endif
