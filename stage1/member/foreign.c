/* The contract is in foreign.h. A ring holds the hashes of own lines, and 0 where one came back. */
#include "foreign.h"

#include <stdio.h>

#include "base/hash.h"

bool foreign_speaks(const struct foreign *foreign)
{
    return !foreign->ours && foreign->speaks;
}

int64_t foreign_hello_sent(struct foreign *foreign, int64_t now)
{
    foreign->silent++;
    if (foreign->silent == FOREIGN_TRIES && !foreign->speaks) {
        foreign->speak_at = now + FOREIGN_FIRST;
    }
    foreign->pause = foreign->pause == 0 ? FOREIGN_FIRST : 2 * foreign->pause;
    if (foreign->pause > FOREIGN_MOST) foreign->pause = FOREIGN_MOST;
    return foreign->pause;
}

unsigned foreign_refused(struct foreign *foreign)
{
    unsigned lines = foreign->lines;

    foreign->silent = 0;
    foreign->pause = 0;
    foreign->speak_at = 0;
    foreign->speaks = foreign->believed = false;
    foreign->lines = 0;
    return lines;
}

int64_t foreign_due(const struct foreign *foreign)
{
    return !foreign->ours && foreign->speak_at != 0 ? foreign->speak_at : FOREIGN_NEVER;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t foreign_next(const struct foreign *foreign, bool holds)
{
    int64_t next = foreign_due(foreign);

    if (!foreign_speaks(foreign)) return next;
    if (foreign->end_at != 0) next = earlier(next, foreign->end_at);
    return holds ? earlier(next, foreign->line_at) : next;
}

bool foreign_tick(struct foreign *foreign, int64_t now)
{
    if (now < foreign_due(foreign)) return false;
    foreign->speak_at = 0;
    return true;
}

void foreign_speak(struct foreign *foreign)
{
    foreign->speak_at = 0;
    foreign->speaks = true;
}

/* Hashes a text and the name of its sender. The key is no secret: a collision only hides a line. */
static uint64_t hash_of(struct text name, struct text text)
{
    static const struct hash_key of_name = {{1, 2}};
    struct hash_key of_text = {{3, hash_bytes(&of_name, name.bytes, name.size)}};

    return hash_bytes(&of_text, text.bytes, text.size);
}

struct text foreign_said(struct foreign *foreign, struct text name, struct text text, int64_t now,
                         char marked[FOREIGN_MARKED])
{
    if (foreign->ours) return name;
    foreign->said[foreign->said_count++ % FOREIGN_MEMORY] = hash_of(name, text);
    foreign->lines++;
    foreign->line_at = now + FOREIGN_PACE;
    if (foreign->believed) return name;
    int size = snprintf(marked, FOREIGN_MARKED, "%.*s (unconfirmed)", (int)name.size, name.bytes);
    return (struct text){marked, (size_t)size};
}

/* Each own line comes back once, so a line that is found is removed. */
static bool came_back(struct foreign *foreign, struct text name, struct text text)
{
    unsigned kept = foreign->said_count < FOREIGN_MEMORY ? foreign->said_count : FOREIGN_MEMORY;
    uint64_t hash = hash_of(name, text);

    for (unsigned i = 0; i < kept; i++) {
        if (foreign->said[i] != hash) continue;
        foreign->said[i] = 0;
        return true;
    }
    return false;
}

const char *foreign_heard(struct foreign *foreign, struct text our_name, struct text name,
                          struct text text, bool *own)
{
    const char *news = foreign->believed ? NULL
        : foreign->speaks ? "lines come from %s port %u: yours are no longer marked"
        : "no welcome from %s port %u, but lines come from there: what you type is sent";

    foreign_speak(foreign);
    foreign->believed = true;
    foreign->lines = 0;
    *own = text.size == 0 ? text_equal(name, our_name) : came_back(foreign, name, text);
    return news;
}

enum foreign_end foreign_finish(struct foreign *foreign, int64_t now)
{
    if (foreign->end_at == 0) foreign->end_at = now + FOREIGN_LINGER;
    if (foreign->believed && foreign->lines == 0) return FOREIGN_SURE;
    if (now < foreign->end_at) return FOREIGN_WAITS;
    if (foreign->believed) return FOREIGN_SURE;
    return foreign->lines > 0 ? FOREIGN_UNSURE : FOREIGN_NOBODY;
}
