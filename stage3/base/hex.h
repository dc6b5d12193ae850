/*
 * hex: bytes as hexadecimal digits, two for each byte, in lower case.
 */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes 2 * size digits, without a final zero byte. */
void hex_encode(const void *bytes, size_t size, char *out);

/* Reads 2 * size digits. False: one of them is no digit in lower case. */
bool hex_decode(const char *digits, void *bytes, size_t size);

#endif
