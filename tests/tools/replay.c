/*
 * replay: sends what a client once sent, recorded by `lossy -w`, to a server, from a new address.
 *
 *     replay [-c] RECORDING HOST PORT
 *
 * It sends each datagram of the recording once more, and prints how much came back:
 *     replay: 31 datagrams of 2311 bytes, 0 of 0 bytes came back
 * With -c it repeats the connections instead of the datagrams, each in a connection of its own: it
 * sends all the client's bytes at once, then reads to the end, and prints a line for each:
 *     replay: 672 bytes, 353 came back, the last is 05
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "record.h"
#include "tool.h"

enum { QUIET_MS = 300, END_MS = 3000 };

static const char usage[] = "usage: replay [-c] RECORDING HOST PORT";
static struct record_piece piece;

static FILE *open_recording(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) tool_die(TOOL_FAILED, "cannot read %s: %s", path, strerror(errno));
    return file;
}

/* Reads one piece of an answer. Returns -1 if nothing comes in time, 0 at the end. */
static ssize_t hear(int fd, int patience)
{
    static unsigned char bytes[TOOL_DATAGRAM_MAX];
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    if (poll(&wait, 1, patience) <= 0) return -1;
    ssize_t size = recv(fd, bytes, sizeof bytes, 0);
    if (size > 0) piece.bytes[0] = bytes[size - 1]; /* at the end this is the last byte of all */
    return size;
}

static void play_datagrams(const char *path, const struct tool_address *server)
{
    FILE *file = open_recording(path);
    int fd = tool_udp(server, NULL);
    unsigned long sent = 0, sent_bytes = 0, got = 0, got_bytes = 0;
    ssize_t size;

    if (fd < 0) tool_die(TOOL_FAILED, "no socket: %s", strerror(errno));
    while (record_read(file, &piece)) {
        if (piece.kind != RECORD_UP || send(fd, piece.bytes, piece.size, 0) < 0) continue;
        sent++;
        sent_bytes += piece.size;
    }
    fclose(file);
    while ((size = hear(fd, QUIET_MS)) >= 0) {
        got++;
        got_bytes += (unsigned long)size;
    }
    close(fd);
    printf("replay: %lu datagrams of %lu bytes, %lu of %lu bytes came back\n", sent, sent_bytes,
           got, got_bytes);
}

/* Sends what the client of that connection sent. Returns the size; 0: no such connection. */
static unsigned long send_connection(const char *path, uint32_t connection, int fd)
{
    FILE *file = open_recording(path);
    unsigned long sent = 0;

    while (record_read(file, &piece)) {
        if (piece.kind != RECORD_TCP_UP || piece.connection != connection) continue;
        if (send(fd, piece.bytes, piece.size, 0) > 0) sent += piece.size;
    }
    fclose(file);
    return sent;
}

static bool play_connection(const char *path, uint32_t connection,
                            const struct tool_address *server)
{
    int fd = socket(server->is.ss_family, SOCK_STREAM, 0);
    unsigned long got = 0;
    ssize_t size;

    if (fd < 0 || connect(fd, (const struct sockaddr *)&server->is, server->size) != 0) {
        tool_die(TOOL_FAILED, "no connection: %s", strerror(errno));
    }
    unsigned long sent = send_connection(path, connection, fd);
    shutdown(fd, SHUT_WR);
    while (sent > 0 && (size = hear(fd, END_MS)) > 0) got += (unsigned long)size;
    close(fd);
    if (sent > 0) {
        printf("replay: %lu bytes, %lu came back, the last is %02x\n", sent, got, piece.bytes[0]);
    }
    return sent > 0;
}

int main(int argc, char **argv)
{
    struct tool_address server;
    bool connections = false;
    int option;

    tool_start("replay");
    while ((option = getopt(argc, argv, "c")) != -1) {
        if (option != 'c') tool_die(TOOL_USAGE, usage);
        connections = true;
    }
    if (argc - optind != 3) tool_die(TOOL_USAGE, usage);
    tool_resolve(argv[optind + 1], argv[optind + 2], &server);
    if (!connections) play_datagrams(argv[optind], &server);
    for (uint32_t i = 1; connections && play_connection(argv[optind], i, &server); i++) continue;
    return 0;
}
