/*
 * queue: what is going to happen, in the order of its time; what is due at the same millisecond, in
 * the order in which it was put in.
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
    EVENT_DOWN,     /* one arrives at `place` */
    EVENT_REQUEST,  /* exchange `mark`: the request is at the server's door */
    EVENT_ANSWER,   /* exchange `mark`: the answer is at the client */
    EVENT_TIMEOUT,  /* exchange `mark`: the client gives up */
    EVENT_TICK,     /* actor `who`: something may be due */
    EVENT_ACT,      /* actor `who` does something */
    EVENT_TROUBLE,  /* something goes wrong somewhere */
    EVENT_REPLAY    /* somebody sends what was recorded */
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

/* The bytes are the queue's from now on. */
void queue_put(struct event event);

/* A copy of the bytes. */
void queue_put_bytes(struct event event, const void *bytes, size_t size);

/* When the first one is due: INT64_MAX: there is none. */
int64_t queue_due(void);

/* The first one; its bytes are the caller's to free. There must be one. */
struct event queue_take(void);

#endif
