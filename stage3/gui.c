/*
 * The window of stage 3: a client with a web page in place of the terminal.
 *
 * Model: one loop, as in the servers, and three kinds of descriptors: the listening socket, the
 * browser's connections (web.c), and those of the rooms that we are in (room_view.c). auth.c
 * decides which requests are accepted, and api.c what they do; this file only moves bytes.
 *
 * The program listens on 127.0.0.1 only. It handles the six hazards of select() as the server does:
 * the bound of FD_SETSIZE (net.c, and CONN_LIMIT), SIGPIPE (program.c), partial reads (http.c),
 * partial writes (flush), EINTR and spurious readiness (net.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/host.h"
#include "base/program.h"
#include "base/server_list.h"
#include "crypto/constant.h"
#include "keys/secret.h"
#include "keys/system_random.h"
#include "net/listener.h"
#include "net/resolver.h"
#include "window/api.h"
#include "window/opener.h"
#include "window/web.h"

enum {
    CONN_LIMIT = 64,      /* connections at once: a browser opens about six, and one for each tab */
    ROUNDS_LIMIT = 16,    /* requests of one connection that are answered in one turn */
    USUAL_PORT = 9403,    /* always the same, so that the browser finds what it has stored for us */
    FAREWELL = 2000       /* milliseconds, at the end, to tell the servers that we leave */
};

static const char usage[] =
    "usage: gui [-p PORT] [-u UDPPORT] [-k FINGERPRINT] [-w PORT] [--no-open | --window] [HOST]\n"
    "  HOST            the server, or several: HOST:PORT,HOST:PORT (127.0.0.1)\n"
    "  -p PORT         the server's TCP port, where HOST names none (9003)\n"
    "  -u UDPPORT      the server's UDP port (the same number)\n"
    "  -k FINGERPRINT  talk only to a server whose key has this fingerprint\n"
    "  -w PORT         serve the window on this port (9403, or a free one); 0 takes a free one\n"
    "  --window        open a window of its own, if there is a browser that can do that\n"
    "  --no-open       open nothing, only print the address\n";

enum way { WAY_TAB = OPENER_TAB, WAY_WINDOW = OPENER_WINDOW, WAY_NONE };

struct options {
    struct room_view_home home;
    long port;   /* of the window; -1: the usual one, or else a free one */
    enum way way;
    unsigned char fingerprint[FINGERPRINT];
    char server[SERVER_TEXT];
    char program[64];
};

struct gui {
    struct options options;
    struct pair pair;   /* RSA keys for the next handshake, which a list or a join begins */
    struct api api;
    struct opener opener;
    struct listener listener;
    struct web webs[CONN_LIMIT]; /* the connection in each of the listener's places */
};

/* --- arguments --- */

static void parse_server(struct options *options, const char *host)
{
    struct server_list servers;

    options->home.servers = host;
    if (!server_list_parse(host, options->home.port, &servers)) {
        program_misuse("that is no list of servers, such as HOST:PORT,HOST:PORT");
    }
    server_print(&servers.list[0], options->server);
}

static void demand(struct options *options, const char *digits)
{
    if (!fingerprint_parse(text_of(digits), options->fingerprint)) {
        program_misuse("-k wants a fingerprint of 64 hexadecimal digits, not \"%s\"", digits);
    }
    options->home.fingerprint = options->fingerprint;
}

/* Refuses a port to which no browser would connect: the user would take that for a fault of the
   chat. */
static void take_port(struct options *options, long port)
{
    if (port > 0 && auth_refused_port((uint16_t)port)) {
        program_misuse("browsers refuse port %ld, which belongs to another protocol", port);
    }
    options->port = port;
}

/* Takes the long options out of argv, because getopt() does not support them. */
static int take_long(struct options *options, int argc, char **argv)
{
    int kept = 0;

    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--no-open") == 0) options->way = WAY_NONE;
        else if (strcmp(argv[i], "--window") == 0) options->way = WAY_WINDOW;
        else argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    return kept;
}

/* With which program a friend joins: the client beside this one. Whoever built them calls it by the
   folder that it lies in, and whoever installed them by its name: chat3 beside chat3-gui. */
static void name_client(struct options *options, const char *called)
{
    const char *name = strrchr(called, '/') ? strrchr(called, '/') + 1 : called;
    size_t size = strlen(name);

    options->home.program = "stage3/client";
    if (size <= 4 || size - 4 >= sizeof options->program || strcmp(name + size - 4, "-gui") != 0) {
        return;
    }
    memcpy(options->program, name, size - 4);
    options->home.program = options->program;
}

static void parse(struct options *options, int argc, char **argv)
{
    int option;

    *options = (struct options){.home = {.port = 9003, .udp_port = -1}, .port = -1};
    name_client(options, argv[0]);
    argc = take_long(options, argc, argv);
    opterr = 0; /* the program prints its own message, in one line */
    while ((option = getopt(argc, argv, "p:u:k:w:")) != -1) {
        switch (option) {
        case 'p': options->home.port = (uint16_t)program_number('p', optarg, 1, 65535); break;
        case 'u': options->home.udp_port = program_number('u', optarg, 1, 65535); break;
        case 'k': demand(options, optarg); break;
        case 'w': take_port(options, program_number('w', optarg, 0, 65535)); break;
        default: program_misuse("-%c is not an option, or its value is missing", optopt);
        }
    }
    if (optind + 1 < argc) program_misuse("\"%s\" is one word too many", argv[optind + 1]);
    parse_server(options, optind < argc ? argv[optind] : "127.0.0.1");
}

/* --- one connection --- */

/* select() hazard, partial writes: sends what the socket takes, and the rest when it is writable
   again. The loop is needed because the next request may be answered as soon as an answer has been
   sent. */
static void flush(struct gui *gui, struct web *web, int fd, int64_t now)
{
    for (int i = 0; i < ROUNDS_LIMIT && web_give(web).size > 0; i++) {
        struct text out = web_give(web);
        ssize_t taken = net_write(fd, out.bytes, out.size);
        if (taken >= 0) {
            web_gave(web, (size_t)taken, &gui->api, now);
            if (web->state == WEB_REST) shutdown(fd, SHUT_WR);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else {
            web->state = WEB_OVER;
        }
    }
}

static void read_some(struct gui *gui, struct web *web, int fd, int64_t now)
{
    char bytes[8192];
    size_t space = web_space(web) < sizeof bytes ? web_space(web) : sizeof bytes;
    ssize_t size = space > 0 ? net_read(fd, bytes, space) : -1;

    if (space == 0) return;
    if (size > 0) {
        web_take(web, bytes, (size_t)size, &gui->api, now);
        wipe(bytes, (size_t)size); /* they may contain a password */
    } else if (size == 0) {
        web_take_end(web);
    } else if (errno != EAGAIN && errno != EWOULDBLOCK) {
        web->state = WEB_OVER; /* a reset: the connection is gone */
    }
}

/* --- functions for the listener --- */

static bool open_web(void *context, size_t index, const struct address *from, int64_t now)
{
    (void)from;
    return web_open(&((struct gui *)context)->webs[index], now);
}

static bool serve_web(void *context, size_t index, bool readable, int64_t now)
{
    struct gui *gui = context;
    struct web *web = &gui->webs[index];
    int fd = gui->listener.places[index].fd;

    if (readable) read_some(gui, web, fd, now);
    if (now >= web_due(web)) web_expire(web, now);
    flush(gui, web, fd, now);
    return web->state != WEB_OVER;
}

/* When all places are taken, a connection without the cookie is closed first; else a trusted one
   that is idle. */
static unsigned rank_web(const void *context, size_t index)
{
    const struct web *web = &((const struct gui *)context)->webs[index];

    if (!web->trusted) return 1;
    return web->state == WEB_READING && !http_begun(&web->http) ? 2 : 0;
}

static void close_web(void *context, size_t index, size_t last)
{
    struct gui *gui = context;

    web_close(&gui->webs[index]);
    gui->webs[index] = gui->webs[last];
}

static const struct listener_owner owner = {
    .open = open_web, .serve = serve_web, .rank = rank_web, .close = close_web};

/* --- the loop --- */

static void tell_streams(void *context, struct text block)
{
    struct gui *gui = context;

    for (size_t i = 0; i < gui->listener.count; i++) web_tell(&gui->webs[i], block);
}

static void say_address(struct gui *gui, const char *words)
{
    char url[AUTH_URL];

    printf("stage3 gui: %s %s\n", words, auth_url(&gui->api.auth, url));
    fflush(stdout); /* an error is ignored: the window works without a reader of its output */
}

static int64_t watch(struct gui *gui, struct net_set *set, int64_t now)
{
    net_set_clear(set);
    int64_t due = api_watch(&gui->api, set);
    if (gui->opener.deadline < due) due = gui->opener.deadline;
    if (pair_due(&gui->pair) < due) due = pair_due(&gui->pair);
    int64_t listener_due = listener_watch(&gui->listener, set, now);
    if (listener_due < due) due = listener_due;
    for (size_t i = 0; i < gui->listener.count; i++) {
        const struct web *web = &gui->webs[i];
        int fd = gui->listener.places[i].fd;
        if (web_space(web) > 0) net_watch(set, fd);
        if (web_give(web).size > 0) net_watch_write(set, fd);
        if (web_due(web) < due) due = web_due(web);
    }
    return due;
}

static void set_wall(struct gui *gui)
{
    struct timespec wall;

    clock_gettime(CLOCK_REALTIME, &wall);
    gui->api.events.wall = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
}

/* One turn of the loop, which waits until `until` at most. */
static void turn(struct gui *gui, int64_t until, const sigset_t *signals)
{
    struct net_set set;
    int64_t now = program_now(), due = watch(gui, &set, now);

    if (until < due) due = until;
    net_wait(&set, due == INT64_MAX ? NET_FOREVER : due > now ? due - now : 0, signals);
    now = program_now();
    set_wall(gui);
    pair_work(&gui->pair);
    api_serve(&gui->api, &set, now);
    listener_serve(&gui->listener, &set, now);
    if (gui->api.key_used || now >= gui->opener.deadline) opener_end(&gui->opener);
    if (!gui->api.key_used) return;
    gui->api.key_used = false;
    say_address(gui, "opened; for another browser");
}

/* Leaves all rooms, so that the other members see it at once; gives up after FAREWELL. */
static void leave(struct gui *gui, const sigset_t *signals)
{
    int64_t until = program_now() + FAREWELL;

    while (!api_leave_all(&gui->api, program_now()) && program_now() < until) {
        turn(gui, until, signals);
    }
}

/* --- start and end --- */

/* The system may choose a port that browsers refuse. Then it must choose again, while this socket
   stays open so that the same port is not chosen. */
static int listen_anywhere(struct address *bound)
{
    int listening = net_tcp_listen("127.0.0.1", 0, bound);

    if (listening < 0 || !auth_refused_port(host_port(bound))) return listening;
    int other = listen_anywhere(bound);
    close(listening);
    return other;
}

static uint16_t start_listening(struct gui *gui)
{
    long wanted = gui->options.port < 0 ? USUAL_PORT : gui->options.port;
    struct address bound;

    gui->listener.fd = wanted == 0 ? listen_anywhere(&bound)
                                 : net_tcp_listen("127.0.0.1", (uint16_t)wanted, &bound);
    if (gui->listener.fd < 0 && gui->options.port < 0) {
        gui->api.second = errno == EADDRINUSE;
        gui->listener.fd = listen_anywhere(&bound);
    }
    if (gui->listener.fd < 0) net_cannot_listen("tcp", "127.0.0.1", (uint16_t)wanted);
    return host_port(&bound);
}

static void open_window(struct gui *gui)
{
    char url[AUTH_URL];
    const char *why;

    gui->opener.deadline = INT64_MAX;
    if (gui->options.way == WAY_NONE) return;
    why = opener_start(&gui->opener, (enum opener_way)gui->options.way,
                       auth_url(&gui->api.auth, url), program_now());
    if (why) printf("stage3 gui: open that address in a browser: %s\n", why);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct gui gui; /* static: too large for the stack of some systems */
    const sigset_t *signals;

    program_start("stage3 gui", usage, argc, argv);
    secret_guard(); /* before a browser is started, which would inherit the password */
    parse(&gui.options, argc, argv);
    resolver_start(NULL, 0); /* in any case, because an invitation may name any server */
    pair_open(&gui.pair);
    gui.options.home.pair = &gui.pair;
    signals = program_signals(false);
    gui.listener = (struct listener){.limit = CONN_LIMIT, .address_limit = CONN_LIMIT,
                                     .owner = &owner, .context = &gui};
    gui.api.home = gui.options.home;
    gui.api.server = gui.options.server;
    gui.api.random = system_random;
    api_open(&gui.api, start_listening(&gui), tell_streams, &gui);
    set_wall(&gui);
    if (gui.api.second) {
        printf("stage3 gui: port %d is taken, perhaps by a window that is open already: the rooms "
               "of that one are there, and this is another one\n", USUAL_PORT);
    }
    say_address(&gui, "open");
    open_window(&gui);
    while (!program_stopped()) turn(&gui, INT64_MAX, signals);
    leave(&gui, signals);
    listener_close(&gui.listener);
    opener_end(&gui.opener);
    api_close(&gui.api);
    pair_close(&gui.pair);
    return EXIT_FINE;
}
