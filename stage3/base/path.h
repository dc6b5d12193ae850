/*
 * path: names of files, for programs that replace a file as a whole.
 *
 * Model: a program replaces a file by writing a new one beside it and renaming that one. So there
 * is always either the old file or the new one, never half of one. But rename() replaces a name,
 * and the name may be a symbolic link. So the program first resolves the name, and works there.
 *
 * Contract: these functions use the file system, so a core must not call them. The caller owns the
 * names that are returned.
 */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Follows symbolic links from `path` to the final name, which need not exist. Returns a copy of
 * `path` if it is no link. NULL: errno gives the reason, for example ELOOP.
 */
char *path_resolve(const char *path);

/* The name with `ending` appended. NULL: no memory. */
char *path_with(const char *path, const char *ending);

/* Does the name still lead to the file that is open as `fd`? */
bool path_is(const char *path, int fd);

/*
 * Gives a file a second name, so that it survives when another file takes its first name. An
 * existing file of the second name is replaced. If the file system has no hard links, the file is
 * copied, and read through `fd`: to open and close it again would release the locks that this
 * process holds on it. False: errno gives the reason.
 */
bool path_keep(const char *path, int fd, const char *second);

/* Writes all bytes at the file's current position. False: errno gives the reason. */
bool path_write(int fd, const char *bytes, size_t size);

/* Syncs the folder of a file, so that the creation or renaming of the file survives a crash. */
void path_sync(const char *path);

#endif
