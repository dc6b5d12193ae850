/*
 * alone: the decider of a server that shares its rooms with nobody. It looks into the rooms of the
 * chat, and decides at once.
 *
 * Contract: as chat.h.
 */
#ifndef ALONE_H
#define ALONE_H

#include "admission.h"

extern const struct decider alone;

/* What a member is told that came in: session, room, and who is there, in at most `space` bytes (at
   least 64). Returns the size. */
size_t alone_answer(const struct chat *chat, uint32_t member, void *out, size_t space);

/* The list of rooms, "NAME TAB MEMBERS TAB open|locked" a line, in at most `space` bytes. */
size_t alone_list(const struct chat *chat, char *out, size_t space);

#endif
