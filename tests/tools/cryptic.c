/*
 * cryptic: the cryptography of stage 3 as a command, to compare it with other implementations.
 *
 *     cryptic sha256 | hmac KEY | pbkdf2 PASSWORD SALT ROUNDS        prints hexadecimal digits
 *     cryptic chacha20 KEY NONCE COUNTER | seal KEY NONCE AAD | open KEY NONCE AAD
 *     cryptic encrypt MODULUS LABEL | decrypt P Q SIZE LABEL         OAEP; SIZE is the message's
 *     cryptic key FILE        makes a key in the format of RFC 8017, A.1.2; prints the modulus
 *
 * Model: a text, where one is needed, comes on standard input, and the result goes to standard
 * output. Keys and other arguments are hexadecimal digits; password, salt and label are plain text.
 * Status 1 and nothing on standard output: it does not open.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../stage3/crypto/aead.h"
#include "../../stage3/crypto/chacha20.h"
#include "../../stage3/crypto/hmac.h"
#include "../../stage3/crypto/oaep.h"
#include "../../stage3/crypto/pbkdf2.h"
#include "../../stage3/crypto/rsa.h"
#include "../../stage3/crypto/sha256.h"
#include "tool.h"

enum { TEXT_MAX = 65536, ARGUMENT_MAX = 1024 };

static unsigned char text[TEXT_MAX + AEAD_TAG];
static size_t text_size;

static void read_text(void)
{
    text_size = fread(text, 1, TEXT_MAX, stdin);
    if (!feof(stdin)) tool_die(TOOL_FAILED, "more than %d bytes, or a broken input", TEXT_MAX);
}

static void write_text(size_t size)
{
    if (fwrite(text, 1, size, stdout) != size) tool_die(TOOL_FAILED, "cannot write");
}

static void print_hex(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
    putchar('\n');
}

/* Parses hexadecimal digits to exactly `size` bytes. */
static void read_exactly(const char *digits, unsigned char *out, size_t size)
{
    if (strlen(digits) != 2 * size) tool_die(TOOL_USAGE, "%s: not %zu bytes", digits, size);
    for (size_t i = 0; i < size; i++) {
        char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        char *end;
        out[i] = (unsigned char)strtoul(pair, &end, 16);
        if (*end != '\0') tool_die(TOOL_USAGE, "%s: not hexadecimal", digits);
    }
}

static size_t read_any(const char *digits, unsigned char out[ARGUMENT_MAX])
{
    size_t size = strlen(digits) / 2;

    if (size > ARGUMENT_MAX) tool_die(TOOL_USAGE, "%s: too long", digits);
    read_exactly(digits, out, size);
    return size;
}

static void random_bytes(void *context, void *bytes, size_t size)
{
    if (fread(bytes, 1, size, context) != size) tool_die(TOOL_FAILED, "cannot read random bytes");
}

static FILE *open_random(void)
{
    FILE *file = fopen("/dev/urandom", "rb");

    if (file == NULL) tool_die(TOOL_FAILED, "/dev/urandom: cannot open");
    return file;
}

/* --- ciphers and hashes ----------------------------------------------------------------------- */

static int do_sha256(char **argument)
{
    unsigned char hash[SHA256_BYTES];

    (void)argument;
    read_text();
    sha256(text, text_size, hash);
    print_hex(hash, sizeof hash);
    return 0;
}

static int do_hmac(char **argument)
{
    unsigned char key[ARGUMENT_MAX], hash[HMAC_BYTES];
    size_t key_size = read_any(argument[0], key);

    read_text();
    hmac(key, key_size, text, text_size, hash);
    print_hex(hash, sizeof hash);
    return 0;
}

static int do_pbkdf2(char **argument)
{
    long rounds = tool_number("ROUNDS", argument[2], 1, 100000000);
    unsigned char key[PBKDF2_BYTES];
    struct pbkdf2 work;

    pbkdf2_start(&work, (struct span){argument[0], strlen(argument[0])},
                 (struct span){argument[1], strlen(argument[1])}, 1, (uint32_t)rounds);
    while (!pbkdf2_step(&work, 1000)) continue;
    pbkdf2_end(&work, key);
    print_hex(key, sizeof key);
    return 0;
}

static int do_chacha20(char **argument)
{
    unsigned char key[CHACHA20_KEY], nonce[CHACHA20_NONCE];
    long counter = tool_number("COUNTER", argument[2], 0, 1000000);
    struct chacha20 cipher;

    read_exactly(argument[0], key, sizeof key);
    read_exactly(argument[1], nonce, sizeof nonce);
    read_text();
    chacha20_start(&cipher, key, nonce, (uint32_t)counter);
    chacha20_xor(&cipher, text, text_size, text);
    write_text(text_size);
    return 0;
}

static int do_seal(char **argument)
{
    unsigned char key[AEAD_KEY], nonce[AEAD_NONCE], aad[ARGUMENT_MAX];

    read_exactly(argument[0], key, sizeof key);
    read_exactly(argument[1], nonce, sizeof nonce);
    size_t aad_size = read_any(argument[2], aad);
    read_text();
    aead_seal(key, nonce, (struct span){aad, aad_size}, (struct span){text, text_size}, text);
    write_text(text_size + AEAD_TAG);
    return 0;
}

static int do_open(char **argument)
{
    unsigned char key[AEAD_KEY], nonce[AEAD_NONCE], aad[ARGUMENT_MAX];

    read_exactly(argument[0], key, sizeof key);
    read_exactly(argument[1], nonce, sizeof nonce);
    size_t aad_size = read_any(argument[2], aad);
    read_text();
    if (!aead_open(key, nonce, (struct span){aad, aad_size}, (struct span){text, text_size},
                   text)) return TOOL_FAILED;
    write_text(text_size - AEAD_TAG);
    return 0;
}

/* --- RSA -------------------------------------------------------------------------------------- */

static int do_encrypt(char **argument)
{
    unsigned char n[RSA_BYTES], seed[OAEP_SEED], sealed[RSA_BYTES];
    FILE *random = open_random();

    read_exactly(argument[0], n, sizeof n);
    random_bytes(random, seed, sizeof seed);
    fclose(random);
    read_text();
    if (!oaep_encrypt(n, argument[1], text, text_size, seed, sealed)) return TOOL_FAILED;
    memcpy(text, sealed, sizeof sealed);
    write_text(sizeof sealed);
    return 0;
}

static int do_decrypt(char **argument)
{
    static struct rsa_key key;
    unsigned char p[RSA_PRIME], q[RSA_PRIME], message[OAEP_LIMIT];
    long size = tool_number("SIZE", argument[2], 0, OAEP_LIMIT);

    read_exactly(argument[0], p, sizeof p);
    read_exactly(argument[1], q, sizeof q);
    FILE *random = open_random();
    bool made = rsa_from_primes(&key, p, q, random_bytes, random);
    fclose(random);
    if (!made) tool_die(TOOL_FAILED, "the primes make no key");
    read_text();
    if (text_size != RSA_BYTES) return TOOL_FAILED;
    if (!oaep_decrypt(&key, argument[3], text, message, (size_t)size)) return TOOL_FAILED;
    memcpy(text, message, (size_t)size);
    write_text((size_t)size);
    return 0;
}

/* d = 1 / e mod (p - 1)(q - 1), which our own keys do not need: (1 + k * phi) / e, where k is found
   by trial. */
static void whole_exponent(const struct rsa_key *key, uint32_t d[BIGNUM_LIMBS])
{
    uint32_t one[BIGNUM_LIMBS] = {1};
    uint32_t k = 1;

    bignum_add(d, key->n.n, one, BIGNUM_LIMBS); /* phi is n + 1 - p - q */
    bignum_subtract(d, d, key->p.n, BIGNUM_LIMBS);
    bignum_subtract(d, d, key->q.n, BIGNUM_LIMBS);
    uint64_t rest = bignum_remainder(d, RSA_EXPONENT, BIGNUM_LIMBS);
    while ((1 + k * rest) % RSA_EXPONENT != 0) k++;
    bignum_scale(d, k, 1, BIGNUM_LIMBS);
    bignum_divide(d, RSA_EXPONENT, BIGNUM_LIMBS);
}

/* Writes a DER INTEGER of `size` bytes at text + text_size. A zero byte before them keeps it
   positive whatever its highest bit is. Zero bytes that are not needed must be left out. */
static void put_integer(const uint32_t *number, size_t limbs)
{
    unsigned char bytes[RSA_BYTES + 1] = {0};
    unsigned char *from = bytes;
    size_t size = sizeof bytes;

    bignum_write(bytes + 1, RSA_BYTES, number, limbs);
    while (size > 1 && from[0] == 0 && from[1] < 0x80) from++, size--;
    text[text_size++] = 0x02;
    if (size >= 0x100) text[text_size++] = 0x82, text[text_size++] = (unsigned char)(size >> 8);
    else if (size >= 0x80) text[text_size++] = 0x81;
    text[text_size++] = (unsigned char)size;
    memcpy(text + text_size, from, size);
    text_size += size;
}

/* RSAPrivateKey: a SEQUENCE of version, n, e, d, p, q, dp, dq, 1/q, without its first 4 bytes. */
static void put_key(const struct rsa_key *key)
{
    uint32_t zero[PRIME_LIMBS] = {0}, exponent[PRIME_LIMBS] = {RSA_EXPONENT};
    uint32_t d[BIGNUM_LIMBS], qinv[PRIME_LIMBS];

    whole_exponent(key, d);
    modulus_leave(&key->p, qinv, key->qinv);
    put_integer(zero, PRIME_LIMBS);
    put_integer(key->n.n, BIGNUM_LIMBS);
    put_integer(exponent, PRIME_LIMBS);
    put_integer(d, BIGNUM_LIMBS);
    put_integer(key->p.n, PRIME_LIMBS);
    put_integer(key->q.n, PRIME_LIMBS);
    put_integer(key->dp, PRIME_LIMBS);
    put_integer(key->dq, PRIME_LIMBS);
    put_integer(qinv, PRIME_LIMBS);
}

static int do_key(char **argument)
{
    static struct rsa_key key;
    unsigned char n[RSA_BYTES];
    FILE *random = open_random();

    if (!rsa_generate(&key, random_bytes, random)) tool_die(TOOL_FAILED, "no key is found");
    fclose(random);
    put_key(&key);
    unsigned char start[] = {0x30, 0x82, (unsigned char)(text_size >> 8), (unsigned char)text_size};
    FILE *file = fopen(argument[0], "wb");
    if (file == NULL || fwrite(start, 1, sizeof start, file) != sizeof start
        || fwrite(text, 1, text_size, file) != text_size || fclose(file) != 0) {
        tool_die(TOOL_FAILED, "%s: cannot write", argument[0]);
    }
    rsa_modulus(&key, n);
    print_hex(n, sizeof n);
    return 0;
}

static const struct {
    const char *name;
    int arguments;
    int (*run)(char **argument);
} command[] = {
    {"sha256", 0, do_sha256}, {"hmac", 1, do_hmac}, {"pbkdf2", 3, do_pbkdf2},
    {"chacha20", 3, do_chacha20}, {"seal", 3, do_seal}, {"open", 3, do_open},
    {"encrypt", 2, do_encrypt}, {"decrypt", 4, do_decrypt}, {"key", 1, do_key},
};

int main(int argc, char **argv)
{
    tool_start("cryptic");
    for (size_t i = 0; argc > 1 && i < sizeof command / sizeof command[0]; i++) {
        if (strcmp(argv[1], command[i].name) != 0) continue;
        if (argc == command[i].arguments + 2) return command[i].run(argv + 2);
    }
    fprintf(stderr, "usage: cryptic COMMAND ARGUMENT...: see cryptic.c\n");
    return TOOL_USAGE;
}
