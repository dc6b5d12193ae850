/*
 * room_list: the server's list of rooms, taken apart.
 *
 * Contract: plain functions on memory; what is given back points into the list. What is no line of
 * a list is passed over.
 */
#ifndef ROOM_LIST_H
#define ROOM_LIST_H

#include "base/text.h"

struct listed_room {
    struct text name;    /* empty: there are more rooms than the list has space for */
    struct text members; /* their number, in 1 to 9 digits */
    bool locked;
};

/* Takes the first room off the list. False: the list is at its end. */
bool room_list_next(struct text *list, struct listed_room *room);

#endif
