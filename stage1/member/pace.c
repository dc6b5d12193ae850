#include "pace.h"

#include <string.h>

void pace_hold(struct pace *pace, struct text line)
{
    if (line.size > 0) memmove(pace->held, line.bytes, line.size);
    pace->held_size = line.size;
    pace->holds = true;
}

bool pace_release(struct pace *pace, struct text *line)
{
    if (!pace->holds) return false;
    *line = (struct text){pace->held, pace->held_size};
    pace->holds = false;
    return true;
}

void pace_obey(struct pace *pace, struct bucket_rate rate)
{
    pace->rate = rate;
}

void pace_sent(struct pace *pace, size_t size, bool line, int64_t now)
{
    struct bucket_rate usual = {BUCKET_LINES, BUCKET_KILOBYTES};
    int64_t cost = bucket_cost(pace->rate.lines > 0 ? pace->rate : usual, size);

    bucket_take(&pace->bucket, cost, INT32_MAX, now); /* a hello does not wait, but it counts */
    if (!line) return;
    pace->ahead++;
    pace->ahead_cost += cost;
}

static bool is_ahead(const struct pace *pace)
{
    return pace->ahead >= PACE_AHEAD || pace->ahead_cost >= PACE_AHEAD_TIME;
}

bool pace_allows(const struct pace *pace, int64_t now)
{
    return !is_ahead(pace) && bucket_ready(&pace->bucket, PACE_BURST) <= now;
}

int64_t pace_due(const struct pace *pace)
{
    if (!pace->holds || is_ahead(pace)) return INT64_MAX;
    return bucket_ready(&pace->bucket, PACE_BURST);
}

bool pace_asks(struct pace *pace)
{
    if (!is_ahead(pace) || pace->asked) return false;
    pace->asked = true;
    return true;
}

bool pace_welcome(struct pace *pace, int64_t now)
{
    pace->ahead = 0;
    pace->ahead_cost = 0;
    pace->rate = (struct bucket_rate){0, 0};
    pace->asked = false;
    if (pace->give_up_at != 0) pace->give_up_at = now + PACE_GIVE_UP;
    return pace->last_hello;
}

enum pace_end pace_finish(struct pace *pace, bool all_taken, int64_t now)
{
    if (pace->give_up_at == 0) pace->give_up_at = now + PACE_GIVE_UP;
    if (now >= pace->give_up_at) return PACE_OVER;
    if (!all_taken || pace->last_hello) return PACE_WAIT;
    pace->last_hello = true;
    return PACE_HELLO;
}
