/*
 * primes: an RSA key from a file with its two primes: the server's key file, or tests/pair.
 */
#ifndef PRIMES_H
#define PRIMES_H

#include "../../stage3/crypto/rsa.h"

/* Ends the program if there is none. */
void primes_read(const char *path, struct rsa_key *key);

#endif
