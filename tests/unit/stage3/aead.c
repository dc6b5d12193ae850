/* links: stage3/crypto/aead.c stage3/crypto/chacha20.c stage3/crypto/poly1305.c */
/* links: stage3/crypto/constant.c */
/*
 * aead: the vectors of RFC 8439 for ChaCha20 (A.1, A.2), Poly1305 (2.5.2, A.3), its key (A.4) and
 * both together (2.8.2, A.5). Poly1305 against arithmetic as at school, where its words are
 * fullest. And of sealing: every size, in place, what it must not touch, what it must refuse.
 */
#include "crypto/aead.h"

#include "crypto/chacha20.h"
#include "hex.h"
#define PLAIN_DIGITS 40 /* 130 bits times 128, and a little more */
#include "crypto/poly1305.h"
#include "plain.h"
#include "seeded.h"
#include "tap.h"

enum { LIMIT = 300 };

#define ZEROS_16 "00000000000000000000000000000000"
#define ONES_16 "ffffffffffffffffffffffffffffffff"
#define JABBERWOCKY_KEY "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"

static const char ietf[] =
    "Any submission to the IETF intended by the Contributor for publication as all or part of an "
    "IETF Internet-Draft or RFC and any statement made within the context of an IETF activity is "
    "considered an \"IETF Contribution\". Such statements include oral statements in IETF "
    "sessions, as well as written and electronic communications made at any time or place, which "
    "are addressed to";

static const char jabberwocky[] =
    "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n"
    "All mimsy were the borogoves,\nAnd the mome raths outgrabe.";

/* --- ChaCha20 --------------------------------------------------------------------------------- */

static void key_stream(const char *key, const char *nonce, uint32_t counter, unsigned char *out,
                       size_t size)
{
    unsigned char key_bytes[CHACHA20_KEY], nonce_bytes[CHACHA20_NONCE];
    struct chacha20 cipher;

    hex(key, key_bytes);
    hex(nonce, nonce_bytes);
    chacha20_start(&cipher, key_bytes, nonce_bytes, counter);
    chacha20_xor(&cipher, out, size, out);
}

static const struct {
    const char *key, *nonce;
    uint32_t counter;
    const char *stream;
} block_vector[] = {
    {ZEROS_16 ZEROS_16, "000000000000000000000000", 0,
     "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
     "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"},
    {ZEROS_16 ZEROS_16, "000000000000000000000000", 1,
     "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
     "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"},
    {ZEROS_16 "00000000000000000000000000000001", "000000000000000000000000", 1,
     "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
     "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"},
    {"00ff0000000000000000000000000000" ZEROS_16, "000000000000000000000000", 2,
     "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
     "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"},
    {ZEROS_16 ZEROS_16, "000000000000000000000002", 0,
     "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
     "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d"},
};

static void chacha20_vectors(void)
{
    unsigned char bytes[512];

    for (size_t i = 0; i < sizeof block_vector / sizeof block_vector[0]; i++) {
        memset(bytes, 0, sizeof bytes);
        key_stream(block_vector[i].key, block_vector[i].nonce, block_vector[i].counter, bytes, 64);
        ok(is_hex(bytes, 64, block_vector[i].stream),
           "test vector %zu of A.1 gives ChaCha20's key stream", i + 1);
    }
    memcpy(bytes, ietf, sizeof ietf);
    key_stream(ZEROS_16 "00000000000000000000000000000001", "000000000000000000000002", 1, bytes,
               sizeof ietf - 1);
    ok(is_hex(bytes, sizeof ietf - 1,
              "a3fbf07df3fa2fde4f376ca23e82737041605d9f4f4f57bd8cff2c1d4b7955ec"
              "2a97948bd3722915c8f3d337f7d370050e9e96d647b7c39f56e031ca5eb6250d"
              "4042e02785ececfa4b4bb5e8ead0440e20b6e8db09d881a7c6132f420e527950"
              "42bdfa7773d8a9051447b3291ce1411c680465552aa6c405b7764d5e87bea85a"
              "d00f8449ed8f72d0d662ab052691ca66424bc86d2df80ea41f43abf937d3259d"
              "c4b2d0dfb48a6c9139ddd7f76966e928e635553ba76c5c879d7b35d49eb2e62b"
              "0871cdac638939e25e8a1e0ef9d5280fa8ca328b351c3c765989cbcf3daa8b6c"
              "cc3aaf9f3979c92b3720fc88dc95ed84a1be059c6499b9fda236e7e818b04b0b"
              "c39c1e876b193bfe5569753f88128cc08aaa9b63d1a16f80ef2554d7189c411f"
              "5869ca52c5b83fa36ff216b9c1d30062bebcfd2dc5bce0911934fda79a86f6e6"
              "98ced759c3ff9b6477338f3da4f9cd8514ea9982ccafb341b2384dd902f3d1ab"
              "7ac61dd29c6f21ba5b862f3730e37cfdc4fd806c22f221"),
       "test vector 2 of A.2 gives ChaCha20's ciphertext");
    memcpy(bytes, jabberwocky, sizeof jabberwocky);
    key_stream(JABBERWOCKY_KEY, "000000000000000000000002", 42, bytes, sizeof jabberwocky - 1);
    ok(is_hex(bytes, sizeof jabberwocky - 1,
              "62e6347f95ed87a45ffae7426f27a1df5fb69110044c0d73118effa95b01e5cf"
              "166d3df2d721caf9b21e5fb14c616871fd84c54f9d65b283196c7fe4f60553eb"
              "f39c6402c42234e32a356b3e764312a61a5532055716ead6962568f87d3f3f77"
              "04c6a8d1bcd1bf4d50d6154b6da731b187b58dfd728afa36757a797ac188d1"),
       "test vector 3 of A.2 gives ChaCha20's ciphertext");
}

/* Block by block, each with a counter of its own, is the same as all of them in one go; and how a
   text is cut into pieces makes no difference. */
static void chacha20_properties(void)
{
    unsigned char key[CHACHA20_KEY], nonce[CHACHA20_NONCE];
    unsigned char text[1000], whole[1000], parts[1000];
    uint64_t seed = 3;
    struct chacha20 cipher;
    bool same = true;

    seeded_bytes(&seed, key, sizeof key);
    seeded_bytes(&seed, nonce, sizeof nonce);
    seeded_bytes(&seed, text, sizeof text);
    chacha20_start(&cipher, key, nonce, 0xfffffffe); /* it wraps on the way */
    chacha20_xor(&cipher, text, sizeof text, whole);
    for (size_t at = 0; at < sizeof text; at += 64) {
        size_t size = sizeof text - at < 64 ? sizeof text - at : 64;
        chacha20_start(&cipher, key, nonce, 0xfffffffe + (uint32_t)(at / 64));
        chacha20_xor(&cipher, text + at, size, parts + at);
    }
    ok(memcmp(whole, parts, sizeof whole) == 0, "ChaCha20 gives the same block by block");
    for (size_t piece = 1; piece < 600; piece++) {
        chacha20_start(&cipher, key, nonce, 0xfffffffe);
        for (size_t at = 0; at < sizeof text; at += piece) {
            size_t size = sizeof text - at < piece ? sizeof text - at : piece;
            chacha20_xor(&cipher, text + at, size, parts + at);
        }
        if (memcmp(whole, parts, sizeof whole) != 0) same = false;
    }
    ok(same, "ChaCha20 gives the same in pieces of every size");
}

/* --- Poly1305 --------------------------------------------------------------------------------- */

static void poly1305(const unsigned char key[POLY1305_KEY], const void *text, size_t size,
                     unsigned char tag[POLY1305_TAG])
{
    struct poly1305 poly;

    poly1305_start(&poly, key);
    poly1305_add(&poly, text, size);
    poly1305_end(&poly, tag);
}

/* Test vectors 5 to 11 of A.3: each is about one way to get the arithmetic wrong. */
static const struct {
    const char *r, *s, *text, *tag;
} poly1305_vector[] = {
    {"02000000000000000000000000000000", ZEROS_16, ONES_16, "03000000000000000000000000000000"},
    {"02000000000000000000000000000000", ONES_16, "02000000000000000000000000000000",
     "03000000000000000000000000000000"},
    {"01000000000000000000000000000000", ZEROS_16,
     ONES_16 "f0ffffffffffffffffffffffffffffff 11000000000000000000000000000000",
     "05000000000000000000000000000000"},
    {"01000000000000000000000000000000", ZEROS_16,
     ONES_16 "fbfefefefefefefefefefefefefefefe 01010101010101010101010101010101", ZEROS_16},
    {"02000000000000000000000000000000", ZEROS_16, "fdffffffffffffffffffffffffffffff",
     "faffffffffffffffffffffffffffffff"},
    {"01000000000000000400000000000000", ZEROS_16,
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
     "0000000000000000000000000000000001000000000000000000000000000000",
     "14000000000000005500000000000000"},
    {"01000000000000000400000000000000", ZEROS_16,
     "e33594d7505e43b900000000000000003394d7505e4379cd0100000000000000"
     "00000000000000000000000000000000",
     "13000000000000000000000000000000"},
};

static void poly1305_vectors(void)
{
    unsigned char key[POLY1305_KEY], text[256], tag[POLY1305_TAG];

    hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b", key);
    poly1305(key, "Cryptographic Forum Research Group", 34, tag);
    ok(is_hex(tag, 16, "a8061dc1305136c6c22b8baf0c0127a9"),
       "RFC 8439, 2.5.2, gives Poly1305's tag");

    hex(ZEROS_16 ZEROS_16, key);
    memset(text, 0, 64);
    poly1305(key, text, 64, tag);
    ok(is_hex(tag, 16, ZEROS_16), "test vector 1 of A.3 gives Poly1305's tag");
    hex(ZEROS_16 "36e5f6b5c5e06070f0efca96227a863e", key);
    poly1305(key, ietf, sizeof ietf - 1, tag);
    ok(is_hex(tag, 16, "36e5f6b5c5e06070f0efca96227a863e"),
       "test vector 2 of A.3 gives Poly1305's tag");
    hex("36e5f6b5c5e06070f0efca96227a863e" ZEROS_16, key);
    poly1305(key, ietf, sizeof ietf - 1, tag);
    ok(is_hex(tag, 16, "f3477e7cd95417af89a6b8794c310cf0"),
       "test vector 3 of A.3 gives Poly1305's tag");
    hex(JABBERWOCKY_KEY, key);
    poly1305(key, jabberwocky, sizeof jabberwocky - 1, tag);
    ok(is_hex(tag, 16, "4541669a7eaaee61e708dc7cbcc5eb62"),
       "test vector 4 of A.3 gives Poly1305's tag");

    for (size_t i = 0; i < sizeof poly1305_vector / sizeof poly1305_vector[0]; i++) {
        hex(poly1305_vector[i].r, key);
        hex(poly1305_vector[i].s, key + 16);
        poly1305(key, text, hex(poly1305_vector[i].text, text), tag);
        ok(is_hex(tag, 16, poly1305_vector[i].tag),
           "test vector %zu of A.3 gives Poly1305's tag", i + 5);
    }
}

/* Section 2.5 as it is written, with arithmetic as at school. */
static void plain_poly1305(const unsigned char key[POLY1305_KEY], const unsigned char *text,
                           size_t size, unsigned char tag[POLY1305_TAG])
{
    unsigned char clamped[16], p_bytes[17];
    struct plain sum = plain_small(0), s = plain_bytes(key + 16, 16);

    memcpy(clamped, key, 16);
    for (size_t i = 3; i < 16; i += 4) clamped[i] &= 15;
    for (size_t i = 4; i < 16; i += 4) clamped[i] &= 252;
    memset(p_bytes, 0xff, sizeof p_bytes);
    p_bytes[0] = 0xfb;
    p_bytes[16] = 0x03; /* 2^130 - 5 */
    struct plain r = plain_bytes(clamped, 16), p = plain_bytes(p_bytes, 17);
    while (size > 0) {
        size_t part = size < 16 ? size : 16;
        struct plain block = plain_bytes(text, part);
        block.digit[part] = 1;
        sum = plain_add(&sum, &block);
        sum = plain_multiply(&sum, &r);
        sum = plain_remainder(&sum, &p);
        text += part;
        size -= part;
    }
    sum = plain_add(&sum, &s);
    memcpy(tag, sum.digit, POLY1305_TAG);
}

/* Where the limbs are fullest, and at random. */
static void poly1305_properties(void)
{
    unsigned char key[POLY1305_KEY], text[100], is[POLY1305_TAG], wanted[POLY1305_TAG];
    uint64_t seed = 4;
    bool full = true, random = true;

    memset(text, 0xff, sizeof text);
    memset(key, 0xff, sizeof key);
    for (size_t size = 0; size <= sizeof text; size++) {
        poly1305(key, text, size, is);
        plain_poly1305(key, text, size, wanted);
        if (memcmp(is, wanted, sizeof is) != 0) full = false;
    }
    ok(full, "Poly1305 of all ones is as at school");
    for (size_t size = 0; size <= sizeof text; size++) {
        seeded_bytes(&seed, key, sizeof key);
        seeded_bytes(&seed, text, sizeof text);
        poly1305(key, text, size, is);
        plain_poly1305(key, text, size, wanted);
        if (memcmp(is, wanted, sizeof is) != 0) random = false;
    }
    ok(random, "Poly1305 of random keys and texts is as at school");
}

/* The sum may end as anything up to some multiples of p, and must come out as what is less than p.
   A block of ones is 2^129 - 1, and p is two of them less 3. So with small r, and a little less in
   the last block, all values around p and a few multiples of it come up. */
static void poly1305_near_p(void)
{
    unsigned char key[POLY1305_KEY] = {0}, text[80], is[POLY1305_TAG], wanted[POLY1305_TAG];
    bool same = true;

    for (unsigned i = 0; i < 4 * 5 * 32; i++) {
        size_t size = 16 * (1 + i / 4 % 5);
        key[0] = (unsigned char)(1 + i % 4);
        memset(text, 0xff, size);
        text[size - 16] = (unsigned char)(0xff - i / 20);
        poly1305(key, text, size, is);
        plain_poly1305(key, text, size, wanted);
        if (memcmp(is, wanted, sizeof is) != 0) same = false;
    }
    ok(same, "Poly1305 of sums around multiples of p is as at school");
}

static void poly1305_pieces(void)
{
    unsigned char key[POLY1305_KEY], text[200], whole[POLY1305_TAG], parts[POLY1305_TAG];
    uint64_t seed = 5;
    struct poly1305 poly;
    bool same = true;

    seeded_bytes(&seed, key, sizeof key);
    seeded_bytes(&seed, text, sizeof text);
    for (size_t size = 0; size <= sizeof text; size++) {
        poly1305(key, text, size, whole);
        for (size_t cut = 0; cut <= size; cut++) {
            poly1305_start(&poly, key);
            poly1305_add(&poly, text, cut);
            poly1305_add(&poly, text + cut, size - cut);
            poly1305_end(&poly, parts);
            if (memcmp(whole, parts, sizeof whole) != 0) same = false;
        }
    }
    ok(same, "Poly1305 of up to 200 bytes is the same if they are cut in two anywhere");
}

/* --- both together ---------------------------------------------------------------------------- */

/* Sealing an empty text says something of the key of Poly1305 alone; it is checked through the
   key stream, of which it is the beginning. */
static void key_vectors(void)
{
    unsigned char key[32];

    memset(key, 0, sizeof key);
    key_stream(ZEROS_16 "00000000000000000000000000000001", "000000000000000000000002", 0, key, 32);
    ok(is_hex(key, 32, "ecfa254f845f647473d3cb140da9e87606cb33066c447b87bc2666dde3fbb739"),
       "test vector 2 of A.4 gives Poly1305's key");
    memset(key, 0, sizeof key);
    key_stream(JABBERWOCKY_KEY, "000000000000000000000002", 0, key, 32);
    ok(is_hex(key, 32, "965e3bc6f9ec7ed9560808f4d229f94b137ff275ca9b3fcbdd59deaad23310ae"),
       "test vector 3 of A.4 gives Poly1305's key");
}

static const char sunscreen[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";

static const char drafts[] =
    "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, "
    "replaced, or obsoleted by other documents at any time. It is inappropriate to use "
    "Internet-Drafts as reference material or to cite them other than as "
    "/\xe2\x80\x9cwork in progress./\xe2\x80\x9d";

static const struct {
    const char *name, *text, *key, *nonce, *aad, *sealed;
} aead_vector[] = {
    {"2.8.2", sunscreen, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
     "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
     "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
     "3ff4def08e4b7a9de576d26586cec64b6116 1ae10b594f09e26a7e902ecbd0600691"},
    {"A.5", drafts, JABBERWOCKY_KEY, "000000000102030405060708", "f33388860000000000004e91",
     "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
     "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
     "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
     "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
     "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
     "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
     "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
     "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
     "a6ad5cb4022b02709b eead9d67890cbb22392336fea1851f38"},
};

static void aead_vectors(void)
{
    unsigned char key[AEAD_KEY], nonce[AEAD_NONCE], aad[12], sealed[512], opened[512];

    for (size_t i = 0; i < sizeof aead_vector / sizeof aead_vector[0]; i++) {
        size_t size = strlen(aead_vector[i].text);
        hex(aead_vector[i].key, key);
        hex(aead_vector[i].nonce, nonce);
        hex(aead_vector[i].aad, aad);
        aead_seal(key, nonce, (struct span){aad, sizeof aad},
                  (struct span){aead_vector[i].text, size}, sealed);
        ok(is_hex(sealed, size + AEAD_TAG, aead_vector[i].sealed),
           "the text of RFC 8439, %s, is sealed as there", aead_vector[i].name);
        hex(aead_vector[i].sealed, sealed);
        bool open = aead_open(key, nonce, (struct span){aad, sizeof aad},
                              (struct span){sealed, size + AEAD_TAG}, opened);
        ok(open && memcmp(opened, aead_vector[i].text, size) == 0,
           "the text of RFC 8439, %s, is opened", aead_vector[i].name);
    }
}

/* What all the tests below use. */
static unsigned char key[AEAD_KEY], nonce[AEAD_NONCE], text[LIMIT], aad[LIMIT];

/* Every size of text, with a different size of associated data; and in place. */
static void every_size(void)
{
    unsigned char sealed[LIMIT + AEAD_TAG], in_place[LIMIT + AEAD_TAG], opened[LIMIT];
    bool back = true, same = true, back_in_place = true;

    for (size_t size = 0; size <= LIMIT; size++) {
        size_t aad_size = (size * 7) % (LIMIT + 1);
        aead_seal(key, nonce, (struct span){aad, aad_size}, (struct span){text, size}, sealed);
        if (!aead_open(key, nonce, (struct span){aad, aad_size},
                       (struct span){sealed, size + AEAD_TAG}, opened)) back = false;
        if (memcmp(opened, text, size) != 0) back = false;
        memcpy(in_place, text, size);
        aead_seal(key, nonce, (struct span){aad, aad_size}, (struct span){in_place, size},
                  in_place);
        if (memcmp(in_place, sealed, size + AEAD_TAG) != 0) same = false;
        if (!aead_open(key, nonce, (struct span){aad, aad_size},
                       (struct span){in_place, size + AEAD_TAG}, in_place)
            || memcmp(in_place, text, size) != 0) back_in_place = false;
    }
    ok(back, "every size up to %d comes back", LIMIT);
    ok(same, "sealing in place gives the same");
    ok(back_in_place, "a sealed text opens in place");
    aead_seal(key, nonce, (struct span){NULL, 0}, (struct span){NULL, 0}, sealed);
    ok(aead_open(key, nonce, (struct span){NULL, 0}, (struct span){sealed, AEAD_TAG},
                 NULL), "an empty text is sealed and opened");
}

static void canaries(void)
{
    unsigned char sealed[LIMIT + AEAD_TAG + 2], opened[LIMIT + 2];
    bool intact = true;

    for (size_t size = 0; size <= LIMIT; size++) {
        memset(sealed, 0x5a, sizeof sealed);
        memset(opened, 0x5a, sizeof opened);
        aead_seal(key, nonce, (struct span){aad, 5}, (struct span){text, size}, sealed + 1);
        if (!aead_open(key, nonce, (struct span){aad, 5},
                       (struct span){sealed + 1, size + AEAD_TAG}, opened + 1)) intact = false;
        if (sealed[0] != 0x5a || sealed[size + AEAD_TAG + 1] != 0x5a) intact = false;
        if (opened[0] != 0x5a || opened[size + 1] != 0x5a) intact = false;
    }
    ok(intact, "nothing is written outside the text");
}

/* Does it fail to open, and leave what was there alone? */
static bool is_refused(const unsigned char *sealed, size_t size, size_t aad_size)
{
    unsigned char opened[LIMIT];

    memset(opened, 0x5a, sizeof opened);
    if (aead_open(key, nonce, (struct span){aad, aad_size}, (struct span){sealed, size},
                  opened)) return false;
    for (size_t i = 0; i < sizeof opened; i++) {
        if (opened[i] != 0x5a) return false;
    }
    return true;
}

/* Turns each bit of `bytes` by turns. */
static bool every_bit_counts(unsigned char *bytes, size_t size, const unsigned char *sealed,
                             size_t sealed_size, size_t aad_size)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        bool refused = is_refused(sealed, sealed_size, aad_size);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        if (!refused) return false;
    }
    return true;
}

static void refusals(void)
{
    enum { SIZE = 45, AAD = 21, SEALED = SIZE + AEAD_TAG };
    unsigned char sealed[SEALED + 1] = {0};
    bool shorter = true;

    aead_seal(key, nonce, (struct span){aad, AAD}, (struct span){text, SIZE}, sealed);
    ok(every_bit_counts(sealed, SEALED, sealed, SEALED, AAD),
       "a sealed text with a wrong bit is refused");
    ok(every_bit_counts(aad, AAD, sealed, SEALED, AAD),
       "associated data with a wrong bit are refused");
    ok(every_bit_counts(key, AEAD_KEY, sealed, SEALED, AAD), "a key with a wrong bit is refused");
    ok(every_bit_counts(nonce, AEAD_NONCE, sealed, SEALED, AAD),
       "a nonce with a wrong bit is refused");
    for (size_t size = 0; size < SEALED; size++) {
        if (!is_refused(sealed, size, AAD)) shorter = false;
    }
    ok(shorter, "a sealed text that is cut is refused");
    ok(is_refused(sealed, SEALED + 1, AAD), "a sealed text that is a byte longer is refused");
    ok(is_refused(sealed, SEALED, AAD - 1) && is_refused(sealed, SEALED, AAD + 1),
       "associated data of another size are refused");
    ok(!is_refused(sealed, SEALED, AAD), "the unchanged text is opened");

    /* 16 bytes of text, or of associated data: the tag must tell which. */
    aead_seal(key, nonce, (struct span){NULL, 0}, (struct span){text, 16}, sealed);
    memcpy(aad, sealed, 16);
    ok(is_refused(sealed + 16, AEAD_TAG, 16),
       "text that is passed off as associated data is refused");
}

int main(void)
{
    uint64_t seed = 6;

    plan(45);
    chacha20_vectors();
    chacha20_properties();
    poly1305_vectors();
    poly1305_properties();
    poly1305_near_p();
    poly1305_pieces();
    key_vectors();
    aead_vectors();
    seeded_bytes(&seed, key, sizeof key);
    seeded_bytes(&seed, nonce, sizeof nonce);
    seeded_bytes(&seed, text, sizeof text);
    seeded_bytes(&seed, aad, sizeof aad);
    every_size();
    canaries();
    refusals();
    return done();
}
