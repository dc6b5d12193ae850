/*
 * mortal: runs a server that is killed again and again, and started again each time.
 *
 *     mortal [-s SEED] [-n TIMES] [-m MILLISECONDS] COMMAND [ARGUMENT...]
 *
 * The server is ready when it prints a line with "listening on". At a random moment (from SEED) up
 * to MILLISECONDS (50) later it gets SIGKILL; or up to as long as it took to get ready, if that was
 * longer: if a start is slow, a sanitizer or other work slows the clients, too. After TIMES (25) of
 * this mortal lets the server run, and prints "mortal: killed 25 times". It passes SIGTERM on.
 *
 * The output of the first server is ours; that of the later ones is discarded. Exit status: the
 * server's, if it ended by itself or after SIGTERM; 128 and the signal's number if one ended it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tool.h"

static const char usage[] =
    "usage: mortal [-s SEED] [-n TIMES] [-m MILLISECONDS] COMMAND [ARGUMENT...]";

static volatile sig_atomic_t child; /* the server's process number; 0: none */
static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void)number;
    told_to_end = 1;
    if (child > 0) kill((pid_t)child, SIGTERM);
}

/* Vigna's splitmix64, 2015. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void sleep_microseconds(long microseconds)
{
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};

    nanosleep(&time, NULL);
}

/* Starts the server and returns its standard output. */
static FILE *start(char **command)
{
    int out[2];

    if (pipe(out) != 0) tool_die(TOOL_FAILED, "pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid < 0) tool_die(TOOL_FAILED, "cannot start a process: %s", strerror(errno));
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        execvp(command[0], command);
        fprintf(stderr, "mortal: %s: %s\n", command[0], strerror(errno));
        _exit(127);
    }
    child = pid;
    close(out[1]);
    FILE *lines = fdopen(out[0], "r");
    if (lines == NULL) tool_die(TOOL_FAILED, "fdopen: %s", strerror(errno));
    return lines;
}

/* False: it has ended before. */
static bool gets_ready(FILE *lines, bool show)
{
    char line[1000];

    while (fgets(line, sizeof line, lines) != NULL) {
        if (show) fputs(line, stdout);
        if (show) fflush(stdout);
        if (strstr(line, "listening on") != NULL) return true;
    }
    return false;
}

static int wait_for_end(void)
{
    int status;

    while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR) continue;
    child = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int64_t now_microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int run(char **command, uint64_t seed, long times, long milliseconds)
{
    for (long i = 0;; i++) {
        int64_t started = now_microseconds(), longest = 1000 * (int64_t)milliseconds;
        FILE *lines = start(command);
        bool ready = gets_ready(lines, i == 0);
        if (now_microseconds() - started > longest) longest = now_microseconds() - started;
        if (i == times && ready) printf("mortal: killed %ld times\n", times);
        fflush(stdout);
        if (ready && i < times) {
            sleep_microseconds((long)(draw(&seed) % (uint64_t)longest));
            if (!told_to_end) kill((pid_t)child, SIGKILL);
        }
        int status = wait_for_end();
        fclose(lines);
        if (status != 128 + SIGKILL || i >= times || told_to_end) return status;
    }
}

int main(int argc, char **argv)
{
    long seed = 1, times = 25, milliseconds = 50;
    struct sigaction action = {.sa_handler = on_signal};
    int option;

    tool_start("mortal");
    while ((option = getopt(argc, argv, "+s:n:m:")) != -1) {
        switch (option) {
        case 's': seed = tool_number("SEED", optarg, 0, 1000000000); break;
        case 'n': times = tool_number("TIMES", optarg, 0, 1000000); break;
        case 'm': milliseconds = tool_number("MILLISECONDS", optarg, 1, 100000); break;
        default: tool_die(TOOL_USAGE, usage);
        }
    }
    if (optind == argc) tool_die(TOOL_USAGE, usage);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    return run(argv + optind, (uint64_t)seed, times, milliseconds);
}
