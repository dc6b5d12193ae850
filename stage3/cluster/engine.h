/*
 * engine: the engine (admission/engine.h) of a server that shares its rooms with others.
 */
#ifndef CLUSTER_ENGINE_H
#define CLUSTER_ENGINE_H

#include <stddef.h>

#include "admission/engine.h"

#define CLUSTER_ENGINE .name = "cluster", .letters = "r:", .variable = "CHAT_REDIS"

extern const struct engine cluster_engine;

#endif
