#include "joins.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crowd.h"
#include "result.h"
#include "ticket.h"
#include "watch.h"

struct lane {
    struct ticket ticket;
    struct seat seat;
    struct sockaddr_in source;
    uint64_t started;    /* the ticket, by watch_clock */
    size_t room_members; /* that have joined the lane's room so far */
};

struct joins {
    const struct options *options;
    struct addrinfo *server;
    bool loopback; /* the server is on 127.x.x.x, so lanes may choose such an address */
    int sink;      /* where the server's notices go */
    uint16_t sink_port;
    size_t next_room;
    size_t next_member;
    size_t lane_count;
    struct lane *lanes;
    struct pollfd *sockets; /* of the lanes; fd -1: not on its way */
    struct result result;
};

/* On every address of this machine, since the lanes come from many. */
static void open_sink(struct joins *j)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    j->sink = socket(AF_INET, SOCK_DGRAM, 0);
    if (j->sink == -1 || fcntl(j->sink, F_SETFL, O_NONBLOCK) == -1
        || bind(j->sink, (struct sockaddr *)&address, size) == -1
        || getsockname(j->sink, (struct sockaddr *)&address, &size) == -1)
        die("a UDP socket", strerror(errno));
    j->sink_port = ntohs(address.sin_port);
}

static void lane_open(struct lane *lane, size_t number)
{
    lane->source.sin_family = AF_INET;
    lane->source.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(number % 250));
}

struct joins *joins_open(const struct options *options)
{
    struct joins *j = calloc(1, sizeof *j);

    if (j == NULL) die("joins", strerror(ENOMEM));
    j->options = options;
    j->lane_count = options->window;
    j->lanes = calloc(j->lane_count, sizeof *j->lanes);
    j->sockets = calloc(j->lane_count, sizeof *j->sockets);
    if (j->lanes == NULL || j->sockets == NULL) die("joins", strerror(ENOMEM));
    j->server = crowd_resolve(options->host, options->port);
    if (j->server->ai_family == AF_INET) {
        const struct sockaddr_in *address = (const struct sockaddr_in *)(const void *)
                                                j->server->ai_addr;
        j->loopback = ntohl(address->sin_addr.s_addr) >> 24 == 127;
    }
    open_sink(j);
    for (size_t i = 0; i < j->lane_count; i++) {
        lane_open(&j->lanes[i], i);
        j->sockets[i].fd = -1;
    }
    return j;
}

void joins_close(struct joins *j)
{
    freeaddrinfo(j->server);
    close(j->sink);
    free(j->lanes);
    free(j->sockets);
    free(j);
}

/* Sends the lane's next member on its way. */
static void lane_start(struct joins *j, size_t i)
{
    struct lane *lane = &j->lanes[i];
    bool create = lane->room_members % j->options->room_size == 0;

    if (create) lane->seat.room = j->next_room++;
    lane->seat.number = j->next_member++;
    lane->started = watch_clock();
    ticket_start(&lane->ticket, j->server, j->loopback ? &lane->source : NULL,
                 create ? TICKET_CREATE : TICKET_JOIN, &lane->seat, j->sink_port);
    j->sockets[i].fd = lane->ticket.fd;
    j->sockets[i].events = POLLOUT;
}

/* Does what can be done. Returns whether the member is in. */
static bool lane_step(struct joins *j, size_t i)
{
    struct lane *lane = &j->lanes[i];
    enum ticket_state state = ticket_step(&lane->ticket, lane->seat.token);

    j->sockets[i].fd = lane->ticket.fd;
    j->sockets[i].events = ticket_events(&lane->ticket);
    if (state == TICKET_REFUSED) die("a join was refused", lane->ticket.refusal);
    if (state == TICKET_WAITING) return false;
    histogram_add(&j->result.latencies, watch_clock() - lane->started);
    j->result.done++;
    lane->room_members++;
    return true;
}

static void empty_sink(const struct joins *j)
{
    char ignored[64];

    while (recv(j->sink, ignored, sizeof ignored, 0) >= 0)
        ;
}

/* Lets every lane go on that can; starts new members while `go_on`. Returns how many are on
 * their way. */
static size_t step_all(struct joins *j, bool go_on)
{
    int ready = poll(j->sockets, (nfds_t)j->lane_count, 0);
    uint64_t now = watch_clock();
    size_t on_their_way = 0;

    if (ready == 0) sched_yield();
    for (size_t i = 0; i < j->lane_count; i++) {
        struct pollfd *socket = &j->sockets[i];

        if (socket->fd == -1) {
            if (go_on) lane_start(j, i);
        } else if (socket->revents != 0) {
            if (lane_step(j, i) && go_on) lane_start(j, i);
        } else if (now - j->lanes[i].started > TICKET_PATIENCE * (uint64_t)1000000) {
            die("a join was not answered", "the server is gone, or too slow");
        }
        if (socket->fd != -1) on_their_way++;
    }
    return on_their_way;
}

void joins_measure(struct joins *j)
{
    uint64_t length = (uint64_t)(j->options->seconds * 1e9);
    bool go_on = true;

    result_begin(&j->result, j->options);
    while (step_all(j, go_on) > 0) {
        empty_sink(j);
        go_on = watch_clock() - j->result.start < length
                && j->result.done < j->options->messages;
    }
    result_end(&j->result, j->options);
    result_print(&j->result, j->options);
}
