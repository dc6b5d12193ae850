/*
 * word: reads 32-bit words from bytes and writes them to bytes.
 *
 * Model: each standard defines the order of the bytes in a word: SHA-256 has the highest first
 * (big-endian), ChaCha20 and Poly1305 the lowest (little-endian). With shifts, a word is the same
 * on every machine. On a machine with that byte order, a compiler turns the shifts into a single
 * load.
 */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

static inline uint32_t word_read_big(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8
         | (uint32_t)bytes[3];
}

static inline void word_write_big(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)(word >> 24);
    bytes[1] = (unsigned char)(word >> 16);
    bytes[2] = (unsigned char)(word >> 8);
    bytes[3] = (unsigned char)word;
}

static inline uint32_t word_read_little(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
         | (uint32_t)bytes[3] << 24;
}

static inline void word_write_little(unsigned char *bytes, uint32_t word)
{
    bytes[0] = (unsigned char)word;
    bytes[1] = (unsigned char)(word >> 8);
    bytes[2] = (unsigned char)(word >> 16);
    bytes[3] = (unsigned char)(word >> 24);
}

#endif
