/*
 * relay [PORT]: sends on what anybody sends to everybody else that ever sent something.
 *
 * New: sendto(), and an array of the addresses that are known.
 * Still wrong: it does not look at what it passes on. A long message is cut in the middle of a
 * character, the 101st address is written past the end of the array, and anybody may write any name
 * in front. say.c is a client for it; names.c and safe.c look.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static struct sockaddr_in clients[100];
static int count;

static int find_or_add(const struct sockaddr_in *from)
{
    for (int i = 0; i < count; i++) {
        if (clients[i].sin_port == from->sin_port
            && clients[i].sin_addr.s_addr == from->sin_addr.s_addr) {
            return i;
        }
    }
    clients[count] = *from;
    return count++;
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    unsigned char bytes[4096];

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* 127.0.0.1 */
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("relay");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) continue;
        int sender = find_or_add(&from);
        for (int i = 0; i < count; i++) {
            if (i == sender) continue;
            sendto(fd, bytes, (size_t)size, 0, (struct sockaddr *)&clients[i], sizeof clients[i]);
        }
    }
}
