#include "engine.h"

#include <stddef.h>

int64_t engine_watch(const struct engine *engine, struct net_set *set, int64_t now)
{
    return engine && engine->watch ? engine->watch(set, now) : INT64_MAX;
}

void engine_read(const struct engine *engine, struct net_set *set, int64_t now)
{
    if (engine && engine->read) engine->read(set, now);
}

void engine_write(const struct engine *engine, int64_t now)
{
    if (engine && engine->write) engine->write(now);
}

bool engine_commit(const struct engine *engine, int64_t now)
{
    return !engine || !engine->commit || engine->commit(now);
}
