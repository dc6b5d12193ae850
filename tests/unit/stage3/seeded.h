/*
 * seeded: bytes that look random, and are the same each time (splitmix64, by G. Steele and others).
 *
 *     uint64_t seed = 1;
 *     seeded_bytes(&seed, text, sizeof text);
 *
 * It has the type of a random_source of stage3/crypto.
 */
#ifndef SEEDED_H
#define SEEDED_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t seeded_next(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static inline void seeded_bytes(void *seed, void *bytes, size_t size)
{
    unsigned char *out = bytes;

    while (size-- > 0) *out++ = (unsigned char)seeded_next(seed);
}

#endif
