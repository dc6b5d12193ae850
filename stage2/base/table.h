/*
 * table: a hash table of indexes into an array that the owner of the table holds.
 *
 * Model: the items themselves (members, rooms, ...) lie in the owner's array. A table only gives
 * the indexes at which an item with a given hash may lie; the owner compares. So one table can find
 * the items of an array by address and another one by name, and no item is stored twice.
 *
 * Open addressing with linear probing: an entry lies in the slot that its hash selects, or in the
 * next free one after it. There are at least twice as many slots as entries, so a run is short.
 * A removal moves later entries of the run forward, so it leaves no tombstone.
 *
 * To look for something:
 *
 *     struct probe probe = table_probe(&table, hash);
 *     while ((index = table_next(&table, &probe)) != TABLE_NONE)
 *         if (it is the one at array[index]) ...
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_NONE UINT32_MAX

struct table {
    struct slot *slots; /* owned; 8 bytes each */
    uint32_t mask;      /* the number of slots, a power of two, less one */
};

struct probe {
    uint32_t hash;
    uint32_t position;
};

/* Allocates space for `limit` entries (at most 2^30); a table never grows. False: no memory. */
bool table_create(struct table *table, uint32_t limit);
void table_destroy(struct table *table);

struct probe table_probe(const struct table *table, uint64_t hash);

/* The next index of an item with this hash (its low 32 bits are compared), or TABLE_NONE. */
uint32_t table_next(const struct table *table, struct probe *probe);

/* The owner must never insert more than `limit` entries. */
void table_insert(struct table *table, uint64_t hash, uint32_t index);

/* The entry must exist, with the same hash and index as it was inserted with. */
void table_remove(struct table *table, uint64_t hash, uint32_t index);

/* Records that an item has moved in its array from index `from` to `to`. The entry must exist. */
void table_move(struct table *table, uint64_t hash, uint32_t from, uint32_t to);

#endif
