/* links: stage1/base/bucket.c */
/*
 * bucket: what one member may send at once, and in the long run.
 */
#include "base/bucket.h"

#include "tap.h"

static const struct bucket_rate usual = {BUCKET_LINES, BUCKET_KILOBYTES};

/* Takes as many lines of that size as it can in `time` milliseconds, and tries ten in each. */
static unsigned taken_in(struct bucket *bucket, struct bucket_rate rate, size_t size, int64_t from,
                         int64_t time)
{
    unsigned taken = 0;

    for (int64_t now = from; now < from + time; now++) {
        for (int i = 0; i < 10; i++) {
            taken += bucket_take(bucket, bucket_cost(rate, size), BUCKET_BURST, now);
        }
    }
    return taken;
}

static void at_once(void)
{
    struct bucket bucket = {0, 0};
    unsigned taken = 0;

    while (bucket_take(&bucket, bucket_cost(usual, 20), BUCKET_BURST, 5000000)) taken++;
    ok(taken == 2001, "a full bucket takes 2000 short lines at once, and one more: %u", taken);
    ok(!bucket_take(&bucket, 1000, BUCKET_BURST, 5000000)
           && bucket_ready(&bucket, BUCKET_BURST) == 5000001,
       "an empty bucket makes a line wait a millisecond");
    ok(bucket_take(&bucket, 1000, BUCKET_BURST, 5000001)
           && !bucket_take(&bucket, 1000, BUCKET_BURST, 5000001),
       "a millisecond is worth just one line");
    bucket = (struct bucket){0, 0};
    taken = 0;
    while (bucket_take(&bucket, bucket_cost(usual, 4000), BUCKET_BURST, 5000000)) taken++;
    ok(taken == 501, "a full bucket takes two megabytes in long lines: %u of 4000 bytes", taken);
}

static void for_long(void)
{
    struct bucket bucket = {0, 0};

    taken_in(&bucket, usual, 20, 1000, 3000);
    unsigned lines = taken_in(&bucket, usual, 20, 4000, 60000);
    ok(lines == 60000, "a bucket takes 1000 lines a second for a minute: %u", lines);
    lines = taken_in(&bucket, usual, 4000, 64000, 60000);
    ok(lines >= 14999 && lines <= 15001,
       "a bucket takes a megabyte a second for a minute: %u lines of 4000 bytes", lines);
    lines = taken_in(&bucket, (struct bucket_rate){7, 1000}, 20, 1000000, 60000);
    ok(lines >= 7 * 62 && lines <= 7 * 62 + 1,
       "a rate of 7 takes 7 lines a second, and what 2 s are worth: %u", lines);
    bucket = (struct bucket){0, 0};
    lines = taken_in(&bucket, (struct bucket_rate){1000, 1}, 4096, 1000, 60000);
    ok(lines == 16, "a line is taken even if it alone is worth more than a burst: %u", lines);
    bucket = (struct bucket){0, 0};
    ok(bucket_take(&bucket, 1000, BUCKET_BURST, 1000) && bucket.paid == 1001000,
       "a bucket that was quiet for long saves up no more than a burst");
}

static void shares(void)
{
    struct bucket_rate rate = bucket_share(usual, 100);

    ok(bucket_is_usual(rate), "each of a hundred members has the whole rate");
    rate = bucket_share(usual, 1000);
    ok(rate.lines == 100 && rate.kilobytes == 100 && !bucket_is_usual(rate),
       "each of a thousand members has a tenth of the rate");
    rate = bucket_share(usual, 1000000);
    ok(rate.lines == 1 && rate.kilobytes == 1, "each member has at least one line a second");
    rate = bucket_share((struct bucket_rate){BUCKET_LARGEST, BUCKET_LARGEST}, 101);
    ok(rate.lines == 990099 && rate.kilobytes == 990099, "the largest rate has shares, too");
    ok(bucket_cost((struct bucket_rate){BUCKET_LARGEST, BUCKET_LARGEST}, 4096) == 4
           && bucket_cost((struct bucket_rate){BUCKET_LARGEST, BUCKET_LARGEST}, 0) == 1,
       "a line at the largest rate costs a microsecond, or one for each kilobyte");
}

static void notices(void)
{
    struct bucket bucket = {0, 0};
    unsigned told = 0;

    for (int64_t now = 5000; now < 15000; now++) told += bucket_tells(&bucket, now);
    ok(told == 10, "a member is told at most once a second: %u in ten", told);
}

int main(void)
{
    plan(15);
    at_once();
    for_long();
    shares();
    notices();
    return done();
}
