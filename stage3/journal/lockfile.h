/*
 * lockfile: makes sure that a file has one owner at a time.
 *
 * Model: the owner holds the system's lock on the file itself. A separate lock file would depend on
 * the name, and a file may have several names: symbolic links and hard links. The system releases
 * the lock when the process ends, however it ends.
 *
 * Contract: when a process closes any descriptor of a file, POSIX releases all locks that the
 * process has on that file. So nothing else may open the file: this descriptor does everything.
 */
#ifndef LOCKFILE_H
#define LOCKFILE_H

#include <stdbool.h>

/*
 * Locks the file, which must be open for writing. False: it could not be locked, and errno has the
 * reason. With EAGAIN, *holder is the id of the process that has the lock, or 0 if that process has
 * just released it.
 */
bool lockfile_take(int fd, long *holder);

#endif
