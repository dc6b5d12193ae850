/*
 * constant: the program that constant.sh runs under valgrind's memcheck.
 *
 *     constant WHAT       does one operation with secrets
 *
 * Model: memcheck complains if a branch or an address depends on uninitialised bytes. So this
 * program marks the bytes of a secret as uninitialised; everything computed from them counts as
 * uninitialised, too, and memcheck finds each place where timing or the cache would reveal them.
 * `branch`, `look-up` and `compare` do it wrong, to prove that memcheck finds it.
 *
 * Whether a tag is right is no secret, and programs act on it. So constant_equal is replaced here
 * by a function that computes the same and marks its result as initialised. constant_difference is
 * not replaced. The making of keys is not tested, and testing primes under memcheck would take
 * minutes, so the functions of prime.c are replaced, too.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#define constant_equal undeclared_equal
#include "../../stage3/crypto/constant.c"
#undef constant_equal

#include "../../stage3/crypto/aead.h"
#include "../../stage3/crypto/hmac.h"
#include "../../stage3/crypto/oaep.h"
#include "../../stage3/crypto/pbkdf2.h"
#include "../../stage3/crypto/rsa.h"
#include "../../stage3/crypto/sha256.h"
#include "../unit/stage3/hex.h"
#include "../unit/stage3/rsa_vectors.h"
#include "../unit/stage3/seeded.h"

/* The primes here are published ones. */
bool prime_test(const uint32_t *number, size_t limbs, int rounds, random_source *source,
                void *context)
{
    (void)number, (void)limbs, (void)rounds, (void)source, (void)context;
    return true;
}

void prime_search_start(struct prime_search *search)
{
    (void)search;
}

enum prime_progress prime_search_step(struct prime_search *search, uint32_t exponent,
                                      random_source *source, void *context)
{
    (void)search, (void)exponent, (void)source, (void)context;
    return PRIME_NONE;
}

bool constant_equal(const void *a, const void *b, size_t size);

bool constant_equal(const void *a, const void *b, size_t size)
{
    bool equal = undeclared_equal(a, b, size);

    (void)VALGRIND_MAKE_MEM_DEFINED(&equal, sizeof equal);
    return equal;
}

static uint64_t seed = 10;
static unsigned char text[300], key[32], nonce[12], sealed[300 + AEAD_TAG];
volatile unsigned sink; /* keeps the compiler from leaving out what is computed for it */

static void secret(void *bytes, size_t size)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, size);
}

/* Marks a result as initialised, because it is made public. */
static void told(const void *bytes, size_t size)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(bytes, size);
}

static void fill(void)
{
    seeded_bytes(&seed, text, sizeof text);
    seeded_bytes(&seed, key, sizeof key);
    seeded_bytes(&seed, nonce, sizeof nonce);
}

/* --- operations without findings -------------------------------------------------------------- */

static int seal(void)
{
    static const size_t size[] = {0, 1, 63, 64, 100, 300};

    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        fill();
        secret(key, sizeof key);
        secret(text, sizeof text);
        aead_seal(key, nonce, (struct span){nonce, sizeof nonce}, (struct span){text, size[i]},
                  sealed);
        told(sealed, size[i] + AEAD_TAG);
        if (!aead_open(key, nonce, (struct span){nonce, sizeof nonce},
                       (struct span){sealed, size[i] + AEAD_TAG}, text)) return 1;
        sealed[size[i]] ^= 1;
        if (aead_open(key, nonce, (struct span){nonce, sizeof nonce},
                      (struct span){sealed, size[i] + AEAD_TAG}, text)) return 1;
    }
    return 0;
}

static int hashes(void)
{
    unsigned char hash[SHA256_BYTES];
    struct pbkdf2 work;

    fill();
    secret(key, sizeof key);
    secret(text, sizeof text);
    sha256(text, sizeof text, hash);
    hmac(key, sizeof key, text, sizeof text, hash);
    hmac(text, sizeof text, key, sizeof key, hash);
    pbkdf2_start(&work, (struct span){text, sizeof text}, (struct span){nonce, sizeof nonce}, 1,
                 10);
    while (!pbkdf2_step(&work, 3)) continue;
    pbkdf2_end(&work, hash);
    sink = hash[0];
    return 0;
}

static int equal(void)
{
    unsigned char other[32];

    fill();
    memcpy(other, key, sizeof other);
    secret(key, sizeof key);
    sink = undeclared_equal(key, other, sizeof other);
    sink = constant_difference(key, other, sizeof other);
    wipe(key, sizeof key);
    sink = key[0] == 0 ? 1 : 2; /* initialised now, so a branch on it is no finding */
    return 0;
}

static void secret_modulus(struct modulus *modulus)
{
    secret(modulus->n, sizeof modulus->n);
    secret(modulus->one, sizeof modulus->one);
    secret(modulus->square, sizeof modulus->square);
    secret(&modulus->inverse, sizeof modulus->inverse);
}

/* Marks the whole key as secret, except n, which is public, and the sizes. */
static void make_key(struct rsa_key *rsa)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];

    hex(key_p, p);
    hex(key_q, q);
    if (!rsa_from_primes(rsa, p, q, seeded_bytes, &seed)) printf("the published key is none\n");
    secret_modulus(&rsa->p);
    secret_modulus(&rsa->q);
    secret(rsa->dp, sizeof rsa->dp);
    secret(rsa->dq, sizeof rsa->dq);
    secret(rsa->qinv, sizeof rsa->qinv);
}

static int private(void)
{
    static struct rsa_key rsa;
    unsigned char number[RSA_BYTES], out[RSA_BYTES];

    make_key(&rsa);
    seeded_bytes(&seed, number, sizeof number);
    number[0] = 0;
    secret(number, sizeof number);
    bool right = rsa_private(&rsa, number, out);
    told(&right, sizeof right);
    if (!right) return 1;
    memset(number, 0xff, sizeof number);
    secret(number, sizeof number);
    right = rsa_private(&rsa, number, out);
    told(&right, sizeof right);
    return right;
}

/* A valid and an invalid seal must take the same path. */
static int oaep(void)
{
    static struct rsa_key rsa;
    unsigned char in[RSA_BYTES], message[32];

    make_key(&rsa);
    hex(vector[1].sealed, in);
    bool right = oaep_decrypt(&rsa, "", in, message, sizeof message);
    told(&right, sizeof right);
    if (!right) return 1;
    hex(vector[7].sealed, in);
    right = oaep_decrypt(&rsa, "", in, message, 6);
    told(&right, sizeof right);
    return right;
}

/* Encrypting for another's key: that key is public, the message is not. */
static int oaep_seal(void)
{
    unsigned char n[RSA_BYTES], message[32], oaep_seed[OAEP_SEED], out[RSA_BYTES];

    hex(key_n, n);
    seeded_bytes(&seed, message, sizeof message);
    seeded_bytes(&seed, oaep_seed, sizeof oaep_seed);
    secret(message, sizeof message);
    secret(oaep_seed, sizeof oaep_seed);
    bool done = oaep_encrypt(n, "", message, sizeof message, oaep_seed, out);
    told(&done, sizeof done);
    sink = out[0];
    return !done;
}

/* --- operations with findings ----------------------------------------------------------------- */

static int branch(void)
{
    fill();
    secret(key, sizeof key);
    if (key[0] & 1) printf("the branch was taken\n");
    return 0;
}

static int look_up(void)
{
    fill();
    secret(key, sizeof key);
    sink = text[key[0]];
    return 0;
}

/* As memcmp does it. */
static int compare(void)
{
    size_t same = 0;

    fill();
    memcpy(text, key, sizeof key);
    secret(key, sizeof key);
    while (same < sizeof key && text[same] == key[same]) same++;
    sink = (unsigned)same;
    return 0;
}

static const struct {
    const char *name;
    int (*run)(void);
} command[] = {
    {"seal", seal}, {"hashes", hashes}, {"equal", equal}, {"private", private}, {"oaep", oaep},
    {"oaep-seal", oaep_seal},
    {"branch", branch}, {"look-up", look_up}, {"compare", compare},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof command / sizeof command[0]; i++) {
        if (strcmp(argv[1], command[i].name) == 0) return command[i].run();
    }
    fprintf(stderr, "usage: constant WHAT: see constant.c\n");
    return 2;
}
