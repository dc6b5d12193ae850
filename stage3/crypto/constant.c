#include "constant.h"

#include <string.h>

unsigned constant_difference(const void *a, const void *b, size_t size)
{
    const unsigned char *left = a, *right = b;
    unsigned difference = 0;

    for (size_t i = 0; i < size; i++) difference |= (unsigned)(left[i] ^ right[i]);
    return difference;
}

bool constant_equal(const void *a, const void *b, size_t size)
{
    return constant_difference(a, b, size) == 0;
}

/* A volatile variable may be anything when it is read: it might have been changed from outside. */
uint32_t constant_mask(uint32_t bit)
{
    volatile uint32_t mask = 0 - bit;

    return mask;
}

/* A volatile pointer has to be read when it is used, so no compiler can know that it still leads
   to memset, or that a call through it has no effect. */
static void *(*const volatile overwrite)(void *, int, size_t) = memset;

void wipe(void *bytes, size_t size)
{
    overwrite(bytes, 0, size);
}
