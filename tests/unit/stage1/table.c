/* links: stage1/base/table.c */
/*
 * table: against a plain array that is searched from end to end, over many random steps, with
 * hashes that are made to collide.
 */
#include "base/table.h"

#include "tap.h"

enum { LIMIT = 200, STEPS = 200000 };

static uint64_t hashes[LIMIT]; /* the array whose positions the table keeps */
static uint32_t count;
static uint32_t state = 1;

static uint32_t random_below(uint32_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % bound;
}

static bool finds(const struct table *table, uint64_t hash, uint32_t wanted)
{
    struct probe probe = table_probe(table, hash);
    uint32_t index, found = 0;

    while ((index = table_next(table, &probe)) != TABLE_NONE) found += index == wanted;
    return found == 1;
}

static bool all_found(const struct table *table)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!finds(table, hashes[i], i)) return false;
    }
    return true;
}

static uint32_t entries(const struct table *table, uint64_t hash)
{
    struct probe probe = table_probe(table, hash);
    uint32_t found = 0;

    while (table_next(table, &probe) != TABLE_NONE) found++;
    return found;
}

static void step(struct table *table, uint32_t kinds)
{
    if (count < LIMIT && (count == 0 || random_below(2))) {
        hashes[count] = random_below(kinds) * UINT64_C(0x100000001); /* high bits do not help */
        table_insert(table, hashes[count], count);
        count++;
    } else {
        uint32_t gone = random_below(count), last = --count;
        table_remove(table, hashes[gone], gone);
        if (gone == last) return;
        hashes[gone] = hashes[last];
        table_move(table, hashes[gone], last, gone);
    }
}

static void many_steps(uint32_t kinds)
{
    struct table table;
    bool good = table_create(&table, LIMIT);

    count = 0;
    for (int i = 0; i < STEPS && good; i++) {
        step(&table, kinds);
        if (i % 100 == 0) good = all_found(&table);
    }
    ok(good && all_found(&table), "every entry is found among %u different hashes", kinds);
    while (count > 0) {
        count--;
        table_remove(&table, hashes[count], count);
    }
    uint32_t left = 0;
    for (uint32_t kind = 0; kind < kinds && kind < 1000; kind++) left += entries(&table, kind);
    ok(left == 0, "an emptied table has no entries");
    table_destroy(&table);
}

int main(void)
{
    plan(8);
    many_steps(1);
    many_steps(7);
    many_steps(1000);
    many_steps(1u << 24);
    return done();
}
