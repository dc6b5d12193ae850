/*
 * claim: a request to a server that shares its rooms with others. Whether there is a place for
 * somebody is decided in Redis, so it takes a while: meanwhile the request waits here.
 *
 *     LOOK --> ASK --> READ --> over
 *
 * Model: LOOK asks what there is to know of the room, and then the password is looked at, here. ASK
 * asks for the place. When it is granted there is a member; but the room may be new to this server,
 * and READ waits until its log is here. A list is just asked for (ASK).
 *
 * Each step is one call of shared.lua (order.h). When nobody knows whether it was done, the client
 * is told that we are busy. It comes again by itself, and finds its place: the same m has the same
 * member id.
 *
 * Contract: no sockets, no clock. A claim belongs to the mirror; who began it has to end it.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include "admission.h"
#include "shared.h"

struct claim_wish {
    const struct request *request;
    const struct address *from;
    const struct seal_keys *keys;
};

enum claim_step { CLAIM_LOOK, CLAIM_ASK, CLAIM_READ, CLAIM_OVER };

struct claim {
    enum claim_step step;
    enum tcrp_status status;        /* when it is over; */
    struct text answer;             /* if that is TCRP_OK: what is to be told. Owned */
    enum tcrp_operation operation;
    struct seal_keys keys;

    /* Its own. */
    struct claim *next;             /* in the mirror's list */
    uint64_t number;                /* by which answers find it */
    bool orphan;                    /* nobody waits for it any more */
    struct request request;         /* points into `bytes`; operation is above */
    char bytes[REQUEST_LIMIT];
    struct address from;
    unsigned char id[SEAL_KEY];     /* SHA-256(m) */
    unsigned char room_id[SEAL_ID];
    uint32_t room;                  /* the mirror's index; ROOM_NONE: not yet */
    unsigned char salt[ROOM_SALT];
    unsigned char proof[SEAL_KEY];  /* SHA-256(salt, proof), of a room with a password */
    uint64_t end;                   /* READ: entries before this one are awaited */
    uint64_t known, start;          /* of the answer from Redis (shared.h), */
    uint8_t back;                   /* and this */
    uint32_t total;                 /* members */
    unsigned char host[SEAL_ID];
    struct text roster;             /* owned */
};

struct mirror;

/* NULL: no memory. Both are in struct keeper, too. */
struct claim *claim_begin(struct mirror *mirror, const struct claim_wish *wish, int64_t now);
void claim_end(struct mirror *mirror, struct claim *claim);

/* --- for mirror.c --- */

/* What was asked for a claim has been answered. */
void claim_take(struct mirror *mirror, const struct shared_answer *answer);

/* A room's log is longer, or the room (ROOM_NONE: any) is gone, for that reason. */
void claims_read(struct mirror *mirror, uint32_t room);
void claims_refuse(struct mirror *mirror, uint32_t room, enum tcrp_status status);

/* Frees all of them. */
void claims_destroy(struct mirror *mirror);

#endif
