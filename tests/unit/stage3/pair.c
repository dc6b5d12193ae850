/* links: stage3/keys/system_random.c stage3/member/pair.c stage3/crypto/rsa.c */
/* links: stage3/crypto/prime.c stage3/crypto/bignum.c stage3/crypto/constant.c */
/* links: stage3/crypto/sha256.c stage3/base/random.c stage3/base/program.c */
/* links: stage3/base/ordinary.c stage3/base/path.c stage3/keys/keyfile.c */
/*
 * pair: made in slices, taken once, and another one each time; but not where a test hands one in.
 */
#include "member/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/program.h"
#include "given_pair.h"
#include "tap.h"

static bool is_zero(const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;

    while (size > 0 && byte[size - 1] == 0) size--;
    return size == 0;
}

static bool works(const struct rsa_key *key)
{
    unsigned char n[RSA_BYTES], number[RSA_BYTES] = {1, 2, 3}, out[RSA_BYTES];

    rsa_modulus(key, n);
    return rsa_public(n, number, out) && rsa_private(key, out, out)
        && memcmp(number, out, sizeof out) == 0;
}

/* Until there is one. Returns the number of slices; 0: there is none. */
static int work(struct pair *pair)
{
    for (int slices = 1; slices < 100000; slices++) {
        pair_work(pair);
        if (pair->ready) return slices;
    }
    return 0;
}

static void made(void)
{
    static struct pair pair;
    static struct rsa_key one, other;

    pair_open(&pair);
    ok(!pair_take(&pair, &one) && pair_due(&pair) == 0, "a new pair is wanted");
    ok(work(&pair) > 0 && pair_due(&pair) == INT64_MAX, "a made pair leaves nothing to do");
    ok(is_zero(&pair.making, sizeof pair.making), "the working state is wiped");
    ok(pair_take(&pair, &one) && works(&one), "the pair can be taken and works");
    ok(is_zero(&pair.key, sizeof pair.key) && pair_due(&pair) == INT64_MAX,
       "a taken pair is moved, and no other is wanted");
    pair_work(&pair);
    ok(is_zero(&pair.making, sizeof pair.making), "no pair is made unless it is wanted");
    pair_want(&pair);
    pair_want(&pair);
    ok(work(&pair) > 0 && pair_take(&pair, &other) && works(&other), "a wanted pair is made");
    ok(memcmp(&one.n, &other.n, sizeof one.n) != 0, "the next pair is another one");
    ok(!pair_take(&pair, &one) && pair_due(&pair) == 0, "taking from an empty place wants a pair");
    pair_work(&pair);
    pair_close(&pair);
    ok(is_zero(&pair, sizeof pair), "closed: nothing is left of it");
}

static void given(const char *path)
{
    static struct pair pair;
    static struct rsa_key one, other;
    FILE *file = fopen(path, "w");

    if (!file) abort();
    fprintf(file, "chat3 pair for tests, known to everybody\np %s\nq %s\n", given_p, given_q);
    fclose(file);
    setenv("CHAT_TEST_PAIR", path, 1);
    pair_open(&pair);
    ok(pair_due(&pair) == INT64_MAX && pair_take(&pair, &one) && pair_take(&pair, &other)
       && memcmp(&one, &other, sizeof one) == 0, "the pair of a test is there each time");
    ok(memcmp(&one.n, &given_pair()->n, sizeof one.n) == 0, "the pair of a test is the given one");
    pair_close(&pair);
    setenv("CHAT_TEST_PAIR", "", 1);
    pair_open(&pair);
    ok(pair_due(&pair) == 0, "an empty name is none");
    pair_close(&pair);
    unlink(path);
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    char path[300];

    plan(13);
    unsetenv("CHAT_TEST_PAIR");
    snprintf(path, sizeof path, "%s/pair.%ld", folder ? folder : "/tmp", (long)getpid());
    made();
    given(path);
    return done();
}
