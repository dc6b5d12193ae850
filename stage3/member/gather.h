/*
 * gather: who came and who left, collected for a moment, so that a crowd makes one notice.
 *
 * Model: the log has an entry for everyone who comes or goes. Shown one by one, a hundred people
 * would push everything else off the screen. So they wait for GATHER_TIME and are told together.
 * Somebody who comes and goes within that time is not told of at all.
 *
 * Contract: no clock; `now` in milliseconds. Whoever shows something else first shows what is
 * gathered (gather_take), so that all comes in the order of the log.
 */
#ifndef GATHER_H
#define GATHER_H

#include "notice.h"
#include "wire/seal.h"

enum {
    GATHER_TIME = 250,  /* milliseconds */
    GATHER_LIMIT = 64   /* who are kept by name; of more only the number */
};

#define GATHER_NEVER INT64_MAX

struct gather_group {
    struct {
        unsigned char id[SEAL_ID];
        char name[NAME_LIMIT];
        size_t size;
    } list[GATHER_LIMIT];
    size_t known;   /* in `list` */
    uint64_t count; /* in all */
};

struct gather {
    struct gather_group joined, left;
    int64_t since;  /* milliseconds: when the first of them came */
};

void gather_joined(struct gather *gather, const unsigned char id[SEAL_ID], struct text name,
                   int64_t now);
void gather_left(struct gather *gather, const unsigned char id[SEAL_ID], struct text name,
                 int64_t now);

/* When to take them, or GATHER_NEVER. */
int64_t gather_due(const struct gather *gather);

/* The next notice of what is gathered, those who left first. Returns its size; 0: there is none. */
size_t gather_take(struct gather *gather, char out[NOTICE_LIMIT]);

#endif
