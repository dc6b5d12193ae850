/*
 * hear [PORT]: shows every datagram that comes to this UDP port of this machine, byte by byte.
 *
 * New: a socket, an address, and a datagram.
 * Still wrong: it only listens. Whoever sends something gets no answer, and nobody else sees it.
 * relay.c passes it on.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    unsigned char bytes[4096];

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* 127.0.0.1 */
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("hear");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) continue;
        printf("%zd bytes from %s:", size, inet_ntoa(from.sin_addr));
        for (ssize_t i = 0; i < size; i++) printf(" %02x", bytes[i]);
        printf("\n");
        fflush(stdout);
    }
}
