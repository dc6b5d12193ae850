/*
 * engine: the journal as the engine behind the rooms of a server (admission/engine.h).
 */
#ifndef JOURNAL_ENGINE_H
#define JOURNAL_ENGINE_H

#include <stddef.h>

#include "admission/engine.h"

#define JOURNAL_ENGINE .name = "journal", .letters = "j:sS"

extern const struct engine journal_engine;

#endif
