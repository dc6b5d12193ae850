/*
 * redis: one connection to Redis, as a machine on memory.
 *
 *     DOWN --> CONNECTING --> GREETING --> READY
 *       ^          |             |           |
 *       +----------+-------------+-----------+   after a while, a longer one each time
 *
 * Model: calls are sent at once, one behind the other, without waiting for the answer to the one
 * before (pipelining); answers come in the same order. So all that has to be kept of a call is a
 * ticket, in a queue, by which the owner knows what the answer is to. Calls run a script
 * (script.lua), which Redis is given in GREETING and then knows by its hash (EVALSHA).
 *
 * What others publish comes on the same connection, between the answers: that is what version 3 of
 * the protocol is for. With version 2 it would take a second connection, with breaks of its own;
 * and on one, what is asked for after a subscription is answered after it holds, so nothing that is
 * published can be missed in between.
 *
 * When the connection breaks, nobody knows which calls were still heard. All that wait are answered
 * with nothing, and it is for the owner to ask again: calls are such that twice does no harm.
 * "Down" and then "ready" are told each time.
 *
 * Limits: below. An answer that does not come for REDIS_TIMEOUT, bytes that are no RESP, or an
 * answer that the owner does not take break the connection.
 *
 * Contract: no sockets, no clock; `now` in milliseconds. See the end for who drives it. The owner's
 * functions may call redis_call and redis_subscribe, and nothing else of this.
 */
#ifndef REDIS_H
#define REDIS_H

#include "redis_url.h"
#include "resp.h"

enum {
    REDIS_CONNECT_TIME = 5000, /* milliseconds for a connection to be made */
    REDIS_TIMEOUT = 10000,     /* milliseconds for an answer */
    REDIS_RETRY = 100,         /* milliseconds until the first new try; doubled each time, */
    REDIS_RETRY_LIMIT = 3000,  /* up to this */
    REDIS_AWAITED = 4096,      /* calls that wait for an answer */
    REDIS_OUT = 4 << 20,       /* bytes that wait to be sent */
    REDIS_WORDS = 16,          /* words of a call */
    REDIS_HASH = 40,           /* digits of a script's hash */
    REDIS_WHY = 200            /* bytes of a reason, with the final zero */
};

enum redis_state { REDIS_DOWN, REDIS_CONNECTING, REDIS_GREETING, REDIS_READY };

/* What the owner knows an answer by. */
struct redis_ticket {
    int kind; /* 0 and more; below are our own */
    uint64_t who, what;
};

/* Who uses it. All texts and items hold until the function returns. */
struct redis_owner {
    void *context;

    /* An answer. NULL: it did not come, or was an error; the call may have been heard or not.
       False: that is no answer to this call, and the connection is not to be trusted. */
    bool (*answer)(void *context, struct redis_ticket ticket, const struct resp_item *reply);
    void (*message)(void *context, struct text channel, struct text message);
    void (*ready)(void *context); /* it answers; nothing is subscribed to yet */
    void (*down)(void *context);  /* `why` says what is wrong */
};

struct redis {
    struct redis_url url;
    struct text script;      /* of the owner, who keeps it */
    struct redis_owner owner;
    enum redis_state state;
    int64_t until;           /* milliseconds: the end of the pause, or of CONNECTING */
    int64_t pause;           /* milliseconds: the next one */
    struct resp in;
    struct buffer out;
    char hash[REDIS_HASH];   /* of the script */
    struct {
        struct redis_ticket ticket;
        int64_t since;       /* milliseconds */
    } awaited[REDIS_AWAITED];/* a ring */
    uint32_t first, count;   /* of `awaited` */
    char why[REDIS_WHY];     /* what was wrong the last time, safe to show */
    uint64_t calls, errors;  /* ever */
};

void redis_create(struct redis *redis, const struct redis_url *url, struct text script,
                  struct redis_owner owner, int64_t now);
void redis_destroy(struct redis *redis);

/* --- for the owner --- */

/* Runs the script with these words, at most REDIS_WORDS. False: not now; nothing will come. */
bool redis_call(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                size_t count, int64_t now);

/* Any other command, whose answer is an ordinary one. */
bool redis_command(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                   size_t count, int64_t now);

/* From now on what is published on this channel comes, or does not. */
bool redis_subscribe(struct redis *redis, struct text channel, int64_t now);
bool redis_unsubscribe(struct redis *redis, struct text channel, int64_t now);

/* For how many milliseconds the oldest call has waited; 0: none waits. */
int64_t redis_delay(const struct redis *redis, int64_t now);

/* --- for whoever has the socket ---
 *
 * When redis_wants_connection, begin one and say redis_connecting; when it is made redis_connected,
 * when it cannot be or is no more, redis_lost. Hand over what comes, send what redis_give gives.
 * Whenever the state is DOWN, the owner must close the socket.
 */

bool redis_wants_connection(const struct redis *redis, int64_t now);
void redis_connecting(struct redis *redis, int64_t now);
void redis_connected(struct redis *redis, int64_t now);
void redis_lost(struct redis *redis, const char *why, int64_t now);

void redis_take(struct redis *redis, const char *bytes, size_t size, int64_t now);
struct text redis_give(const struct redis *redis);
void redis_gave(struct redis *redis, size_t size);

/* When to call redis_tick at the latest. */
int64_t redis_due(const struct redis *redis);
void redis_tick(struct redis *redis, int64_t now);

#endif
