/*
 * hold: a room takes no lines for a moment, so that its log does not drop what a reader has not
 * read.
 *
 * Model: a log has space for 1024 entries and 256 KiB, and a new entry drops the oldest. So lines
 * can come faster than a reader gets them, even one that is there and acknowledges: the reader
 * would get a gap. Therefore the room is held when only an eighth of the log is left that no
 * living reader lacks. While it is held, lines stay with their authors, whose clients are told when
 * to send them again. The hold ends when a quarter is left again, and then they are told so.
 *
 *     log: first ............ needed ............................ end
 *          (every living reader has these)   (some reader lacks)
 *
 * Limits make a hold useless to anyone that wants to stop a room:
 *   - a room's purse pays for the time (purse.h), and when it is empty, the hold ends;
 *   - only a living reader counts (session_alive_until), for what came after it entered, and not
 *     for what it said itself;
 *   - a member all of whose lines have been read may say one line, held or not. So a flooder cannot
 *     take each free place before somebody that says little. The eighth is for such lines, for
 *     kicks and leaves, and for the server's own entries, none of which are ever held.
 *
 * The search for the slowest reader looks at all members of the room. It takes place only if the
 * log seems to be full: after a search, the log can take most of its size in entries before the
 * next one. And it takes place once a turn at most, and once more when a hold may end.
 *
 * Contract: no sockets, no clock; `now` in milliseconds. Call hold_round in each turn after all
 * datagrams, and hold_goes_on for each room of the chain.
 */
#ifndef HOLD_H
#define HOLD_H

#include "room.h"

enum {
    HOLD_RESERVE = 8, /* a room is held if less than one part in so many of its log is free, */
    HOLD_END = 4      /* until one part in so many is free */
};

#define HOLD_NEVER INT64_MAX

/* All rooms that are held. */
struct holds {
    uint32_t first;   /* chain */
    int64_t due;      /* milliseconds: when to look at them again at the latest */
    int64_t size;     /* milliseconds in a full purse; 0: no room is ever held */
    uint64_t turn;    /* counts the turns of the loop */
};

void hold_create(struct holds *holds);

/* May a line of this member become an entry now? False: it has to wait. */
bool hold_takes(struct holds *holds, struct rooms *rooms, uint32_t member, int64_t now);

/* For how many milliseconds a line has to wait in this room at most; 0: it is not held. */
uint32_t hold_time(const struct holds *holds, const struct room *room, int64_t now);

/* The member has acknowledged something, so it may be a living reader from now on. */
void hold_heard(struct rooms *rooms, uint32_t member);

/* The sequencer was asked to append a line of this member, an entry of so many bytes. */
void hold_asked(struct rooms *rooms, uint32_t member, size_t size);

/* A line has come from the sequencer and was appended; perhaps it is of a member of this server. */
void hold_came(struct rooms *rooms, uint32_t room, struct text author, size_t size);

/* Some of what it was asked for may never come. To count too little for a moment does no harm; a
   line that is never counted off would leave the room with less space for ever. */
void hold_unasked(struct room *room);

/* Begins the next turn: returns the first room that was held, and empties the chain. */
uint32_t hold_round(struct holds *holds);

/* Is the room still held? Then it is in the chain again. False: it takes lines from now on. */
bool hold_goes_on(struct holds *holds, struct rooms *rooms, uint32_t room, int64_t now);

/* The room is being removed. */
void hold_drop(struct holds *holds, struct rooms *rooms, uint32_t room);

#endif
