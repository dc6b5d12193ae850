#include "counters.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "sim.h"
#include "wire/packet.h"

struct used {
    uint64_t key;  /* of the key and the counter; 0: free */
    uint64_t tag;  /* the end of the datagram */
};

static struct used *table; /* open addressing, half full at most */
static size_t size_of_table, count;

void counters_begin(void)
{
    size_of_table = 1024;
    count = 0;
    table = calloc(size_of_table, sizeof *table);
    if (!table) abort();
}

void counters_end(void)
{
    free(table);
}

static struct used *find(uint64_t key)
{
    size_t at = (size_t)(key & (size_of_table - 1));

    while (table[at].key != 0 && table[at].key != key) at = (at + 1) & (size_of_table - 1);
    return &table[at];
}

static void grow(void)
{
    struct used *old = table;
    size_t old_size = size_of_table;

    size_of_table *= 2;
    table = calloc(size_of_table, sizeof *table);
    if (!table) abort();
    for (size_t i = 0; i < old_size; i++) if (old[i].key != 0) *find(old[i].key) = old[i];
    free(old);
}

/* Two different ones collide with a probability of 2^-64. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

void counters_look(uint64_t with, const unsigned char *bytes, size_t size)
{
    uint64_t key = mix(mix(with) + wire_get64(bytes + 8)) | 1, tag = wire_get64(bytes + size - 8);
    struct announcement announcement;
    bool asks = size == PACKET_EXTRA || packet_announces(bytes, size, &announcement);
    struct used *used = find(key);

    if (used->key != 0) {
        if (!asks || used->tag != tag) fail("a counter is used a second time");
        return;
    }
    *used = (struct used){key, tag};
    if (2 * ++count > size_of_table) grow();
}
