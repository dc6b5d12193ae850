/*
 * recovery: a chat made again from the rows that change.h wrote of it.
 *
 * Model: row after row is put into a new chat, at the places that they name. Behind the last one
 * the chat is as it was, but for one thing: it does not know who has got what, and where everybody
 * is. So each member is asked (session_revive), and goes on from where it says it is.
 *
 * Contract: as chat.h; no files.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "change.h"

struct recovery {
    struct chat *chat; /* new, and without a journal so far */
    uint64_t boot;     /* the greatest number of a start */
    bool salvage;      /* rows are missing: what contradicts what we have is put in its place */
    int64_t now;
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
 * Behind the last one. The chat is ready, with sessions that count from `counter` on. If it was
 * salvaged, nobody knows what is missing. So members must come in anew, which their clients do by
 * themselves, and the logs begin beyond any number that a client may have seen.
 */
void recovery_end(struct recovery *recovery, uint64_t counter);

#endif
