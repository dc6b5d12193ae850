/* links: stage3/crypto/sha256.c stage3/crypto/constant.c */
/*
 * sha256: the examples of FIPS 180-2 (appendix B) and of NIST's "Example Algorithms" and additional
 * vectors for SHA-256, and that cutting a text into pieces makes no difference.
 */
#include "crypto/sha256.h"

#include "hex.h"
#include "seeded.h"
#include "tap.h"

/* `text`, so many times over. */
static const struct {
    const char *text;
    size_t size, times;
    const char *hash;
} vector[] = {
    {"abc", 3, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 112, 1,
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {"a", 1, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"", 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"\xbd", 1, 1, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"},
    {"\xc9\x8c\x8e\x55", 4, 1,
     "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"},
    {"", 1, 55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"},
    {"", 1, 56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"},
    {"", 1, 57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"},
    {"", 1, 64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"},
    {"", 1, 1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"},
    {"A", 1, 1000, "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"},
    {"U", 1, 1005, "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"},
};

static void vectors(void)
{
    unsigned char hash[SHA256_BYTES];

    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        struct sha256 running;
        sha256_start(&running);
        for (size_t j = 0; j < vector[i].times; j++) {
            sha256_add(&running, vector[i].text, vector[i].size);
        }
        sha256_end(&running, hash);
        ok(is_hex(hash, sizeof hash, vector[i].hash), "%zu bytes have their published hash",
           vector[i].size * vector[i].times);
    }
}

enum { LIMIT = 300 };

/* Every size, and for each every place to cut it in two. */
static bool cuts_make_no_difference(const unsigned char *text)
{
    unsigned char whole[SHA256_BYTES], parts[SHA256_BYTES];

    for (size_t size = 0; size <= LIMIT; size++) {
        sha256(text, size, whole);
        for (size_t cut = 0; cut <= size; cut++) {
            struct sha256 running;
            sha256_start(&running);
            sha256_add(&running, text, cut);
            sha256_add(&running, text + cut, size - cut);
            sha256_end(&running, parts);
            if (memcmp(whole, parts, sizeof whole) != 0) return false;
        }
    }
    return true;
}

static bool bytes_one_by_one(const unsigned char *text)
{
    unsigned char whole[SHA256_BYTES], parts[SHA256_BYTES];
    struct sha256 running;

    sha256(text, LIMIT, whole);
    sha256_start(&running);
    for (size_t i = 0; i < LIMIT; i++) sha256_add(&running, text + i, 1);
    sha256_end(&running, parts);
    return memcmp(whole, parts, sizeof whole) == 0;
}

/* A running hash is copied after each byte, and both go on. */
static bool copies_go_on(const unsigned char *text)
{
    unsigned char whole[SHA256_BYTES], copied[SHA256_BYTES];
    struct sha256 running, copy;

    sha256_start(&running);
    for (size_t i = 0; i < LIMIT; i++) {
        copy = running;
        sha256_end(&copy, copied);
        sha256(text, i, whole);
        if (memcmp(whole, copied, sizeof whole) != 0) return false;
        sha256_add(&running, text + i, 1);
    }
    return true;
}

static bool is_zero(const void *bytes, size_t size)
{
    const unsigned char *is = bytes;

    while (size > 0 && is[size - 1] == 0) size--;
    return size == 0;
}

int main(void)
{
    unsigned char text[LIMIT], hash[SHA256_BYTES + 2], in_place[LIMIT];
    uint64_t seed = 1;
    struct sha256 running;

    plan(21);
    vectors();
    seeded_bytes(&seed, text, sizeof text);
    ok(cuts_make_no_difference(text),
       "up to %d bytes have the same hash if they are cut in two anywhere", LIMIT);
    ok(bytes_one_by_one(text), "a text that is added byte by byte has the same hash");
    ok(copies_go_on(text), "a copy of the state goes on by itself");

    hash[0] = hash[SHA256_BYTES + 1] = 0xa5;
    sha256(text, 100, hash + 1);
    ok(hash[0] == 0xa5 && hash[SHA256_BYTES + 1] == 0xa5, "nothing but 32 bytes is written");
    memcpy(in_place, text, sizeof text);
    sha256(in_place, 100, in_place + 50);
    ok(memcmp(in_place + 50, hash + 1, SHA256_BYTES) == 0, "the hash may replace the text");

    sha256_start(&running);
    sha256_add(&running, NULL, 0);
    sha256_add(&running, text, 100);
    sha256_end(&running, in_place);
    ok(memcmp(in_place, hash + 1, SHA256_BYTES) == 0,
       "an empty text may be added from a null pointer");
    ok(is_zero(&running, sizeof running), "the state is wiped at the end");
    return done();
}
