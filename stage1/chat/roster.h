/*
 * roster: the members of the chat.
 *
 * Model: the members lie side by side in one array, so sending a message is one walk over it. Two
 * hash tables find a member by address and by name, so a datagram needs no search. When a member
 * leaves, the last one takes its place in the array and nothing else moves.
 *
 * Contract: no sockets, no clock. An index is valid until the next roster_remove. To remove members
 * during a walk, walk from the last to the first: the member that moves has then been visited.
 */
#ifndef ROSTER_H
#define ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/bucket.h"
#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"

#define ROSTER_NONE TABLE_NONE

struct member {
    struct address address; /* unique in the roster */
    struct text name;       /* unique in the roster; the bytes are owned by the roster */
    int64_t heard;          /* milliseconds: when its last datagram arrived */
    uint8_t strikes;        /* sends in a row that failed because of its address */
    bool announced;         /* have the others been told that it joined? */
};

/* What a member has used of its limits. Stored apart from the member, so that a walk over the
   members (64 bytes each) need not read it. */
struct limits {
    struct text told; /* owned: the name that the others were told; no bytes: the present one */
    int64_t paid;     /* milliseconds: the limit of its renames, see chat.c */
    int64_t quiet;    /* milliseconds: no second notice about that limit before then */
    struct bucket bucket; /* its datagrams */
};

struct roster {
    struct member *members;  /* owned; the first `count` are used */
    struct limits *limits; /* owned; each belongs to the member with the same index */
    uint32_t count;
    uint32_t limit;
    struct table by_address;
    struct table by_name;
    struct hash_key key;
};

/* Allocates all memory except the names. False: there is not enough. */
bool roster_create(struct roster *roster, uint32_t limit);
void roster_destroy(struct roster *roster);

/* The index of the member, or ROSTER_NONE. */
uint32_t roster_find(const struct roster *roster, const struct address *address);
uint32_t roster_find_name(const struct roster *roster, struct text name);

/*
 * Adds a member. No other member may have its address or its name (valid, 1 to 255 bytes).
 * Returns its index, or ROSTER_NONE if the roster is full or there is no memory for the name.
 */
uint32_t roster_add(struct roster *roster, const struct address *address, struct text name,
                    int64_t now);

/*
 * Gives a member another name, which no other member may have. If its join has been announced, the
 * name that the others were told stays in `told` until roster_told. False: no memory, and nothing
 * has changed.
 */
bool roster_rename(struct roster *roster, uint32_t index, struct text name);

/* Records that the others have been told the member's present name. */
void roster_told(struct roster *roster, uint32_t index);

void roster_remove(struct roster *roster, uint32_t index);

#endif
