#include "passage.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "record.h"

/* One direction of a passage: from side 0 to side 1 or back. */
struct way {
    unsigned char bytes[16384];
    size_t first, end; /* bytes[first..end) wait for the other side */
    bool over;         /* the sender's end of file has come */
    bool told;         /* and has been passed on */
};

struct passage {
    int side[2];       /* the client, the server */
    struct way way[2]; /* what side i has sent */
    bool broken;
    uint32_t number;   /* from 1 on, for the recording */
};

static struct passage passages[PASSAGES_MAX];
static size_t passage_count;
static uint32_t passages_ever;

void passage_open(int client, const struct tool_address *server)
{
    int fd = socket(server->is.ss_family, SOCK_STREAM, 0);

    if (passage_count == PASSAGES_MAX || fd < 0 || !tool_nonblocking(fd)
        || !tool_nonblocking(client)) goto refuse;
    if (connect(fd, (const struct sockaddr *)&server->is, server->size) != 0
        && errno != EINPROGRESS) goto refuse;
    struct passage *passage = &passages[passage_count++];
    memset(passage, 0, sizeof *passage);
    passage->side[0] = client;
    passage->side[1] = fd;
    passage->number = ++passages_ever;
    return;
refuse:
    if (fd >= 0) close(fd);
    close(client);
}

/* Reading waits until the buffer has space, writing until it has bytes. */
static short events(const struct passage *passage, int side)
{
    const struct way *from = &passage->way[side], *to = &passage->way[1 - side];
    int wanted = 0;

    if (!from->over && from->end < sizeof from->bytes) wanted |= POLLIN;
    if (to->first < to->end || (to->over && !to->told)) wanted |= POLLOUT;
    return (short)wanted;
}

size_t passage_poll(struct pollfd *wait)
{
    size_t count = 0;

    for (size_t i = 0; i < passage_count; i++) {
        for (int side = 0; side < 2; side++) {
            short wanted = events(&passages[i], side);
            /* poll() reports a hang-up even if no event is requested, so leave the socket out. */
            int fd = wanted == 0 ? -1 : passages[i].side[side];
            wait[count++] = (struct pollfd){.fd = fd, .events = wanted};
        }
    }
    return count;
}

static bool is_passing_error(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN;
}

static void read_side(struct passage *passage, int side)
{
    struct way *way = &passage->way[side];

    if (way->over || way->end == sizeof way->bytes) return;
    ssize_t size = recv(passage->side[side], way->bytes + way->end,
                        sizeof way->bytes - way->end, 0);
    if (size > 0) {
        record(side == 0 ? RECORD_TCP_UP : RECORD_TCP_DOWN, passage->number,
               way->bytes + way->end, (size_t)size);
        way->end += (size_t)size;
    } else if (size == 0) way->over = true;
    else if (!is_passing_error()) passage->broken = true;
}

static void write_side(struct passage *passage, int side)
{
    struct way *way = &passage->way[1 - side];

    if (way->first < way->end) {
        ssize_t size = send(passage->side[side], way->bytes + way->first,
                            way->end - way->first, 0);
        if (size > 0) way->first += (size_t)size;
        else if (!is_passing_error()) passage->broken = true;
    }
    if (way->first < way->end) return;
    way->first = way->end = 0;
    if (way->over && !way->told) {
        shutdown(passage->side[side], SHUT_WR);
        way->told = true;
    }
}

static bool is_over(const struct passage *passage)
{
    return passage->broken || (passage->way[0].told && passage->way[1].told);
}

void passage_serve(const struct pollfd *ready)
{
    size_t kept = 0;

    for (size_t i = 0; i < passage_count; i++) {
        struct passage *passage = &passages[i];
        for (int side = 0; side < 2; side++) {
            short what = ready[2 * i + (size_t)side].revents;
            if (what & (POLLIN | POLLHUP | POLLERR)) read_side(passage, side);
            if (what & (POLLOUT | POLLHUP | POLLERR)) write_side(passage, side);
        }
        if (is_over(passage)) {
            close(passage->side[0]);
            close(passage->side[1]);
        } else {
            if (kept != i) passages[kept] = *passage;
            kept++;
        }
    }
    passage_count = kept;
}
