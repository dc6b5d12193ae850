/* links: stage3/crypto/aead.c stage3/crypto/chacha20.c stage3/crypto/poly1305.c */
/* links: stage3/crypto/hmac.c stage3/crypto/pbkdf2.c stage3/crypto/sha256.c stage3/wire/seal.c */
/*
 * What is wiped on the way through the primitives: every key, and what would give one away. (The
 * password's key is in password.c, RSA's numbers in rsa_wiped.c, the exchange's in handshake.c.)
 */
#include "wiped.h"

#include "crypto/aead.h"
#include "crypto/chacha20.h"
#include "crypto/hmac.h"
#include "crypto/pbkdf2.h"
#include "crypto/poly1305.h"
#include "crypto/sha256.h"
#include "seeded.h"
#include "tap.h"
#include "wire/seal.h"

static unsigned char key[32], message[100];

static void hashes(void)
{
    static const struct sha256 zeros;
    unsigned char out[SHA256_BYTES];
    struct sha256 hash;

    memset(&hash, 0, sizeof hash); /* what lies between its parts, too */
    sha256_start(&hash);
    sha256_add(&hash, message, sizeof message);
    sha256_end(&hash, out);
    ok(memcmp(&hash, &zeros, sizeof hash) == 0, "a hash that has ended leaves nothing behind");
}

static void hmacs(void)
{
    unsigned char pad[SHA256_BLOCK], block[SHA256_BLOCK + sizeof message], inner[SHA256_BYTES];
    unsigned char out[HMAC_BYTES];

    memset(pad, 0x5c, sizeof pad);
    memset(block, 0x36, SHA256_BLOCK);
    for (size_t i = 0; i < sizeof key; i++) {
        pad[i] ^= key[i];
        block[i] ^= key[i];
    }
    memcpy(block + SHA256_BLOCK, message, sizeof message);
    sha256(block, sizeof block, inner);
    wiped_begin();
    hmac(key, sizeof key, message, sizeof message, out);
    wiped_end();
    ok(wiped_has(pad, sizeof pad), "the key of an HMAC is wiped");
    ok(wiped_has(inner, sizeof inner), "the inner hash of an HMAC is wiped");
}

static void passwords(void)
{
    static struct pbkdf2 work;
    unsigned char salted[sizeof message + 4], first[HMAC_BYTES], out[PBKDF2_BYTES];
    uint32_t last[SHA256_WORDS], inner[SHA256_WORDS];
    struct hmac keyed;

    /* What HMAC makes of the key alone, before the text. */
    hmac_start(&keyed, key, sizeof key);
    memcpy(inner, keyed.inner.state, sizeof inner);
    memcpy(salted, message, sizeof message);
    memcpy(salted + sizeof message, "\0\0\0\1", 4);
    hmac(key, sizeof key, salted, sizeof salted, first);
    wiped_begin();
    pbkdf2_start(&work, (struct span){key, sizeof key}, (struct span){message, sizeof message}, 1,
                 3);
    wiped_end();
    ok(wiped_has(first, sizeof first), "the first round of a password is wiped");
    ok(wiped_has(inner, sizeof inner), "the HMAC state of a password is wiped");
    wiped_begin();
    pbkdf2_step(&work, 1);
    wiped_end();
    memcpy(last, work.last, sizeof last);
    ok(wiped_times(last, sizeof last) >= 1, "the last round of a password is wiped on the way");
    memcpy(inner, work.inner, sizeof inner);
    wiped_begin();
    pbkdf2_end(&work, out);
    wiped_end();
    ok(wiped_has(inner, sizeof inner) && wiped_has(last, sizeof last),
       "the HMAC state and the last round of a password are wiped at the end");
}

static void sealing(void)
{
    static const unsigned char zeros[CHACHA20_BLOCK], none[1];
    unsigned char nonce[AEAD_NONCE] = "a nonce....", sealed[sizeof message + AEAD_TAG];
    unsigned char opened[sizeof message], block[CHACHA20_BLOCK], tag[AEAD_TAG];
    struct chacha20 cipher;

    chacha20_start(&cipher, key, nonce, 0);
    memset(block, 0, sizeof block);
    chacha20_xor(&cipher, zeros, sizeof block, block);
    wiped_begin();
    aead_seal(key, nonce, (struct span){none, 0}, (struct span){message, sizeof message}, sealed);
    wiped_end();
    memcpy(tag, sealed + sizeof message, AEAD_TAG);
    ok(wiped_times(block, 32) >= 1, "the key of a tag is wiped");
    ok(wiped_times(cipher.start, sizeof cipher.start[0] * 12) >= 1,
       "the cipher is wiped with its key");
    sealed[0] ^= 1;
    wiped_begin();
    ok(!aead_open(key, nonce, (struct span){none, 0}, (struct span){sealed, sizeof sealed},
                  opened), "a forgery is refused");
    wiped_end();
    ok(!wiped_has(tag, sizeof tag), "the tag that a forgery is compared with is another one");
    ok(wiped_times(block, 32) >= 1 && wiped_times(cipher.start, sizeof cipher.start[0] * 12) >= 1,
       "the keys that a forgery was tried with are wiped");
    sealed[0] ^= 1;
    wiped_begin();
    ok(aead_open(key, nonce, (struct span){none, 0}, (struct span){sealed, sizeof sealed},
                 opened) && wiped_has(tag, sizeof tag),
       "a genuine text is opened, and its computed tag is wiped");
    wiped_end();
}

static void keys(void)
{
    unsigned char prk[HMAC_BYTES], n[SEAL_KEY], t[SEAL_KEY], both[2 * SEAL_KEY];
    struct seal_keys made;

    memset(n, 'n', sizeof n);
    memset(t, 't', sizeof t);
    memcpy(both, key, SEAL_KEY);
    memset(both + SEAL_KEY, 's', SEAL_KEY);
    hmac(n, sizeof n, both, sizeof both, prk);
    wiped_begin();
    seal_keys_make(&made, n, both, both + SEAL_KEY, t);
    wiped_end();
    ok(wiped_has(prk, sizeof prk), "what all keys of a session come from is wiped");
}

int main(void)
{
    uint64_t seed = 11;

    plan(14);
    seeded_bytes(&seed, key, sizeof key);
    seeded_bytes(&seed, message, sizeof message);
    hashes();
    hmacs();
    passwords();
    sealing();
    keys();
    return done();
}
