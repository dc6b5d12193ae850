#include "wheel.h"

#include <stdlib.h>

bool wheel_create(struct wheel *wheel, uint32_t limit, int64_t now)
{
    *wheel = (struct wheel){.timers = calloc(limit, sizeof *wheel->timers),
                            .tick = now / WHEEL_TICK};
    for (int i = 0; i < WHEEL_SLOTS; i++) wheel->first[i] = WHEEL_NONE;
    return wheel->timers != NULL;
}

void wheel_destroy(struct wheel *wheel)
{
    free(wheel->timers);
    wheel->timers = NULL;
}

void wheel_set(struct wheel *wheel, uint32_t timer, int64_t at)
{
    int64_t tick = at / WHEEL_TICK + 1; /* a timer never expires too early */

    if (tick < wheel->tick) tick = wheel->tick;
    if (tick >= wheel->tick + WHEEL_SLOTS) tick = wheel->tick + WHEEL_SLOTS - 1;
    uint32_t slot = (uint32_t)(tick % WHEEL_SLOTS), next = wheel->first[slot];
    wheel->timers[timer] = (struct wheel_timer){next, WHEEL_NONE, slot + 1};
    if (next != WHEEL_NONE) wheel->timers[next].previous = timer;
    wheel->first[slot] = timer;
    wheel->count++;
}

void wheel_clear(struct wheel *wheel, uint32_t timer)
{
    struct wheel_timer *old = &wheel->timers[timer];

    if (old->slot == 0) return;
    if (old->next != WHEEL_NONE) wheel->timers[old->next].previous = old->previous;
    if (old->previous != WHEEL_NONE) wheel->timers[old->previous].next = old->next;
    else wheel->first[old->slot - 1] = old->next;
    old->slot = 0;
    wheel->count--;
}

bool wheel_is_set(const struct wheel *wheel, uint32_t timer)
{
    return wheel->timers[timer].slot != 0;
}

uint32_t wheel_take(struct wheel *wheel, int64_t now)
{
    int64_t last = now / WHEEL_TICK;

    /* After a long pause, one turn of the wheel is enough. */
    if (last - wheel->tick > WHEEL_SLOTS) wheel->tick = last - WHEEL_SLOTS;
    for (; wheel->tick <= last; wheel->tick++) {
        uint32_t timer = wheel->first[wheel->tick % WHEEL_SLOTS];
        if (timer == WHEEL_NONE) continue;
        wheel_clear(wheel, timer);
        return timer;
    }
    return WHEEL_NONE;
}

int64_t wheel_due(const struct wheel *wheel)
{
    return wheel->count > 0 ? wheel->tick * WHEEL_TICK : INT64_MAX;
}
