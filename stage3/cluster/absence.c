#include "absence.h"

#include <string.h>

void absence_begin(struct absence *absence, int64_t now)
{
    int64_t passed = now - absence->answered_at;

    absence->passed = passed <= ABSENCE_GAP ? passed : 0;
    absence->answered_at = now;
    for (uint32_t i = 0; i < absence->count; i++) absence->list[i].noted = false;
}

static struct absent *find(struct absence *absence, const char server[ABSENCE_ID])
{
    for (uint32_t i = 0; i < absence->count; i++) {
        struct absent *absent = &absence->list[i];
        if (memcmp(absent->server, server, ABSENCE_ID) == 0) return absent;
    }
    return NULL;
}

static void add(struct absence *absence, const char server[ABSENCE_ID], bool dead)
{
    if (absence->count == ABSENCE_LIMIT) return;
    struct absent *absent = &absence->list[absence->count++];
    *absent = (struct absent){.dead = dead, .noted = true};
    memcpy(absent->server, server, ABSENCE_ID);
}

void absence_note(struct absence *absence, const char server[ABSENCE_ID], bool dead)
{
    struct absent *absent = find(absence, server);

    if (!absent) {
        add(absence, server, dead);
        return;
    }
    /* Which one of us declared it dead does not matter, but it is from here on that we count. */
    absent->missing = absent->dead == dead ? absent->missing + absence->passed : 0;
    absent->dead = dead;
    absent->noted = true;
    absent->told = false;
}

void absence_end(struct absence *absence)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < absence->count; i++) {
        if (absence->list[i].noted) absence->list[kept++] = absence->list[i];
    }
    absence->count = kept;
}

enum absence_step absence_next(struct absence *absence, const char **server)
{
    for (uint32_t i = 0; i < absence->count; i++) {
        struct absent *absent = &absence->list[i];
        if (absent->told) continue;
        if (absent->missing < (absent->dead ? ABSENCE_GRACE : ABSENCE_DEAD)) continue;
        absent->told = true;
        *server = absent->server;
        return absent->dead ? ABSENCE_REMOVE : ABSENCE_DECLARE;
    }
    return ABSENCE_NOTHING;
}
