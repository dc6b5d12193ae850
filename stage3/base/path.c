#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINKS = 40,        /* the longest chain of symbolic links, as on Linux */
    NAME_SPACE = 4096, /* bytes of a link's target */
    PIECE = 16 * 1024  /* bytes copied at once */
};

/* The number of bytes up to and including the last '/'. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? (size_t)(slash + 1 - path) : 0;
}

/* The name that a link leads to. A relative target is relative to the folder of the link. */
static char *follow(const char *link, const char *target)
{
    size_t folder = target[0] == '/' ? 0 : folder_size(link), size = strlen(target);
    char *whole = malloc(folder + size + 1);

    if (!whole) return NULL;
    memcpy(whole, link, folder);
    memcpy(whole + folder, target, size + 1);
    return whole;
}

/* The name that `name` links to. NULL: it is no link and *end is true, or errno has the error. */
static char *next_name(const char *name, bool *end)
{
    char target[NAME_SPACE];
    ssize_t size = readlink(name, target, sizeof target);

    *end = size < 0 && (errno == EINVAL || errno == ENOENT); /* no link, or no such file */
    if (size < 0) return NULL;
    if (size == (ssize_t)sizeof target) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    target[size] = '\0';
    return follow(name, target);
}

char *path_resolve(const char *path)
{
    char *name = path_with(path, "");
    bool end = false;

    for (int i = 0; name && i < LINKS; i++) {
        char *next = next_name(name, &end);
        if (end) return name;
        free(name);
        name = next;
    }
    if (name) errno = ELOOP;
    free(name);
    return NULL;
}

char *path_with(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *whole = malloc(size);

    if (whole) snprintf(whole, size, "%s%s", path, ending);
    return whole;
}

bool path_is(const char *path, int fd)
{
    struct stat there, ours;

    return stat(path, &there) == 0 && fstat(fd, &ours) == 0 && there.st_dev == ours.st_dev
        && there.st_ino == ours.st_ino;
}

bool path_write(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t taken = write(fd, bytes, size);
        if (taken < 0 && errno != EINTR) return false;
        if (taken > 0) {
            bytes += taken;
            size -= (size_t)taken;
        }
    }
    return true;
}

static bool copy(int from, int to)
{
    char bytes[PIECE];
    off_t at = 0;

    for (;;) {
        ssize_t size = pread(from, bytes, sizeof bytes, at);
        if (size == 0) return fsync(to) == 0;
        if (size < 0 && errno != EINTR) return false;
        if (size > 0 && !path_write(to, bytes, (size_t)size)) return false;
        if (size > 0) at += size;
    }
}

bool path_keep(const char *path, int fd, const char *second)
{
    unlink(second);
    if (link(path, second) == 0) return true;
    int to = open(second, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (to < 0) return false;
    bool done = copy(fd, to);
    int error = errno;
    close(to);
    if (!done) unlink(second);
    errno = error;
    return done;
}

void path_sync(const char *path)
{
    size_t size = folder_size(path);
    char *folder = path_with(size > 0 ? path : "./", "");

    if (!folder) return;
    if (size > 0) folder[size] = '\0';
    int fd = open(folder, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd); /* may fail: a file system without fsync() for folders does not need it */
        close(fd);
    }
    free(folder);
}
