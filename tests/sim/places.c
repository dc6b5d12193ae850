#include "places.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dice.h"
#include "sim.h"

enum { PORT = 20000 };

struct place {
    uint32_t owner;
    struct proof {
        uint64_t session;
        uint32_t life;  /* of the server */
    } *proofs;          /* owned: the sessions for which the place is proved */
    size_t count;
};

static struct place *places;
static uint32_t count, room, life;

void places_begin(void)
{
    places = NULL;
    count = room = life = 0;
}

void places_end(void)
{
    for (uint32_t i = 0; i < count; i++) free(places[i].proofs);
    free(places);
    places_begin();
}

uint32_t place_new(uint32_t owner)
{
    uint32_t old = count > 0 ? dice_below(count) : 0;

    if (old > 0 && places[old].owner == NOBODY && dice_percent(30)) { /* 0 is the thief's */
        places[old].owner = owner;
        return old;
    }
    if (count == room) {
        room = room ? 2 * room : 64;
        places = realloc(places, room * sizeof *places);
        if (!places) abort();
    }
    places[count] = (struct place){.owner = owner};
    return count++;
}

void place_leave(uint32_t place)
{
    places[place].owner = NOBODY;
}

uint32_t place_owner(uint32_t place)
{
    return places[place].owner;
}

uint32_t place_any(void)
{
    return dice_below(count);
}

/* 10.x.y.z or 2001:db8::x:y, alternately. */
struct address place_address(uint32_t place)
{
    struct address address;

    memset(&address, 0, sizeof address);
    if (place % 2 == 0) {
        address.size = sizeof address.is.v4;
        address.is.v4.sin_family = AF_INET;
        address.is.v4.sin_port = htons(PORT);
        address.is.v4.sin_addr.s_addr = htonl(UINT32_C(0x0A000000) + place);
    } else {
        address.size = sizeof address.is.v6;
        address.is.v6.sin6_family = AF_INET6;
        address.is.v6.sin6_port = htons(PORT);
        wire_put32(&address.is.v6.sin6_addr.s6_addr[0], UINT32_C(0x20010DB8));
        wire_put32(&address.is.v6.sin6_addr.s6_addr[4], place);
    }
    return address;
}

uint32_t place_at(const struct address *address)
{
    uint32_t place = address->is.any.sa_family == AF_INET
        ? ntohl(address->is.v4.sin_addr.s_addr) - UINT32_C(0x0A000000)
        : wire_get32(&address->is.v6.sin6_addr.s6_addr[4]);
    struct address same = place_address(place);

    if (place >= count || !address_equal(&same, address)) fail("an address that never was");
    return place;
}

void place_prove(uint32_t index, uint64_t session)
{
    struct place *place = &places[index];

    if (place_proved(index, session)) return;
    place->proofs = realloc(place->proofs, (place->count + 1) * sizeof *place->proofs);
    if (!place->proofs) abort();
    place->proofs[place->count++] = (struct proof){session, life};
}

void places_forget(void)
{
    life++;
}

static bool has_proof(const struct place *place, uint64_t session, uint32_t since)
{
    for (size_t i = place->count; i-- > 0;) {
        if (place->proofs[i].session == session && place->proofs[i].life >= since) return true;
    }
    return false;
}

bool place_proved(uint32_t place, uint64_t session)
{
    return has_proof(&places[place], session, life);
}

bool place_proved_once(uint32_t place, uint64_t session)
{
    return has_proof(&places[place], session, 0);
}
