/*
 * gone: which members were taken out lately and why, so that they can be told when they speak.
 *
 * Model: UDP may lose the notice that tells a member of its end, and the member may have been away
 * when it came. So the server stores for a while whom it took out. Only a number stands for each:
 * a keyed hash of what proves that it is the same one, which is 64 bits that nobody can guess.
 * The entries lie in a ring, the latest over the oldest, and a table finds one by its number.
 *
 * Contract: no sockets, no clock, nothing is allocated after gone_create. A reason is a number
 * of the caller's from 1 to 255. If more than `limit` are taken out within GONE_MEMORY, the
 * oldest are dropped early: they are told at their end, and not again.
 */
#ifndef GONE_H
#define GONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"

enum {
    GONE_MEMORY = 600000, /* milliseconds that an entry is good for */
    GONE_PAUSE = 1000     /* milliseconds between two answers to the same one */
};

struct gone_entry {
    uint64_t who;
    int64_t until;    /* milliseconds: the entry is good until then */
    int64_t quiet;    /* milliseconds: no answer before then */
    uint8_t why;      /* 0: this place is free */
};

struct gone {
    struct gone_entry *entries; /* owned, a ring */
    uint32_t limit;
    uint32_t next;              /* the place of the next entry: free, or the oldest */
    struct table by_who;
};

/* False: there is not so much memory. */
bool gone_create(struct gone *gone, uint32_t limit);
void gone_destroy(struct gone *gone);

/* It was taken out now, and was told so now. */
void gone_add(struct gone *gone, uint64_t who, uint8_t why, int64_t now);

/* Why it was taken out; 0 if that is not known, or was told less than GONE_PAUSE ago. */
uint8_t gone_why(const struct gone *gone, uint64_t who, int64_t now);

/* It was told again. */
void gone_told(struct gone *gone, uint64_t who, int64_t now);

/* It is back. */
void gone_remove(struct gone *gone, uint64_t who);

#endif
