/* The contract is in sha256.h. Sections are those of FIPS 180-4. */
#include "sha256.h"

#include <string.h>

#include "constant.h"
#include "word.h"

/* Section 5.3.3: the first 32 bits of the fractional parts of the square roots of the first 8
   primes. */
static const uint32_t start[SHA256_WORDS] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

/* Section 4.2.2: the same of the cube roots of the first 64 primes. */
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Section 4.1.2. */
#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define BIG_SIGMA0(x) (ROTATE(x, 2) ^ ROTATE(x, 13) ^ ROTATE(x, 22))
#define BIG_SIGMA1(x) (ROTATE(x, 6) ^ ROTATE(x, 11) ^ ROTATE(x, 25))
#define SIGMA0(x) (ROTATE(x, 7) ^ ROTATE(x, 18) ^ (x) >> 3)
#define SIGMA1(x) (ROTATE(x, 17) ^ ROTATE(x, 19) ^ (x) >> 10)
#define CHOICE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))            /* for each bit: x ? y : z */
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y)))) /* each bit as in two of three */

/* One of the 64 steps. In the standard, the eight variables then move by one. Here the next step
   has its arguments in the moved order instead, which costs nothing. */
#define STEP(a, b, c, d, e, f, g, h, i)                                                      \
    do {                                                                                     \
        uint32_t sum = h + BIG_SIGMA1(e) + CHOICE(e, f, g) + constant[round + (i)] + w[i];   \
        d += sum;                                                                            \
        h = sum + BIG_SIGMA0(a) + MAJORITY(a, b, c);                                         \
    } while (0)

/* Replaces the last 16 words of the schedule by the next 16. */
static void schedule(uint32_t w[16])
{
    for (unsigned i = 0; i < 16; i++) {
        w[i] += SIGMA0(w[(i + 1) % 16]) + w[(i + 9) % 16] + SIGMA1(w[(i + 14) % 16]);
    }
}

void sha256_compress(uint32_t state[SHA256_WORDS], const uint32_t block[16])
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t w[16];

    memcpy(w, block, sizeof w);
    for (unsigned round = 0; round < 64; round += 16) {
        if (round > 0) schedule(w);
        for (unsigned i = 0; i < 16; i += 8) {
            STEP(a, b, c, d, e, f, g, h, i);
            STEP(h, a, b, c, d, e, f, g, i + 1);
            STEP(g, h, a, b, c, d, e, f, i + 2);
            STEP(f, g, h, a, b, c, d, e, i + 3);
            STEP(e, f, g, h, a, b, c, d, i + 4);
            STEP(d, e, f, g, h, a, b, c, i + 5);
            STEP(c, d, e, f, g, h, a, b, i + 6);
            STEP(b, c, d, e, f, g, h, a, i + 7);
        }
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
    wipe(w, sizeof w);
}

static void compress_bytes(uint32_t state[SHA256_WORDS], const unsigned char *bytes)
{
    uint32_t block[16];

    for (size_t i = 0; i < 16; i++) block[i] = word_read_big(bytes + 4 * i);
    sha256_compress(state, block);
    wipe(block, sizeof block);
}

void sha256_start(struct sha256 *hash)
{
    memcpy(hash->state, start, sizeof start);
    hash->size = 0;
}

/* The number of bytes in the incomplete block. */
static size_t waiting(const struct sha256 *hash)
{
    return (size_t)(hash->size % SHA256_BLOCK);
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    size_t used = waiting(hash);

    if (size == 0) return; /* memcpy() must not get NULL, even for size 0 */
    hash->size += size;
    if (used > 0) {
        size_t part = SHA256_BLOCK - used < size ? SHA256_BLOCK - used : size;
        memcpy(hash->block + used, from, part);
        if (used + part < SHA256_BLOCK) return;
        compress_bytes(hash->state, hash->block);
        from += part;
        size -= part;
    }
    for (; size >= SHA256_BLOCK; from += SHA256_BLOCK, size -= SHA256_BLOCK) {
        compress_bytes(hash->state, from);
    }
    memcpy(hash->block, from, size);
}

/* Section 5.1.1: the padding is a one bit, zeros up to the end of a block, and in its last 8 bytes
   the size in bits, the highest byte first. If that does not fit into this block, one more
   follows. */
void sha256_end(struct sha256 *hash, unsigned char out[SHA256_BYTES])
{
    size_t used = waiting(hash);
    uint64_t bits = hash->size * 8;

    hash->block[used++] = 0x80;
    if (used > SHA256_BLOCK - 8) {
        memset(hash->block + used, 0, SHA256_BLOCK - used);
        compress_bytes(hash->state, hash->block);
        used = 0;
    }
    memset(hash->block + used, 0, SHA256_BLOCK - 8 - used);
    word_write_big(hash->block + SHA256_BLOCK - 8, (uint32_t)(bits >> 32));
    word_write_big(hash->block + SHA256_BLOCK - 4, (uint32_t)bits);
    compress_bytes(hash->state, hash->block);
    for (size_t i = 0; i < SHA256_WORDS; i++) word_write_big(out + 4 * i, hash->state[i]);
    wipe(hash, sizeof *hash);
}

void sha256(const void *bytes, size_t size, unsigned char out[SHA256_BYTES])
{
    struct sha256 hash;

    sha256_start(&hash);
    sha256_add(&hash, bytes, size);
    sha256_end(&hash, out);
}
