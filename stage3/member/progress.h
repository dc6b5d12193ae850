/*
 * progress: the user's lines that are on their way: how many the prompt shows, and for how long the
 * server has acknowledged none of them.
 *
 * Model: lines that are delivered at once are not counted in the prompt, because it would flicker
 * with each. When none has been acknowledged for a moment, the prompt counts them until all are.
 *
 * Contract: no clock; `now` in milliseconds. All zeros is a valid start: no line is on its way.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

#include "base/text.h"

enum {
    PROGRESS_MOMENT = 1000,        /* milliseconds until lines on their way are counted */
    PROGRESS_GIVE_UP = 30000,      /* milliseconds until a script is told that nothing arrives */
    PROGRESS_PROMPT = NAME_LIMIT + 64 /* bytes of a prompt */
};

#define PROGRESS_NEVER INT64_MAX

struct progress {
    size_t unacked; /* lines not acknowledged at the last look */
    int64_t since;  /* milliseconds: when that number last fell, or rose from 0 */
    size_t shown;   /* the number of lines that the prompt shows */
};

/* The client has entered a room, and no line is on its way. */
void progress_start(struct progress *progress, int64_t now);

/* Looks at the number of lines that are not acknowledged. Returns the number that the prompt should
   show. */
size_t progress_look(struct progress *progress, size_t unacked, int64_t now);

/* Writes the prompt that shows this number of lines, and returns its size in bytes. */
size_t progress_prompt(struct progress *progress, struct text user, size_t lines,
                       char out[PROGRESS_PROMPT]);

/* Has no line been acknowledged for so long that a script gives up? */
bool progress_stuck(const struct progress *progress, int64_t now);

/* When to look again although nothing has happened, or PROGRESS_NEVER. */
int64_t progress_due(const struct progress *progress, int64_t now);

#endif
