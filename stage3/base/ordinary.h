/*
 * ordinary: opening a file that a user named.
 *
 * A name that a user gives may be anything: a FIFO, on which open() waits for ever for the other
 * side; a device such as /dev/zero that never ends; a folder. Only ordinary files are opened, and
 * /dev/null, by which some say "keep nothing".
 *
 * Contract: never waits.
 */
#ifndef ORDINARY_H
#define ORDINARY_H

#include <sys/types.h>

/* open(); the file is closed if this program becomes another one. -1 and errno, which is ENOTSUP
   for what is no ordinary file. */
int ordinary_open(const char *path, int flags, mode_t mode);

/* What errno says, in words. */
const char *ordinary_why(int error);

#endif
