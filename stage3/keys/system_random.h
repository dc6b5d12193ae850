/*
 * system_random: the operating system's random bytes (random.h) as a source for crypto/ (source.h).
 */
#ifndef SYSTEM_RANDOM_H
#define SYSTEM_RANDOM_H

#include <stddef.h>

/* A random_source; `context` is not used. */
void system_random(void *context, void *bytes, size_t size);

#endif
