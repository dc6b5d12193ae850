/*
 * poly1305: a tag that only an owner of the key can make (RFC 8439, section 2.5).
 *
 * Model: the blocks of the text, 16 bytes each, are the coefficients of a polynomial. The tag is
 * its value at a secret point r, modulo the prime 2^130 - 5, plus a secret s. Two texts have the
 * same tag at only a few of the 2^106 points.
 *
 * Contract: a key is for one text only: from two tags under one key, an attacker can compute r. The
 * time depends only on the sizes.
 */
#ifndef POLY1305_H
#define POLY1305_H

#include <stddef.h>
#include <stdint.h>

enum {
    POLY1305_KEY = 32, /* r, s */
    POLY1305_TAG = 16,
    POLY1305_BLOCK = 16
};

/* Numbers are words of 32 bits, the lowest first. */
struct poly1305 {
    uint32_t r[4];
    uint32_t s[4];
    uint32_t sum[5]; /* the value so far; the last word is not reduced yet */
    unsigned char block[POLY1305_BLOCK];
    size_t waiting; /* bytes of an incomplete block in `block`; less than 16 */
};

void poly1305_start(struct poly1305 *poly, const unsigned char key[POLY1305_KEY]);

/* `bytes` may be NULL when `size` is 0. */
void poly1305_add(struct poly1305 *poly, const void *bytes, size_t size);

/* Pads the last block with zeros, as the AEAD requires between its parts. */
void poly1305_pad(struct poly1305 *poly);

/* Writes the tag and wipes the state, which must be started again before it is used again. */
void poly1305_end(struct poly1305 *poly, unsigned char tag[POLY1305_TAG]);

#endif
