#include "pbkdf2.h"

#include <assert.h>
#include <string.h>

#include "constant.h"
#include "hmac.h"
#include "word.h"

/* The first round is the HMAC of the salt and the number of the block. */
static void first_round(const struct hmac *keyed, struct span salt, uint32_t block,
                        uint32_t out[SHA256_WORDS])
{
    struct hmac hmac = *keyed;
    unsigned char bytes[HMAC_BYTES];

    word_write_big(bytes, block);
    hmac_add(&hmac, salt.bytes, salt.size);
    hmac_add(&hmac, bytes, 4);
    hmac_end(&hmac, bytes);
    for (size_t i = 0; i < SHA256_WORDS; i++) out[i] = word_read_big(bytes + 4 * i);
    wipe(bytes, sizeof bytes);
}

void pbkdf2_start(struct pbkdf2 *work, struct span password, struct span salt, uint32_t block,
                  uint32_t rounds)
{
    struct hmac keyed;

    assert(rounds > 0);
    hmac_start(&keyed, password.bytes, password.size);
    memcpy(work->inner, keyed.inner.state, sizeof work->inner);
    memcpy(work->outer, keyed.outer.state, sizeof work->outer);
    first_round(&keyed, salt, block, work->last);
    memcpy(work->sum, work->last, sizeof work->sum);
    work->left = rounds - 1;
    wipe(&keyed, sizeof keyed);
}

/*
 * Each further round is the HMAC of 32 bytes. After the block with the key, that is one block for
 * the inner hash and one for the outer hash: 8 words, and the padding for 64 + 32 bytes. So both
 * can be laid out once, and a round is just two compressions.
 */
bool pbkdf2_step(struct pbkdf2 *work, uint32_t rounds)
{
    uint32_t inner[16] = {[8] = 0x80000000, [15] = 8 * (SHA256_BLOCK + SHA256_BYTES)};
    uint32_t outer[16];

    if (rounds > work->left) rounds = work->left;
    work->left -= rounds;
    memcpy(outer, inner, sizeof outer);
    memcpy(inner, work->last, sizeof work->last);
    while (rounds-- > 0) {
        memcpy(outer, work->inner, sizeof work->inner);
        sha256_compress(outer, inner);
        memcpy(inner, work->outer, sizeof work->outer);
        sha256_compress(inner, outer);
        for (size_t i = 0; i < SHA256_WORDS; i++) work->sum[i] ^= inner[i];
    }
    memcpy(work->last, inner, sizeof work->last);
    wipe(inner, sizeof inner);
    wipe(outer, sizeof outer);
    return work->left == 0;
}

void pbkdf2_end(struct pbkdf2 *work, unsigned char out[PBKDF2_BYTES])
{
    for (size_t i = 0; i < SHA256_WORDS; i++) word_write_big(out + 4 * i, work->sum[i]);
    wipe(work, sizeof *work);
}
