/*
 * order: what can be asked of the common memory (cluster.h), one function for each operation.
 *
 * Contract: each returns at once; what came of it is told to the owner's `answer`, with the ticket.
 * False: not now, and nothing will come. Whatever is ordered may be ordered again. Ids of rooms and
 * members are SEAL_ID bytes; numbers are at most CLUSTER_NUMBER.
 */
#ifndef ORDER_H
#define ORDER_H

#include "cluster.h"

/* --- rooms, for requests --- */

bool order_look(struct cluster *cluster, struct cluster_ticket ticket, struct text name);
bool order_wrong(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room);
bool order_list(struct cluster *cluster, struct cluster_ticket ticket);

struct order_newcomer {
    const unsigned char *room;   /* SEAL_ID bytes */
    const unsigned char *member; /* SEAL_ID bytes */
    struct text name;
    uint64_t number;             /* the last of its items that it knows to be heard */
    struct text joined;          /* the row of the entry that tells of it */
};

/* salt and proof: NULL if the room has no password. */
bool order_create(struct cluster *cluster, struct cluster_ticket ticket,
                  const struct order_newcomer *host, struct text room_name,
                  const unsigned char *salt, const unsigned char *proof);

/* next: 0 if it comes for the first time; `starts`: those under which it was, as in a request.
   `places`: is there one here for somebody more? */
bool order_join(struct cluster *cluster, struct cluster_ticket ticket,
                const struct order_newcomer *newcomer, uint64_t next, struct text starts,
                uint32_t limit, bool places);

/* --- members and their items --- */

/* An empty row: the item counts, but nobody is told. */
bool order_say(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
               const unsigned char *member, uint64_t number, struct text row);
bool order_kick(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                const unsigned char *member, uint64_t number, struct text name);
bool order_leave(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                 const unsigned char *member, uint64_t number);
bool order_lose(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                const unsigned char *member);
bool order_close(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                 uint8_t why);

/* --- logs --- */

/* Its entries come from now on, until the connection breaks. */
bool order_follow(struct cluster *cluster, const unsigned char *room);
bool order_unfollow(struct cluster *cluster, const unsigned char *room);

/* Gets up to CLUSTER_PAGE entries from `from` on, the oldest first. */
bool order_read(struct cluster *cluster, struct cluster_ticket ticket, const unsigned char *room,
                uint64_t from);

/* One of the `count` entries of a page. */
void order_entry(const struct cluster_answer *answer, uint32_t index, uint64_t *number,
                 struct text *row);

/* --- the end --- */

/* We end; members may go on at other servers. CLUSTER_ALONE: there are none. */
bool order_quit(struct cluster *cluster, struct cluster_ticket ticket);

#endif
