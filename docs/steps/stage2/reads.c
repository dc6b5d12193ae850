/*
 * reads [PORT]: takes one TCP connection, waits a second, and shows what each read of up to 50
 * bytes brings, until the other side closes.
 *
 * New: listen() and accept(), and a stream in place of datagrams.
 * Still wrong: it takes each piece as it comes. What was written as two is read as something else;
 * frames.c puts it together.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    char bytes[50];
    ssize_t size;

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 1) != 0) {
        perror("reads");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    int connection = accept(fd, NULL, NULL);
    sleep(1);
    while ((size = recv(connection, bytes, sizeof bytes, 0)) > 0) {
        printf("one read brought %zd bytes\n", size);
    }
    printf("end\n");
    return 0;
}
