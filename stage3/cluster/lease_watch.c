#include "lease_watch.h"

#include <string.h>

void lease_watch_begin(struct lease_watch *lease_watch, int64_t now)
{
    int64_t passed = now - lease_watch->answered_at;

    lease_watch->passed = passed <= LEASE_WATCH_GAP ? passed : 0;
    lease_watch->answered_at = now;
    for (uint32_t i = 0; i < lease_watch->count; i++) lease_watch->list[i].noted = false;
}

static struct absent *find(struct lease_watch *lease_watch, const char server[LEASE_WATCH_ID])
{
    for (uint32_t i = 0; i < lease_watch->count; i++) {
        struct absent *absent = &lease_watch->list[i];
        if (memcmp(absent->server, server, LEASE_WATCH_ID) == 0) return absent;
    }
    return NULL;
}

void lease_watch_note(struct lease_watch *lease_watch, const char server[LEASE_WATCH_ID], bool dead)
{
    struct absent *absent = find(lease_watch, server);

    if (!absent) {
        if (lease_watch->count == LEASE_WATCH_LIMIT) return;
        absent = &lease_watch->list[lease_watch->count++];
        *absent = (struct absent){.dead = dead, .noted = true};
        memcpy(absent->server, server, LEASE_WATCH_ID);
        return;
    }
    /* Any server may have declared it dead; the time since then counts from this answer on. */
    absent->missing = absent->dead == dead ? absent->missing + lease_watch->passed : 0;
    absent->dead = dead;
    absent->noted = true;
    absent->told = false;
}

void lease_watch_end(struct lease_watch *lease_watch)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < lease_watch->count; i++) {
        if (lease_watch->list[i].noted) lease_watch->list[kept++] = lease_watch->list[i];
    }
    lease_watch->count = kept;
}

enum lease_watch_step lease_watch_next(struct lease_watch *lease_watch, const char **server)
{
    for (uint32_t i = 0; i < lease_watch->count; i++) {
        struct absent *absent = &lease_watch->list[i];
        if (absent->told) continue;
        if (absent->missing < (absent->dead ? LEASE_WATCH_GRACE : LEASE_WATCH_DEAD)) continue;
        absent->told = true;
        *server = absent->server;
        return absent->dead ? LEASE_WATCH_REMOVE : LEASE_WATCH_DECLARE;
    }
    return LEASE_WATCH_NOTHING;
}
