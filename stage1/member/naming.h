/*
 * naming: under which name a client goes, and what the server says to that.
 *
 * Model: there is the name that was granted, and the one that is wished for: hellos carry the wish.
 * The server's answer makes it the granted one, or leaves things as they were.
 *
 * Contract: no sockets, no clock. Names that are handed in are valid.
 */
#ifndef NAMING_H
#define NAMING_H

#include <stdbool.h>

#include "base/text.h"

struct naming {
    char wish_bytes[NAME_LIMIT];
    char granted_bytes[NAME_LIMIT];
    size_t wish_size;    /* 0: nothing is wished for, the user must be asked */
    size_t granted_size; /* 0: nothing was granted yet */
};

enum naming_news {
    NAMING_NO_NEWS, /* not an answer to us, or a late one */
    NAMING_WELCOME, /* we have this name (still, or the first we have) */
    NAMING_RENAMED, /* we have another name than before */
    NAMING_KEPT,    /* refused, taken or too often: the wish is the granted name again */
    NAMING_REFUSED  /* refused, and there is none to go back to: nothing is wished for */
};

void naming_wish(struct naming *naming, struct text name);
struct text naming_wished(const struct naming *naming);

/* A wish that the server has not answered yet. */
bool naming_pending(const struct naming *naming);

/* What does this notice mean? Anything may be handed in. */
enum naming_news naming_hear(struct naming *naming, struct text notice);

/* Is it an old answer, that came after another name had been wished for? No news for anybody. */
bool naming_is_late(const struct naming *naming, struct text notice);

#endif
