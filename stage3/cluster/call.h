/*
 * call: the words of one call of script.lua, put together.
 *
 * Contract: what is put must stay until the call is made, except for ids of rooms and numbers,
 * which are written here.
 */
#ifndef CALL_H
#define CALL_H

#include "outcome.h"
#include "redis/redis.h"

enum { CALL_NUMBERS = 4 }; /* of them in a call; and of rooms one */

struct call {
    struct text words[REDIS_WORDS];
    size_t count;
    char digits[CALL_NUMBERS][24];
    size_t numbers; /* of `digits` */
    char room[CLUSTER_HEX];
};

/* The operation, and the server that calls: LEASE_WATCH_ID digits, which must stay. */
void call_begin(struct call *call, const char *server, const char *operation);

void call_put(struct call *call, struct text word);
void call_put_bytes(struct call *call, const void *bytes, size_t size);
void call_put_number(struct call *call, uint64_t number);
void call_put_room(struct call *call, const unsigned char room[SEAL_ID]);

#endif
