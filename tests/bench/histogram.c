/*
 * Values below 64 have a bucket each. Above, the six highest bits of a value are kept (32 to 63)
 * and the number of bits shifted out says which row of 32 buckets they are in.
 */
#include "histogram.h"

#include <stddef.h>

static size_t bucket_of(uint64_t value)
{
    size_t shifted = 0;

    while (value >= 64) {
        value >>= 1;
        shifted++;
    }
    return shifted * 32 + (size_t)value; /* at most 58 * 32 + 63, the last bucket */
}

/* The middle of the values that share the bucket. */
static uint64_t value_of(size_t bucket)
{
    size_t shifted = bucket < 64 ? 0 : bucket / 32 - 1;
    uint64_t low = (uint64_t)(bucket - shifted * 32) << shifted;

    return low + ((uint64_t)1 << shifted) / 2;
}

void histogram_add(struct histogram *h, uint64_t value)
{
    h->counts[bucket_of(value)]++;
    h->total++;
}

uint64_t histogram_quantile(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)h->total);
    uint64_t seen = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen > wanted || (seen == h->total && seen > 0)) return value_of(i);
    }
    return 0;
}
