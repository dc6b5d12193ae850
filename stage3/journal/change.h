/*
 * change: the state of a chat as bytes, change by change. The way back is in recovery.h.
 *
 * Model: what a journal holds is rows of [kind: 1][size: 2][bytes], as frame.h makes them. Each
 * says what is so from now on: this member has these keys, this room's log has one more entry. Told
 * one after the other to an empty chat, they make it what it was. A few rows for each room, with
 * all its members, do the same at once: so a journal that has grown long is made short.
 *
 * Not every change has a row. That somebody left or was kicked, or that a room was closed, is an
 * entry of the log, and what follows of it is done when it is read, as chat.c has done it. What
 * will show by itself (how far a member has read) is not kept at all.
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
 * The keys of a session are those that its exchange has made, at the start `opened`. They are not
 * used again after a restart: see session_revive. A start says that the server was started anew,
 * and that all logs were then as they are at this point of the journal.
 *
 * Contract: as chat.h; no files. Numbers are big-endian. Indices are those of the chat: members
 * and rooms get back the places they had, because session ids name them.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "chat/chat.h"

enum {
    CHANGE_START = 64, /* kinds beside those of chat.h: the server has started, */
    CHANGE_KICKED,     /* and, in a summary, a member id that was kicked from a room, */
    CHANGE_MARKS,      /* and how far a room's log had come at earlier starts, */
    CHANGE_RECALL,     /* and how far members were heard that have gone */
    CHANGE_KEY = 80,   /* and, at each start and at the beginning of a summary, whose key it has */
    CHANGE_LIMIT = FRAME_ROW + 16 + FRAME_ENTRY_LIMIT, /* bytes of a row */
    CHANGE_TAG = 4,      /* bytes of an id that show that an index means the same as it did */
    CHANGE_LOCKED = 1,   /* flags of a room */
    CHANGE_CLOSED = 2,
    CHANGE_HOST = 1,     /* flags of a member */
    CHANGE_GONE = 2
};

/* Writes the row of a change, CHANGE_LIMIT bytes at most, and returns its size. For CHANGE_ENTRY it
   is the last one. */
size_t change_write(const struct chat *chat, enum chat_change change, uint32_t index, void *out);

/* The same for an entry that is there. */
size_t change_write_entry(const struct chat *chat, uint32_t room, uint64_t number, void *out);

/* The same for a start that is kept. */
size_t change_write_start(const struct starts *starts, uint32_t number, void *out);

typedef void change_sink(void *context, const void *row, size_t size);

/* All starts that are kept. In a summary they come first, before there is any room. */
void change_write_starts(const struct starts *starts, change_sink *sink, void *context);

/* The same for the fingerprint of the server's key. */
size_t change_write_key(struct text fingerprint, void *out);

/* Everything there is to say of a room and its members, row by row. */
void change_write_room(const struct chat *chat, uint32_t room, change_sink *sink, void *context);

/* The room that a change is about. */
uint32_t change_room(const struct chat *chat, enum chat_change change, uint32_t index);

#endif
