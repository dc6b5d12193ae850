#include "engine.h"

#include <stdio.h>

#include "base/program.h"
#include "mirror.h"
#include "pending_join.h"
#include "redis/redis_socket.h"

static struct redis_url url;
static struct mirror mirror;
static struct pending_joins joins;     /* the requests for its rooms, */
static struct redis_socket connection; /* and its connection to Redis */
static bool begun;                     /* Redis has answered once */
static bool missed;                    /* the program's log says that Redis does not answer */
static bool asked;                     /* Redis was asked whether our members can go elsewhere */

/* The message does not repeat the value, which may contain a password. */
static void option(int letter, const char *value)
{
    (void)letter;
    if (redis_url_parse(value, &url)) return;
    program_misuse("-r wants HOST:PORT or redis://:PASSWORD@HOST:PORT/DATABASE, and knows no other "
                   "scheme");
}

static void prepare(void)
{
    socket_prepare(&url);
}

static bool open_rooms(struct chat *chat, const char *fingerprint, int64_t now)
{
    socket_create(&connection);
    if (!mirror_create(&mirror, chat, &url, fingerprint, now)) return false;
    pending_joins_create(&joins, &mirror);
    return true;
}

static const char *waits(void)
{
    static char why[SERVER_TEXT + sizeof mirror.cluster.redis.why + 32];
    char name[SERVER_TEXT];

    if (mirror.cluster.up) return NULL;
    server_print(&url.server, name);
    snprintf(why, sizeof why, "cannot use Redis at %s: %s", name, mirror.cluster.redis.why);
    return why;
}

/* Logs each change once, and at once: the operator must learn of it before the members ask. */
static void log_state(void)
{
    const struct cluster *cluster = &mirror.cluster;
    char name[SERVER_TEXT];

    begun = begun || cluster->up;
    if (!begun || missed == cluster->waiting) return;
    missed = cluster->waiting;
    if (!program_can_log()) return;
    server_print(&url.server, name);
    if (!cluster->waiting) {
        fprintf(stderr, "stage3 server: Redis at %s answers again\n", name);
        return;
    }
    bool down = cluster->redis.state == REDIS_DOWN && cluster->redis.why[0];
    fprintf(stderr, "stage3 server: no answer from Redis at %s: %s; nobody can enter, and what is "
            "said has to wait\n", name, down ? cluster->redis.why : "it is slow, or stands still");
}

static int64_t watch_redis(struct net_set *set, int64_t now)
{
    socket_watch(&connection, &mirror.cluster.redis, set, now);
    return mirror_due(&mirror);
}

static void read_redis(struct net_set *set, int64_t now)
{
    mirror_tick(&mirror, now);
    socket_read(&connection, &mirror.cluster.redis, set, now);
    if (mirror.refused) program_die("this Redis is not to be used: %s", mirror.cluster.why);
    log_state();
}

static void write_redis(int64_t now)
{
    socket_write(&connection, &mirror.cluster.redis, now);
}

/* The members move to the other servers by themselves. If there is no other server, their rooms are
   closed, and then Redis is asked again, now by a server without members. */
static enum leaving leave(int64_t now)
{
    (void)now;
    if (!asked) mirror_quit(&mirror);
    asked = true;
    switch (mirror.quit) {
    case MIRROR_ASKS: return LEAVING_ASKS;
    case MIRROR_ALONE: asked = false; return LEAVING_CLOSES;
    default: return LEAVING_STAYS;
    }
}

static void close_rooms(void)
{
    mirror_close(&mirror);
}

static void close_all(void)
{
    pending_joins_destroy(&joins);
    mirror_destroy(&mirror);
    socket_destroy(&connection);
}

const struct engine cluster_engine = {
    CLUSTER_ENGINE,
    .synopsis = "[-r REDIS]",
    .usage =
        "  -r REDIS        share rooms with other servers through this Redis: HOST:PORT or\n"
        "                  redis://:PASSWORD@HOST:PORT/DATABASE, or what CHAT_REDIS says\n",
    .farewell = "the server is shutting down",
    .option = option,
    .prepare = prepare,
    .open = open_rooms,
    .waits = waits,
    .watch = watch_redis,
    .read = read_redis,
    .write = write_redis,
    .leave = leave,
    .close_rooms = close_rooms,
    .close = close_all,
};
