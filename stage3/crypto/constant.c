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

/* A compiler must assume that a volatile variable has any value when it is read: something outside
   the program might have changed it. */
uint32_t constant_mask(uint32_t bit)
{
    volatile uint32_t mask = 0 - bit;

    return mask;
}

/* A volatile pointer must be read when it is used. So the compiler cannot assume that it still
   points to memset, nor that a call through it has no effect. */
static void *(*const volatile overwrite)(void *, int, size_t) = memset;

void wipe(void *bytes, size_t size)
{
    overwrite(bytes, 0, size);
}
