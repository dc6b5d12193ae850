/*
 * seal: the keys of one exchange, and sealing with a number as the nonce.
 *
 * Model: client and server share three things after the exchange over TCP: k, which the client made
 * and only the server's private key can read; s, which the server made and only a private key can
 * read that the client has for this exchange alone; and T, a hash of every byte that both have
 * seen. All keys come from these and from N, the server's fresh random number. Whoever changes a
 * byte on the way changes T, and with it every key; whoever plays an old recording to the server
 * meets a new N; and when the client has wiped its private key, nobody can make these keys again,
 * not even with the server's.
 *
 * A key is for one direction and one purpose, so a number is never used twice with it.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEAL_KEY = 32,   /* bytes: a key of ChaCha20-Poly1305; also N, k, s, T, m and proofs */
    SEAL_TAG = 16,   /* bytes that a sealed text is longer */
    SEAL_ID = 16     /* bytes of a room id or a member id */
};

struct seal_keys {
    unsigned char request[SEAL_KEY]; /* over TCP, client to server */
    unsigned char answer[SEAL_KEY];  /* over TCP, server to client */
    unsigned char up[SEAL_KEY];      /* datagrams, client to server */
    unsigned char down[SEAL_KEY];    /* datagrams, server to client */
};

void seal_keys_make(struct seal_keys *keys, const unsigned char n[SEAL_KEY],
                    const unsigned char k[SEAL_KEY], const unsigned char s[SEAL_KEY],
                    const unsigned char t[SEAL_KEY]);

/* The key of a datagram under a later start of the server than the one that made `key` with the
   client: HMAC(key, "chat3 start", id). `out` may be `key`. */
void seal_key_of_start(const unsigned char key[SEAL_KEY], const unsigned char id[SEAL_ID],
                       unsigned char out[SEAL_KEY]);

/* Seals `size` bytes to `out`, which has space for size + SEAL_TAG and may be `text` itself. */
void seal(const unsigned char key[SEAL_KEY], uint64_t number, const void *associated,
          size_t associated_size, const void *text, size_t size, void *out);

/* The reverse: `size` counts the tag, `out` gets SEAL_TAG bytes less and may be `sealed` itself.
   False: this is not what was sealed. */
bool seal_open(const unsigned char key[SEAL_KEY], uint64_t number, const void *associated,
               size_t associated_size, const void *sealed, size_t size, void *out);

#endif
