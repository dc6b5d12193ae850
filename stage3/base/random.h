/*
 * random: numbers that nobody can guess, from the operating system.
 *
 * rand() and the clock will not do where somebody gains by guessing. /dev/urandom is the one
 * source that every system of today has and that needs no library.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>

/* Fills `bytes` with `size` random bytes. Ends the program if the system has none to give:
   there is no second best. */
void random_bytes(void *bytes, size_t size);

#endif
