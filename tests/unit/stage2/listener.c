/* links: stage2/net/net.c stage2/base/host.c stage2/base/address.c stage2/base/hash.c */
/* links: stage2/base/program.c stage2/base/random.c stage2/base/quota.c stage2/base/table.c */
/*
 * listener: which connection makes way for a new one, what moves when one ends, and what happens
 * when there is no descriptor left.
 */
#include "net/listener.c"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { LIMIT = 6, OF_ADDRESS = 3, TOLD = 64 };

struct thing {
    char name;
    unsigned rank;
    bool over;
};

static struct thing things[LISTENER_PLACES];
static struct listener listener;
static char next_name;
static unsigned next_rank, crowded;
static bool memory, next_over;
static char served[TOLD], closed[TOLD]; /* the names, in that order */

static void note(char told[TOLD], char name)
{
    size_t size = strlen(told);

    if (size + 1 < TOLD) told[size] = name;
}

static bool open_thing(void *context, size_t index, const struct address *from, int64_t now)
{
    (void)from, (void)now;
    if (context != things || !memory) return false;
    things[index] = (struct thing){next_name++, next_rank, next_over};
    return true;
}

static bool serve_thing(void *context, size_t index, bool readable, int64_t now)
{
    (void)context, (void)now, (void)readable;
    note(served, things[index].name);
    return !things[index].over;
}

static unsigned rank_thing(const void *context, size_t index)
{
    (void)context;
    return things[index].rank;
}

static void close_thing(void *context, size_t index, size_t last)
{
    (void)context;
    note(closed, things[index].name);
    things[index] = things[last];
}

static void be_crowded(void *context, int64_t now)
{
    (void)context, (void)now;
    crowded++;
}

static const struct listener_owner owner = {.open = open_thing, .serve = serve_thing,
                                            .rank = rank_thing, .close = close_thing,
                                            .crowded = be_crowded};

static void begin(void)
{
    listener = (struct listener){.fd = open("/dev/null", O_RDONLY), .limit = LIMIT,
                                 .address_limit = OF_ADDRESS, .owner = &owner, .context = things};
    quota_create(&listener.quota, LIMIT, 1, hash_key_new());
    next_name = 'a';
    next_rank = crowded = 0;
    next_over = false;
    memory = true;
    memset(served, 0, sizeof served);
    memset(closed, 0, sizeof closed);
}

/* A connection from 10.0.0.MACHINE comes, and is of that rank. */
static void come(int machine, unsigned rank)
{
    struct address from = {.size = sizeof from.is.v4};

    from.is.v4.sin_family = AF_INET;
    from.is.v4.sin_addr.s_addr = htonl(0x0A000000u + (unsigned)machine);
    next_rank = rank;
    take_in(&listener, open("/dev/null", O_RDONLY), &from, 0);
}

/* Are just these there, and does each have the place with its own number? */
static bool there(const char *names)
{
    if (listener.count != strlen(names)) return false;
    for (size_t i = 0; i < listener.count; i++) {
        if (!strchr(names, things[i].name)) return false;
        if (listener.places[i].number != (uint64_t)(things[i].name - 'a')) return false;
        if (fcntl(listener.places[i].fd, F_GETFD) < 0) return false;
    }
    return true;
}

static void limits(void)
{
    begin();
    come(1, 0);
    come(1, 2);
    come(1, 1);
    ok(there("abc") && crowded == 0, "three connections of one address have places");
    ok(strcmp(served, "abc") == 0, "each connection is served at once");
    come(1, 1);
    ok(there("abd") && crowded == 1, "a fourth connection closes the one of the lowest rank");
    come(1, 0);
    come(1, 0);
    ok(there("aef") && strcmp(closed, "cdb") == 0,
       "each further connection closes the one of the next rank");
    come(1, 1);
    ok(there("aef") && crowded == 4, "a new connection is closed if no other may be closed");
    next_name = 'g';
    listener.next_number = 6;
    come(2, 1);
    come(3, 1);
    come(2, 1);
    ok(there("aefghi"), "another address has its own three places");
    come(2, 0);
    ok(there("aefhij"), "a full table closes the oldest connection of the same address");
    come(1, 0);
    ok(there("aefijk"), "a full table closes the oldest of all if that address has none to spare");
    listener_close(&listener);
    ok(listener.count == 0 && strlen(closed) == 11, "closing the listener closes all connections");
}

static void moves(void)
{
    struct net_set set;

    begin();
    come(1, 0);
    come(2, 0);
    come(3, 0);
    memory = false;
    come(4, 0);
    ok(there("abc"), "a connection without memory is closed");
    memory = true;
    next_over = true;
    come(5, 0);
    ok(there("abc") && strcmp(closed, "d") == 0,
       "a connection that is over at once leaves no trace");
    things[0].over = things[1].over = true;
    served[0] = '\0';
    memset(served, 0, sizeof served);
    net_set_clear(&set);
    listener_serve(&listener, &set, 0);
    ok(strcmp(served, "cba") == 0 && there("c"),
       "each connection is served once in a turn, whichever ends");
    listener_close(&listener);
}

/* --- with sockets --- */

static struct address tcp, udp;

static void wait_and_serve(int64_t now)
{
    struct net_set set;

    net_set_clear(&set);
    listener_watch(&listener, &set, now);
    net_wait(&set, 10000, NULL);
    listener_serve(&listener, &set, now);
}

/* All descriptors are taken that net.c would use. */
static int take_descriptors(int taken[FD_SETSIZE])
{
    int count = 0, fd = 0;

    while (fd < FD_SETSIZE - 1 && (fd = dup(listener.fd)) >= 0) taken[count++] = fd;
    return count;
}

static void sockets(void)
{
    static int taken[FD_SETSIZE];
    struct net_set set;

    begin();
    quota_destroy(&listener.quota); /* listener_open makes another */
    int other = listener_open(&listener, "127.0.0.1", 0, -1, &tcp, &udp);
    ok(other >= 0 && host_port(&tcp) != 0 && host_port(&tcp) == host_port(&udp),
       "a free port is the same for TCP and UDP");
    next_rank = 1;
    int first = net_tcp_begin(&tcp);
    wait_and_serve(0);
    ok(there("a") && host_equal(&listener.places[0].from, &tcp), "a connection is accepted");
    int second = net_tcp_begin(&tcp), count = take_descriptors(taken);
    wait_and_serve(0);
    /* Its descriptor is free, and the other one may get it. */
    ok(strcmp(closed, "a") == 0 && crowded == 1,
       "a connection without a descriptor closes one that may be closed");
    things[0].rank = 0;
    while (count > 0) close(taken[--count]);
    for (int fd; (fd = net_accept(listener.fd, &udp)) >= 0;) close(fd);
    int third = net_tcp_begin(&tcp);
    count = take_descriptors(taken);
    wait_and_serve(1000);
    net_set_clear(&set);
    ok(listener_watch(&listener, &set, 1000) == 1000 + LISTENER_PAUSE
           && !net_ready(&set, listener.fd),
       "no connection is accepted for a moment if none may be closed");
    while (count > 0) close(taken[--count]);
    ok(listener_watch(&listener, &set, 1000 + LISTENER_PAUSE) == INT64_MAX
           && net_ready(&set, listener.fd), "connections are accepted again after the pause");
    listener_close(&listener);
    close(first);
    close(second);
    close(third);
    close(other);
}

int main(void)
{
    plan(17);
    limits();
    moves();
    sockets();
    return done();
}
