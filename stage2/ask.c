#include "ask.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "net.h"
#include "program.h"
#include "resolver.h"

struct exchange {
    int fd;
    int64_t deadline; /* milliseconds */
    const sigset_t *signals;
    char buffer[TCRP_FRAME_LIMIT];
    size_t have;      /* bytes of it */
};

static bool time_is_left(const struct exchange *exchange)
{
    errno = program_stopped() ? EINTR : ETIMEDOUT;
    return !program_stopped() && program_now() < exchange->deadline;
}

/* All of it, however little goes at a time. */
static bool write_whole(struct exchange *exchange, const char *bytes, size_t size)
{
    struct net_set set;

    while (size > 0) {
        ssize_t taken = net_write(exchange->fd, bytes, size);
        if (taken > 0) {
            bytes += taken;
            size -= (size_t)taken;
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
        if (!time_is_left(exchange)) return false;
        net_set_clear(&set);
        net_watch_write(&set, exchange->fd);
        net_wait(&set, exchange->deadline - program_now(), exchange->signals);
    }
    return true;
}

/* More bytes behind those that are there. */
static bool read_more(struct exchange *exchange)
{
    struct net_set set;

    for (;;) {
        ssize_t size = net_read(exchange->fd, exchange->buffer + exchange->have,
                                sizeof exchange->buffer - exchange->have);
        if (size > 0) {
            exchange->have += (size_t)size;
            return true;
        }
        if (size == 0) errno = ECONNRESET; /* it closed in the middle of a frame */
        if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) return false;
        if (!time_is_left(exchange)) return false;
        net_set_clear(&set);
        net_watch(&set, exchange->fd);
        net_wait(&set, exchange->deadline - program_now(), exchange->signals);
    }
}

/* The next frame, in any pieces. What it points to is good until the next call. `*size` is how
   much of the buffer it takes: the next frame may stand behind it already. */
static bool read_frame(struct exchange *exchange, struct tcrp_frame *frame, size_t *size)
{
    memmove(exchange->buffer, exchange->buffer + *size, exchange->have - *size);
    exchange->have -= *size;
    for (;;) {
        switch (tcrp_decode(exchange->buffer, exchange->have, frame, size)) {
        case TCRP_FRAME: return true;
        case TCRP_TOO_LONG: errno = EPROTO; return false;
        case TCRP_MORE: break;
        }
        if (!read_more(exchange)) return false;
    }
}

static bool fits(const struct tcrp_frame *frame, enum tcrp_operation operation,
                 enum tcrp_state state, struct text room)
{
    errno = EPROTO;
    return frame->operation == operation && frame->state == state
        && text_equal(frame->room, room);
}

static bool send_request(struct exchange *exchange, enum tcrp_operation operation,
                         struct text room, struct text user)
{
    char bytes[TCRP_HEADER + 2 * NAME_LIMIT];
    struct tcrp_frame frame = {.operation = (uint8_t)operation, .state = TCRP_REQUEST,
                               .room = room, .payload = user};

    return write_whole(exchange, bytes, tcrp_encode(frame, bytes));
}

/* The UDP socket comes first, so that its port can be told on the same connection. */
static bool open_udp(struct ask *ask, struct exchange *exchange, struct address local,
                     struct address remote)
{
    uint16_t port = ask->udp_port < 0 ? host_port(&remote) : (uint16_t)ask->udp_port;
    struct address to = host_with_port(&remote, port);
    char number[2];

    local = host_with_port(&local, 0);
    ask->udp = net_udp_connect(&local, &to);
    if (ask->udp < 0) return false;
    number[0] = (char)(host_port(&local) >> 8);
    number[1] = (char)(host_port(&local) & 0xFF);
    write_whole(exchange, number, sizeof number); /* if not: our first datagram tells it */
    return true;
}

static bool take_token(struct ask *ask, const struct tcrp_frame *frame)
{
    errno = EPROTO;
    return token_parse(frame->payload, &ask->token);
}

static bool take_list(struct ask *ask, const struct tcrp_frame *frame)
{
    ask->list_size = frame->payload.size;
    if (ask->list_size > 0) memcpy(ask->list, frame->payload.bytes, ask->list_size);
    return true;
}

/* The whole talk on one connection: the status, or -1 and errno. */
static int converse(struct ask *ask, struct exchange *exchange, enum tcrp_operation operation,
                    struct text room, struct text user)
{
    struct tcrp_frame frame;
    size_t size = 0;

    if (!send_request(exchange, operation, room, user)) return -1;
    if (!read_frame(exchange, &frame, &size)) return -1;
    if (frame.payload.size != 1 || frame.state != TCRP_RESPONSE) {
        errno = EPROTO;
        return -1;
    }
    int status = (unsigned char)frame.payload.bytes[0];
    if (status != TCRP_OK) return status; /* such an answer may come without the room */
    if (!fits(&frame, operation, TCRP_RESPONSE, room)) return -1;
    if (!read_frame(exchange, &frame, &size)) return -1;
    if (!fits(&frame, operation, TCRP_COMPLETE, room)) return -1;
    bool good = operation == TCRP_LIST ? take_list(ask, &frame) : take_token(ask, &frame);
    return good ? TCRP_OK : -1;
}

/* Waits for the look-up of the host's name; a signal ends that. False, and `why`. */
static bool find_host(struct ask *ask, struct lookup *lookup)
{
    int64_t deadline = program_now() + ASK_PATIENCE;
    struct net_set set;

    lookup_start(lookup, ask->host, ask->port);
    while (!lookup_over(lookup)) {
        ask->why = "no name server answers";
        if (program_stopped() || program_now() >= deadline) break;
        net_set_clear(&set);
        if (resolver_fd() >= 0) net_watch(&set, resolver_fd());
        net_wait(&set, deadline - program_now(), ask->signals);
    }
    if (lookup->state == LOOKUP_FAILED) ask->why = lookup->why;
    return lookup->state == LOOKUP_FOUND;
}

/* To the first of the host's addresses where somebody is. If nobody is anywhere, the reason told is
   that of the first: a user who has no IPv6 wants to know what is wrong with the other one. */
static int connect_to(struct ask *ask, struct address *local, struct address *remote)
{
    static struct lookup lookup;
    int fd = -1;

    ask->found = find_host(ask, &lookup);
    if (!ask->found) {
        lookup_stop(&lookup);
        return -1;
    }
    for (unsigned i = 0; i < lookup.count && fd < 0 && !program_stopped(); i++) {
        fd = net_tcp_connect(&lookup.list[i], ask->signals, local, remote);
        if (fd < 0 && i == 0) ask->why = strerror(errno);
    }
    return fd;
}

int ask(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user)
{
    static struct exchange exchange; /* too large for the stack of some systems */
    struct address local, remote;

    exchange.fd = connect_to(ask, &local, &remote);
    if (exchange.fd < 0) return -1;
    exchange.deadline = program_now() + ASK_PATIENCE;
    exchange.signals = ask->signals;
    exchange.have = 0;
    int status = converse(ask, &exchange, operation, room, user);
    if (status == TCRP_OK && operation != TCRP_LIST
        && !open_udp(ask, &exchange, local, remote)) {
        status = -1;
    }
    if (status < 0) ask->why = strerror(errno);
    close(exchange.fd);
    return status;
}
