/*
 * history: the first witness. It looks at the server's logs after each of its steps and keeps all
 * that was ever appended, and sees to it that no log says what did not happen: a line that its
 * author did not say, or said before; somebody who left without wanting to.
 *
 * What the server has in its memory only may be forgotten, if it is killed. It counts from when the
 * journal has it, and nobody may be told of it before.
 *
 * A server that is killed may go back: its journal is an older copy, or has lost its end. So the
 * truth about a room is a tree: each start of the server has a version of its own, which begins
 * with what that journal had of another one. What a version says never changes, and a client's
 * word counts for the start under which it is (membership_start).
 *
 *     first start    1 2 3 4 5 6 7           it is killed, and a copy put back that ends with 4
 *     second start   1 2 3 4 5' 6'           5 and 5' are different rows
 *
 * Contract: history_watch after each call into the server, history_commit when all is in the
 * journal, history_crash when it is killed and history_restart when it is back. A history stays
 * until the run ends.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "chat/chat.h"
#include "soul.h"

struct history_row {
    unsigned char *bytes;         /* owned: a row, as it travels */
    size_t size;
    uint64_t number;
    int64_t at;                   /* milliseconds: when it came into the log */
    struct history_row *earlier;  /* the same line of its author, in another past */
    struct history_row *next;     /* all of them */
};

struct version {
    unsigned char start[SEAL_ID]; /* of the server */
    uint64_t end;                 /* the number of the next entry that counts, */
    uint64_t seen;                /* and of the next one in the server's memory: `end` or more */
    uint64_t dropped;             /* the server has no entries before this one any more */
    struct history_row **rows;    /* owned; the rows are not: entry n is at n - 1 */
    size_t room;
    struct version *before;       /* the one made before this one */
};

struct history {
    unsigned char id[SEAL_ID];
    uint32_t slot;                /* in the server's array, while it is there */
    bool locked;
    bool closed;                  /* its last entry says so */
    bool there;                   /* the server still has it */
    bool gone;                    /* it had it no more when it was killed */
    struct soul *host;            /* who came in first */
    uint32_t count;               /* members, as the entries say */
    struct version *now;          /* owned, with all before: of the last start that had the room */
    struct history *next;         /* all of them */
};

void history_begin(void);
void history_end(void);
void history_watch(const struct chat *chat);
void history_commit(const struct chat *chat);

/* The server has been killed: it has what was in the journal, or nothing any more. */
void history_crash(bool journal);

/* It is back with what its journal had; `back`: which was not all. */
void history_restart(const struct chat *chat, bool back);

/* NULL: the server never had such a room. */
struct history *history_find(const unsigned char id[SEAL_ID]);

/* NULL: it was not there under that start. */
const struct version *history_version(const struct history *history,
                                      const unsigned char start[SEAL_ID]);

/* Entry `number`, which must be there. */
void history_entry(const struct version *version, uint64_t number, struct entry *entry);

/* The number of the first entry that they do not have in common. */
uint64_t history_common(const struct version *one, const struct version *other);

/* Is that line of its author an entry there? */
bool history_has(const struct version *version, const struct soul_item *item);

/* Where a newcomer should begin who comes in when the next entry is `end`. */
uint64_t history_start(const struct version *version, uint64_t end);

#endif
