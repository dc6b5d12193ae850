/*
 * history: the first witness. It reads the server's logs after each step of the server, keeps every
 * entry, and checks that no log has an entry that did not happen: a line that its author did not
 * say or said before, or a leave that the member did not want.
 *
 * A server that is killed may lose what was only in its memory. An entry counts as soon as the
 * journal has it, and nobody may be told of it before.
 *
 * A server that is killed may go back: its journal is an older copy, or has lost its end. So the
 * truth about a room is a tree: each start of the server has a version of its own, which begins
 * with what its journal had of an earlier one. A version's entries never change, and a client is
 * checked against the version of the start that it is under (membership_start).
 *
 *     first start    1 2 3 4 5 6 7           it is killed, and a copy put back that ends with 4
 *     second start   1 2 3 4 5' 6'           5 and 5' are different rows
 *
 * Contract: call history_watch after each call into the server, history_commit when everything is
 * in the journal, history_crash when the server is killed and history_restart when it is back. A
 * history stays until the run ends.
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
    struct history_row *earlier;  /* the same line of its author, in another version */
    struct history_row *next;     /* in the list of all rows */
};

struct version {
    unsigned char start[SEAL_ID]; /* of the server */
    uint64_t end;                 /* the number of the next entry that counts, */
    uint64_t seen;                /* and of the next one in the server's memory: `end` or more */
    uint64_t dropped;             /* the server has dropped the entries before this one */
    struct history_row **rows;    /* owned; the rows are not: entry n is at n - 1 */
    size_t room;
    struct version *before;       /* the one made before this one */
};

struct history {
    unsigned char id[SEAL_ID];
    uint32_t slot;                /* the room's index in the server's array, while it is there */
    bool locked;
    bool closed;                  /* its last entry says so */
    bool there;                   /* the server still has the room */
    bool gone;                    /* the server no longer had the room when it was killed */
    struct soul *host;            /* who joined first */
    uint32_t count;               /* members, according to the entries */
    struct version *now;          /* owned, with all before: of the last start that had the room */
    struct history *next;         /* in the list of all histories */
};

void history_begin(void);
void history_end(void);
void history_watch(const struct chat *chat);
void history_commit(const struct chat *chat);

/* The server has been killed. It keeps what is in the journal, or nothing without one. */
void history_crash(bool journal);

/* The server is back with what its journal had. `back`: the journal had lost something. */
void history_restart(const struct chat *chat, bool back);

/* NULL: the server never had such a room. */
struct history *history_find(const unsigned char id[SEAL_ID]);

/* NULL: the room did not exist under that start. */
const struct version *history_version(const struct history *history,
                                      const unsigned char start[SEAL_ID]);

/* Entry `number`, which must exist. */
void history_entry(const struct version *version, uint64_t number, struct entry *entry);

/* The number of the first entry that the two versions do not have in common. */
uint64_t history_common(const struct version *one, const struct version *other);

/* Is that line of its author an entry of the version? */
bool history_has(const struct version *version, const struct soul_item *item);

/* The entry at which a newcomer must begin that joins when the next entry is `end`. */
uint64_t history_start(const struct version *version, uint64_t end);

#endif
