/*
 * prime: is a large number prime, and finding one that is.
 *
 * Model: nobody can find the factors of a large number, but it is easy to see that it has some.
 * Trial division finds small ones. After it, the test of Miller and Rabin picks a random number
 * and looks for what cannot happen modulo a prime (FIPS 186-5, B.3.1); a number that is not prime
 * is found out by at least three of four picks. The picks must be random: for any fixed list of
 * them somebody can build a number that is not prime and passes.
 *
 * Contract: the time depends on the numbers: how many are thrown away, and of the one that is found
 * how often 2 divides it less 1; on machines whose division takes longer for some numbers, a little
 * more. A server makes its key before anybody is there to measure. A client makes pairs while its
 * peer could look on, but each of them serves one exchange.
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

    /* Rounds of Miller-Rabin. For a number that somebody else may have chosen, each round errs
       with a chance of 1/4 at most, so 40 of them with 2^-80. A random number of 1024 bits is far
       kinder: after 8 rounds the chance is below 2^-150 (Damgard, Landrock and Pomerance, 1993). */
    PRIME_ROUNDS_HOSTILE = 40,
    PRIME_ROUNDS_RANDOM = 8
};

/* Is it prime, for all that so many rounds can say? Any number less than R / 16 (see bignum). */
bool prime_test(const uint32_t *number, size_t limbs, int rounds, random_source *source,
                void *context);

/*
 * A search for a random prime of 1024 bits, of which the highest two are 1, so that the product of
 * two such has 2048 bits; and p - 1 has no factor in common with the odd prime `exponent`. It goes
 * in steps, for whoever has something else to do meanwhile. A step tries one number, or one round
 * of the test more, which takes as long as one power of 1024 bits: about a millisecond.
 */
struct prime_search {
    uint32_t number[PRIME_LIMBS]; /* the candidate; a secret: wipe() it */
    int rounds;                   /* that it has passed */
    int tries;                    /* candidates so far */
};

enum prime_progress {
    PRIME_ON,    /* another step, please */
    PRIME_FOUND, /* it is `number` */
    PRIME_NONE   /* no prime in so many tries: the source must be broken */
};

void prime_search_start(struct prime_search *search);
enum prime_progress prime_search_step(struct prime_search *search, uint32_t exponent,
                                      random_source *source, void *context);

/* All of such a search at once. False: PRIME_NONE. */
bool prime_generate(uint32_t prime[PRIME_LIMBS], uint32_t exponent, random_source *source,
                    void *context);

#endif
