/*
 * room_list: parses the server's list of rooms.
 *
 * Contract: plain functions on memory; results point into the list. Invalid lines are skipped.
 */
#ifndef ROOM_LIST_H
#define ROOM_LIST_H

#include "base/text.h"

struct listed_room {
    struct text name;    /* empty: there are more rooms than the list has space for */
    struct text members; /* their number, in 1 to 9 digits */
    bool locked;
};

/* Removes the first room from the list. False: the list is empty. */
bool room_list_next(struct text *list, struct listed_room *room);

#endif
