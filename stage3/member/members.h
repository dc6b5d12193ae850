/*
 * members: the members of the room, as far as a client knows them, and the last line number of
 * each.
 *
 * Model: an array of members, in no order, and a table that finds one by its id. A list of members
 * comes with each exchange over TCP, and the log changes it from there on. The list may be cut (a
 * frame is full after some 2000 long names): `total` counts all of them, known by name or not.
 *
 * A line's number must be greater than its sender's last one, so a recorded line cannot be shown a
 * second time. The last numbers of members that have gone are also kept for a while.
 *
 * Limit: "a while" is until MEMBERS_PAST other members that said something have gone. The numbers
 * of senders for whose names the list had no space are kept in the same places.
 *
 * Contract: plain functions on memory. A pointer into it is good until the next change.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/table.h"
#include "base/text.h"
#include "wire/seal.h"

enum {
    MEMBERS_PAST = 256,   /* members that have gone whose last numbers are kept */
    MEMBERS_START = 16,   /* places of a new array, which doubles */
    MEMBERS_LIMIT = 65536 /* up to this: the names of more are not kept */
};

struct person {
    unsigned char id[SEAL_ID];
    struct text name; /* owned, valid */
    uint64_t last;    /* the number of the last line that came; 0: none yet */
    bool listed;      /* in the list that is being taken over */
};

struct members {
    struct person *list; /* owned; `count` of them, with space for `space` */
    uint32_t count, space;
    uint64_t total;      /* members in the room, including those without a known name */
    struct table by_id;
    struct hash_key key;
    struct {
        unsigned char id[SEAL_ID];
        uint64_t last;
    } past[MEMBERS_PAST]; /* a ring */
    uint32_t past_count;  /* ever put in */
};

/* `key` is for the hash table: ids are chosen by others. False: no memory. */
bool members_create(struct members *members, struct hash_key key);
void members_destroy(struct members *members);

/* NULL: not known. */
const struct person *members_find(const struct members *members, const unsigned char id[SEAL_ID]);
const struct person *members_named(const struct members *members, struct text name);

/* Is there anybody whose name is not known? */
bool members_hidden(const struct members *members);

/* An entry of the log: a member joined or left. No effect if that is known already. */
void members_join(struct members *members, const unsigned char id[SEAL_ID], struct text name);
void members_leave(struct members *members, const unsigned char id[SEAL_ID]);

/* Replaces the members by a list: begin, then each member of the list, then the end. */
void members_list_begin(struct members *members);
void members_list_put(struct members *members, const unsigned char id[SEAL_ID], struct text name);
void members_list_end(struct members *members, uint64_t total);

/* Takes the number of a line. True: it is new. */
bool members_rises(struct members *members, const unsigned char id[SEAL_ID], uint64_t number);

#endif
