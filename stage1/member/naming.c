#include "naming.h"

#include <string.h>

#include "wire/notice.h"

void naming_wish(struct naming *naming, struct text name)
{
    memmove(naming->wish_bytes, name.bytes, name.size);
    naming->wish_size = name.size;
}

struct text naming_wished(const struct naming *naming)
{
    return (struct text){naming->wish_bytes, naming->wish_size};
}

static struct text granted(const struct naming *naming)
{
    return (struct text){naming->granted_bytes, naming->granted_size};
}

bool naming_pending(const struct naming *naming)
{
    return !text_equal(naming_wished(naming), granted(naming));
}

enum naming_news naming_hear(struct naming *naming, struct text notice)
{
    char welcome[NOTICE_LIMIT], no[NOTICE_LIMIT];
    struct text wish = naming_wished(naming);

    if (wish.size == 0) return NAMING_NO_NEWS;
    if (text_equal(notice, (struct text){welcome, notice_welcome(wish, welcome)})) {
        bool other = naming->granted_size > 0 && naming_pending(naming);
        memcpy(naming->granted_bytes, naming->wish_bytes, naming->wish_size);
        naming->granted_size = naming->wish_size;
        return other ? NAMING_RENAMED : NAMING_WELCOME;
    }
    if (!text_equal(notice, (struct text){no, notice_taken(wish, no)})
        && !text_equal(notice, (struct text){no, notice_too_often(wish, no)})) {
        return NAMING_NO_NEWS;
    }
    /* If even the granted name is taken (after the server was away), that name is lost. */
    if (!naming_pending(naming)) naming->granted_size = 0;
    naming->wish_size = 0;
    if (naming->granted_size == 0) return NAMING_REFUSED;
    naming_wish(naming, granted(naming));
    return NAMING_KEPT;
}

bool naming_is_late(const struct naming *naming, struct text notice)
{
    char welcome[NOTICE_LIMIT];

    return naming->granted_size > 0
        && text_equal(notice, (struct text){welcome, notice_welcome(granted(naming), welcome)});
}
