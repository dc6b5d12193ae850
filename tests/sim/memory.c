#include "memory.h"

#include <stdlib.h>

static long held;

void *memory_malloc(size_t size)
{
    void *bytes = malloc(size);

    held += bytes != NULL;
    return bytes;
}

void *memory_calloc(size_t count, size_t size)
{
    void *bytes = calloc(count, size);

    held += bytes != NULL;
    return bytes;
}

void *memory_realloc(void *old, size_t size)
{
    void *bytes = realloc(old, size);

    held += bytes && !old;
    return bytes;
}

void memory_free(void *bytes)
{
    held -= bytes != NULL;
    free(bytes);
}

long memory_held(void)
{
    return held;
}

void memory_begin(void)
{
    held = 0;
}
