/*
 * crowd: very many members of the stage 1 chat at once.
 *
 *     crowd HOST PORT COUNT
 *
 * COUNT sockets send hellos, as crowd-1, crowd-2 and so on, as fast as the system takes them, and
 * again every second until they are welcomed. When all are, crowd listens for one more second, to
 * count what they are told about each other, sends goodbyes for all and ends with 0:
 *
 *     1000 welcomed in 0.1 s
 *     1000 members got 3250 datagrams, each at most 4, of them notices other than welcome 3
 *
 * A server that tells every member of every other would send each of them a thousand. It ends with
 * 1 if not all are welcomed within 20 seconds.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

enum { COUNT_MAX = 20000, AGAIN_MS = 1000, GIVE_UP_MS = 20000, LISTEN_MS = 1000 };

struct member {
    int fd;
    char name[32];
    bool welcomed;
    unsigned long datagrams; /* received, of all kinds */
    unsigned long news;      /* of them notices other than its welcome */
};

static struct member *members;
static struct pollfd *wait_for;
static long count, welcomed;

static void say_hello(const struct member *member)
{
    unsigned char hello[1 + sizeof member->name];
    size_t size = strlen(member->name);

    hello[0] = (unsigned char)size;
    memcpy(hello + 1, member->name, size);
    (void)send(member->fd, hello, 1 + size, 0); /* what is lost is said again */
}

static bool is_welcome(const struct member *member, const char *text, size_t size)
{
    char expected[64];
    int length = snprintf(expected, sizeof expected, "welcome, %s", member->name);

    return size == (size_t)length && memcmp(text, expected, size) == 0;
}

static void listen_to(struct member *member)
{
    char bytes[4096];
    ssize_t size;

    while ((size = recv(member->fd, bytes, sizeof bytes, 0)) >= 0) {
        member->datagrams++;
        if (size == 0 || bytes[0] != 0) continue;
        if (!is_welcome(member, bytes + 1, (size_t)size - 1)) member->news++;
        else if (!member->welcomed) {
            member->welcomed = true;
            welcomed++;
        }
    }
}

/* Receives until `deadline` or, if that is waited for, until all are welcomed. */
static void listen_until(int64_t deadline, bool for_welcome)
{
    while (!for_welcome || welcomed < count) {
        int64_t left = deadline - tool_now();
        if (left <= 0) return;
        if (poll(wait_for, (nfds_t)count, (int)left) <= 0) continue;
        for (long i = 0; i < count; i++) {
            if (wait_for[i].revents != 0) listen_to(&members[i]);
        }
    }
}

static void make_members(const struct tool_address *server)
{
    members = calloc((size_t)count, sizeof *members);
    wait_for = calloc((size_t)count, sizeof *wait_for);
    if (members == NULL || wait_for == NULL) tool_die(TOOL_FAILED, "no memory");
    if (!tool_many_files(count + 16)) tool_die(TOOL_FAILED, "too few open files are allowed");
    for (long i = 0; i < count; i++) {
        snprintf(members[i].name, sizeof members[i].name, "crowd-%ld", i + 1);
        members[i].fd = tool_udp(server, NULL);
        if (members[i].fd < 0) tool_die(TOOL_FAILED, "socket %ld: %s", i + 1, strerror(errno));
        wait_for[i] = (struct pollfd){.fd = members[i].fd, .events = POLLIN};
    }
}

static void join_all(void)
{
    int64_t start = tool_now();

    while (welcomed < count && tool_now() - start < GIVE_UP_MS) {
        int64_t round = tool_now();
        for (long i = 0; i < count; i++) {
            if (!members[i].welcomed) say_hello(&members[i]);
        }
        listen_until(round + AGAIN_MS, true);
    }
    int64_t taken = tool_now() - start;
    printf("%ld welcomed in %d.%d s\n", welcomed, (int)(taken / 1000), (int)(taken / 100 % 10));
    fflush(stdout);
}

static void report(void)
{
    unsigned long all = 0, most = 0, most_news = 0;

    for (long i = 0; i < count; i++) {
        all += members[i].datagrams;
        if (members[i].datagrams > most) most = members[i].datagrams;
        if (members[i].news > most_news) most_news = members[i].news;
    }
    printf("%ld members got %lu datagrams, each at most %lu, of them notices other than"
           " welcome %lu\n", count, all, most, most_news);
}

int main(int argc, char **argv)
{
    struct tool_address server;

    tool_start("crowd");
    if (argc != 4) tool_die(TOOL_USAGE, "usage: crowd HOST PORT COUNT");
    count = tool_number("COUNT", argv[3], 1, COUNT_MAX);
    tool_resolve(argv[1], argv[2], &server);
    make_members(&server);
    join_all();
    if (welcomed == count) listen_until(tool_now() + LISTEN_MS, false);
    report();
    for (long i = 0; i < count; i++) (void)send(members[i].fd, "", 1, 0);
    return welcomed == count ? 0 : TOOL_FAILED;
}
