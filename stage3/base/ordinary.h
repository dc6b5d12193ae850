/*
 * ordinary: opening a file that a user named.
 *
 * The name may lead to anything: a FIFO, on which open() waits for ever for the other side; a
 * device such as /dev/zero, which never ends; a folder. Only ordinary files are opened, and
 * /dev/null, which some users give to store nothing.
 *
 * Contract: never waits.
 */
#ifndef ORDINARY_H
#define ORDINARY_H

#include <sys/types.h>

/* As open(), with O_CLOEXEC. -1: errno gives the reason, which is ENOTSUP if the name leads to
   something other than an ordinary file. */
int ordinary_open(const char *path, int flags, mode_t mode);

/* The reason in words, for a value of errno that ordinary_open left. */
const char *ordinary_why(int error);

#endif
