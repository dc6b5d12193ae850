/*
 * say NAME [PORT]: a client. Each line that you type goes to the server at this UDP port of this
 * machine, and what the server sends is shown.
 *
 * New: select() waits for two things at once, the keyboard and the socket; connect() fixes where
 * the socket leads, and so the system can report that nobody listens there.
 * Still wrong: it obeys what it receives, so anybody can wipe your screen (stage 2's enter.c does
 * not). And it says hello and goodbye, which relay.c takes for talk; names.c answers them.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void show(const unsigned char *bytes, size_t size)
{
    if (size == 0 || bytes[0] >= size) return; /* the name goes on beyond the end */
    size_t name = bytes[0];
    if (name == 0) printf("*");
    fwrite(bytes + 1, 1, name, stdout);
    printf(name == 0 ? " " : ": ");
    fwrite(bytes + 1 + name, 1, size - 1 - name, stdout);
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct sockaddr_in there = {.sin_family = AF_INET};
    unsigned char heard[4096], said[4096];

    if (argc < 2 || strlen(argv[1]) > 255) return 2;
    there.sin_port = htons((in_port_t)(argc > 2 ? atoi(argv[2]) : 9001));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof there) != 0) {
        perror("say");
        return 1;
    }
    int head = 1 + (int)strlen(argv[1]);
    said[0] = (unsigned char)(head - 1);
    memcpy(said + 1, argv[1], strlen(argv[1]));
    send(fd, said, (size_t)head, 0); /* a name without a text: hello */
    for (;;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(STDIN_FILENO, &ready);
        FD_SET(fd, &ready);
        if (select(fd + 1, &ready, NULL, NULL, NULL) < 0) break;
        if (FD_ISSET(fd, &ready)) {
            ssize_t size = recv(fd, heard, sizeof heard, 0);
            if (size < 0) perror("say");
            else show(heard, (size_t)size);
        }
        if (FD_ISSET(STDIN_FILENO, &ready)) {
            int size = read_line(said + head, (int)sizeof said - head);
            if (size < 0) break;
            if (send(fd, said, (size_t)(head + size), 0) < 0) perror("say");
        }
    }
    send(fd, "", 1, 0); /* the single byte 0: goodbye */
    return 0;
}
