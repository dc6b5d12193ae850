/*
 * rsa: the two operations of RSA on numbers, and making a key (RFC 8017, sections 3 and 5.1).
 *
 * Model: n = p * q. To the power of e modulo n is easy for everybody, and undoing it is easy only
 * for who knows p and q. The bare operations protect nothing by themselves: what goes in must be
 * filled with chance first, which oaep does. Only oaep and this file's tests should call them.
 *
 * Contract: numbers are big-endian bytes of fixed size. The time of rsa_private depends neither on
 * the key nor on the data. A struct rsa_key is a secret: wipe() it when it is done with.
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
 * Making a key, in steps. A step takes some milliseconds at most; all of them together take a tenth
 * of a second, more or less, as luck wills. RSA_MADE: `key` is there. RSA_FAILED: the source is
 * broken. `making` is a secret, and is wiped at either end; whoever stops before must wipe() it.
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

/* All of it at once. False: RSA_FAILED, and the key is zeros. */
bool rsa_generate(struct rsa_key *key, random_source *source, void *context);

/*
 * Makes the key of its primes, and tries it. False, and the key is wiped: these two make no key of
 * 2048 bits, because one is even or not prime, both are the same, and so on. They may come from
 * anybody, so they are tested as if somebody had chosen them to pass: that takes the random numbers
 * of `source`, and a tenth of a second.
 */
bool rsa_from_primes(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME], random_source *source, void *context);

/*
 * The same in two steps: the key, in a hundredth of a second, and the test. The test may be left out
 * for a key whose modulus has passed it: a product of two primes has no other factors.
 */
bool rsa_from_tested(struct rsa_key *key, const unsigned char p[RSA_PRIME],
                     const unsigned char q[RSA_PRIME]);
bool rsa_test(const struct rsa_key *key, random_source *source, void *context);

/* What to write into a key file: a secret. */
void rsa_primes(const struct rsa_key *key, unsigned char p[RSA_PRIME],
                unsigned char q[RSA_PRIME]);

/* What to tell everybody. */
void rsa_modulus(const struct rsa_key *key, unsigned char n[RSA_BYTES]);

/*
 * in ^ e mod n. False, and `out` is zeros: `n` is even or has fewer than 2048 bits, or `in` is not
 * less than n. `out` may be `in`. The time may tell of n, which is public, but not of `in`.
 */
bool rsa_public(const unsigned char n[RSA_BYTES], const unsigned char in[RSA_BYTES],
                unsigned char out[RSA_BYTES]);

/*
 * The number whose rsa_public is `in`. False, and `out` is zeros: `in` is not less than n, or the
 * machine has made a mistake. That is looked for since one wrong result would give p and q away
 * (Boneh, DeMillo and Lipton, 1997). `out` may be `in`.
 */
bool rsa_private(const struct rsa_key *key, const unsigned char in[RSA_BYTES],
                 unsigned char out[RSA_BYTES]);

#endif
