#include "room_key.h"

#include <stdlib.h>
#include <string.h>

#include "base/program.h"
#include "crypto/constant.h"

enum {
    SLICE = 10,         /* milliseconds of computing before the loop has its turn again */
    SLICE_ROUNDS = 2000 /* of PBKDF2, between two looks at the clock */
};

bool room_key_create(struct room_key *key, struct text password)
{
    if (password.size == 0) return true;
    key->password_size = password.size;
    key->password = malloc(password.size);
    if (key->password) memcpy(key->password, password.bytes, password.size);
    return key->password != NULL;
}

static void wipe_password(struct room_key *key)
{
    if (key->password) wipe(key->password, key->password_size);
    free(key->password);
    key->password = NULL;
}

void room_key_start(struct room_key *key, const unsigned char fingerprint[SHA256_BYTES],
                    struct text room)
{
    struct text password = {key->password, key->password_size};

    password_start(&key->work, password, fingerprint, room);
    wipe_password(key);
}

bool room_key_work(struct room_key *key)
{
    int64_t until = program_now() + SLICE;

    do {
        if (pbkdf2_step(&key->work, SLICE_ROUNDS)) {
            password_end(&key->work, key->proof, key->secret);
            key->made = true;
            return true;
        }
    } while (program_now() < until);
    return false;
}

void room_key_destroy(struct room_key *key)
{
    wipe_password(key);
    wipe(key, sizeof *key);
}
