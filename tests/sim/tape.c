#include "tape.h"

#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "recovery.h"
#include "sim.h"

enum { COUNTER_BITS = 40 };

static unsigned char *bytes;
static size_t written, committed, room;
static uint64_t boot;

void tape_begin(void)
{
    bytes = NULL;
    written = committed = room = 0;
    boot = 0;
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

static void put_boot(void)
{
    unsigned char row[CHANGE_LIMIT];

    put(NULL, row, change_write_boot(boot, row));
}

void tape_shorten(const struct chat *chat)
{
    size_t before = written;

    written = 0;
    put_boot();
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) change_write_room(chat, i, put, NULL);
    committed = written;
    note("the journal is written anew: %lu bytes in place of %lu", (unsigned long)written,
         (unsigned long)before);
}

void tape_recover(struct chat *chat)
{
    struct recovery recovery = {.chat = chat, .now = sim.now};
    struct text rows = {(const char *)bytes, committed};
    struct row row;

    while (frame_next(&rows, &row)) {
        enum recovery_result result = recovery_take(&recovery, row);
        if (result != RECOVERY_TAKEN) fail("a row of the journal does not fit");
    }
    if (rows.size > 0 || recovery.boot != boot) fail("the journal is not what was written");
    written = committed;
    boot++;
    recovery_end(&recovery, boot << COUNTER_BITS);
    put_boot();
    tape_commit();
}
