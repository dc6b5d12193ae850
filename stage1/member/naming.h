/*
 * naming: the client's name, and the server's answers about it.
 *
 * Model: there is the name that the server granted, and the one that the user wishes for: hellos
 * carry the wish. The server's answer makes it the granted one, or leaves things as they were.
 *
 * Contract: no sockets, no clock. Names passed in are valid.
 */
#ifndef NAMING_H
#define NAMING_H

#include <stdbool.h>

#include "base/text.h"

struct naming {
    char wish_bytes[NAME_LIMIT];
    char granted_bytes[NAME_LIMIT];
    size_t wish_size;    /* 0: no wish, so the user must be asked */
    size_t granted_size; /* 0: none granted yet */
};

enum naming_news {
    NAMING_NO_NEWS, /* not an answer to the wish, or a late one */
    NAMING_WELCOME, /* this name is granted (again, or as the first one) */
    NAMING_RENAMED, /* another name than before is granted */
    NAMING_KEPT,    /* refused, as taken or too often: the wish is the granted name again */
    NAMING_REFUSED  /* refused, and no granted name to go back to: there is no wish */
};

void naming_wish(struct naming *naming, struct text name);
struct text naming_wished(const struct naming *naming);

/* Is there a wish that the server has not answered yet? */
bool naming_pending(const struct naming *naming);

/* What does this notice mean? Any text may be passed in. */
enum naming_news naming_hear(struct naming *naming, struct text notice);

/* Is it an old answer, which came after the user wished for another name? It is not shown. */
bool naming_is_late(const struct naming *naming, struct text notice);

#endif
