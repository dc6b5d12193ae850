/* The contract is in poly1305.h. Sections are those of RFC 8439. */
#include "poly1305.h"

#include <string.h>

#include "constant.h"
#include "word.h"

/*
 * A number modulo p = 2^130 - 5 is five words: four of 32 bits, and one for the multiples of 2^128.
 * Modulo p, 2^130 is 5. So the bits of the last word above its lowest two, times 5, are added to
 * the lowest word.
 */

void poly1305_start(struct poly1305 *poly, const unsigned char key[POLY1305_KEY])
{
    for (size_t i = 0; i < 4; i++) {
        /* Section 2.5.1: the highest 4 bits of each word of r are cleared, and also the lowest 2,
           except in word 0. The bounds below depend on this. */
        poly->r[i] = word_read_little(key + 4 * i) & (i == 0 ? 0x0fffffff : 0x0ffffffc);
        poly->s[i] = word_read_little(key + 16 + 4 * i);
    }
    memset(poly->sum, 0, sizeof poly->sum);
    poly->waiting = 0;
}

/*
 * For each of `count` blocks: sum = (sum + block) * r. `high` is 1 for whole blocks: the bit at
 * 2^128 that ends the block, so that zeros at the end of a text make a difference.
 *
 * First the sum: after it, h0 to h3 are less than 2^32, and h4 is at most 3 + 1 + 2, with the
 * carry.
 *
 * Word i of h times word j of r belongs to word i + j. If that is 4 or more, it wraps: 2^(32 * 4)
 * counts as 5/4. Words 1 to 3 of r are multiples of 4, so 5/4 of them, f1 to f3, are whole numbers.
 * Every word of r is less than 2^28, so a product is less than 1.25 * 2^60, and the largest sum, x0
 * with its four products, is less than 2^63. x4 becomes at most 6 * 2^28 + 2^31, which is less than
 * 2^32.
 */
static void add_blocks(struct poly1305 *poly, const unsigned char *bytes, size_t count,
                       uint32_t high)
{
    const uint32_t r0 = poly->r[0], r1 = poly->r[1], r2 = poly->r[2], r3 = poly->r[3];
    const uint32_t f1 = r1 + (r1 >> 2), f2 = r2 + (r2 >> 2), f3 = r3 + (r3 >> 2);
    uint64_t x0 = poly->sum[0], x1 = poly->sum[1], x2 = poly->sum[2], x3 = poly->sum[3];
    uint64_t x4 = poly->sum[4];

    for (; count > 0; count--, bytes += POLY1305_BLOCK) {
        uint64_t t = (uint64_t)(uint32_t)x0 + word_read_little(bytes) + 5 * (x4 >> 2);
        const uint32_t h0 = (uint32_t)t;
        t = (uint64_t)(uint32_t)x1 + word_read_little(bytes + 4) + (t >> 32);
        const uint32_t h1 = (uint32_t)t;
        t = (uint64_t)(uint32_t)x2 + word_read_little(bytes + 8) + (t >> 32);
        const uint32_t h2 = (uint32_t)t;
        t = (uint64_t)(uint32_t)x3 + word_read_little(bytes + 12) + (t >> 32);
        const uint32_t h3 = (uint32_t)t;
        const uint32_t h4 = (uint32_t)((x4 & 3) + high + (t >> 32));

        x0 = (uint64_t)h0 * r0 + (uint64_t)h1 * f3 + (uint64_t)h2 * f2 + (uint64_t)h3 * f1;
        x1 = (uint64_t)h0 * r1 + (uint64_t)h1 * r0 + (uint64_t)h2 * f3 + (uint64_t)h3 * f2
           + (uint64_t)h4 * f1;
        x2 = (uint64_t)h0 * r2 + (uint64_t)h1 * r1 + (uint64_t)h2 * r0 + (uint64_t)h3 * f3
           + (uint64_t)h4 * f2;
        x3 = (uint64_t)h0 * r3 + (uint64_t)h1 * r2 + (uint64_t)h2 * r1 + (uint64_t)h3 * r0
           + (uint64_t)h4 * f3;
        x4 = (uint64_t)h4 * r0;
        x1 += x0 >> 32;
        x2 += x1 >> 32;
        x3 += x2 >> 32;
        x4 += x3 >> 32;
    }
    poly->sum[0] = (uint32_t)x0;
    poly->sum[1] = (uint32_t)x1;
    poly->sum[2] = (uint32_t)x2;
    poly->sum[3] = (uint32_t)x3;
    poly->sum[4] = (uint32_t)x4;
}

void poly1305_add(struct poly1305 *poly, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;

    if (size == 0) return; /* memcpy() must not get NULL, even for size 0 */
    if (poly->waiting > 0) {
        size_t part = POLY1305_BLOCK - poly->waiting;
        if (part > size) part = size;
        memcpy(poly->block + poly->waiting, from, part);
        poly->waiting += part;
        if (poly->waiting < POLY1305_BLOCK) return;
        add_blocks(poly, poly->block, 1, 1);
        from += part;
        size -= part;
    }
    add_blocks(poly, from, size / POLY1305_BLOCK, 1);
    poly->waiting = size % POLY1305_BLOCK;
    memcpy(poly->block, from + size - poly->waiting, poly->waiting);
}

void poly1305_pad(struct poly1305 *poly)
{
    static const unsigned char zeros[POLY1305_BLOCK];

    if (poly->waiting > 0) poly1305_add(poly, zeros, POLY1305_BLOCK - poly->waiting);
}

/* The last block may be short. A one bit also ends that, after its last byte. */
static void add_short_block(struct poly1305 *poly)
{
    memset(poly->block + poly->waiting, 0, POLY1305_BLOCK - poly->waiting);
    poly->block[poly->waiting] = 1;
    add_blocks(poly, poly->block, 1, 0);
}

void poly1305_end(struct poly1305 *poly, unsigned char tag[POLY1305_TAG])
{
    uint64_t carry = 0;

    if (poly->waiting > 0) add_short_block(poly);
    uint32_t *h = poly->sum;
    carry = 5 * (uint64_t)(h[4] >> 2);
    h[4] &= 3;
    for (size_t i = 0; i < 5; i++) {
        carry += h[i];
        h[i] = (uint32_t)carry;
        carry >>= 32;
    }
    /* h[4] is now at most 4, so the number is less than 2p. If the number plus 5 reaches 2^130, it
       is at least p, and p must be subtracted. */
    carry = 5;
    for (size_t i = 0; i < 5; i++) carry = (carry + h[i]) >> (i < 4 ? 32 : 2);
    /* To subtract p is to add 5 here, because bits from 128 on are dropped. */
    carry *= 5;
    for (size_t i = 0; i < 4; i++) {
        carry += (uint64_t)h[i] + poly->s[i];
        word_write_little(tag + 4 * i, (uint32_t)carry);
        carry >>= 32;
    }
    wipe(poly, sizeof *poly);
}
