/*
 * engine: what stands behind the rooms of a server. There is none, or one: a journal, say, or other
 * servers with which the rooms are shared.
 *
 * Model: with none the server is alone, and decides at once (struct sequencer of the chat is NULL,
 * and its decider is alone.h's). An engine sets these, or the chat's record, when it is opened, and
 * is then asked in each turn of the server's loop. So neither the loop nor the chat knows which it
 * is.
 *
 * Contract: one engine of a kind in a program, whose state is its own. Functions that have nothing
 * to do are NULL. `now` in milliseconds.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct net_set;

/* The server ends. What becomes of its members? */
enum leaving {
    LEAVING_ASKS,  /* that is being asked: ask again in the next turn */
    LEAVING_STAYS, /* they go on, elsewhere or later; `farewell` is said to them */
    LEAVING_CLOSES /* their rooms close */
};

struct engine {
    const char *name;     /* the word in WINGS= */
    const char *letters;  /* its options as getopt() wants them; the first one chooses it */
    const char *variable; /* of the environment, which says the same as that option; or NULL */

    /* From here on all is NULL if the server was built without it. */
    const char *synopsis; /* its options, in the first lines of the usage, */
    const char *usage;    /* and what they do, a line for each */
    const char *farewell;

    /* What is wrong ends the program. */
    void (*option)(int letter, const char *value);

    /* Before there are keys and sockets. */
    void (*prepare)(void);

    /* The chat is new. False: no memory for so many members. `fingerprint` stays. */
    bool (*open)(struct chat *chat, const char *fingerprint, int64_t now);

    /* After that: is the server's key known to be a good one? Then: it is. */
    bool (*knows_key)(void);
    void (*begin)(void);

    /* The reason why nobody can be served yet; NULL: there is none. */
    const char *(*waits)(void);

    /* In each turn: says what to wait for, and returns when something is due; reads; writes. */
    int64_t (*watch)(struct net_set *set, int64_t now);
    void (*read)(struct net_set *set, int64_t now);
    void (*write)(int64_t now);

    /* What has changed may be told. False: not yet. */
    bool (*commit)(int64_t now);

    /* When all is done in a turn: what can wait. */
    void (*spare)(void);

    /* The end. After LEAVING_CLOSES close_rooms is called, and then `leave` again. */
    enum leaving (*leave)(int64_t now);
    void (*close_rooms)(void);
    void (*close)(void);
};

/* All that there are, and behind them NULL: wings.c, which is made by wings.sh. */
extern const struct engine *const engines[];

#endif
