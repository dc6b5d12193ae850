#include "primes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* `digits` in pairs to RSA_PRIME bytes. */
static void read_prime(const char *digits, unsigned char out[RSA_PRIME])
{
    for (int i = 0; i < RSA_PRIME; i++) {
        char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        out[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
}

void primes_read(const char *path, struct rsa_key *key)
{
    unsigned char p[RSA_PRIME], q[RSA_PRIME];
    char first[2 * RSA_PRIME + 1] = "", second[2 * RSA_PRIME + 1] = "";
    FILE *file = fopen(path, "r");

    if (!file) tool_die(TOOL_FAILED, "%s: %s", path, strerror(errno));
    int found = fscanf(file, "%*[^\n] p %256[0-9a-f] q %256[0-9a-f]", first, second);
    fclose(file);
    if (found != 2) tool_die(TOOL_FAILED, "%s: no key", path);
    read_prime(first, p);
    read_prime(second, q);
    if (!rsa_from_tested(key, p, q)) tool_die(TOOL_FAILED, "%s: no key", path);
}
