#include "packet.h"

#include <string.h>

#include "base/bytes.h"

enum { WINDOW = 64 }; /* counters: the number of bits in `seen` */

bool packet_session(const void *packet, size_t size, uint64_t *session)
{
    if (size < PACKET_EXTRA || size > PACKET_LIMIT) return false;
    *session = wire_get64(packet);
    return true;
}

size_t packet_seal(void *packet, size_t size, uint64_t session, uint64_t counter,
                   const unsigned char key[SEAL_KEY])
{
    unsigned char *bytes = packet;

    wire_put64(bytes, session);
    wire_put64(bytes + 8, counter);
    seal(key, counter, (struct span){bytes, PACKET_HEAD}, (struct span){bytes + PACKET_HEAD, size},
         bytes + PACKET_HEAD);
    return size + PACKET_EXTRA;
}

bool packet_open(void *packet, size_t size, const unsigned char key[SEAL_KEY], uint64_t *counter)
{
    unsigned char *bytes = packet;

    *counter = wire_get64(bytes + 8);
    return seal_open(key, *counter, (struct span){bytes, PACKET_HEAD},
                     (struct span){bytes + PACKET_HEAD, size - PACKET_HEAD}, bytes + PACKET_HEAD);
}

/* --- announcements --- */

enum { ANNOUNCED = PACKET_HEAD + SEAL_ID }; /* bytes that are not sealed */

/* The associated data of the seal: all bytes that are not sealed, and the id of the start
   before. */
static void bind(const void *packet, const unsigned char *before,
                 unsigned char out[ANNOUNCED + SEAL_ID])
{
    memcpy(out, packet, ANNOUNCED);
    memcpy(out + ANNOUNCED, before, SEAL_ID);
}

void packet_announce(const struct announcement *announcement, const unsigned char key[SEAL_KEY],
                     void *packet)
{
    unsigned char *bytes = packet, bound[ANNOUNCED + SEAL_ID];
    uint64_t counter = announcement->counter | PACKET_ANNOUNCES;

    wire_put64(bytes, announcement->session);
    wire_put64(bytes + 8, counter);
    memcpy(bytes + PACKET_HEAD, announcement->id, SEAL_ID);
    bind(packet, announcement->before, bound);
    wire_put64(bytes + ANNOUNCED, announcement->end);
    wire_put64(bytes + ANNOUNCED + 8, announcement->accepted);
    seal(key, counter, (struct span){bound, sizeof bound}, (struct span){bytes + ANNOUNCED, 16},
         bytes + ANNOUNCED);
}

bool packet_announces(const void *packet, size_t size, struct announcement *announcement)
{
    const unsigned char *bytes = packet;

    if (size != PACKET_ANNOUNCEMENT || !(wire_get64(bytes + 8) & PACKET_ANNOUNCES)) return false;
    *announcement = (struct announcement){.session = wire_get64(bytes),
                                          .counter = wire_get64(bytes + 8) & ~PACKET_ANNOUNCES,
                                          .id = bytes + PACKET_HEAD};
    return true;
}

bool packet_open_announcement(const void *packet, const unsigned char key[SEAL_KEY],
                              struct announcement *announcement)
{
    const unsigned char *bytes = packet;
    unsigned char bound[ANNOUNCED + SEAL_ID], opened[16];

    bind(packet, announcement->before, bound);
    if (!seal_open(key, wire_get64(bytes + 8), (struct span){bound, sizeof bound},
                   (struct span){bytes + ANNOUNCED, PACKET_ANNOUNCEMENT - ANNOUNCED},
                   opened)) return false;
    announcement->end = wire_get64(opened);
    announcement->accepted = wire_get64(opened + 8);
    return true;
}

/* --- counters that have been seen --- */

bool window_has(const struct window *window, uint64_t counter)
{
    if (counter > window->highest) return false;
    uint64_t age = window->highest - counter;
    return age >= WINDOW || (window->seen >> age & 1) != 0;
}

void window_add(struct window *window, uint64_t counter)
{
    if (counter > window->highest) {
        uint64_t step = counter - window->highest;
        window->seen = step < WINDOW ? window->seen << step : 0;
        window->highest = counter;
    }
    uint64_t age = window->highest - counter;
    if (age < WINDOW) window->seen |= UINT64_C(1) << age;
}

void window_close(struct window *window)
{
    window->seen = UINT64_MAX;
}
