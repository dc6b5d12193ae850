/*
 * relay: a server of stage 1 as another project may have written it, from the brief alone: "the
 * first byte is the size of the name, then comes the name, then the message; what one client sends
 * goes to all that are connected". It has no hello, welcomes nobody and sends no notices.
 *
 * Called: relay DIALECT [PORT]
 *     others     relays the bytes to everybody but their sender
 *     all        to the sender as well
 *     bare       to all, as a text without a size before it: "NAME: MESSAGE"
 *     notices    answers each datagram with notices of our server, but no welcome
 *     garbage    answers each datagram with random bytes, from one to twice the limit of a datagram
 *     cut        answers with the first half of the datagram: the size of the name exceeds the rest
 *     nothing    does not answer at all
 *
 * It prints `relay: listening on udp 127.0.0.1:PORT` and then a line for each datagram: `MS NAME:
 * MESSAGE`, where MS is the milliseconds since the first one. It drops no client, and ends on
 * SIGTERM.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { CLIENTS = 100, MOST = 4096 };

static struct sockaddr_in clients[CLIENTS];
static int client_count;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "relay: %s\n", what);
    exit(EXIT_FAILURE);
}

static long milliseconds(void)
{
    static struct timespec first;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (first.tv_sec == 0) first = now;
    return (long)(now.tv_sec - first.tv_sec) * 1000 + (now.tv_nsec - first.tv_nsec) / 1000000;
}

static int listen_on(const char *port)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons((in_port_t)atoi(port));
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, size) != 0) die("cannot listen");
    if (getsockname(fd, (struct sockaddr *)&here, &size) != 0) die("no port");
    printf("relay: listening on udp 127.0.0.1:%u\n", (unsigned)ntohs(here.sin_port));
    return fd;
}

static bool same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
    return a->sin_addr.s_addr == b->sin_addr.s_addr && a->sin_port == b->sin_port;
}

static void know(const struct sockaddr_in *from)
{
    for (int i = 0; i < client_count; i++) {
        if (same(&clients[i], from)) return;
    }
    if (client_count < CLIENTS) clients[client_count++] = *from;
}

static void relay(int fd, const void *bytes, size_t size, const struct sockaddr_in *except)
{
    for (int i = 0; i < client_count; i++) {
        if (except && same(&clients[i], except)) continue;
        sendto(fd, bytes, size, 0, (struct sockaddr *)&clients[i], sizeof clients[i]);
    }
}

static void answer(int fd, const struct sockaddr_in *to, const void *bytes, size_t size)
{
    sendto(fd, bytes, size, 0, (const struct sockaddr *)to, sizeof *to);
}

static void answer_garbage(int fd, const struct sockaddr_in *to)
{
    static unsigned char bytes[2 * MOST];
    size_t size = (size_t)rand() % sizeof bytes + 1;

    for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(rand() >> 7);
    if (size % 4 == 0) bytes[0] = 0; /* one in four looks like a notice */
    else if (bytes[0] < 0x80) bytes[0] |= 0x80; /* and no other one like UTF-8 */
    answer(fd, to, bytes, size);
}

static void answer_notices(int fd, const struct sockaddr_in *to)
{
    static const char *const notices[] = {
        "speak at least every 1 seconds", "you were silent for 60 seconds and were taken out",
        "you could not be reached and were taken out", "the server is shutting down",
        "the name nobody is taken, choose another one", "welcome, nobody"};
    char bytes[100];

    for (size_t i = 0; i < sizeof notices / sizeof notices[0]; i++) {
        bytes[0] = 0;
        memcpy(bytes + 1, notices[i], strlen(notices[i]));
        answer(fd, to, bytes, 1 + strlen(notices[i]));
    }
}

int main(int count, char **arg)
{
    char bytes[MOST], text[MOST + 2];
    struct sockaddr_in from;

    if (count < 2 || count > 3) die("call me with DIALECT [PORT]");
    const char *dialect = arg[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fd = listen_on(count == 3 ? arg[2] : "0");
    for (;;) {
        socklen_t from_size = sizeof from;
        ssize_t got = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (got <= 0) continue;
        size_t size = (size_t)got, name = (unsigned char)bytes[0];
        if (name > size - 1) name = size - 1;
        int text_size = sprintf(text, "%.*s: ", (int)name, bytes + 1);
        memcpy(text + text_size, bytes + 1 + name, size - 1 - name);
        text_size += (int)(size - 1 - name);
        printf("%ld %.*s\n", milliseconds(), text_size, text);
        know(&from);
        if (strcmp(dialect, "others") == 0) relay(fd, bytes, size, &from);
        else if (strcmp(dialect, "all") == 0) relay(fd, bytes, size, NULL);
        else if (strcmp(dialect, "bare") == 0) relay(fd, text, (size_t)text_size, NULL);
        else if (strcmp(dialect, "notices") == 0) answer_notices(fd, &from);
        else if (strcmp(dialect, "garbage") == 0) answer_garbage(fd, &from);
        else if (strcmp(dialect, "cut") == 0) answer(fd, &from, bytes, size / 2);
        else if (strcmp(dialect, "nothing") != 0) die("there is no such dialect");
    }
}
