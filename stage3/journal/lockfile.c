#include "lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool lockfile_take(int fd, long *holder)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    *holder = 0;
    if (fcntl(fd, F_SETLK, &lock) == 0) return true;
    int error = errno == EACCES ? EAGAIN : errno; /* POSIX allows either for a held lock */
    bool known = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    if (known) *holder = (long)lock.l_pid;
    errno = error;
    return false;
}
