#include "cursor.h"

#include <stdlib.h>
#include <string.h>

#include "wire.h"

static size_t place_of(uint64_t number)
{
    return number % CURSOR_AHEAD;
}

static void drop(struct cursor *cursor, uint64_t number)
{
    if (!cursor->places[place_of(number)].bytes) return;
    free(cursor->places[place_of(number)].bytes);
    cursor->places[place_of(number)].bytes = NULL;
    cursor->waiting--;
}

void cursor_start(struct cursor *cursor, uint64_t read)
{
    for (uint64_t number = 0; number < CURSOR_AHEAD; number++) drop(cursor, number);
    cursor->read = cursor->gone = read;
}

void cursor_gone(struct cursor *cursor, uint64_t number)
{
    if (number > cursor->gone && number < CURSOR_LIMIT) cursor->gone = number;
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
    if (cursor->places[place_of(number)].bytes) return;
    unsigned char *bytes = malloc(1 + row.bytes.size);
    if (!bytes) return;
    bytes[0] = row.kind;
    if (row.bytes.size > 0) memcpy(bytes + 1, row.bytes.bytes, row.bytes.size);
    cursor->places[place_of(number)].bytes = bytes;
    cursor->places[place_of(number)].size = row.bytes.size;
    cursor->waiting++;
}

/* The first entry from `read` on that waits, or 0. */
static uint64_t first_waiting(const struct cursor *cursor)
{
    if (cursor->waiting == 0) return 0;
    uint64_t number = cursor->read;
    while (!cursor->places[place_of(number)].bytes) number++;
    return number;
}

/* The entry at `read`. A gap that has come to its turn is not one. */
static bool waits_here(struct cursor *cursor, struct row *row)
{
    size_t place = place_of(cursor->read);
    const unsigned char *bytes = cursor->places[place].bytes;

    if (!bytes) return false;
    *row = (struct row){bytes[0], {(const char *)bytes + 1, cursor->places[place].size}};
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

/* Behind a gap, the places are those of other numbers: nothing waits before `gone` by then. */
void cursor_step(struct cursor *cursor, uint64_t count)
{
    if (count == 1) drop(cursor, cursor->read);
    cursor->read += count;
}

uint64_t cursor_from(const struct cursor *cursor)
{
    uint64_t first = first_waiting(cursor);
    return first == cursor->read ? 0 : first;
}
