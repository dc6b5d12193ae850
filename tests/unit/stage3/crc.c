/* links: stage3/journal/crc.c */
/*
 * crc: the examples of RFC 3720, B.4, the usual one of nine digits, and the two ways in which a
 * checksum is of use: piece by piece, and against every single wrong bit.
 */
#include "journal/crc.h"

#include <string.h>

#include "tap.h"

enum { SIZE = 300 };

static void examples(void)
{
    unsigned char bytes[32], falling[32];
    static const unsigned char command[48] = {
        0x01, 0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, [32] = 0x28, [40] = 0x02};

    memset(bytes, 0, sizeof bytes);
    ok(crc32c(0, bytes, sizeof bytes) == 0x8A9136AA, "32 zeros have the checksum of RFC 3720");
    memset(bytes, 0xFF, sizeof bytes);
    ok(crc32c(0, bytes, sizeof bytes) == 0x62A8AB43, "32 times 255 has the checksum of RFC 3720");
    for (unsigned i = 0; i < 32; i++) {
        bytes[i] = (unsigned char)i;
        falling[i] = (unsigned char)(31 - i);
    }
    ok(crc32c(0, bytes, sizeof bytes) == 0x46DD794E,
       "the bytes 0 to 31 have the checksum of RFC 3720");
    ok(crc32c(0, falling, sizeof falling) == 0x113FDB5C,
       "the bytes 31 to 0 have the checksum of RFC 3720");
    ok(crc32c(0, command, sizeof command) == 0xD9963A56,
       "a read command of iSCSI has the checksum of RFC 3720");
    ok(crc32c(0, "123456789", 9) == 0xE3069283, "the nine digits have their usual checksum");
    ok(crc32c(0, NULL, 0) == 0, "the checksum of no bytes is 0");
}

int main(void)
{
    unsigned char bytes[SIZE];
    unsigned wrong = 0;

    plan(9);
    examples();
    for (unsigned i = 0; i < SIZE; i++) bytes[i] = (unsigned char)(i * i + 7);
    uint32_t crc = crc32c(0, bytes, SIZE);
    for (unsigned i = 0; i <= SIZE; i++) {
        wrong += crc32c(crc32c(0, bytes, i), bytes + i, SIZE - i) != crc;
    }
    ok(wrong == 0, "two pieces have the same checksum as the whole");
    for (unsigned bit = 0; bit < 8 * SIZE; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        wrong += crc32c(0, bytes, SIZE) == crc;
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    ok(wrong == 0, "any single wrong bit changes the checksum");
    return done();
}
