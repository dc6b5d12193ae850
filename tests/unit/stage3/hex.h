/*
 * hex: bytes in tests, written as hexadecimal digits.
 *
 *     unsigned char key[32];
 *     hex("00 01 02 ...", key);
 *     ok(is_hex(tag, 16, "a806 1dc1 ..."), "the tag of the standard");
 */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the bytes and returns how many. Blanks are skipped; anything else ends the test. */
static inline size_t hex(const char *text, unsigned char *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t count = 0;

    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);
        if (*text == ' ') continue;
        if (digit == NULL) {
            printf("Bail out! not hexadecimal: %s\n", text);
            exit(1);
        }
        if (count % 2 == 0) out[count / 2] = 0;
        out[count / 2] = (unsigned char)(out[count / 2] << 4 | (digit - digits));
        count++;
    }
    return count / 2;
}

/* Are these `size` bytes, at most 1024, what is written there? */
static inline bool is_hex(const unsigned char *bytes, size_t size, const char *text)
{
    unsigned char wanted[1024];

    return strlen(text) < 2 * sizeof wanted && hex(text, wanted) == size
        && memcmp(bytes, wanted, size) == 0;
}

#endif
