/*
 * await: waits until something has happened, with a bound.
 *
 *     await SECONDS FILE COUNT TEXT [PID [START]]   until COUNT lines of FILE contain TEXT
 *     await SECONDS gone PID                        until the process has ended
 *
 * It ends with 0 as soon as that is so, and with 1 when the seconds are over, or when process PID,
 * which writes FILE, has ended without it. With START it ends with 3 as soon as FILE has a line
 * that does not begin so. A file that does not exist yet has no lines, and a line counts when its
 * end has been written.
 *
 * It polls every 10 ms, because there is no portable way to be notified.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "tool.h"

enum { ANOTHER_LINE = 3 };

static const char usage[] =
    "usage: await SECONDS FILE COUNT TEXT [PID [START]] | await SECONDS gone PID";

/* What to wait for in a file. */
struct wanted {
    const char *path, *text;
    long count;
    long writer;       /* or 0 */
    const char *start; /* or NULL */
};

/* Counts the lines that contain the text. `other`: a line does not begin as expected. */
static long count_lines(const char *path, const char *text, const char *start, bool *other)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t space = 0;
    long count = 0;

    if (file == NULL) return 0;
    for (ssize_t size; (size = getline(&line, &space, file)) > 0;) {
        if (line[size - 1] != '\n') break;
        line[size - 1] = '\0';
        if (strstr(line, text) != NULL) count++;
        if (start != NULL && strncmp(line, start, strlen(start)) != 0) *other = true;
    }
    free(line);
    fclose(file);
    return count;
}

/*
 * A process that has ended keeps its number until its parent has asked for its status. With a /proc
 * as on Linux, such a process has the state Z, which stands after the name in brackets.
 */
static bool is_zombie(long pid)
{
    char path[64], text[512];

    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    const char *state = strrchr(text, ')');
    return state != NULL && strncmp(state, ") Z", 3) == 0;
}

static bool is_gone(long pid)
{
    return (kill((pid_t)pid, 0) != 0 && errno == ESRCH) || is_zombie(pid);
}

/* The end of the process is checked before the file, so that its last output is seen. */
static int await_lines(const struct wanted *wanted, int64_t deadline)
{
    int64_t since = tool_now();

    for (;;) {
        bool ended = wanted->writer != 0 && is_gone(wanted->writer), other = false;
        long count = count_lines(wanted->path, wanted->text, wanted->start, &other);

        if (count >= wanted->count) return 0;
        if (other) return ANOTHER_LINE;
        if (ended || tool_now() >= deadline) return TOOL_FAILED;
        tool_sleep_between(since);
    }
}

static int await_end(long pid, int64_t deadline)
{
    int64_t since = tool_now();

    while (!is_gone(pid)) {
        if (tool_now() >= deadline) return TOOL_FAILED;
        tool_sleep_between(since);
    }
    return 0;
}

int main(int argc, char **argv)
{
    tool_start("await");
    bool process = argc == 4 && strcmp(argv[2], "gone") == 0;
    if (!process && (argc < 5 || argc > 7)) tool_die(TOOL_USAGE, usage);

    int64_t deadline = tool_now() + 1000 * tool_number("SECONDS", argv[1], 0, 86400);
    if (process) return await_end(tool_number("PID", argv[3], 1, 0x7fffffff), deadline);
    struct wanted wanted = {.path = argv[2], .text = argv[4]};
    wanted.count = tool_number("COUNT", argv[3], 0, 0x7fffffff);
    if (argc > 5) wanted.writer = tool_number("PID", argv[5], 1, 0x7fffffff);
    if (argc > 6) wanted.start = argv[6];
    return await_lines(&wanted, deadline);
}
