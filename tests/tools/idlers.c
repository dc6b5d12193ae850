/*
 * idlers: TCP connections that send nothing more.
 *
 *     idlers [-b ADDRESS] HOST PORT COUNT [BYTES]
 *
 * It opens COUNT connections, from ADDRESS if there is one, writes BYTES (in the notation of
 * bytes.h) to each, and prints:
 *
 *     600 are open
 *
 * Then it holds them until its standard input ends, or SIGTERM, and prints how many of them the
 * server has ended by then:
 *
 *     88 were ended by the server
 *
 * It ends with 1 if the server does not accept them within 10 seconds.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "tool.h"

enum { COUNT_MAX = 20000, TIMEOUT_MS = 10000 };

static const char usage[] = "usage: idlers [-b ADDRESS] HOST PORT COUNT [BYTES]";

static volatile sig_atomic_t told_to_end;
static struct bytes words;

static void on_signal(int number)
{
    told_to_end = number;
}

static bool nothing_kept(void *asker, const char *name, const unsigned char **is, size_t *count)
{
    (void)asker;
    (void)name;
    (void)is;
    (void)count;
    return false;
}

/* Connects, blocking: the system completes connections by itself while the backlog has space. */
static int connect_one(const struct tool_address *server, const struct tool_address *local)
{
    int fd = socket(server->is.ss_family, SOCK_STREAM, 0);

    if (fd < 0) tool_die(TOOL_FAILED, "cannot make a socket: %s", strerror(errno));
    if (local != NULL && bind(fd, (const struct sockaddr *)&local->is, local->size) != 0) {
        tool_die(TOOL_FAILED, "cannot use the address: %s", strerror(errno));
    }
    if (connect(fd, (const struct sockaddr *)&server->is, server->size) != 0) {
        tool_die(TOOL_FAILED, "cannot connect: %s", strerror(errno));
    }
    /* Fails if the server has ended the connection already; that is counted at the end. */
    if (words.count > 0) (void)send(fd, words.is, words.count, 0);
    return fd;
}

/* Has the connection reached an end of file or a reset? Answers are skipped. */
static bool was_ended(int fd)
{
    char answer[4096];
    ssize_t size;

    while ((size = recv(fd, answer, sizeof answer, 0)) > 0) continue;
    return size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

static void hold(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char bytes[256];

    while (told_to_end == 0) {
        if (poll(&input, 1, -1) < 0) continue;
        if (read(STDIN_FILENO, bytes, sizeof bytes) <= 0) return;
    }
}

int main(int argc, char **argv)
{
    struct tool_address server, local;
    struct sigaction action = {.sa_handler = on_signal};
    const char *from = NULL, *mistake;
    long ended = 0;
    int option;

    tool_start("idlers");
    while ((option = getopt(argc, argv, "b:")) != -1) {
        if (option == 'b') from = optarg;
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind < 3 || argc - optind > 4) tool_die(TOOL_USAGE, usage);
    argv += optind;
    long count = tool_number("COUNT", argv[2], 1, COUNT_MAX);
    if (argv[3] != NULL && !bytes_parse(argv[3], &words, nothing_kept, NULL, &mistake)) {
        tool_die(TOOL_USAGE, "%s", mistake);
    }
    tool_resolve(argv[0], argv[1], &server);
    if (from != NULL) tool_resolve(from, "0", &local);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    if (!tool_many_files(count + 16)) tool_die(TOOL_FAILED, "too few open files are allowed");

    int *connections = calloc((size_t)count, sizeof *connections);
    if (connections == NULL) tool_die(TOOL_FAILED, "no memory");
    int64_t deadline = tool_now() + TIMEOUT_MS;
    for (long i = 0; i < count; i++) {
        if (tool_now() >= deadline) tool_die(TOOL_FAILED, "only %ld within 10 seconds", i);
        connections[i] = connect_one(&server, from != NULL ? &local : NULL);
        if (!tool_nonblocking(connections[i])) tool_die(TOOL_FAILED, "%s", strerror(errno));
    }
    printf("%ld are open\n", count);
    fflush(stdout);
    hold();
    for (long i = 0; i < count; i++) ended += was_ended(connections[i]);
    printf("%ld were ended by the server\n", ended);
    free(connections);
    return 0;
}
