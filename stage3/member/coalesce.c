#include "coalesce.h"

#include <string.h>

static void add(struct coalesce_group *group, const unsigned char id[SEAL_ID], struct text name)
{
    group->count++;
    if (group->known == COALESCE_LIMIT) return;
    memcpy(group->list[group->known].id, id, SEAL_ID);
    memcpy(group->list[group->known].name, name.bytes, name.size);
    group->list[group->known++].size = name.size;
}

/* A linear search, because there are few. False: not found. */
static bool cancel(struct coalesce_group *group, const unsigned char id[SEAL_ID])
{
    size_t i = 0;

    while (i < group->known && memcmp(group->list[i].id, id, SEAL_ID) != 0) i++;
    if (i == group->known) return false;
    group->known--;
    group->count--;
    memmove(&group->list[i], &group->list[i + 1], (group->known - i) * sizeof group->list[0]);
    return true;
}

static bool empty(const struct coalesce *coalesce)
{
    return coalesce->joined.count == 0 && coalesce->left.count == 0;
}

void coalesce_joined(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                     int64_t now)
{
    if (empty(coalesce)) coalesce->since = now;
    add(&coalesce->joined, id, name);
}

void coalesce_left(struct coalesce *coalesce, const unsigned char id[SEAL_ID], struct text name,
                   int64_t now)
{
    if (empty(coalesce)) coalesce->since = now;
    if (!cancel(&coalesce->joined, id)) add(&coalesce->left, id, name);
}

int64_t coalesce_due(const struct coalesce *coalesce)
{
    return empty(coalesce) ? COALESCE_NEVER : coalesce->since + COALESCE_TIME;
}

static size_t take(struct coalesce_group *group, const char *what, char out[NOTICE_LIMIT])
{
    struct text names[NOTICE_NAMES];
    size_t known = group->known < NOTICE_NAMES ? group->known : NOTICE_NAMES;

    for (size_t i = 0; i < known; i++) {
        names[i] = (struct text){group->list[i].name, group->list[i].size};
    }
    size_t size = notice_members(names, known, group->count, what, out);
    group->known = 0;
    group->count = 0;
    return size;
}

size_t coalesce_take(struct coalesce *coalesce, char out[NOTICE_LIMIT])
{
    if (coalesce->left.count > 0) return take(&coalesce->left, "left", out);
    if (coalesce->joined.count > 0) return take(&coalesce->joined, "joined", out);
    return 0;
}
