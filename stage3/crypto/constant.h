/*
 * constant: comparing, choosing and wiping secrets.
 *
 * Model: memcmp() may stop at the first byte that differs, so its time reveals how many bytes were
 * right, and an attacker who may try again can guess a tag byte by byte. The time of these
 * functions depends only on the size, not on the bytes. A compiler may omit memset() on memory that
 * is not read again; it cannot omit wipe().
 */
#ifndef CONSTANT_H
#define CONSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are the `size` bytes the same? The caller may branch on the answer: it is not secret. */
bool constant_equal(const void *a, const void *b, size_t size);

/*
 * 0 if the `size` bytes are the same, else a number from 1 to 255. For a caller that must not
 * branch on the answer yet: answers can be combined with `|`, and are as secret as the bytes.
 */
unsigned constant_difference(const void *a, const void *b, size_t size);

/*
 * All ones for 1, and 0 for 0: the mask for a choice without a branch, (a & mask) | (b & ~mask).
 * It hides from the compiler that the mask has only these two values. A compiler that can infer
 * this may turn the choice back into a branch where that seems faster; clang did.
 */
uint32_t constant_mask(uint32_t bit);

/* Overwrites `size` bytes with zeros. The compiler cannot omit it. */
void wipe(void *bytes, size_t size);

#endif
