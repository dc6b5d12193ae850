/*
 * pbkdf2: derives a key from a password, deliberately slowly (PBKDF2 with HMAC-SHA256, RFC 8018,
 * section 5.2).
 *
 * Model: passwords can be guessed. The defence is to make each guess as expensive as the user's own
 * wait allows: hundreds of thousands of rounds of HMAC, one after another. With a different salt at
 * each place, the work for a guess counts at one place only.
 *
 * The work is done in slices, so that a loop can do other things in between:
 *
 *     struct span word = {password, strlen(password)};
 *     pbkdf2_start(&work, word, (struct span){salt, sizeof salt}, 1, 600000);
 *     while (!pbkdf2_step(&work, 5000)) ... // the other things
 *     pbkdf2_end(&work, key);
 *
 * Contract: this computes one block of 32 bytes: the one with the number `block`, from 1. For more
 * than 32 bytes, the caller appends block 2 to block 1, and so on.
 */
#ifndef PBKDF2_H
#define PBKDF2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"
#include "span.h"

enum { PBKDF2_BYTES = SHA256_BYTES };

struct pbkdf2 {
    uint32_t inner[SHA256_WORDS]; /* SHA-256 after the password with ipad: the same each round */
    uint32_t outer[SHA256_WORDS]; /* the same with opad */
    uint32_t last[SHA256_WORDS];  /* the result of the last round */
    uint32_t sum[SHA256_WORDS];   /* the exclusive or of all rounds so far */
    uint32_t left;                /* rounds that are left */
};

/* `rounds` is at least 1, and the first one is done here. Stores no pointer. */
void pbkdf2_start(struct pbkdf2 *work, struct span password, struct span salt, uint32_t block,
                  uint32_t rounds);

/* Does `rounds` more rounds, or fewer if fewer are left. True: all are done. */
bool pbkdf2_step(struct pbkdf2 *work, uint32_t rounds);

/* Writes the block and wipes the state. All rounds must be done. */
void pbkdf2_end(struct pbkdf2 *work, unsigned char out[PBKDF2_BYTES]);

#endif
