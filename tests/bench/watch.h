/*
 * watch: what can be measured of a process from outside, and the clock.
 *
 * The server under test is never asked: its costs are read from the system. A function that cannot
 * measure something on this system returns false, and the bench then prints "-".
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Nanoseconds since some fixed moment; never goes back. */
uint64_t watch_clock(void);

/* Nanoseconds of processor time, user and system, that the process has used so far. POSIX has
 * a clock for that (clock_getcpuclockid); where it works for other processes it is exact, not
 * counted in ticks. macOS has none: false. */
bool watch_cpu(pid_t process, uint64_t *nanoseconds);

/* The same for several together. False also if there are none. */
bool watch_cpu_of_all(const pid_t *processes, size_t count, uint64_t *nanoseconds);

/* Bytes of memory that the process has resident. From Linux's /proc; elsewhere false. */
bool watch_memory(pid_t process, uint64_t *bytes);

#endif
