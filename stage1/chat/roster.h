/*
 * roster: who is here.
 *
 * Model: the members lie side by side in one array, so that a message goes out by walking it from
 * end to end. Two hash tables find a member by address and by name, so that a datagram costs no
 * search. When a member leaves, the last one takes its place in the array and nothing else moves.
 *
 * Contract: no sockets, no clock. An index is good until the next roster_remove. To remove
 * members while walking, walk from the last to the first: what moves has then been visited.
 */
#ifndef ROSTER_H
#define ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"

#define ROSTER_NONE TABLE_NONE

struct member {
    struct address address; /* unique in the roster */
    struct text name;       /* unique in the roster; the bytes are owned by the roster */
    int64_t heard;          /* milliseconds: when its last datagram came */
    uint8_t strikes;        /* sends in a row that failed because of its address */
    bool announced;         /* have the others been told that it joined? */
};

/* The names that a member had. Apart from the rest, so that a walk along the members, of which
   each takes 64 bytes, need not read it. */
struct renames {
    struct text told; /* owned: the name that the others know; no bytes: it is the present one */
    int64_t paid;     /* milliseconds: the limit of its renames, counted by chat.c, */
    int64_t quiet;    /* and until when it is not told again that it has reached it */
};

struct roster {
    struct member *members;  /* owned; the first `count` are used */
    struct renames *renames; /* owned; of the member with the same index */
    uint32_t count;
    uint32_t limit;
    struct table by_address;
    struct table by_name;
    struct hash_key key;
};

/* All memory but the names is asked for here, once. False: there is not so much. */
bool roster_create(struct roster *roster, uint32_t limit);
void roster_destroy(struct roster *roster);

/* The index of the member, or ROSTER_NONE. */
uint32_t roster_find(const struct roster *roster, const struct address *address);
uint32_t roster_find_name(const struct roster *roster, struct text name);

/*
 * Adds a member whose address and name (valid, 1 to 255 bytes) nobody in the roster has.
 * Returns its index, or ROSTER_NONE when the roster is full or there is no memory for the name.
 */
uint32_t roster_add(struct roster *roster, const struct address *address, struct text name,
                    int64_t now);

/*
 * Gives it another name that nobody has. If the others have been told that it joined, the name that
 * they know is kept in `told`, until roster_told. False, and nothing changed: no memory.
 */
bool roster_rename(struct roster *roster, uint32_t index, struct text name);

/* The others know its name now. */
void roster_told(struct roster *roster, uint32_t index);

void roster_remove(struct roster *roster, uint32_t index);

#endif
