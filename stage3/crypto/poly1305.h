/*
 * poly1305: a tag that only who has the key can make (RFC 8439, section 2.5).
 *
 * Model: the text, 16 bytes at a time, is taken for the coefficients of a polynomial; its value at
 * a secret place r, modulo the prime 2^130 - 5, plus a secret s, is the tag. Two texts give the
 * same tag at only a few of the 2^106 places.
 *
 * Contract: a key is for one text, ever. From two tags under one key r can be computed. The time
 * depends on the sizes alone.
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
    uint32_t sum[5]; /* the value so far; the last word is less than 2^32, but not yet reduced */
    unsigned char block[POLY1305_BLOCK];
    size_t waiting; /* bytes in `block` that wait for more; less than 16 */
};

void poly1305_start(struct poly1305 *poly, const unsigned char key[POLY1305_KEY]);

/* `bytes` may be NULL when `size` is 0. */
void poly1305_add(struct poly1305 *poly, const void *bytes, size_t size);

/* Fills the last block up with zeros: what the AEAD wants between its parts. */
void poly1305_pad(struct poly1305 *poly);

/* Writes the tag and wipes the state: to be started again before it is used again. */
void poly1305_end(struct poly1305 *poly, unsigned char tag[POLY1305_TAG]);

#endif
