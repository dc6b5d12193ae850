/*
 * frames [PORT]: takes TCP connections one after another, and shows each frame that comes, in
 * whatever pieces it comes.
 *
 * New: read_exactly(), which reads on until all bytes are there; and the header of TCRP, which
 * tells how many these are.
 * Still wrong: while it waits for the rest of one frame, everybody else waits too. In door.c they
 * do not.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 32, PAYLOAD = 65536 }; /* bytes; the second is the most that a request may have */

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

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    static struct frame frame;

    here.sin_port = htons((in_port_t)(argc > 1 ? atoi(argv[1]) : 9001));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* take the port again at once */
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) != 0 || listen(fd, 64) != 0) {
        perror("frames");
        return 1;
    }
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int connection = accept(fd, NULL, NULL);
        if (connection < 0) continue;
        while (read_frame(connection, &frame)) {
            printf("operation %d, a room of %d bytes, a payload of %zu\n", frame.header[1],
                   frame.header[0], payload_size(frame.header));
            fflush(stdout);
        }
        close(connection);
    }
}
