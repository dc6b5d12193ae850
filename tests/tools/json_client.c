/*
 * json_client: a client of stage 2 as another project may have written it, from docs/protocol.md
 * alone. It sends its name as JSON and announces its UDP port over TCP.
 *
 * Called: json_client HOST PORT create|join ROOM USER
 *
 * It prints `status N`, and ends with 1 if N is not 0. Then it sends each line of its standard
 * input unchanged, including commands, and prints each datagram that it receives as a line, with
 * `?` for control characters. At the end of the input it sends /leave and ends with 0.
 *
 * Its limits: it sends nothing before its first line, and receives the others' lines only because
 * it has announced its port. It sends a keepalive after 20 seconds in which nothing happened at
 * all. It does not tell notices apart: kicked from the room, it goes on until its input ends. It
 * uses only IPv4. It does not send empty lines, nor the end of a line that is too long for a
 * datagram.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER = 32,
    NAME_BYTES = 255, /* of a room, and of a user */
    DATAGRAM_BYTES = 4096
};

struct line {
    char bytes[DATAGRAM_BYTES]; /* the sizes, the room and the token, and then the text */
    size_t front, size;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "json_client: %s\n", what);
    exit(EXIT_FAILURE);
}

/* The host's first address, for TCP and for UDP. */
static int connect_server(const char *host, const char *port, int type)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = type};
    struct addrinfo *a;
    if (getaddrinfo(host, port, &hints, &a) != 0) die("there is no such host");
    int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd < 0 || connect(fd, a->ai_addr, a->ai_addrlen) != 0) die("cannot connect");
    freeaddrinfo(a);
    return fd;
}

/* Writes the user's name as a JSON object. `object` has space for twice the name, and 40 bytes. */
static size_t write_json(char *object, const char *user)
{
    char *end = object + sprintf(object, "{\"username\": \"");
    for (; *user != '\0'; user++) {
        if (*user == '"' || *user == '\\') *end++ = '\\';
        *end++ = *user;
    }
    return (size_t)(end + sprintf(end, "\", \"password\": null}") - object);
}

static void send_request(int tcp, bool create, const char *room, const char *user)
{
    char frame[HEADER + NAME_BYTES + 2 * NAME_BYTES + 40] = {0};
    size_t room_size = strlen(room);
    size_t json_size = write_json(frame + HEADER + room_size, user);
    frame[0] = (char)room_size;
    frame[1] = create ? 1 : 2;
    frame[30] = (char)(json_size >> 8); /* the last two of the 29 bytes; the others stay 0 */
    frame[31] = (char)(json_size & 0xff);
    memcpy(frame + HEADER, room, room_size);
    size_t size = HEADER + room_size + json_size;
    if (send(tcp, frame, size, MSG_NOSIGNAL) != (ssize_t)size) die("the request was not sent");
}

/* Reads one frame of the answer; its payload of at most NAME_BYTES goes to `payload`. */
static size_t read_frame(FILE *answer, int state, char *payload)
{
    unsigned char head[HEADER];
    char room[NAME_BYTES];
    if (fread(head, HEADER, 1, answer) != 1) die("the server ended the connection");
    if (head[2] != state || head[30] != 0) die("that is not the answer");
    if (fread(room, 1, head[0], answer) != head[0]) die("the answer's room is cut off");
    if (fread(payload, 1, head[31], answer) != head[31]) die("the answer is cut off");
    return head[31];
}

/* Reads the status and, if that is 0, the token, which stands at the front of every datagram. */
static bool read_answer(FILE *answer, const char *room, struct line *line)
{
    char payload[NAME_BYTES];
    if (read_frame(answer, 1, payload) != 1) die("the answer is not a status");
    printf("status %d\n", payload[0]);
    if (payload[0] != 0) return false; /* no second frame follows */
    size_t room_size = strlen(room), token_size = read_frame(answer, 2, payload);
    line->bytes[0] = (char)room_size;
    line->bytes[1] = (char)token_size;
    memcpy(line->bytes + 2, room, room_size);
    memcpy(line->bytes + 2 + room_size, payload, token_size);
    line->size = line->front = 2 + room_size + token_size;
    return true;
}

/* The system stores the port as the two bytes that the protocol sends. */
static void announce_port(int tcp, int udp)
{
    struct sockaddr_in ours;
    socklen_t size = sizeof ours;
    if (getsockname(udp, (struct sockaddr *)&ours, &size) != 0) die("our UDP port is unknown");
    if (send(tcp, &ours.sin_port, 2, MSG_NOSIGNAL) != 2) die("the port was not announced");
}

static void send_line(int udp, struct line *line)
{
    if (line->size == line->front) return;
    if (send(udp, line->bytes, line->size, 0) < 0) die("the server is gone");
    line->size = line->front;
}

/* Reads what standard input has, perhaps a part of a line. False: the input has ended. */
static bool read_input(int udp, struct line *line)
{
    char piece[1024];
    ssize_t got = read(STDIN_FILENO, piece, sizeof piece);
    for (ssize_t i = 0; i < got; i++) {
        if (piece[i] == '\n')
            send_line(udp, line);
        else if (line->size < sizeof line->bytes)
            line->bytes[line->size++] = piece[i];
    }
    if (got <= 0) send_line(udp, line);
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

static void talk(int udp, struct line *line)
{
    struct pollfd both[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
    do {
        if (poll(both, 2, 20000) == 0) send(udp, line->bytes, line->front, 0); /* keepalive */
        if (both[1].revents != 0) print_datagram(udp);
    } while (both[0].revents == 0 || read_input(udp, line));
}

int main(int count, char **arg)
{
    if (count != 6 || strlen(arg[4]) > NAME_BYTES || strlen(arg[5]) > NAME_BYTES)
        die("call me with HOST PORT create|join ROOM USER");
    setvbuf(stdout, NULL, _IOLBF, 0);
    int tcp = connect_server(arg[1], arg[2], SOCK_STREAM);
    int udp = connect_server(arg[1], arg[2], SOCK_DGRAM);
    FILE *answer = fdopen(tcp, "rb");
    if (answer == NULL) die("no memory");
    struct line line;
    send_request(tcp, strcmp(arg[3], "create") == 0, arg[4], arg[5]);
    if (!read_answer(answer, arg[4], &line)) return EXIT_FAILURE;
    announce_port(tcp, udp);
    fclose(answer);
    talk(udp, &line);
    memcpy(line.bytes + line.front, "/leave", 6);
    send(udp, line.bytes, line.front + 6, 0);
    return EXIT_SUCCESS;
}
