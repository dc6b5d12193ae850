/* web PORT: a web server in some forty lines. Whoever comes to 127.0.0.1 is shown the secret, and
   what he asked for is printed. One recv() is taken for a request: all faults of chapter 2. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\n"
                             "Content-Type: text/html\r\n"
                             "Content-Length: 30\r\n"
                             "Connection: close\r\n"
                             "\r\n"
                             "<h1>The secret is sesame</h1>\n";

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    struct timeval second = {.tv_sec = 1};
    char request[4096];

    signal(SIGPIPE, SIG_IGN);
    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 8) != 0) {
        perror("web");
        return 1;
    }
    socklen_t size = sizeof here;
    getsockname(fd, (struct sockaddr *)&here, &size);
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int connection = accept(fd, NULL, NULL);
        /* Browsers also make connections in store, and say nothing on them. */
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
        ssize_t got = recv(connection, request, sizeof request, 0);
        if (got > 0) printf("%.*s", (int)got, request);
        fflush(stdout);
        if (got > 0) send(connection, answer, strlen(answer), 0);
        close(connection);
    }
}
