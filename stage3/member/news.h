/*
 * news: what a member learns about its room, for the program that shows it.
 *
 * The room's log is told as news, one for each entry, in order. What is missing is told as well:
 * entries that the server has dropped, and what it has lost in a restart.
 */
#ifndef NEWS_H
#define NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum news_kind {
    NEWS_SAID,   /* who, name, text, number; own: this process said it, and it is delivered */
    NEWS_JOINED, /* who, name */
    NEWS_LEFT,   /* who, name, why: enum left_why */
    NEWS_KICKED, /* who, name */
    NEWS_CLOSED, /* why: enum closed_why */
    NEWS_GAP,    /* count: the number of entries that are missing */
    NEWS_NOTICE, /* text: from the server itself, to this member */
    NEWS_BACK,   /* the server went back: it has lost the last `count` entries that were told; 0:
                    an unknown number */
    NEWS_LOST,   /* text, number: the server has also lost this line of this member, which counted
                    as delivered or on its way */
    NEWS_UNDONE  /* name: the server has also lost that this host kicked this member */
};

struct news {
    enum news_kind kind;
    uint64_t entry;           /* its number in the log; of a gap: the first; of a notice: 0 */
    bool old;                 /* it happened before this member entered for the first time */
    bool own;                 /* said, joined, left, kicked: it is this member itself */
    bool unreadable;          /* said: there is no text to show, it did not open or is no text */
    const unsigned char *who; /* SEAL_ID bytes: the member id */
    struct text name;         /* a valid name */
    struct text text;         /* valid UTF-8, not yet safe to show: see text_sanitise */
    uint64_t number;          /* of the line among all of its sender's */
    uint64_t count;
    uint8_t why;
};

/* The pointers in `news` are valid until it returns. */
typedef void news_tell(void *context, const struct news *news);

/* Can the owner take more news? While it cannot, the log waits, and so does the server. */
typedef bool news_space(void *context);

/* How the membership stands. */
enum membership_state {
    MEMBERSHIP_WAITING, /* not admitted yet */
    MEMBERSHIP_HERE,
    MEMBERSHIP_LEFT,
    MEMBERSHIP_KICKED,
    MEMBERSHIP_CLOSED
};

#endif
