/* links: stage3/crypto/prime.c stage3/crypto/bignum.c stage3/crypto/constant.c */
/*
 * rsa: nothing that was computed from a key, or from what is sealed, stays behind in memory.
 *
 * Every operation on numbers notes where it wrote, and what; every wipe takes away what it covers.
 * What is left at the end of a function is not wiped: that may be the key itself, which is its
 * owner's, and numbers that everybody knows.
 */
#include "crypto/rsa.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/constant.h"

static void note(uint32_t *out, size_t limbs);
static void wipe_noted(void *bytes, size_t size);

#define bignum_read(out, limbs, bytes, size) \
    (bignum_read(out, limbs, bytes, size), note(out, limbs))
#define bignum_subtract(out, a, b, limbs) (bignum_subtract(out, a, b, limbs), note(out, limbs))
#define bignum_add(out, a, b, limbs) (bignum_add(out, a, b, limbs), note(out, limbs))
#define bignum_multiply(out, a, b, limbs) \
    (bignum_multiply(out, a, b, limbs), note(out, 2 * (limbs)))
#define modulus_enter(n, out, a) (modulus_enter(n, out, a), note(out, (n)->limbs))
#define modulus_leave(n, out, a) (modulus_leave(n, out, a), note(out, (n)->limbs))
#define modulus_multiply(n, out, a, b) (modulus_multiply(n, out, a, b), note(out, (n)->limbs))
#define modulus_add(n, out, a, b) (modulus_add(n, out, a, b), note(out, (n)->limbs))
#define modulus_subtract(n, out, a, b) (modulus_subtract(n, out, a, b), note(out, (n)->limbs))
#define modulus_power(n, out, base, exponent, bits) \
    (modulus_power(n, out, base, exponent, bits), note(out, (n)->limbs))
#define prime_search_step(search, exponent, source, context) \
    (note((search)->number, PRIME_LIMBS), quick_prime((search)->number, source, context))
#define wipe(bytes, size) wipe_noted(bytes, size)

static enum prime_progress quick_prime(uint32_t *out, random_source *source, void *context);

#include "../../../stage3/crypto/rsa.c"

#undef bignum_read
#undef bignum_subtract
#undef bignum_add
#undef bignum_multiply
#undef modulus_enter
#undef modulus_leave
#undef modulus_multiply
#undef modulus_add
#undef modulus_subtract
#undef modulus_power
#undef prime_search_step
#undef wipe

#include "hex.h"
#include "rsa_vectors.h"
#include "tap.h"

enum { PLACES = 64 };

static struct place {
    const unsigned char *start;
    size_t size;                 /* bytes; 0: nothing of it is left */
    uint32_t number[2 * LIMBS];  /* what was written there last */
} places[PLACES];

static struct rsa_key key;
static uint32_t primes[2][PRIME_LIMBS];
static unsigned drawn;           /* primes that were handed out as new ones */
static bool key_wiped;

static enum prime_progress quick_prime(uint32_t *out, random_source *source, void *context)
{
    (void)source, (void)context;
    memcpy(out, primes[drawn++ % 2], sizeof primes[0]);
    return PRIME_FOUND;
}

static uint32_t result[2 * LIMBS]; /* what a part of it gives back */

static bool is_owners(const void *bytes)
{
    const unsigned char *at = bytes, *start = (const unsigned char *)&key;

    return bytes == result || (at >= start && at < start + sizeof key);
}

static void note(uint32_t *out, size_t limbs)
{
    struct place *place = NULL;

    if (is_owners(out)) return;
    for (size_t i = 0; i < PLACES; i++) {
        if (places[i].size > 0 && places[i].start == (unsigned char *)out) place = &places[i];
    }
    for (size_t i = 0; i < PLACES && !place; i++) {
        if (places[i].size == 0) place = &places[i];
    }
    if (!place) abort();
    place->start = (unsigned char *)out;
    if (place->size < limbs * sizeof *out) place->size = limbs * sizeof *out;
    memset(place->number, 0, sizeof place->number);
    memcpy(place->number, out, limbs * sizeof *out);
}

static void wipe_noted(void *bytes, size_t size)
{
    const unsigned char *start = bytes;

    if (bytes == &key) key_wiped = size == sizeof key;
    for (size_t i = 0; i < PLACES; i++) {
        bool covered = places[i].start >= start && places[i].start + places[i].size <= start + size;
        if (places[i].size > 0 && covered) places[i].size = 0;
    }
    wipe(bytes, size);
}

/* Is all wiped but what is one of these numbers? It is forgotten then, for the next test. */
static bool left_only(uint32_t known[][2 * LIMBS], size_t count)
{
    bool right = true;

    for (size_t i = 0; i < PLACES; i++) {
        bool is_known = places[i].size == 0;
        for (size_t j = 0; j < count && !is_known; j++) {
            is_known = memcmp(places[i].number, known[j], sizeof places[i].number) == 0;
        }
        if (!is_known) right = false;
        places[i].size = 0;
    }
    return right;
}

static void make_primes(void)
{
    unsigned char bytes[2][RSA_PRIME];

    hex(key_p, bytes[0]);
    hex(key_q, bytes[1]);
    for (int i = 0; i < 2; i++) bignum_read(primes[i], PRIME_LIMBS, bytes[i], RSA_PRIME);
}

static void making(void)
{
    /* 1, the modulus, and what the new key is tried with. */
    static uint32_t known[3][2 * LIMBS] = {{1}};
    static const unsigned char tried[RSA_BYTES] = {0, 1, 2, 3};
    unsigned char p[RSA_PRIME], q[RSA_PRIME];

    bignum_multiply(known[1], primes[0], primes[1], PRIME_LIMBS);
    bignum_read(known[2], LIMBS, tried, sizeof tried);
    hex(key_p, p);
    hex(key_q, q);
    ok(rsa_from_tested(&key, p, q), "two primes make a key");
    ok(left_only(known, 3), "the making of a key leaves nothing behind but the modulus");
    ok(!key_wiped, "a key that was made is not wiped");
    ok(rsa_generate(&key, NULL, NULL) && drawn == 2, "a new key is generated");
    ok(left_only(known, 3), "the generation of a key leaves neither of its primes behind");

    q[RSA_PRIME - 1] ^= 4; /* odd, and no prime */
    key_wiped = false;
    ok(!rsa_from_tested(&key, p, q) && key_wiped, "the key is wiped if one of the primes is none");
    left_only(NULL, 0);
    q[RSA_PRIME - 1] ^= 4;
    memset(primes[1], 0, sizeof primes[1]);
    key_wiped = false;
    ok(!rsa_generate(&key, NULL, NULL) && key_wiped,
       "the key is wiped if a bad random source makes no prime");
    left_only(NULL, 0);
    make_primes();
}

static void using(void)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME], n[RSA_BYTES];
    unsigned char number[RSA_BYTES] = {0, 1, 2, 3, 4}, sealed[RSA_BYTES], opened[RSA_BYTES];
    uint32_t public[2 * LIMBS] = {0};

    hex(key_p, p);
    hex(key_q, q);
    if (!rsa_from_tested(&key, p, q)) abort();
    left_only(NULL, 0);
    rsa_modulus(&key, n);
    ok(rsa_public(n, number, sealed) && left_only(NULL, 0),
       "the sealing of a number leaves nothing behind");
    bignum_read(public, LIMBS, sealed, RSA_BYTES);
    ok(rsa_private(&key, sealed, opened) && memcmp(number, opened, sizeof number) == 0,
       "a sealed number is opened");
    ok(left_only(&public, 1), "the opening of a number leaves nothing behind but what came");
    memset(sealed, 0xFF, sizeof sealed);
    bignum_read(public, LIMBS, sealed, RSA_BYTES);
    ok(!rsa_private(&key, sealed, opened) && left_only(&public, 1),
       "a number that is too large leaves nothing behind but itself");
}

/* One part at a time: what one leaves on the stack another may happen to overwrite. */
static void parts(void)
{
    static uint32_t known[1][2 * LIMBS] = {{1}};
    uint32_t number[LIMBS] = {12345, 6789};

    ok(inverse(&key.p, result, primes[1]) && left_only(known, 1),
       "an inverse leaves nothing behind but 1");
    ok(half_exponent(result, primes[0]) && left_only(NULL, 0),
       "half an exponent leaves nothing behind");
    power_e(&key.n, result, number);
    ok(left_only(NULL, 0), "a public power leaves nothing behind");
    half_power(&key.p, result, number, key.dp);
    ok(left_only(NULL, 0), "half a private power leaves nothing behind");
    private_power(&key, result, number);
    ok(left_only(NULL, 0), "a whole private power leaves nothing behind");
}

int main(void)
{
    plan(16);
    make_primes();
    making();
    using();
    parts();
    return done();
}
