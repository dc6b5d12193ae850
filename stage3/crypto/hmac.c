#include "hmac.h"

#include <string.h>

#include "constant.h"

void hmac_start(struct hmac *hmac, const void *key, size_t size)
{
    unsigned char pad[SHA256_BLOCK] = {0};

    if (size > SHA256_BLOCK) sha256(key, size, pad);
    else if (size > 0) memcpy(pad, key, size);
    for (size_t i = 0; i < sizeof pad; i++) pad[i] ^= 0x36; /* ipad */
    sha256_start(&hmac->inner);
    sha256_add(&hmac->inner, pad, sizeof pad);
    for (size_t i = 0; i < sizeof pad; i++) pad[i] ^= 0x36 ^ 0x5c; /* opad */
    sha256_start(&hmac->outer);
    sha256_add(&hmac->outer, pad, sizeof pad);
    wipe(pad, sizeof pad);
}

void hmac_add(struct hmac *hmac, const void *bytes, size_t size)
{
    sha256_add(&hmac->inner, bytes, size);
}

void hmac_end(struct hmac *hmac, unsigned char out[HMAC_BYTES])
{
    unsigned char inner[SHA256_BYTES];

    sha256_end(&hmac->inner, inner);
    sha256_add(&hmac->outer, inner, sizeof inner);
    sha256_end(&hmac->outer, out);
    wipe(inner, sizeof inner);
}

void hmac(const void *key, size_t key_size, const void *bytes, size_t size,
          unsigned char out[HMAC_BYTES])
{
    struct hmac state;

    hmac_start(&state, key, key_size);
    hmac_add(&state, bytes, size);
    hmac_end(&state, out);
}
