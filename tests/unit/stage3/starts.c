/* links: stage3/chat/starts.c */
/*
 * starts: which ids and marks are kept, and for how much of a log they vouch.
 */
#include "chat/starts.h"

#include <string.h>

#include "tap.h"

static struct starts starts;

static const unsigned char *id_of(uint32_t number)
{
    static unsigned char id[SEAL_ID];

    memset(id, 'x', sizeof id);
    id[0] = (unsigned char)number;
    id[SEAL_ID - 1] = (unsigned char)(number >> 8);
    return id;
}

static bool knows(uint32_t number)
{
    const unsigned char *id = starts_id(&starts, number);

    return id && memcmp(id, id_of(number), SEAL_ID) == 0
        && starts_number(&starts, id_of(number)) == number;
}

/* All from `first` to `last` are known, and nothing around them. */
static bool knows_only(uint32_t first, uint32_t last)
{
    for (uint32_t number = 0; number < last + 3 * STARTS_KEPT; number++) {
        bool wanted = number >= first && number <= last && number > 0;
        if (wanted && !knows(number)) return false;
        if (!wanted && starts_id(&starts, number)) return false;
        if (!wanted && starts_number(&starts, id_of(number)) != 0) return false;
    }
    return true;
}

static void ids(void)
{
    bool right = true;

    ok(!starts_id(&starts, 0) && !starts_id(&starts, 1), "no start is known at first");
    for (uint32_t number = 1; number <= 3 * STARTS_KEPT; number++) {
        starts_add(&starts, number, id_of(number));
        uint32_t first = number > STARTS_KEPT ? number - STARTS_KEPT + 1 : 1;
        right = right && starts.now == number && knows_only(first, number);
    }
    ok(right, "the last %d are known, by number and by id, and no others", STARTS_KEPT);
    starts_add(&starts, 1000, id_of(1000));
    ok(knows_only(1000, 1000), "a start that is not the next one begins anew");
    starts_add(&starts, 1001, id_of(1001));
    ok(knows_only(1000, 1001), "the next start follows the new one");
}

static void marks(void)
{
    struct marks marks = {0};
    bool right = true;

    ok(marks_after(&marks, 5, 77) == 77, "a log without marks is whole");
    right = marks_add(&marks, 3, 10) && marks_add(&marks, 4, 20) && marks_add(&marks, 7, 30);
    ok(right && marks_after(&marks, 2, 99) == 10,
       "entries read before a start count up to its mark");
    ok(marks_after(&marks, 3, 99) == 20 && marks_after(&marks, 4, 99) == 30,
       "entries read under a start count up to the next mark");
    ok(marks_after(&marks, 5, 99) == 30 && marks_after(&marks, 6, 99) == 30,
       "entries read under a start without a mark count up to the next mark");
    ok(marks_after(&marks, 7, 99) == 99, "entries read under the last start all count");
    for (uint32_t start = 8; start < 8 + STARTS_KEPT; start++) {
        right = right && marks_add(&marks, start, 10 * (uint64_t)start);
    }
    ok(right && marks.count == STARTS_KEPT && marks_after(&marks, 0, 999) == 80
       && marks_after(&marks, 7 + STARTS_KEPT, 999) == 999, "%d are kept, the last", STARTS_KEPT);
    marks_free(&marks);
    ok(!marks.list && marks.count == 0 && marks_after(&marks, 0, 5) == 5, "freed, there is none");
}

int main(void)
{
    plan(11);
    ids();
    marks();
    return done();
}
