/*
 * renamers: measures whether lines arrive in the chat of stage 1 during a flood of new names.
 *
 *     renamers HOST PORT SOCKETS LINES
 *
 * A few well-behaved members join: one sends LINES lines, one every 20 ms, the others listen.
 * Meanwhile SOCKETS sockets send hellos under ever new names, one after the other, as fast as the
 * system takes them (SOCKETS 0: there is no flood). It prints
 *
 *     8831 of 9000 lines arrived, half within 1 ms, 95 of 100 within 4 ms, the last within 22 ms;
 *     9 listeners got 4531 datagrams that are no lines; 1204332 hellos were sent
 *
 * in one line, and ends with 0. A line that has not arrived two seconds after the last one was sent
 * counts as lost. It ends with 1 if its own members are not welcomed.
 *
 * The flood is a separate process, so that its work is not measured as delay.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool.h"

enum {
    MEMBERS = 10, /* the first one speaks */
    SOCKETS_MAX = 10000,
    LINES_MAX = 10000,
    LINE_MS = 20,
    AGAIN_MS = 1000,
    GIVE_UP_MS = 20000,
    SETTLE_MS = 500, /* from when the flood has begun until the first line */
    LATE_MS = 2000
};

static struct pollfd members[MEMBERS];
static int64_t *said_at;         /* milliseconds: when each line was sent */
static int64_t *delays;          /* of the lines that have arrived */
static unsigned char *has;       /* has listener l line n? */
static long lines, arrived;
static unsigned long others;     /* datagrams that are no lines */
static bool welcomed[MEMBERS];

static void make_members(const struct tool_address *server)
{
    for (int i = 0; i < MEMBERS; i++) {
        int fd = tool_udp(server, NULL);
        if (fd < 0) tool_die(TOOL_FAILED, "socket %d: %s", i, strerror(errno));
        members[i] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
}

/* A datagram of stage 1: a size, a name, a text. */
static void send_as(int member, const char *text)
{
    char bytes[128];
    int size = snprintf(bytes, sizeof bytes, "?quiet-%d%s", member, text);

    bytes[0] = (char)strlen("quiet-0");
    (void)send(members[member].fd, bytes, (size_t)size, 0);
}

static void take_line(int member, const char *text, int64_t now)
{
    long line = strtol(text, NULL, 10);

    if (line < 0 || line >= lines || said_at[line] == 0 || has[line * MEMBERS + member]) return;
    has[line * MEMBERS + member] = 1;
    delays[arrived++] = now - said_at[line];
}

static void listen_to(int member)
{
    static const char start[] = "\7quiet-0#";
    char bytes[TOOL_DATAGRAM_MAX + 1];
    ssize_t size;

    while ((size = recv(members[member].fd, bytes, sizeof bytes - 1, 0)) > 0) {
        bytes[size] = '\0';
        if (strncmp(bytes, start, strlen(start)) == 0) {
            take_line(member, bytes + strlen(start), tool_now());
            continue;
        }
        if (bytes[0] == 0 && strncmp(bytes + 1, "welcome", 7) == 0) welcomed[member] = true;
        others++;
    }
}

static void listen_until(int64_t deadline)
{
    for (int64_t left; (left = deadline - tool_now()) > 0;) {
        if (poll(members, MEMBERS, (int)left) <= 0) continue;
        for (int i = 0; i < MEMBERS; i++) {
            if (members[i].revents != 0) listen_to(i);
        }
    }
}

static int count_welcomed(void)
{
    int count = 0;

    for (int i = 0; i < MEMBERS; i++) count += welcomed[i];
    return count;
}

static void join_all(void)
{
    int64_t start = tool_now();

    while (count_welcomed() < MEMBERS) {
        if (tool_now() - start > GIVE_UP_MS) tool_die(TOOL_FAILED, "not welcomed");
        for (int i = 0; i < MEMBERS; i++) {
            if (!welcomed[i]) send_as(i, "");
        }
        listen_until(tool_now() + AGAIN_MS);
    }
}

/* --- the flood --- */

static volatile sig_atomic_t over;

static void on_term(int signal_number)
{
    (void)signal_number;
    over = 1;
}

/* Runs until it is ended; then it writes the number of hellos to the pipe. */
static _Noreturn void flood(const struct tool_address *server, long count, int report)
{
    int *fds = calloc((size_t)count, sizeof *fds);
    unsigned long sent = 0;
    char hello[64];

    if (fds == NULL || !tool_many_files(count + 64)) _exit(1);
    for (long i = 0; i < count; i++) {
        fds[i] = tool_udp(server, NULL);
        if (fds[i] < 0) _exit(1);
    }
    for (long i = 0; !over; i = (i + 1) % count) {
        int size = snprintf(hello, sizeof hello, "?storm-%ld-%lu", i, sent);
        hello[0] = (char)(size - 1);
        sent += send(fds[i], hello, (size_t)size, 0) >= 0;
    }
    ssize_t written = write(report, &sent, sizeof sent);
    _exit(written == (ssize_t)sizeof sent ? 0 : 1);
}

static pid_t start_flood(const struct tool_address *server, long count, int *report)
{
    struct sigaction action;
    int ends[2];

    if (pipe(ends) != 0) tool_die(TOOL_FAILED, "pipe: %s", strerror(errno));
    memset(&action, 0, sizeof action);
    action.sa_handler = on_term;
    if (sigaction(SIGTERM, &action, NULL) != 0) tool_die(TOOL_FAILED, "%s", strerror(errno));
    pid_t child = fork();
    if (child < 0) tool_die(TOOL_FAILED, "fork: %s", strerror(errno));
    if (child == 0) flood(server, count, ends[1]);
    close(ends[1]);
    *report = ends[0];
    return child;
}

static unsigned long end_flood(pid_t child, int report)
{
    unsigned long sent = 0;
    int status;

    kill(child, SIGTERM);
    bool told = read(report, &sent, sizeof sent) == (ssize_t)sizeof sent;
    if (waitpid(child, &status, 0) < 0 || !told) tool_die(TOOL_FAILED, "the flood has failed");
    return sent;
}

/* --- the figures --- */

static int compare(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

static void report(unsigned long hellos)
{
    qsort(delays, (size_t)arrived, sizeof *delays, compare);
    long half = arrived > 0 ? (long)delays[arrived / 2] : 0;
    long most = arrived > 0 ? (long)delays[arrived * 95 / 100] : 0;
    long last = arrived > 0 ? (long)delays[arrived - 1] : 0;
    printf("%ld of %ld lines arrived, half within %ld ms, 95 of 100 within %ld ms, the last within "
           "%ld ms; %d listeners got %lu datagrams that are no lines; %lu hellos were sent\n",
           arrived, lines * (MEMBERS - 1), half, most, last, MEMBERS - 1, others, hellos);
}

int main(int argc, char **argv)
{
    struct tool_address server;
    char text[32];
    int from_flood = -1;
    pid_t child = 0;

    tool_start("renamers");
    if (argc != 5) tool_die(TOOL_USAGE, "usage: renamers HOST PORT SOCKETS LINES");
    long sockets = tool_number("SOCKETS", argv[3], 0, SOCKETS_MAX);
    lines = tool_number("LINES", argv[4], 1, LINES_MAX);
    tool_resolve(argv[1], argv[2], &server);
    said_at = calloc((size_t)lines, sizeof *said_at);
    delays = calloc((size_t)lines * MEMBERS, sizeof *delays);
    has = calloc((size_t)lines * MEMBERS, 1);
    if (said_at == NULL || delays == NULL || has == NULL) tool_die(TOOL_FAILED, "no memory");
    make_members(&server);
    join_all();
    others = 0;
    if (sockets > 0) child = start_flood(&server, sockets, &from_flood);
    listen_until(tool_now() + SETTLE_MS);
    for (long line = 0; line < lines; line++) {
        snprintf(text, sizeof text, "#%ld", line);
        said_at[line] = tool_now();
        send_as(0, text);
        listen_until(said_at[line] + LINE_MS);
    }
    listen_until(tool_now() + LATE_MS);
    report(child != 0 ? end_flood(child, from_flood) : 0);
    return 0;
}
