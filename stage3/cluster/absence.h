/*
 * absence: which servers have not renewed their lease, and for how long we have seen that.
 *
 * Model: Redis is asked every few seconds who has no lease. Time counts only from one answer to the
 * next, if both name the server: when Redis was stopped for a while, every lease has run out, and
 * nobody is to blame. A server that was missing for ABSENCE_DEAD is declared dead; its members then
 * have ABSENCE_GRACE to go on at another one, and those who do not are taken out.
 *
 *     ALIVE --(missing for ABSENCE_DEAD)--> declared dead --(for ABSENCE_GRACE)--> remove
 *
 * Every server watches all others, so whoever is left will do it; and each step is harmless when
 * two do it.
 *
 * Contract: no clock; `now` in milliseconds. After each answer: absence_begin, absence_note for all
 * that it names, absence_end; then absence_next until there is nothing more.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ABSENCE_ID = 32,        /* digits of a server's id */
    ABSENCE_LIMIT = 64,     /* servers that are watched at a time; others have to wait */
    ABSENCE_DEAD = 10000,   /* milliseconds */
    ABSENCE_GRACE = 30000,  /* milliseconds */
    ABSENCE_GAP = 6000      /* milliseconds between two answers: beyond that they prove nothing */
};

enum absence_step { ABSENCE_NOTHING, ABSENCE_DECLARE, ABSENCE_REMOVE };

struct absent {
    char server[ABSENCE_ID];
    int64_t missing;    /* milliseconds without a lease, or, if it is dead, since then */
    bool dead;
    bool noted;         /* by this answer */
    bool told;          /* by absence_next, since this answer */
};

struct absence {
    struct absent list[ABSENCE_LIMIT];
    uint32_t count;
    int64_t answered_at; /* milliseconds */
    int64_t passed;      /* milliseconds that this answer adds */
};

void absence_begin(struct absence *absence, int64_t now);
void absence_note(struct absence *absence, const char server[ABSENCE_ID], bool dead);
void absence_end(struct absence *absence);

/* What must be done about whom: `*server` holds until the next absence_begin. */
enum absence_step absence_next(struct absence *absence, const char **server);

#endif
