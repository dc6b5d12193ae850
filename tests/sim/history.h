/*
 * history: the first witness. It looks at the server's logs after each of its steps and keeps all
 * that was ever appended, and sees to it that no log says what did not happen: a line that its
 * author did not say, or said before; somebody who left without wanting to.
 *
 * What the server has in its memory only may be forgotten, if it is killed. It counts from when the
 * journal has it, and nobody may be told of it before.
 *
 * Contract: history_watch after each call into the server, history_commit when all is in the
 * journal. A history stays until the run ends.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "chat.h"
#include "soul.h"

struct history {
    unsigned char id[SEAL_ID];
    uint32_t slot;             /* in the server's array, while it is there */
    bool locked;
    bool closed;               /* its last entry says so */
    bool there;                /* the server still has it */
    struct soul *host;         /* who came in first */
    uint64_t end;              /* the number of the next entry that counts, */
    uint64_t seen;             /* and of the next one in the server's memory: `end` or more */
    uint64_t dropped;          /* the server has no entries before this one any more */
    uint32_t count;            /* members, as the entries say */
    struct history_row {
        unsigned char *bytes;  /* owned: a row, as it travels */
        size_t size;
    } *rows;                   /* owned: entry n is at n - 1 */
    size_t room;
    struct history *next;      /* all of them */
};

void history_begin(void);
void history_end(void);
void history_watch(const struct chat *chat);
void history_commit(const struct chat *chat);

/* The server has been killed: it has what was in the journal, or nothing any more. */
void history_crash(bool journal);

/* NULL: the server never had such a room. */
struct history *history_find(const unsigned char id[SEAL_ID]);

/* Entry `number`, which must be there. */
void history_entry(const struct history *history, uint64_t number, struct entry *entry);

/* Where a newcomer should begin who comes in when the next entry is `end`. */
uint64_t history_start(const struct history *history, uint64_t end);

#endif
