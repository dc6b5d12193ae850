/* The contract is in crc.h. The table replaces eight steps of one bit by one look-up a byte. */
#include "crc.h"

static const uint32_t polynomial = 0x82F63B78; /* bits reversed, as everywhere in this file */

static uint32_t table[256]; /* what each value of a byte does to the checksum */

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
        table[i] = crc;
    }
}

uint32_t crc32c(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    if (table[1] == 0) make_table();
    crc = ~crc;
    for (size_t i = 0; i < size; i++) crc = crc >> 8 ^ table[(crc ^ at[i]) & 0xFF];
    return ~crc;
}
