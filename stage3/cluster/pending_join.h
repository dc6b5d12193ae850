/*
 * pending_join: a request to a server that shares its rooms with others. Redis decides whether the
 * user gets a place, and that takes a while; meanwhile the request waits here. These are the steps
 * of a decider (admission.h) that answers later.
 *
 *     LOOK --> ASK --> READ --> done
 *
 * Model: LOOK asks for the room's data, which admission.c checks. ASK asks for the place. When
 * Redis grants it, the member exists; but the room may be new to this server, so READ waits until
 * its log is here. A request for the list has the step ASK alone.
 *
 * LOOK and ASK are one call of script.lua each (script.h). If the result of a call is unknown, the
 * client is told that the server is busy. It comes again by itself and finds its place, because the
 * same m gives the same member id.
 *
 * Contract: no sockets, no clock. The caller owns the mirror, which must outlive the joins.
 */
#ifndef PENDING_JOIN_H
#define PENDING_JOIN_H

#include "admission/admission.h"
#include "mirror.h"

enum pending_join_step { PENDING_JOIN_LOOK, PENDING_JOIN_ASK, PENDING_JOIN_READ };

struct pending_join {
    struct pending pending;         /* first, so that a pointer converts; `answer` is owned */
    enum pending_join_step step;
    struct pending_join *next;      /* in the list */
    uint64_t number;                /* in the ticket of its calls */
    bool orphan;                    /* its connection has ended */
    unsigned char room_id[SEAL_ID];
    uint32_t room;                  /* the mirror's index; ROOM_NONE: not yet */
    uint64_t end;                   /* READ: waits for the entries before this one */
    uint64_t known, start;          /* of the answer from Redis (script.h), */
    uint8_t back;                   /* and this */
    uint32_t total;                 /* members */
    unsigned char host[SEAL_ID];
    struct text roster;             /* owned */
};

struct pending_joins {
    struct mirror *mirror;
    struct pending_join *first;     /* owned: a list */
    uint64_t next;                  /* number */
    struct decider decider;         /* for admission.h */
};

/* Decides the requests to this mirror's chat from now on. */
void pending_joins_create(struct pending_joins *joins, struct mirror *mirror);

/* Frees all of them. */
void pending_joins_destroy(struct pending_joins *joins);

#endif
