/*
 * engine: rooms that several servers share as what stands behind the rooms of a server
 * (admission/engine.h).
 */
#ifndef CLUSTER_ENGINE_H
#define CLUSTER_ENGINE_H

#include <stddef.h>

#include "admission/engine.h"

#define CLUSTER_ENGINE .name = "cluster", .letters = "r:", .variable = "CHAT_REDIS"

extern const struct engine cluster_engine;

#endif
