/*
 * alone: the decider of a server that does not share its rooms. It looks into the rooms of the
 * chat, and decides at once.
 *
 * Contract: as chat.h.
 */
#ifndef ALONE_H
#define ALONE_H

#include "admission.h"

extern const struct decider alone;

/* Writes the answer to a new member: session, room, and members, in at most `space` bytes (at least
   64). Returns the size. */
size_t alone_answer(const struct chat *chat, uint32_t member, void *out, size_t space);

/* Writes the list of rooms, a line "NAME TAB MEMBERS TAB open|locked" for each, in at most `space`
   bytes. Returns the size. */
size_t alone_list(const struct chat *chat, char *out, size_t space);

#endif
