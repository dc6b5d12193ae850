/*
 * change: the state of a chat as bytes, change by change. The way back is in recovery.h.
 *
 * Model: a journal holds rows of [kind: 1][size: 2][bytes], in the form of frame.h. Each row states
 * what holds from now on: this member has these keys, this room's log has one more entry. Applied
 * one after the other to an empty chat, the rows restore its state. A few rows for each room and
 * its members restore the same state at once, and replace a journal that has grown long.
 *
 * Not every change has a row. That a member left or was kicked, or that a room was closed, is an
 * entry of the log; reading the entry has the same effects that it had in chat.c. A change that
 * clients report again by themselves has no row either: how far a member has read.
 *
 *     room:    room 4 | id 16 | first entry 8 | flags 1 | salt 16 | proof 32 | name
 *     member:  member 4 | room 4 | tag 4 | session 8 | id 32 | up 32 | down 32 | opened 4 |
 *              under 4 | read 8 | accepted 8 | last 8 | flags 1 | name
 *     session: session 8 | tag 4 | up 32 | down 32 | opened 4 | under 4 | read 8 | accepted 8
 *     address: session 8 | under 4 | port 2 | address 4, or scope 4 and address 16
 *     accepted: session 8 | accepted 8
 *     entry:   room 4 | tag 4 | number 8 | the row as it travels
 *     start:   number 4 | id 16
 *     kicked:  room 4 | tag 4 | member id 16
 *     key:     the fingerprint of the server's key, in digits
 *     marks:   room 4 | tag 4 | as many as there are: start 4 | end 8
 *     recall:  room 4 | tag 4 | as many as there are: member id 16 | accepted 8
 *
 * The keys of a session are those of its handshake, made at the start `opened`. They are not used
 * again after a restart: see session_revive. A start row means that the server was started again
 * when all logs were as they are at this point of the journal.
 *
 * Contract: as chat.h; no files. Numbers are big-endian. Indices are those of the chat: members
 * and rooms get their old places back, because session ids contain them.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "chat/chat.h"

enum {
    CHANGE_START = 64, /* kinds beside those of chat.h: the server has started; */
    CHANGE_KICKED,     /* in a summary: a member id that was kicked from a room; */
    CHANGE_MARKS,      /* where a room's log ended at earlier starts; */
    CHANGE_RECALL,     /* the last items accepted from members that have gone; */
    CHANGE_KEY = 80,   /* at each start, and first in a summary: the server's key */
    CHANGE_LIMIT = FRAME_ROW + 16 + FRAME_ENTRY_LIMIT, /* bytes of a row */
    CHANGE_TAG = 4,      /* bytes of an id, which show that an index still means the same */
    CHANGE_LOCKED = 1,   /* flags of a room */
    CHANGE_CLOSED = 2,
    CHANGE_HOST = 1,     /* flags of a member */
    CHANGE_GONE = 2
};

/* Writes the row of a change, CHANGE_LIMIT bytes at most, and returns its size. CHANGE_ENTRY writes
   the last entry of the room. */
size_t change_write(const struct chat *chat, enum chat_change change, uint32_t index, void *out);

/* The same for any entry that the room's log still has. */
size_t change_write_entry(const struct chat *chat, uint32_t room, uint64_t number, void *out);

/* The same for a start that the chat still keeps. */
size_t change_write_start(const struct starts *starts, uint32_t number, void *out);

typedef void change_sink(void *context, const void *row, size_t size);

/* Writes all starts that the chat keeps. In a summary they stand before all rooms. */
void change_write_starts(const struct starts *starts, change_sink *sink, void *context);

/* Writes the row with the fingerprint of the server's key, and returns its size. */
size_t change_write_key(struct text fingerprint, void *out);

/* Writes the whole state of a room and its members, row by row. */
void change_write_room(const struct chat *chat, uint32_t room, change_sink *sink, void *context);

/* The room that a change belongs to. */
uint32_t change_room(const struct chat *chat, enum chat_change change, uint32_t index);

#endif
