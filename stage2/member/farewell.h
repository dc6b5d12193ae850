/*
 * farewell: how a client checks a notice that it is no longer in the room.
 *
 * Model: such a notice is one datagram, and anybody can forge it. So the client asks, as with a
 * keepalive. If the token is still valid, the server answers with a welcome, and the notice was
 * forged (or late). If no answer comes to any of FAREWELL_TRIES, the notice was true.
 *
 * The first question waits for a moment: a welcome that the server sent before the notice may
 * arrive after it, and must not count as the answer.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros: there was no such notice.
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

/* Does this notice end the membership for good? Then `*status` is set to the program's status. */
bool farewell_is(struct text notice, int *status);

/* The notice has come. False: it came before, and the server is being asked. */
bool farewell_told(struct farewell *farewell, int64_t now);

/* When to call farewell_tick; and what the caller must do now. */
int64_t farewell_due(const struct farewell *farewell);
enum farewell_step farewell_tick(struct farewell *farewell, int64_t now);

/* A welcome has come. True: there was such a notice, and it was not true. */
bool farewell_answered(struct farewell *farewell);

#endif
