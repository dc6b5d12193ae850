/*
 * coalesce: joins and leaves, collected for a moment, so that a crowd makes one notice.
 *
 * Model: the log has an entry for each join and leave. Shown one by one, those of a hundred members
 * would push everything else off the screen. So they wait for COALESCE_TIME and are shown together.
 * A member that joins and leaves within that time is not shown at all.
 *
 * Contract: no clock; `now` in milliseconds. Before anything else is shown, the owner must show
 * what is coalesced (coalesce_take), to keep the order of the log.
 */
#ifndef COALESCE_H
#define COALESCE_H

#include "notice.h"
#include "wire/seal.h"

enum {
    COALESCE_TIME = 250, /* milliseconds */
    COALESCE_LIMIT = 64  /* kept by name; further members are only counted */
};

#define COALESCE_NEVER INT64_MAX

struct coalesce_group {
    struct {
        unsigned char id[SEAL_ID];
        char name[NAME_LIMIT];
        size_t size;
    } list[COALESCE_LIMIT];
    size_t known;   /* in `list` */
    uint64_t count; /* in all */
};

struct coalesce {
    struct coalesce_group joined, left;
    int64_t since;  /* milliseconds: when the first was added */
};

void coalesce_joined(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                     int64_t now);
void coalesce_left(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                   int64_t now);

/* When to call coalesce_take, or COALESCE_NEVER. */
int64_t coalesce_due(const struct coalesce *coalesce);

/* Writes the next notice, leaves first, and returns its size; 0: there is none. */
size_t coalesce_take(struct coalesce *coalesce, char out[NOTICE_LIMIT]);

#endif
