#include "inbox.h"

#include <stdlib.h>

static struct assembly *place_of(const struct inbox *inbox, uint64_t number)
{
    return &inbox->items[number % INBOX_ITEMS];
}

static void drop(struct inbox *inbox, uint64_t number)
{
    struct assembly *place = place_of(inbox, number);

    if (!place->row) return;
    inbox->count--;
    inbox->bytes -= place->size;
    assembly_drop(place);
}

void inbox_clear(struct inbox *inbox)
{
    for (uint64_t i = 0; inbox->count > 0; i++) drop(inbox, i);
    free(inbox->items);
    *inbox = (struct inbox){0};
}

void inbox_advance(struct inbox *inbox, uint64_t next)
{
    bool far = next < inbox->next || next - inbox->next >= INBOX_ITEMS;

    if (inbox->items && far) inbox_clear(inbox);
    while (inbox->items && inbox->next < next) drop(inbox, inbox->next++);
    if (inbox->items && inbox->count == 0) inbox_clear(inbox);
    inbox->next = next;
}

/* Returns the place for an item of that size. NULL: there is no space, or the item is whole. */
static struct assembly *make_place(struct inbox *inbox, uint64_t number, size_t size)
{
    if (number < inbox->next || number - inbox->next >= INBOX_ITEMS) return NULL;
    if (!inbox->items) inbox->items = calloc(INBOX_ITEMS, sizeof *inbox->items);
    if (!inbox->items) return NULL;
    struct assembly *place = place_of(inbox, number);
    if (assembly_whole(place)) return NULL;
    if (place->row && place->size != size) drop(inbox, number);
    bool fits = place->row || number == inbox->next || inbox->bytes + size <= INBOX_BYTES;
    return fits ? place : NULL;
}

/* Counts a place that was filled, or was not, for lack of memory. */
static void count(struct inbox *inbox, const struct assembly *place)
{
    if (place->row) {
        inbox->count++;
        inbox->bytes += place->size;
    } else if (inbox->count == 0) {
        inbox_clear(inbox);
    }
}

void inbox_put(struct inbox *inbox, uint64_t number, struct row row)
{
    struct assembly *place = make_place(inbox, number, FRAME_ROW + row.bytes.size);

    if (!place) return;
    if (place->row) drop(inbox, number);
    assembly_put(place, row);
    count(inbox, place);
}

void inbox_put_part(struct inbox *inbox, const struct part *part)
{
    struct assembly *place = make_place(inbox, part->number, part->whole);

    if (!place) return;
    bool is_new = !place->row;
    assembly_add(place, part);
    if (is_new) count(inbox, place);
}

bool inbox_look(const struct inbox *inbox, struct row *row)
{
    if (!inbox->items || !assembly_whole(place_of(inbox, inbox->next))) return false;
    *row = assembly_row(place_of(inbox, inbox->next));
    return true;
}
