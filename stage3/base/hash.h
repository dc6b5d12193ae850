/*
 * hash: SipHash-2-4, a hash with a key.
 *
 * Why a key: strangers choose names and addresses. If anybody could compute the hash, a stranger
 * could choose ten thousand names that all fall into the same slot of a table and make every
 * look-up slow. The key is random, drawn at the start of the program and secret, which prevents it.
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

/* A random key. Ends the program if the system has no random numbers. */
struct hash_key hash_key_new(void);

/* The hash of `size` bytes, the same on machines of either byte order. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);

#endif
