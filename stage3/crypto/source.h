/*
 * source: the type of a source of random bytes.
 *
 * Model: this folder makes no system call. A function that needs random bytes gets a function to
 * call, and a context for that function. A program passes the system's source, a test one with
 * repeatable output.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stddef.h>

/* Fills `size` bytes at `bytes`. It cannot report failure: a source that fails must end the
   program. */
typedef void random_source(void *context, void *bytes, size_t size);

#endif
