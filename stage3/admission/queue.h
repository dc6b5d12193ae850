/*
 * queue: which of the connections that wait for an RSA operation is next.
 *
 * Model: addresses take turns. Next is a connection of the address whose last turn was longest ago,
 * and of that address the one that came first. An address that was not here before stands behind
 * all who are. So one with sixteen connections waits no shorter for its second turn than one with a
 * single connection for its first, and a crowd of new addresses keeps nobody from his turn.
 *
 * Contract: no allocation. One look at each connection for an operation, which takes far longer.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "conn.h"

struct queue {
    uint64_t clock; /* rising with each connection and each turn */
};

/* A connection has been opened. */
void queue_enter(struct queue *queue, struct conn *conn);

/* The index of the next one in that state; `count`: there is none. */
size_t queue_next(const struct conn *conns, size_t count, enum conn_state state);

/* It is the turn of the connection `index`, and so of its address. */
void queue_turn(struct queue *queue, struct conn *conns, size_t count, size_t index);

#endif
