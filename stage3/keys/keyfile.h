/*
 * keyfile: the server's key pair, kept from one start to the next.
 *
 * Model: clients remember the server by the fingerprint of its public key, so the key must stay the
 * same. The file has three lines: what it is, and the two primes in hexadecimal digits; everything
 * else of the key is computed from them. Only its owner may read it.
 *
 * Contract: keyfile_load and keyfile_test are for the start of a program; what goes wrong ends it
 * with a clear line.
 */
#ifndef KEYFILE_H
#define KEYFILE_H

#include "crypto/rsa.h"
#include "crypto/sha256.h"

enum { KEYFILE_FINGERPRINT = 64 }; /* digits: SHA-256 of the modulus */

/* Reads the key from the file, or makes one and writes it there, which takes a second or so.
   NULL: the usual place, .chat3_key in the home folder. */
void keyfile_load(const char *path, struct rsa_key *key);

/* Tests whether the primes are any, which takes a tenth of a second. It must be done before the key
   is used, but once for a key: members wait while a server is started again. */
void keyfile_test(const char *path, const struct rsa_key *key);

void keyfile_fingerprint(const struct rsa_key *key, char digits[KEYFILE_FINGERPRINT + 1]);

/*
 * For a client: the fingerprint of the key in this user's own file at the usual place, as
 * SHA256_BYTES bytes. A server that proves to have that key is this user's own. False: there is no
 * such file, it is not this user's, others may read it, or it holds no key.
 */
bool keyfile_own(unsigned char fingerprint[SHA256_BYTES]);

/* For tests of a client: a pair that is no secret, from a file whose first line says so, and whose
   others are those of a key file. What goes wrong ends the program with a clear line. */
void keyfile_given(const char *path, struct rsa_key *key);

#endif
