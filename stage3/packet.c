#include "packet.h"

#include "wire.h"

enum { WINDOW = 64 }; /* counters, as many as `seen` has bits */

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
    seal(key, counter, bytes, PACKET_HEAD, bytes + PACKET_HEAD, size, bytes + PACKET_HEAD);
    return size + PACKET_EXTRA;
}

bool packet_open(void *packet, size_t size, const unsigned char key[SEAL_KEY], uint64_t *counter)
{
    unsigned char *bytes = packet;

    *counter = wire_get64(bytes + 8);
    return unseal(key, *counter, bytes, PACKET_HEAD, bytes + PACKET_HEAD, size - PACKET_HEAD,
                  bytes + PACKET_HEAD);
}

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
