/* links: stage3/crypto/bignum.c stage3/crypto/constant.c */
/*
 * bignum: small numbers worked out by hand, and larger ones against arithmetic as at school; limbs
 * that are all ones, where every sum is fullest.
 */
#include "crypto/bignum.h"

#include "plain.h"
#include "seeded.h"
#include "tap.h"

static uint64_t seed = 7;

/* --- between the two kinds of numbers --------------------------------------------------------- */

static struct plain plain_of(const uint32_t *number, size_t limbs)
{
    struct plain out = plain_small(0);

    for (size_t bit = 0; bit < limbs * LIMB_BITS; bit++) {
        unsigned is = number[bit / LIMB_BITS] >> bit % LIMB_BITS & 1;
        out.digit[bit / 8] |= (uint8_t)(is << bit % 8);
    }
    return out;
}

static bool is_plain(const uint32_t *number, size_t limbs, const struct plain *wanted)
{
    struct plain is = plain_of(number, limbs);

    for (size_t i = 0; i < limbs; i++) {
        if (number[i] > LIMB_MASK) return false;
    }
    return plain_compare(&is, wanted) == 0;
}

static void put(uint32_t *out, size_t limbs, uint32_t number)
{
    memset(out, 0, limbs * sizeof *out);
    out[0] = number & LIMB_MASK;
    out[1] = number >> LIMB_BITS;
}

/* Random limbs; one in four is all ones and one in four is 0, for carries that go far. */
static void randomise(uint32_t *out, size_t limbs)
{
    for (size_t i = 0; i < limbs; i++) {
        uint64_t random = seeded_next(&seed);
        out[i] = random & LIMB_MASK;
        if (random >> 62 == 0) out[i] = LIMB_MASK;
        if (random >> 62 == 1) out[i] = 0;
    }
}

/* Odd, and as large as a modulus may be. */
static void random_modulus(uint32_t *out, size_t limbs)
{
    const uint32_t top = UINT32_C(1) << (LIMB_BITS - BIGNUM_SLACK - 1);

    randomise(out, limbs);
    out[0] |= 1;
    out[limbs - 1] = (out[limbs - 1] & (top - 1)) | top;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void bytes(void)
{
    static const unsigned char in[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    unsigned char out[BIGNUM_LIMBS * LIMB_BITS / 8 + 1], back[sizeof out];
    uint32_t number[BIGNUM_LIMBS];
    bool same = true;

    bignum_read(number, 4, in, sizeof in);
    ok(number[0] == 0x6070809 && number[1] == 0x0304050 && number[2] == 0x102 && number[3] == 0,
       "the bytes 01 02 .. 09 fill limbs of seven digits");
    for (size_t size = 0; size < sizeof out; size++) {
        seeded_bytes(&seed, out, size);
        out[size] = back[size] = 0x5a;
        bignum_read(number, BIGNUM_LIMBS, out, size);
        bignum_write(back, size, number, BIGNUM_LIMBS);
        if (memcmp(out, back, size + 1) != 0) same = false;
    }
    ok(same, "a number of up to %zu bytes is written as it was read", sizeof out - 1);
    bignum_write(back, 3, number, 1);
    ok(memcmp(back, out + sizeof out - 4, 3) == 0, "bytes that do not fit are left out");
}

static void small_numbers(void)
{
    uint32_t a[4], b[4], out[8];

    put(a, 4, 0xffffffff);
    put(b, 4, 1);
    ok(bignum_add(out, a, b, 4) == 0 && out[0] == 0 && out[1] == 16, "2^32 - 1 + 1 is 2^32");
    ok(bignum_subtract(out, b, a, 4) == 1 && out[0] == 2 && out[3] == LIMB_MASK,
       "1 - (2^32 - 1) borrows");
    ok(bignum_subtract(out, a, a, 4) == 0 && out[0] == 0 && out[1] == 0, "a - a is 0");
    ok(bignum_less(b, a, 4) == 1 && bignum_less(a, b, 4) == 0 && bignum_less(a, a, 4) == 0,
       "1 is less than 2^32 - 1, not the reverse, and no number is less than itself");
    ok(bignum_equal(a, a, 4) == 1 && bignum_equal(a, b, 4) == 0,
       "a number equals itself, and not another one");
    put(b, 4, 0xfffffffe);
    ok(bignum_equal(a, b, 4) == 0 && bignum_less(b, a, 4) == 1,
       "numbers that differ in the lowest bit alone are not equal");
    ok(bignum_bits(a, 4) == 32, "2^32 - 1 has 32 bits");
    put(b, 4, 0);
    ok(bignum_bits(b, 4) == 0, "0 has no bits");
    put(b, 4, 0x10000000);
    ok(bignum_bits(b, 4) == 29, "2^28 has 29 bits");
    bignum_multiply(out, a, a, 4);
    ok(out[0] == 1 && out[1] == 0xfffffe0 && out[2] == 0xff && out[3] == 0 && out[7] == 0,
       "(2^32 - 1)^2 is 2^64 - 2^33 + 1");
    bignum_scale(a, 1000, 7, 4);
    ok(bignum_remainder(a, 1000, 4) == 7, "a * 1000 + 7 is 7 modulo 1000");
    ok(bignum_divide(a, 1000, 4) == 7 && a[0] == LIMB_MASK && a[1] == 15 && a[2] == 0,
       "a * 1000 + 7 divided by 1000 is a, and the remainder is 7");
}

static void as_at_school(size_t limbs, int times)
{
    uint32_t a[BIGNUM_LIMBS], b[BIGNUM_LIMBS], out[2 * BIGNUM_LIMBS];
    bool sums = true, differences = true, products = true, order = true;

    while (times-- > 0) {
        randomise(a, limbs);
        randomise(b, limbs);
        if (times == 0) memset(a, 0, sizeof a);
        if (times == 1) memcpy(a, b, sizeof a);
        if (times == 2) for (size_t i = 0; i < limbs; i++) a[i] = b[i] = LIMB_MASK;
        struct plain x = plain_of(a, limbs), y = plain_of(b, limbs);
        struct plain sum = plain_add(&x, &y), product = plain_multiply(&x, &y);
        out[limbs] = bignum_add(out, a, b, limbs);
        if (!is_plain(out, limbs + 1, &sum)) sums = false;
        /* A borrow at the end is as much as R too many: adding b gives a again. */
        uint32_t borrow = bignum_subtract(out, a, b, limbs);
        bool less = plain_compare(&x, &y) < 0;
        if (bignum_add(out, out, b, limbs) != borrow || !is_plain(out, limbs, &x)) {
            differences = false;
        }
        if (borrow != less || bignum_less(a, b, limbs) != less) order = false;
        if (bignum_equal(a, b, limbs) != (plain_compare(&x, &y) == 0)) order = false;
        bignum_multiply(out, a, b, limbs);
        if (!is_plain(out, 2 * limbs, &product)) products = false;
    }
    ok(sums && differences, "sums and differences of %zu limbs are as at school", limbs);
    ok(order, "comparisons of %zu limbs are as at school", limbs);
    ok(products, "products of %zu limbs are as at school", limbs);
}

/* --- modulo n --------------------------------------------------------------------------------- */

/* Modulo 10007, which is prime, everything can be done in the head. */
static void small_modulus(void)
{
    uint32_t n[4], a[4], b[4], out[4];
    struct modulus modulus;

    put(n, 4, 10007);
    put(a, 4, 10000);
    put(b, 4, 5000);
    modulus_start(&modulus, n, 4);
    modulus_enter(&modulus, a, a);
    modulus_enter(&modulus, b, b);
    modulus_leave(&modulus, out, a);
    ok(out[0] == 10000, "a number goes into Montgomery form and comes back");
    modulus_multiply(&modulus, out, a, b);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 5028, "10000 * 5000 is 5028 modulo 10007");
    modulus_add(&modulus, out, a, b);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 4993, "10000 + 5000 is 4993 modulo 10007");
    modulus_subtract(&modulus, out, b, a);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 5007, "5000 - 10000 is 5007 modulo 10007");
    modulus_subtract(&modulus, out, a, a);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 0, "a - a is 0 modulo n, and not n");
    put(n, 4, 10006);
    modulus_power(&modulus, out, a, n, 28);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 1 && out[1] == 0, "10000 ^ 10006 is 1 modulo 10007, by Fermat's theorem");
    put(n, 4, 0);
    modulus_power(&modulus, out, a, n, 28);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 1, "10000 ^ 0 is 1 modulo 10007");
    put(a, 4, 0);
    modulus_enter(&modulus, a, a);
    modulus_power(&modulus, out, a, n, 28);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 1, "0 ^ 0 is 1 modulo 10007");
    put(a, 4, 10007);
    modulus_enter(&modulus, a, a);
    modulus_leave(&modulus, out, a);
    ok(out[0] == 0, "n is 0 modulo n");
    put(n, 4, 3);
    modulus_power(&modulus, out, a, n, 4);
    modulus_leave(&modulus, out, out);
    ok(out[0] == 0, "0 ^ 3 is 0 modulo 10007");
}

static void modulus_as_at_school(size_t limbs, int times)
{
    uint32_t n[BIGNUM_LIMBS], a[BIGNUM_LIMBS], b[BIGNUM_LIMBS], out[BIGNUM_LIMBS];
    uint32_t x[BIGNUM_LIMBS], y[BIGNUM_LIMBS];
    struct modulus modulus;
    bool same = true;

    while (times-- > 0) {
        random_modulus(n, limbs);
        randomise(a, limbs);
        randomise(b, limbs);
        if (times == 0) { /* the fullest of all */
            for (size_t i = 0; i < limbs; i++) n[i] = a[i] = b[i] = LIMB_MASK;
            n[limbs - 1] >>= BIGNUM_SLACK;
        }
        struct plain pn = plain_of(n, limbs), pa = plain_of(a, limbs), pb = plain_of(b, limbs);
        struct plain product = plain_multiply(&pa, &pb);
        struct plain wanted = plain_remainder(&product, &pn);
        modulus_start(&modulus, n, limbs);
        modulus_enter(&modulus, x, a);
        modulus_enter(&modulus, y, b);
        modulus_multiply(&modulus, out, x, y);
        modulus_leave(&modulus, out, out);
        if (!is_plain(out, limbs, &wanted)) same = false;
        /* Twice a times twice b, as sums that were not reduced. */
        modulus_add(&modulus, x, x, x);
        modulus_add(&modulus, y, y, y);
        modulus_multiply(&modulus, out, x, y);
        modulus_leave(&modulus, out, out);
        product = plain_add(&wanted, &wanted);
        product = plain_add(&product, &product);
        wanted = plain_remainder(&product, &pn);
        if (!is_plain(out, limbs, &wanted)) same = false;
    }
    ok(same, "products of %zu limbs modulo n are as at school", limbs);
}

/* a ^ (e + f) is a ^ e * a ^ f, and (a ^ e) ^ f is a ^ (e * f); and small powers by multiplying. */
static void laws_of_powers(size_t limbs)
{
    uint32_t n[BIGNUM_LIMBS], a[BIGNUM_LIMBS], e[4] = {0}, f[4] = {0}, both[8];
    uint32_t x[BIGNUM_LIMBS], y[BIGNUM_LIMBS], z[BIGNUM_LIMBS];
    struct modulus modulus;
    bool small = true;

    random_modulus(n, limbs);
    randomise(a, limbs);
    modulus_start(&modulus, n, limbs);
    modulus_enter(&modulus, a, a);
    randomise(e, 3);
    randomise(f, 3);
    modulus_power(&modulus, x, a, e, 112);
    modulus_power(&modulus, y, a, f, 112);
    modulus_multiply(&modulus, z, x, y);
    bignum_add(both, e, f, 4);
    modulus_power(&modulus, y, a, both, 112);
    modulus_leave(&modulus, y, y);
    modulus_leave(&modulus, z, z);
    ok(bignum_equal(y, z, limbs), "a ^ e * a ^ f is a ^ (e + f) in %zu limbs", limbs);
    modulus_power(&modulus, x, x, f, 112);
    bignum_multiply(both, e, f, 4);
    modulus_power(&modulus, y, a, both, 224);
    modulus_leave(&modulus, x, x);
    modulus_leave(&modulus, y, y);
    ok(bignum_equal(x, y, limbs), "(a ^ e) ^ f is a ^ (e * f) in %zu limbs", limbs);

    memcpy(x, modulus.one, sizeof x);
    for (uint32_t power = 0; power < 40; power++) {
        put(e, 4, power);
        modulus_power(&modulus, y, a, e, 8);
        modulus_leave(&modulus, y, y);
        modulus_leave(&modulus, z, x);
        if (!bignum_equal(y, z, limbs)) small = false;
        modulus_multiply(&modulus, x, x, a);
    }
    ok(small, "small powers of %zu limbs are repeated products", limbs);
}

/* 2^521 - 1 is prime (R. M. Robinson, 1952), so Fermat's theorem holds for it. */
static void mersenne(void)
{
    uint32_t p[20], exponent[20], a[20];
    static const uint32_t one[20] = {1};
    struct modulus modulus;
    bool holds = true;

    for (size_t i = 0; i < 20; i++) p[i] = i < 18 ? LIMB_MASK : 0;
    p[18] = (1 << (521 - 18 * LIMB_BITS)) - 1;
    bignum_subtract(exponent, p, one, 20);
    modulus_start(&modulus, p, 20);
    for (int i = 0; i < 5; i++) {
        randomise(a, 20);
        modulus_enter(&modulus, a, a);
        modulus_power(&modulus, a, a, exponent, 524);
        modulus_leave(&modulus, a, a);
        if (!bignum_equal(a, one, 20)) holds = false;
    }
    ok(holds, "a ^ (p - 1) is 1 modulo 2^521 - 1");
}

int main(void)
{
    plan(48);
    bytes();
    small_numbers();
    as_at_school(4, 200);
    as_at_school(40, 20);
    as_at_school(80, 6);
    small_modulus();
    modulus_as_at_school(4, 20);
    modulus_as_at_school(8, 20);
    modulus_as_at_school(40, 4);
    modulus_as_at_school(80, 4);
    laws_of_powers(4);
    laws_of_powers(40);
    laws_of_powers(80);
    mersenne();
    return done();
}
