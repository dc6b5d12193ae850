/*
 * within: runs a command for a limited time, and leaves nothing of it behind.
 *
 *     within [-r FILE] SECONDS COMMAND [ARGUMENT...]
 *
 * The command leads a session of its own, so it never has a terminal, and everything that it starts
 * is in one process group and can be found again. When the time is over, or when `within` itself
 * gets a signal, the group gets SIGTERM and, if it is still there 5 seconds later, SIGKILL. If the
 * command ends by itself but leaves processes behind, these are ended in the same way.
 *
 * Exit status: that of the command; 124 if the time was over; 125 if it left something running; 127
 * if it could not be started; 128 and the signal's number if a signal ended it. FILE of -r gets the
 * seconds that it took and its processor time in seconds, such as `2.8 0.3`.
 *
 * Limit: a process that starts a session of its own escapes.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/times.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool.h"

enum {
    GRACE_MS = 5000,    /* between SIGTERM and SIGKILL */
    LEFTOVER_MS = 5000, /* for processes that are just ending when the command has ended */
    STATUS_TIMEOUT = 124,
    STATUS_LEFTOVER = 125,
    STATUS_NO_START = 127
};

static const char usage[] = "usage: within [-r FILE] SECONDS COMMAND [ARGUMENT...]";

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    told_to_end = number;
}

/* The command must not inherit signals that our caller has ignored or blocked. */
static _Noreturn void become(char **command)
{
    sigset_t none;

    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    execvp(command[0], command);
    fprintf(stderr, "within: %s: %s\n", command[0], strerror(errno));
    _exit(STATUS_NO_START);
}

static bool group_is_there(pid_t group)
{
    return kill(-group, 0) == 0 || errno == EPERM;
}

/* Orphans of the command become our children if the system supports that. Otherwise they become
   children of process 1, which on some systems reaps them only after a second or more. */
static void adopt(void)
{
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

/* Waits until the group is empty, and reaps those that are our children. */
static bool group_ends(pid_t group, int64_t milliseconds)
{
    int64_t since = tool_now(), deadline = since + milliseconds;

    for (;;) {
        while (waitpid(-group, NULL, WNOHANG) > 0) {}
        if (!group_is_there(group)) return true;
        if (tool_now() >= deadline) return false;
        tool_sleep_between(since);
    }
}

static void end_group(pid_t group)
{
    kill(-group, SIGTERM);
    if (group_ends(group, GRACE_MS)) return;
    kill(-group, SIGKILL);
    group_ends(group, GRACE_MS);
}

static int run(char **command, int64_t deadline)
{
    int status;
    int64_t since = tool_now();

    adopt();
    pid_t group = fork();
    if (group < 0) tool_die(TOOL_FAILED, "cannot start a process: %s", strerror(errno));
    if (group == 0) become(command);
    while (waitpid(group, &status, WNOHANG) == 0) {
        if (tool_now() >= deadline || told_to_end != 0) {
            end_group(group);
            return told_to_end != 0 ? 128 + (int)told_to_end : STATUS_TIMEOUT;
        }
        tool_sleep_between(since);
    }
    if (group_is_there(group) && !group_ends(group, LEFTOVER_MS)) {
        end_group(group);
        return STATUS_LEFTOVER;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The processor time of all of our reaped children, and of theirs. */
static int64_t milliseconds_used(void)
{
    struct tms used;

    if (times(&used) == (clock_t)-1) return 0;
    return (int64_t)(used.tms_cutime + used.tms_cstime) * 1000 / sysconf(_SC_CLK_TCK);
}

static void report_seconds(FILE *file, int64_t milliseconds, const char *end)
{
    fprintf(file, "%ld.%ld%s", (long)(milliseconds / 1000), (long)(milliseconds % 1000 / 100), end);
}

static void report(const char *path, int64_t milliseconds)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) tool_die(TOOL_FAILED, "%s: %s", path, strerror(errno));
    report_seconds(file, milliseconds, " ");
    report_seconds(file, milliseconds_used(), "\n");
    fclose(file);
}

int main(int argc, char **argv)
{
    const char *report_path = NULL;
    int first = 1;
    struct sigaction action = {.sa_handler = on_signal};

    tool_start("within");
    if (argc > 3 && strcmp(argv[1], "-r") == 0) {
        report_path = argv[2];
        first = 3;
    }
    if (argc - first < 2) tool_die(TOOL_USAGE, usage);
    int64_t start = tool_now();
    long seconds = tool_number("SECONDS", argv[first], 1, 86400);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    int status = run(argv + first + 1, start + 1000 * seconds);
    if (report_path != NULL) report(report_path, tool_now() - start);
    return status;
}
