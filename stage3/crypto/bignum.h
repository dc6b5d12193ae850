/*
 * bignum: whole numbers of many digits, and arithmetic modulo one of them.
 *
 * Model: a number is an array of limbs, the lowest first: the digits of the number in base 2^28.
 * Each limb is in a word of 32 bits. Products of limbs have 56 bits, so 256 of them can be summed
 * in 64 bits before a carry is necessary. With limbs of the full 32 bits, each product would depend
 * on the carry of the one before, which takes twice as long. The number of limbs is passed beside
 * the array; it is always a multiple of four, so that four can be processed at a time, and leading
 * zeros stay. Bytes are big-endian, as in RSA.
 *
 * Multiplication modulo n uses the method of P. L. Montgomery (Modular multiplication without trial
 * division, 1985). With R = 2^(28 * limbs), x is represented by x * R mod n, "x in Montgomery
 * form". Then a product needs no division, which is slow and whose time reveals something about its
 * operands. In that form, a number need not be less than n: it may be less than 2n, so that x and
 * x + n represent the same. modulus_leave returns a number that is less than n.
 *
 * Contract: no allocation. The time depends only on sizes, never on limbs, except where a comment
 * says so. `out` may be one of the operands, except where a comment says that it must not.
 */
#ifndef BIGNUM_H
#define BIGNUM_H

#include <stddef.h>
#include <stdint.h>

enum {
    LIMB_BITS = 28,
    LIMB_MASK = (1 << LIMB_BITS) - 1,
    BIGNUM_LANES = 4,  /* limbs that are processed at a time */
    BIGNUM_LIMBS = 80, /* limbs of a number, at most: 2240 bits. A product has twice as many */
    BIGNUM_SLACK = 4   /* at least this many of the highest bits of a modulus are 0 */
};

/* Read a number from `size` bytes, which must fit into it, and write its lowest `size` bytes. */
void bignum_read(uint32_t *out, size_t limbs, const unsigned char *bytes, size_t size);
void bignum_write(unsigned char *bytes, size_t size, const uint32_t *number, size_t limbs);

/* a + b and a - b, modulo R. They return the last carry or borrow, 0 or 1. */
uint32_t bignum_add(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);
uint32_t bignum_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);

/* 1 for true, 0 for false. */
uint32_t bignum_less(const uint32_t *a, const uint32_t *b, size_t limbs);
uint32_t bignum_equal(const uint32_t *a, const uint32_t *b, size_t limbs);

/* The number of bits without leading zeros. The time depends on it. */
size_t bignum_bits(const uint32_t *number, size_t limbs);

/* a * b. `out` has 2 * limbs, and must be neither a nor b. */
void bignum_multiply(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);

/* number * factor + more, in place, modulo R. `factor` is less than 2^28. */
void bignum_scale(uint32_t *number, uint32_t factor, uint32_t more, size_t limbs);

/*
 * Return the remainder of a division by a small number, less than 2^28. bignum_divide also replaces
 * the number by the quotient. On many machines the time of a division depends on its operands.
 */
uint32_t bignum_remainder(const uint32_t *number, uint32_t divisor, size_t limbs);
uint32_t bignum_divide(uint32_t *number, uint32_t divisor, size_t limbs);

struct modulus {
    uint32_t n[BIGNUM_LIMBS];
    uint32_t one[BIGNUM_LIMBS];    /* R mod n: 1 in Montgomery form */
    uint32_t square[BIGNUM_LIMBS]; /* R * R mod n */
    uint32_t inverse;              /* -1 / n modulo 2^28 */
    size_t limbs;
};

/* `n` is odd, more than 1 and less than R / 16. The time depends on its number of bits. */
void modulus_start(struct modulus *modulus, const uint32_t *n, size_t limbs);

/* Convert any number to Montgomery form, and back. */
void modulus_enter(const struct modulus *modulus, uint32_t *out, const uint32_t *a);
void modulus_leave(const struct modulus *modulus, uint32_t *out, const uint32_t *a);

/* In Montgomery form: a * b. */
void modulus_multiply(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b);

/* In Montgomery form: a + b and a - b. The result may be up to 4n: modulus_multiply, modulus_power
   and modulus_leave take it, but these two must not get it. */
void modulus_add(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                 const uint32_t *b);
void modulus_subtract(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b);

/*
 * In Montgomery form: base ^ exponent. The exponent is an ordinary number, and secret; its lowest
 * `bits` are used, a multiple of four. 0 to the power of 0 is 1.
 */
void modulus_power(const struct modulus *modulus, uint32_t *out, const uint32_t *base,
                   const uint32_t *exponent, size_t bits);

#endif
