/*
 * result: the result of one measurement, printed as a line of CSV.
 *
 * Model: result_begin and result_end stand around the measurement and read the clock and the
 * server's processor time, result_print writes the line. The caller counts what happens between
 * them. If work remains after the last delivery, which belongs to the cost but not to the time
 * taken, result_delivered marks the time of that delivery.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "options.h"

struct result {
    uint64_t start, end; /* by watch_clock */
    uint64_t done, lost; /* deliveries, or joins */
    uint64_t received, sent; /* datagrams, by all members together */
    bool cpu_known;
    uint64_t cpu; /* nanoseconds that the servers used from start to end, together */
    bool helper_known;
    uint64_t helper; /* the same for the helper */
    struct histogram latencies; /* nanoseconds */

    /* Not of one measurement; result_begin leaves these alone. */
    bool memory_known;
    uint64_t memory_empty; /* bytes, before the first member */
    uint64_t memory_joined;
};

void result_begin(struct result *r, const struct options *o);
void result_delivered(struct result *r);
void result_end(struct result *r, const struct options *o);

/* The names of the columns. */
void result_print_header(void);

/* One line, at once. */
void result_print(const struct result *r, const struct options *o);

#endif
