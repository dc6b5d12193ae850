/*
 * meddle: a TCP path to a server, on which an attacker inserts bytes.
 *
 *     meddle PORT FILE
 *
 * It listens on a free port of 127.0.0.1 and prints its number. It connects each client to PORT,
 * and passes bytes on unchanged both ways. When FILE exists, its content is sent to all clients, as
 * if it came from the server, and FILE is removed. So create FILE in one step, with mv.
 *
 * The inserted bytes stand between whole replies only if the server is not just sending one.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool.h"

enum { WAYS = 16, LOOK_AGAIN_MS = 10 };

struct way {
    int near, far; /* the client's, and ours to the server; -1: free */
};

static struct way ways[WAYS];

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 16) != 0
        || getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        tool_die(TOOL_FAILED, "cannot listen: %s", strerror(errno));
    }
    printf("%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void end(struct way *way)
{
    close(way->near);
    close(way->far);
    way->near = way->far = -1;
}

static void take_in(int listener, uint16_t port)
{
    struct sockaddr_in server = loopback(port);
    int near = accept(listener, NULL, NULL);

    for (int i = 0; i < WAYS && near >= 0; i++) {
        if (ways[i].near >= 0) continue;
        int far = socket(AF_INET, SOCK_STREAM, 0);
        ways[i] = (struct way){near, far};
        if (far < 0 || connect(far, (struct sockaddr *)&server, sizeof server) != 0) end(&ways[i]);
        return;
    }
    if (near >= 0) close(near);
}

/* Both sides read what they get, so it is safe to wait until everything is sent. */
static bool send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, 0);
        if (sent < 0) return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool pass_on(int from, int to)
{
    char bytes[65536];
    ssize_t size = recv(from, bytes, sizeof bytes, 0);

    return size > 0 && send_all(to, bytes, (size_t)size);
}

static void put_in(const char *path)
{
    char bytes[65536];
    FILE *file = fopen(path, "rb");

    if (!file) return;
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    remove(path);
    for (int i = 0; i < WAYS; i++) {
        if (ways[i].near >= 0 && !send_all(ways[i].near, bytes, size)) end(&ways[i]);
    }
}

int main(int argc, char **argv)
{
    tool_start("meddle");
    if (argc != 3) tool_die(TOOL_USAGE, "usage: meddle PORT FILE");
    uint16_t port = (uint16_t)tool_number("PORT", argv[1], 1, 65535);
    for (int i = 0; i < WAYS; i++) ways[i].near = ways[i].far = -1;
    int listener = listen_somewhere();

    for (;;) {
        struct pollfd polled[1 + 2 * WAYS] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < WAYS; i++) {
            polled[1 + 2 * i] = (struct pollfd){.fd = ways[i].near, .events = POLLIN};
            polled[2 + 2 * i] = (struct pollfd){.fd = ways[i].far, .events = POLLIN};
        }
        if (poll(polled, 1 + 2 * WAYS, LOOK_AGAIN_MS) < 0 && errno != EINTR) {
            tool_die(TOOL_FAILED, "poll: %s", strerror(errno));
        }
        for (int i = 0; i < WAYS; i++) {
            bool good = true;
            if (polled[1 + 2 * i].revents) good = pass_on(ways[i].near, ways[i].far);
            if (good && polled[2 + 2 * i].revents) good = pass_on(ways[i].far, ways[i].near);
            if (!good) end(&ways[i]);
        }
        if (polled[0].revents) take_in(listener, port);
        put_in(argv[2]);
    }
}
