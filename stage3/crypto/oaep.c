/* The contract is in oaep.h. Sections are those of RFC 8017. */
#include "oaep.h"

#include <string.h>

#include "constant.h"
#include "sha256.h"

/*
 * The input of the RSA operation, section 7.1.1, 2.i:
 *
 *     00 | seed: 32, masked | block: 223, masked
 *     block: hash of the label: 32 | zeros | 01 | message
 */
enum {
    HASH = SHA256_BYTES,
    SEED_AT = 1,
    BLOCK_AT = SEED_AT + OAEP_SEED,
    BLOCK = RSA_BYTES - BLOCK_AT
};

/* MGF1, appendix B.2.1: the hashes of `from` followed by 0, 1, 2, ... are concatenated, and
   combined with `bytes` by exclusive or. */
static void mask(unsigned char *bytes, size_t size, const unsigned char *from, size_t from_size)
{
    unsigned char hash[HASH], number[4] = {0};
    struct sha256 start, next;

    sha256_start(&start);
    sha256_add(&start, from, from_size);
    for (size_t i = 0; i < size; i++) {
        if (i % HASH == 0) {
            next = start;
            sha256_add(&next, number, sizeof number);
            sha256_end(&next, hash);
            number[3]++; /* at most 8 */
        }
        bytes[i] ^= hash[i % HASH];
    }
    wipe(&start, sizeof start);
    wipe(hash, sizeof hash);
}

bool oaep_encrypt(const unsigned char n[RSA_BYTES], const char *label, const void *message,
                  size_t size, const unsigned char seed[OAEP_SEED], unsigned char out[RSA_BYTES])
{
    unsigned char padded[RSA_BYTES] = {0};
    unsigned char *block = padded + BLOCK_AT;

    if (size > OAEP_LIMIT) return false;
    sha256(label, strlen(label), block);
    block[BLOCK - size - 1] = 1;
    if (size > 0) memcpy(block + BLOCK - size, message, size);
    memcpy(padded + SEED_AT, seed, OAEP_SEED);
    mask(block, BLOCK, padded + SEED_AT, OAEP_SEED);
    mask(padded + SEED_AT, OAEP_SEED, block, BLOCK);
    bool done = rsa_public(n, padded, out);
    wipe(padded, sizeof padded);
    return done;
}

/* Returns 0 if the block has the right padding for a message of `size` bytes. The size determines
   all positions, so nothing must be searched, and every byte is checked in any case. */
static unsigned wrongness(const unsigned char block[BLOCK], const char *label, size_t size)
{
    static const unsigned char zeros[BLOCK];
    unsigned char hash[HASH];
    size_t one_at = BLOCK - size - 1;

    sha256(label, strlen(label), hash);
    return constant_difference(block, hash, HASH)
         | constant_difference(block + HASH, zeros, one_at - HASH)
         | (block[one_at] ^ 1u);
}

bool oaep_decrypt(const struct rsa_key *key, const char *label, const unsigned char in[RSA_BYTES],
                  unsigned char *message, size_t size)
{
    unsigned char padded[RSA_BYTES];
    unsigned char *block = padded + BLOCK_AT;

    if (size > OAEP_LIMIT) return false;
    unsigned wrong = !rsa_private(key, in, padded);
    mask(padded + SEED_AT, OAEP_SEED, block, BLOCK);
    mask(block, BLOCK, padded + SEED_AT, OAEP_SEED);
    wrong |= padded[0] | wrongness(block, label, size);
    uint32_t right = (wrong - 1) >> 8 & 1; /* wrong is at most 255, so only 0 wraps */
    uint32_t chosen = constant_mask(right);
    for (size_t i = 0; i < size; i++) message[i] = block[BLOCK - size + i] & chosen & 0xff;
    wipe(padded, sizeof padded);
    return right;
}
