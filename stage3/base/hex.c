#include "hex.h"

#include <string.h>

static const char all[] = "0123456789abcdef";

void hex_encode(const void *bytes, size_t size, char *out)
{
    const unsigned char *in = bytes;

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = all[in[i] >> 4];
        out[2 * i + 1] = all[in[i] & 15];
    }
}

bool hex_decode(const char *digits, void *bytes, size_t size)
{
    unsigned char *out = bytes;

    for (size_t i = 0; i < size; i++) {
        const char *high = memchr(all, digits[2 * i], 16);
        const char *low = memchr(all, digits[2 * i + 1], 16);
        if (!high || !low) return false;
        out[i] = (unsigned char)((high - all) << 4 | (low - all));
    }
    return true;
}
