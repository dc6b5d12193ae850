#include "joins.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crowd.h"
#include "member.h"
#include "result.h"
#include "ticket.h"
#include "watch.h"

#define LANES_BESIDE 64 /* as many as may wait in stage 3 */

struct lane {
    struct ticket ticket;
    struct seat seat;
    struct member member;
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
    size_t set_out; /* beside something else, so far */
    double wanted;  /* of these */
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
    j->lane_count = options->joins ? options->window : LANES_BESIDE;
    j->next_room = options->joins ? 0 : options->rooms; /* those are taken */
    j->lanes = calloc(j->lane_count, sizeof *j->lanes);
    j->sockets = calloc(j->lane_count, sizeof *j->sockets);
    if (j->lanes == NULL || j->sockets == NULL) die("joins", strerror(ENOMEM));
    j->server = crowd_resolve(options->host, options->ports[0]);
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

/* Starts the lane's next member. */
static void lane_start(struct joins *j, size_t i)
{
    struct lane *lane = &j->lanes[i];
    bool create = lane->room_members % j->options->room_size == 0;

    if (create) lane->seat.room = j->next_room++;
    lane->seat.number = j->next_member++;
    lane->seat.member = &lane->member;
    member_open(&lane->member);
    lane->started = watch_clock();
    ticket_start(&lane->ticket, j->options->dialect, j->server, j->loopback ? &lane->source : NULL,
                 create ? TICKET_CREATE : TICKET_JOIN, &lane->seat, j->sink_port);
    j->sockets[i].fd = lane->ticket.fd;
    j->sockets[i].events = POLLOUT;
}

/* Does what can be done now. */
static void lane_step(struct joins *j, size_t i)
{
    struct lane *lane = &j->lanes[i];
    enum ticket_state state = ticket_step(&lane->ticket, &lane->seat);

    j->sockets[i].fd = lane->ticket.fd;
    j->sockets[i].events = ticket_events(&lane->ticket);
    if (state == TICKET_REFUSED) die("a join was refused", lane->ticket.refusal);
    if (state == TICKET_WAITING) return;
    histogram_add(&j->result.latencies, watch_clock() - lane->started);
    j->result.done++;
    lane->room_members++;
}

static void empty_sink(const struct joins *j)
{
    char ignored[64];

    while (recv(j->sink, ignored, sizeof ignored, 0) >= 0)
        ;
}

/* Continues every lane that can go on, and starts at most so many new members. Returns how many are
 * on their way. */
static size_t step_all(struct joins *j, size_t may_start)
{
    size_t on_their_way = 0;

    (void)poll(j->sockets, (nfds_t)j->lane_count, 0);
    for (size_t i = 0; i < j->lane_count; i++) {
        struct pollfd *socket = &j->sockets[i];

        if (socket->fd != -1 && socket->revents != 0)
            lane_step(j, i);
        else if (socket->fd != -1
                 && watch_clock() - j->lanes[i].started > TICKET_TIMEOUT * (uint64_t)1000000)
            die("a join was not answered", "the server is gone, or too slow");
        if (socket->fd == -1 && may_start > 0) {
            lane_start(j, i);
            may_start--;
            j->set_out++;
        }
        if (socket->fd != -1) on_their_way++;
    }
    return on_their_way;
}

void joins_measure(struct joins *j)
{
    uint64_t length = (uint64_t)(j->options->seconds * 1e9);
    size_t may_start = j->lane_count;

    result_begin(&j->result, j->options);
    while (step_all(j, may_start) > 0) {
        sched_yield();
        empty_sink(j);
        if (watch_clock() - j->result.start >= length || j->result.done >= j->options->messages)
            may_start = 0;
    }
    result_end(&j->result, j->options);
    result_print(&j->result, j->options);
}

void joins_beside(struct joins *j, double wanted)
{
    j->wanted = wanted;
    (void)step_all(j, (double)j->set_out < wanted ? (size_t)(wanted - (double)j->set_out) : 0);
}

void joins_finish(struct joins *j)
{
    if ((double)j->set_out < j->wanted - 1)
        fprintf(stderr, "load: %lu of %.0f joins set out: the server did not keep up\n",
                (unsigned long)j->set_out, j->wanted);
    while (step_all(j, 0) > 0) sched_yield();
    j->set_out = 0;
}
