/* The contract is in roster.h. Each change of the array is made in both tables, too. */
#include "roster.h"

#include <stdlib.h>
#include <string.h>

bool roster_create(struct roster *roster, uint32_t limit)
{
    *roster = (struct roster){.limit = limit, .key = hash_key_new()};
    roster->members = calloc(limit, sizeof *roster->members);
    roster->limits = calloc(limit, sizeof *roster->limits);
    bool address_table = table_create(&roster->by_address, limit);
    bool name_table = table_create(&roster->by_name, limit);

    if (roster->members && roster->limits && address_table && name_table) return true;
    roster_destroy(roster);
    return false;
}

void roster_destroy(struct roster *roster)
{
    while (roster->count > 0) roster_remove(roster, roster->count - 1);
    table_destroy(&roster->by_name);
    table_destroy(&roster->by_address);
    free(roster->limits);
    free(roster->members);
    roster->members = NULL;
    roster->limits = NULL;
}

static uint64_t hash_of_address(const struct roster *roster, const struct address *address)
{
    return address_hash(&roster->key, address);
}

static uint64_t hash_of_name(const struct roster *roster, struct text name)
{
    return hash_bytes(&roster->key, name.bytes, name.size);
}

uint32_t roster_find(const struct roster *roster, const struct address *address)
{
    struct probe probe = table_probe(&roster->by_address, hash_of_address(roster, address));
    uint32_t index;

    while ((index = table_next(&roster->by_address, &probe)) != TABLE_NONE) {
        if (address_equal(&roster->members[index].address, address)) return index;
    }
    return ROSTER_NONE;
}

uint32_t roster_find_name(const struct roster *roster, struct text name)
{
    struct probe probe = table_probe(&roster->by_name, hash_of_name(roster, name));
    uint32_t index;

    while ((index = table_next(&roster->by_name, &probe)) != TABLE_NONE) {
        if (text_equal(roster->members[index].name, name)) return index;
    }
    return ROSTER_NONE;
}

/* A copy of the name, which the roster owns; its bytes are NULL if there is no memory. */
static struct text name_copy(struct text name)
{
    char *bytes = malloc(name.size);

    if (bytes) memcpy(bytes, name.bytes, name.size);
    return (struct text){bytes, name.size};
}

static void name_free(struct text name)
{
    free((char *)name.bytes); /* name_copy allocated it, so it is not really constant */
}

uint32_t roster_add(struct roster *roster, const struct address *address, struct text name,
                    int64_t now)
{
    uint32_t index = roster->count;

    if (index == roster->limit) return ROSTER_NONE;
    struct text own = name_copy(name);
    if (!own.bytes) return ROSTER_NONE;
    roster->members[index] = (struct member){.address = *address, .name = own, .heard = now};
    roster->limits[index] = (struct limits){.paid = now};
    table_insert(&roster->by_address, hash_of_address(roster, address), index);
    table_insert(&roster->by_name, hash_of_name(roster, own), index);
    roster->count++;
    return index;
}

bool roster_rename(struct roster *roster, uint32_t index, struct text name)
{
    struct member *member = &roster->members[index];
    struct limits *limits = &roster->limits[index];
    struct text own = name_copy(name);

    if (!own.bytes) return false;
    table_remove(&roster->by_name, hash_of_name(roster, member->name), index);
    if (member->announced && !limits->told.bytes) limits->told = member->name;
    else name_free(member->name);
    member->name = own;
    if (text_equal(own, limits->told)) roster_told(roster, index); /* the old name again */
    table_insert(&roster->by_name, hash_of_name(roster, own), index);
    return true;
}

void roster_told(struct roster *roster, uint32_t index)
{
    name_free(roster->limits[index].told);
    roster->limits[index].told = (struct text){NULL, 0};
}

void roster_remove(struct roster *roster, uint32_t index)
{
    struct member *member = &roster->members[index];
    uint32_t last = roster->count - 1;

    table_remove(&roster->by_address, hash_of_address(roster, &member->address), index);
    table_remove(&roster->by_name, hash_of_name(roster, member->name), index);
    name_free(member->name);
    name_free(roster->limits[index].told);
    if (index != last) {
        *member = roster->members[last];
        roster->limits[index] = roster->limits[last];
        table_move(&roster->by_address, hash_of_address(roster, &member->address), last, index);
        table_move(&roster->by_name, hash_of_name(roster, member->name), last, index);
    }
    roster->count--;
}
