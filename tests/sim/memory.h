/*
 * memory: counts the blocks that the code under test has allocated. That code is compiled with
 * malloc() and the others renamed to these functions; the simulator's own code is not.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

void *memory_malloc(size_t size);
void *memory_calloc(size_t count, size_t size);
void *memory_realloc(void *old, size_t size);
void memory_free(void *bytes);

/* The number of blocks allocated now. */
long memory_held(void);

/* Stops counting the blocks allocated until now. */
void memory_begin(void);

#endif
