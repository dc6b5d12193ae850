/*
 * journal_writer: keeps the journal of a chat, and restores the chat from it.
 *
 * Model: the chat reports each change, and the writer adds it to the journal as a row (change.h).
 * After each turn the server asks whether everything is written: only then may it send. If a write
 * fails, the chat stands still, the members are told why, and the writer tries again once a second.
 *
 * When the journal has grown long, the writer writes a shorter one: some rooms with each turn. It
 * also does so when the journal has keys of sessions that are over. Whoever steals the file later,
 * and has a recording of the network, must not be able to read what was said in those sessions.
 * The writer counts the sessions in the file to notice that.
 *
 * Once a second the writer checks that the file still has its name and its size. If somebody has
 * removed or replaced it, the next start would not find what is said from now on. So the writer
 * tells all members, and writes a complete new journal in the same way as a shorter one. If even
 * that fails, the chat stands still.
 *
 * Contract: without a path all functions do nothing and report success.
 */
#ifndef JOURNAL_WRITER_H
#define JOURNAL_WRITER_H

#include "chat/chat.h"
#include "journal.h"

enum {
    JOURNAL_WRITER_RETRY = 1000,              /* milliseconds between two tries to write */
    JOURNAL_WRITER_COMPLAIN = 10000,          /* milliseconds between two complaints about that */
    JOURNAL_WRITER_LOOK = 1000,               /* milliseconds between two checks that the file is
                                                 there */
    JOURNAL_WRITER_SLICE = 64 * 1024,         /* bytes of the shorter journal after which a turn
                                                 writes no further room; one room is 256 KiB and
                                                 its members at most */
    JOURNAL_WRITER_SOON = 10000,              /* milliseconds, at least, between two shortenings
                                                 because of sessions that are over; more if the
                                                 journal is long: */
    JOURNAL_WRITER_PACE = 8 * 1024,           /* bytes a millisecond that these write on average */
    JOURNAL_WRITER_SHORTEN = 4 * 1024 * 1024, /* bytes from which a journal is worth shortening, */
    JOURNAL_WRITER_FACTOR = 4                 /* if it is this many times as long as after the last
                                                 shortening */
};

struct journal_writer {
    struct journal journal;
    struct chat *chat;
    struct text fingerprint; /* not owned */
    bool key_noted;        /* the journal names this key */
    bool damaged;          /* the journal was damaged, and the chat has the good part of it */
    int64_t retry_at;      /* milliseconds */
    int64_t complain_at;   /* milliseconds */
    int64_t look_at;       /* milliseconds */
    int64_t now;           /* milliseconds, at the last commit */
    int64_t soon_at;       /* milliseconds: before then, sessions that are over do not count */
    uint64_t shorten_at;   /* bytes of the journal from which it is shortened */
    uint64_t keys;         /* sessions whose keys are in the file */
    uint64_t copy_keys;    /* sessions whose keys are in the shorter journal */
    size_t slice;          /* bytes: see JOURNAL_WRITER_SLICE */
    uint32_t next_room;    /* the shorter journal has all rooms before this one */
};

/*
 * Restores the journal's state into the chat, which must be new. An error ends the program.
 * `fingerprint` is that of the server's key. A journal that was written under another key is
 * refused: the proofs of its rooms' passwords depend on the key, so nobody could join. Nothing is
 * written before journal_writer_begin, which notes the key: so test the key before that call.
 */
struct journal_writer_options {
    const char *path, *fingerprint;
    bool sync, salvage;
};

void journal_writer_open(struct journal_writer *writer, struct chat *chat,
                         const struct journal_writer_options *options, int64_t now);
void journal_writer_begin(struct journal_writer *writer);
void journal_writer_close(struct journal_writer *writer);

/* Writes all changes. True: they are in the file, and the server may send. */
bool journal_writer_commit(struct journal_writer *writer, int64_t now);

/* When journal_writer_commit and journal_writer_shorten must be called again, even if nothing has
   changed. */
int64_t journal_writer_due(const struct journal_writer *writer);

/* Writes the next part of the shorter journal, if it is time for one. Call it after a successful
   journal_writer_commit. */
void journal_writer_shorten(struct journal_writer *writer);

#endif
