/*
 * chacha20: the stream cipher ChaCha20 (RFC 8439, sections 2.1 to 2.4).
 *
 * Model: key, nonce and a counter are mixed to 64 bytes that look random, a block of the key
 * stream; the next counter gives the next block. Exclusive or with the key stream seals a text,
 * and the same operation opens it. So a key and a nonce must never be used together for two texts:
 * from the two sealed texts, an attacker could compute the exclusive or of the two texts.
 *
 * Blocks do not depend on each other, so four are computed together, each in a lane of its own.
 * With vector instructions, one instruction does a step of all four lanes.
 *
 *     struct chacha20 cipher;
 *     chacha20_start(&cipher, key, nonce, 1);
 *     chacha20_xor(&cipher, text, size, sealed);
 *     wipe(&cipher, sizeof cipher);
 *
 * Contract: the time depends on the sizes alone. A struct chacha20 is a secret.
 */
#ifndef CHACHA20_H
#define CHACHA20_H

#include <stddef.h>
#include <stdint.h>

enum {
    CHACHA20_KEY = 32,
    CHACHA20_NONCE = 12,
    CHACHA20_BLOCK = 64,
    CHACHA20_WORDS = CHACHA20_BLOCK / 4,
    CHACHA20_LANES = 4, /* blocks side by side */
    CHACHA20_STRIDE = CHACHA20_LANES * CHACHA20_BLOCK
};

/* The same word of each of the four blocks. */
struct chacha20_row {
    uint32_t lane[CHACHA20_LANES];
};

struct chacha20 {
    /* Constants, key, counter, nonce (section 2.3) of the next four blocks. Only their counters,
       row 12, differ. */
    struct chacha20_row start[CHACHA20_WORDS];
    struct chacha20_row mixed[CHACHA20_WORDS];
    unsigned char stream[CHACHA20_STRIDE]; /* the last four blocks of the key stream */
    size_t used;                           /* bytes of `stream` that are used up */
};

/* The key stream begins with block number `counter`. */
void chacha20_start(struct chacha20 *cipher, const unsigned char key[CHACHA20_KEY],
                    const unsigned char nonce[CHACHA20_NONCE], uint32_t counter);

/*
 * Writes the exclusive or of `size` bytes with the next bytes of the key stream. `out` may be `in`,
 * but they must not overlap in any other way.
 */
void chacha20_xor(struct chacha20 *cipher, const unsigned char *in, size_t size,
                  unsigned char *out);

/*
 * The block function (section 2.3) for four lanes; `out` must not be `in`. Only chacha20.c calls
 * it. It is not static, so that it stays a function of its own: if clang inlines it, clang no
 * longer vectorises the four lanes, and the function takes three times as long.
 */
void chacha20_mix(struct chacha20_row *restrict out, const struct chacha20_row *restrict in);

#endif
