/*
 * lossy: a bad network between a client and a server, as bad as its options ask.
 *
 *     lossy [-s SEED] [-l LOSS] [-d DOUBLE] [-r REORDER] [-m BYTES] [-f FILE] [-p PORT] [-w FILE]
 *           [-k SECONDS] HOST PORT
 *
 * It listens on 127.0.0.1 and passes datagrams on to HOST PORT and the answers back. Of the
 * datagrams in each direction it loses LOSS percent; of the others it sends DOUBLE percent twice
 * and holds REORDER percent back, until the next one of the same client and direction has been
 * sent, or for 50 ms. A datagram of more than BYTES is always lost, without notice to its sender,
 * as on a path where a router, a tunnel or a firewall drops the fragments of large datagrams. On
 * SIGUSR1 it forges: each client gets one datagram that seems to come from the server, with the
 * content that the FILE of -f has at that moment. TCP connections to the same port are passed
 * through unchanged. Each client address gets a socket of its own towards the server, so the server
 * still sees as many clients. With -w, everything that arrives is written to FILE, in the form of
 * record.h.
 *
 * The ready line is `lossy: listening on 127.0.0.1:PORT`. On SIGTERM or SIGINT it sends what it
 * holds, prints `lossy: passed N, lost N, doubled N, held back N` and ends with 0. With -m the line
 * goes on with `, too large N, largest N`: how many datagrams were too large, and the size of the
 * largest that came.
 *
 * What happens to the n-th datagram of a direction depends on SEED and n alone: each direction has
 * a random stream of its own, and every datagram takes three numbers from its stream in any case.
 *
 * Limits: 1024 client addresses, which are searched one after the other; further ones get no
 * answer. With -k an address from and to which nothing came for SECONDS is given up, as in a router
 * with address translation: if a datagram comes from there later, the server sees a new client.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "passage.h"
#include "record.h"
#include "tool.h"

enum { FLOWS_MAX = 1024, HOLD_MS = 50, DRAIN_MAX = 64, LOOK_AGAIN_MS = 100 };
enum direction { TO_SERVER, TO_CLIENT };

static const char usage[] =
    "usage: lossy [-s SEED] [-l LOSS] [-d DOUBLE] [-r REORDER] [-m BYTES] [-f FILE] [-p PORT] "
    "[-w FILE] [-k SECONDS] "
    "HOST PORT";

/* A client address and the socket that stands for it on the server's side. */
struct flow {
    struct tool_address client;
    int upstream;     /* -1: the place is free */
    int64_t used_at;  /* milliseconds: when something came last, from either side */
};

/* A datagram held back. They are all held equally long, so the list is in order of `due`. */
struct held {
    struct held *next;
    const struct flow *flow;
    enum direction direction;
    int64_t due;
    size_t size;
    unsigned char bytes[];
};

static struct tool_address server;
static int udp, tcp; /* the listening sockets */
static struct flow flows[FLOWS_MAX];
static size_t flow_count;
static struct held *held_first, **held_last = &held_first;
static uint64_t streams[2]; /* the state of the random stream of each direction */
static long loss, twice, reorder; /* percent */
static long size_limit = TOOL_DATAGRAM_MAX; /* bytes */
static long keep;                 /* seconds; 0: no address is given up */
static unsigned long passed, lost, doubled, held_back, too_large, largest;
static const char *forgery;        /* a file; NULL: nothing is forged */
static volatile sig_atomic_t stopped, asked_to_forge;

static void on_signal(int number)
{
    if (number == SIGUSR1) asked_to_forge = 1;
    else stopped = 1;
}

/* SplitMix64 (Steele, Lea, Flood 2014): small, and random enough here. */
static bool happens(uint64_t *stream, long percent)
{
    uint64_t z = (*stream += 0x9e3779b97f4a7c15u);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return z % 100 < (uint64_t)percent;
}

/* A datagram that the system cannot send is lost without being counted. */
static void deliver(const struct flow *flow, enum direction direction,
                    const unsigned char *bytes, size_t size)
{
    const struct sockaddr *client = (const struct sockaddr *)&flow->client.is;

    if (direction == TO_SERVER) (void)send(flow->upstream, bytes, size, 0);
    else (void)sendto(udp, bytes, size, 0, client, flow->client.size);
}

static void hold(const struct flow *flow, enum direction direction,
                 const unsigned char *bytes, size_t size)
{
    struct held *item = malloc(sizeof *item + size);

    if (item == NULL) tool_die(TOOL_FAILED, "no memory");
    *item = (struct held){.flow = flow, .direction = direction, .size = size};
    item->due = tool_now() + HOLD_MS;
    memcpy(item->bytes, bytes, size);
    *held_last = item;
    held_last = &item->next;
}

/* Sends what is due, and everything held of `flow` and `direction`. NULL: no such flow. */
static void release(const struct flow *flow, enum direction direction, int64_t now)
{
    struct held **link = &held_first;

    while (*link != NULL) {
        struct held *item = *link;
        if (item->due > now && !(item->flow == flow && item->direction == direction)) {
            link = &item->next;
            continue;
        }
        *link = item->next;
        deliver(item->flow, item->direction, item->bytes, item->size);
        free(item);
    }
    held_last = link;
}

static void pass(const struct flow *flow, enum direction direction,
                 const unsigned char *bytes, size_t size)
{
    uint64_t *stream = &streams[direction];
    bool is_lost = happens(stream, loss);
    bool is_doubled = happens(stream, twice);
    bool is_held = happens(stream, reorder);

    record(direction == TO_SERVER ? RECORD_UP : RECORD_DOWN, 0, bytes, size);
    if (size > largest) largest = size;
    if (size > (size_t)size_limit) {
        too_large++;
        return;
    }
    if (is_lost) {
        lost++;
        return;
    }
    passed++;
    if (is_doubled) doubled++;
    if (is_held) held_back++;
    for (int copies = is_doubled ? 2 : 1; copies > 0; copies--) {
        if (is_held) hold(flow, direction, bytes, size);
        else deliver(flow, direction, bytes, size);
    }
    if (!is_held) release(flow, direction, tool_now());
}

/* Anybody who can forge the source address of a datagram can do this. */
static void forge(void)
{
    static unsigned char bytes[TOOL_DATAGRAM_MAX];
    FILE *file = forgery ? fopen(forgery, "rb") : NULL;

    asked_to_forge = 0;
    if (file == NULL) tool_die(TOOL_FAILED, "nothing to forge: %s", strerror(errno));
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t i = 0; i < flow_count; i++) {
        if (flows[i].upstream >= 0) deliver(&flows[i], TO_CLIENT, bytes, size);
    }
}

static struct flow *find_flow(const struct tool_address *client)
{
    struct flow *flow = &flows[flow_count];

    for (size_t i = flow_count; i-- > 0;) {
        const struct tool_address *known = &flows[i].client;
        if (flows[i].upstream < 0) flow = &flows[i];
        else if (known->size == client->size
                 && memcmp(&known->is, &client->is, client->size) == 0) return &flows[i];
    }
    if (flow == &flows[FLOWS_MAX]) return NULL;
    *flow = (struct flow){.client = *client, .upstream = tool_udp(&server, NULL)};
    if (flow->upstream < 0) return NULL;
    if (flow == &flows[flow_count]) flow_count++;
    return flow;
}

/* With -k. Nothing is held for an address that was not used for seconds. */
static void give_up_flows(int64_t now)
{
    static int64_t look_at;

    if (keep == 0 || now < look_at) return;
    look_at = now + 1000;
    for (size_t i = 0; i < flow_count; i++) {
        if (flows[i].upstream < 0 || now - flows[i].used_at < 1000 * keep) continue;
        close(flows[i].upstream);
        flows[i].upstream = -1;
    }
}

static void serve_clients(void)
{
    static unsigned char bytes[TOOL_DATAGRAM_MAX];

    for (int i = 0; i < DRAIN_MAX; i++) {
        struct tool_address from = {.size = sizeof from.is};
        ssize_t size = recvfrom(udp, bytes, sizeof bytes, 0,
                                (struct sockaddr *)&from.is, &from.size);
        if (size < 0) return;
        struct flow *flow = find_flow(&from);
        if (flow == NULL) continue;
        flow->used_at = tool_now();
        pass(flow, TO_SERVER, bytes, (size_t)size);
    }
}

static void serve_flow(struct flow *flow)
{
    static unsigned char bytes[TOOL_DATAGRAM_MAX];

    for (int i = 0; i < DRAIN_MAX; i++) {
        ssize_t size = recv(flow->upstream, bytes, sizeof bytes, 0);
        if (size < 0) return;
        flow->used_at = tool_now();
        pass(flow, TO_CLIENT, bytes, (size_t)size);
    }
}

/* Opens both sockets on one port of 127.0.0.1. With port 0 UDP gets a free one, which may be in use
   for TCP. */
static bool listen_on(long port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr *any = (struct sockaddr *)&at;
    socklen_t size = sizeof at;
    int yes = 1, space = 4 * 1024 * 1024;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    udp = socket(AF_INET, SOCK_DGRAM, 0);
    tcp = socket(AF_INET, SOCK_STREAM, 0);
    if (udp < 0 || tcp < 0) tool_die(TOOL_FAILED, "no socket: %s", strerror(errno));
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &space, sizeof space);
    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(udp, any, size) == 0 && getsockname(udp, any, &size) == 0
        && bind(tcp, any, size) == 0 && listen(tcp, 128) == 0
        && tool_nonblocking(udp) && tool_nonblocking(tcp)) {
        printf("lossy: listening on 127.0.0.1:%d\n", ntohs(at.sin_port));
        fflush(stdout);
        return true;
    }
    close(udp);
    close(tcp);
    return false;
}

/* The time to wait: until a held datagram is due, and never long, because a signal that came just
   before the wait does not end it. */
static int wait_time(void)
{
    int64_t left = held_first == NULL ? LOOK_AGAIN_MS : held_first->due - tool_now();

    return left < 0 ? 0 : left > LOOK_AGAIN_MS ? LOOK_AGAIN_MS : (int)left;
}

static void serve(void)
{
    static struct pollfd wait[2 + FLOWS_MAX + 2 * PASSAGES_MAX];
    size_t known = flow_count; /* flows that are added during this turn are not in `wait` */
    struct pollfd *passages = wait + 2 + known;

    wait[0] = (struct pollfd){.fd = udp, .events = POLLIN};
    wait[1] = (struct pollfd){.fd = tcp, .events = POLLIN};
    for (size_t i = 0; i < known; i++) {
        wait[2 + i] = (struct pollfd){.fd = flows[i].upstream, .events = POLLIN};
    }
    size_t count = 2 + known + passage_poll(passages);
    if (poll(wait, (nfds_t)count, wait_time()) > 0) {
        passage_serve(passages);
        if (wait[0].revents != 0) serve_clients();
        for (size_t i = 0; i < known; i++) {
            if (wait[2 + i].revents != 0) serve_flow(&flows[i]);
        }
        int client = wait[1].revents != 0 ? accept(tcp, NULL, NULL) : -1;
        if (client >= 0) passage_open(client, &server);
    }
    release(NULL, TO_SERVER, tool_now());
    give_up_flows(tool_now());
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};
    long port = 0, seed = 1;
    int option, tries = 0;

    tool_start("lossy");
    while ((option = getopt(argc, argv, "s:l:d:r:m:f:p:w:k:")) != -1) {
        if (option == 's') seed = tool_number("-s", optarg, 0, 0x7fffffff);
        else if (option == 'l') loss = tool_number("-l", optarg, 0, 100);
        else if (option == 'd') twice = tool_number("-d", optarg, 0, 100);
        else if (option == 'r') reorder = tool_number("-r", optarg, 0, 100);
        else if (option == 'm') size_limit = tool_number("-m", optarg, 1, TOOL_DATAGRAM_MAX);
        else if (option == 'f') forgery = optarg;
        else if (option == 'w') record_open(optarg);
        else if (option == 'k') keep = tool_number("-k", optarg, 1, 100000);
        else if (option == 'p') port = tool_number("-p", optarg, 0, 65535);
        else tool_die(TOOL_USAGE, usage);
    }
    if (argc - optind != 2) tool_die(TOOL_USAGE, usage);
    streams[TO_SERVER] = (uint64_t)seed;
    streams[TO_CLIENT] = ~(uint64_t)seed;
    (void)tool_many_files(2 + FLOWS_MAX + 2 * PASSAGES_MAX + 16); /* few clients need less */
    tool_resolve(argv[optind], argv[optind + 1], &server);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    while (!listen_on(port)) {
        if (port != 0 || ++tries == 20) tool_die(TOOL_FAILED, "no port: %s", strerror(errno));
    }
    while (!stopped) {
        serve();
        if (asked_to_forge) forge();
    }
    release(NULL, TO_SERVER, INT64_MAX);
    printf("lossy: passed %lu, lost %lu, doubled %lu, held back %lu",
           passed, lost, doubled, held_back);
    if (size_limit < TOOL_DATAGRAM_MAX) printf(", too large %lu, largest %lu", too_large, largest);
    printf("\n");
    return 0;
}
