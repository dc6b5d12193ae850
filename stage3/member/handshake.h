/*
 * handshake: the client's side of the exchange over TCP, as a state machine on memory.
 *
 *     client                                server
 *     modulus                   -->
 *                               <--         modulus, N, RSA block
 *     RSA block, sealed request -->
 *                               <--         sealed status
 *                               <--         sealed answer (if the status is 0)
 *
 * Model: handshake_take takes received bytes, in any pieces; bytes to be sent are at `out`. It goes
 * on by itself until it reaches one of the ends of enum handshake_progress.
 *
 * The key of a room's password depends on the server's fingerprint and takes a third of a second to
 * compute. So if the fingerprint is unknown, the exchange ends with it (HANDSHAKE_KEY_SEEN), and
 * another one begins when the password's key is there.
 *
 * Each exchange has an RSA pair of its own, which is wiped when the server's block has been opened.
 * The block is no oracle: if it does not open, a random s is used, and then the keys of the two
 * sides differ. There is no weaker form: a response without a block is malformed, and a status in
 * the clear ends the exchange.
 *
 * Contract: no sockets, no clock. handshake_end wipes everything, and may be called at any time.
 */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/rsa.h"
#include "crypto/sha256.h"
#include "crypto/source.h"
#include "wire/block.h"
#include "wire/request.h"
#include "wire/seal.h"
#include "wire/tcrp.h"

enum { FINGERPRINT = SHA256_BYTES }; /* bytes: the SHA-256 of the server's modulus */

enum handshake_progress {
    HANDSHAKE_ON,              /* more must be sent, or come */
    HANDSHAKE_KEY_SEEN,        /* nothing was requested; only `fingerprint` was wanted */
    HANDSHAKE_ANSWERED,        /* `status`, and if it is 0 `keys` and `answer` */
    HANDSHAKE_UNAUTHENTICATED, /* `status` 5 or 9 came in the clear: anybody may have sent it */
    HANDSHAKE_KEY_CHANGED,     /* the server has the key of `fingerprint`, and not the one
                                  demanded */
    HANDSHAKE_MALFORMED        /* that is no server of ours, or somebody has changed bytes on the
                                  way */
};

struct handshake {
    enum handshake_progress progress;
    int status;                             /* enum tcrp_status */
    unsigned char fingerprint[FINGERPRINT]; /* from HANDSHAKE_KEY_SEEN on; zeros: not seen yet */
    struct seal_keys keys;
    struct text answer;                     /* within `in`: until handshake_end */

    char out[2 * TCRP_HEADER + BLOCK_KEY_REQUEST + BLOCK_BYTES + REQUEST_LIMIT + SEAL_TAG];
    size_t out_start, out_end;              /* the bytes between wait to be sent */

    /* Private. */
    enum tcrp_operation operation;
    bool demands;                           /* the server must have the key of `demanded` */
    unsigned char demanded[FINGERPRINT];
    bool only_key;                          /* end with HANDSHAKE_KEY_SEEN */
    struct rsa_key pair;                    /* until the server's block has been opened */
    enum { HANDSHAKE_WANTS_KEY, HANDSHAKE_WANTS_STATUS, HANDSHAKE_WANTS_ANSWER } wants;
    char request[REQUEST_LIMIT];            /* what will be sealed */
    size_t request_size;
    random_source *random;
    void *random_context;
    struct sha256 transcript;               /* of all bytes that went over the connection */
    char in[TCRP_FRAME_LIMIT];
    size_t in_end;                          /* bytes of `in` that are not processed yet */
};

/*
 * Begins. `request` NULL: only the server's key is wanted. `demanded` NULL: any key is accepted.
 * Both are copied. `pair` is moved in here, so the owner's is wiped.
 */
void handshake_start(struct handshake *handshake, const struct request *request,
                     const unsigned char *demanded, struct rsa_key *pair, random_source *random,
                     void *random_context);

/* Tells that so many bytes of `out` have been sent. */
void handshake_sent(struct handshake *handshake, size_t size);

/* Takes received bytes. Returns `progress`; once that is not HANDSHAKE_ON, bytes are discarded. */
enum handshake_progress handshake_take(struct handshake *handshake, const void *bytes, size_t size);

void handshake_end(struct handshake *handshake);

#endif
