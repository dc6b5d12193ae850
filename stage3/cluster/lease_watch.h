/*
 * lease_watch: the servers that have not renewed their lease, and for how long they have not.
 *
 * Model: every few seconds Redis is asked which servers have no lease. Time counts only from one
 * answer to the next, and only if both name the server: when Redis was stopped for a while, every
 * lease has run out, and no server has failed. A server that was missing for LEASE_WATCH_DEAD is
 * declared dead. Its members then have LEASE_WATCH_GRACE to move to another server; after that, the
 * members that have not moved are removed.
 *
 *     ALIVE --(missing for LEASE_WATCH_DEAD)--> declared dead --(for LEASE_WATCH_GRACE)--> remove
 *
 * Every server watches all others, so any server that is left takes these steps. A step is harmless
 * when two servers take it.
 *
 * Contract: no clock; `now` in milliseconds. After each answer: lease_watch_begin, lease_watch_note
 * for each server that it names, lease_watch_end; then lease_watch_next until it returns
 * LEASE_WATCH_NOTHING.
 */
#ifndef LEASE_WATCH_H
#define LEASE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LEASE_WATCH_ID = 32,       /* digits of a server's id */
    LEASE_WATCH_LIMIT = 64,    /* servers watched at a time; others must wait */
    LEASE_WATCH_DEAD = 10000,  /* milliseconds */
    LEASE_WATCH_GRACE = 30000, /* milliseconds */
    LEASE_WATCH_GAP = 6000     /* milliseconds between two answers; a longer time does not
                                  count */
};

enum lease_watch_step { LEASE_WATCH_NOTHING, LEASE_WATCH_DECLARE, LEASE_WATCH_REMOVE };

struct absent {
    char server[LEASE_WATCH_ID];
    int64_t missing;    /* milliseconds without a lease; if it is dead, since then */
    bool dead;
    bool noted;         /* by this answer */
    bool told;          /* by lease_watch_next, since this answer */
};

struct lease_watch {
    struct absent list[LEASE_WATCH_LIMIT];
    uint32_t count;
    int64_t answered_at; /* milliseconds */
    int64_t passed;      /* milliseconds that this answer adds */
};

void lease_watch_begin(struct lease_watch *lease_watch, int64_t now);
void lease_watch_note(struct lease_watch *lease_watch, const char server[LEASE_WATCH_ID],
                      bool dead);
void lease_watch_end(struct lease_watch *lease_watch);

/* The next step that is due; it concerns `*server`, which is valid until the next
   lease_watch_begin. */
enum lease_watch_step lease_watch_next(struct lease_watch *lease_watch, const char **server);

#endif
