/*
 * room_list: parses the server's list of rooms.
 *
 * Contract: plain functions on memory; a name points into the list.
 */
#ifndef ROOM_LIST_H
#define ROOM_LIST_H

#include "base/text.h"

enum { ROOM_LIST_MEMBERS = 40 }; /* bytes, with the final zero */

/*
 * Takes the first room off the list: its name, and "1 member" or the like. False: the list has
 * ended. An empty name: the server has more rooms than the list has space for.
 */
bool room_list_next(struct text *list, struct text *name, char members[ROOM_LIST_MEMBERS]);

#endif
