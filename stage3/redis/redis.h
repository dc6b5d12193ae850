/*
 * redis: one connection to Redis, as a state machine on memory.
 *
 *     DOWN --> CONNECTING --> GREETING --> READY
 *       ^          |             |           |
 *       +----------+-------------+-----------+   after a pause, which doubles each time
 *
 * Model: calls are sent without waiting for earlier answers (pipelining), and answers come in the
 * same order. So a queue keeps only a ticket for each call, which tells the owner what an answer
 * belongs to. Calls run a script (script.lua). Redis gets the script in GREETING, and calls name it
 * by its hash (EVALSHA).
 *
 * Published messages come on the same connection, between the answers. Version 3 of the protocol
 * allows that; version 2 would need a second connection, which could break separately. One
 * connection also keeps the order: a call sent after a subscription is answered when the
 * subscription holds, so no message is missed in between.
 *
 * When the connection breaks, it is unknown which calls Redis has still run. Each waiting call is
 * answered with NULL, and the owner must call again: calls must be safe to run twice. The owner
 * hears of each break (`down`) and of each return (`ready`).
 *
 * Limits: below. The connection is dropped if an answer takes longer than REDIS_TIMEOUT, if bytes
 * are not RESP, and if the owner refuses an answer.
 *
 * Contract: no sockets, no clock; `now` in milliseconds. The last part of this file is for the
 * caller that drives the connection. The owner's functions may call redis_call, redis_command,
 * redis_subscribe and redis_unsubscribe, and nothing else of this module.
 */
#ifndef REDIS_H
#define REDIS_H

#include "redis_url.h"
#include "resp.h"

enum {
    REDIS_CONNECT_TIME = 5000, /* milliseconds for a connection to be made */
    REDIS_TIMEOUT = 10000,     /* milliseconds for an answer */
    REDIS_RETRY = 100,         /* milliseconds of pause before the first new try; it doubles, */
    REDIS_RETRY_LIMIT = 3000,  /* up to this */
    REDIS_AWAITED = 4096,      /* calls that may wait for an answer */
    REDIS_OUT = 4 << 20,       /* bytes that may wait to be sent */
    REDIS_WORDS = 16,          /* words of a call */
    REDIS_HASH = 40,           /* digits of a script's hash */
    REDIS_WHY = 200            /* bytes of a reason, with the final zero */
};

enum redis_state { REDIS_DOWN, REDIS_CONNECTING, REDIS_GREETING, REDIS_READY };

/* Tells the owner what an answer belongs to. */
struct redis_ticket {
    int kind; /* 0 or more; negative kinds are this module's own */
    uint64_t who, what;
};

/* The user of the connection. All texts and items are valid until the function returns. */
struct redis_owner {
    void *context;

    /* An answer. NULL: no answer came, or an error; Redis may have run the call or not. The owner
       returns false if this cannot be an answer to the call: the connection is then dropped. */
    bool (*answer)(void *context, struct redis_ticket ticket, const struct resp_item *reply);
    void (*message)(void *context, struct text channel, struct text message);
    void (*ready)(void *context); /* Redis answers; nothing is subscribed to yet */
    void (*down)(void *context);  /* `why` has the reason */
};

struct redis {
    struct redis_url url;
    struct text script;      /* not owned */
    struct redis_owner owner;
    enum redis_state state;
    int64_t until;           /* milliseconds: when the pause, or CONNECTING, ends */
    int64_t pause;           /* milliseconds: the length of the next pause */
    struct resp in;
    struct buffer out;
    char hash[REDIS_HASH];   /* of the script */
    struct {
        struct redis_ticket ticket;
        int64_t since;       /* milliseconds */
    } awaited[REDIS_AWAITED];/* a ring */
    uint32_t first, count;   /* of `awaited` */
    char why[REDIS_WHY];     /* the last error or reason of a break, safe to show */
    uint64_t calls, errors;  /* in total */
};

void redis_create(struct redis *redis, const struct redis_url *url, struct text script,
                  struct redis_owner owner, int64_t now);
void redis_destroy(struct redis *redis);

/* --- for the owner --- */

/* Runs the script with these words, at most REDIS_WORDS. False: not sent, because the connection is
   not ready or a queue is full; no answer will come. */
bool redis_call(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                size_t count, int64_t now);

/* Sends any other command that has exactly one answer, and no push. */
bool redis_command(struct redis *redis, struct redis_ticket ticket, const struct text *words,
                   size_t count, int64_t now);

/* Begins or ends the messages of a channel. False: not sent, as above. */
bool redis_subscribe(struct redis *redis, struct text channel, int64_t now);
bool redis_unsubscribe(struct redis *redis, struct text channel, int64_t now);

/* How long the oldest call has waited, in milliseconds; 0 if none waits. */
int64_t redis_delay(const struct redis *redis, int64_t now);

/* --- for the owner of the socket ---
 *
 * When redis_wants_connection is true, begin a connection and call redis_connecting; when it is
 * made, call redis_connected; when it fails or breaks, redis_lost. Pass received bytes to
 * redis_take, send the bytes of redis_give, and report the sent ones with redis_gave. Close the
 * socket whenever the state is DOWN.
 */

bool redis_wants_connection(const struct redis *redis, int64_t now);
void redis_connecting(struct redis *redis, int64_t now);
void redis_connected(struct redis *redis, int64_t now);
void redis_lost(struct redis *redis, const char *why, int64_t now);

void redis_take(struct redis *redis, const char *bytes, size_t size, int64_t now);
struct text redis_give(const struct redis *redis);
void redis_gave(struct redis *redis, size_t size);

/* The latest time to call redis_tick. */
int64_t redis_due(const struct redis *redis);
void redis_tick(struct redis *redis, int64_t now);

#endif
