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

bool pace_asks(struct pace *pace)
{
    if (pace->ahead < PACE_AHEAD || pace->asked) return false;
    pace->asked = true;
    return true;
}

bool pace_welcome(struct pace *pace, int64_t now)
{
    pace->ahead = 0;
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
