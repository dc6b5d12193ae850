/*
 * admission: who may come in.
 *
 * Model: a request has come over TCP, sealed, and has been taken apart. It creates a room, joins
 * one for the first time, or resumes a membership that its client could not go on with: the network
 * had gone away, say, or had given the machine another address. Whoever resumes shows the m that
 * only it and this server have seen.
 *
 *     begin --> look --> (the checks, here) --> create or join --> done
 *
 * What there is to know of a room, and whether there is a place in it, the chat's decider says,
 * either at once or later. A server that is alone looks into its own rooms (alone.h); one that
 * shares its rooms with others asks Redis. What is checked, and in which order, is the same for
 * both, and stands here and in docs/protocol.md.
 *
 * Contract: as chat.h. What is begun must be ended, done or not.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include "chat/chat.h"
#include "wire/request.h"
#include "wire/welcome.h"

/* A request on its way. A decider may keep more behind it. */
struct pending {
    bool done;
    enum tcrp_status status;    /* when it is done; */
    struct text answer;         /* if that is TCRP_OK, what the client is told */
    struct chat *chat;
    struct seal_keys keys;
    struct request request;     /* points into `bytes` */
    char bytes[REQUEST_LIMIT];
    struct address from;
    unsigned char id[SEAL_KEY]; /* SHA-256(m): its first SEAL_ID bytes are the member's id */
};

/* Everything is copied. NULL: no memory. */
struct pending *admission_begin(struct chat *chat, const struct request *request,
                                const struct address *from, const struct seal_keys *keys,
                                int64_t now);
void admission_end(struct pending *pending);

/* --- for deciders --- */

/* What there is to know of a room before somebody may come in. */
struct admission_room {
    const unsigned char *id;    /* SEAL_ID bytes */
    const unsigned char *salt;  /* ROOM_SALT bytes, and */
    const unsigned char *proof; /* SHA-256(salt, proof), SEAL_KEY bytes; NULL: no password */
    uint64_t wrong;             /* passwords, in the last minute */
    bool is_host;               /* the request is the host's, whose first answer was lost */
    bool is_in;                 /* it is a member's */
};

struct decider {
    void *context; /* its own */

    /* A struct pending of zero bytes, perhaps with more behind it. NULL: no memory. */
    struct pending *(*make)(struct chat *chat);

    /* Each of these goes on, now or later, with what stands behind the arrow. */
    void (*look)(struct pending *pending, int64_t now);   /* --> admission_looked */
    void (*create)(struct pending *pending, int64_t now); /* --> admission_finish */
    void (*join)(struct pending *pending, const struct admission_room *room,
                 int64_t now);                            /* --> admission_finish */
    void (*list)(struct pending *pending, int64_t now);   /* --> admission_finish */

    /* A wrong password was tried. */
    void (*wrong)(struct pending *pending, const struct admission_room *room, int64_t now);

    /* Nobody waits for it any more: frees it, now or later. */
    void (*end)(struct pending *pending);
};

/* This is the room; NULL: there is none of that name. */
void admission_looked(struct pending *pending, const struct admission_room *room, int64_t now);

/* With TCRP_OK, `answer` is set. */
void admission_finish(struct pending *pending, enum tcrp_status status);

/* What is kept of a room's proof: SHA-256(salt, proof). */
void admission_hash(const unsigned char salt[ROOM_SALT], const unsigned char *proof,
                    unsigned char out[SEAL_KEY]);

/* The same with a salt that is drawn. */
void admission_lock(struct chat *chat, const unsigned char *proof, unsigned char salt[ROOM_SALT],
                    unsigned char hash[SEAL_KEY]);

/* Gives a member a session with new keys, from entry `next` on. */
void admission_open(struct chat *chat, uint32_t member, const struct seal_keys *keys,
                    uint64_t next, int64_t now);

/* The entry with which a newcomer begins. */
uint64_t admission_history(const struct log *log);

#endif
