#include "bucket.h"

static uint32_t share_of(uint32_t rate, uint32_t members)
{
    uint64_t share = (uint64_t)rate * BUCKET_ROOM / members;

    return share > 0 ? (uint32_t)share : 1;
}

struct bucket_rate bucket_share(struct bucket_rate rate, uint32_t members)
{
    if (members <= BUCKET_ROOM) return rate;
    return (struct bucket_rate){share_of(rate.lines, members), share_of(rate.kilobytes, members)};
}

bool bucket_is_usual(struct bucket_rate rate)
{
    return rate.lines == BUCKET_LINES && rate.kilobytes == BUCKET_KILOBYTES;
}

int64_t bucket_cost(struct bucket_rate rate, size_t size)
{
    int64_t line = 1000000 / rate.lines, bytes = (int64_t)size * 1000 / rate.kilobytes;

    return line > bytes ? line : bytes;
}

int64_t bucket_ready(const struct bucket *bucket, int64_t burst)
{
    return (bucket->paid + 999) / 1000 - burst; /* rounded up to whole milliseconds */
}

bool bucket_take(struct bucket *bucket, int64_t cost, int64_t burst, int64_t now)
{
    if (bucket_ready(bucket, burst) > now) return false;
    if (bucket->paid < 1000 * now) bucket->paid = 1000 * now;
    bucket->paid += cost;
    return true;
}

bool bucket_tells(struct bucket *bucket, int64_t now)
{
    if (now < bucket->quiet) return false;
    bucket->quiet = now + BUCKET_QUIET;
    return true;
}
