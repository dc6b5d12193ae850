/*
 * pbkdf2: a key from a password, slowly on purpose (PBKDF2 with HMAC-SHA256: RFC 8018, 5.2).
 *
 * Model: a password can be guessed. What can be done about it is to make each guess cost as much
 * as one can bear to wait oneself: hundreds of thousands of rounds of HMAC, one after the other.
 * The salt sees to it that the work on one guess serves for one place only.
 *
 * It is done in slices, so that a loop that has other things to do can do them in between:
 *
 *     pbkdf2_start(&work, password, strlen(password), salt, sizeof salt, 1, 600000);
 *     while (!pbkdf2_step(&work, 5000)) ... // the other things
 *     pbkdf2_end(&work, key);
 *
 * Contract: one call makes one block of 32 bytes, that with the number `block`, from 1. Who wants
 * more than 32 bytes puts block 2 behind block 1, and so on.
 */
#ifndef PBKDF2_H
#define PBKDF2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

enum { PBKDF2_BYTES = SHA256_BYTES };

struct pbkdf2 {
    uint32_t inner[SHA256_WORDS]; /* SHA-256 after the password with ipad: the same each round */
    uint32_t outer[SHA256_WORDS]; /* the same with opad */
    uint32_t last[SHA256_WORDS];  /* what the last round gave */
    uint32_t sum[SHA256_WORDS];   /* all rounds so far, with exclusive or */
    uint32_t left;                /* rounds to be done */
};

/* `rounds` is at least 1, and the first of them is done here. Keeps no pointer. */
void pbkdf2_start(struct pbkdf2 *work, const void *password, size_t password_size,
                  const void *salt, size_t salt_size, uint32_t block, uint32_t rounds);

/* Does so many rounds, or fewer if fewer are left. True: all are done. */
bool pbkdf2_step(struct pbkdf2 *work, uint32_t rounds);

/* When all are done: writes the block and wipes the state. */
void pbkdf2_end(struct pbkdf2 *work, unsigned char out[PBKDF2_BYTES]);

#endif
