/*
 * pending: a request that has been opened, and that somebody else answers later.
 *
 * Model: a server that is alone decides at once who may come in (admission.h). One that shares its
 * rooms with others has a decider: it begins a decision, and says when that is done.
 *
 * Contract: what is begun has to be ended, done or not. Both are owned by the decider.
 */
#ifndef PENDING_H
#define PENDING_H

#include <stdbool.h>

#include "wire/request.h"

struct address;

struct pending {
    bool done;
    enum tcrp_status status; /* when it is done; */
    struct text answer;      /* if that is TCRP_OK: what the client is told */
    enum tcrp_operation operation;
    struct seal_keys keys;
};

struct decider {
    void *context;

    /* Everything is copied. NULL: no memory. */
    struct pending *(*begin)(void *context, const struct request *request,
                             const struct address *from, const struct seal_keys *keys,
                             int64_t now);
    void (*end)(void *context, struct pending *pending);
};

#endif
