#include "progress.h"

#include <stdio.h>

void progress_start(struct progress *progress, int64_t now)
{
    *progress = (struct progress){.since = now};
}

size_t progress_look(struct progress *progress, size_t unacked, int64_t now)
{
    if (unacked != progress->unacked) {
        if (unacked < progress->unacked || progress->unacked == 0) progress->since = now;
        progress->unacked = unacked;
    }
    return now - progress->since >= PROGRESS_MOMENT || progress->shown > 0 ? unacked : 0;
}

size_t progress_prompt(struct progress *progress, struct text user, size_t lines,
                       char out[PROGRESS_PROMPT])
{
    progress->shown = lines;
    if (lines == 0) {
        return (size_t)snprintf(out, PROGRESS_PROMPT, "%.*s> ", (int)user.size, user.bytes);
    }
    return (size_t)snprintf(out, PROGRESS_PROMPT, "%.*s (%zu on the way)> ", (int)user.size,
                            user.bytes, lines);
}

bool progress_stuck(const struct progress *progress, int64_t now)
{
    return progress->unacked > 0 && now - progress->since >= PROGRESS_GIVE_UP;
}

int64_t progress_due(const struct progress *progress, int64_t now)
{
    int64_t wait = progress->shown == 0 ? PROGRESS_MOMENT : PROGRESS_GIVE_UP;

    if (progress->unacked == 0 || now - progress->since >= wait) return PROGRESS_NEVER;
    return progress->since + wait;
}
