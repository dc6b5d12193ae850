/*
 * lockfile: sees to it that a file has one owner at a time.
 *
 * Model: beside FILE lies FILE.lock, and who holds the system's lock on that has FILE. The lock is
 * gone when its holder is, however that ended. The file stays: if it were removed, one program
 * could hold a lock on the removed one and another on a new one of the same name.
 *
 * Contract: POSIX gives all locks of a file up when the process closes any descriptor of it; so
 * nothing else here opens that file.
 */
#ifndef LOCKFILE_H
#define LOCKFILE_H

/*
 * Returns a descriptor to be kept open. -1: it cannot be had. Then errno says why, and if it is
 * EAGAIN, *holder is the number of the process that has it, or 0 if it has just gone.
 */
int lockfile_take(const char *path, long *holder);

#endif
