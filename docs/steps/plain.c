/*
 * plain: a line sealed with RSA itself, as many a chat does it, and what somebody who only listens
 * makes of that; and the same with padding. `plain LINE GUESS...` seals the line for a new key, and
 * then tries the guesses, as the listener does, with what everybody has: the public key.
 *
 * It needs all of stage3/crypto.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/oaep.h"
#include "crypto/rsa.h"

static unsigned char n[RSA_BYTES]; /* the public key */

static void system_random(void *context, void *bytes, size_t size)
{
    FILE *file = fopen("/dev/urandom", "rb");

    (void)context;
    if (!file || fread(bytes, 1, size, file) != size) exit(1);
    fclose(file);
}

/* The line is the number, its last byte the lowest. */
static void seal_plainly(const char *line, unsigned char sealed[RSA_BYTES])
{
    unsigned char number[RSA_BYTES] = {0};
    size_t size = strlen(line);

    memcpy(number + RSA_BYTES - size, line, size);
    rsa_public(n, number, sealed);
}

static bool seal_padded(const char *line, unsigned char sealed[RSA_BYTES])
{
    unsigned char seed[OAEP_SEED];

    system_random(NULL, seed, sizeof seed);
    return oaep_encrypt(n, "", line, strlen(line), seed, sealed);
}

static const char *compare(const unsigned char *one, const unsigned char *other)
{
    return memcmp(one, other, RSA_BYTES) == 0 ? "the same bytes" : "other bytes";
}

int main(int argc, char **argv)
{
    unsigned char first[RSA_BYTES], second[RSA_BYTES];
    char longest[OAEP_LIMIT + 2] = {0};
    struct rsa_key key;

    if (argc < 2 || strlen(argv[1]) > OAEP_LIMIT) return 2;
    if (!rsa_generate(&key, system_random, NULL)) return 1;
    rsa_modulus(&key, n);
    seal_plainly(argv[1], first);
    seal_plainly(argv[1], second);
    printf("plainly, twice: %s\n", compare(first, second));
    for (int i = 2; i < argc; i++) {
        if (strlen(argv[i]) > OAEP_LIMIT) return 2;
        seal_plainly(argv[i], second);
        printf("    is it \"%s\"? %s\n", argv[i], compare(first, second));
    }
    if (!seal_padded(argv[1], first) || !seal_padded(argv[1], second)) return 2;
    printf("with padding, twice: %s\n", compare(first, second));
    memset(longest, 'x', OAEP_LIMIT + 1);
    printf("%d bytes: %s\n", OAEP_LIMIT + 1, seal_padded(longest, first) ? "sealed" : "no room");
    longest[OAEP_LIMIT] = '\0';
    printf("%d bytes: %s\n", OAEP_LIMIT, seal_padded(longest, first) ? "sealed" : "no room");
    return 0;
}
