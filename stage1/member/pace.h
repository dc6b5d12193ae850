/*
 * pace: how fast the lines of a script go out, and how long the client waits at its end.
 *
 * Model: a script may write faster than a server can take, and UDP has no flow control. So after
 * PACE_AHEAD lines the client sends a hello, and goes on when a welcome shows that the server kept
 * up. A line that must wait until then is held here; the lines after it wait in the pipe.
 *
 * A server also refuses what exceeds its rate for each member (bucket.h). The client counts as the
 * server does, but sends only a burst half as long. So even if datagrams of a second come in at
 * once, because the server was stopped for a moment, none of them is refused.
 *
 * When the input has ended and all lines are on their way, one more hello follows them, and the
 * next welcome is the end. (It may be the late answer to an earlier hello: a sign that the server
 * is there, not a proof that it has every line. UDP has no such proof.)
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros: nothing has been read.
 */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bucket.h"
#include "base/text.h"

enum {
    PACE_AHEAD = 32,     /* lines that go out before the server has answered, */
    PACE_AHEAD_TIME = 500000, /* and what they may cost, in microseconds of the rate */
    PACE_BURST = 1000,   /* milliseconds' worth of lines that go out at once */
    PACE_GIVE_UP = 5000, /* milliseconds without an answer, once the input has ended */
    PACE_LINE = 8192     /* bytes: the longest line that is read at once */
};

struct pace {
    int ahead;           /* lines, since the last welcome, */
    int64_t ahead_cost;  /* and what they cost, in microseconds */
    struct bucket bucket; /* all datagrams */
    struct bucket_rate rate; /* as the server has told it; zeros: the usual one */
    bool asked;          /* a hello went out, to be allowed more of them */
    bool last_hello;     /* all lines are out, and a hello after them */
    int64_t give_up_at;  /* milliseconds; 0: the input has not ended yet */
    char held[PACE_LINE];
    size_t held_size;
    bool holds;          /* is a line held? */
};

/* Holds this line, which was the next one. */
void pace_hold(struct pace *pace, struct text line);

/* Gives the held line, if there is one, and holds it no longer. Use it before the next call. */
bool pace_release(struct pace *pace, struct text *line);

/* The server has told its rate. It holds until the next welcome. */
void pace_obey(struct pace *pace, struct bucket_rate rate);

/* A datagram of that size went out, with a line in it or without. */
void pace_sent(struct pace *pace, size_t size, bool line, int64_t now);

/* May the next line go out? */
bool pace_allows(const struct pace *pace, int64_t now);

/* When the rate allows the held line, in milliseconds; INT64_MAX if none is held, or if it waits
   for a welcome. */
int64_t pace_due(const struct pace *pace);

/* True, once: so many lines are out that a hello is due. */
bool pace_asks(struct pace *pace);

/* A welcome has come. True: it is the one at the end. */
bool pace_welcome(struct pace *pace, int64_t now);

/* The input has ended. `all_taken`: all its lines went out, too. */
enum pace_end { PACE_WAIT, PACE_HELLO, PACE_OVER };
enum pace_end pace_finish(struct pace *pace, bool all_taken, int64_t now);

#endif
