#include "lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_beside(const char *path)
{
    static const char ending[] = ".lock";
    size_t size = strlen(path) + sizeof ending;
    char *name = malloc(size);

    if (!name) return -1;
    snprintf(name, size, "%s%s", path, ending);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    free(name);
    return fd;
}

int lockfile_take(const char *path, long *holder)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open_beside(path);

    if (fd < 0 || fcntl(fd, F_SETLK, &lock) == 0) return fd;
    int error = errno == EACCES ? EAGAIN : errno; /* POSIX leaves open which of the two it is */
    bool known = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    *holder = known ? (long)lock.l_pid : 0;
    close(fd);
    errno = error;
    return -1;
}
