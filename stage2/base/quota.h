/*
 * quota: how many places of a server each address holds.
 *
 * Model: a server has places: for members, for rooms, for connections. As long as less than half of
 * them are taken, anybody may take more. From then on an address may not hold more than a share of
 * them, so nobody can keep all others out. A household or a class room sits behind one IPv4
 * address, so the share is at least QUOTA_LEAST. With IPv6 everybody has a network of 2^64
 * addresses, so that counts as one address; and whoever has a network of 2^80 (a /48) holds
 * at most QUOTA_SITE shares.
 *
 * Only addresses that hold something are stored: an entry for each, found by a table. An entry of
 * an IPv6 network knows that of its /48.
 *
 * Contract: no sockets, no clock; all memory is allocated at the start. The addresses must be
 * proved (by TCP's handshake): with forged ones a quota would be a weapon.
 */
#ifndef QUOTA_H
#define QUOTA_H

#include "address.h"
#include "hash.h"
#include "table.h"

#define QUOTA_NONE TABLE_NONE

enum {
    QUOTA_SHARE = 16, /* one in so many places, unless the operator chooses another share */
    QUOTA_LEAST = 64, /* but so many at least */
    QUOTA_SITE = 8    /* shares of an IPv6 /48 */
};

struct quota_entry {
    uint64_t network; /* a keyed hash of the address, or of the network */
    uint32_t held;    /* places; 0: the entry is free */
    uint32_t other;   /* that of its /48, or QUOTA_NONE; if it is free, the next free one */
};

struct quota {
    struct quota_entry *entries; /* owned; two for each place */
    struct table by_network;
    struct hash_key key;
    uint32_t places;
    uint32_t share;              /* one in so many; 0 or 1: there is no quota */
    uint32_t taken;              /* of the places */
    uint32_t used;               /* entries that were ever used, at the beginning */
    uint32_t free;               /* the first in the chain of those that are free again */
};

/* For a server of so many places, none of which is taken. False: not enough memory. A quota of
   zeros, which was never created, counts nothing and allows everything. */
bool quota_create(struct quota *quota, uint32_t places, uint32_t share, struct hash_key key);
void quota_destroy(struct quota *quota);

/* May this address take one more place? */
bool quota_allows(const struct quota *quota, const struct address *address);

/* Takes a place, allowed or not. There must be one. Returns what quota_give_back needs. */
uint32_t quota_take(struct quota *quota, const struct address *address);

/* Gives back a place. QUOTA_NONE: it was taken by nobody. */
void quota_give_back(struct quota *quota, uint32_t entry);

/* Do both addresses belong to the same site: the same IPv4 address, or IPv6 /48? */
bool quota_same_site(const struct address *a, const struct address *b);

#endif
