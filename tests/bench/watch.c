#include "watch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t nanoseconds_of(const struct timespec *t)
{
    return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

uint64_t watch_clock(void)
{
    struct timespec t = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return nanoseconds_of(&t);
}

bool watch_cpu(pid_t process, uint64_t *nanoseconds)
{
#if defined(_POSIX_CPUTIME) && _POSIX_CPUTIME >= 0
    clockid_t id;
    struct timespec t;

    if (clock_getcpuclockid(process, &id) != 0 || clock_gettime(id, &t) == -1) return false;
    *nanoseconds = nanoseconds_of(&t);
    return true;
#else
    (void)process;
    (void)nanoseconds;
    return false;
#endif
}

bool watch_cpu_of_all(const pid_t *processes, size_t count, uint64_t *nanoseconds)
{
    uint64_t one;

    *nanoseconds = 0;
    for (size_t i = 0; i < count; i++) {
        if (!watch_cpu(processes[i], &one)) return false;
        *nanoseconds += one;
    }
    return count > 0;
}

/* Finds "KEY: 123 kB" in one of the files that describe a process. */
static bool kilobytes(pid_t process, const char *file, const char *key, uint64_t *bytes)
{
    char path[64];
    char line[256];
    unsigned long found = 0;
    bool ok = false;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)process, file);
    f = fopen(path, "r");
    if (f == NULL) return false;
    while (!ok && fgets(line, sizeof line, f) != NULL)
        ok =
            strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), " %lu", &found) == 1;
    fclose(f);
    *bytes = (uint64_t)found * 1024;
    return ok;
}

/* VmRSS in status is kept in a counter for each processor and can be off by hundreds of
 * kilobytes; the rollup counts the pages. */
bool watch_memory(pid_t process, uint64_t *bytes)
{
    return kilobytes(process, "smaps_rollup", "Rss:", bytes)
           || kilobytes(process, "status", "VmRSS:", bytes);
}
