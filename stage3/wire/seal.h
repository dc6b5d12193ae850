/*
 * seal: the keys of one exchange, and sealing with a number as the nonce.
 *
 * Model: after the exchange over TCP, client and server share three values: k, which the client
 * made and only the server's private key can read; s, which the server made and only a private key
 * of the client can read, which it has for this exchange only; and T, a hash of every byte of the
 * exchange. All keys are derived from these and from N, the server's fresh random number. An
 * attacker that changes a byte changes T, and with it every key; one that replays an old exchange
 * to the server meets a new N. After the client has wiped its private key, nobody can derive these
 * keys again, not even with the server's private key.
 *
 * A key is for one direction and one purpose, so no number is used twice with it.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/span.h"

enum {
    SEAL_KEY = 32,   /* bytes: a key of ChaCha20-Poly1305; also N, k, s, T, m and proofs */
    SEAL_TAG = 16,   /* bytes by which a sealed text is longer */
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

/* Derives the key of datagrams under a later start of the server than the one whose exchange gave
   `key`: HMAC(key, "chat3 start", id). `out` may be `key`. */
void seal_key_of_start(const unsigned char key[SEAL_KEY], const unsigned char id[SEAL_ID],
                       unsigned char out[SEAL_KEY]);

/* Seals a text to `out`, which has space for text.size + SEAL_TAG bytes and may be text.bytes. */
void seal(const unsigned char key[SEAL_KEY], uint64_t number, struct span associated,
          struct span text, void *out);

/* Opens a sealed text, which includes the tag; `out` gets SEAL_TAG bytes less, and may be
   sealed.bytes. False: another key or number sealed it, or its bytes were changed. */
bool seal_open(const unsigned char key[SEAL_KEY], uint64_t number, struct span associated,
               struct span sealed, void *out);

#endif
