/*
 * constant: comparing, choosing and forgetting secrets.
 *
 * Model: memcmp() stops at the first byte that differs, so the time that it takes tells how many
 * were right, and somebody who may try again can guess a tag byte by byte. What is here takes the
 * same time whatever the bytes are; only the size shows. And memset() on something that is not
 * read again may be left out by the compiler; wipe() may not.
 */
#ifndef CONSTANT_H
#define CONSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are the `size` bytes the same? The answer is meant to be acted on: it is no secret. */
bool constant_equal(const void *a, const void *b, size_t size);

/*
 * 0 if the `size` bytes are the same, else something else up to 255. For one who must not act on
 * the answer yet: it can be gathered with `|`, and is a secret like what it was made of.
 */
unsigned constant_difference(const void *a, const void *b, size_t size);

/*
 * All ones for 1, and 0 for 0: the mask with which to choose without a branch,
 * (a & mask) | (b & ~mask). It is made so that no compiler can know that it is one of these two;
 * one that does makes a branch of it again, where that seems faster. clang did.
 */
uint32_t constant_mask(uint32_t bit);

/* Overwrites `size` bytes with zeros, for good. */
void wipe(void *bytes, size_t size);

#endif
