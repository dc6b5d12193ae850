/*
 * password: the keys derived from a room's password, and lines that only members with it can read.
 *
 * Model: P is derived from the password, slowly. From P come the proof, which the server gets, and
 * the room secret, which it never gets. From the room secret comes a key for each member's lines.
 * So the server can check who knows the password, and passes lines on, but cannot read them.
 *
 * A key is for one room id and one member id, and line numbers only rise: so no number is used
 * twice with one key, neither by two members nor in a room that is created again under the same
 * name. A line is sealed once, and repeated as the same bytes.
 *
 * Contract: plain functions on memory. docs/protocol.md is the normative text.
 */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "base/text.h"
#include "crypto/pbkdf2.h"
#include "wire/seal.h"

enum { PASSWORD_ROUNDS = 600000 }; /* of PBKDF2: OWASP's recommendation since 2023 */

/* Begins to compute P. Call pbkdf2_step until that is done. Does not keep the password. */
void password_start(struct pbkdf2 *work, struct text password,
                    const unsigned char fingerprint[SHA256_BYTES], struct text room);

/* After that: writes the results, and wipes the rest. */
void password_end(struct pbkdf2 *work, unsigned char proof[SEAL_KEY],
                  unsigned char secret[SEAL_KEY]);

/* A line, with everything that is sealed with it. */
struct password_line {
    const unsigned char *room;   /* SEAL_ID bytes: the room id */
    const unsigned char *member; /* SEAL_ID bytes: who says it */
    struct text name;            /* who says it */
    uint64_t number;             /* of the line */
    struct text text;            /* the plain text, or the sealed one */
};

/* Writes text.size + SEAL_TAG bytes to `out`. */
void password_seal(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out);

/* Writes text.size - SEAL_TAG bytes to `out`. False: this member did not seal this line. */
bool password_open(const unsigned char secret[SEAL_KEY], const struct password_line *line,
                   void *out);

#endif
