/*
 * recovery: restores a chat from the rows that change.h has written.
 *
 * Model: each row is applied to a new chat, at the places that it names. After the last row the
 * chat has its old state, with two exceptions: it does not know what each member has received, nor
 * where each client is now. So the server announces the start to each member (announce.h), and the
 * client answers with its position in the log.
 *
 * Nobody can tell whether the file has all rows that were ever written: it may be an older copy, or
 * may have lost its end. So no security depends on that: each start has a random id of its own, and
 * the keys of all sessions are derived anew with that id.
 *
 * Contract: as chat.h; no files.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "change.h"

struct recovery {
    struct chat *chat; /* new; nothing is recorded yet */
    bool salvage;      /* rows are missing: a row replaces what it contradicts */
    int64_t now;       /* milliseconds */
    bool begun;        /* set to false; recovery_take and recovery_end change it */
};

enum recovery_result {
    RECOVERY_TAKEN,
    RECOVERY_UNFIT,    /* the row contradicts earlier rows, or is malformed */
    RECOVERY_NO_PLACE, /* the chat was made for fewer members */
    RECOVERY_NO_MEMORY
};

/* Applies a row. With any result but RECOVERY_TAKEN, the row counts as missing. */
enum recovery_result recovery_take(struct recovery *recovery, struct row row);

/*
 * Call it after the last row. The chat is then ready, under a new start, which the caller must
 * write to the journal. If the chat was salvaged, rows may be missing in the middle, so all earlier
 * starts are dropped. Members must then join again, and their clients do that by themselves.
 * False: no memory.
 */
bool recovery_end(struct recovery *recovery);

#endif
