#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char *tool_name = "tool";

void tool_start(const char *name)
{
    tool_name = name;
    signal(SIGPIPE, SIG_IGN);
}

void tool_die(int status, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", tool_name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(status);
}

long tool_number(const char *what, const char *text, long low, long high)
{
    char *end;

    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < low || number > high) {
        tool_die(TOOL_USAGE, "%s is a whole number from %ld to %ld, not \"%s\"",
                 what, low, high, text);
    }
    return number;
}

int64_t tool_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void tool_sleep(long milliseconds)
{
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};

    while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

void tool_sleep_between(int64_t since)
{
    int64_t pause = (tool_now() - since) / 32;

    tool_sleep(pause < 10 ? 10 : pause > 250 ? 250 : (long)pause);
}

void tool_resolve(const char *host, const char *port, struct tool_address *address)
{
    struct addrinfo wish = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found;

    int error = getaddrinfo(host, port, &wish, &found);
    if (error != 0) {
        tool_die(TOOL_FAILED, "%s port %s: %s", host, port, gai_strerror(error));
    }
    memcpy(&address->is, found->ai_addr, found->ai_addrlen);
    address->size = found->ai_addrlen;
    freeaddrinfo(found);
}

int tool_udp(const struct tool_address *remote, const struct tool_address *local)
{
    int fd = socket(remote->is.ss_family, SOCK_DGRAM, 0);
    int room = 4 * 1024 * 1024;

    if (fd < 0) return -1;
    /* The system may give less. Datagrams that do not fit are lost then, and the test fails. */
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if ((local == NULL || bind(fd, (const struct sockaddr *)&local->is, local->size) == 0)
        && connect(fd, (const struct sockaddr *)&remote->is, remote->size) == 0
        && tool_nonblocking(fd)) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

bool tool_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool tool_many_files(long wanted)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
    if (files.rlim_cur >= (rlim_t)wanted) return true;
    if (files.rlim_max < (rlim_t)wanted) return false;
    files.rlim_cur = (rlim_t)wanted;
    return setrlimit(RLIMIT_NOFILE, &files) == 0;
}
