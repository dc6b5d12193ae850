#include "password.h"

#include <string.h>

#include "base/bytes.h"
#include "crypto/constant.h"
#include "crypto/hmac.h"

#define SALT_LABEL "chat3"

enum {
    SALT_LABEL_SIZE = sizeof SALT_LABEL - 1,
    TOLD_LIMIT = 2 * SEAL_ID + 8 + NAME_LIMIT /* bytes that are sealed with a line */
};

void password_start(struct pbkdf2 *work, struct text password,
                    const unsigned char fingerprint[SHA256_BYTES], struct text room)
{
    unsigned char salt[SALT_LABEL_SIZE + SHA256_BYTES + NAME_LIMIT];

    memcpy(salt, SALT_LABEL, SALT_LABEL_SIZE);
    memcpy(salt + SALT_LABEL_SIZE, fingerprint, SHA256_BYTES);
    memcpy(salt + SALT_LABEL_SIZE + SHA256_BYTES, room.bytes, room.size);
    pbkdf2_start(work, (struct span){password.bytes, password.size},
                 (struct span){salt, SALT_LABEL_SIZE + SHA256_BYTES + room.size}, 1,
                 PASSWORD_ROUNDS);
}

void password_end(struct pbkdf2 *work, unsigned char proof[SEAL_KEY],
                  unsigned char secret[SEAL_KEY])
{
    unsigned char p[PBKDF2_BYTES];

    pbkdf2_end(work, p);
    hmac(p, sizeof p, "proof", 5, proof);
    hmac(p, sizeof p, "room", 4, secret);
    wipe(p, sizeof p);
}

static void key_of(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   unsigned char key[SEAL_KEY])
{
    struct hmac state;

    hmac_start(&state, secret, SEAL_KEY);
    hmac_add(&state, "say", 3);
    hmac_add(&state, line->room, SEAL_ID);
    hmac_add(&state, line->member, SEAL_ID);
    hmac_end(&state, key);
}

/* Writes the additional data: it is not in the line, but must be right. */
static size_t associated(const struct password_line *line, unsigned char out[TOLD_LIMIT])
{
    memcpy(out, line->room, SEAL_ID);
    memcpy(out + SEAL_ID, line->member, SEAL_ID);
    wire_put64(out + 2 * SEAL_ID, line->number);
    memcpy(out + 2 * SEAL_ID + 8, line->name.bytes, line->name.size);
    return 2 * SEAL_ID + 8 + line->name.size;
}

void password_seal(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out)
{
    unsigned char key[SEAL_KEY], with[TOLD_LIMIT];
    size_t size = associated(line, with);

    key_of(secret, line, key);
    seal(key, line->number, (struct span){with, size},
         (struct span){line->text.bytes, line->text.size}, out);
    wipe(key, sizeof key);
}

bool password_open(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out)
{
    unsigned char key[SEAL_KEY], with[TOLD_LIMIT];
    size_t size = associated(line, with);

    if (line->text.size < SEAL_TAG) return false;
    key_of(secret, line, key);
    bool good = seal_open(key, line->number, (struct span){with, size},
                          (struct span){line->text.bytes, line->text.size}, out);
    wipe(key, sizeof key);
    return good;
}
