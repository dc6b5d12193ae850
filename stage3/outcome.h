/*
 * outcome: what a call of shared.lua returned, taken apart; and what is published.
 *
 * Model: a list whose first word says how it went; what follows depends on the operation. Redis is
 * a friend, but what another program left in it may be anything: only what is just as it should be
 * is taken.
 *
 * Contract: plain functions on memory. What is given back points into the reply.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "shared.h"

/* Sets status and what the operation tells; operation and ticket are set already. False: this is
   no reply to that. */
bool outcome_take(const struct resp_item *reply, struct shared_answer *answer);

/* One of the entries that SHARED_READ gets: its number and row. False: it is none. */
bool outcome_entry(const struct resp_item *reply, uint32_t index, uint64_t *number,
                   struct text *row);

/* Takes a message apart. A number of 0: it is about a member that is at another server now; then
   `rest` is "MEMBER SERVER NAME", else a row. */
bool outcome_message(struct text message, uint64_t *number, struct text *rest);

/* Takes MEMBER SERVER NAME apart: SEAL_ID bytes, ABSENCE_ID digits, a name. */
bool outcome_moved(struct text rest, const unsigned char **member, const char **server,
                   struct text *name);

#endif
