/*
 * farewell: what a client makes of the news that it is out.
 *
 * Model: such a notice is one datagram, and anybody can forge it. So the client asks, as with a
 * keepalive. If the server still knows the token, it answers with a welcome, and the notice was
 * forged (or late). If no answer comes to any of FAREWELL_TRIES, the notice was true.
 *
 * The first question waits for a moment: a welcome that the server sent before the notice may
 * arrive behind it, and must not count as the answer.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros: there is no such news.
 */
#ifndef FAREWELL_H
#define FAREWELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    FAREWELL_BEHIND = 200, /* milliseconds from the notice to the first question, */
    FAREWELL_PAUSE = 1000, /* from one question to the next, and from the last one to the end */
    FAREWELL_TRIES = 3
};

#define FAREWELL_NEVER INT64_MAX

enum farewell_step { FAREWELL_WAIT, FAREWELL_ASK, FAREWELL_OVER };

struct farewell {
    bool told;   /* there was such a notice */
    int asked;
    int64_t due; /* milliseconds: the next step */
};

/* Does this notice say that we are out for good? Then `*status` becomes the program's. */
bool farewell_is(struct text notice, int *status);

/* The notice has come. False: it was told already, and the server is being asked. */
bool farewell_told(struct farewell *farewell, int64_t now);

/* When to call farewell_tick; and what its owner does now. */
int64_t farewell_due(const struct farewell *farewell);
enum farewell_step farewell_tick(struct farewell *farewell, int64_t now);

/* A welcome has come. True: we are in, whatever the notice said. */
bool farewell_answered(struct farewell *farewell);

#endif
