/*
 * gone: the members that the server dropped lately and why, so that it can tell them when they
 * speak again.
 *
 * Model: when the server drops a member, UDP may lose the notice that says so, or the member may
 * have been offline. So the server stores for a while which members it dropped. Each is identified
 * by a number only: a keyed hash of what identifies the member, 64 bits that nobody can guess.
 * The entries lie in a ring, where a new one overwrites the oldest, and a table finds one by its
 * number.
 *
 * Contract: no sockets, no clock, nothing is allocated after gone_create. A reason is a number
 * from 1 to 255 that the caller defines. If more than `limit` members are dropped within
 * GONE_MEMORY, the oldest entries are overwritten early: those members got one notice, and get no
 * other.
 */
#ifndef GONE_H
#define GONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"

enum {
    GONE_MEMORY = 600000, /* milliseconds that an entry is valid */
    GONE_PAUSE = 1000     /* milliseconds between two answers to the same member */
};

struct gone_entry {
    uint64_t who;
    int64_t until;    /* milliseconds: the entry is valid until then */
    int64_t quiet;    /* milliseconds: no answer before then */
    uint8_t why;      /* 0: the entry is free */
};

struct gone {
    struct gone_entry *entries; /* owned, a ring */
    uint32_t limit;
    uint32_t next;              /* the index of the next entry: free, or the oldest */
    struct table by_who;
};

/* False: there is not enough memory. */
bool gone_create(struct gone *gone, uint32_t limit);
void gone_destroy(struct gone *gone);

/* Adds a member that was dropped, and told so, just now. */
void gone_add(struct gone *gone, uint64_t who, uint8_t why, int64_t now);

/* Why the member was dropped; 0 if no entry has it, or if it was told within GONE_PAUSE. */
uint8_t gone_why(const struct gone *gone, uint64_t who, int64_t now);

/* Records that the member was told again. */
void gone_told(struct gone *gone, uint64_t who, int64_t now);

/* Removes the entry of a member that has come back. */
void gone_remove(struct gone *gone, uint64_t who);

#endif
