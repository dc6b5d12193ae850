/*
 * oaep: encrypts a short message with a public key (RSAES-OAEP, RFC 8017, section 7.1), with
 * SHA-256 as the hash and in MGF1.
 *
 * Model: the message is padded to the size of the modulus: the hash of the label, zeros, a one, and
 * the message. The result is mixed with a random seed so thoroughly that a part of it reveals
 * nothing. Then comes the bare RSA operation. The label states the purpose of a message: a message
 * that was encrypted under another label does not decrypt. The label is not sent; both sides have
 * it.
 *
 * If a server reveals in what way a message was wrong, even through the time it takes, an attacker
 * who asks often enough can decrypt messages (J. Manger, 2001). So decryption has a single way to
 * fail, takes as long for a failure as for a success, and makes no decision before its end.
 */
#ifndef OAEP_H
#define OAEP_H

#include <stdbool.h>
#include <stddef.h>

#include "rsa.h"

enum {
    OAEP_SEED = 32,
    OAEP_LIMIT = RSA_BYTES - 2 * 32 - 2 /* bytes of a message: 190 */
};

/*
 * `label` is a public string, usually empty. `seed` is 32 fresh random bytes, which are secret and
 * used only once. False: the message is too long, or `n` is not a valid modulus (see rsa_public).
 */
bool oaep_encrypt(const unsigned char n[RSA_BYTES], const char *label, const void *message,
                  size_t size, const unsigned char seed[OAEP_SEED], unsigned char out[RSA_BYTES]);

/*
 * If `in` decrypts to a message of exactly `size` bytes, at most OAEP_LIMIT, writes the message and
 * returns true. Otherwise writes `size` zeros and returns false. The returned value is secret, too:
 * a caller that continues with random bytes instead of the message must choose between the two
 * without a branch, or must do something that takes the same time in both cases.
 */
bool oaep_decrypt(const struct rsa_key *key, const char *label, const unsigned char in[RSA_BYTES],
                  unsigned char *message, size_t size);

#endif
