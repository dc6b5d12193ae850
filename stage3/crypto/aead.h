/*
 * aead: ChaCha20-Poly1305 (RFC 8439, section 2.8), authenticated encryption with associated data.
 *
 * Model: sealing turns a text into as many bytes that nobody can read, and a tag of 16 bytes, by
 * which the receiver knows that nobody has changed them. The associated data (aad) is not sent;
 * both sides know it already, or see it in clear. A sealed text opens only with the same key,
 * nonce and associated data.
 *
 * Contract: a key must never be used twice with the same nonce. Nonces are no secret; numbers
 * that count up are best. The time depends on the sizes alone, and, when opening, on whether the
 * tag was right. A text has less than 2^38 bytes.
 */
#ifndef AEAD_H
#define AEAD_H

#include <stdbool.h>
#include <stddef.h>

enum { AEAD_KEY = 32, AEAD_NONCE = 12, AEAD_TAG = 16 };

/*
 * Writes size + AEAD_TAG bytes to `out`: the sealed text, then the tag. `out` may be `text`, but
 * must not overlap it, or the associated data, otherwise. NULL is fine where a size is 0.
 */
void aead_seal(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               const void *aad, size_t aad_size, const void *text, size_t size, void *out);

/*
 * Writes the text, sealed_size - AEAD_TAG bytes, to `out` and returns true. False, and nothing is
 * written, if there are fewer bytes than a tag has, or if the tag is not right. `out` may be
 * `sealed`, but must not overlap it, or the associated data, otherwise.
 */
bool aead_open(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               const void *aad, size_t aad_size, const void *sealed, size_t sealed_size,
               void *out);

#endif
