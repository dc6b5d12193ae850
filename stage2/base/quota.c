#include "quota.h"

#include <stdlib.h>
#include <string.h>

enum { NETWORK = 8, SITE = 6 }; /* bytes of an IPv6 address: 64 and 48 bits */

bool quota_create(struct quota *quota, uint32_t places, uint32_t share, struct hash_key key)
{
    *quota = (struct quota){.key = key, .places = places, .share = share, .free = QUOTA_NONE};
    quota->entries = calloc(places, 2 * sizeof *quota->entries);
    bool table = table_create(&quota->by_network, 2 * places);

    if (quota->entries && table) return true;
    quota_destroy(quota);
    return false;
}

void quota_destroy(struct quota *quota)
{
    table_destroy(&quota->by_network);
    free(quota->entries);
    quota->entries = NULL;
}

static bool is_ipv6(const struct address *address)
{
    return address->is.any.sa_family == AF_INET6;
}

/* `bytes` counts for IPv6 only. The hash covers it, too: a /48 is never taken for a /64. */
static uint64_t network_of(const struct quota *quota, const struct address *address, size_t bytes)
{
    unsigned char network[1 + NETWORK] = {(unsigned char)bytes};

    if (!is_ipv6(address)) return hash_bytes(&quota->key, &address->is.v4.sin_addr, 4);
    memcpy(network + 1, &address->is.v6.sin6_addr, bytes);
    return hash_bytes(&quota->key, network, sizeof network);
}

static uint32_t find(const struct quota *quota, uint64_t network)
{
    struct probe probe = table_probe(&quota->by_network, network);
    uint32_t index;

    while ((index = table_next(&quota->by_network, &probe)) != TABLE_NONE) {
        if (quota->entries[index].network == network) return index;
    }
    return QUOTA_NONE;
}

static bool has_space(const struct quota *quota, uint64_t network, uint64_t most)
{
    uint32_t index = find(quota, network);

    return index == QUOTA_NONE || quota->entries[index].held < most;
}

bool quota_allows(const struct quota *quota, const struct address *address)
{
    if (quota->share <= 1 || quota->taken < quota->places / 2) return true;
    uint64_t most = quota->places / quota->share;
    if (most < QUOTA_LEAST) most = QUOTA_LEAST;
    if (!has_space(quota, network_of(quota, address, NETWORK), most)) return false;
    return !is_ipv6(address)
        || has_space(quota, network_of(quota, address, SITE), QUOTA_SITE * most);
}

/* Counts one more for a network. Returns its entry. */
static uint32_t count_up(struct quota *quota, uint64_t network, uint32_t site)
{
    uint32_t index = find(quota, network);

    if (index == QUOTA_NONE) {
        index = quota->free != QUOTA_NONE ? quota->free : quota->used++;
        if (index == quota->free) quota->free = quota->entries[index].other;
        quota->entries[index] = (struct quota_entry){.network = network, .other = site};
        table_insert(&quota->by_network, network, index);
    }
    quota->entries[index].held++;
    return index;
}

uint32_t quota_take(struct quota *quota, const struct address *address)
{
    uint32_t site = QUOTA_NONE;

    if (!quota->entries) return QUOTA_NONE;
    quota->taken++;
    if (is_ipv6(address)) {
        site = count_up(quota, network_of(quota, address, SITE), QUOTA_NONE);
    }
    return count_up(quota, network_of(quota, address, NETWORK), site);
}

/* Returns the entry of its /48, or QUOTA_NONE. */
static uint32_t count_down(struct quota *quota, uint32_t index)
{
    struct quota_entry *entry = &quota->entries[index];
    uint32_t site = entry->other;

    if (--entry->held > 0) return site;
    table_remove(&quota->by_network, entry->network, index);
    entry->other = quota->free;
    quota->free = index;
    return site;
}

void quota_give_back(struct quota *quota, uint32_t entry)
{
    if (entry == QUOTA_NONE) return;
    quota->taken--;
    while (entry != QUOTA_NONE) entry = count_down(quota, entry);
}

bool quota_same_site(const struct address *a, const struct address *b)
{
    if (is_ipv6(a) != is_ipv6(b)) return false;
    if (!is_ipv6(a)) return a->is.v4.sin_addr.s_addr == b->is.v4.sin_addr.s_addr;
    return memcmp(&a->is.v6.sin6_addr, &b->is.v6.sin6_addr, SITE) == 0;
}
