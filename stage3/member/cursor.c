#include "cursor.h"

#include "base/bytes.h"

static size_t place_of(uint64_t number)
{
    return number % CURSOR_AHEAD;
}

static void drop(struct cursor *cursor, uint64_t number)
{
    struct assembly *place = &cursor->places[place_of(number)];

    if (!place->row) return;
    if (assembly_whole(place)) cursor->waiting--;
    else cursor->begun--;
    assembly_drop(place);
}

void cursor_start(struct cursor *cursor, uint64_t read)
{
    for (uint64_t number = 0; number < CURSOR_AHEAD; number++) drop(cursor, number);
    cursor->read = cursor->gone = read;
    cursor->latest = 0;
}

void cursor_gone(struct cursor *cursor, uint64_t number)
{
    if (number > cursor->gone && number < FRAME_LOG_LIMIT) cursor->gone = number;
}

/* The end of a gap that has begun already. */
static bool is_gap(struct row row)
{
    return row.kind == ENTRY_GAP && row.bytes.size == 8;
}

void cursor_put(struct cursor *cursor, uint64_t number, struct row row)
{
    if (is_gap(row) && number <= cursor->read) {
        cursor_gone(cursor, wire_get64(row.bytes.bytes));
        return;
    }
    if (number < cursor->read || number - cursor->read >= CURSOR_AHEAD) return;
    struct assembly *place = &cursor->places[place_of(number)];
    if (assembly_whole(place)) return;
    drop(cursor, number); /* its parts, now that it has come whole */
    if (assembly_put(place, row)) cursor->waiting++;
}

void cursor_put_part(struct cursor *cursor, const struct part *part)
{
    uint64_t number = part->number;

    if (number < cursor->read || number - cursor->read >= CURSOR_AHEAD) return;
    struct assembly *place = &cursor->places[place_of(number)];
    if (assembly_whole(place)) return;
    if (place->size != part->whole) drop(cursor, number);
    bool fresh = !place->row;
    if (!assembly_add(place, part)) return;
    if (fresh) cursor->begun++;
    if (number > cursor->latest) cursor->latest = number;
    if (!assembly_whole(place)) return;
    cursor->begun--;
    cursor->waiting++;
}

/* The first entry from `read` on that waits, or 0. */
static uint64_t first_waiting(const struct cursor *cursor)
{
    if (cursor->waiting == 0) return 0;
    uint64_t number = cursor->read;
    while (!assembly_whole(&cursor->places[place_of(number)])) number++;
    return number;
}

/* The entry at `read`. A gap whose turn has come is skipped. */
static bool waits_here(struct cursor *cursor, struct row *row)
{
    const struct assembly *place = &cursor->places[place_of(cursor->read)];

    if (!assembly_whole(place)) return false;
    *row = assembly_row(place);
    if (!is_gap(*row)) return true;
    cursor_gone(cursor, wire_get64(row->bytes.bytes));
    drop(cursor, cursor->read);
    return false;
}

enum cursor_next cursor_look(struct cursor *cursor, struct row *row, uint64_t *count)
{
    if (waits_here(cursor, row)) return CURSOR_ENTRY;
    if (cursor->read >= cursor->gone) return CURSOR_NOTHING;
    uint64_t next = first_waiting(cursor);
    *count = (next != 0 && next < cursor->gone ? next : cursor->gone) - cursor->read;
    return CURSOR_GAP;
}

/* After a gap, the places belong to other numbers: nothing waits before `gone` by then. But parts
   of an entry may have come whose other parts never will. */
void cursor_step(struct cursor *cursor, uint64_t count)
{
    if (count == 1) drop(cursor, cursor->read);
    for (uint64_t i = 0; cursor->begun > 0 && i < count && i < CURSOR_AHEAD; i++) {
        drop(cursor, cursor->read + i);
    }
    cursor->read += count;
}

uint64_t cursor_from(const struct cursor *cursor)
{
    uint64_t first = first_waiting(cursor);

    if (first == 0 && cursor->begun > 0) return cursor->latest + 1;
    return first == cursor->read ? 0 : first;
}

bool cursor_arriving(const struct cursor *cursor)
{
    const struct assembly *place = &cursor->places[place_of(cursor->read)];

    return cursor->waiting == 0 && cursor->begun == 1 && place->row && assembly_in_order(place);
}
