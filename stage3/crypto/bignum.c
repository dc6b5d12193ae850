#include "bignum.h"

#include <assert.h>
#include <string.h>

#include "constant.h"

/* --- numbers ---------------------------------------------------------------------------------- */

void bignum_read(uint32_t *out, size_t limbs, const unsigned char *bytes, size_t size)
{
    uint64_t bits = 0; /* bits of the bytes read so far that are not in a limb yet */
    int count = 0;

    assert(8 * size <= LIMB_BITS * limbs);
    for (size_t i = 0; i < limbs; i++) {
        for (; count < LIMB_BITS && size > 0; count += 8) {
            bits |= (uint64_t)bytes[--size] << count;
        }
        out[i] = bits & LIMB_MASK;
        bits >>= LIMB_BITS;
        count -= count < LIMB_BITS ? count : LIMB_BITS;
    }
}

void bignum_write(unsigned char *bytes, size_t size, const uint32_t *number, size_t limbs)
{
    uint64_t bits = 0; /* bits of the limbs used so far that are not in a byte yet */
    int count = 0;

    for (size_t i = 0; size > 0; count -= 8) {
        if (count < 8) {
            bits |= (uint64_t)(i < limbs ? number[i] : 0) << count;
            count += LIMB_BITS;
            i++;
        }
        bytes[--size] = bits & 0xff;
        bits >>= 8;
    }
}

uint32_t bignum_add(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint32_t carry = 0;

    for (size_t i = 0; i < limbs; i++) {
        carry += a[i] + b[i];
        out[i] = carry & LIMB_MASK;
        carry >>= LIMB_BITS;
    }
    return carry;
}

uint32_t bignum_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint32_t borrow = 0;

    for (size_t i = 0; i < limbs; i++) {
        uint32_t difference = a[i] - b[i] - borrow;
        out[i] = difference & LIMB_MASK;
        borrow = difference >> 31; /* a negative result wraps, and its highest bit is 1 */
    }
    return borrow;
}

uint32_t bignum_less(const uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint32_t borrow = 0;

    for (size_t i = 0; i < limbs; i++) borrow = (a[i] - b[i] - borrow) >> 31;
    return borrow;
}

uint32_t bignum_equal(const uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint32_t difference = 0;

    for (size_t i = 0; i < limbs; i++) difference |= a[i] ^ b[i];
    return (difference - 1) >> 31; /* limbs have 28 bits, so only 0 wraps */
}

size_t bignum_bits(const uint32_t *number, size_t limbs)
{
    size_t bits = limbs * LIMB_BITS;

    while (bits > 0 && (number[(bits - 1) / LIMB_BITS] >> (bits - 1) % LIMB_BITS & 1) == 0) bits--;
    return bits;
}

/*
 * sum += a * b + m * n, limb by limb, without carries. RSA spends nearly all its time here. The
 * inner loops over four equal factors and four limbs have the form that compilers turn into vector
 * instructions by themselves.
 */
static void add_products(uint64_t *restrict sum, uint32_t a, const uint32_t *restrict b,
                         uint32_t m, const uint32_t *restrict n, size_t limbs)
{
    uint32_t as[BIGNUM_LANES], ms[BIGNUM_LANES];

    for (size_t i = 0; i < BIGNUM_LANES; i++) as[i] = a;
    for (size_t i = 0; i < BIGNUM_LANES; i++) ms[i] = m;
    for (; limbs > 0; limbs -= BIGNUM_LANES) {
        for (size_t i = 0; i < BIGNUM_LANES; i++) {
            sum[i] += (uint64_t)as[i] * b[i] + (uint64_t)ms[i] * n[i];
        }
        sum += BIGNUM_LANES, b += BIGNUM_LANES, n += BIGNUM_LANES;
    }
}

static void carry_all(uint32_t *out, const uint64_t *sum, uint64_t carry, size_t limbs)
{
    for (size_t i = 0; i < limbs; i++) {
        carry += sum[i];
        out[i] = carry & LIMB_MASK;
        carry >>= LIMB_BITS;
    }
}

void bignum_multiply(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs)
{
    uint64_t sum[2 * BIGNUM_LIMBS] = {0};

    for (size_t i = 0; i < limbs; i++) add_products(sum + i, a[i], b, 0, b, limbs);
    carry_all(out, sum, 0, 2 * limbs);
    wipe(sum, sizeof sum);
}

void bignum_scale(uint32_t *number, uint32_t factor, uint32_t more, size_t limbs)
{
    uint64_t carry = more;

    for (size_t i = 0; i < limbs; i++) {
        carry += (uint64_t)number[i] * factor;
        number[i] = carry & LIMB_MASK;
        carry >>= LIMB_BITS;
    }
}

uint32_t bignum_remainder(const uint32_t *number, uint32_t divisor, size_t limbs)
{
    uint64_t rest = 0;

    for (size_t i = limbs; i-- > 0;) rest = (rest << LIMB_BITS | number[i]) % divisor;
    return (uint32_t)rest;
}

uint32_t bignum_divide(uint32_t *number, uint32_t divisor, size_t limbs)
{
    uint64_t rest = 0;

    for (size_t i = limbs; i-- > 0;) {
        rest = rest << LIMB_BITS | number[i];
        number[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
    return (uint32_t)rest;
}

/* --- modulo n --------------------------------------------------------------------------------- */

/* -1 / n modulo 2^28, for an odd n. If x is 1 / n in the lowest k bits, then x * (2 - n * x) is 1 /
   n in the lowest 2k bits (Newton's method). n itself is 1 / n in the lowest 3 bits. */
static uint32_t negative_inverse(uint32_t n)
{
    uint32_t x = n;

    for (int bits = 3; bits < LIMB_BITS; bits *= 2) x *= 2 - n * x;
    return (0 - x) & LIMB_MASK;
}

/* Subtracts n from a number, if the result is not negative. */
static void reduce(const struct modulus *modulus, uint32_t *a)
{
    uint32_t less[BIGNUM_LIMBS];
    uint32_t keep = constant_mask(bignum_subtract(less, a, modulus->n, modulus->limbs));

    for (size_t i = 0; i < modulus->limbs; i++) a[i] = (a[i] & keep) | (less[i] & ~keep);
    wipe(less, sizeof less);
}

/* 2 * x, times and times again, each time modulo n. */
static void double_often(const struct modulus *modulus, uint32_t *x, size_t times)
{
    while (times-- > 0) {
        bignum_add(x, x, x, modulus->limbs);
        reduce(modulus, x);
    }
}

void modulus_start(struct modulus *modulus, const uint32_t *n, size_t limbs)
{
    size_t top = bignum_bits(n, limbs) - 1;

    assert(limbs > 0 && limbs <= BIGNUM_LIMBS && limbs % BIGNUM_LANES == 0 && n[0] % 2 == 1);
    assert(top > 0 && top < LIMB_BITS * limbs - BIGNUM_SLACK);
    memset(modulus, 0, sizeof *modulus);
    memcpy(modulus->n, n, limbs * sizeof *n);
    modulus->limbs = limbs;
    modulus->inverse = negative_inverse(n[0]);
    /* The highest bit of n alone is a number less than n. Doubling leads from there to R. */
    modulus->one[top / LIMB_BITS] = UINT32_C(1) << top % LIMB_BITS;
    double_often(modulus, modulus->one, LIMB_BITS * limbs - top);
    /* Further doublings, a 16th of the number of bits in R, give 2 to the power of that 16th, in
       Montgomery form. Four squarings raise it to the 16th power, which is R in Montgomery form. */
    memcpy(modulus->square, modulus->one, sizeof modulus->square);
    double_often(modulus, modulus->square, LIMB_BITS * limbs / 16);
    for (int i = 0; i < 4; i++) {
        modulus_multiply(modulus, modulus->square, modulus->square, modulus->square);
    }
    reduce(modulus, modulus->square);
}

/*
 * For each row, sum += a[i] * b + m * n, with the m that makes the lowest limb 0 modulo 2^28. The
 * carry of that limb goes to the next one, and the limb is dropped. After all rows, the lower half
 * of the sum is dropped, which is a division by R, so the sum is a * b / R modulo n.
 *
 * The bounds: n < R / 16, and the m of all rows together are a number less than R. If a and b are
 * less than 4n, the result is less than (16 * n * n + R * n) / R < 2n. The same holds if b < n and
 * a is any number less than R. A limb of the sum has at most 2 * 80 products, each less than 2^56,
 * and a carry: less than 2^63.4.
 */
void modulus_multiply(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b)
{
    size_t limbs = modulus->limbs;
    uint64_t sum[2 * BIGNUM_LIMBS];
    uint64_t carry = 0;

    memset(sum, 0, 2 * limbs * sizeof *sum);
    for (size_t i = 0; i < limbs; i++) {
        sum[i] += carry;
        uint32_t m = (uint32_t)(sum[i] + (uint64_t)a[i] * b[0]) * modulus->inverse & LIMB_MASK;
        add_products(sum + i, a[i], b, m, modulus->n, limbs);
        carry = sum[i] >> LIMB_BITS;
    }
    carry_all(out, sum + limbs, carry, limbs);
    wipe(sum, 2 * limbs * sizeof *sum);
}

void modulus_enter(const struct modulus *modulus, uint32_t *out, const uint32_t *a)
{
    modulus_multiply(modulus, out, a, modulus->square);
}

/* a * 1 / R: less than (4n + R * n) / R, so at most n. */
void modulus_leave(const struct modulus *modulus, uint32_t *out, const uint32_t *a)
{
    static const uint32_t one[BIGNUM_LIMBS] = {1};

    modulus_multiply(modulus, out, a, one);
    reduce(modulus, out);
}

void modulus_add(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                 const uint32_t *b)
{
    bignum_add(out, a, b, modulus->limbs);
}

/* a + 2n - b, so that the result is not negative. */
void modulus_subtract(const struct modulus *modulus, uint32_t *out, const uint32_t *a,
                      const uint32_t *b)
{
    uint32_t lifted[BIGNUM_LIMBS];

    bignum_add(lifted, a, modulus->n, modulus->limbs);
    bignum_add(lifted, lifted, modulus->n, modulus->limbs);
    bignum_subtract(out, lifted, b, modulus->limbs);
    wipe(lifted, sizeof lifted);
}

/* --- powers ----------------------------------------------------------------------------------- */

enum { WINDOW_BITS = 4, WINDOW = 1 << WINDOW_BITS };

/* out = powers[index]. Reads all powers, so that neither the time nor the contents of the cache
   reveal the index. */
static void look_up(uint32_t *out, uint32_t powers[WINDOW][BIGNUM_LIMBS], uint32_t index,
                    size_t limbs)
{
    memset(out, 0, limbs * sizeof *out);
    for (uint32_t i = 0; i < WINDOW; i++) {
        uint32_t mask = constant_mask(((i ^ index) - 1) >> 31); /* ones where i is the index */
        for (size_t j = 0; j < limbs; j++) out[j] |= powers[i][j] & mask;
    }
}

/* Takes four bits of the exponent at a time, from the highest: four squarings, and a multiplication
   by one of 16 precomputed powers. For four zeros, that is a multiplication by 1, done all the
   same. */
void modulus_power(const struct modulus *modulus, uint32_t *out, const uint32_t *base,
                   const uint32_t *exponent, size_t bits)
{
    uint32_t powers[WINDOW][BIGNUM_LIMBS], factor[BIGNUM_LIMBS], x[BIGNUM_LIMBS];

    assert(bits % WINDOW_BITS == 0); /* and so is LIMB_BITS: a window lies in one limb */
    memcpy(powers[0], modulus->one, sizeof powers[0]);
    for (size_t i = 1; i < WINDOW; i++) modulus_multiply(modulus, powers[i], powers[i - 1], base);
    memcpy(x, modulus->one, sizeof x);
    while (bits > 0) {
        bits -= WINDOW_BITS;
        uint32_t window = exponent[bits / LIMB_BITS] >> bits % LIMB_BITS & (WINDOW - 1);
        look_up(factor, powers, window, modulus->limbs);
        for (int i = 0; i < WINDOW_BITS; i++) modulus_multiply(modulus, x, x, x);
        modulus_multiply(modulus, x, x, factor);
    }
    memcpy(out, x, modulus->limbs * sizeof *out);
    wipe(powers, sizeof powers);
    wipe(factor, sizeof factor);
    wipe(x, sizeof x);
}
