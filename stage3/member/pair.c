#include "pair.h"

#include <stdlib.h>
#include <string.h>

#include "base/program.h"
#include "crypto/constant.h"
#include "keys/keyfile.h"
#include "keys/system_random.h"

enum { SLICE = 10 }; /* milliseconds of computing in one turn of the loop */

void pair_open(struct pair *pair)
{
    const char *path = getenv("CHAT_TEST_PAIR");

    memset(pair, 0, sizeof *pair);
    pair->given = path && path[0];
    if (pair->given) keyfile_given(path, &pair->key);
    pair->ready = pair->given;
    pair_want(pair);
}

void pair_close(struct pair *pair)
{
    wipe(pair, sizeof *pair);
}

void pair_want(struct pair *pair)
{
    if (pair->wanted || pair->ready) return;
    pair->wanted = true;
    rsa_make_start(&pair->making);
}

bool pair_take(struct pair *pair, struct rsa_key *key)
{
    pair_want(pair);
    if (!pair->ready) return false;
    memcpy(key, &pair->key, sizeof *key);
    if (pair->given) return true;
    wipe(&pair->key, sizeof pair->key);
    pair->ready = false;
    return true;
}

int64_t pair_due(const struct pair *pair)
{
    return pair->wanted ? 0 : INT64_MAX;
}

void pair_work(struct pair *pair)
{
    int64_t until = program_now() + SLICE;

    while (pair->wanted && program_now() < until) {
        switch (rsa_make_step(&pair->making, &pair->key, system_random, NULL)) {
        case RSA_ON: break;
        case RSA_MADE:
            pair->ready = true;
            pair->wanted = false;
            break;
        case RSA_FAILED: program_die("cannot make a key: no good numbers");
        }
    }
}
