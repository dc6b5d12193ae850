/* The contract is in aead.h. Sections are those of RFC 8439. */
#include "aead.h"

#include <stdint.h>
#include <string.h>

#include "chacha20.h"
#include "constant.h"
#include "poly1305.h"
#include "word.h"

/* Section 2.6: block 0 of the key stream is the key of Poly1305, and the text begins at block 1.
   The first four blocks are computed together, so block 0 costs a short text nothing extra. */
static void start(struct chacha20 *cipher, struct poly1305 *poly,
                  const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE])
{
    unsigned char block[CHACHA20_BLOCK] = {0};

    chacha20_start(cipher, key, nonce, 0);
    chacha20_xor(cipher, block, sizeof block, block);
    poly1305_start(poly, block);
    wipe(block, sizeof block);
}

static void write_size(unsigned char bytes[8], uint64_t size)
{
    word_write_little(bytes, (uint32_t)size);
    word_write_little(bytes + 4, (uint32_t)(size >> 32));
}

/* Section 2.8: the input of the tag. Both parts are padded with zeros to whole blocks, and both
   sizes follow, so no byte of one part can be taken for a byte of the other. */
static void make_tag(struct poly1305 *poly, struct span aad, struct span sealed,
                     unsigned char tag[AEAD_TAG])
{
    unsigned char sizes[16];

    poly1305_add(poly, aad.bytes, aad.size);
    poly1305_pad(poly);
    poly1305_add(poly, sealed.bytes, sealed.size);
    poly1305_pad(poly);
    write_size(sizes, aad.size);
    write_size(sizes + 8, sealed.size);
    poly1305_add(poly, sizes, sizeof sizes);
    poly1305_end(poly, tag);
}

void aead_seal(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               struct span aad, struct span text, void *out)
{
    struct chacha20 cipher;
    struct poly1305 poly;
    unsigned char *sealed = out;

    start(&cipher, &poly, key, nonce);
    chacha20_xor(&cipher, text.bytes, text.size, sealed);
    make_tag(&poly, aad, (struct span){sealed, text.size}, sealed + text.size);
    wipe(&cipher, sizeof cipher);
}

bool aead_open(const unsigned char key[AEAD_KEY], const unsigned char nonce[AEAD_NONCE],
               struct span aad, struct span sealed, void *out)
{
    struct chacha20 cipher;
    struct poly1305 poly;
    const unsigned char *from = sealed.bytes;
    unsigned char tag[AEAD_TAG];

    if (sealed.size < AEAD_TAG) return false;
    size_t size = sealed.size - AEAD_TAG;
    start(&cipher, &poly, key, nonce);
    make_tag(&poly, aad, (struct span){from, size}, tag);
    bool genuine = constant_equal(tag, from + size, AEAD_TAG);
    if (genuine) chacha20_xor(&cipher, from, size, out);
    wipe(&cipher, sizeof cipher);
    wipe(tag, sizeof tag); /* with this tag, a forgery would pass the next time */
    return genuine;
}
