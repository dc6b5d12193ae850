/*
 * events: what has happened in the rooms of this window, in the form in which a page reads it.
 *
 * Model: each line (api.h says which there are) gets a number, rising over all rooms, and is kept
 * as the block of server-sent events that it is, so that telling it again is copying. A page that
 * comes back says the number of its last line, and gets what came after. Each room keeps its latest
 * lines; `cut` says up to where they are gone.
 *
 * Events without a number are told to those who listen now. Of those that answer something
 * (refused, list, gone) the latest are told again to who begins to listen: the answer may come in
 * the very moment in which a page's stream is broken, or not there yet.
 *
 * Contract: no sockets, no clock: the owner sets `wall`. What is told leaves through a function.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "base/buffer.h"

enum {
    EVENTS_LINES = 2000,      /* lines that are kept of a room; the page shows as many */
    EVENTS_BYTES = 1024 * 1024, /* and no more than so many bytes of them */
    EVENTS_ANSWERS = 8
};

/* What can be said of an event; what is zero or NULL is left out. */
struct event {
    const char *kind;
    uint64_t room;         /* its handle */
    struct text name, text, why, status, fingerprint;
    uint64_t number, count;
    bool own, old, unreadable; /* an old one gets no time: nobody knows it */
};

/* A block for everybody who listens. */
typedef void events_tell(void *context, struct text block);

struct events_room;

struct events {
    int64_t wall;              /* milliseconds since 1970 */
    uint64_t last;             /* the number of the newest line; 0: none yet */
    struct events_room *rooms; /* owned, chained */
    struct buffer answers[EVENTS_ANSWERS]; /* blocks, a ring */
    uint64_t answer_count;     /* ever put in */
    events_tell *tell;
    void *context;
};

void events_open(struct events *events, events_tell *tell, void *context);
void events_close(struct events *events);

/* A room's lines are kept from here on. False: no memory. */
bool events_add_room(struct events *events, uint64_t room);
void events_drop_room(struct events *events, uint64_t room);

/* It has happened: numbered, kept with its room's lines if there is such a room, and told. */
void events_line(struct events *events, const struct event *event);

/* Told, and kept as one of the latest answers; or the same for an event that is JSON already. */
void events_answer(struct events *events, const struct event *event);
void events_answer_json(struct events *events, struct text json);

/* Told, and not kept: JSON. */
void events_state(struct events *events, struct text json);

/* The latest answers, and every line that is kept and came after that one, in order. */
void events_past(const struct events *events, uint64_t after, struct buffer *out);

/* The highest number of a line of the room that is no longer kept; 0: all are. */
uint64_t events_cut(const struct events *events, uint64_t room);

/* The block of an event without a number. */
void events_block(struct text json, struct buffer *out);

#endif
