/*
 * pending_join: a request to a server that shares its rooms with others. Whether there is a place
 * for somebody is decided in Redis, so it takes a while: meanwhile the request waits here. These
 * are the steps of a decider (admission.h) that answers later.
 *
 *     LOOK --> ASK --> READ --> done
 *
 * Model: LOOK asks what there is to know of the room, which admission.c checks. ASK asks for the
 * place. When it is granted there is a member; but the room may be new to this server,
 * and READ waits until its log is here. A list is just asked for (ASK).
 *
 * Each step is one call of script.lua (script.h). When nobody knows whether it was done, the client
 * is told that we are busy. It comes again by itself, and finds its place: the same m has the same
 * member id.
 *
 * Contract: no sockets, no clock. The mirror is another's; what is asked of it is told here first.
 */
#ifndef PENDING_JOIN_H
#define PENDING_JOIN_H

#include "admission/admission.h"
#include "mirror.h"

enum pending_join_step { PENDING_JOIN_LOOK, PENDING_JOIN_ASK, PENDING_JOIN_READ };

struct pending_join {
    struct pending pending;         /* the first, so that one is the other; `answer` is owned */
    enum pending_join_step step;
    struct pending_join *next;      /* in the list */
    uint64_t number;                /* by which answers find it */
    bool orphan;                    /* nobody waits for it any more */
    unsigned char room_id[SEAL_ID];
    uint32_t room;                  /* the mirror's index; ROOM_NONE: not yet */
    uint64_t end;                   /* READ: entries before this one are awaited */
    uint64_t known, start;          /* of the answer from Redis (cluster.h), */
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

/* From now on requests to this mirror's chat are decided here. */
void pending_joins_create(struct pending_joins *joins, struct mirror *mirror);

/* Frees all of them. */
void pending_joins_destroy(struct pending_joins *joins);

#endif
