#include "random.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "program.h"

void random_bytes(void *bytes, size_t size)
{
    static int fd = -1; /* opened once: later no descriptor may be free */
    char *next = bytes;

    if (fd < 0) fd = open("/dev/urandom", O_RDONLY);
    if (fd < 0) program_die("cannot open /dev/urandom: %s", strerror(errno));
    while (size > 0) {
        ssize_t got = read(fd, next, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) program_die("cannot read /dev/urandom");
        next += got;
        size -= (size_t)got;
    }
}
