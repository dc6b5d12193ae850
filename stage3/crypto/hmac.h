/*
 * hmac: HMAC-SHA256, a hash with a key (RFC 2104; with SHA-256: RFC 4231).
 *
 * Model: who does not know the key can neither make nor check the 32 bytes for a text. So it
 * proves a text genuine, and it also makes keys of keys: the hash of a label under one key is
 * another, and says nothing about the first.
 *
 * Contract: as that of sha256: pieces of any size, and a struct hmac may be copied. So a key that
 * is used again and again is started once and copied for each text.
 */
#ifndef HMAC_H
#define HMAC_H

#include <stddef.h>

#include "sha256.h"

enum { HMAC_BYTES = SHA256_BYTES };

struct hmac {
    struct sha256 inner; /* has the key with ipad, and the text so far */
    struct sha256 outer; /* has the key with opad */
};

/* Any size of key will do, 32 bytes is what a key should have. NULL only with size 0. */
void hmac_start(struct hmac *hmac, const void *key, size_t size);
void hmac_add(struct hmac *hmac, const void *bytes, size_t size);

/* Writes the hash and wipes the state: to be started again before it is used again. */
void hmac_end(struct hmac *hmac, unsigned char out[HMAC_BYTES]);

/* All at once. `out` may be `key` or lie within `bytes`. */
void hmac(const void *key, size_t key_size, const void *bytes, size_t size,
          unsigned char out[HMAC_BYTES]);

#endif
