#include "prime.h"

#include <string.h>

#include "constant.h"

enum {
    /* Trial division goes up to here. It shows that five of six odd numbers are not prime. Further
       divisions find so few that a round of Miller-Rabin, which costs as much as some thousand
       divisions, is cheaper. */
    SMALL_LIMIT = 2048,

    /* One in 355 odd numbers of 1024 bits is prime, so the probability that none of TRIES numbers
       is prime is e^-56. */
    TRIES = 20000
};

static bool is_small_prime(uint32_t number)
{
    if (number % 2 == 0) return number == 2;
    for (uint32_t i = 3; i * i <= number; i += 2) {
        if (number % i == 0) return false;
    }
    return number > 1;
}

static bool has_small_factor(const uint32_t *number, size_t limbs)
{
    if (number[0] % 2 == 0) return true;
    for (uint32_t i = 3; i < SMALL_LIMIT; i += 2) {
        if (is_small_prime(i) && bignum_remainder(number, i, limbs) == 0) return true;
    }
    return false;
}

/* What all rounds for one number share: n - 1 = odd * 2^twos. */
struct candidate {
    struct modulus n;
    uint32_t minus_one[BIGNUM_LIMBS]; /* n - 1 */
    uint32_t odd[BIGNUM_LIMBS];
    size_t bits; /* of n, rounded up to a multiple of 4 */
    int twos;
};

static void candidate_start(struct candidate *candidate, const uint32_t *number, size_t limbs)
{
    modulus_start(&candidate->n, number, limbs);
    memcpy(candidate->minus_one, number, limbs * sizeof *number);
    candidate->minus_one[0] -= 1; /* no borrow, because n is odd */
    memcpy(candidate->odd, candidate->minus_one, limbs * sizeof *number);
    candidate->twos = 0;
    for (; candidate->odd[0] % 2 == 0; candidate->twos++) {
        bignum_divide(candidate->odd, 2, limbs);
    }
    candidate->bits = (bignum_bits(number, limbs) + 3) / 4 * 4;
}

/* Is x, in Montgomery form, one of three special values? */
enum special { ORDINARY, ZERO, ONE, MINUS_ONE };

static enum special special(const struct candidate *candidate, const uint32_t *x)
{
    static const uint32_t one[BIGNUM_LIMBS] = {1}, zero[BIGNUM_LIMBS];
    uint32_t value[BIGNUM_LIMBS];

    modulus_leave(&candidate->n, value, x);
    bool is_zero = bignum_equal(value, zero, candidate->n.limbs);
    bool is_one = bignum_equal(value, one, candidate->n.limbs);
    bool is_minus_one = bignum_equal(value, candidate->minus_one, candidate->n.limbs);
    wipe(value, sizeof value);
    return is_zero ? ZERO : is_one ? ONE : is_minus_one ? MINUS_ONE : ORDINARY;
}

/* Picks a random base from 2 to n - 2, in Montgomery form. Every number below R is equally likely,
   and R is so much larger than n that no base modulo n is noticeably more likely. False: the source
   is broken. */
static bool pick_base(const struct candidate *candidate, uint32_t *base, random_source *source,
                      void *context)
{
    size_t limbs = candidate->n.limbs;

    for (int tries = 0; tries < 100; tries++) {
        source(context, base, limbs * sizeof *base);
        for (size_t i = 0; i < limbs; i++) base[i] &= LIMB_MASK;
        modulus_enter(&candidate->n, base, base);
        if (special(candidate, base) == ORDINARY) return true;
    }
    return false;
}

/*
 * If n is prime, base ^ (n - 1) is 1 (Fermat), and the only square roots of 1 are 1 and n - 1. So
 * on the way from base ^ odd to base ^ (n - 1), by squaring, either all numbers are 1, or n - 1
 * comes before the first 1. (A power that is 0 proves that n has a factor in common with the base,
 * so n is not prime.)
 */
static bool round_passed(const struct candidate *candidate, const uint32_t *base)
{
    uint32_t x[BIGNUM_LIMBS];

    modulus_power(&candidate->n, x, base, candidate->odd, candidate->bits);
    enum special result = special(candidate, x);
    bool passed = result == ONE || result == MINUS_ONE;
    for (int i = 1; i < candidate->twos && !passed; i++) {
        modulus_multiply(&candidate->n, x, x, x);
        passed = special(candidate, x) == MINUS_ONE;
    }
    wipe(x, sizeof x);
    return passed;
}

/* Does an odd number of more than 22 bits pass `rounds` rounds? */
static bool rounds_passed(const uint32_t *number, size_t limbs, int rounds, random_source *source,
                          void *context)
{
    struct candidate candidate;
    uint32_t base[BIGNUM_LIMBS];

    candidate_start(&candidate, number, limbs);
    bool passed = true;
    for (int i = 0; i < rounds && passed; i++) {
        passed = pick_base(&candidate, base, source, context) && round_passed(&candidate, base);
    }
    wipe(&candidate, sizeof candidate);
    wipe(base, sizeof base);
    return passed;
}

bool prime_test(const uint32_t *number, size_t limbs, int rounds, random_source *source,
                void *context)
{
    if (bignum_bits(number, limbs) <= 22) return is_small_prime(number[0]); /* below 2048^2 */
    return !has_small_factor(number, limbs)
        && rounds_passed(number, limbs, rounds, source, context);
}

/* --- finding one --- */

void prime_search_start(struct prime_search *search)
{
    memset(search, 0, sizeof *search);
}

/* Picks another random number. False: trial division has found a factor, or `exponent` divides
   number - 1. */
static bool pick_number(uint32_t number[PRIME_LIMBS], uint32_t exponent, random_source *source,
                        void *context)
{
    unsigned char bytes[PRIME_BYTES];

    source(context, bytes, sizeof bytes);
    bytes[0] |= 0xc0;
    bytes[PRIME_BYTES - 1] |= 1;
    bignum_read(number, PRIME_LIMBS, bytes, sizeof bytes);
    wipe(bytes, sizeof bytes);
    return bignum_remainder(number, exponent, PRIME_LIMBS) != 1
        && !has_small_factor(number, PRIME_LIMBS);
}

enum prime_progress prime_search_step(struct prime_search *search, uint32_t exponent,
                                      random_source *source, void *context)
{
    if (search->rounds == 0) {
        if (search->tries++ == TRIES) return PRIME_NONE;
        if (!pick_number(search->number, exponent, source, context)) return PRIME_ON;
    }
    bool passed = rounds_passed(search->number, PRIME_LIMBS, 1, source, context);
    search->rounds = passed ? search->rounds + 1 : 0;
    return search->rounds == PRIME_ROUNDS_RANDOM ? PRIME_FOUND : PRIME_ON;
}

bool prime_generate(uint32_t prime[PRIME_LIMBS], uint32_t exponent, random_source *source,
                    void *context)
{
    enum prime_progress progress = PRIME_ON;
    struct prime_search search;

    prime_search_start(&search);
    while (progress == PRIME_ON) progress = prime_search_step(&search, exponent, source, context);
    memcpy(prime, search.number, sizeof search.number);
    wipe(&search, sizeof search);
    return progress == PRIME_FOUND;
}
