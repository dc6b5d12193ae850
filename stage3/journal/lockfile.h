/*
 * lockfile: sees to it that a file has one owner at a time.
 *
 * Model: the owner holds the system's lock on the file itself. A lock on another file beside it
 * would go by name, and a file may have several: symbolic links and hard links. The lock is gone
 * when its holder is, however that ended.
 *
 * Contract: POSIX gives up all locks of a process on a file when the process closes any descriptor
 * of that file. So nothing else opens it: all that is done with it goes through this descriptor.
 */
#ifndef LOCKFILE_H
#define LOCKFILE_H

#include <stdbool.h>

/*
 * Locks the file, which is open for writing. False: it cannot be had. Then errno says why, and if
 * it is EAGAIN, *holder is the number of the process that has it, or 0 if it has just gone.
 */
bool lockfile_take(int fd, long *holder);

#endif
