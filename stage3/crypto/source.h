/*
 * source: where random bytes come from.
 *
 * Model: nothing in this folder asks the system for anything. What needs random bytes is given a
 * function to call, and something to hand to it: the program gives the system's own source, a
 * test one that it can repeat.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>

/* Fills `size` bytes at `bytes`. It cannot fail: a source that has to must end the program. */
typedef void random_source(void *context, void *bytes, size_t size);

#endif
