/*
 * tool: what the test tools have in common: a clean end, numbers, time, addresses, sockets.
 *
 * Contract: tool_start() is the first call of main(). A tool that cannot do its work prints one
 * line on stderr and ends: status 2 for wrong arguments, 1 for anything else.
 *
 * The tools wait with poll() and not, as the chat does, with select(): they hold thousands of
 * sockets, more than an fd_set has space for.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    TOOL_DATAGRAM_MAX = 65536, /* no UDP datagram is longer */
    TOOL_FAILED = 1,
    TOOL_USAGE = 2
};

struct tool_address {
    struct sockaddr_storage is;
    socklen_t size;
};

/* `name` stands before every error message. SIGPIPE is ignored: tools expect closed connections. */
void tool_start(const char *name);

_Noreturn void tool_die(int status, const char *format, ...);

/* Parses an integer; the tool ends if `text` is none, or is not in the range. */
long tool_number(const char *what, const char *text, long low, long high);

/* Milliseconds of a monotonic clock. */
int64_t tool_now(void);

void tool_sleep(long milliseconds);

/* Sleeps between two polls of something that has been awaited since then: 10 ms at first, later
   1/32 of the time waited, up to a quarter of a second. Dozens of tools that wait for minutes must
   not keep a processor busy. */
void tool_sleep_between(int64_t since);

/* The first address of the host; the tool ends if there is none. */
void tool_resolve(const char *host, const char *port, struct tool_address *address);

/*
 * A non-blocking UDP socket connected to `remote`, with a large receive buffer, so that a burst
 * is lost by the program under test or not at all. `local` may be NULL: the system chooses.
 * Returns -1 with errno set.
 */
int tool_udp(const struct tool_address *remote, const struct tool_address *local);

bool tool_nonblocking(int fd);

/* Raises the limit of open files to `wanted`. False: the system does not allow so many. */
bool tool_many_files(long wanted);

#endif
