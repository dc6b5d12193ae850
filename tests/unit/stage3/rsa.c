/* links: stage3/crypto/rsa.c stage3/crypto/prime.c stage3/crypto/bignum.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c */
/*
 * rsa: the bare operations, keys that are none, mistakes of the machine, and a new key; and OAEP on
 * top of them: published vectors, and every way in which what was sealed may be wrong.
 */
#include "crypto/rsa.h"

#include "../../../stage3/crypto/oaep.c" /* for its mask, to seal what is wrong */

#include "hex.h"
#include "rsa_vectors.h"
#include "seeded.h"
#include "tap.h"

static uint64_t seed = 9;
static struct rsa_key key;
static unsigned char n[RSA_BYTES];

static bool is_zero(const unsigned char *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0) size--;
    return size == 0;
}

/* --- keys ------------------------------------------------------------------------------------- */

static bool is_number(const uint32_t *number, const char *digits)
{
    unsigned char bytes[RSA_PRIME];

    bignum_write(bytes, sizeof bytes, number, PRIME_LIMBS);
    return is_hex(bytes, sizeof bytes, digits);
}

static void published_key(void)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME], p_again[RSA_PRIME], q_again[RSA_PRIME];
    uint32_t qinv[PRIME_LIMBS];

    hex(key_p, p);
    hex(key_q, q);
    ok(rsa_from_primes(&key, p, q, seeded_bytes, &seed), "the published primes make a key");
    rsa_modulus(&key, n);
    ok(is_hex(n, sizeof n, key_n), "the modulus is the published one");
    modulus_leave(&key.p, qinv, key.qinv);
    ok(is_number(key.dp, key_dp) && is_number(key.dq, key_dq) && is_number(qinv, key_qinv),
       "the numbers for the Chinese remainder theorem are the published ones");
    rsa_primes(&key, p_again, q_again);
    ok(memcmp(p, p_again, sizeof p) == 0 && memcmp(q, q_again, sizeof q) == 0,
       "the primes come back");
}

/*
 * (6k + 1)(12k + 1)(18k + 1) with three prime factors, found by Chernick's method (1939). Modulo
 * such a number every power behaves as modulo a prime: the key made of it opens what it has sealed.
 */
static const char carmichael[] =
    "cdc316d5e303e73d1561fdc8e86c988f22c600bc0c84fabdcc5d17f494972e2e"
    "52d153e1ba948e42f9800bcbbf187151353676bc9659ae557aac651a9c5bf0ce"
    "f82d95c7237fde4d5bc655b378dbf449e85c4749f5bf5fc3a0fd83ea4688a67c"
    "47dd7728f0b851e604c637b2abf88b90a19465877f5fbaa6e70eeeaec07c1c61";

/* Is it refused, and is nothing of it left? */
static bool no_key(const unsigned char p[RSA_PRIME], const unsigned char q[RSA_PRIME])
{
    static struct rsa_key none;

    return !rsa_from_primes(&none, p, q, seeded_bytes, &seed)
        && is_zero((const unsigned char *)&none, sizeof none);
}

static void keys_that_are_none(void)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME], other[RSA_PRIME];

    hex(key_p, p);
    hex(key_q, q);
    ok(no_key(p, p), "the same prime twice is refused");
    memcpy(other, p, sizeof other);
    other[RSA_PRIME - 1] ^= 1;
    ok(no_key(other, q) && no_key(q, other), "an even number is refused");
    other[RSA_PRIME - 1] ^= 3;
    ok(no_key(other, q) && no_key(q, other), "an odd number that is not prime is refused");
    memset(other, 0, sizeof other);
    ok(no_key(other, q) && no_key(q, other), "zero is refused as a prime");
    other[RSA_PRIME - 1] = 1;
    ok(no_key(other, q) && no_key(q, other), "one is refused as a prime");
    memcpy(other, p, sizeof other);
    other[0] &= 0x7f;
    ok(no_key(other, q) && no_key(q, other), "a number of too few bits is refused");

    /* 2^1023 + 0x483 and 2^1023 + 0x5d5 are prime, but their product has 2047 bits. */
    memset(p, 0, sizeof p);
    memset(q, 0, sizeof q);
    p[0] = q[0] = 0x80;
    memcpy(p + RSA_PRIME - 2, "\x04\x83", 2);
    memcpy(q + RSA_PRIME - 2, "\x05\xd5", 2);
    ok(no_key(p, q), "a modulus of 2047 bits is refused");

    /* 2^1024 - 0x970097 is prime, and 1 modulo 65537, so 65537 has no inverse. */
    memset(p, 0xff, sizeof p);
    memcpy(p + RSA_PRIME - 3, "\x68\xff\x69", 3);
    hex(key_q, q);
    ok(no_key(p, q) && no_key(q, p), "a prime without a private exponent is refused");

    hex(carmichael, p);
    ok(no_key(p, q) && no_key(q, p), "a Carmichael number is refused");
}

/* --- the bare operations ---------------------------------------------------------------------- */

static void there_and_back(void)
{
    unsigned char number[RSA_BYTES], there[RSA_BYTES], back[RSA_BYTES];
    bool same = true;

    for (int i = 0; i < 6; i++) {
        seeded_bytes(&seed, number, sizeof number);
        number[0] &= 0x7f; /* so that it is less than n */
        if (!rsa_public(n, number, there) || !rsa_private(&key, there, back)) same = false;
        if (memcmp(number, back, sizeof number) != 0) same = false;
        memcpy(back, number, sizeof back);
        if (!rsa_private(&key, back, back) || !rsa_public(n, back, back)) same = false;
        if (memcmp(number, back, sizeof number) != 0) same = false;
    }
    ok(same, "the public and private operations undo each other, in place too");
}

/* 0, 1 and n - 1 stay what they are. n and more is refused. */
static void special_numbers(void)
{
    unsigned char number[RSA_BYTES] = {0}, out[RSA_BYTES];

    ok(rsa_private(&key, number, out) && is_zero(out, sizeof out), "0 stays 0");
    number[RSA_BYTES - 1] = 1;
    ok(rsa_private(&key, number, out) && memcmp(out, number, sizeof out) == 0, "1 stays 1");
    memcpy(number, n, sizeof number);
    number[RSA_BYTES - 1] -= 1; /* n is odd */
    ok(rsa_private(&key, number, out) && memcmp(out, number, sizeof out) == 0, "n - 1 stays n - 1");
    ok(rsa_public(n, number, out) && memcmp(out, number, sizeof out) == 0,
       "n - 1 stays n - 1 in the public operation");
    ok(!rsa_private(&key, n, out) && is_zero(out, sizeof out), "n is refused");
    memset(out, 0x5a, sizeof out);
    ok(!rsa_public(n, n, out) && is_zero(out, sizeof out), "n is refused in the public operation");
    memset(number, 0xff, sizeof number);
    ok(!rsa_private(&key, number, out) && is_zero(out, sizeof out), "2^2048 - 1 is refused");
    memset(out, 0x5a, sizeof out);
    ok(!rsa_public(n, number, out) && is_zero(out, sizeof out),
       "2^2048 - 1 is refused in the public operation");
    /* Half a number of ones: less than n, but each half is more than p. */
    number[0] = 0;
    ok(rsa_public(n, number, out) && rsa_private(&key, out, out)
           && memcmp(out, number, sizeof out) == 0, "a number of 2040 ones comes back");
}

static void wrong_moduli(void)
{
    unsigned char number[RSA_BYTES] = {0}, modulus[RSA_BYTES], out[RSA_BYTES];

    number[RSA_BYTES - 1] = 2;
    memcpy(modulus, n, sizeof modulus);
    modulus[RSA_BYTES - 1] ^= 1;
    ok(!rsa_public(modulus, number, out) && is_zero(out, sizeof out), "an even modulus is refused");
    memcpy(modulus, n, sizeof modulus);
    modulus[0] &= 0x7f;
    ok(!rsa_public(modulus, number, out) && is_zero(out, sizeof out),
       "a modulus of 2047 bits is refused");
    memset(modulus, 0, sizeof modulus);
    ok(!rsa_public(modulus, number, out) && is_zero(out, sizeof out),
       "a modulus of zero is refused");
}

/* A machine that computes wrong in one half gives the factors away: the wrong result to the e-th
   power less `in` is a multiple of one of them. */
static bool notices(uint32_t *limb)
{
    unsigned char number[RSA_BYTES], out[RSA_BYTES];

    seeded_bytes(&seed, number, sizeof number);
    number[0] &= 0x7f;
    *limb ^= 1 << 5;
    bool noticed = !rsa_private(&key, number, out) && is_zero(out, sizeof out);
    *limb ^= 1 << 5;
    return noticed;
}

static void mistakes(void)
{
    ok(notices(&key.dp[3]), "a wrong bit in dp is noticed");
    ok(notices(&key.dq[3]), "a wrong bit in dq is noticed");
    ok(notices(&key.qinv[3]), "a wrong bit in qinv is noticed");
    ok(notices(&key.p.n[3]), "a wrong bit in p is noticed");
    ok(notices(&key.q.square[3]), "a wrong bit in what belongs to q is noticed");
    ok(!notices(&key.p.n[BIGNUM_LIMBS - 1]), "an unused bit is not noticed");
}

/* --- OAEP ------------------------------------------------------------------------------------- */

static void vectors(void)
{
    unsigned char message[RSA_BYTES], wanted[RSA_BYTES], sealed[RSA_BYTES];

    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        size_t size = hex(vector[i].message, wanted);
        hex(vector[i].sealed, sealed);
        bool opened = oaep_decrypt(&key, "", sealed, message, size);
        bool right = opened && memcmp(message, wanted, size) == 0;
        bool refused = !opened && is_zero(message, size);
        ok(vector[i].valid ? right : refused, "Wycheproof %d is %s: %s", vector[i].number,
           vector[i].valid ? "opened" : "refused", vector[i].what);
    }
}

static void sealing_vectors(void)
{
    unsigned char oaep_seed[OAEP_SEED], message[OAEP_LIMIT], sealed[RSA_BYTES];

    memset(oaep_seed, 0, sizeof oaep_seed);
    ok(oaep_encrypt(n, "", "123400", 6, oaep_seed, sealed) && is_hex(sealed, 256, vector[3].sealed),
       "Wycheproof 20 gives the same block with its seed");
    memset(oaep_seed, 0xff, sizeof oaep_seed);
    ok(oaep_encrypt(n, "", "123400", 6, oaep_seed, sealed) && is_hex(sealed, 256, vector[4].sealed),
       "Wycheproof 21 gives the same block with its seed");
    hex("a4493a49258678f19fb264d668ebcff4ee8fed804010867cf528c3d00a47e56b", oaep_seed);
    memset(message, 0x78, sizeof message);
    ok(oaep_encrypt(n, "", message, OAEP_LIMIT, oaep_seed, sealed)
           && is_hex(sealed, 256, vector[2].sealed),
       "Wycheproof 11 gives the same block with its seed");
}

enum { SIZES = 7 };
static const size_t some[SIZES] = {0, 1, 31, 32, 33, 189, OAEP_LIMIT};

/* RFC 8017 has the label hashed into the padding: all of it counts, and nothing but it. */
static void labels(void)
{
    static const char *const label[] = {"", "c", "chat3 s", "chat3 t", "chat3 s "};
    enum { COUNT = sizeof label / sizeof label[0] };
    unsigned char oaep_seed[OAEP_SEED], sealed[RSA_BYTES], message[5];
    int opened = 0, crossed = 0;

    for (int i = 0; i < COUNT; i++) {
        seeded_bytes(&seed, oaep_seed, sizeof oaep_seed);
        oaep_encrypt(n, label[i], "hello", 5, oaep_seed, sealed);
        for (int j = 0; j < COUNT; j++) {
            bool opens = oaep_decrypt(&key, label[j], sealed, message, sizeof message);
            if (i == j) opened += opens && memcmp(message, "hello", 5) == 0;
            else crossed += opens || !is_zero(message, sizeof message);
        }
    }
    ok(opened == COUNT, "a message opens under its label");
    ok(crossed == 0, "a message does not open under another label");
}

static void sizes(void)
{
    unsigned char text[OAEP_LIMIT + 1], opened[OAEP_LIMIT + 2], oaep_seed[OAEP_SEED];
    unsigned char sealed[RSA_BYTES];
    bool back = true, intact = true;

    seeded_bytes(&seed, text, sizeof text);
    seeded_bytes(&seed, oaep_seed, sizeof oaep_seed);
    for (size_t i = 0; i < SIZES; i++) {
        memset(opened, 0x5a, sizeof opened);
        if (!oaep_encrypt(n, "", text, some[i], oaep_seed, sealed)) back = false;
        if (!oaep_decrypt(&key, "", sealed, opened + 1, some[i])) back = false;
        if (memcmp(opened + 1, text, some[i]) != 0) back = false;
        if (opened[0] != 0x5a || opened[some[i] + 1] != 0x5a) intact = false;
    }
    ok(back, "messages of 0 to 190 bytes come back");
    ok(intact, "nothing is written before or behind these messages");
    ok(!oaep_encrypt(n, "", text, OAEP_LIMIT + 1, oaep_seed, sealed), "191 bytes are refused");
    ok(!oaep_decrypt(&key, "", sealed, opened, OAEP_LIMIT + 1), "191 bytes cannot be opened");
    memset(text, 0, sizeof text);
    oaep_encrypt(n, "", text, 32, oaep_seed, sealed);
    memset(opened, 0x5a, sizeof opened);
    ok(!oaep_decrypt(&key, "", sealed, opened, 31) && is_zero(opened, 31) && opened[31] == 0x5a,
       "a message of 32 bytes is not one of 31");
    memset(opened, 0x5a, sizeof opened);
    ok(!oaep_decrypt(&key, "", sealed, opened, 33) && is_zero(opened, 33) && opened[33] == 0x5a,
       "a message of 32 bytes is not one of 33");
}

/* Seals a block of 32 bytes of message, as oaep_encrypt does, but with `byte` xored onto the one
   at `at` of what is padded, before it is masked. */
static bool opens_with(size_t at, unsigned char byte)
{
    unsigned char padded[RSA_BYTES] = {0}, sealed[RSA_BYTES], message[32];
    unsigned char *block = padded + BLOCK_AT;

    sha256(NULL, 0, block);
    block[BLOCK - 33] = 1;
    memset(block + BLOCK - 32, 0x33, 32);
    seeded_bytes(&seed, padded + SEED_AT, OAEP_SEED);
    padded[at] ^= byte;
    mask(block, BLOCK, padded + SEED_AT, OAEP_SEED);
    mask(padded + SEED_AT, OAEP_SEED, block, BLOCK);
    if (!rsa_public(n, padded, sealed)) return false;
    memset(message, 0x5a, sizeof message);
    bool opened = oaep_decrypt(&key, "", sealed, message, sizeof message);
    return opened || !is_zero(message, sizeof message);
}

static void wrong_padding(void)
{
    enum { ONE_AT = RSA_BYTES - 33 };

    ok(opens_with(1, 0) && opens_with(RSA_BYTES - 1, 0xff), "a block made by hand opens");
    ok(!opens_with(0, 1) && !opens_with(0, 0x80), "a block whose first byte is not 0 is refused");
    ok(!opens_with(BLOCK_AT, 1) && !opens_with(BLOCK_AT + 16, 0x80)
           && !opens_with(BLOCK_AT + HASH - 1, 1),
       "a block with a wrong hash of the label is refused");
    ok(!opens_with(BLOCK_AT + HASH, 1) && !opens_with(ONE_AT - 80, 0x80)
           && !opens_with(ONE_AT - 1, 2), "a block with a zero that is not one is refused");
    ok(!opens_with(ONE_AT - 1, 1), "a block with an early one is refused");
    ok(!opens_with(ONE_AT, 1) && !opens_with(ONE_AT, 0x80), "a block without the one is refused");
}

/* Every bit that must be as it is; the RSA operation is left out. */
static bool every_bit_of_padding_counts(void)
{
    unsigned char block[BLOCK];

    for (size_t i = 0; i < SIZES; i++) {
        memset(block, 0, sizeof block);
        sha256(NULL, 0, block);
        block[BLOCK - some[i] - 1] = 1;
        memset(block + BLOCK - some[i], 0xff, some[i]);
        if (wrongness(block, "", some[i]) != 0) return false;
        for (size_t bit = 0; bit < 8 * BLOCK; bit++) {
            block[bit / 8] ^= (unsigned char)(1 << bit % 8);
            bool is_message = bit / 8 >= BLOCK - some[i];
            if ((wrongness(block, "", some[i]) == 0) != is_message) return false;
            block[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
    }
    return true;
}

static void wrong_sealed(void)
{
    unsigned char sealed[RSA_BYTES], message[6];
    bool refused = true;

    hex(vector[3].sealed, sealed);
    for (size_t at = 0; at < RSA_BYTES; at += 51) {
        sealed[at] ^= 4;
        memset(message, 0x5a, sizeof message);
        if (oaep_decrypt(&key, "", sealed, message, 6) || !is_zero(message, 6)) refused = false;
        sealed[at] ^= 4;
    }
    ok(refused, "a block with a wrong bit is refused");
    memset(message, 0x5a, sizeof message);
    ok(!oaep_decrypt(&key, "", n, message, 6) && is_zero(message, 6), "n is refused as a block");
    memset(sealed, 0, sizeof sealed);
    memset(message, 0x5a, sizeof message);
    ok(!oaep_decrypt(&key, "", sealed, message, 6) && is_zero(message, 6),
       "zeros are refused as a block");
    memset(sealed, 0xff, sizeof sealed);
    memset(message, 0x5a, sizeof message);
    ok(!oaep_decrypt(&key, "", sealed, message, 6) && is_zero(message, 6),
       "ones are refused as a block");
}

/* --- a modulus that somebody else has chosen -------------------------------------------------- */

/* Whoever sends one that is none harms no one else: it is refused, or what is sealed for it opens
   for nobody. */
static void hostile_moduli(void)
{
    unsigned char modulus[RSA_BYTES], sealed[RSA_BYTES], oaep_seed[OAEP_SEED] = {0};

    memset(modulus, 0xff, sizeof modulus);
    ok(oaep_encrypt(modulus, "", "hello", 5, oaep_seed, sealed) && !is_zero(sealed, sizeof sealed),
       "2^2048 - 1 is a number like others");
    modulus[RSA_BYTES - 1] = 0xfe;
    ok(!oaep_encrypt(modulus, "", "hello", 5, oaep_seed, sealed) && is_zero(sealed, sizeof sealed),
       "an even modulus is refused");
    memset(modulus, 0, sizeof modulus);
    modulus[RSA_BYTES - 1] = 1;
    ok(!oaep_encrypt(modulus, "", "hello", 5, oaep_seed, sealed) && is_zero(sealed, sizeof sealed),
       "the modulus 1 is refused");
    modulus[0] = 0x80;
    ok(oaep_encrypt(modulus, "", "hello", 5, oaep_seed, sealed), "2^2047 + 1 is one");
    modulus[0] = 0x7f;
    ok(!oaep_encrypt(modulus, "", "hello", 5, oaep_seed, sealed),
       "a modulus of 2047 bits is refused for sealing");
}

/* --- a new key -------------------------------------------------------------------------------- */

static void zeros(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 0, size);
}

/* In steps a key comes out that is as good, and between any two of them one may stop. */
static void in_steps(void)
{
    static struct rsa_key made;
    static struct rsa_making making;
    enum rsa_progress progress = RSA_ON;
    unsigned char modulus[RSA_BYTES], number[RSA_BYTES] = {2}, out[RSA_BYTES];
    int steps = 0;

    rsa_make_start(&making);
    for (; progress == RSA_ON && steps < 100000; steps++) {
        progress = rsa_make_step(&making, &made, seeded_bytes, &seed);
    }
    ok(progress == RSA_MADE && steps > 2 * PRIME_ROUNDS_RANDOM,
       "a key is made in steps: %d of them", steps);
    ok(is_zero((const unsigned char *)&making, sizeof making), "the steps leave nothing behind");
    rsa_modulus(&made, modulus);
    ok(rsa_public(modulus, number, out) && rsa_private(&made, out, out)
           && memcmp(out, number, sizeof out) == 0, "the new key seals and opens");
    ok(prime_test(made.p.n, PRIME_LIMBS, 3, seeded_bytes, &seed)
           && prime_test(made.q.n, PRIME_LIMBS, 3, seeded_bytes, &seed), "both factors are prime");
    rsa_make_start(&making);
    progress = RSA_ON;
    while (progress == RSA_ON) progress = rsa_make_step(&making, &made, zeros, NULL);
    ok(progress == RSA_FAILED && is_zero((const unsigned char *)&made, sizeof made)
           && is_zero((const unsigned char *)&making, sizeof making),
       "a source of zeros is found out, and nothing is left");
}

static void new_key(void)
{
    static struct rsa_key made, again;
    unsigned char p[RSA_PRIME], q[RSA_PRIME], modulus[RSA_BYTES], modulus_again[RSA_BYTES];
    unsigned char sealed[RSA_BYTES], message[32], oaep_seed[OAEP_SEED];

    ok(rsa_generate(&made, seeded_bytes, &seed), "a key is made");
    rsa_modulus(&made, modulus);
    ok(modulus[0] & 0x80 && modulus[RSA_BYTES - 1] & 1, "the modulus is odd and has 2048 bits");
    rsa_primes(&made, p, q);
    ok(rsa_from_primes(&again, p, q, seeded_bytes, &seed), "the primes of a key make a key");
    rsa_modulus(&again, modulus_again);
    ok(memcmp(modulus, modulus_again, sizeof modulus) == 0, "the key of these primes is the same");
    seeded_bytes(&seed, oaep_seed, sizeof oaep_seed);
    ok(oaep_encrypt(modulus, "", "thirty-two bytes of key material", 32, oaep_seed, sealed)
           && oaep_decrypt(&again, "", sealed, message, 32)
           && memcmp(message, "thirty-two bytes of key material", 32) == 0,
       "the key opens what it seals");
    ok(!oaep_decrypt(&key, "", sealed, message, 32), "another key does not open the message");
    ok(!rsa_generate(&made, zeros, NULL) && is_zero((const unsigned char *)&made, sizeof made),
       "a source of zeros makes no key");
}

int main(void)
{
    plan(79);
    published_key();
    keys_that_are_none();
    there_and_back();
    special_numbers();
    wrong_moduli();
    mistakes();
    vectors();
    sealing_vectors();
    labels();
    sizes();
    wrong_padding();
    ok(every_bit_of_padding_counts(), "every bit of the padding counts, and none of the message");
    wrong_sealed();
    hostile_moduli();
    in_steps();
    new_key();
    return done();
}
