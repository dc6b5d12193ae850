/* The contract is in table.h. A slot stores 32 bits of the hash, so most other items in a run are
   skipped without a look at the owner's array. */
#include "table.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    uint32_t hash;  /* the low 32 bits of the entry's hash */
    uint32_t entry; /* index + 1, so that zeroed memory is an empty table */
};

bool table_create(struct table *table, uint32_t limit)
{
    uint32_t slots = 8;

    assert(limit <= UINT32_C(1) << 30);
    while (slots < 2 * limit) slots *= 2;
    table->mask = slots - 1;
    table->slots = calloc(slots, sizeof *table->slots);
    return table->slots != NULL;
}

void table_destroy(struct table *table)
{
    free(table->slots);
    table->slots = NULL;
}

struct probe table_probe(const struct table *table, uint64_t hash)
{
    return (struct probe){(uint32_t)hash, (uint32_t)hash & table->mask};
}

uint32_t table_next(const struct table *table, struct probe *probe)
{
    for (;;) {
        const struct slot *slot = &table->slots[probe->position];
        if (slot->entry == 0) return TABLE_NONE;
        probe->position = (probe->position + 1) & table->mask;
        if (slot->hash == probe->hash) return slot->entry - 1;
    }
}

void table_insert(struct table *table, uint64_t hash, uint32_t index)
{
    uint32_t position = (uint32_t)hash & table->mask;

    while (table->slots[position].entry != 0) position = (position + 1) & table->mask;
    table->slots[position] = (struct slot){(uint32_t)hash, index + 1};
}

static uint32_t position_of(const struct table *table, uint64_t hash, uint32_t index)
{
    uint32_t position = (uint32_t)hash & table->mask;

    while (table->slots[position].entry != index + 1) {
        assert(table->slots[position].entry != 0);
        position = (position + 1) & table->mask;
    }
    return position;
}

void table_remove(struct table *table, uint64_t hash, uint32_t index)
{
    uint32_t hole = position_of(table, hash, index);
    uint32_t next = hole;

    /* A later entry of the run may fill the hole, unless its home slot lies after the hole: a
       search for it begins at its home slot and would miss it. Distances are counted backwards
       from `next`, around the end of the table. */
    for (;;) {
        next = (next + 1) & table->mask;
        struct slot *slot = &table->slots[next];
        if (slot->entry == 0) break;
        uint32_t from_home = (next - slot->hash) & table->mask;
        uint32_t from_hole = (next - hole) & table->mask;
        if (from_home < from_hole) continue;
        table->slots[hole] = *slot;
        hole = next;
    }
    table->slots[hole] = (struct slot){0, 0};
}

void table_move(struct table *table, uint64_t hash, uint32_t from, uint32_t to)
{
    table->slots[position_of(table, hash, from)].entry = to + 1;
}
