/*
 * coalesce: who came and who left, collected for a moment, so that a crowd makes one notice.
 *
 * Model: the log has an entry for everyone who comes or goes. Shown one by one, a hundred people
 * would push everything else off the screen. So they wait for COALESCE_TIME and are told together.
 * Somebody who comes and goes within that time is not told of at all.
 *
 * Contract: no clock; `now` in milliseconds. Whoever shows something else first shows what is
 * coalesced (coalesce_take), so that all comes in the order of the log.
 */
#ifndef COALESCE_H
#define COALESCE_H

#include "notice.h"
#include "wire/seal.h"

enum {
    COALESCE_TIME = 250, /* milliseconds */
    COALESCE_LIMIT = 64  /* who are kept by name; of more only the number */
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
    int64_t since;  /* milliseconds: when the first of them came */
};

void coalesce_joined(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                     int64_t now);
void coalesce_left(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                   int64_t now);

/* When to take them, or COALESCE_NEVER. */
int64_t coalesce_due(const struct coalesce *coalesce);

/* The next notice of what is coalesced, those who left first. Returns its size; 0: there is
   none. */
size_t coalesce_take(struct coalesce *coalesce, char out[NOTICE_LIMIT]);

#endif
