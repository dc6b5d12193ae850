#include "throttle.h"

bool throttle_allows(const struct throttle *throttle, uint64_t key, int64_t now)
{
    const struct throttle_place *row = throttle->places[key % THROTTLE_ROWS];

    for (int i = 0; i < THROTTLE_IN_ROW; i++) {
        if (row[i].key != key || row[i].count == 0 || now - row[i].since >= THROTTLE_TIME) continue;
        return row[i].count < THROTTLE_OF_ADDRESS;
    }
    return true;
}

/* The place of this key, or the one to replace: an unused one, else the oldest. */
static struct throttle_place *place_of(struct throttle *throttle, uint64_t key)
{
    struct throttle_place *row = throttle->places[key % THROTTLE_ROWS], *place = &row[0];

    for (int i = 0; i < THROTTLE_IN_ROW; i++) {
        if (row[i].count > 0 && row[i].key == key) return &row[i];
        if (place->count > 0 && (row[i].count == 0 || row[i].since < place->since)) place = &row[i];
    }
    return place;
}

void throttle_add(struct throttle *throttle, uint64_t key, int64_t now)
{
    struct throttle_place *place = place_of(throttle, key);

    if (place->count == 0 || place->key != key || now - place->since >= THROTTLE_TIME) {
        *place = (struct throttle_place){.key = key, .since = now};
    }
    place->count++;
}
