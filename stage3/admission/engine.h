/*
 * engine: the interface to what stores or shares a server's rooms. A server has at most one engine:
 * for example, a journal, or the link to other servers that share the rooms.
 *
 * Model: with none the server is alone, and decides at once (struct sequencer of the chat is NULL,
 * and its decider is alone.h's). An engine sets these, or the chat's record, when it is opened.
 * From then on the server's loop calls it in each turn. So neither the loop nor the chat depends on
 * which engine it is.
 *
 * Contract: a program has one engine of each kind, which owns its state. A function with nothing to
 * do is NULL. `now` in milliseconds.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct net_set;

/* The server ends. What happens to its members? */
enum leaving {
    LEAVING_ASKS,  /* not decided yet: ask again in the next turn */
    LEAVING_STAYS, /* they continue elsewhere or later; they are sent `farewell` */
    LEAVING_CLOSES /* their rooms close */
};

struct engine {
    const char *name;     /* the word in WINGS= */
    const char *letters;  /* its options as getopt() takes them; the first one selects it */
    const char *variable; /* of the environment, with the same meaning as that option; or NULL */

    /* From here on all is NULL if the server was built without this engine. */
    const char *synopsis; /* its options, in the first lines of the usage, */
    const char *usage;    /* and what they do, a line for each */
    const char *farewell;

    /* One of its options. A wrong one ends the program. */
    void (*option)(int letter, const char *value);

    /* Called before there are keys and sockets. */
    void (*prepare)(void);

    /* The chat is new. False: no memory for so many members. `fingerprint` must stay. */
    bool (*open)(struct chat *chat, const char *fingerprint, int64_t now);

    /* After `open`: is the server's key known to be good? If so, `begin` follows. */
    bool (*knows_key)(void);
    void (*begin)(void);

    /* The reason why the server cannot serve anybody yet; NULL: there is none. */
    const char *(*waits)(void);

    /* In each turn: `watch` adds descriptors and returns when something is due; then these. */
    int64_t (*watch)(struct net_set *set, int64_t now);
    void (*read)(struct net_set *set, int64_t now);
    void (*write)(int64_t now);

    /* May the changes be sent to members now? False: not yet. */
    bool (*commit)(int64_t now);

    /* At the end of a turn: does work that can wait. */
    void (*spare)(void);

    /* At the end. After LEAVING_CLOSES, close_rooms is called, and then `leave` again. */
    enum leaving (*leave)(int64_t now);
    void (*close_rooms)(void);
    void (*close)(void);
};

/* For the loop: the functions of an engine, or of none, which has nothing to do (NULL). */
int64_t engine_watch(const struct engine *engine, struct net_set *set, int64_t now);
void engine_read(const struct engine *engine, struct net_set *set, int64_t now);
void engine_write(const struct engine *engine, int64_t now);
bool engine_commit(const struct engine *engine, int64_t now);

/* All engines, then NULL. They are in wings.c, which wings.sh makes. */
extern const struct engine *const engines[];

#endif
