#include "seal.h"

#include <string.h>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/constant.h"
#include "crypto/hmac.h"

static void derive(const unsigned char prk[SEAL_KEY], const char *label,
                   const unsigned char t[SEAL_KEY], unsigned char key[SEAL_KEY])
{
    struct hmac state;

    hmac_start(&state, prk, SEAL_KEY);
    hmac_add(&state, label, strlen(label));
    hmac_add(&state, t, SEAL_KEY);
    hmac_end(&state, key);
}

/* Extract, then expand, as in RFC 5869, but without its block number, because one block is
   enough. */
void seal_keys_make(struct seal_keys *keys, const unsigned char n[SEAL_KEY],
                    const unsigned char k[SEAL_KEY], const unsigned char s[SEAL_KEY],
                    const unsigned char t[SEAL_KEY])
{
    unsigned char prk[SEAL_KEY];
    struct hmac state;

    hmac_start(&state, n, SEAL_KEY);
    hmac_add(&state, k, SEAL_KEY);
    hmac_add(&state, s, SEAL_KEY);
    hmac_end(&state, prk);
    derive(prk, "chat3 client request", t, keys->request);
    derive(prk, "chat3 server answer", t, keys->answer);
    derive(prk, "chat3 client datagrams", t, keys->up);
    derive(prk, "chat3 server datagrams", t, keys->down);
    wipe(prk, sizeof prk);
}

void seal_key_of_start(const unsigned char key[SEAL_KEY], const unsigned char id[SEAL_ID],
                       unsigned char out[SEAL_KEY])
{
    static const char label[] = "chat3 start";
    struct hmac state;

    hmac_start(&state, key, SEAL_KEY);
    hmac_add(&state, label, strlen(label));
    hmac_add(&state, id, SEAL_ID);
    hmac_end(&state, out);
}

static void make_nonce(uint64_t number, unsigned char nonce[AEAD_NONCE])
{
    wire_put32(nonce, 0);
    wire_put64(nonce + 4, number);
}

void seal(const unsigned char key[SEAL_KEY], uint64_t number, struct span associated,
          struct span text, void *out)
{
    unsigned char nonce[AEAD_NONCE];

    make_nonce(number, nonce);
    aead_seal(key, nonce, associated, text, out);
}

bool seal_open(const unsigned char key[SEAL_KEY], uint64_t number, struct span associated,
               struct span sealed, void *out)
{
    unsigned char nonce[AEAD_NONCE];

    make_nonce(number, nonce);
    return aead_open(key, nonce, associated, sealed, out);
}
