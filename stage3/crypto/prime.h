/*
 * prime: tests whether a large number is prime, and finds large primes.
 *
 * Model: to find the factors of a large number is infeasible, but to show that it has some is easy.
 * Trial division finds small ones. After it, the test of Miller and Rabin picks a random base and
 * checks whether something happens that is impossible modulo a prime (FIPS 186-5, B.3.1). At least
 * three of four bases show that a composite number is not prime. The bases must be random: for any
 * fixed list of bases, an attacker can construct a composite number that passes.
 *
 * Contract: the time depends on the numbers. It reveals how many candidates were rejected and, of
 * the prime that is found, how often 2 divides it less 1; on machines whose division takes longer
 * for some numbers, a little more. A server makes its key before anybody can measure the time. A
 * client makes pairs while its peer could measure it, but each pair serves one exchange.
 */
#ifndef PRIME_H
#define PRIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bignum.h"
#include "source.h"

enum {
    PRIME_BITS = 1024, /* half an RSA modulus */
    PRIME_BYTES = PRIME_BITS / 8,
    PRIME_LIMBS = BIGNUM_LIMBS / 2,

    /* Rounds of Miller-Rabin. For a number that an attacker may have chosen, each round errs with a
       probability of at most 1/4, so 40 rounds with 2^-80. For a random number of 1024 bits, the
       probability is far smaller: below 2^-150 after 8 rounds (Damgard, Landrock and Pomerance,
       1993). */
    PRIME_ROUNDS_HOSTILE = 40,
    PRIME_ROUNDS_RANDOM = 8
};

/* Does the number pass `rounds` rounds of the test? It must be less than R / 16 (see bignum). */
bool prime_test(const uint32_t *number, size_t limbs, int rounds, random_source *source,
                void *context);

/*
 * A search for a random prime p of 1024 bits. Its highest two bits are 1, so that the product of
 * two such primes has 2048 bits, and p - 1 has no factor in common with the odd prime `exponent`.
 * The search runs in steps, so that the caller can do other things in between. A step tries one
 * number, or does one more round of the test. It takes about as long as one modulus_power of 1024
 * bits: a millisecond.
 */
struct prime_search {
    uint32_t number[PRIME_LIMBS]; /* the candidate; a secret: wipe() it */
    int rounds;                   /* rounds that the candidate has passed */
    int tries;                    /* candidates so far */
};

enum prime_progress {
    PRIME_ON,    /* call prime_search_step again */
    PRIME_FOUND, /* the prime is in `number` */
    PRIME_NONE   /* no prime in thousands of tries: the source must be broken */
};

void prime_search_start(struct prime_search *search);
enum prime_progress prime_search_step(struct prime_search *search, uint32_t exponent,
                                      random_source *source, void *context);

/* The whole search in one call. False: PRIME_NONE. */
bool prime_generate(uint32_t prime[PRIME_LIMBS], uint32_t exponent, random_source *source,
                    void *context);

#endif
