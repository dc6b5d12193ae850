/*
 * bignum: whole numbers of many digits, and arithmetic modulo one of them.
 *
 * Model: a number is an array of limbs, the lowest first: what a decimal number is with its
 * digits, but in base 2^28. A limb lies in a word of 32 bits. Products of limbs have 56 bits, so
 * that 256 of them can be summed in 64 bits before anything has to be carried; with limbs of the
 * full 32 bits each product would have to wait for the carry of the one before, which takes twice
 * as long. How many limbs there are stands beside the array, always a multiple of four, so that
 * four can be done at a time; leading zeros are kept. Bytes are big-endian, as RSA writes numbers.
 *
 * Multiplication modulo n is done as P. L. Montgomery found (Modular multiplication without trial
 * division, 1985). With R = 2^(28 * limbs), what stands for x is x * R mod n, "x in Montgomery
 * form"; then a product needs no division, which is slow and takes a time that tells of its
 * operands. In that form a number need not be less than n: it may be less than 2n, so that x and
 * x + n stand for the same. modulus_leave gives what is less than n.
 *
 * Contract: no allocation. The time depends on sizes alone, never on limbs, except where it is
 * said. `out` may be one of the operands, except where it is said that it may not.
 */
#ifndef BIGNUM_H
#define BIGNUM_H

#include <stddef.h>
#include <stdint.h>

enum {
    LIMB_BITS = 28,
    LIMB_MASK = (1 << LIMB_BITS) - 1,
    BIGNUM_LANES = 4,  /* limbs that are done at a time */
    BIGNUM_LIMBS = 80, /* at most: 2240 bits. A product has twice as many */
    BIGNUM_SLACK = 4   /* so many of the highest bits of a modulus are 0, at least */
};

/* From `size` bytes, which must fit, and to `size` bytes, which is what is kept of the number. */
void bignum_read(uint32_t *out, size_t limbs, const unsigned char *bytes, size_t size);
void bignum_write(unsigned char *bytes, size_t size, const uint32_t *number, size_t limbs);

/* a + b and a - b, modulo R. They return what is carried or borrowed at the end, 0 or 1. */
uint32_t bignum_add(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);
uint32_t bignum_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);

/* 1 if it is so, else 0. */
uint32_t bignum_less(const uint32_t *a, const uint32_t *b, size_t limbs);
uint32_t bignum_equal(const uint32_t *a, const uint32_t *b, size_t limbs);

/* How many bits the number has without leading zeros. It shows in the time. */
size_t bignum_bits(const uint32_t *number, size_t limbs);

/* `out` has 2 * limbs and is neither a nor b. */
void bignum_multiply(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs);

/* number * factor + more, in place; what does not fit is lost. `factor` is less than 2^28. */
void bignum_scale(uint32_t *number, uint32_t factor, uint32_t more, size_t limbs);

/*
 * Divides by a small number, less than 2^28: only for the remainder, or in place. Returns the
 * remainder. On many machines division takes a time that depends on what is divided.
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

/* `n` is odd, more than 1 and less than R / 16. How many bits it has shows in the time. */
void modulus_start(struct modulus *modulus, const uint32_t *n, size_t limbs);

/* Into Montgomery form, of any number; and out of it. */
void modulus_enter(const struct modulus *modulus, uint32_t *out, const uint32_t *a);
void modulus_leave(const struct modulus *modulus, uint32_t *out, const uint32_t *a);

/* In Montgomery form: a * b. */
void modulus_multiply(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b);

/* In Montgomery form: a + b and a - b. What comes out may be up to 4n: it can be given to
   modulus_multiply, modulus_power and modulus_leave, but not to these two. */
void modulus_add(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                 const uint32_t *b);
void modulus_subtract(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b);

/*
 * In Montgomery form: base ^ exponent. The exponent is an ordinary number, a secret, of which
 * `bits` are used, a multiple of four. 0 to the power of 0 is 1.
 */
void modulus_power(const struct modulus *modulus, uint32_t *out, const uint32_t *base,
                   const uint32_t *exponent, size_t bits);

#endif
