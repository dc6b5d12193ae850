#include "notice.h"

#include <stdio.h>

/* A name as printf's "%.*s" wants it: first the size, then the bytes. */
#define SHOW(name) (int)(name).size, (name).bytes

size_t notice_welcome(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "welcome, %.*s", SHOW(name));
}

size_t notice_put_out(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "%.*s was put out by the host", SHOW(name));
}

size_t notice_nobody(struct text name, char out[NOTICE_LIMIT])
{
    return (size_t)snprintf(out, NOTICE_LIMIT, "nobody here is called %.*s", SHOW(name));
}

size_t notice_people(const struct text *names, size_t count, const char *what,
                     char out[NOTICE_LIMIT])
{
    int size;

    if (count == 1) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s %s", SHOW(names[0]), what);
    } else if (count == 2) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s and %.*s %s",
                        SHOW(names[0]), SHOW(names[1]), what);
    } else if (count == 3) {
        size = snprintf(out, NOTICE_LIMIT, "%.*s, %.*s and %.*s %s",
                        SHOW(names[0]), SHOW(names[1]), SHOW(names[2]), what);
    } else {
        size = snprintf(out, NOTICE_LIMIT, "%.*s, %.*s and %zu others %s",
                        SHOW(names[0]), SHOW(names[1]), count - 2, what);
    }
    return (size_t)size;
}
