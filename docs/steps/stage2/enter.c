/*
 * enter create|join ROOM NAME [PORT]: a client of stage 2. It asks for the room over TCP, and then
 * sends each line that you type over UDP, to the port of the same number.
 *
 * New: a request and its answer, two frames; the token in front of each datagram; a keepalive every
 * 20 seconds; and nothing that it shows can give orders to a terminal.
 * Still wrong: it sends its keepalives and does not look for the answers. If the server has lost
 * this member it goes on talking to nobody; stage2/client joins again.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 32, PAYLOAD = 65536 }; /* bytes; the second is the most that a frame may have */
enum { TOKEN = 32, ALIVE = 20 };       /* bytes; seconds from one keepalive to the next */

struct frame {
    unsigned char header[HEADER];
    unsigned char rest[255 + PAYLOAD]; /* the room and the payload */
};

/* False: the stream has ended before. */
static bool read_exactly(int fd, unsigned char *to, size_t count)
{
    while (count > 0) {
        ssize_t size = recv(fd, to, count, 0);
        if (size <= 0) return false;
        to += size;
        count -= (size_t)size;
    }
    return true;
}

/* The size of the payload, or something above PAYLOAD if it is too large. */
static size_t payload_size(const unsigned char *header)
{
    size_t size = 0;

    for (int i = 3; i < HEADER && size <= PAYLOAD; i++) size = size << 8 | header[i];
    return size;
}

static bool read_frame(int fd, struct frame *frame)
{
    if (!read_exactly(fd, frame->header, HEADER)) return false;
    size_t payload = payload_size(frame->header);
    if (payload > PAYLOAD) return false;
    return read_exactly(fd, frame->rest, frame->header[0] + payload);
}

/* Asks for the room over a connection. Returns the status, and with 0 the token; -1 if no answer
   comes. */
static int ask(int fd, bool create, const char *room, const char *name, unsigned char *token)
{
    static struct frame frame;
    size_t room_size = strlen(room), name_size = strlen(name);

    frame.header[0] = (unsigned char)room_size;
    frame.header[1] = create ? 1 : 2;
    frame.header[HEADER - 1] = (unsigned char)name_size;
    memcpy(frame.rest, room, room_size);
    memcpy(frame.rest + room_size, name, name_size);
    send(fd, &frame, HEADER + room_size + name_size, 0);
    if (!read_frame(fd, &frame) || payload_size(frame.header) != 1) return -1;
    int status = frame.rest[frame.header[0]];
    if (status != 0) return status;
    if (!read_frame(fd, &frame) || payload_size(frame.header) != TOKEN) return -1;
    memcpy(token, frame.rest + frame.header[0], TOKEN);
    return 0;
}

/* The size of the next line from the keyboard, without its end; -1 if there is none. It reads byte
   by byte: what fgets() has read ahead, select() could not see. */
static int read_line(unsigned char *line, int space)
{
    int size = 0;

    while (size < space) {
        if (read(STDIN_FILENO, line + size, 1) != 1) return -1;
        if (line[size] == '\n') break;
        size++;
    }
    return size;
}

/* How many bytes there make a character that a terminal would obey; 0 if they do not. */
static size_t orders(const unsigned char *at, size_t have)
{
    if (at[0] < 0x20 || at[0] == 0x7f) return 1;
    if (have > 1 && at[0] == 0xc2 && at[1] < 0xa0) return 2; /* U+0080-9F */
    if (have < 3 || at[0] != 0xe2) return 0;
    if (at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) return 3; /* U+202A-E */
    return at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9 ? 3 : 0; /* U+2066-9 */
}

static void show(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t skipped = orders(bytes + i, size - i);
        putchar(skipped > 0 ? '?' : bytes[i]);
        i += skipped > 0 ? skipped : 1;
    }
    printf("\n");
    fflush(stdout);
}

/* A socket that is connected to this port of this machine, -1 if that cannot be. */
static int open_socket(int type, const char *port)
{
    struct sockaddr_in there = {.sin_family = AF_INET};

    there.sin_port = htons((in_port_t)atoi(port));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, type, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof there) != 0) {
        perror("enter");
        return -1;
    }
    return fd;
}

int main(int argc, char **argv)
{
    static const char *const why[] = {"", "there is such a room already", "there is no such room",
        "the password is wrong", "somebody there has that name", "that is no name",
        "the room is full", "the server is full"};
    unsigned char heard[4096], said[4096];

    if (argc < 4 || strlen(argv[2]) > 255 || strlen(argv[3]) > 255) return 2;
    const char *room = argv[2], *port = argc > 4 ? argv[4] : "9001";
    int tcp = open_socket(SOCK_STREAM, port), fd = open_socket(SOCK_DGRAM, port);
    if (tcp < 0 || fd < 0) return 1;
    int head = 2 + (int)strlen(room) + TOKEN;
    int status = ask(tcp, strcmp(argv[1], "create") == 0, room, argv[3], said + head - TOKEN);
    close(tcp);
    if (status != 0) {
        fprintf(stderr, "enter: %s\n", status > 0 && status < 8 ? why[status] : "no answer");
        return 1;
    }
    said[0] = (unsigned char)strlen(room);
    said[1] = TOKEN;
    memcpy(said + 2, room, strlen(room));
    send(fd, said, (size_t)head, 0); /* the token without a text: keepalive */
    time_t sent = time(NULL);
    for (;;) {
        struct timeval second = {.tv_sec = 1};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(STDIN_FILENO, &ready);
        FD_SET(fd, &ready);
        if (select(fd + 1, &ready, NULL, NULL, &second) < 0) break;
        if (FD_ISSET(fd, &ready)) {
            ssize_t size = recv(fd, heard, sizeof heard, 0);
            if (size < 0) perror("enter");
            else show(heard, (size_t)size);
        }
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            int size = read_line(said + head, (int)sizeof said - head);
            if (size < 0) break;
            if (send(fd, said, (size_t)(head + size), 0) < 0) perror("enter");
            sent = time(NULL);
        } else if (time(NULL) - sent >= ALIVE) {
            send(fd, said, (size_t)head, 0);
            sent = time(NULL);
        }
    }
    memcpy(said + head, "/leave", 6);
    send(fd, said, (size_t)head + 6, 0);
    return 0;
}
