/*
 * password: what the password of a room gives, and the lines that only those who know it can read.
 *
 * Model: of the password comes P, slowly; of P come the proof, which the server gets, and the room
 * secret, which it never does. Of the room secret comes a key for each member's lines. So the
 * server can tell who knows the password, passes lines on, and cannot read them.
 *
 * A key is for one room id and one member id, and lines have numbers that only rise: so no number
 * is used twice with a key, neither by two members nor in a room made again under the same name.
 * Therefore a line is sealed once, and what is sent again is the same bytes.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "base/text.h"
#include "crypto/pbkdf2.h"
#include "wire/seal.h"

enum { PASSWORD_ROUNDS = 600000 }; /* of PBKDF2: what OWASP advises for it since 2023 */

/* Begins to compute P. Go on with pbkdf2_step until that is done. Keeps nothing of the password. */
void password_start(struct pbkdf2 *work, struct text password,
                    const unsigned char fingerprint[SHA256_BYTES], struct text room);

/* When it is: writes what came of it, and wipes the rest. */
void password_end(struct pbkdf2 *work, unsigned char proof[SEAL_KEY],
                  unsigned char secret[SEAL_KEY]);

/* A line, and all that is sealed with it. */
struct password_line {
    const unsigned char *room;   /* SEAL_ID bytes: the room id */
    const unsigned char *member; /* SEAL_ID bytes: who says it */
    struct text name;            /* who says it */
    uint64_t number;             /* of the line */
    struct text text;            /* what is said, or what it was sealed to */
};

/* Writes text.size + SEAL_TAG bytes to `out`. */
void password_seal(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out);

/* Writes text.size - SEAL_TAG bytes to `out`. False: this member never said this. */
bool password_open(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out);

#endif
