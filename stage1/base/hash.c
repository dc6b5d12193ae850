/* The contract is in hash.h. The names are those of the paper. */
#include "hash.h"

#include "random.h"

struct hash_key hash_key_new(void)
{
    struct hash_key key;
    random_bytes(&key, sizeof key);
    return key;
}

static uint64_t rotate(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

/* SipRound, figure 2.1 of the paper. */
static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

static uint64_t little_endian(const uint8_t *bytes, size_t size)
{
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size)
{
    const uint8_t *in = bytes;
    uint64_t v[4] = {
        key->word[0] ^ UINT64_C(0x736f6d6570736575), /* "somepseudorandomlygeneratedbytes" */
        key->word[1] ^ UINT64_C(0x646f72616e646f6d),
        key->word[0] ^ UINT64_C(0x6c7967656e657261),
        key->word[1] ^ UINT64_C(0x7465646279746573),
    };
    size_t whole = size - size % 8;

    for (size_t i = 0; i < whole; i += 8) sip_word(v, little_endian(in + i, 8));
    sip_word(v, little_endian(in + whole, size - whole) | (uint64_t)(size & 0xFF) << 56);
    v[2] ^= 0xFF;
    for (int i = 0; i < 4; i++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
