/*
 * table: a hash table of positions in somebody else's array.
 *
 * Model: the things themselves (members, rooms, ...) lie in an array of their owner. A table only
 * says at which index the thing with a given hash may lie; the owner compares. So one array can be
 * found by address through one table and by name through another, and no thing is stored twice.
 *
 * Open addressing with linear probing: an entry lies in the slot that its hash names, or in the
 * next free one after it. There are at least twice as many slots as entries, so a run is short.
 * On removal the entries behind close up, so nothing like a tombstone is ever left behind.
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

/* Makes space for `limit` entries (at most 2^30) for good: it never grows. False: no memory. */
bool table_create(struct table *table, uint32_t limit);
void table_destroy(struct table *table);

struct probe table_probe(const struct table *table, uint64_t hash);

/* The next index whose thing has this hash (in its 32 bits), or TABLE_NONE. */
uint32_t table_next(const struct table *table, struct probe *probe);

/* The owner sees to it that there are never more than `limit` entries. */
void table_insert(struct table *table, uint64_t hash, uint32_t index);

/* The entry must be there: (hash, index) as it was inserted. */
void table_remove(struct table *table, uint64_t hash, uint32_t index);

/* The thing has moved in its array, from index `from` to index `to`. The entry must be there. */
void table_move(struct table *table, uint64_t hash, uint32_t from, uint32_t to);

#endif
