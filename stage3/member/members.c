#include "members.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const struct members *members, const unsigned char id[SEAL_ID])
{
    return hash_bytes(&members->key, id, SEAL_ID);
}

bool members_create(struct members *members, struct hash_key key)
{
    memset(members, 0, sizeof *members);
    members->key = key;
    members->list = calloc(MEMBERS_START, sizeof *members->list);
    members->space = MEMBERS_START;
    if (!members->list) return false;
    if (table_create(&members->by_id, MEMBERS_START)) return true;
    free(members->list);
    members->list = NULL;
    return false;
}

void members_destroy(struct members *members)
{
    for (uint32_t i = 0; i < members->count; i++) free((char *)members->list[i].name.bytes);
    free(members->list);
    table_destroy(&members->by_id);
}

/* --- finding --- */

static uint32_t index_of(const struct members *members, const unsigned char id[SEAL_ID])
{
    struct probe probe = table_probe(&members->by_id, hash_of(members, id));
    uint32_t index;

    while ((index = table_next(&members->by_id, &probe)) != TABLE_NONE) {
        if (memcmp(members->list[index].id, id, SEAL_ID) == 0) break;
    }
    return index;
}

const struct person *members_find(const struct members *members, const unsigned char id[SEAL_ID])
{
    uint32_t index = index_of(members, id);
    return index == TABLE_NONE ? NULL : &members->list[index];
}

/* A linear search, because it is only needed when a host types a name. */
const struct person *members_named(const struct members *members, struct text name)
{
    for (uint32_t i = 0; i < members->count; i++) {
        if (text_equal(members->list[i].name, name)) return &members->list[i];
    }
    return NULL;
}

bool members_hidden(const struct members *members)
{
    return members->total > members->count;
}

/* --- those who are not in the list --- */

static uint32_t past_index(const struct members *members, const unsigned char id[SEAL_ID])
{
    uint32_t count = members->past_count < MEMBERS_PAST ? members->past_count : MEMBERS_PAST;
    uint32_t i = 0;

    while (i < count && memcmp(members->past[i].id, id, SEAL_ID) != 0) i++;
    return i < count ? i : TABLE_NONE;
}

static void past_put(struct members *members, const unsigned char id[SEAL_ID], uint64_t last)
{
    uint32_t index = past_index(members, id);

    if (index == TABLE_NONE) index = members->past_count++ % MEMBERS_PAST;
    if (members->past_count == 2 * MEMBERS_PAST) members->past_count = MEMBERS_PAST;
    memcpy(members->past[index].id, id, SEAL_ID);
    members->past[index].last = last;
}

static uint64_t past_last(const struct members *members, const unsigned char id[SEAL_ID])
{
    uint32_t index = past_index(members, id);
    return index == TABLE_NONE ? 0 : members->past[index].last;
}

/* --- the list --- */

/* Doubles the array, and makes a new table of that size, because tables do not grow. */
static bool grow(struct members *members)
{
    struct table table;
    uint32_t space = 2 * members->space;

    if (members->count < members->space) return true;
    if (members->space == MEMBERS_LIMIT) return false;
    struct person *list = realloc(members->list, space * sizeof *list);
    if (!list) return false;
    members->list = list;
    if (!table_create(&table, space)) return false;
    for (uint32_t i = 0; i < members->count; i++) {
        table_insert(&table, hash_of(members, list[i].id), i);
    }
    table_destroy(&members->by_id);
    members->by_id = table;
    members->space = space;
    return true;
}

/* The id must be new. Without memory, the member stays one whose name is not known. */
static void add(struct members *members, const unsigned char id[SEAL_ID], struct text name)
{
    char *own = malloc(name.size);

    if (!own || !grow(members)) {
        free(own);
        return;
    }
    memcpy(own, name.bytes, name.size);
    struct person *person = &members->list[members->count];
    *person = (struct person){.name = {own, name.size}, .last = past_last(members, id),
                              .listed = true};
    memcpy(person->id, id, SEAL_ID);
    table_insert(&members->by_id, hash_of(members, id), members->count++);
}

/* The last member takes its place. */
static void drop(struct members *members, uint32_t index)
{
    struct person *person = &members->list[index];
    uint32_t last = --members->count;

    if (person->last > 0) past_put(members, person->id, person->last);
    table_remove(&members->by_id, hash_of(members, person->id), index);
    free((char *)person->name.bytes);
    if (index == last) return;
    table_move(&members->by_id, hash_of(members, members->list[last].id), last, index);
    *person = members->list[last];
}

void members_join(struct members *members, const unsigned char id[SEAL_ID], struct text name)
{
    if (index_of(members, id) != TABLE_NONE) return;
    members->total++;
    add(members, id, name);
}

void members_leave(struct members *members, const unsigned char id[SEAL_ID])
{
    uint32_t index = index_of(members, id);

    if (index != TABLE_NONE) drop(members, index);
    else if (!members_hidden(members)) return;
    members->total--;
}

void members_list_begin(struct members *members)
{
    for (uint32_t i = 0; i < members->count; i++) members->list[i].listed = false;
}

void members_list_put(struct members *members, const unsigned char id[SEAL_ID], struct text name)
{
    uint32_t index = index_of(members, id);

    if (index == TABLE_NONE) {
        add(members, id, name);
    } else if (text_equal(members->list[index].name, name)) {
        members->list[index].listed = true;
    } else { /* another name under the same id: our server does not do that, but others may */
        drop(members, index);
        add(members, id, name);
    }
}

void members_list_end(struct members *members, uint64_t total)
{
    for (uint32_t i = members->count; i-- > 0;) { /* backwards: drop moves the last one down */
        if (!members->list[i].listed) drop(members, i);
    }
    members->total = total < members->count ? members->count : total;
}

bool members_rises(struct members *members, const unsigned char id[SEAL_ID], uint64_t number)
{
    uint32_t index = index_of(members, id);
    uint64_t last = index == TABLE_NONE ? past_last(members, id) : members->list[index].last;

    if (number <= last) return false;
    if (index == TABLE_NONE) past_put(members, id, number);
    else members->list[index].last = number;
    return true;
}
