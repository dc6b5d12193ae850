#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "actor.h"
#include "base/bytes.h"
#include "counters.h"
#include "dice.h"
#include "places.h"
#include "queue.h"
#include "sim.h"
#include "wire/packet.h"

enum { RECORDED = 64 };

static struct {
    enum event_kind kind;
    uint32_t place;
    unsigned char bytes[PACKET_LIMIT];
    size_t size;
} recorded[RECORDED]; /* at random places, so a new one may replace any older one */
static uint32_t recorded_count;
static uint32_t thief; /* a place */
static int64_t all_cut;
static int64_t *cut; /* of each actor */

void path_begin(void)
{
    recorded_count = 0;
    all_cut = 0;
    cut = calloc(sim.plan.actors, sizeof *cut);
    if (!cut) abort();
    thief = place_new(NOBODY);
}

void path_end(void)
{
    free(cut);
}

void path_cut(uint32_t actor, int64_t until)
{
    if (actor == NOBODY) all_cut = until;
    else cut[actor] = until;
}

void path_mend(void)
{
    all_cut = 0;
    memset(cut, 0, sim.plan.actors * sizeof *cut);
}

bool path_is_cut(uint32_t actor)
{
    return sim.now < all_cut || (actor != NOBODY && sim.now < cut[actor]);
}

int64_t path_delay(void)
{
    int64_t delay = (int64_t)sim.plan.delay + (int64_t)dice_below(sim.plan.spread + 1);

    if (dice_percent(sim.plan.late)) delay += (int64_t)dice_below(sim.plan.lateness);
    return delay;
}

static void record(enum event_kind kind, uint32_t place, const void *bytes, size_t size)
{
    uint32_t slot = recorded_count++;

    if (slot >= RECORDED) slot = dice_below(RECORDED);
    recorded[slot].kind = kind;
    recorded[slot].place = place;
    recorded[slot].size = size;
    memcpy(recorded[slot].bytes, bytes, size);
}

/* A datagram to a client. An attacker that lets the server probe his own place, passes the probe to
   the client and its answer to the server is only a part of the path between them. So a recorded
   probe is sent again only to the place it went to. */
static bool may_record(enum event_kind kind, uint32_t place, const void *bytes)
{
    if (kind == EVENT_UP) return true;
    return place_owner(place) != NOBODY && actor_session(place_owner(place)) == wire_get64(bytes);
}

static void put(enum event_kind kind, uint32_t place, const void *bytes, size_t size)
{
    struct event event = {.at = sim.now + path_delay(), .kind = kind, .place = place};
    unsigned char copy[PACKET_LIMIT];

    memcpy(copy, bytes, size);
    if (dice_percent(sim.plan.spoilt)) {
        uint32_t where = dice_below((uint32_t)size);
        copy[where] ^= (unsigned char)dice_between(1, 255);
    }
    queue_put_bytes(event, copy, size);
}

static void send_on(enum event_kind kind, uint32_t place, const void *bytes, size_t size)
{
    if (size > PACKET_SEND_LIMIT) fail("a datagram of %lu bytes", (unsigned long)size);
    note("    %s place %u, %lu bytes", kind == EVENT_UP ? "from" : "to", (unsigned)place,
         (unsigned long)size);
    if (sim.plan.replay_every > 0 && may_record(kind, place, bytes)) {
        record(kind, place, bytes, size);
    }
    if (path_is_cut(place_owner(place)) || dice_percent(sim.plan.loss)) return;
    if (kind == EVENT_UP && dice_percent(sim.plan.stolen)) place = thief;
    put(kind, place, bytes, size);
    if (dice_percent(sim.plan.doubled)) put(kind, place, bytes, size);
}

void path_up(uint32_t place, const void *bytes, size_t size)
{
    sim.counts.up++;
    /* A client's counter goes on through a session, also under another start of the server. */
    counters_look(wire_get64(bytes), bytes, size);
    send_on(EVENT_UP, place, bytes, size);
}

void path_down(uint32_t place, const void *bytes, size_t size)
{
    sim.counts.down++;
    send_on(EVENT_DOWN, place, bytes, size);
}

void path_replay(void)
{
    uint32_t had = recorded_count < RECORDED ? recorded_count : RECORDED;

    if (had == 0) return;
    uint32_t slot = dice_below(had), place = recorded[slot].place;
    struct announcement announcement;
    bool probe = recorded[slot].size == PACKET_EXTRA
        || packet_announces(recorded[slot].bytes, recorded[slot].size, &announcement);
    if (!probe && dice_percent(40)) place = dice_percent(50) ? thief : place_any();
    note("somebody repeats a datagram %s place %u", recorded[slot].kind == EVENT_UP ? "from" : "to",
         (unsigned)place);
    put(recorded[slot].kind, place, recorded[slot].bytes, recorded[slot].size);
}
