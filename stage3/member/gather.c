#include "gather.h"

#include <string.h>

static void add(struct gather_group *group, const unsigned char id[SEAL_ID], struct text name)
{
    group->count++;
    if (group->known == GATHER_LIMIT) return;
    memcpy(group->list[group->known].id, id, SEAL_ID);
    memcpy(group->list[group->known].name, name.bytes, name.size);
    group->list[group->known++].size = name.size;
}

/* One after the other: they are few. False: not there. */
static bool cancel(struct gather_group *group, const unsigned char id[SEAL_ID])
{
    size_t i = 0;

    while (i < group->known && memcmp(group->list[i].id, id, SEAL_ID) != 0) i++;
    if (i == group->known) return false;
    group->known--;
    group->count--;
    memmove(&group->list[i], &group->list[i + 1], (group->known - i) * sizeof group->list[0]);
    return true;
}

static bool empty(const struct gather *gather)
{
    return gather->joined.count == 0 && gather->left.count == 0;
}

void gather_joined(struct gather *gather, const unsigned char id[SEAL_ID], struct text name,
                   int64_t now)
{
    if (empty(gather)) gather->since = now;
    add(&gather->joined, id, name);
}

void gather_left(struct gather *gather, const unsigned char id[SEAL_ID], struct text name,
                 int64_t now)
{
    if (empty(gather)) gather->since = now;
    if (!cancel(&gather->joined, id)) add(&gather->left, id, name);
}

int64_t gather_due(const struct gather *gather)
{
    return empty(gather) ? GATHER_NEVER : gather->since + GATHER_TIME;
}

static size_t take(struct gather_group *group, const char *what, char out[NOTICE_LIMIT])
{
    struct text names[NOTICE_NAMES];
    size_t known = group->known < NOTICE_NAMES ? group->known : NOTICE_NAMES;

    for (size_t i = 0; i < known; i++) {
        names[i] = (struct text){group->list[i].name, group->list[i].size};
    }
    size_t size = notice_people(names, known, group->count, what, out);
    group->known = 0;
    group->count = 0;
    return size;
}

size_t gather_take(struct gather *gather, char out[NOTICE_LIMIT])
{
    if (gather->left.count > 0) return take(&gather->left, "left", out);
    if (gather->joined.count > 0) return take(&gather->joined, "joined", out);
    return 0;
}
