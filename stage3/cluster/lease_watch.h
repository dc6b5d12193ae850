/*
 * lease_watch: which servers have not renewed their lease, and for how long we have seen that.
 *
 * Model: Redis is asked every few seconds who has no lease. Time counts only from one answer to the
 * next, if both name the server: when Redis was stopped for a while, every lease has run out, and
 * nobody is to blame. A server that was missing for LEASE_WATCH_DEAD is declared dead; its members
 * then have LEASE_WATCH_GRACE to go on at another one, and those who do not are taken out.
 *
 *     ALIVE --(missing for LEASE_WATCH_DEAD)--> declared dead --(for LEASE_WATCH_GRACE)--> remove
 *
 * Every server watches all others, so whoever is left will do it; and each step is harmless when
 * two do it.
 *
 * Contract: no clock; `now` in milliseconds. After each answer: lease_watch_begin, lease_watch_note
 * for all that it names, lease_watch_end; then lease_watch_next until there is nothing more.
 */
#ifndef LEASE_WATCH_H
#define LEASE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LEASE_WATCH_ID = 32,       /* digits of a server's id */
    LEASE_WATCH_LIMIT = 64,    /* servers that are watched at a time; others have to wait */
    LEASE_WATCH_DEAD = 10000,  /* milliseconds */
    LEASE_WATCH_GRACE = 30000, /* milliseconds */
    LEASE_WATCH_GAP = 6000     /* milliseconds between two answers: beyond that they prove
                                  nothing */
};

enum lease_watch_step { LEASE_WATCH_NOTHING, LEASE_WATCH_DECLARE, LEASE_WATCH_REMOVE };

struct absent {
    char server[LEASE_WATCH_ID];
    int64_t missing;    /* milliseconds without a lease, or, if it is dead, since then */
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

/* What must be done about whom: `*server` holds until the next lease_watch_begin. */
enum lease_watch_step lease_watch_next(struct lease_watch *lease_watch, const char **server);

#endif
