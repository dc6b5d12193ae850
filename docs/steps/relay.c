/* relay PORT: whatever anybody sends goes to everybody else who ever sent something. It works, and
   chapter 1 shows five ways to break it. */
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
    char bytes[4096];

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("relay");
        return 1;
    }
    printf("relaying on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);
        if (size < 0) break;
        int sender = find_or_add(&from);
        for (int i = 0; i < count; i++) {
            if (i == sender) continue;
            sendto(fd, bytes, (size_t)size, 0, (struct sockaddr *)&clients[i], sizeof clients[i]);
        }
    }
}
