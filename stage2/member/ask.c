/* The contract is in ask.h. The one exchange is static: it is too large for the stack of some
   systems. */
#include "ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/program.h"
#include "name_object.h"
#include "net/net.h"
#include "net/resolver.h"

/* What an exchange is doing. */
enum step { NOTHING, CONNECTING, SENDING, READING };

static struct exchange { /* too large for the stack of some systems */
    enum step step;
    int fd;
    int error;        /* the errno of an exchange that could not even begin */
    int64_t deadline; /* milliseconds */
    struct answer answer;
    struct address local, remote; /* the two ends of the connection */
    char request[TCRP_HEADER + NAME_LIMIT + NAME_OBJECT];
    size_t request_size, sent;    /* bytes of it */
    char buffer[TCRP_FRAME_LIMIT];
    size_t have;                  /* bytes of it */
    bool timed_out;
} exchange;

/* "Not now": the caller waits and tries again. Every other error is the end. */
static bool must_wait(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Sends as much of the request as the connection takes. */
static bool write_request(void)
{
    while (exchange.sent < exchange.request_size) {
        ssize_t taken = net_write(exchange.fd, exchange.request + exchange.sent,
                                  exchange.request_size - exchange.sent);
        if (taken < 0) return false;
        exchange.sent += (size_t)taken;
    }
    return true;
}

/* Reads more bytes, after those that are there. */
static bool read_more(void)
{
    ssize_t size = net_read(exchange.fd, exchange.buffer + exchange.have,
                            sizeof exchange.buffer - exchange.have);

    if (size == 0) errno = ECONNRESET; /* it closed in the middle of a frame */
    if (size <= 0) return false;
    exchange.have += (size_t)size;
    return true;
}

/* Reads the next frame, in any pieces; `*size` is how much of the buffer it takes. False and errno:
   it is not there yet (must_wait), or never will be. */
static bool read_frame(struct tcrp_frame *frame, size_t *size)
{
    for (;;) {
        switch (tcrp_decode(exchange.buffer, exchange.have, frame, size)) {
        case TCRP_FRAME: return true;
        case TCRP_TOO_LONG: errno = EPROTO; return false;
        case TCRP_MORE: break;
        }
        if (!read_more()) return false;
    }
}

/* Opens the UDP socket before the connection ends, so that its port can go over the connection. */
static bool open_udp(struct ask *ask)
{
    uint16_t port = ask->udp_port < 0 ? host_port(&exchange.remote) : (uint16_t)ask->udp_port;
    struct address to = host_with_port(&exchange.remote, port);
    struct address local = host_with_port(&exchange.local, 0);
    char number[2];

    int udp = net_udp_connect(&local, &to);
    if (udp < 0) return false;
    if (ask->udp >= 0) close(ask->udp);
    ask->udp = udp;
    number[0] = (char)(host_port(&local) >> 8);
    number[1] = (char)(host_port(&local) & 0xFF);
    net_write(exchange.fd, number, sizeof number); /* else our first datagram tells it */
    return true;
}

static bool take_token(struct ask *ask, struct text token)
{
    if (!open_udp(ask)) return false;
    memcpy(ask->token, token.bytes, token.size);
    ask->token_size = token.size;
    ask->other = exchange.answer.other || ask->json;
    return true;
}

/* No more comes. After a status that our server never gives, that was the answer. */
static int read_nothing(void)
{
    if (must_wait()) return ASK_WAITS;
    return exchange.answer.begun && exchange.answer.status != TCRP_OK ? exchange.answer.status
        : ASK_FAILED;
}

/* Reads the frames of the answer. Returns the status, ASK_FAILED, or ASK_WAITS: more must come. */
static int read_answer(struct ask *ask)
{
    bool list = exchange.answer.operation == TCRP_LIST;
    int64_t linger = program_now() + ANSWER_LINGER;
    struct tcrp_frame frame;
    size_t size;

    while (read_frame(&frame, &size)) {
        switch (answer_take(&exchange.answer, &frame)) {
        case ANSWER_MORE: break;
        case ANSWER_LINGERS:
            if (linger < exchange.deadline) exchange.deadline = linger;
            break;
        case ANSWER_REFUSED: return exchange.answer.status;
        case ANSWER_DONE:
            if (!list) return take_token(ask, frame.payload) ? TCRP_OK : ASK_FAILED;
            ask->list_size = frame.payload.size;
            if (ask->list_size > 0) memcpy(ask->list, frame.payload.bytes, ask->list_size);
            return TCRP_OK;
        case ANSWER_WRONG: errno = EPROTO; return ASK_FAILED;
        }
        /* The bytes after it may already be the next frame, or the start of it. */
        exchange.have -= size;
        memmove(exchange.buffer, exchange.buffer + size, exchange.have);
    }
    return read_nothing();
}

/* Continues as far as possible without waiting. */
static int go_on(struct ask *ask, struct net_set *set)
{
    if (exchange.step == CONNECTING) {
        if (!net_ready_write(set, exchange.fd)) return ASK_WAITS;
        if (!net_tcp_connected(exchange.fd, &exchange.local, &exchange.remote)) return ASK_FAILED;
        exchange.step = SENDING;
    }
    if (exchange.step == SENDING) {
        if (!write_request()) return must_wait() ? ASK_WAITS : ASK_FAILED;
        exchange.step = READING;
    }
    return read_answer(ask);
}

int ask_go_on(struct ask *ask, struct net_set *set)
{
    int status = ASK_FAILED;

    if (exchange.step == NOTHING) errno = exchange.error;
    else status = go_on(ask, set);
    if (status == ASK_WAITS && program_now() >= exchange.deadline) {
        errno = ETIMEDOUT;
        exchange.timed_out = true;
        status = read_nothing();
    }
    if (status == ASK_FAILED) ask->why = strerror(errno);
    if (status != ASK_WAITS) ask_cancel();
    if (status == TCRP_OK) ask->server = exchange.remote;
    return status;
}

static void begin(int fd, enum step step, bool json, const struct tcrp_frame *request)
{
    struct tcrp_frame frame = *request;
    char object[NAME_OBJECT];

    if (json && frame.payload.size > 0) {
        frame.payload = (struct text){object, name_object(frame.payload, object)};
    }
    exchange.step = step;
    exchange.fd = fd;
    exchange.deadline = program_now() + ASK_TIMEOUT;
    exchange.answer = (struct answer){.operation = frame.operation, .room = frame.room};
    exchange.request_size = tcrp_encode(frame, exchange.request);
    exchange.sent = exchange.have = 0;
    exchange.timed_out = false;
}

void ask_begin(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user)
{
    struct tcrp_frame request = {(uint8_t)operation, TCRP_REQUEST, room, user};
    int fd = net_tcp_begin(&ask->server);

    ask_cancel();
    exchange.error = errno;
    if (fd >= 0) begin(fd, CONNECTING, ask->json, &request);
}

void ask_watch(struct net_set *set)
{
    if (exchange.step == NOTHING) return;
    if (exchange.step == CONNECTING || exchange.step == SENDING) net_watch_write(set, exchange.fd);
    else net_watch(set, exchange.fd);
}

void ask_cancel(void)
{
    int error = errno;

    if (exchange.step != NOTHING) close(exchange.fd);
    exchange.step = NOTHING;
    errno = error;
}

/* Waits for the look-up of the host's name; a signal ends that. False: it failed, see `why`. */
static bool find_host(struct ask *ask, struct lookup *lookup)
{
    int64_t deadline = program_now() + ASK_TIMEOUT;
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

/* Connects to the first of the host's addresses that accepts. If none does, `why` is the reason of
   the first: a user without IPv6 wants to know what is wrong with the other address. */
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

/* Makes one exchange, and waits for it. */
static int exchange_all(struct ask *ask, int fd, const struct tcrp_frame *request)
{
    struct net_set set;
    int status;

    begin(fd, SENDING, ask->json, request);
    do {
        net_set_clear(&set);
        ask_watch(&set);
        net_wait(&set, exchange.deadline - program_now(), ask->signals);
        status = ask_go_on(ask, &set);
    } while (status == ASK_WAITS && !program_stopped());
    if (status == ASK_WAITS) {
        ask->why = strerror(EINTR);
        ask_cancel();
        return ASK_FAILED;
    }
    return status;
}

/* The server refused the request, perhaps for its form: makes it once more, in JSON. If that gets
   neither success nor a status of our server, the first answer counts. */
static int ask_in_json(struct ask *ask, int status, const struct tcrp_frame *request)
{
    struct address to = exchange.remote;
    int fd = net_tcp_connect(&to, ask->signals, &exchange.local, &exchange.remote);

    if (fd < 0) return status;
    const char *why = ask->why;
    ask->json = true;
    int second = exchange_all(ask, fd, request);
    if (second == TCRP_OK || answer_is_ours(second)) return second;
    ask->json = false;
    ask->why = why;
    return status == ASK_FAILED ? second : status;
}

int ask(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user)
{
    struct tcrp_frame request = {(uint8_t)operation, TCRP_REQUEST, room, user};
    int fd = connect_to(ask, &exchange.local, &exchange.remote);

    if (fd < 0) return ASK_FAILED;
    int status = exchange_all(ask, fd, &request);
    if (operation == TCRP_LIST || ask->json || program_stopped()) return status;
    bool closed = status == ASK_FAILED && exchange.have == 0 && !exchange.timed_out;
    bool refused = status != ASK_FAILED && status != TCRP_OK && answer_wants_json(status);
    return closed || refused ? ask_in_json(ask, status, &request) : status;
}

const char *ask_complaint(const struct ask *ask, char out[ASK_COMPLAINT])
{
    if (!ask->found) {
        snprintf(out, ASK_COMPLAINT, "cannot find the host \"%.255s\": %s; check its spelling, or "
                 "give a number such as 127.0.0.1", ask->host, ask->why);
    } else {
        snprintf(out, ASK_COMPLAINT,
                 "no good answer from %.255s port %u: %s; is a server running there?", ask->host,
                 (unsigned)ask->port, ask->why);
    }
    return out;
}

int ask_send(const struct ask *ask, struct text room, struct text text, bool *refused)
{
    char bytes[DATAGRAM_LIMIT];
    struct text token = {ask->token, ask->token_size};
    size_t size = datagram_encode_with(room, token, text, bytes);
    int error = net_send(ask->udp, NULL, bytes, size);

    if (error != ECONNREFUSED) return error;
    /* The error belongs to an earlier datagram: this one has not been sent, and a server may
       listen by now. */
    *refused = true;
    error = net_send(ask->udp, NULL, bytes, size);
    return error == ECONNREFUSED ? 0 : error;
}
