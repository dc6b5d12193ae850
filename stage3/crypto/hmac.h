/*
 * hmac: HMAC-SHA256, a hash with a key (RFC 2104; with SHA-256: RFC 4231).
 *
 * Model: without the key, nobody can compute or check the 32 bytes for a text. So they prove that a
 * text is genuine. HMAC also derives keys from keys: the hash of a label under one key is another
 * key, and reveals nothing about the first.
 *
 * Contract: the same as that of sha256: pieces of any size, and a struct hmac may be copied. So the
 * caller can start a key that it uses often once, and copy the state for each text.
 */
#ifndef HMAC_H
#define HMAC_H

#include <stddef.h>

#include "sha256.h"

enum { HMAC_BYTES = SHA256_BYTES };

struct hmac {
    struct sha256 inner; /* has hashed the key with ipad, and the text so far */
    struct sha256 outer; /* has hashed the key with opad */
};

/* The key may have any size; it should have 32 bytes. It may be NULL only if `size` is 0. */
void hmac_start(struct hmac *hmac, const void *key, size_t size);
void hmac_add(struct hmac *hmac, const void *bytes, size_t size);

/* Writes the hash and wipes the state, which must be started again before it is used again. */
void hmac_end(struct hmac *hmac, unsigned char out[HMAC_BYTES]);

/* All of it in one call. `out` may be `key` or lie within `bytes`. */
void hmac(const void *key, size_t key_size, const void *bytes, size_t size,
          unsigned char out[HMAC_BYTES]);

#endif
