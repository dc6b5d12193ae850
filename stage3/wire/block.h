/*
 * block: 32 random bytes, sealed for whoever has a certain private key. The exchange over TCP has
 * two of them: k goes to the server under its key, s to the client under the client's.
 *
 * Model: a block is RSAES-OAEP (crypto/oaep.h). Its label says which way it goes, so a block that
 * was made for one purpose opens for no other, not even if somebody sends the server its own
 * modulus.
 *
 * Whoever opens a block that is none goes on with random bytes, and fails where a wrong key fails:
 * later, in one way, after the same time. One who could tell the two apart could find out, question
 * by question, what somebody else has sealed (J. Manger, 2001).
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include "crypto/rsa.h"
#include "crypto/source.h"
#include "seal.h"

enum {
    BLOCK_BYTES = RSA_BYTES,
    BLOCK_KEY_REQUEST = RSA_BYTES,                          /* bytes: the client's modulus */
    BLOCK_KEY_RESPONSE = RSA_BYTES + SEAL_KEY + BLOCK_BYTES /* the server's, N, its block */
};

#define BLOCK_TO_SERVER ""
#define BLOCK_TO_CLIENT "chat3 s"

/* Is it odd, and has it 2048 bits? More is not asked of a modulus: a bad one harms its owner
   alone. */
bool block_modulus(const unsigned char modulus[RSA_BYTES]);

/* Seals `secret` for the owner of `modulus`. False, and `out` is zeros: it is none. */
bool block_seal(const unsigned char modulus[RSA_BYTES], const char *label,
                const unsigned char secret[SEAL_KEY], random_source *random, void *context,
                unsigned char out[BLOCK_BYTES]);

/* Opens a block to `secret`, or fills that at random; which of the two is not told. */
void block_open(const struct rsa_key *key, const char *label,
                const unsigned char block[BLOCK_BYTES], random_source *random, void *context,
                unsigned char secret[SEAL_KEY]);

#endif
