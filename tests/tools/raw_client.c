/*
 * raw_client: a client of stage 2 as another project may have written it, from docs/protocol.md
 * alone. It sends its name as bare bytes and leaves TCP as soon as it can.
 *
 * Called: raw_client HOST PORT create|join ROOM USER
 *
 * It prints `status N`, and ends with 1 if N is not 0. Then it sends each line of its standard
 * input unchanged, including commands and empty lines, and prints each datagram that it receives as
 * a line, with `?` for control characters. At the end of the input it sends /leave and ends with 0.
 *
 * Its limits: it announces no port and sends no keepalive, so it receives nothing before its first
 * line, and is dropped when it is silent for 60 seconds. It does not tell notices apart, and goes
 * on when it is out of the room. A line of more than 4096 bytes goes out in several datagrams.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER = 32,
    TOKEN = 32,
    NAME_BYTES = 255, /* of a room, and of a user */
    DATAGRAM_BYTES = 4096
};

static struct sockaddr_storage server; /* for TCP and UDP */
static socklen_t server_size;

static char datagram[DATAGRAM_BYTES]; /* the sizes, the room and the token, and then the text */
static size_t front, filled;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "raw_client: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Only the first address of the host is tried. */
static void find_server(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, port, &hints, &found) != 0) die("there is no such host");
    memcpy(&server, found->ai_addr, found->ai_addrlen);
    server_size = found->ai_addrlen;
    freeaddrinfo(found);
}

static int connect_server(int type)
{
    int fd = socket(server.ss_family, type, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&server, server_size) != 0) die("cannot connect");
    return fd;
}

static void write_exactly(int fd, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t sent = send(fd, next, size, MSG_NOSIGNAL);
        if (sent < 0) die("the server closed the connection");
        next += sent;
        size -= (size_t)sent;
    }
}

/* Reads exactly so many bytes, however small the pieces are. */
static void read_exactly(int fd, void *bytes, size_t size)
{
    char *next = bytes;
    while (size > 0) {
        ssize_t got = recv(fd, next, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) die("the server closed the connection");
        next += got;
        size -= (size_t)got;
    }
}

static void send_request(int tcp, int operation, const char *room, const char *user)
{
    unsigned char head[HEADER] = {0};
    head[0] = (unsigned char)strlen(room);
    head[1] = (unsigned char)operation;
    head[HEADER - 1] = (unsigned char)strlen(user);
    write_exactly(tcp, head, sizeof head);
    write_exactly(tcp, room, strlen(room));
    write_exactly(tcp, user, strlen(user));
}

/* Reads a frame with this state and a payload of exactly `size` bytes, at most 255. */
static void read_frame(int tcp, int state, void *payload, size_t size)
{
    unsigned char head[HEADER], wanted[29] = {0};
    char room[NAME_BYTES];
    wanted[28] = (unsigned char)size;
    read_exactly(tcp, head, sizeof head);
    if (head[2] != state || memcmp(head + 3, wanted, sizeof wanted) != 0) die("a strange answer");
    read_exactly(tcp, room, head[0]);
    read_exactly(tcp, payload, size);
}

/* Creates or joins the room, and writes the front of every datagram. */
static void enter(const char *operation, const char *room, const char *user)
{
    int tcp = connect_server(SOCK_STREAM);
    unsigned char status;
    send_request(tcp, strcmp(operation, "create") == 0 ? 1 : 2, room, user);
    read_frame(tcp, 1, &status, 1);
    printf("status %d\n", status);
    if (status != 0) exit(EXIT_FAILURE);

    datagram[0] = (char)strlen(room);
    datagram[1] = TOKEN;
    memcpy(datagram + 2, room, strlen(room));
    front = 2 + strlen(room);
    read_frame(tcp, 2, datagram + front, TOKEN);
    filled = front += TOKEN;
    close(tcp);
}

static void send_datagram(int udp)
{
    if (send(udp, datagram, filled, 0) < 0) die("the server is gone");
    filled = front;
}

/* Reads what standard input has, perhaps a part of a line. False: the input has ended. */
static bool pass_input(int udp)
{
    char piece[512];
    ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
    for (ssize_t i = 0; i < got; i++) {
        if (piece[i] == '\n' || filled == sizeof datagram) send_datagram(udp);
        if (piece[i] != '\n') datagram[filled++] = piece[i];
    }
    if (got <= 0 && filled > front) send_datagram(udp);
    return got > 0;
}

static void print_datagram(int udp)
{
    char text[DATAGRAM_BYTES];
    ssize_t size = recv(udp, text, sizeof text, 0);
    if (size < 0) die("the server is gone");
    for (ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f) text[i] = '?';
        if (c == 0xc2 && i + 1 < size && (unsigned char)text[i + 1] < 0xa0)
            text[i] = text[i + 1] = '?'; /* U+0080 to U+009F, in two bytes */
    }
    printf("%.*s\n", (int)size, text);
}

int main(int count, char **arg)
{
    if (count != 6 || strlen(arg[4]) > NAME_BYTES || strlen(arg[5]) > NAME_BYTES)
        die("call me with HOST PORT create|join ROOM USER");
    setvbuf(stdout, NULL, _IOLBF, 0);
    find_server(arg[1], arg[2]);
    enter(arg[3], arg[4], arg[5]);
    int udp = connect_server(SOCK_DGRAM);
    struct pollfd both[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
    do {
        if (poll(both, 2, -1) < 0) die("poll");
        if (both[1].revents != 0) print_datagram(udp);
    } while (both[0].revents == 0 || pass_input(udp));
    memcpy(datagram + front, "/leave", 6);
    filled = front + 6;
    send_datagram(udp);
    return EXIT_SUCCESS;
}
