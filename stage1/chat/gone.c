#include "gone.h"

#include <stdlib.h>

bool gone_create(struct gone *gone, uint32_t limit)
{
    *gone = (struct gone){.limit = limit, .entries = calloc(limit, sizeof *gone->entries)};
    bool table = table_create(&gone->by_who, limit);

    if (gone->entries && table) return true;
    gone_destroy(gone);
    return false;
}

void gone_destroy(struct gone *gone)
{
    table_destroy(&gone->by_who);
    free(gone->entries);
    gone->entries = NULL;
}

/* The entry, or NULL. */
static struct gone_entry *find(const struct gone *gone, uint64_t who)
{
    struct probe probe = table_probe(&gone->by_who, who);
    uint32_t index;

    while ((index = table_next(&gone->by_who, &probe)) != TABLE_NONE) {
        if (gone->entries[index].who == who) return &gone->entries[index];
    }
    return NULL;
}

static void empty(struct gone *gone, struct gone_entry *entry)
{
    if (entry->why == 0) return;
    table_remove(&gone->by_who, entry->who, (uint32_t)(entry - gone->entries));
    entry->why = 0;
}

void gone_add(struct gone *gone, uint64_t who, uint8_t why, int64_t now)
{
    struct gone_entry *entry = &gone->entries[gone->next];

    gone_remove(gone, who);
    empty(gone, entry);
    *entry = (struct gone_entry){who, now + GONE_MEMORY, now + GONE_PAUSE, why};
    table_insert(&gone->by_who, who, gone->next);
    gone->next = (gone->next + 1) % gone->limit;
}

uint8_t gone_why(const struct gone *gone, uint64_t who, int64_t now)
{
    const struct gone_entry *entry = find(gone, who);

    return entry && now < entry->until && now >= entry->quiet ? entry->why : 0;
}

void gone_told(struct gone *gone, uint64_t who, int64_t now)
{
    struct gone_entry *entry = find(gone, who);

    if (entry) entry->quiet = now + GONE_PAUSE;
}

void gone_remove(struct gone *gone, uint64_t who)
{
    struct gone_entry *entry = find(gone, who);

    if (entry) empty(gone, entry);
}
