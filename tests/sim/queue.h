/*
 * queue: the coming events in the order of their time; events of the same millisecond in the order
 * in which they were added.
 *
 * Source: a binary heap, J. Williams, 1964.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    EVENT_UP,       /* a datagram arrives at the server: from `place`, `bytes` */
    EVENT_DOWN,     /* a datagram arrives at `place` */
    EVENT_REQUEST,  /* exchange `mark`: the request arrives at the server */
    EVENT_ANSWER,   /* exchange `mark`: the answer arrives at the client */
    EVENT_TIMEOUT,  /* exchange `mark`: the client gives up */
    EVENT_TICK,     /* actor `who`: a timer may have expired */
    EVENT_ACT,      /* actor `who` does something */
    EVENT_TROUBLE,  /* something goes wrong somewhere */
    EVENT_REPLAY    /* the attacker sends a recorded datagram */
};

struct event {
    int64_t at;           /* milliseconds */
    uint64_t order;       /* the queue's own */
    enum event_kind kind;
    uint32_t who, place;
    uint64_t mark;
    unsigned char *bytes; /* owned by the event; NULL: none */
    size_t size;
};

void queue_begin(void);
void queue_end(void);

/* Adds an event; the queue owns its bytes from now on. */
void queue_put(struct event event);

/* Returns a copy of the bytes. */
void queue_put_bytes(struct event event, const void *bytes, size_t size);

/* The time of the first event; INT64_MAX: there is none. */
int64_t queue_due(void);

/* Removes and returns the first event, which must exist; the caller frees its bytes. */
struct event queue_take(void);

#endif
