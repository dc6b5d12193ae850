/*
 * hex: bytes as hexadecimal digits, two for each, in small letters.
 */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes 2 * size digits, and no zero behind them. */
void hex_encode(const void *bytes, size_t size, char *out);

/* Reads 2 * size digits. False: these are not all digits. */
bool hex_decode(const char *digits, void *bytes, size_t size);

#endif
