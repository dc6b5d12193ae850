/*
 * random: unpredictable numbers from the operating system.
 *
 * rand() and the clock are predictable, so they must not be used where an attacker gains by
 * guessing. /dev/urandom exists on every current system and needs no library.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>

/* Fills `bytes` with `size` random bytes. Ends the program if the system cannot supply them:
   there is no safe substitute. */
void random_bytes(void *bytes, size_t size);

#endif
