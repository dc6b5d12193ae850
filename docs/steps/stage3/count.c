/*
 * count hear [PORT]: shows the lines that come to this UDP port of this machine, each once and in
 * the order in which they were said.
 * count say [PORT]: sends it each line that you type, again and again until it is acknowledged.
 *
 * New: a number in front of each line, a number that comes back, and a wait that ends by itself.
 * Still wrong: hear counts, but not whose lines. It takes the first lines of a second say for those
 * that it has shown, and drops them. log.c counts for each member.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    NUMBER = 4,            /* bytes of a number, the most significant one first */
    LINE = 1000,           /* bytes of a line */
    WINDOW = 64,           /* lines on their way at a time */
    RESEND_AFTER = 100     /* milliseconds without news until a line is sent again */
};

static void put_number(unsigned char *at, uint32_t number)
{
    for (int i = 0; i < NUMBER; i++) at[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t get_number(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
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

static void hear(int fd)
{
    unsigned char bytes[NUMBER + LINE];
    uint32_t heard = 0; /* the number of the last line that was shown */

    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < NUMBER) continue;
        if (get_number(bytes) == heard + 1) { /* else it came before, or comes too early */
            heard++;
            fwrite(bytes + NUMBER, 1, (size_t)size - NUMBER, stdout);
            printf("\n");
            fflush(stdout);
        }
        put_number(bytes, heard); /* always: the last answer may have been lost */
        sendto(fd, bytes, NUMBER, 0, (struct sockaddr *)&from, from_size);
    }
}

struct line {
    size_t size;
    unsigned char bytes[NUMBER + LINE];
};

/* Until all lines have been said, and all are acknowledged. */
static void say(int fd)
{
    static struct line lines[WINDOW]; /* number n is in lines[n % WINDOW] */
    uint32_t said = 0, heard = 0;     /* the last line that was sent, and that was acknowledged */
    bool open = true;

    while (open || heard < said) {
        struct timeval timeout = {.tv_usec = RESEND_AFTER * 1000};
        unsigned char answer[NUMBER];
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        if (open && said - heard < WINDOW) FD_SET(STDIN_FILENO, &ready);
        int count = select(fd + 1, &ready, NULL, NULL, &timeout);
        for (uint32_t n = heard + 1; count == 0 && n <= said; n++) {
            send(fd, lines[n % WINDOW].bytes, lines[n % WINDOW].size, 0);
        }
        if (count <= 0) continue;
        if (FD_ISSET(fd, &ready) && recv(fd, answer, sizeof answer, 0) == NUMBER) {
            uint32_t number = get_number(answer);
            if (number > heard && number <= said) heard = number;
        }
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            struct line *line = &lines[(said + 1) % WINDOW];
            int size = read_line(line->bytes + NUMBER, LINE);
            open = size >= 0;
            if (!open) continue;
            put_number(line->bytes, ++said);
            line->size = NUMBER + (size_t)size;
            send(fd, line->bytes, line->size, 0);
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    if (argc < 2) return 2;
    bool hears = strcmp(argv[1], "hear") == 0;
    address.sin_port = htons((in_port_t)(argc > 2 ? atoi(argv[2]) : 9001));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int (*use)(int, const struct sockaddr *, socklen_t) = hears ? bind : connect;
    if (fd < 0 || use(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("count");
        return 1;
    }
    if (!hears) {
        say(fd);
        return 0;
    }
    printf("listening on port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    hear(fd);
}
