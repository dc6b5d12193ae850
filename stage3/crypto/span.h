/*
 * span: bytes, and how many there are. What a function reads is passed as one of these.
 *
 *     aead_seal(key, nonce, (struct span){header, sizeof header}, (struct span){text, size}, out);
 *
 * Contract: a value; it owns nothing. `bytes` may be NULL if `size` is 0.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stddef.h>

struct span {
    const void *bytes;
    size_t size;
};

#endif
