/* The contract is in chacha20.h. Sections are those of RFC 8439. */
#include "chacha20.h"

#include <string.h>

#include "word.h"

#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))

/* Section 2.1. */
#define QUARTER_ROUND(a, b, c, d)          \
    do {                                   \
        a += b, d ^= a, d = ROTATE(d, 16); \
        c += d, b ^= c, b = ROTATE(b, 12); \
        a += b, d ^= a, d = ROTATE(d, 8);  \
        c += d, b ^= c, b = ROTATE(b, 7);  \
    } while (0)

/* The words form a square of 4 x 4: first its columns, then its diagonals. Section 2.3. */
#define DOUBLE_ROUND                     \
    do {                                 \
        QUARTER_ROUND(x0, x4, x8, x12);  \
        QUARTER_ROUND(x1, x5, x9, x13);  \
        QUARTER_ROUND(x2, x6, x10, x14); \
        QUARTER_ROUND(x3, x7, x11, x15); \
        QUARTER_ROUND(x0, x5, x10, x15); \
        QUARTER_ROUND(x1, x6, x11, x12); \
        QUARTER_ROUND(x2, x7, x8, x13);  \
        QUARTER_ROUND(x3, x4, x9, x14);  \
    } while (0)

/*
 * Four rounds, in a loop over the lanes that has only sums, exclusive ors and shifts: compilers
 * vectorise a loop of this form by themselves.
 *
 * All twenty rounds written out would be a twentieth faster in a loop that does nothing else. But
 * they would take twelve kilobytes of instructions. A server that seals one short datagram after
 * another would evict the system's own instructions from the processor's cache each time.
 */
static void four_rounds(struct chacha20_row *restrict x)
{
    for (size_t i = 0; i < CHACHA20_LANES; i++) {
        uint32_t x0 = x[0].lane[i], x1 = x[1].lane[i], x2 = x[2].lane[i], x3 = x[3].lane[i];
        uint32_t x4 = x[4].lane[i], x5 = x[5].lane[i], x6 = x[6].lane[i], x7 = x[7].lane[i];
        uint32_t x8 = x[8].lane[i], x9 = x[9].lane[i], x10 = x[10].lane[i], x11 = x[11].lane[i];
        uint32_t x12 = x[12].lane[i], x13 = x[13].lane[i], x14 = x[14].lane[i], x15 = x[15].lane[i];
        DOUBLE_ROUND;
        DOUBLE_ROUND;
        x[0].lane[i] = x0, x[1].lane[i] = x1, x[2].lane[i] = x2, x[3].lane[i] = x3;
        x[4].lane[i] = x4, x[5].lane[i] = x5, x[6].lane[i] = x6, x[7].lane[i] = x7;
        x[8].lane[i] = x8, x[9].lane[i] = x9, x[10].lane[i] = x10, x[11].lane[i] = x11;
        x[12].lane[i] = x12, x[13].lane[i] = x13, x[14].lane[i] = x14, x[15].lane[i] = x15;
    }
}

void chacha20_mix(struct chacha20_row *restrict out, const struct chacha20_row *restrict in)
{
    memcpy(out, in, CHACHA20_WORDS * sizeof *in);
    for (int rounds = 0; rounds < 20; rounds += 4) four_rounds(out);
    for (size_t word = 0; word < CHACHA20_WORDS; word++) {
        for (size_t i = 0; i < CHACHA20_LANES; i++) out[word].lane[i] += in[word].lane[i];
    }
}

static void fill(struct chacha20_row *row, uint32_t word)
{
    for (size_t i = 0; i < CHACHA20_LANES; i++) row->lane[i] = word;
}

void chacha20_start(struct chacha20 *cipher, const unsigned char key[CHACHA20_KEY],
                    const unsigned char nonce[CHACHA20_NONCE], uint32_t counter)
{
    static const unsigned char constants[] = "expand 32-byte k";
    struct chacha20_row *row = cipher->start;

    for (size_t i = 0; i < 4; i++) fill(&row[i], word_read_little(constants + 4 * i));
    for (size_t i = 0; i < 8; i++) fill(&row[4 + i], word_read_little(key + 4 * i));
    for (uint32_t i = 0; i < CHACHA20_LANES; i++) row[12].lane[i] = counter + i;
    for (size_t i = 0; i < 3; i++) fill(&row[13 + i], word_read_little(nonce + 4 * i));
    cipher->used = CHACHA20_STRIDE;
}

/* Computes the next four blocks of the key stream. */
static void refill(struct chacha20 *cipher)
{
    unsigned char *out = cipher->stream;

    chacha20_mix(cipher->mixed, cipher->start);
    for (size_t i = 0; i < CHACHA20_LANES; i++) {
        cipher->start[12].lane[i] += CHACHA20_LANES;
        for (size_t word = 0; word < CHACHA20_WORDS; word++, out += 4) {
            word_write_little(out, cipher->mixed[word].lane[i]);
        }
    }
    cipher->used = 0;
}

/* Eight bytes at a time. The byte order of the machine does not matter: all three have the same. */
static void exclusive_or(unsigned char *out, const unsigned char *a, const unsigned char *b,
                         size_t size)
{
    uint64_t left, right;

    for (; size >= sizeof left; size -= sizeof left) {
        memcpy(&left, a, sizeof left);
        memcpy(&right, b, sizeof right);
        left ^= right;
        memcpy(out, &left, sizeof left);
        a += sizeof left, b += sizeof left, out += sizeof left;
    }
    while (size-- > 0) *out++ = *a++ ^ *b++;
}

void chacha20_xor(struct chacha20 *cipher, const unsigned char *in, size_t size,
                  unsigned char *out)
{
    while (size > 0) {
        if (cipher->used == CHACHA20_STRIDE) refill(cipher);
        size_t part = CHACHA20_STRIDE - cipher->used;
        if (part > size) part = size;
        exclusive_or(out, in, cipher->stream + cipher->used, part);
        cipher->used += part;
        in += part, out += part, size -= part;
    }
}
