/*
 * keyfile: stores the server's key pair from one start to the next.
 *
 * Model: clients recognise the server by the fingerprint of its public key, so the key must stay
 * the same. The file has three lines: a title, and the two primes in hexadecimal digits. The rest
 * of the key is computed from the primes. Only its owner may read the file.
 *
 * Contract: keyfile_load and keyfile_test are for the start of a program; an error ends the program
 * with a clear line.
 */
#ifndef KEYFILE_H
#define KEYFILE_H

#include "crypto/rsa.h"
#include "crypto/sha256.h"

enum { KEYFILE_FINGERPRINT = 64 }; /* digits: SHA-256 of the modulus */

/* Reads the key from the file, or makes a key and writes it there, which takes about a second.
   A `path` of NULL means the usual place, .chat3_key in the home folder. */
void keyfile_load(const char *path, struct rsa_key *key);

/* Tests whether the two numbers are prime, which takes a tenth of a second. This must be done
   before a key is used, but only once for each key: members wait while a server restarts. */
void keyfile_test(const char *path, const struct rsa_key *key);

void keyfile_fingerprint(const struct rsa_key *key, char digits[KEYFILE_FINGERPRINT + 1]);

/*
 * For a client: the fingerprint of the key in this user's own file at the usual place, as
 * SHA256_BYTES bytes. A server that proves to have that key is this user's own. False: there is no
 * such file, another user owns it, others may read it, or it contains no key.
 */
bool keyfile_own(unsigned char fingerprint[SHA256_BYTES]);

/* For tests of a client: reads a pair that is not secret. The first line of its file says so, the
   others are those of a key file. An error ends the program with a clear line. */
void keyfile_given(const char *path, struct rsa_key *key);

#endif
