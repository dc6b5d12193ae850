/* The steps of talk that use TCP. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk.h"

enum { TRICKLE_MS = 2 };

enum outcome { CAME, NOTHING_CAME, END_CAME, RESET_CAME };

static int connection_of(const struct step *step)
{
    if (step->peer->tcp < 0) talk_refuse(step, "it is not connected");
    return step->peer->tcp;
}

void stream_connects(struct step *step)
{
    if (step->peer->tcp >= 0) talk_refuse(step, "it is connected already");
    if (peer_connect(step->peer, talk_patience_ms)) return;
    if (errno == ECONNREFUSED) talk_fail(step, "nobody listens on the server's port");
    talk_fail(step, "cannot connect: %s", strerror(errno));
}

/* Writes `count` bytes, in one write if the system takes them all. */
static void write_all(const struct step *step, const unsigned char *bytes, size_t count)
{
    struct pollfd ready = {.fd = connection_of(step), .events = POLLOUT};
    int64_t since = tool_now(), deadline = since + talk_patience_ms;

    while (count > 0) {
        ssize_t sent = send(ready.fd, bytes, count, 0);
        if (sent > 0) {
            bytes += sent;
            count -= (size_t)sent;
        } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot write: %s", strerror(errno));
        } else if (tool_now() >= deadline) {
            talk_fail(step, "the server does not take the last %zu bytes", count);
        } else {
            talk_wait(step, &ready, since, deadline);
        }
    }
}

void stream_writes(struct step *step)
{
    talk_read_bytes(step, false);
    write_all(step, talk_wanted.is, talk_wanted.count);
}

/* The pause between two pieces makes them arrive as pieces. */
void stream_trickles(struct step *step)
{
    size_t piece = 0;

    while (*step->rest >= '0' && *step->rest <= '9' && piece < BYTES_MAX) {
        piece = 10 * piece + (size_t)(*step->rest++ - '0');
    }
    if (piece == 0 || *step->rest != ' ') talk_refuse(step, "\"trickles COUNT BYTES\" is meant");
    talk_read_bytes(step, false);
    for (size_t at = 0; at < talk_wanted.count; at += piece) {
        size_t left = talk_wanted.count - at;
        write_all(step, talk_wanted.is + at, left < piece ? left : piece);
        tool_sleep(TRICKLE_MS);
    }
}

/* Adds at most `most` bytes to talk_got. */
static enum outcome receive(const struct step *step, size_t most, int64_t since)
{
    int64_t deadline = since + talk_patience_ms;
    struct pollfd ready = {.fd = connection_of(step), .events = POLLIN};

    for (;;) {
        ssize_t count = recv(ready.fd, talk_got.is + talk_got.count, most, 0);
        if (count > 0) {
            talk_got.count += (size_t)count;
            return CAME;
        }
        if (count == 0) return END_CAME;
        if (errno == ECONNRESET) return RESET_CAME;
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            talk_fail(step, "cannot read: %s", strerror(errno));
        }
        if (tool_now() >= deadline) return NOTHING_CAME;
        talk_wait(step, &ready, since, deadline);
    }
}

static void reads_end(const struct step *step)
{
    struct talk_failure failure = {.expected = "the end"};

    switch (receive(step, 200, tool_now())) {
    case END_CAME: return;
    case NOTHING_CAME: failure.came = "nothing"; break;
    case RESET_CAME: failure.came = "a reset"; break;
    case CAME: break;
    }
    talk_end(step, &failure);
}

static void reads_bytes(const struct step *step)
{
    static const char *const then[] = {
        [CAME] = NULL, [NOTHING_CAME] = "nothing", [END_CAME] = "the end", [RESET_CAME] = "a reset"};
    int64_t since = tool_now();
    enum outcome outcome = CAME;

    talk_read_bytes(step, true);
    while (outcome == CAME && talk_got.count < talk_wanted.count
           && bytes_same(&talk_wanted, &talk_got) == talk_got.count) {
        outcome = receive(step, talk_wanted.count - talk_got.count, since);
    }
    if (bytes_same(&talk_wanted, &talk_got) == talk_wanted.count) talk_keep(step);
    else talk_end(step, &(struct talk_failure){.then = then[outcome]});
}

void stream_reads(struct step *step)
{
    connection_of(step);
    talk_got.count = 0;
    if (strcmp(step->rest, "end") == 0) reads_end(step);
    else reads_bytes(step);
}

void stream_half_closes(struct step *step)
{
    if (shutdown(connection_of(step), SHUT_WR) == 0) return;
    talk_fail(step, "cannot half-close: %s", strerror(errno));
}

void stream_hangs(struct step *step)
{
    connection_of(step);
    if (strcmp(step->rest, "up") != 0) talk_refuse(step, "\"hangs up\" is meant");
    peer_disconnect(step->peer, false);
}

void stream_resets(struct step *step)
{
    connection_of(step);
    peer_disconnect(step->peer, true);
}
