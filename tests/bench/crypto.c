/*
 * crypto: how fast the cryptography of stage 3 is on this machine, as CSV.
 *
 * Model: each operation is repeated for a fraction of a second, several times, and the fastest of
 * these times counts, because other work of the machine only makes it slower. The time to make a
 * key is random, so that is the mean of several.
 *
 * Columns: what, bytes (of one operation; 0: not a matter of bytes), operations a second,
 * microseconds an operation, megabytes (10^6 bytes) a second.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../stage3/base/random.h"
#include "../../stage3/crypto/aead.h"
#include "../../stage3/crypto/oaep.h"
#include "../../stage3/crypto/pbkdf2.h"
#include "../../stage3/crypto/rsa.h"
#include "../../stage3/crypto/sha256.h"
#include "watch.h"

enum {
    SIZE_MOST = 4096,
    TIMES = 5,       /* of which the fastest counts */
    KEYS = 8,        /* that are made */
    ROUNDS = 600000, /* of PBKDF2: what a password costs in stage 3 */
    PASSWORD = 12    /* bytes; any number gives the same time */
};

#define LENGTH 100000000u /* nanoseconds of one time, or one operation if that is longer */

/* All that the operations work on. */
struct desk {
    unsigned char key[AEAD_KEY];
    unsigned char nonce[AEAD_NONCE];
    unsigned char text[SIZE_MOST];
    unsigned char sealed[SIZE_MOST + AEAD_TAG];
    unsigned char hash[SHA256_BYTES];
    unsigned char secret[32];
    unsigned char seed[OAEP_SEED];
    unsigned char modulus[RSA_BYTES];
    unsigned char block[RSA_BYTES];
    unsigned char number[RSA_BYTES];
    struct rsa_key rsa;
    size_t size;
    bool right; /* has everything come out as it must? */
};

typedef void operation(struct desk *desk);

static void from_system(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}

/* ---- the operations ---- */

static void do_seal(struct desk *d)
{
    aead_seal(d->key, d->nonce, (struct span){NULL, 0}, (struct span){d->text, d->size}, d->sealed);
}

static void do_open(struct desk *d)
{
    if (!aead_open(d->key, d->nonce, (struct span){NULL, 0},
                   (struct span){d->sealed, d->size + AEAD_TAG}, d->text))
        d->right = false;
}

static void do_hash(struct desk *d)
{
    sha256(d->text, d->size, d->hash);
}

static void do_encrypt(struct desk *d)
{
    if (!oaep_encrypt(d->modulus, "", d->secret, sizeof d->secret, d->seed, d->block))
        d->right = false;
}

static void do_decrypt(struct desk *d)
{
    unsigned char secret[sizeof d->secret];

    if (!oaep_decrypt(&d->rsa, "", d->block, secret, sizeof secret)
        || memcmp(secret, d->secret, sizeof secret) != 0)
        d->right = false;
}

static void do_public(struct desk *d)
{
    if (!rsa_public(d->modulus, d->number, d->number)) d->right = false;
}

static void do_private(struct desk *d)
{
    if (!rsa_private(&d->rsa, d->number, d->number)) d->right = false;
}

static void do_make_key(struct desk *d)
{
    if (!rsa_generate(&d->rsa, from_system, NULL)) d->right = false;
}

static void do_password(struct desk *d)
{
    struct pbkdf2 work;

    pbkdf2_start(&work, (struct span){d->text, PASSWORD}, (struct span){d->seed, sizeof d->seed}, 1,
                 ROUNDS);
    while (!pbkdf2_step(&work, ROUNDS)) continue;
    pbkdf2_end(&work, d->hash);
}

/* ---- measuring ---- */

static void print(const char *what, size_t bytes, double nanoseconds)
{
    printf("%s,%lu,%.2f,%.3f,", what, (unsigned long)bytes, 1e9 / nanoseconds, nanoseconds / 1e3);
    if (bytes > 0)
        printf("%.1f\n", (double)bytes * 1e3 / nanoseconds);
    else
        puts("-");
    fflush(stdout);
}

/* Nanoseconds of one operation, if as many as fit into LENGTH are done in a row. */
static double time_once(operation *work, struct desk *desk)
{
    uint64_t start = watch_clock();
    uint64_t now = start;
    uint64_t done = 0;

    for (uint64_t batch = 1; now - start < LENGTH; batch *= 2) {
        for (uint64_t i = 0; i < batch; i++) work(desk);
        done += batch;
        now = watch_clock();
    }
    return (double)(now - start) / (double)done;
}

static void measure(const char *what, size_t bytes, operation *work, struct desk *desk)
{
    double best = 0;

    for (int i = 0; i < TIMES; i++) {
        double time = time_once(work, desk);
        if (i == 0 || time < best) best = time;
    }
    print(what, bytes, best);
}

static void measure_keys(struct desk *desk)
{
    uint64_t start = watch_clock();

    for (int i = 0; i < KEYS; i++) do_make_key(desk);
    print("rsa key", 0, (double)(watch_clock() - start) / KEYS);
}

static void measure_bytes(struct desk *desk)
{
    static const size_t sizes[] = {64, 256, 1024, 1200, SIZE_MOST};
    size_t count = sizeof sizes / sizeof sizes[0];

    for (size_t i = 0; i < count; i++) {
        desk->size = sizes[i];
        measure("seal", desk->size, do_seal, desk);
        measure("open", desk->size, do_open, desk);
    }
    for (size_t i = 0; i < count; i++) {
        desk->size = sizes[i];
        measure("sha256", desk->size, do_hash, desk);
    }
}

int main(void)
{
    static struct desk desk;

    desk.right = true;
    puts("what,bytes,per_second,microseconds,megabytes_per_second");
    measure_bytes(&desk);
    measure_keys(&desk);
    rsa_modulus(&desk.rsa, desk.modulus);
    desk.number[RSA_BYTES - 1] = 2;
    measure("rsa public", 0, do_public, &desk);
    measure("rsa private", 0, do_private, &desk);
    measure("oaep encrypt", 0, do_encrypt, &desk);
    measure("oaep decrypt", 0, do_decrypt, &desk);
    measure("pbkdf2 600000 rounds", 0, do_password, &desk);
    if (!desk.right) fputs("crypto: something came out wrong\n", stderr);
    return desk.right ? 0 : 1;
}
