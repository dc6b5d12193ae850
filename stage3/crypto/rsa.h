/*
 * rsa: the two operations of RSA on numbers, and making a key (RFC 8017, sections 3 and 5.1).
 *
 * Model: n = p * q. Everybody can raise a number to the power of e modulo n, but only an owner of p
 * and q can undo it. The bare operations protect nothing by themselves: their input must first be
 * padded with random bytes, which oaep does. Only oaep and this file's tests should call them.
 *
 * Contract: numbers are big-endian bytes of fixed size. The time of rsa_private depends neither on
 * the key nor on the data. A struct rsa_key is secret: the owner must wipe() it after its last use.
 */
#ifndef RSA_H
#define RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bignum.h"
#include "prime.h"
#include "source.h"

enum {
    RSA_BITS = 2048,
    RSA_BYTES = RSA_BITS / 8,
    RSA_PRIME = PRIME_BYTES, /* bytes of p, and of q */
    RSA_EXPONENT = 65537
};

/* The private key, in the form for the Chinese remainder theorem (RFC 8017, section 3.2). */
struct rsa_key {
    struct modulus n, p, q;
    uint32_t dp[PRIME_LIMBS];   /* 1 / e mod (p - 1) */
    uint32_t dq[PRIME_LIMBS];   /* 1 / e mod (q - 1) */
    uint32_t qinv[PRIME_LIMBS]; /* 1 / q mod p, in Montgomery form */
};

/*
 * Makes a key in steps. A step takes at most some milliseconds; all steps together take about a
 * tenth of a second, which varies at random. RSA_MADE: `key` is made. RSA_FAILED: the source is
 * broken. `making` is secret. RSA_MADE and RSA_FAILED wipe it; a caller that stops earlier must
 * wipe() it.
 */
struct rsa_making {
    struct prime_search search; /* for p, then for q */
    uint32_t p[PRIME_LIMBS];
    bool has_p;
};

enum rsa_progress { RSA_ON, RSA_MADE, RSA_FAILED };

void rsa_make_start(struct rsa_making *making);
enum rsa_progress rsa_make_step(struct rsa_making *making, struct rsa_key *key,
                                random_source *source, void *context);

/* All steps in one call. False: RSA_FAILED, and the key is all zeros. */
bool rsa_generate(struct rsa_key *key, random_source *source, void *context);

/*
 * Computes the key from its primes and tests it. False, and the key is wiped: the numbers do not
 * give a key of 2048 bits, for example because one is even or not prime, or because they are equal.
 * An attacker may have chosen them, so they get the test for hostile numbers, which takes random
 * numbers from `source` and a tenth of a second.
 */
bool rsa_from_primes(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME], random_source *source, void *context);

/*
 * The same in two steps: the computation, which takes a hundredth of a second, and the test. A
 * caller may omit the test for a key whose modulus has passed it before: a product of two primes
 * has no other factors.
 */
bool rsa_from_tested(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME]);
bool rsa_test(const struct rsa_key *key, random_source *source, void *context);

/* The content of a key file, which is secret. */
void rsa_primes(const struct rsa_key *key, unsigned char p[RSA_PRIME],
                unsigned char q[RSA_PRIME]);

/* The public key. */
void rsa_modulus(const struct rsa_key *key, unsigned char n[RSA_BYTES]);

/*
 * in ^ e mod n. False, and `out` is all zeros: `n` is even or has fewer than 2048 bits, or `in` is
 * not less than n. `out` may be `in`. The time may depend on n, which is public, but not on `in`.
 */
bool rsa_public(const unsigned char n[RSA_BYTES], const unsigned char in[RSA_BYTES],
                unsigned char out[RSA_BYTES]);

/*
 * The number whose rsa_public is `in`. False, and `out` is all zeros: `in` is not less than n, or
 * the machine made a mistake. The function checks for that, because one wrong result can reveal p
 * and q (Boneh, DeMillo and Lipton, 1997). `out` may be `in`.
 */
bool rsa_private(const struct rsa_key *key, const unsigned char in[RSA_BYTES],
                 unsigned char out[RSA_BYTES]);

#endif
