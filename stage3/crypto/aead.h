/*
 * aead: ChaCha20-Poly1305 (RFC 8439, section 2.8), authenticated encryption with associated data.
 *
 * Model: sealing turns a text into the same number of bytes, which are unreadable without the key,
 * and a tag of 16 bytes, which shows the receiver that they were not changed. The associated data
 * (aad) is not part of the output: both sides have it already, or it is sent in clear. A sealed
 * text opens only with the same key, nonce and associated data.
 *
 * Contract: a key must never be used twice with the same nonce. Nonces are not secret; a counter is
 * the best choice. The time depends only on the sizes and, when opening, on whether the tag was
 * right. A text has less than 2^38 bytes.
 */
#ifndef AEAD_H
#define AEAD_H

#include <stdbool.h>

#include "span.h"

enum { AEAD_KEY = 32, AEAD_NONCE = 12, AEAD_TAG = 16 };

/*
 * Writes text.size + AEAD_TAG bytes to `out`: the sealed text, then the tag. `out` may be
 * text.bytes, but must not overlap it, or the associated data, in any other way.
 */
void aead_seal(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               struct span aad, struct span text, void *out);

/*
 * Writes the text, sealed.size - AEAD_TAG bytes, to `out` and returns true. If there are fewer
 * bytes than a tag has, or if the tag is wrong, writes nothing and returns false. `out` may be
 * sealed.bytes, but must not overlap it, or the associated data, in any other way.
 */
bool aead_open(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               struct span aad, struct span sealed, void *out);

#endif
