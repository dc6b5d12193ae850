/*
 * queue: chooses the next connection among those that wait for an RSA operation.
 *
 * Model: addresses take turns. The next connection is of the address whose last turn was longest
 * ago, and of that address the one that came first. A new address goes behind all that are there.
 * So an address with sixteen connections waits no less for its second turn than an address with a
 * single one for its first, and a crowd of new addresses cannot keep a connection from its turn.
 *
 * Contract: no allocation. A choice looks at each connection once; the operation takes far longer.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "conn.h"

struct queue {
    uint64_t clock; /* grows with each connection and each turn */
};

/* A connection has been opened. */
void queue_enter(struct queue *queue, struct conn *conn);

/* Returns the index of the next connection in that state; `count`: there is none. */
size_t queue_next(const struct conn *conns, size_t count, enum conn_state state);

/* It is the turn of the connection `index`, and so of its address. */
void queue_turn(struct queue *queue, struct conn *conns, size_t count, size_t index);

#endif
