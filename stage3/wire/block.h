/*
 * block: 32 random bytes, encrypted for the owner of a private key. The exchange over TCP has two
 * blocks: k goes to the server under the server's key, s to the client under the client's.
 *
 * Model: a block is RSAES-OAEP (crypto/oaep.h). Its label states the direction, so a block that was
 * made for one purpose does not open for the other, not even if a client sends the server the
 * server's own modulus.
 *
 * If a block does not open, its receiver continues with random bytes, and fails where a wrong key
 * fails: later, in the same way, after the same time. If an attacker could distinguish the two
 * cases, it could decrypt another client's block, one question at a time (J. Manger, 2001).
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
    BLOCK_KEY_RESPONSE = RSA_BYTES + SEAL_KEY + BLOCK_BYTES /* the server's modulus, N, a block */
};

#define BLOCK_TO_SERVER ""
#define BLOCK_TO_CLIENT "chat3 s"

/* Is the modulus odd, and has it 2048 bits? Nothing else is checked: a bad modulus harms only its
   owner. */
bool block_modulus(const unsigned char modulus[RSA_BYTES]);

/* Seals `secret` for the owner of `modulus`. False, and `out` is all zeros: the modulus is bad. */
bool block_seal(const unsigned char modulus[RSA_BYTES], const char *label,
                const unsigned char secret[SEAL_KEY], random_source *random, void *context,
                unsigned char out[BLOCK_BYTES]);

/* Opens a block to `secret`. If it does not open, `secret` becomes random bytes; the caller does
   not learn which. */
void block_open(const struct rsa_key *key, const char *label,
                const unsigned char block[BLOCK_BYTES], random_source *random, void *context,
                unsigned char secret[SEAL_KEY]);

#endif
