/*
 * sha256: the hash function SHA-256 (FIPS 180-4, sections 4.1.2, 5 and 6.2).
 *
 * Model: a running hash takes bytes in pieces of any size, and gives 32 bytes at the end. How the
 * bytes are cut into pieces makes no difference. A struct sha256 may be copied at any time, and
 * both copies continue independently: so a caller can get the hash of the bytes so far, and
 * continue.
 *
 *     struct sha256 hash;
 *     sha256_start(&hash);
 *     sha256_add(&hash, "Hello, ", 7);
 *     sha256_add(&hash, "world", 5);
 *     sha256_end(&hash, digest);
 *
 * Contract: the time depends only on the sizes. A text has at most 2^61 - 1 bytes.
 */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

enum {
    SHA256_BYTES = 32, /* bytes of a hash */
    SHA256_BLOCK = 64, /* bytes that are mixed into the state at a time */
    SHA256_WORDS = 8   /* 32-bit words of state */
};

struct sha256 {
    uint32_t state[SHA256_WORDS];
    uint64_t size;                     /* bytes so far */
    unsigned char block[SHA256_BLOCK]; /* the last size % 64 of them: an incomplete block */
};

void sha256_start(struct sha256 *hash);

/* `bytes` may be NULL when `size` is 0. */
void sha256_add(struct sha256 *hash, const void *bytes, size_t size);

/* Writes the hash and wipes the state, which must be started again before it is used again. */
void sha256_end(struct sha256 *hash, unsigned char out[SHA256_BYTES]);

/* All of it in one call. `out` may lie within `bytes`. */
void sha256(const void *bytes, size_t size, unsigned char out[SHA256_BYTES]);

/*
 * Mixes a block, given as 16 words, into the state. Section 6.2.2. Public only for pbkdf2.
 */
void sha256_compress(uint32_t state[SHA256_WORDS], const uint32_t block[16]);

#endif
