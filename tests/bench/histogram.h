/*
 * histogram: how often each latency occurred, to within 3 %, in a fixed amount of memory.
 *
 * Model: each power of two is cut into 32 equal steps, so a step is at most 1/32 of the value.
 * Adding is a few shifts and one increment: no allocation, no search.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS (60 * 32)

struct histogram {
    uint64_t total;                     /* values added */
    uint64_t counts[HISTOGRAM_BUCKETS]; /* all zero at the start: = {0} makes an empty one */
};

void histogram_add(struct histogram *h, uint64_t value);

/* The value that a share (0 to 1) of the values added does not exceed; 0 if none was added. */
uint64_t histogram_quantile(const struct histogram *h, double share);

#endif
