/* links: stage3/crypto/hmac.c stage3/crypto/sha256.c stage3/crypto/constant.c */
/*
 * hmac: the seven test cases of RFC 4231, section 4, keys of every size around that of a block, and
 * that cutting a text into pieces makes no difference.
 */
#include "crypto/hmac.h"

#include "hex.h"
#include "seeded.h"
#include "tap.h"

#define TWENTY_0B "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
#define TWENTY_AA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define AA_131 TWENTY_AA TWENTY_AA TWENTY_AA TWENTY_AA TWENTY_AA TWENTY_AA "aaaaaaaaaaaaaaaaaaaaaa"
#define TEN_DD "dddddddddddddddddddd"
#define TEN_CD "cdcdcdcdcdcdcdcdcdcd"

static const struct {
    const char *key, *data, *hash; /* hexadecimal */
    size_t size;                   /* of the hash: in test case 5 it is cut */
} vector[] = {
    {TWENTY_0B, "4869205468657265",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 32},
    {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 32},
    {TWENTY_AA, TEN_DD TEN_DD TEN_DD TEN_DD TEN_DD,
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", 32},
    {"0102030405060708090a0b0c0d0e0f10111213141516171819", TEN_CD TEN_CD TEN_CD TEN_CD TEN_CD,
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b", 32},
    {"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
     "546573742057697468205472756e636174696f6e", "a3b6167473100ee06e0c796c2955552b", 16},
    {AA_131,
     "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a"
     "65204b6579202d2048617368204b6579204669727374",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 32},
    {AA_131,
     "5468697320697320612074657374207573696e672061206c6172676572207468"
     "616e20626c6f636b2d73697a65206b657920616e642061206c61726765722074"
     "68616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565"
     "647320746f20626520686173686564206265666f7265206265696e6720757365"
     "642062792074686520484d414320616c676f726974686d2e",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2", 32},
};

static void vectors(void)
{
    unsigned char key[256], data[256], hash[HMAC_BYTES];

    for (size_t i = 0; i < sizeof vector / sizeof vector[0]; i++) {
        size_t key_size = hex(vector[i].key, key), size = hex(vector[i].data, data);
        hmac(key, key_size, data, size, hash);
        ok(is_hex(hash, vector[i].size, vector[i].hash),
           "test case %zu of RFC 4231 gives its hash", i + 1);
    }
}

/* HMAC by its definition, with sha256 alone: H(K ^ opad, H(K ^ ipad, text)). */
static void by_definition(const unsigned char *key, size_t key_size, const unsigned char *text,
                          size_t size, unsigned char out[HMAC_BYTES])
{
    unsigned char all[SHA256_BLOCK + 400] = {0}, padded[SHA256_BLOCK] = {0};

    if (key_size > SHA256_BLOCK) sha256(key, key_size, padded);
    else memcpy(padded, key, key_size);
    for (size_t i = 0; i < SHA256_BLOCK; i++) all[i] = padded[i] ^ 0x36;
    memcpy(all + SHA256_BLOCK, text, size);
    sha256(all, SHA256_BLOCK + size, out);
    for (size_t i = 0; i < SHA256_BLOCK; i++) all[i] = padded[i] ^ 0x5c;
    memcpy(all + SHA256_BLOCK, out, SHA256_BYTES);
    sha256(all, SHA256_BLOCK + SHA256_BYTES, out);
}

enum { LIMIT = 300 };

static bool every_key_size(const unsigned char *bytes)
{
    unsigned char is[HMAC_BYTES], wanted[HMAC_BYTES];

    for (size_t size = 0; size <= 200; size++) {
        hmac(bytes, size, bytes + 1, 40, is);
        by_definition(bytes, size, bytes + 1, 40, wanted);
        if (memcmp(is, wanted, sizeof is) != 0) return false;
    }
    return true;
}

/* One keyed state, copied for each text, and the text cut in two. */
static bool every_text_size(const unsigned char *bytes)
{
    unsigned char is[HMAC_BYTES], wanted[HMAC_BYTES];
    struct hmac keyed;

    hmac_start(&keyed, bytes, 32);
    for (size_t size = 0; size <= LIMIT; size++) {
        struct hmac running = keyed;
        hmac_add(&running, bytes, size / 3);
        hmac_add(&running, bytes + size / 3, size - size / 3);
        hmac_end(&running, is);
        by_definition(bytes, 32, bytes, size, wanted);
        if (memcmp(is, wanted, sizeof is) != 0) return false;
    }
    return true;
}

int main(void)
{
    unsigned char bytes[LIMIT], key[HMAC_BYTES + 2], wanted[HMAC_BYTES];
    uint64_t seed = 2;

    plan(12);
    vectors();
    seeded_bytes(&seed, bytes, sizeof bytes);
    ok(every_key_size(bytes), "keys of up to 200 bytes give what the definition gives");
    ok(every_text_size(bytes), "texts of up to %d bytes give what the definition gives", LIMIT);

    hmac(NULL, 0, NULL, 0, wanted);
    ok(is_hex(wanted, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
       "an empty key and an empty text give the hash that other programs give");
    memset(key, 0x11, sizeof key);
    hmac(key + 1, HMAC_BYTES, bytes, 64, wanted);
    hmac(key + 1, HMAC_BYTES, bytes, 64, key + 1);
    ok(memcmp(key + 1, wanted, HMAC_BYTES) == 0, "the hash may replace the key");
    ok(key[0] == 0x11 && key[HMAC_BYTES + 1] == 0x11, "nothing but 32 bytes is written");
    return done();
}
