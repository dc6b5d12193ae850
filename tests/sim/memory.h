/*
 * memory: counts what the program under test holds. Its sources are compiled with malloc() and the
 * others renamed to these; the simulator's own are not.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

void *memory_malloc(size_t size);
void *memory_calloc(size_t count, size_t size);
void *memory_realloc(void *old, size_t size);
void memory_free(void *bytes);

/* Blocks that are held. */
long memory_held(void);

/* What is held now does not count. */
void memory_begin(void);

#endif
