/* links: stage1/base/hash.c stage1/base/random.c stage1/base/program.c */
/*
 * hash: the vectors of the SipHash-2-4 reference implementation (J.-P. Aumasson and
 * D. J. Bernstein, vectors.h): key 00 01 .. 0f, input 00 01 02 .. of each length. That of 15
 * bytes also stands in appendix A of the paper.
 */
#include "base/hash.h"

#include "tap.h"

static const struct {
    size_t size;
    uint64_t hash;
} vector[] = {
    {0, UINT64_C(0x726fdb47dd0e0e31)},  {1, UINT64_C(0x74f839c593dc67fd)},
    {2, UINT64_C(0x0d6c8009d9a94f5a)},  {3, UINT64_C(0x85676696d7fb7e2d)},
    {7, UINT64_C(0xab0200f58b01d137)},  {8, UINT64_C(0x93f5f5799a932462)},
    {15, UINT64_C(0xa129ca6149be45e5)},
};

int main(void)
{
    const struct hash_key key = {
        {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    uint8_t input[16];

    plan(9);
    for (size_t i = 0; i < sizeof input; i++) input[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        ok(hash_bytes(&key, input, vector[i].size) == vector[i].hash,
           "%zu bytes have their published hash", vector[i].size);
    }
    struct hash_key one = hash_key_new(), other = hash_key_new();
    ok(one.word[0] != other.word[0] && one.word[1] != other.word[1], "two random keys differ");
    ok(hash_bytes(&one, "x", 1) != hash_bytes(&other, "x", 1), "the hashes under two keys differ");
    return done();
}
