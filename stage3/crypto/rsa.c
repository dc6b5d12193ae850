#include "rsa.h"

#include <string.h>

#include "constant.h"

enum { LIMBS = BIGNUM_LIMBS };

/* --- making a key ----------------------------------------------------------------------------- */

/* r ^ (e - 2) mod e, which is 1 / r because e is prime; e - 2 is 2^16 - 1. */
static uint32_t small_inverse(uint32_t r)
{
    uint64_t power = 1;

    for (int bit = 0; bit < 16; bit++) power = power * power % RSA_EXPONENT * r % RSA_EXPONENT;
    return (uint32_t)power;
}

/* 1 / e mod (p - 1) is (1 + k * (p - 1)) / e, with the k that makes it a whole number. False: there
   is none. */
static bool half_exponent(uint32_t out[PRIME_LIMBS], const uint32_t *p)
{
    memcpy(out, p, PRIME_LIMBS * sizeof *p);
    out[0] -= 1; /* no borrow, because p is odd */
    uint32_t rest = bignum_remainder(out, RSA_EXPONENT, PRIME_LIMBS);
    if (rest == 0) return false;
    bignum_scale(out, RSA_EXPONENT - small_inverse(rest), 1, PRIME_LIMBS);
    bignum_divide(out, RSA_EXPONENT, PRIME_LIMBS);
    return true;
}

/* 1 / q mod p is q ^ (p - 2). False: it is not, so p is not prime, or p equals q. */
static bool inverse(const struct modulus *p, uint32_t out[PRIME_LIMBS], const uint32_t *q)
{
    static const uint32_t one[PRIME_LIMBS] = {1}, two[PRIME_LIMBS] = {2};
    uint32_t exponent[PRIME_LIMBS], factor[PRIME_LIMBS], product[PRIME_LIMBS];

    bignum_subtract(exponent, p->n, two, PRIME_LIMBS);
    modulus_enter(p, factor, q);
    modulus_power(p, out, factor, exponent, PRIME_BITS);
    modulus_multiply(p, product, out, factor);
    modulus_leave(p, product, product);
    bool right = bignum_equal(product, one, PRIME_LIMBS);
    wipe(exponent, sizeof exponent);
    wipe(factor, sizeof factor);
    return right;
}

/* Is it odd, and has it the right number of bits? */
static bool has_form(const uint32_t *prime)
{
    return prime[0] % 2 == 1 && bignum_bits(prime, PRIME_LIMBS) == PRIME_BITS;
}

static bool make_key(struct rsa_key *key, const uint32_t *p, const uint32_t *q)
{
    uint32_t n[LIMBS];

    if (!has_form(p) || !has_form(q)) return false;
    bignum_multiply(n, p, q, PRIME_LIMBS);
    if (bignum_bits(n, LIMBS) != RSA_BITS) return false;
    modulus_start(&key->p, p, PRIME_LIMBS);
    modulus_start(&key->q, q, PRIME_LIMBS);
    modulus_start(&key->n, n, LIMBS);
    return half_exponent(key->dp, p) && half_exponent(key->dq, q) && inverse(&key->p, key->qinv, q);
}

/* rsa_private checks its result, so a test with any number is enough. */
static bool works(const struct rsa_key *key)
{
    unsigned char number[RSA_BYTES] = {0, 1, 2, 3};

    return rsa_private(key, number, number);
}

void rsa_make_start(struct rsa_making *making)
{
    memset(making, 0, sizeof *making);
    prime_search_start(&making->search);
}

enum rsa_progress rsa_make_step(struct rsa_making *making, struct rsa_key *key,
                                random_source *source, void *context)
{
    struct prime_search *search = &making->search;
    enum prime_progress progress = prime_search_step(search, RSA_EXPONENT, source, context);

    if (progress == PRIME_ON) return RSA_ON;
    if (progress == PRIME_FOUND && !making->has_p) {
        memcpy(making->p, search->number, sizeof making->p);
        making->has_p = true;
        prime_search_start(search);
        return RSA_ON;
    }
    bool made = progress == PRIME_FOUND && make_key(key, making->p, search->number) && works(key);
    wipe(making, sizeof *making);
    if (!made) wipe(key, sizeof *key);
    return made ? RSA_MADE : RSA_FAILED;
}

bool rsa_generate(struct rsa_key *key, random_source *source, void *context)
{
    enum rsa_progress progress = RSA_ON;
    struct rsa_making making;

    rsa_make_start(&making);
    while (progress == RSA_ON) progress = rsa_make_step(&making, key, source, context);
    return progress == RSA_MADE;
}

/* An attacker may have written the key file and chosen the numbers. */
static bool is_prime(const uint32_t *number, random_source *source, void *context)
{
    return prime_test(number, PRIME_LIMBS, PRIME_ROUNDS_HOSTILE, source, context);
}

bool rsa_from_tested(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME])
{
    uint32_t first[PRIME_LIMBS], second[PRIME_LIMBS];

    bignum_read(first, PRIME_LIMBS, p, RSA_PRIME);
    bignum_read(second, PRIME_LIMBS, q, RSA_PRIME);
    bool made = make_key(key, first, second) && works(key);
    wipe(first, sizeof first);
    wipe(second, sizeof second);
    if (!made) wipe(key, sizeof *key);
    return made;
}

bool rsa_test(const struct rsa_key *key, random_source *source, void *context)
{
    return is_prime(key->p.n, source, context) && is_prime(key->q.n, source, context);
}

bool rsa_from_primes(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME], random_source *source, void *context)
{
    bool made = rsa_from_tested(key, p, q) && rsa_test(key, source, context);

    if (!made) wipe(key, sizeof *key);
    return made;
}

void rsa_primes(const struct rsa_key *key, unsigned char p[RSA_PRIME], unsigned char q[RSA_PRIME])
{
    bignum_write(p, RSA_PRIME, key->p.n, PRIME_LIMBS);
    bignum_write(q, RSA_PRIME, key->q.n, PRIME_LIMBS);
}

void rsa_modulus(const struct rsa_key *key, unsigned char n[RSA_BYTES])
{
    bignum_write(n, RSA_BYTES, key->n.n, LIMBS);
}

/* --- using it --------------------------------------------------------------------------------- */

/* number ^ e mod n; e is 2^16 + 1. */
static void power_e(const struct modulus *n, uint32_t *out, const uint32_t *number)
{
    uint32_t base[LIMBS], power[LIMBS];

    modulus_enter(n, base, number);
    memcpy(power, base, sizeof power);
    for (int i = 0; i < 16; i++) modulus_multiply(n, power, power, power);
    modulus_multiply(n, power, power, base);
    modulus_leave(n, out, power);
    wipe(base, sizeof base);
    wipe(power, sizeof power);
}

/* Writes the number, or zeros if `right` is 0. Without a branch, because `right` may be secret. */
static void write_if(uint32_t right, unsigned char out[RSA_BYTES], uint32_t *number)
{
    uint32_t mask = constant_mask(right);

    for (size_t i = 0; i < LIMBS; i++) number[i] &= mask;
    bignum_write(out, RSA_BYTES, number, LIMBS);
}

bool rsa_public(const unsigned char n[RSA_BYTES], const unsigned char in[RSA_BYTES],
                unsigned char out[RSA_BYTES])
{
    struct modulus modulus;
    uint32_t number[LIMBS];

    bignum_read(number, LIMBS, n, RSA_BYTES);
    if (bignum_bits(number, LIMBS) != RSA_BITS || number[0] % 2 == 0) {
        memset(out, 0, RSA_BYTES);
        return false;
    }
    modulus_start(&modulus, number, LIMBS);
    bignum_read(number, LIMBS, in, RSA_BYTES);
    uint32_t right = bignum_less(number, modulus.n, LIMBS);
    power_e(&modulus, number, number);
    write_if(right, out, number);
    wipe(number, sizeof number);
    return right;
}

/* number ^ d mod p, in Montgomery form. The number has twice as many limbs as p: it is
   high * R + low, and a second modulus_enter multiplies by R. */
static void half_power(const struct modulus *p, uint32_t out[PRIME_LIMBS], const uint32_t *number,
                       const uint32_t *d)
{
    uint32_t low[PRIME_LIMBS], high[PRIME_LIMBS];

    modulus_enter(p, low, number);
    modulus_enter(p, high, number + PRIME_LIMBS);
    modulus_enter(p, high, high);
    modulus_add(p, low, low, high);
    modulus_power(p, out, low, d, PRIME_BITS);
    wipe(low, sizeof low);
    wipe(high, sizeof high);
}

/* The Chinese remainder theorem (RFC 8017, section 5.1.2, 2.b): the number that is m1 modulo p and
   m2 modulo q is m2 + q * h, where h = (m1 - m2) / q mod p. The two powers of half the size cost a
   quarter of one power modulo n. */
static void private_power(const struct rsa_key *key, uint32_t out[LIMBS],
                          const uint32_t number[LIMBS])
{
    uint32_t h[PRIME_LIMBS], m2_in_p[PRIME_LIMBS];
    uint32_t m2[LIMBS] = {0};

    half_power(&key->p, h, number, key->dp);
    half_power(&key->q, m2, number, key->dq);
    modulus_leave(&key->q, m2, m2);
    modulus_enter(&key->p, m2_in_p, m2);
    modulus_subtract(&key->p, h, h, m2_in_p);
    modulus_multiply(&key->p, h, h, key->qinv);
    modulus_leave(&key->p, h, h);
    bignum_multiply(out, h, key->q.n, PRIME_LIMBS);
    bignum_add(out, out, m2, LIMBS);
    wipe(h, sizeof h);
    wipe(m2_in_p, sizeof m2_in_p);
    wipe(m2, sizeof m2);
}

bool rsa_private(const struct rsa_key *key, const unsigned char in[RSA_BYTES],
                 unsigned char out[RSA_BYTES])
{
    uint32_t number[LIMBS], result[LIMBS], check[LIMBS];

    bignum_read(number, LIMBS, in, RSA_BYTES);
    private_power(key, result, number);
    power_e(&key->n, check, result);
    uint32_t right = bignum_less(number, key->n.n, LIMBS) & bignum_equal(number, check, LIMBS);
    write_if(right, out, result);
    wipe(result, sizeof result);
    wipe(check, sizeof check);
    return right;
}
