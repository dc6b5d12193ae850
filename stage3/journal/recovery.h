/*
 * recovery: a chat made again from the rows that change.h wrote of it.
 *
 * Model: row after row is put into a new chat, at the places that they name. Behind the last one
 * the chat is as it was, but for one thing: it does not know who has got what, and where everybody
 * is. So each member is told of the start (announce.h), and goes on from where it says it is.
 *
 * Whether these are all the rows that there ever were nobody can tell: the file may be an older
 * copy, or may have lost its end. So nothing hangs on it: a start has an id of its own, drawn at
 * random, and the keys of all sessions are made anew with that.
 *
 * Contract: as chat.h; no files.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "change.h"

struct recovery {
    struct chat *chat; /* new, and without a journal so far */
    bool salvage;      /* rows are missing: what contradicts what we have is put in its place */
    int64_t now;
    bool begun;        /* by recovery_take or recovery_end: set to false */
};

enum recovery_result {
    RECOVERY_TAKEN,
    RECOVERY_UNFIT,    /* it contradicts what came before it, or is no row of ours */
    RECOVERY_NO_PLACE, /* the chat was made for fewer members */
    RECOVERY_NO_MEMORY
};

/* Takes a row. If the result is another than RECOVERY_TAKEN, the row is as good as not there. */
enum recovery_result recovery_take(struct recovery *recovery, struct row row);

/*
 * Behind the last one. The chat is ready, under a new start (which is for the caller to write
 * down). If it was salvaged, rows may be missing in the middle: so the starts of before count for
 * nothing, and members must come in anew, which their clients do by themselves. False: no memory.
 */
bool recovery_end(struct recovery *recovery);

#endif
