#include "people.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const struct people *people, const unsigned char id[SEAL_ID])
{
    return hash_bytes(&people->key, id, SEAL_ID);
}

bool people_create(struct people *people, struct hash_key key)
{
    memset(people, 0, sizeof *people);
    people->key = key;
    people->list = calloc(PEOPLE_START, sizeof *people->list);
    people->room = PEOPLE_START;
    if (!people->list) return false;
    if (table_create(&people->by_id, PEOPLE_START)) return true;
    free(people->list);
    people->list = NULL;
    return false;
}

void people_destroy(struct people *people)
{
    for (uint32_t i = 0; i < people->count; i++) free((char *)people->list[i].name.bytes);
    free(people->list);
    table_destroy(&people->by_id);
}

/* --- finding --- */

static uint32_t index_of(const struct people *people, const unsigned char id[SEAL_ID])
{
    struct probe probe = table_probe(&people->by_id, hash_of(people, id));
    uint32_t index;

    while ((index = table_next(&people->by_id, &probe)) != TABLE_NONE) {
        if (memcmp(people->list[index].id, id, SEAL_ID) == 0) break;
    }
    return index;
}

const struct person *people_find(const struct people *people, const unsigned char id[SEAL_ID])
{
    uint32_t index = index_of(people, id);
    return index == TABLE_NONE ? NULL : &people->list[index];
}

/* One after the other: it is asked for when a host types a name, and that is seldom. */
const struct person *people_named(const struct people *people, struct text name)
{
    for (uint32_t i = 0; i < people->count; i++) {
        if (text_equal(people->list[i].name, name)) return &people->list[i];
    }
    return NULL;
}

bool people_hidden(const struct people *people)
{
    return people->total > people->count;
}

/* --- those who are not in the list --- */

static uint32_t past_index(const struct people *people, const unsigned char id[SEAL_ID])
{
    uint32_t count = people->past_count < PEOPLE_PAST ? people->past_count : PEOPLE_PAST;
    uint32_t i = 0;

    while (i < count && memcmp(people->past[i].id, id, SEAL_ID) != 0) i++;
    return i < count ? i : TABLE_NONE;
}

static void past_put(struct people *people, const unsigned char id[SEAL_ID], uint64_t last)
{
    uint32_t index = past_index(people, id);

    if (index == TABLE_NONE) index = people->past_count++ % PEOPLE_PAST;
    if (people->past_count == 2 * PEOPLE_PAST) people->past_count = PEOPLE_PAST;
    memcpy(people->past[index].id, id, SEAL_ID);
    people->past[index].last = last;
}

static uint64_t past_last(const struct people *people, const unsigned char id[SEAL_ID])
{
    uint32_t index = past_index(people, id);
    return index == TABLE_NONE ? 0 : people->past[index].last;
}

/* --- the list --- */

/* Twice the places, and a table for so many, since a table does not grow. */
static bool grow(struct people *people)
{
    struct table table;
    uint32_t room = 2 * people->room;

    if (people->count < people->room) return true;
    if (people->room == PEOPLE_LIMIT) return false;
    struct person *list = realloc(people->list, room * sizeof *list);
    if (!list) return false;
    people->list = list;
    if (!table_create(&table, room)) return false;
    for (uint32_t i = 0; i < people->count; i++) {
        table_insert(&table, hash_of(people, list[i].id), i);
    }
    table_destroy(&people->by_id);
    people->by_id = table;
    people->room = room;
    return true;
}

/* Nobody of that id is there. Without memory for one more, he stays one whose name is not known. */
static void add(struct people *people, const unsigned char id[SEAL_ID], struct text name)
{
    char *own = malloc(name.size);

    if (!own || !grow(people)) {
        free(own);
        return;
    }
    memcpy(own, name.bytes, name.size);
    struct person *person = &people->list[people->count];
    *person = (struct person){.name = {own, name.size}, .last = past_last(people, id),
                              .listed = true};
    memcpy(person->id, id, SEAL_ID);
    table_insert(&people->by_id, hash_of(people, id), people->count++);
}

/* The last one takes the place. */
static void drop(struct people *people, uint32_t index)
{
    struct person *person = &people->list[index];
    uint32_t last = --people->count;

    if (person->last > 0) past_put(people, person->id, person->last);
    table_remove(&people->by_id, hash_of(people, person->id), index);
    free((char *)person->name.bytes);
    if (index == last) return;
    table_move(&people->by_id, hash_of(people, people->list[last].id), last, index);
    *person = people->list[last];
}

void people_join(struct people *people, const unsigned char id[SEAL_ID], struct text name)
{
    if (index_of(people, id) != TABLE_NONE) return;
    people->total++;
    add(people, id, name);
}

void people_leave(struct people *people, const unsigned char id[SEAL_ID])
{
    uint32_t index = index_of(people, id);

    if (index != TABLE_NONE) drop(people, index);
    else if (!people_hidden(people)) return;
    people->total--;
}

void people_list_begin(struct people *people)
{
    for (uint32_t i = 0; i < people->count; i++) people->list[i].listed = false;
}

void people_list_put(struct people *people, const unsigned char id[SEAL_ID], struct text name)
{
    uint32_t index = index_of(people, id);

    if (index == TABLE_NONE) {
        add(people, id, name);
    } else if (text_equal(people->list[index].name, name)) {
        people->list[index].listed = true;
    } else { /* another name under the same id: nothing that our server does, but it may be told */
        drop(people, index);
        add(people, id, name);
    }
}

void people_list_end(struct people *people, uint64_t total)
{
    for (uint32_t i = people->count; i-- > 0;) { /* backwards: drop moves the last one down */
        if (!people->list[i].listed) drop(people, i);
    }
    people->total = total < people->count ? people->count : total;
}

bool people_rises(struct people *people, const unsigned char id[SEAL_ID], uint64_t number)
{
    uint32_t index = index_of(people, id);
    uint64_t last = index == TABLE_NONE ? past_last(people, id) : people->list[index].last;

    if (number <= last) return false;
    if (index == TABLE_NONE) past_put(people, id, number);
    else people->list[index].last = number;
    return true;
}
