#include "tape.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "recovery.h"
#include "sim.h"

static unsigned char *bytes;
static size_t written, committed, room;

void tape_begin(void)
{
    bytes = NULL;
    written = committed = room = 0;
}

void tape_end(void)
{
    free(bytes);
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

void tape_commit(void)
{
    committed = written;
}

void tape_shorten(const struct chat *chat)
{
    size_t before = written;

    written = 0;
    change_write_starts(&chat->starts, put, NULL);
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) change_write_room(chat, i, put, NULL);
    committed = written;
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
