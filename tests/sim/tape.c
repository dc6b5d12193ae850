#include "tape.h"

#include <stdlib.h>
#include <string.h>

#include "dice.h"
#include "journal/change.h"
#include "journal/recovery.h"
#include "sim.h"

enum {
    COPIES = 6,
    COPY_EVERY = 60, /* commits between two copies, about */
    TORN = 24        /* the largest number of commits that a power failure may take */
};

static unsigned char *bytes;
static size_t written, committed, room;
static size_t ends[TORN]; /* where the last commits ended, the latest first */
static size_t end_count;
static struct {
    unsigned char *bytes; /* owned */
    size_t size;
} copies[COPIES];
static size_t copy_count;

void tape_begin(void)
{
    bytes = NULL;
    written = committed = room = end_count = copy_count = 0;
}

void tape_end(void)
{
    free(bytes);
    for (size_t i = 0; i < copy_count; i++) free(copies[i].bytes);
}

static void put(void *context, const void *row, size_t size)
{
    (void)context;
    if (written + size > room) {
        room = 2 * (written + size);
        bytes = realloc(bytes, room);
        if (!bytes) abort();
    }
    memcpy(bytes + written, row, size);
    written += size;
}

static void take_change(void *context, enum chat_change change, uint32_t index)
{
    unsigned char row[CHANGE_LIMIT];

    put(NULL, row, change_write(context, change, index, row));
}

void tape_attach(struct chat *chat)
{
    chat->record = take_change;
    chat->recorder = chat;
}

/* Replaces any other copy, if there are as many as allowed. */
static void make_copy(void)
{
    bool full = copy_count == COPIES;
    size_t which = full ? dice_below(COPIES) : copy_count++;

    if (full) free(copies[which].bytes);
    copies[which].size = committed;
    copies[which].bytes = malloc(committed);
    if (!copies[which].bytes) abort();
    memcpy(copies[which].bytes, bytes, committed);
}

void tape_commit(void)
{
    if (written == committed) return;
    if (committed > 0) {
        memmove(ends + 1, ends, (TORN - 1) * sizeof *ends);
        ends[0] = committed;
        if (end_count < TORN) end_count++;
    }
    committed = written;
    if (sim.plan.rollback > 0 && dice_one_in(COPY_EVERY)) make_copy();
}

/* --- going back --- */

static void put_copy_back(void)
{
    size_t which = dice_below((uint32_t)copy_count);

    written = 0;
    put(NULL, copies[which].bytes, copies[which].size);
}

bool tape_go_back(void)
{
    bool torn = end_count > 0 && (copy_count == 0 || dice_percent(40));

    if (!torn && copy_count == 0) return false;
    if (torn) written = ends[dice_below((uint32_t)end_count)];
    else put_copy_back();
    note("its journal goes back: %lu bytes in place of %lu", (unsigned long)written,
         (unsigned long)committed);
    committed = written;
    end_count = 0;
    return true;
}

void tape_shorten(const struct chat *chat)
{
    size_t before = written;

    written = 0;
    change_write_starts(&chat->starts, put, NULL);
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) change_write_room(chat, i, put, NULL);
    committed = written;
    end_count = 0;
    note("the journal is written anew: %lu bytes in place of %lu", (unsigned long)written,
         (unsigned long)before);
}

void tape_recover(struct chat *chat)
{
    struct recovery recovery = {.chat = chat, .now = sim.now};
    struct text rows = {(const char *)bytes, committed};
    unsigned char row_of_start[CHANGE_LIMIT];
    struct row row;

    while (frame_next(&rows, &row)) {
        enum recovery_result result = recovery_take(&recovery, row);
        if (result != RECOVERY_TAKEN) fail("a row of the journal does not fit");
    }
    if (rows.size > 0) fail("the journal is not what was written");
    written = committed;
    if (!recovery_end(&recovery)) abort();
    put(NULL, row_of_start, change_write_start(&chat->starts, chat->starts.now, row_of_start));
    tape_commit();
}
