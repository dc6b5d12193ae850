/*
 * listener: a client of stage 1 as somebody else may have written it, from the brief alone. It says
 * one thing under its name, and from then on it only listens: it sends no hello and no goodbye.
 *
 * Called: listener HOST PORT NAME TEXT
 *
 * It prints each datagram that comes as a line `NAME: MESSAGE`, a notice, which has no name, too. It
 * ends by SIGTERM.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "listener: %s\n", what);
    exit(EXIT_FAILURE);
}

static int connect_server(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found;

    if (getaddrinfo(host, port, &hints, &found) != 0) die("there is no such host");
    int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0) die("cannot connect");
    freeaddrinfo(found);
    return fd;
}

static void say(int fd, const char *name, const char *text)
{
    char bytes[4096];
    size_t name_size = strlen(name), text_size = strlen(text);

    if (name_size > 255 || 1 + name_size + text_size > sizeof bytes) die("that is too long");
    bytes[0] = (char)name_size;
    memcpy(bytes + 1, name, name_size);
    memcpy(bytes + 1 + name_size, text, text_size);
    if (send(fd, bytes, 1 + name_size + text_size, 0) < 0) die("nobody listens there");
}

int main(int count, char **arg)
{
    char bytes[4096];

    if (count != 5) die("call me with HOST PORT NAME TEXT");
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fd = connect_server(arg[1], arg[2]);
    say(fd, arg[3], arg[4]);
    for (;;) {
        ssize_t size = recv(fd, bytes, sizeof bytes, 0);
        if (size < 0) die("the server is gone");
        if (size == 0) continue;
        size_t name = (unsigned char)bytes[0];
        if (name > (size_t)size - 1) name = (size_t)size - 1;
        printf("%.*s: %.*s\n", (int)name, bytes + 1, (int)((size_t)size - 1 - name),
               bytes + 1 + name);
    }
}
