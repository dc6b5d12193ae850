/*
 * events: what has happened in the rooms of this window, in the form that the page reads.
 *
 * Model: each line (api.h lists the kinds) gets a number, which rises over all rooms. It is kept as
 * a block of server-sent events, so to send it again is to copy it. A page that connects again
 * sends the number of its last line, and gets all later ones. Each room keeps its latest lines;
 * `cut` is the number of the last line that was dropped.
 *
 * Events without a number go to the current listeners. The latest of those that answer a request
 * (refused, list, gone) are repeated to each new listener, because an answer may come just when the
 * page's stream is broken or not yet open.
 *
 * Contract: no sockets, no clock: the owner sets `wall`. Events leave through a function.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "base/buffer.h"

enum {
    EVENTS_LINES = 2000,      /* lines kept of a room; the page shows as many */
    EVENTS_BYTES = 1024 * 1024, /* bytes kept of a room, at most */
    EVENTS_ANSWERS = 8        /* answers kept */
};

/* The fields of an event. A field that is zero or NULL is left out. */
struct event {
    const char *kind;
    uint64_t room;         /* its handle */
    struct text name, text, why, status, fingerprint;
    uint64_t number, count;
    bool own, old, unreadable; /* an old event has no time, because it is not known */
};

/* Sends a block to all listeners. */
typedef void events_tell(void *context, struct text block);

struct events_room;

struct events {
    int64_t wall;              /* milliseconds since 1970 */
    uint64_t last;             /* the number of the newest line; 0: none yet */
    struct events_room *rooms; /* owned, chained */
    struct buffer answers[EVENTS_ANSWERS]; /* blocks, a ring */
    uint64_t answer_count;     /* answers ever put into the ring */
    events_tell *tell;
    void *context;
};

void events_open(struct events *events, events_tell *tell, void *context);
void events_close(struct events *events);

/* Begins to keep the lines of a room. False: no memory. */
bool events_add_room(struct events *events, uint64_t room);
void events_drop_room(struct events *events, uint64_t room);

/* Numbers a line, keeps it if its room's lines are kept, and sends it. */
void events_line(struct events *events, const struct event *event);

/* Sends an answer and keeps it as one of the latest. The second takes an event in JSON. */
void events_answer(struct events *events, const struct event *event);
void events_answer_json(struct events *events, struct text json);

/* Sends an event in JSON, and does not keep it. */
void events_state(struct events *events, struct text json);

/* Writes the latest answers, then all kept lines with a number above `after`, in order. */
void events_past(const struct events *events, uint64_t after, struct buffer *out);

/* The highest number of a dropped line of the room; 0: all lines are kept. */
uint64_t events_cut(const struct events *events, uint64_t room);

/* Writes an event without a number as a block. */
void events_block(struct text json, struct buffer *out);

#endif
