/*
 * bare: the yardstick: the minimum that a select() server must do to deliver everybody's messages.
 *
 * Model: an array of addresses for each room. A hello, in the form of stage 1, puts its sender into
 * the array and is answered with the welcome; any other datagram goes to everybody in its sender's
 * room but the sender, one sendto() each. The name in the hello has the room's number behind an `@`
 * (`m00012@3`); without one it is room 0. Later datagrams do not have it: the sender's port is the
 * index of an array with the room, and rooms cost nothing more.
 *
 * It is as fast as such a server can be, so that the real ones are not compared with a slow one:
 *   - the sender is not looked up: it is left out by one comparison of 64 bits a member, in the
 *     loop that sends anyway, and that loop also finds out whether the sender is a stranger;
 *   - a wake-up drains the socket before it waits again. That costs one recvfrom() that finds
 *     nothing when messages come singly and saves a select() for each when they come in bursts;
 *     -1 turns it off, so that both can be measured;
 *   - nothing is checked: no UTF-8, no names, no strikes, no silence, no notices.
 *
 * Limits: IPv4, all members on 127.0.0.1, ROOMS rooms, nobody ever leaves. Not a chat server: do
 * not use it as one. Signals end it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

/* musl's FD_SET converts signs in ways that -Wconversion reports. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif

#define ROOMS 65536
#define PORTS 65536
#define DATAGRAM_MAX 4096
#define BUFFER_WANTED (4 * 1024 * 1024) /* as in the real servers */

/* Two arrays, so that the comparisons read 8 bytes a member and not 24. */
struct room {
    uint64_t *keys;
    struct sockaddr_in *addresses;
    size_t count;
    size_t space;
};

static struct room rooms[ROOMS];
static uint16_t room_of[PORTS]; /* by the sender's port; 0 for strangers */

static void die(const char *what)
{
    fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t key_of(const struct sockaddr_in *address)
{
    return (uint64_t)address->sin_addr.s_addr << 16 | address->sin_port;
}

static void room_grow(struct room *room)
{
    room->space = room->space == 0 ? 8 : 2 * room->space;
    room->keys = realloc(room->keys, room->space * sizeof *room->keys);
    room->addresses = realloc(room->addresses, room->space * sizeof *room->addresses);
    if (room->keys == NULL || room->addresses == NULL) die("members");
}

static void member_add(struct room *room, const struct sockaddr_in *address, uint64_t key)
{
    if (room->count == room->space) room_grow(room);
    room->keys[room->count] = key;
    room->addresses[room->count] = *address;
    room->count++;
}

static void send_to(int fd, const unsigned char *datagram, size_t size,
                    const struct sockaddr_in *to)
{
    /* A failure is one lost datagram, and the load generator counts those. */
    (void)sendto(fd, datagram, size, 0, (const struct sockaddr *)to, sizeof *to);
}

/* The number behind the `@` in a name, or 0. */
static uint16_t room_number(const unsigned char *name, size_t size)
{
    const unsigned char *at = memchr(name, '@', size);
    unsigned number = 0;

    for (const unsigned char *digit = at; at != NULL && ++digit < name + size;)
        number = number * 10 + (*digit - '0');
    return (uint16_t)number;
}

/* The one linear search: hellos come before the clock of a measurement starts. */
static void hello(int fd, const unsigned char *datagram, size_t size,
                  const struct sockaddr_in *from, uint64_t key)
{
    static const char welcome[] = "\0welcome, ";
    unsigned char answer[sizeof welcome + DATAGRAM_MAX];
    uint16_t number = room_number(datagram + 1, size - 1);
    struct room *room = &rooms[number];
    size_t i = 0;

    while (i < room->count && room->keys[i] != key) i++;
    if (i == room->count) member_add(room, from, key);
    room_of[ntohs(from->sin_port)] = number;
    memcpy(answer, welcome, sizeof welcome - 1);
    memcpy(answer + sizeof welcome - 1, datagram + 1, size - 1);
    send_to(fd, answer, sizeof welcome - 1 + size - 1, from);
}

static void say(int fd, const unsigned char *datagram, size_t size, const struct sockaddr_in *from,
                uint64_t key)
{
    struct room *room = &rooms[room_of[ntohs(from->sin_port)]];
    const uint64_t *keys = room->keys;
    const struct sockaddr_in *addresses = room->addresses;
    size_t count = room->count;
    int known = 0;

    for (size_t i = 0; i < count; i++) {
        if (keys[i] == key)
            known = 1;
        else
            send_to(fd, datagram, size, &addresses[i]);
    }
    if (!known) member_add(room, from, key);
}

/* Takes one datagram and delivers it. Returns 0 when there was none. */
static int serve(int fd)
{
    unsigned char datagram[DATAGRAM_MAX];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t got = recvfrom(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &from_size);

    if (got == -1) return 0;
    if (got > 1 && datagram[0] == got - 1)
        hello(fd, datagram, (size_t)got, &from, key_of(&from));
    else
        say(fd, datagram, (size_t)got, &from, key_of(&from));
    return 1;
}

static int open_socket(const char *port)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int wanted = BUFFER_WANTED;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1) die("socket");
    /* The system may give less; then more is lost, and the bench reports it. */
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) die("bind");
    if (getsockname(fd, (struct sockaddr *)&address, &size) == -1) die("getsockname");
    printf("bare server: listening on udp 127.0.0.1:%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    const char *port = "9000";
    int singly = 0;
    int option;
    int fd;

    while ((option = getopt(argc, argv, "1p:")) != -1) {
        if (option == 'p')
            port = optarg;
        else if (option == '1')
            singly = 1;
        else {
            fputs("usage: bare [-1] [-p PORT]\n", stderr);
            return 2;
        }
    }
    fd = open_socket(port);
    for (;;) {
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        if (select(fd + 1, &readable, NULL, NULL, NULL) == -1) continue;
        while (serve(fd) && !singly)
            ;
    }
}
