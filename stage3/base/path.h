/*
 * path: names of files, for programs that replace a file as a whole.
 *
 * Model: a file is replaced by writing a new one beside it and renaming that: then there is either
 * the old one or the new one, and never half of one. But rename() replaces a name, and a name may
 * be a symbolic link. So a program first finds out where its name leads, and works there.
 *
 * Contract: for the edges of a program. Names that are returned are owned by the caller.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Follows a name that is a symbolic link to the name behind it, which need not exist. A name that
 * is no link is returned as it is. NULL: errno says why, ELOOP among others.
 */
char *path_resolve(const char *path);

/* The name with something behind it. NULL: no memory. */
char *path_with(const char *path, const char *ending);

/* Is this still the file that the name leads to? */
bool path_is(const char *path, int fd);

/*
 * Gives a file a second name, so that it is kept when its first name gets another file. A file of
 * that second name is replaced. Where the file system has no links, the file is copied: from `fd`,
 * because to open and close it once more would give up the locks that this process has on it.
 * False: errno says why.
 */
bool path_keep(const char *path, int fd, const char *second);

/* Writes all of it, from where the file stands. False: errno says why. */
bool path_write(int fd, const char *bytes, size_t size);

/* Asks the disk to have the name, after a file was made or renamed: a change of its folder. */
void path_sync(const char *path);

#endif
