#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "sim.h"

enum { SLOTS = 4096, LINES = 50 };

static struct history *all;
static struct history *slots[SLOTS]; /* by the server's places */

void history_begin(void)
{
    all = NULL;
    memset(slots, 0, sizeof slots);
}

/* The entries from `end` on never were. */
static void forget(struct history *history, uint64_t end)
{
    while (history->seen > end) free(history->rows[--history->seen - 1].bytes);
}

void history_end(void)
{
    while (all) {
        struct history *history = all;
        all = history->next;
        forget(history, 1);
        free(history->rows);
        free(history);
    }
}

struct history *history_find(const unsigned char id[SEAL_ID])
{
    struct history *history = all;

    while (history && memcmp(history->id, id, SEAL_ID) != 0) history = history->next;
    return history;
}

static void decode(const unsigned char *bytes, size_t size, struct entry *entry)
{
    struct text rows = {(const char *)bytes, size};
    struct row row;

    if (!frame_next(&rows, &row) || rows.size != 0 || !entry_decode(row, entry)) {
        fail("a log has something that is no entry");
    }
}

void history_entry(const struct history *history, uint64_t number, struct entry *entry)
{
    decode(history->rows[number - 1].bytes, history->rows[number - 1].size, entry);
}

/* --- what may stand in a log --- */

static struct soul *member_of(const struct entry *entry)
{
    struct soul *soul = soul_find(entry->member);

    if (!soul || !text_equal(entry->name, text_of(soul->name))) fail("an entry of nobody");
    return soul;
}

static void said(const struct history *history, const struct entry *entry)
{
    struct soul *soul = member_of(entry);
    uint64_t next = soul_next_line(soul, soul->logged);

    if (entry->number <= soul->logged) {
        fail("line %lu of %s is in the log twice", (unsigned long)entry->number, soul->name);
    }
    if (entry->number != next) fail("a line of %s is missing", soul->name);
    bool same = soul->items[next - 1].digest == soul_digest(entry->text);
    if (!history->locked && !same) fail("%s did not say that", soul->name);
    soul->logged = next;
}

static void left(const struct entry *entry)
{
    struct soul *soul = member_of(entry);

    if (entry->why == LEFT_BY_ITSELF && !soul->leaves) fail("%s did not want to leave", soul->name);
    soul->gone = true;
    if (entry->why != LEFT_LOST) return;
    sim.counts.lost_members++;
    if (sim.plan.fair) fail("%s was lost in fair weather", soul->name);
}

static void put_out(const struct history *history, const struct entry *entry)
{
    struct soul *soul = member_of(entry);

    soul->put_out = true;
    if (!soul_spend_kick(history->host, entry->name)) fail("nobody put %s out", soul->name);
}

static void closed(struct history *history, const struct entry *entry)
{
    history->closed = true;
    if (entry->why == CLOSED_HOST_LEFT && !history->host->leaves) fail("a room closed by nobody");
    if (entry->why == CLOSED_HOST_LOST && sim.plan.fair) fail("a host lost in fair weather");
    if (entry->why == CLOSED_SHUTDOWN && !sim.closing) fail("a shutdown that was not");
}

static void check(struct history *history, const unsigned char *bytes, size_t size)
{
    static const char *const kinds[] = {"?", "said by", "joined:", "left:", "put out:", "closed",
                                        "?", "?"};
    struct entry entry;

    decode(bytes, size, &entry);
    note("  log %02x%02x, entry %lu: %s %.*s", history->id[0], history->id[1],
         (unsigned long)history->end, kinds[entry.kind], (int)entry.name.size,
         entry.name.bytes ? entry.name.bytes : "");
    if (history->closed) fail("an entry behind the end of a room");
    switch (entry.kind) {
    case ENTRY_SAID: said(history, &entry); break;
    case ENTRY_JOINED:
        if (!history->host) history->host = member_of(&entry);
        history->count++;
        break;
    case ENTRY_LEFT:
        left(&entry);
        history->count--;
        break;
    case ENTRY_PUT_OUT:
        put_out(history, &entry);
        history->count--;
        break;
    case ENTRY_CLOSED: closed(history, &entry); break;
    default: fail("an entry that no log should have");
    }
}

/* --- looking --- */

static void append(struct history *history, const unsigned char *bytes, size_t size)
{
    if (history->seen > history->room) {
        history->room = history->room ? 2 * history->room : 64;
        history->rows = realloc(history->rows, history->room * sizeof *history->rows);
        if (!history->rows) abort();
    }
    struct history_row *row = &history->rows[history->seen++ - 1];
    row->bytes = malloc(size);
    if (!row->bytes) abort();
    memcpy(row->bytes, bytes, size);
    row->size = size;
}

static struct history *begin(const struct room *room, uint32_t slot)
{
    struct history *history = history_find(room->id);

    /* A restarted server may have forgotten that all have read the end of a room. */
    if (history && sim.counts.restarts == 0) fail("a room that was gone");
    if (history) {
        slots[slot] = history;
        history->there = true;
        return history;
    }
    history = calloc(1, sizeof *history);
    if (!history) abort();
    memcpy(history->id, room->id, SEAL_ID);
    history->slot = slot;
    history->locked = room->locked;
    history->there = true;
    history->end = history->seen = history->dropped = 1;
    history->next = all;
    all = slots[slot] = history;
    return history;
}

static void look(const struct room *room, uint32_t slot)
{
    unsigned char row[FRAME_ENTRY_LIMIT];
    bool used = room->name.bytes || room->closed;
    struct history *history = slots[slot];

    if (history && (!used || memcmp(history->id, room->id, SEAL_ID) != 0)) {
        history->there = false;
        history = slots[slot] = NULL;
    }
    if (!used) return;
    if (!history) history = begin(room, slot);
    if (room->log.first > history->seen || room->log.end < history->seen) {
        fail("a log has lost entries");
    }
    while (history->seen < room->log.end) {
        size_t size = log_copy(&room->log, history->seen, history->seen + 1, row);
        append(history, row, size);
    }
    if (room->log.first > history->dropped) history->dropped = room->log.first;
}

void history_watch(const struct chat *chat)
{
    if (chat->rooms.rooms_used > SLOTS) fail("more rooms than there can be");
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) look(&chat->rooms.rooms[i], i);
}

static void commit(struct history *history)
{
    while (history->end < history->seen) {
        const struct history_row *row = &history->rows[history->end - 1];
        check(history, row->bytes, row->size);
        digest(row->bytes, row->size);
        history->end++;
        sim.counts.entries++;
    }
}

void history_commit(const struct chat *chat)
{
    for (struct history *history = all; history; history = history->next) commit(history);
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        const struct room *room = &chat->rooms.rooms[i];
        if (room->name.bytes && room->count != slots[i]->count) fail("members miscounted");
    }
}

void history_crash(bool journal)
{
    for (struct history *history = all; history; history = history->next) {
        /* Without a journal nothing waits to be written: what was in the server's memory counted,
           and its members may have been told so in the middle of a turn. */
        if (!journal) commit(history);
        forget(history, history->end);
        if (!journal) history->there = false;
    }
    if (!journal) memset(slots, 0, sizeof slots);
}

uint64_t history_start(const struct history *history, uint64_t end)
{
    uint64_t start = end, lines = 0;
    struct entry entry;

    for (uint64_t number = end; number > history->dropped && lines < LINES;) {
        history_entry(history, --number, &entry);
        if (entry.kind != ENTRY_SAID) continue;
        start = number;
        lines++;
    }
    return start;
}
