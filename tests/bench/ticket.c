#include "ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "../../stage3/base/random.h"
#include "../../stage3/member/handshake.h"
#include "../unit/stage3/given_pair.h"
#include "crowd.h"
#include "member.h"
#include "watch.h"

enum { HEADER = 32, REQUEST = 0, RESPONSE = 1, COMPLETE = 2 };

/* ---- the request of stage 2 ---- */

/* [room size: 1][operation: 1][state: 1][payload size: 29, big-endian]; ours are below 256. */
static void header_write(unsigned char *header, const struct ticket *t, int state, size_t payload)
{
    memset(header, 0, HEADER);
    header[0] = (unsigned char)t->room_size;
    header[1] = (unsigned char)t->operation;
    header[2] = (unsigned char)state;
    header[HEADER - 1] = (unsigned char)payload;
}

/* Is this the expected frame? */
static bool frame_is(const struct ticket *t, const unsigned char *frame, int state, size_t payload)
{
    unsigned char header[HEADER];

    header_write(header, t, state, payload);
    return memcmp(frame, header, HEADER) == 0
           && memcmp(frame + HEADER, t->request + HEADER, t->room_size) == 0;
}

static void write_request(struct ticket *t, const struct seat *seat)
{
    char name[DIALECT_NAME];
    size_t name_size = dialect_member(seat->number, name);

    t->room_size = dialect_room(seat->room, (char *)t->request + HEADER);
    header_write(t->request, t, REQUEST, name_size);
    memcpy(t->request + HEADER + t->room_size, name, name_size);
    t->request_size = HEADER + t->room_size + name_size;
    t->wanted = HEADER + t->room_size + 1;
}

/* ---- that of stage 3 ---- */

static void from_system(void *context, void *bytes, size_t size)
{
    (void)context;
    random_bytes(bytes, size);
}

static void start_handshake(struct ticket *t, const struct seat *seat)
{
    char room[DIALECT_NAME];
    char user[DIALECT_NAME];
    unsigned char m[SEAL_KEY];
    struct request request = {.operation =
                                  t->operation == TICKET_CREATE ? TCRP_CREATE : TCRP_JOIN,
                              .room = {room, dialect_room(seat->room, room)},
                              .user = {user, dialect_member(seat->number, user)},
                              .m = m};

    random_bytes(m, sizeof m);
    t->handshake = malloc(sizeof *t->handshake);
    if (t->handshake == NULL) die("a request", strerror(ENOMEM));
    /* All under one pair, which protects nothing: to make one takes longer than the server needs
       for a hundred joins. */
    handshake_start(t->handshake, &request, NULL, given_pair(), from_system, NULL);
}

/* ---- both ---- */

void ticket_start(struct ticket *t, const struct dialect *dialect, const struct addrinfo *server,
                  const struct sockaddr_in *source, enum ticket_operation operation,
                  const struct seat *seat, uint16_t udp_port)
{
    memset(t, 0, sizeof *t);
    t->operation = operation;
    t->udp_port = udp_port;
    if (dialect->sealed)
        start_handshake(t, seat);
    else
        write_request(t, seat);

    t->fd = socket(server->ai_family, SOCK_STREAM, 0);
    if (t->fd == -1 || fcntl(t->fd, F_SETFL, O_NONBLOCK) == -1) die("socket", strerror(errno));
    /* Not every system has more than one loopback address; then one must do. */
    if (source != NULL) (void)bind(t->fd, (const struct sockaddr *)source, sizeof *source);
    if (connect(t->fd, server->ai_addr, server->ai_addrlen) == -1 && errno != EINPROGRESS)
        die("connect", strerror(errno));
}

static enum ticket_state finish(struct ticket *t, enum ticket_state state)
{
    close(t->fd);
    t->fd = -1;
    free(t->handshake);
    t->handshake = NULL;
    return state;
}

static enum ticket_state refuse(struct ticket *t, const char *why)
{
    t->refusal = why;
    return finish(t, TICKET_REFUSED);
}

static enum ticket_state failed(struct ticket *t)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN)
        return TICKET_WAITING; /* ENOTCONN: not yet, say some systems */
    return refuse(t, strerror(errno));
}

static const char *status_text(unsigned status)
{
    static const char *const texts[] = {
        "done",         "there is such a room", "there is no such room", "wrong password",
        "name taken",   "malformed request",    "the room is full",      "the server is full",
        "many tries",   "the server is busy",   "kicked",
    };

    return status < sizeof texts / sizeof texts[0] ? texts[status] : "unknown status";
}

/* ---- the answer of stage 2 ---- */

static enum ticket_state grant(struct ticket *t, char *token)
{
    const unsigned char *complete = t->answer + HEADER + t->room_size + 1;
    unsigned char port[2] = {(unsigned char)(t->udp_port >> 8), (unsigned char)t->udp_port};

    if (!frame_is(t, complete, COMPLETE, DIALECT_TOKEN)) return refuse(t, "no complete frame");
    memcpy(token, complete + HEADER + t->room_size, DIALECT_TOKEN);
    /* Two bytes always fit. If the server is gone, the next step finds out. */
    (void)send(t->fd, port, sizeof port, MSG_NOSIGNAL);
    return finish(t, TICKET_GRANTED);
}

static enum ticket_state step_request(struct ticket *t, char *token)
{
    size_t response = HEADER + t->room_size + 1;

    while (t->sent < t->request_size) {
        ssize_t n = send(t->fd, t->request + t->sent, t->request_size - t->sent, MSG_NOSIGNAL);
        if (n == -1) return failed(t);
        t->sent += (size_t)n;
    }
    for (;;) {
        ssize_t n = recv(t->fd, t->answer + t->got, t->wanted - t->got, 0);
        if (n == -1) return failed(t);
        if (n == 0) return refuse(t, "the connection was closed without an answer");
        t->got += (size_t)n;
        if (t->got < t->wanted) continue;
        if (t->wanted > response) return grant(t, token);
        if (!frame_is(t, t->answer, RESPONSE, 1)) return refuse(t, "no response frame");
        if (t->answer[response - 1] != 0) return refuse(t, status_text(t->answer[response - 1]));
        t->wanted += HEADER + t->room_size + DIALECT_TOKEN;
    }
}

/* ---- that of stage 3 ---- */

static enum ticket_state grant_keys(struct ticket *t, struct member *member)
{
    const struct handshake *handshake = t->handshake;

    if (handshake->status != TCRP_OK) return refuse(t, status_text((unsigned)handshake->status));
    if (!member_admit(member, &handshake->keys, handshake->answer, watch_clock()))
        return refuse(t, "malformed answer");
    return finish(t, TICKET_GRANTED);
}

/* Sends what waits. False, and errno: not everything could be sent. */
static bool send_out(const struct ticket *t)
{
    struct handshake *handshake = t->handshake;

    while (handshake->out_start < handshake->out_end) {
        ssize_t n = send(t->fd, handshake->out + handshake->out_start,
                         handshake->out_end - handshake->out_start, MSG_NOSIGNAL);
        if (n == -1) return false;
        handshake_sent(handshake, (size_t)n);
    }
    return true;
}

static enum ticket_state step_handshake(struct ticket *t, struct member *member)
{
    char bytes[16384];

    for (;;) {
        if (!send_out(t)) return failed(t);
        ssize_t n = recv(t->fd, bytes, sizeof bytes, 0);
        if (n == -1) return failed(t);
        if (n == 0) return refuse(t, "the connection was closed without an answer");
        switch (handshake_take(t->handshake, bytes, (size_t)n)) {
        case HANDSHAKE_ON: break;
        case HANDSHAKE_ANSWERED: return grant_keys(t, member);
        case HANDSHAKE_UNAUTHENTICATED:
            return refuse(t, status_text((unsigned)t->handshake->status));
        default: return refuse(t, "malformed frames");
        }
    }
}

/* ---- both ---- */

enum ticket_state ticket_step(struct ticket *t, struct seat *seat)
{
    return t->handshake != NULL ? step_handshake(t, seat->member) : step_request(t, seat->token);
}

short ticket_events(const struct ticket *t)
{
    bool sends = t->handshake != NULL ? t->handshake->out_start < t->handshake->out_end
                                  : t->sent < t->request_size;

    return sends ? POLLOUT : POLLIN;
}

void ticket_fetch(const struct dialect *dialect, const struct addrinfo *server,
                  enum ticket_operation operation, struct seat *seat, uint16_t udp_port)
{
    struct ticket t;
    enum ticket_state state;

    ticket_start(&t, dialect, server, NULL, operation, seat, udp_port);
    while ((state = ticket_step(&t, seat)) == TICKET_WAITING) {
        struct pollfd socket = {.fd = t.fd, .events = ticket_events(&t)};
        if (poll(&socket, 1, TICKET_TIMEOUT) == 0)
            die("not let in", "the server does not answer");
    }
    if (state == TICKET_REFUSED) die("not let in", t.refusal);
}
