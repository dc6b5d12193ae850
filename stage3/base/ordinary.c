/* The contract is in ordinary.h. */
#include "ordinary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_ordinary(const struct stat *status)
{
    struct stat nothing;

    if (S_ISREG(status->st_mode)) return true;
    return stat("/dev/null", &nothing) == 0 && status->st_dev == nothing.st_dev
        && status->st_ino == nothing.st_ino;
}

int ordinary_open(const char *path, int flags, mode_t mode)
{
    struct stat status;
    int error = ENOTSUP;
    /* With O_NONBLOCK, open() does not wait for a FIFO, a terminal line or a tape, nor for a
       system's queue that looks like a file. For a file on a disk the flag has no effect. */
    int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);

    if (fd < 0) {
        if (errno == EISDIR || errno == ENXIO) errno = ENOTSUP; /* a folder; a FIFO or a socket */
        return -1;
    }
    if (fstat(fd, &status) != 0) error = errno;
    else if (is_ordinary(&status)) return fd;
    close(fd);
    errno = error;
    return -1;
}

const char *ordinary_why(int error)
{
    return error == ENOTSUP ? "it is no ordinary file" : strerror(error);
}
