/* links: stage3/crypto/bignum.c stage3/crypto/constant.c */
/*
 * prime: the first numbers against a sieve, primes of many bits, numbers that are not prime but
 * were found, or made, to look like it, and generation.
 *
 * Those that beat fixed bases: G. Jaeschke, On strong pseudoprimes to several bases (1993);
 * J. Sorenson and J. Webster, Strong pseudoprimes to twelve prime bases (2015); F. Arnault,
 * Constructing Carmichael numbers which are strong pseudoprimes to several bases (1995).
 */
#include "../../../stage3/crypto/prime.c" /* for a single round, with a base of our choice */

#include "hex.h"
#include "seeded.h"
#include "tap.h"

enum { LIMIT = 5000, ROUNDS = PRIME_ROUNDS_HOSTILE };

static uint64_t seed = 8;

/* Returns how many limbs the number has, with space for what bignum needs. */
static size_t read_digits(uint32_t number[BIGNUM_LIMBS], const char *digits)
{
    unsigned char bytes[256];
    size_t size = hex(digits, bytes);

    bignum_read(number, BIGNUM_LIMBS, bytes, size);
    return (8 * size + BIGNUM_SLACK) / LIMB_BITS / BIGNUM_LANES * BIGNUM_LANES + BIGNUM_LANES;
}

/* How many of so many tests find the number prime? */
static int verdicts(const char *digits, int rounds, int tests)
{
    uint32_t number[BIGNUM_LIMBS];
    size_t limbs = read_digits(number, digits);
    int primes = 0;

    while (tests-- > 0) primes += prime_test(number, limbs, rounds, seeded_bytes, &seed);
    return primes;
}

static bool agrees_with_sieve(void)
{
    static bool composite[LIMIT];

    composite[0] = composite[1] = true;
    for (uint32_t i = 2; i < LIMIT; i++) {
        for (uint32_t j = 2 * i; j < LIMIT; j += i) composite[j] = true;
    }
    for (uint32_t i = 0; i < LIMIT; i++) {
        uint32_t number[4] = {i};
        if (prime_test(number, 4, ROUNDS, seeded_bytes, &seed) == composite[i]) return false;
    }
    return true;
}

/* Where the test of Miller and Rabin takes over. */
static bool agrees_with_division(void)
{
    const uint32_t middle = 1 << 22;

    for (uint32_t i = middle - 300; i < middle + 300; i++) {
        uint32_t number[4] = {i};
        bool prime = true;
        for (uint32_t j = 2; j * j <= i && prime; j++) prime = i % j != 0;
        if (prime_test(number, 4, 10, seeded_bytes, &seed) != prime) return false;
    }
    return true;
}

static const struct {
    const char *name, *digits;
} prime[] = {
    {"2^31 - 1", "7fffffff"},
    {"2^61 - 1", "1fffffffffffffff"},
    {"2^64 - 59", "ffffffffffffffc5"},
    {"2^255 - 19", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"},
    {"the prime of curve P-256", /* FIPS 186-4, D.1.2.3 */
     "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"},
    {"the prime of curve P-224, whose p - 1 is a multiple of 2^96,", /* D.1.2.2 */
     "ffffffffffffffffffffffffffffffff000000000000000000000001"},
    {"the 1024-bit prime of RFC 2409, 6.2",
     "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
     "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
     "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
     "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff"},
};

/* p * (313 * (p - 1) + 1) * (353 * (p - 1) + 1) with a prime p of 131 digits: 397 digits. */
#define ARNAULT                                                                       \
    "204b212272807927b357671aefdd4b4b7a0f12749625cd71b549d6b8b9895e97fcf9fadcaf26c6"   \
    "18da83c9ec7f6b39020661ba422e6c820ac14d3b8329d6c71d16a1953afd60a0aa4c63019f9c29"   \
    "c08d05b0c4fcd041febeaa5b0e8475e6e96cc49478ef6e9ae877b4d3be8107bd3c64b35ebc7f2b"   \
    "d719c6417207aaec2151812719b5b5bae64562bcd2ed44177a2ac314a44f344df4a12e0d4fb8ff"   \
    "99c4099bfc77924b2b"

/* (2k + 1) * (4k + 1), both prime, with an odd k: a quarter of all bases take it for prime. No
   number has more. */
#define WORST "80000000000002cd800000000003ed7b"

static const struct {
    const char *name, *digits;
} composite[] = {
    {"561, the first Carmichael number,", "0231"},
    {"341550071728321, which passes for the first seven prime bases,", "0136a352b2c8c1"},
    {"3825123056546413051, which passes for the first nine,", "351591274f9af9fb"},
    {"318665857834031151167461, which passes for the first twelve,", "437ae92817f9fc85b7e5"},
    {"3317044064679887385961981, which passes for the first thirteen,", "02be6951adc5b22410a5fd"},
    {"Arnault's number of 397 digits, which passes for the first 62,", ARNAULT},
    {"(2^63 + 359) * (2^64 + 717), which passes for a quarter of all bases,", WORST},
    {"(2^31 - 1) * (2^61 - 1)", "0fffffffdfffffff80000001"},
    {"(2^61 - 1)^2", "03ffffffffffffffc000000000000001"},
};

/* Is the number really so hard? Bases 2, 3, 5, ..., 293 take it for prime, 307 does not. */
static bool beats_fixed_bases(const char *digits)
{
    static struct candidate candidate;
    uint32_t number[BIGNUM_LIMBS];
    size_t limbs = read_digits(number, digits);

    candidate_start(&candidate, number, limbs);
    for (uint32_t i = 2; i <= 307; i++) {
        uint32_t base[BIGNUM_LIMBS] = {i};
        if (!is_small_prime(i)) continue;
        modulus_enter(&candidate.n, base, base);
        if (round_passed(&candidate, base) != (i < 307)) return false;
    }
    return true;
}

/* A power that is 0 shows a common factor, which a prime has with no base below it. */
static bool zero_passes(void)
{
    static struct candidate candidate;
    uint32_t number[BIGNUM_LIMBS], base[BIGNUM_LIMBS];
    size_t limbs = read_digits(number, "03ffffffffffffffc000000000000001"); /* (2^61 - 1)^2 */

    candidate_start(&candidate, number, limbs);
    read_digits(base, "1fffffffffffffff");
    modulus_enter(&candidate.n, base, base);
    return round_passed(&candidate, base);
}

static void known_numbers(void)
{
    ok(agrees_with_sieve(), "the verdicts on numbers up to %d agree with a sieve", LIMIT);
    ok(agrees_with_division(), "the verdicts on numbers around 2^22 agree with division");
    for (size_t i = 0; i < sizeof prime / sizeof prime[0]; i++) {
        ok(verdicts(prime[i].digits, 10, 1) == 1, "%s is found prime", prime[i].name);
    }
    for (size_t i = 0; i < sizeof composite / sizeof composite[0]; i++) {
        ok(verdicts(composite[i].digits, ROUNDS, 1) == 0,
           "%s is found composite", composite[i].name);
    }
    ok(beats_fixed_bases(ARNAULT), "bases 2 to 293 all take Arnault's number for prime");
    ok(!zero_passes(), "a base whose power is 0 is no sign of a prime");
    int fooled = verdicts(WORST, 1, 400);
    ok(fooled > 60 && fooled < 140,
       "the worst number passes one round about a quarter of the time");
    ok(verdicts(WORST, 10, 100) == 0, "the worst number does not pass ten rounds");
}

/* --- generation ------------------------------------------------------------------------------- */

static void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

static void generation(void)
{
    uint32_t one[PRIME_LIMBS], other[PRIME_LIMBS];

    ok(prime_generate(one, 65537, seeded_bytes, &seed), "a prime is generated");
    ok(bignum_bits(one, PRIME_LIMBS) == PRIME_BITS && one[1023 / 28] >> 1022 % 28 == 3,
       "the generated prime has 1024 bits, the highest two of them 1");
    ok(prime_test(one, PRIME_LIMBS, 3, seeded_bytes, &seed),
       "the generated prime passes with other bases");
    ok(bignum_remainder(one, 65537, PRIME_LIMBS) != 1,
       "p - 1 is no multiple of 65537 for the exponent 65537");
    /* With exponent 3 half of all candidates are out. */
    ok(prime_generate(other, 3, seeded_bytes, &seed)
           && bignum_remainder(other, 3, PRIME_LIMBS) == 2,
       "p - 1 is no multiple of 3 for the exponent 3");
    ok(!bignum_equal(one, other, PRIME_LIMBS), "a second generated prime differs from the first");
    ok(!prime_generate(one, 65537, zeros, NULL), "a source of zeros generates no prime");

    uint32_t number[BIGNUM_LIMBS];
    size_t limbs = read_digits(number, prime[6].digits);
    ok(!prime_test(number, limbs, 1, zeros, NULL),
       "a prime does not pass with a source of zeros");
}

int main(void)
{
    plan(30);
    known_numbers();
    generation();
    return done();
}
