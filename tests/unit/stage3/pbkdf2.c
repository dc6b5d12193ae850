/* links: stage3/crypto/pbkdf2.c stage3/crypto/hmac.c stage3/crypto/sha256.c */
/* links: stage3/crypto/constant.c */
/*
 * pbkdf2: the test vectors of RFC 7914, section 11, and that it makes no difference in what slices
 * the rounds are done.
 */
#include "crypto/pbkdf2.h"

#include "crypto/hmac.h"
#include "hex.h"
#include "tap.h"

static const struct {
    const char *password, *salt;
    uint32_t rounds;
    const char *key[2]; /* the first two blocks */
} vector[] = {
    {"passwd", "salt", 1,
     {"55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
      "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"}},
    {"Password", "NaCl", 80000,
     {"4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
      "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"}},
};

static void derive(const char *password, const char *salt, uint32_t block, uint32_t rounds,
                   uint32_t slice, unsigned char out[PBKDF2_BYTES])
{
    struct pbkdf2 work;

    pbkdf2_start(&work, (struct span){password, strlen(password)},
                 (struct span){salt, strlen(salt)}, block, rounds);
    while (!pbkdf2_step(&work, slice)) continue;
    pbkdf2_end(&work, out);
}

static void vectors(void)
{
    unsigned char key[PBKDF2_BYTES];

    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        for (uint32_t block = 1; block <= 2; block++) {
            derive(vector[i].password, vector[i].salt, block, vector[i].rounds, 7777, key);
            ok(is_hex(key, sizeof key, vector[i].key[block - 1]),
               "RFC 7914 gives block %lu of %lu rounds", (unsigned long)block,
               (unsigned long)vector[i].rounds);
        }
    }
}

/* Section 5.2 of RFC 8018 as it is written, with hmac alone. */
static void by_definition(const char *password, const char *salt, uint32_t rounds,
                          unsigned char out[PBKDF2_BYTES])
{
    unsigned char last[HMAC_BYTES], salted[64];
    size_t size = strlen(salt);

    memcpy(salted, salt, size);
    memcpy(salted + size, "\0\0\0\1", 4);
    hmac(password, strlen(password), salted, size + 4, last);
    memcpy(out, last, sizeof last);
    for (uint32_t i = 1; i < rounds; i++) {
        hmac(password, strlen(password), last, sizeof last, last);
        for (size_t j = 0; j < sizeof last; j++) out[j] ^= last[j];
    }
}

int main(void)
{
    unsigned char key[PBKDF2_BYTES], wanted[PBKDF2_BYTES];
    struct pbkdf2 work;
    bool same = true;

    plan(10);
    vectors();
    for (uint32_t rounds = 1; rounds <= 20; rounds++) {
        by_definition("a password", "and salt", rounds, wanted);
        for (uint32_t slice = 1; slice <= rounds + 1; slice++) {
            derive("a password", "and salt", 1, rounds, slice, key);
            if (memcmp(key, wanted, sizeof key) != 0) same = false;
        }
    }
    ok(same, "up to 20 rounds in slices of every size give what the definition gives");

    pbkdf2_start(&work, (struct span){"p", 1}, (struct span){"s", 1}, 1, 10);
    ok(!pbkdf2_step(&work, 0) && !pbkdf2_step(&work, 8), "nine of ten rounds do not end the work");
    ok(pbkdf2_step(&work, 1), "the tenth round ends the work");
    ok(pbkdf2_step(&work, 1000), "a further step has nothing left to do");
    pbkdf2_end(&work, key);
    by_definition("p", "s", 10, wanted);
    ok(memcmp(key, wanted, sizeof key) == 0, "no round was done twice");

    const char *long_password = "a password of more than sixty-four bytes, which is more than a "
                                "block of the hash function has";
    by_definition(long_password, "", 3, wanted);
    derive(long_password, "", 1, 3, 1, key);
    ok(memcmp(key, wanted, sizeof key) == 0,
       "a long password without a salt gives what the definition gives");
    return done();
}
