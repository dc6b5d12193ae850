/*
 * oaep: sealing a short message with a public key (RSAES-OAEP, RFC 8017, section 7.1), with
 * SHA-256 for the hash and in MGF1.
 *
 * Model: the message is filled up to the size of the modulus, hash of the label before it, zeros
 * and a one in between, and then mixed with a random seed so thoroughly that who does not know all
 * of it knows nothing. Then comes the bare RSA operation. The label says what a message is for: one
 * that was sealed under another label does not open. It travels nowhere, both sides know it.
 *
 * A server that tells in what way a sealed message was wrong, even by the time that it takes, will
 * decrypt for anybody who asks often enough (J. Manger, 2001). So there is one way to fail here,
 * it takes as long as success, and nothing is decided until the end.
 */
#ifndef OAEP_H
#define OAEP_H

#include <stdbool.h>
#include <stddef.h>

#include "rsa.h"

enum {
    OAEP_SEED = 32,
    OAEP_LIMIT = RSA_BYTES - 2 * 32 - 2 /* bytes of message: 190 */
};

/*
 * `label` is a string, mostly an empty one, and public. `seed` is 32 fresh random bytes, a secret,
 * and used once. False: the message is too long, or `n` is no modulus of ours (see rsa_public).
 */
bool oaep_encrypt(const unsigned char n[RSA_BYTES], const char *label, const void *message,
                  size_t size, const unsigned char seed[OAEP_SEED], unsigned char out[RSA_BYTES]);

/*
 * True, and the message is written, if `in` decrypts to a message of exactly `size` bytes, at most
 * OAEP_LIMIT. Else false, and `message` is `size` zeros. What is returned is a secret, too: one
 * who goes on with chance in place of the message must choose between the two without a branch,
 * or do afterwards what takes the same time either way.
 */
bool oaep_decrypt(const struct rsa_key *key, const char *label, const unsigned char in[RSA_BYTES],
                  unsigned char *message, size_t size);

#endif
