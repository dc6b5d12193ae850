#include "tries.h"

bool tries_left(const struct tries *tries, uint64_t key, int64_t now)
{
    const struct tries_place *row = tries->places[key % TRIES_ROWS];

    for (int i = 0; i < TRIES_IN_ROW; i++) {
        if (row[i].key != key || row[i].count == 0 || now - row[i].since >= TRIES_TIME) continue;
        return row[i].count < TRIES_OF_ADDRESS;
    }
    return true;
}

/* The place of this key, or the one to be given up for it: an unused one, else the oldest. */
static struct tries_place *place_of(struct tries *tries, uint64_t key)
{
    struct tries_place *row = tries->places[key % TRIES_ROWS], *place = &row[0];

    for (int i = 0; i < TRIES_IN_ROW; i++) {
        if (row[i].count > 0 && row[i].key == key) return &row[i];
        if (place->count > 0 && (row[i].count == 0 || row[i].since < place->since)) place = &row[i];
    }
    return place;
}

void tries_add(struct tries *tries, uint64_t key, int64_t now)
{
    struct tries_place *place = place_of(tries, key);

    if (place->count == 0 || place->key != key || now - place->since >= TRIES_TIME) {
        *place = (struct tries_place){.key = key, .since = now};
    }
    place->count++;
}
