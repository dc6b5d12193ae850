#include "command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOWEST = 10000, PORTS = 20000, TRIES = 50 };

static bool is(const char *word, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(word, name, size) == 0;
}

/* What stands for the word between braces; `*size` is its size. NULL: it is no such word. */
static const char *value_of(const char *word, size_t *size, const struct command_values *values)
{
    const char *value = NULL, *bar = memchr(word, '|', *size);

    if (bar != NULL) {
        size_t first = (size_t)(bar - word);
        *size = values->creates ? first : *size - first - 1;
        return values->creates ? word : bar + 1;
    }
    if (is(word, *size, "host")) value = values->host;
    else if (is(word, *size, "port") || is(word, *size, "tcp")) value = values->tcp;
    else if (is(word, *size, "udp")) value = values->udp;
    else if (is(word, *size, "server")) value = values->server;
    else if (is(word, *size, "name")) value = values->name;
    else if (is(word, *size, "room")) value = values->room;
    else if (is(word, *size, "operation")) value = values->creates ? "create" : "join";
    if (value != NULL) *size = strlen(value);
    return value;
}

bool command_make(const char *template, const struct command_values *values, char *out,
                  size_t space)
{
    size_t used = 0;

    while (*template != '\0') {
        size_t inside = *template == '{' ? strcspn(template + 1, "{}") : 0, size = inside;
        const char *from = template;
        bool closed = inside > 0 && template[1 + inside] == '}';
        const char *value = closed ? value_of(template + 1, &size, values) : NULL;

        if (value == NULL) size = 1;
        else from = value;
        template += value == NULL ? 1 : inside + 2;
        if (used + size >= space) return false;
        memcpy(out + used, from, size);
        used += size;
    }
    out[used] = '\0';
    return true;
}

/* Binds to the port of 127.0.0.1 and lets it go again. False with errno set. */
static bool can_bind(int port, int type)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    int fd = socket(AF_INET, type, 0);

    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof here) == 0;
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    return bound;
}

bool command_free_port(int again, char port[6])
{
    for (int i = 0; i < TRIES; i++) {
        long number = LOWEST + ((long)getpid() * 17 + again * 7919 + i * 1009) % PORTS;
        if (!can_bind((int)number, SOCK_DGRAM) || !can_bind((int)number, SOCK_STREAM)) continue;
        snprintf(port, 6, "%ld", number);
        return true;
    }
    return false;
}

/* Looks into a table of sockets as Linux has them: 1 found, 0 not found, -1 there is no table. */
static int in_table(const char *path, unsigned port, unsigned state)
{
    char line[400];
    FILE *file = fopen(path, "r");
    int found = 0;

    if (file == NULL) return -1;
    while (found == 0 && fgets(line, sizeof line, file) != NULL) {
        unsigned its_port, its_state;
        int got = sscanf(line, " %*[0-9]: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x", &its_port, &its_state);
        if (got == 2 && its_port == port && (state == 0 || its_state == state)) found = 1;
    }
    fclose(file);
    return found;
}

static bool accepts(int port)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool connected = fd >= 0 && connect(fd, (struct sockaddr *)&there, sizeof there) == 0;
    if (fd >= 0) close(fd);
    return connected;
}

bool command_listens(const char *port, bool tcp)
{
    enum { LISTEN = 10 };
    unsigned number = (unsigned)atoi(port);
    int found = in_table(tcp ? "/proc/net/tcp" : "/proc/net/udp", number, tcp ? LISTEN : 0);
    int found6 = in_table(tcp ? "/proc/net/tcp6" : "/proc/net/udp6", number, tcp ? LISTEN : 0);

    if (found >= 0) return found == 1 || found6 == 1;
    if (tcp) return accepts((int)number);
    return !can_bind((int)number, SOCK_DGRAM) && errno == EADDRINUSE;
}
