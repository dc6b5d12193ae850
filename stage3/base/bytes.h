/*
 * bytes: whole numbers as bytes, the most significant first: the order of every number that travels
 * in this stage.
 *
 * A number is read and written byte by byte, not by copying a uint64_t. So the result is the same
 * on machines of either byte order, and the number needs no alignment.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void wire_put16(void *out, unsigned value)
{
    unsigned char *bytes = out;

    bytes[0] = (unsigned char)(value >> 8 & 0xFF);
    bytes[1] = (unsigned char)(value & 0xFF);
}

static inline unsigned wire_get16(const void *in)
{
    const unsigned char *bytes = in;

    return (unsigned)bytes[0] << 8 | bytes[1];
}

static inline void wire_put32(void *out, uint32_t value)
{
    wire_put16(out, value >> 16);
    wire_put16((unsigned char *)out + 2, value & 0xFFFF);
}

static inline uint32_t wire_get32(const void *in)
{
    return (uint32_t)wire_get16(in) << 16 | wire_get16((const unsigned char *)in + 2);
}

static inline void wire_put64(void *out, uint64_t value)
{
    wire_put32(out, (uint32_t)(value >> 32));
    wire_put32((unsigned char *)out + 4, (uint32_t)(value & 0xFFFFFFFF));
}

static inline uint64_t wire_get64(const void *in)
{
    return (uint64_t)wire_get32(in) << 32 | wire_get32((const unsigned char *)in + 4);
}

#endif
