/*
 * restart: how long members of stage 3 wait when their server is killed and started again.
 *
 *     restart -l LABEL [-n MEMBERS] [-c TIMES] SERVER [OPTION...]
 *
 * It starts SERVER with a journal among the OPTIONs (and -p, which it adds), lets MEMBERS (3) into
 * one room, and then TIMES (20) kills it with SIGKILL and starts it at once at the same port. In
 * that moment one member says a line. One line of CSV each time: label, members, the microseconds
 * from the kill until the server is ready, until the line has arrived at the first of the others,
 * and until it has arrived at all of them; and the processor time that the server took for all that
 * (which says more on a machine that has other work).
 *
 * Model: the members are real, stage3/member/client_session.h, so the result includes whatever a
 * client does to come back. They are in child processes: the speaker in its own, the others some
 * hundred in each, as many as select() can watch. They report received lines to the parent through
 * a pipe, with the time.
 *
 * Limits: a member whose session is over, or a line that does not arrive in TIMEOUT, is an error.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/program.h"
#include "member/client_session.h"
#include "watch.h"

enum {
    GROUP = 250,      /* members in a process: each has a socket, and may have two */
    MEMBERS = 4000,   /* at most */
    GROUPS = 2 + MEMBERS / GROUP,
    ARGUMENTS = 64,
    TIMEOUT = 60000, /* milliseconds until a line must have arrived everywhere */
    SETTLE = 1500    /* milliseconds in which all is acknowledged */
};

static const char usage[] = "usage: restart -l LABEL [-n MEMBERS] [-c TIMES] SERVER [OPTION...]";

/* A member's report: it has received this line; 0: it has joined. Small enough for an atomic write
   to the pipe. */
struct report {
    uint64_t at; /* by watch_clock */
    uint32_t line;
    uint32_t member;
};

static unsigned char fingerprint[32];
static uint16_t port;
static pid_t server, groups[GROUPS];
static size_t group_count;
static int to_speaker = -1; /* the numbers of lines to be said */

static void end_all(void)
{
    if (server > 0) kill(server, SIGKILL);
    for (size_t i = 0; i < group_count; i++) kill(groups[i], SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR) continue;
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "restart: %s\n", what);
    end_all();
    exit(1);
}

/* --- the members, in a child process --- */

struct seat {
    struct client_session *session;
    uint32_t number;
    int out;
};

static struct pair pair; /* of all members: that of CHAT_TEST_PAIR, as making one takes long */

static void report(const struct seat *seat, uint32_t line)
{
    struct report it = {watch_clock(), line, seat->number};

    if (write(seat->out, &it, sizeof it) != sizeof it) _exit(1);
}

static void on_event(void *context, const struct client_session_event *event)
{
    const struct seat *seat = context;
    char text[32];

    if (event->kind == CLIENT_SESSION_OVER) {
        fprintf(stderr, "restart: member %u is out: %.*s\n", (unsigned)seat->number,
                (int)event->text.size, event->text.bytes);
        _exit(1);
    }
    if (event->kind == CLIENT_SESSION_ENTERED) report(seat, 0);
    if (event->kind != CLIENT_SESSION_NEWS || event->news->kind != NEWS_SAID) return;
    snprintf(text, sizeof text, "%.*s", (int)event->news->text.size, event->news->text.bytes);
    report(seat, (uint32_t)strtoul(text, NULL, 10));
}

static void open_session(struct seat *seat)
{
    char name[16];
    struct client_session_params params = {.servers = "127.0.0.1", .port = port, .udp_port = -1,
                                           .fingerprint = fingerprint, .room = text_of("r"),
                                           .operation = seat->number == 0 ? TCRP_CREATE : TCRP_JOIN,
                                           .tell = on_event, .context = seat, .pair = &pair};

    snprintf(name, sizeof name, "m%u", (unsigned)seat->number);
    params.user = text_of(name);
    seat->session = client_session_open(&params, program_now());
    if (!seat->session) _exit(1);
}

static void say(struct seat *seat, int in)
{
    char text[16];
    uint32_t line;

    if (read(in, &line, sizeof line) != sizeof line) _exit(0);
    snprintf(text, sizeof text, "%u", (unsigned)line);
    if (client_session_say(seat->session, text_of(text), program_now(), NULL) != MEMBERSHIP_OK)
        _exit(1);
}

/* The members join one after the other; then they are served for ever. `in`: lines for the first.
   */
static _Noreturn void be_members(uint32_t first, size_t count, int in, int out)
{
    static struct seat seats[GROUP];
    size_t opened = 0;

    pair_open(&pair);
    for (;;) {
        struct net_set set;
        int64_t now = program_now(), due = now + 1000;

        if (opened == 0
            || (opened < count && client_session_membership(seats[opened - 1].session))) {
            seats[opened] = (struct seat){NULL, first + (uint32_t)opened, out};
            open_session(&seats[opened++]);
        }
        net_set_clear(&set);
        if (pair_due(&pair) < due) due = pair_due(&pair);
        if (in >= 0) net_watch(&set, in);
        for (size_t i = 0; i < opened; i++) {
            int64_t next = client_session_watch(seats[i].session, &set);
            if (next < due) due = next;
        }
        net_wait(&set, due - now, NULL);
        now = program_now();
        pair_work(&pair);
        if (in >= 0 && net_ready(&set, in)) say(&seats[0], in);
        for (size_t i = 0; i < opened; i++) client_session_serve(seats[i].session, &set, now);
    }
}

/* --- the parent --- */

static void start_group(uint32_t first, size_t count, int in, int out)
{
    fflush(stdout);
    pid_t child = fork();

    if (child < 0) die("cannot start a process");
    if (child == 0) be_members(first, count, in, out);
    groups[group_count++] = child;
}

/* Starts the server, and waits until it is ready. The first time, notes its port and its key. */
static void start_server(char **command, int count)
{
    char *arguments[ARGUMENTS + 3], number[16], line[512], key[65] = "";
    int out[2];

    snprintf(number, sizeof number, "%u", (unsigned)port);
    memcpy(arguments, command, (size_t)count * sizeof *command);
    arguments[count] = "-p";
    arguments[count + 1] = number;
    arguments[count + 2] = NULL;
    if (pipe(out) != 0) die("no pipe");
    server = fork();
    if (server < 0) die("cannot start a process");
    if (server == 0) {
        dup2(out[1], STDOUT_FILENO);
        for (int fd = 3; fd < 64; fd++) close(fd);
        execv(command[0], arguments);
        _exit(127);
    }
    close(out[1]);
    FILE *lines = fdopen(out[0], "r");
    if (!lines) die("no pipe");
    do {
        if (!fgets(line, sizeof line, lines)) die("the server does not get ready");
        sscanf(line, "stage3 server: key %64s", key);
    } while (!strstr(line, "listening on"));
    fclose(lines);
    port = (uint16_t)strtoul(strrchr(line, ':') + 1, NULL, 10);
    if (!hex_decode(key, fingerprint, sizeof fingerprint)) die("the server shows no key");
}

static void kill_server(void)
{
    kill(server, SIGKILL);
    while (waitpid(server, NULL, 0) < 0 && errno == EINTR) continue;
    server = 0;
}

static bool next_report(int in, struct report *it, uint64_t end)
{
    struct pollfd ready = {.fd = in, .events = POLLIN};
    uint64_t now = watch_clock();

    if (now >= end || poll(&ready, 1, (int)((end - now) / 1000000) + 1) <= 0) return false;
    return read(in, it, sizeof *it) == sizeof *it;
}

/* Waits until `count` members have reported the line. *first becomes the time of the first one
   except the speaker, *last that of the last one. */
static void wait_for(int in, uint32_t line, size_t count, uint64_t *first, uint64_t *last)
{
    uint64_t end = watch_clock() + (uint64_t)TIMEOUT * 1000000;
    struct report it;

    *first = UINT64_MAX;
    *last = 0;
    while (count > 0) {
        if (!next_report(in, &it, end)) die("somebody does not hear");
        if (it.line != line) continue;
        count--;
        if (it.member != 0 && it.at < *first) *first = it.at;
        if (it.member != 0 && it.at > *last) *last = it.at;
    }
}

static void tell_speaker(uint32_t line)
{
    if (write(to_speaker, &line, sizeof line) != sizeof line) die("the speaker is gone");
}

static void measure(const char *label, size_t members, uint32_t round, char **command, int count,
                    int in)
{
    uint64_t first, last;
    struct timespec pause = {SETTLE / 1000, SETTLE % 1000 * 1000000L};

    tell_speaker(2 * round - 1);
    wait_for(in, 2 * round - 1, members, &first, &last);
    nanosleep(&pause, NULL);
    uint64_t begin = watch_clock();
    kill_server();
    tell_speaker(2 * round);
    start_server(command, count);
    uint64_t ready = watch_clock();
    wait_for(in, 2 * round, members, &first, &last);
    uint64_t processor = 0;
    watch_cpu(server, &processor);
    printf("%s,%zu,%llu,%llu,%llu,%llu\n", label, members,
           (unsigned long long)(ready - begin) / 1000, (unsigned long long)(first - begin) / 1000,
           (unsigned long long)(last - begin) / 1000, (unsigned long long)processor / 1000);
    fflush(stdout);
}

/* First the speaker, which creates the room; then all others, some at a time. */
static int let_in(size_t members)
{
    int said[2], heard[2];
    uint64_t first, last;

    if (pipe(said) != 0 || pipe(heard) != 0) die("no pipe");
    to_speaker = said[1];
    start_group(0, 1, said[0], heard[1]);
    wait_for(heard[0], 0, 1, &first, &last);
    for (size_t next = 1; next < members; next += GROUP) {
        size_t left = members - next;
        start_group((uint32_t)next, left < GROUP ? left : GROUP, -1, heard[1]);
    }
    for (size_t i = 1; i < members; i++) wait_for(heard[0], 0, 1, &first, &last);
    return heard[0];
}

int main(int argc, char **argv)
{
    const char *label = NULL;
    long members = 3, times = 20;
    int option;

    program_start("restart", usage, argc, argv);
    while ((option = getopt(argc, argv, "+l:n:c:")) != -1) {
        switch (option) {
        case 'l': label = optarg; break;
        case 'n': members = program_number('n', optarg, 2, MEMBERS); break;
        case 'c': times = program_number('c', optarg, 1, 10000); break;
        default: program_misuse("there is no such option");
        }
    }
    int count = argc - optind;
    if (!label || count < 1 || count > ARGUMENTS) program_misuse("a label and a server, please");
    start_server(argv + optind, count);
    int in = let_in((size_t)members);
    for (uint32_t round = 1; round <= (uint32_t)times; round++) {
        measure(label, (size_t)members, round, argv + optind, count, in);
    }
    end_all();
    return EXIT_FINE;
}
