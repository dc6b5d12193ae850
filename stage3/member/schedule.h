/*
 * schedule: when a member sends without an item to send: it acknowledges entries, reports holes,
 * asks a silent server, and answers probes.
 *
 * Model: an acknowledgement is put off until many entries have come or some time has passed, at
 * random, so that a thousand members do not send theirs at once. A hole is reported earlier, and
 * again until it is filled. When nothing has come for a while, the server is asked, and asked again
 * until it answers; if it does not, the member is to resume over TCP.
 *
 * Contract: no clock; `now` in milliseconds. Random numbers come from a function.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/source.h"

enum {
    SCHEDULE_ACK_FEWEST = 128,        /* entries after which an acknowledgement is sent: a random */
    SCHEDULE_ACK_MOST = 256,          /* number between these two */
    SCHEDULE_ACK_BYTES = 32 * 1024,   /* or so many bytes of entries; or, after the first of them,
                                         half to all of frame_ack_latest() */
    SCHEDULE_HOLE_PAUSE = 20,         /* milliseconds between two acknowledgements that report a
                                         hole, */
    SCHEDULE_HOLE_SHOWN = 200,        /* and half to all of these until it is reported without
                                         another cause, or until missing parts of an entry count as
                                         one */
    SCHEDULE_PROBE_PAUSE = 100,       /* milliseconds between two answers to probes */
    SCHEDULE_KEEPALIVE = 20000,       /* milliseconds of silence until the server is asked, at
                                         most, */
    SCHEDULE_KEEPALIVE_SPREAD = 2000, /* or earlier, at random, by up to so much */
    SCHEDULE_PROBED = 1000,           /* a probe so many milliseconds after our last datagram means
                                         that the server requires more of them: from then on it is
                                         asked after three quarters of that time */
    SCHEDULE_ASK_AGAIN = 500,         /* milliseconds until an unanswered question is asked again */
    SCHEDULE_TIMEOUT = 5000           /* milliseconds without an answer until the server counts as
                                         silent */
};

#define SCHEDULE_NEVER INT64_MAX

/* Times in milliseconds; SCHEDULE_NEVER: not at all. */
struct schedule {
    random_source *random;
    void *random_context;
    int64_t ack_due;
    uint32_t ack_entries, ack_bytes; /* since the last acknowledgement */
    uint32_t ack_limit;              /* entries: drawn */
    int64_t hole_shown_at;
    int64_t part_due;                /* from then on the missing parts of an entry are a hole */
    int64_t probed_at;               /* when a probe was last answered */
    int64_t asked_at;                /* when the first unanswered question was sent */
    int64_t ask_due;                 /* the next question */
    int64_t keepalive;               /* time from an answer to the next question: random, */
    int64_t wanted;                  /* or what the server's probes in this session require */
    int64_t sent_at;                 /* the last datagram */
};

/* The first time. */
void schedule_create(struct schedule *schedule, random_source *random, void *context);

/* A session begins. */
void schedule_begin(struct schedule *schedule, int64_t now);

/* What is missing of the log. */
enum hole {
    HOLE_NONE,
    HOLE_ARRIVING, /* parts of an entry, which may still be on their way */
    HOLE_THERE     /* entries, of which later ones have come */
};

/* A datagram is being sent: it acknowledges everything that was read, and reports the hole. `ask`:
   it asks for an answer. */
void schedule_sent(struct schedule *schedule, bool ask, enum hole hole, int64_t now);

/* An entry of so many bytes was read. */
void schedule_read(struct schedule *schedule, size_t bytes);

/* Entries have come, perhaps repeated ones: sets when the next acknowledgement is due, in a room of
   so many members. */
void schedule_owe(struct schedule *schedule, enum hole hole, uint64_t members, int64_t now);

/* A part of an entry has come; and: may missing parts still be on their way? */
void schedule_part(struct schedule *schedule, int64_t now);
bool schedule_arriving(const struct schedule *schedule, int64_t now);

/* The server is there: something new has come from it; and: it has answered, with anything but a
   probe. */
void schedule_heard(struct schedule *schedule, int64_t now);
void schedule_answered(struct schedule *schedule, int64_t now);

/* Must the server be asked now? */
bool schedule_asks(struct schedule *schedule, int64_t now);

/* Has a question been without an answer for too long? */
bool schedule_silent(const struct schedule *schedule, int64_t now);

/* Asks soon. */
void schedule_doubt(struct schedule *schedule, int64_t now);

/* A probe has come, perhaps one that was overtaken or came again. False: it must not be answered
   now, because another was just answered. */
bool schedule_probed(struct schedule *schedule, bool latest, int64_t now);

/* When something is due, or SCHEDULE_NEVER. */
int64_t schedule_due(const struct schedule *schedule);

#endif
