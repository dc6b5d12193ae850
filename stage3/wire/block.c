#include "block.h"

#include "crypto/constant.h"
#include "crypto/oaep.h"

bool block_modulus(const unsigned char modulus[RSA_BYTES])
{
    return modulus[0] & 0x80 && modulus[RSA_BYTES - 1] & 1;
}

bool block_seal(const unsigned char modulus[RSA_BYTES], const char *label,
                const unsigned char secret[SEAL_KEY], random_source *random, void *context,
                unsigned char out[BLOCK_BYTES])
{
    unsigned char seed[OAEP_SEED];

    random(context, seed, sizeof seed);
    bool done = oaep_encrypt(modulus, label, secret, SEAL_KEY, seed, out);
    wipe(seed, sizeof seed);
    return done;
}

/* Chooses between the opened bytes and random ones without a branch. */
void block_open(const struct rsa_key *key, const char *label,
                const unsigned char block[BLOCK_BYTES], random_source *random, void *context,
                unsigned char secret[SEAL_KEY])
{
    unsigned char opened[SEAL_KEY];

    random(context, secret, SEAL_KEY);
    bool good = oaep_decrypt(key, label, block, opened, SEAL_KEY);
    unsigned char mask = (unsigned char)constant_mask(good);
    for (int i = 0; i < SEAL_KEY; i++) {
        secret[i] = (unsigned char)((secret[i] & ~mask) | (opened[i] & mask));
    }
    wipe(opened, sizeof opened);
}
