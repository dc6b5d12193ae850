/*
 * hash: SipHash-2-4, a hash with a key.
 *
 * Why a key: names and addresses are chosen by strangers. With a hash that anybody can compute, a
 * stranger could choose ten thousand names that all fall into one place of our table and make
 * every look-up slow. With a key that was drawn at start and that nobody else knows, he cannot.
 *
 * Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012.
 */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t word[2];
};

/* A key from the system's random numbers. Ends the program when there are none. */
struct hash_key hash_key_new(void);

/* The hash of `size` bytes, the same on machines of either byte order. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);

#endif
