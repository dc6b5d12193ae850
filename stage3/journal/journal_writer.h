/*
 * journal_writer: keeps the journal of a chat, and makes the chat again from it.
 *
 * Model: the chat tells of each change, and the writer writes it down (change.h) in the journal.
 * The server asks after each turn whether all is written: only then may it be told. If it cannot be
 * written, the chat stands still, and the members are told why; once a second it is tried again.
 *
 * When the journal has grown long, a shorter one is written: room by room, some with each turn. So
 * it is, long or not, when the journal has the keys of sessions that are over: who steals it later,
 * with a recording, must not be able to read what was said in them. Whether it has is counted.
 *
 * Once a second the writer looks whether the file is still there, and as long as it should be. If
 * somebody has removed or replaced it, nothing that is said would be found at the next start. So
 * all are told, and a whole new one is written, in the same way as a shorter one; if even that
 * cannot be, the chat stands still.
 *
 * Contract: without a path everything here does nothing, and all is always well.
 */
#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include "chat/chat.h"
#include "journal.h"

enum {
    JOURNAL_WRITER_RETRY = 1000,              /* milliseconds until it is tried again to write */
    JOURNAL_WRITER_COMPLAIN = 10000,          /* milliseconds between two complaints about that */
    JOURNAL_WRITER_LOOK = 1000,               /* milliseconds between two looks whether the file is
                                                 there */
    JOURNAL_WRITER_SLICE = 64 * 1024,         /* bytes of the shorter journal that a turn may write:
                                                 at least one room, which is 256 KiB and its members
                                                 at most */
    JOURNAL_WRITER_SOON = 10000,              /* milliseconds between two shortenings because of
                                                 sessions that are over, or more: */
    JOURNAL_WRITER_PACE = 8 * 1024,           /* bytes that these write in a millisecond, over
                                                 time */
    JOURNAL_WRITER_SHORTEN = 4 * 1024 * 1024, /* bytes of a journal that is worth it, */
    JOURNAL_WRITER_FACTOR = 4                 /* if it has grown to so many times what it was after
                                                 the last time */
};

struct journal_writer {
    struct journal journal;
    struct chat *chat;
    struct text fingerprint; /* not owned */
    bool key_noted;        /* the journal was written under this very key */
    bool damaged;          /* the journal was, and some of it is in the chat */
    int64_t retry_at;      /* milliseconds */
    int64_t complain_at;   /* milliseconds */
    int64_t look_at;       /* milliseconds */
    int64_t now;           /* milliseconds, at the last commit */
    int64_t soon_at;       /* milliseconds: not before then because of sessions that are over */
    uint64_t shorten_at;   /* bytes of the journal */
    uint64_t keys;         /* sessions whose keys the file has */
    uint64_t copy_keys;    /* the same of the shorter journal */
    size_t slice;          /* bytes */
    uint32_t next_room;    /* rooms before this one are in the shorter journal */
};

/*
 * Takes the journal's state into the chat, which must be new. What goes wrong ends the program.
 * `fingerprint` is that of the server's key. A journal that was written under another key is
 * refused: what proves the passwords of its rooms hangs on the key, and so nobody could come in.
 * Nothing is written before journal_writer_begin, which notes the key: it must be a good one.
 */
void journal_writer_open(struct journal_writer *writer, struct chat *chat, const char *path,
                         const char *fingerprint, bool sync, bool salvage, int64_t now);
void journal_writer_begin(struct journal_writer *writer);
void journal_writer_close(struct journal_writer *writer);

/* Is all that has changed written down, so that it may be told? */
bool journal_writer_commit(struct journal_writer *writer, int64_t now);

/* When journal_writer_commit and journal_writer_shorten must be called again, even if nothing has
   changed. */
int64_t journal_writer_due(const struct journal_writer *writer);

/* Goes on with the shorter journal, if it is time for one. Call it when all is written. */
void journal_writer_shorten(struct journal_writer *writer);

#endif
