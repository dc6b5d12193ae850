#include "starts.h"

#include <stdlib.h>
#include <string.h>

void starts_add(struct starts *starts, uint32_t number, const unsigned char id[SEAL_ID])
{
    if (starts->now == 0 || number != starts->now + 1) starts->first = number;
    starts->now = number;
    if (number - starts->first >= STARTS_KEPT) starts->first = number - STARTS_KEPT + 1;
    memcpy(starts->ids[number % STARTS_KEPT], id, SEAL_ID);
}

const unsigned char *starts_id(const struct starts *starts, uint32_t number)
{
    bool kept = number != 0 && number >= starts->first && number <= starts->now;
    return kept ? starts->ids[number % STARTS_KEPT] : NULL;
}

uint32_t starts_number(const struct starts *starts, const unsigned char id[SEAL_ID])
{
    for (uint32_t number = starts->now; number != 0 && number >= starts->first; number--) {
        if (memcmp(starts_id(starts, number), id, SEAL_ID) == 0) return number;
    }
    return 0;
}

static bool make_space(struct marks *marks)
{
    if (marks->count < marks->space) return true;
    if (marks->space == STARTS_KEPT) {
        memmove(marks->list, marks->list + 1, --marks->count * sizeof *marks->list);
        return true;
    }
    uint32_t space = marks->space > 0 ? 2 * marks->space : 4;
    struct mark *list = realloc(marks->list, space * sizeof *list);
    if (!list) return false;
    marks->list = list;
    marks->space = space;
    return true;
}

bool marks_add(struct marks *marks, uint32_t start, uint64_t end)
{
    if (!make_space(marks)) return false;
    marks->list[marks->count++] = (struct mark){start, end};
    return true;
}

void marks_free(struct marks *marks)
{
    free(marks->list);
    *marks = (struct marks){NULL, 0, 0};
}

uint64_t marks_after(const struct marks *marks, uint32_t start, uint64_t end)
{
    for (uint32_t i = 0; i < marks->count; i++) {
        if (marks->list[i].start > start) return marks->list[i].end;
    }
    return end;
}
