#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "sim.h"

enum { SLOTS = 4096, LINES = 50 };

static struct history *all;
static struct history_row *all_rows;
static unsigned char start_now[SEAL_ID]; /* of the server */
static struct history *slots[SLOTS]; /* by the server's index of the room */

void history_begin(void)
{
    all = NULL;
    all_rows = NULL;
    memset(slots, 0, sizeof slots);
}

static void free_versions(struct version *version)
{
    while (version) {
        struct version *before = version->before;
        free(version->rows);
        free(version);
        version = before;
    }
}

void history_end(void)
{
    while (all) {
        struct history *history = all;
        all = history->next;
        free_versions(history->now);
        free(history);
    }
    while (all_rows) {
        struct history_row *row = all_rows;
        all_rows = row->next;
        free(row->bytes);
        free(row);
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

void history_entry(const struct version *version, uint64_t number, struct entry *entry)
{
    decode(version->rows[number - 1]->bytes, version->rows[number - 1]->size, entry);
}

/* --- versions --- */

const struct version *history_version(const struct history *history,
                                      const unsigned char start[SEAL_ID])
{
    const struct version *version = history->now;

    while (version && memcmp(version->start, start, SEAL_ID) != 0) version = version->before;
    return version;
}

uint64_t history_common(const struct version *one, const struct version *other)
{
    uint64_t low = 1, high = one->end < other->end ? one->end : other->end;

    while (low < high) { /* the entries before `low` are the same */
        uint64_t middle = low + (high - low) / 2;
        if (one->rows[middle - 1] == other->rows[middle - 1]) low = middle + 1;
        else high = middle;
    }
    return low;
}

bool history_has(const struct version *version, const struct soul_item *item)
{
    for (const struct history_row *row = item->row; row; row = row->earlier) {
        if (row->number < version->end && version->rows[row->number - 1] == row) return true;
    }
    return false;
}

/* Makes a version for this start of the server, with the entries before `end` of another one. */
static void branch(struct history *history, const struct version *from, uint64_t end,
                   uint64_t dropped)
{
    struct version *version = calloc(1, sizeof *version);

    if (!version) abort();
    memcpy(version->start, start_now, SEAL_ID);
    version->end = version->seen = end;
    version->dropped = dropped;
    version->room = (size_t)end + 63;
    version->rows = malloc(version->room * sizeof *version->rows);
    if (!version->rows) abort();
    for (uint64_t i = 0; i + 1 < end; i++) version->rows[i] = from->rows[i];
    version->before = history->now;
    history->now = version;
}

/* --- what may stand in a log --- */

static struct soul *member_of(const struct entry *entry)
{
    struct soul *soul = soul_find(entry->member);

    if (!soul || !text_equal(entry->name, text_of(soul->name))) fail("an entry of nobody");
    return soul;
}

static void said(const struct history *history, const struct entry *entry, struct history_row *row)
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
    row->earlier = soul->items[next - 1].row;
    soul->items[next - 1].row = row;
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

static void was_kicked(const struct history *history, const struct entry *entry)
{
    struct soul *soul = member_of(entry);

    soul->was_kicked = true;
    if (!soul_spend_kick(history->host, entry->name)) fail("nobody put %s out", soul->name);
}

static void closed(struct history *history, const struct entry *entry)
{
    history->closed = true;
    if (entry->why == CLOSED_HOST_LEFT && !history->host->leaves) fail("a room closed by nobody");
    if (entry->why == CLOSED_HOST_LOST && sim.plan.fair) fail("a host lost in fair weather");
    if (entry->why == CLOSED_SHUTDOWN && !sim.closing) fail("a shutdown that was not");
}

static void check(struct history *history, struct history_row *row)
{
    static const char *const kinds[] = {"?", "said by", "joined:", "left:", "kicked:", "closed",
                                        "?", "?"};
    struct entry entry;

    decode(row->bytes, row->size, &entry);
    note("  log %02x%02x, entry %lu: %s %.*s", history->id[0], history->id[1],
         (unsigned long)row->number, kinds[entry.kind], (int)entry.name.size,
         entry.name.bytes ? entry.name.bytes : "");
    if (history->closed) fail("an entry behind the end of a room");
    switch (entry.kind) {
    case ENTRY_SAID: said(history, &entry, row); break;
    case ENTRY_JOINED:
        if (!history->host) history->host = member_of(&entry);
        history->count++;
        break;
    case ENTRY_LEFT:
        left(&entry);
        history->count--;
        break;
    case ENTRY_KICKED:
        was_kicked(history, &entry);
        history->count--;
        break;
    case ENTRY_CLOSED: closed(history, &entry); break;
    default: fail("an entry that no log should have");
    }
}

/* --- watching --- */

static void append(struct version *version, const unsigned char *bytes, size_t size)
{
    struct history_row *row = calloc(1, sizeof *row);

    if (version->seen > version->room) {
        version->room = 2 * version->room;
        version->rows = realloc(version->rows, version->room * sizeof *version->rows);
    }
    if (!row || !version->rows) abort();
    row->bytes = malloc(size);
    if (!row->bytes) abort();
    memcpy(row->bytes, bytes, size);
    row->size = size;
    row->number = version->seen;
    row->at = sim.now;
    row->next = all_rows;
    all_rows = row;
    version->rows[version->seen++ - 1] = row;
}

static struct history *begin(const struct room *room, uint32_t slot)
{
    struct history *history = history_find(room->id);

    if (history) fail("a room that was gone");
    history = calloc(1, sizeof *history);
    if (!history) abort();
    memcpy(history->id, room->id, SEAL_ID);
    history->slot = slot;
    history->locked = room->locked;
    history->there = true;
    branch(history, NULL, 1, 1);
    history->next = all;
    all = slots[slot] = history;
    return history;
}

static bool is_used(const struct room *room)
{
    return room->name.bytes || room->closed;
}

static void look(const struct room *room, uint32_t slot)
{
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct history *history = slots[slot];

    if (history && (!is_used(room) || memcmp(history->id, room->id, SEAL_ID) != 0)) {
        history->there = false;
        history = slots[slot] = NULL;
    }
    if (!is_used(room)) return;
    if (!history) history = begin(room, slot);
    struct version *version = history->now;
    if (room->log.first > version->seen || room->log.end < version->seen) {
        fail("a log has lost entries");
    }
    while (version->seen < room->log.end) {
        size_t size = log_copy(&room->log, version->seen, version->seen + 1, row);
        append(version, row, size);
    }
    if (room->log.first > version->dropped) version->dropped = room->log.first;
}

static void look_at_start(const struct chat *chat)
{
    memcpy(start_now, starts_id(&chat->starts, chat->starts.now), SEAL_ID);
}

void history_watch(const struct chat *chat)
{
    look_at_start(chat);
    if (chat->rooms.rooms_used > SLOTS) fail("more rooms than there can be");
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) look(&chat->rooms.rooms[i], i);
}

static void commit(struct history *history)
{
    struct version *version = history->now;

    while (version->end < version->seen) {
        struct history_row *row = version->rows[version->end - 1];
        check(history, row);
        digest(row->bytes, row->size);
        version->end++;
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

/* --- going back --- */

void history_crash(bool journal)
{
    for (struct history *history = all; history; history = history->next) {
        /* Without a journal nothing waits to be written: what was in the server's memory counted,
           and its members may have been told so in the middle of a turn. */
        if (!journal) commit(history);
        history->now->seen = history->now->end;
        history->gone = !history->there;
        history->there = false;
    }
    memset(slots, 0, sizeof slots);
}

/* What an entry that stands there again changes, as far as it is known who did it. */
static void follow(struct history *history, uint64_t number)
{
    struct entry entry;

    history_entry(history->now, number, &entry);
    if (entry.kind == ENTRY_CLOSED) {
        history->closed = true;
        return;
    }
    struct soul *soul = member_of(&entry);
    if (entry.kind == ENTRY_SAID) soul->logged = entry.number;
    if (entry.kind == ENTRY_JOINED) {
        history->count++;
        soul->gone = false;
    }
    if (entry.kind == ENTRY_LEFT || entry.kind == ENTRY_KICKED) {
        history->count--;
        soul->gone = true;
    }
    if (entry.kind != ENTRY_KICKED) return;
    soul->was_kicked = true;
    soul_spend_kick(history->host, entry.name); /* it may be told as undone, and be there again */
}

/* Its last entries were written, and it was gone before anybody could look at it. */
static void catch_up(struct history *history, const struct room *room)
{
    unsigned char row[FRAME_ENTRY_LIMIT];

    while (history->now->seen < room->log.end) {
        append(history->now, row, log_copy(&room->log, history->now->seen, history->now->seen + 1,
                                           row));
    }
    commit(history);
}

static void restart(const struct chat *chat, uint32_t slot, bool back)
{
    const struct room *room = &chat->rooms.rooms[slot];
    struct history *history = history_find(room->id);
    const unsigned char *last = starts_id(&chat->starts, chat->starts.now - 1);

    if (!history || !last) fail("a room that never was is in the journal");
    const struct version *from = history_version(history, last);
    if (!from) fail("a room is in a journal that cannot have it");
    if (history->gone && from == history->now) catch_up(history, room);
    bool same = room->log.end == from->end && from == history->now;
    if (room->log.end > from->end || (!back && !same)) fail("a log is not what was written");
    branch(history, from, room->log.end, room->log.first);
    history->slot = slot;
    history->there = true;
    slots[slot] = history;
    if (!back) return;
    history->closed = false;
    history->count = 0;
    for (uint64_t number = 1; number < room->log.end; number++) follow(history, number);
}

void history_restart(const struct chat *chat, bool back)
{
    look_at_start(chat);
    if (back) souls_rewind();
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        if (is_used(&chat->rooms.rooms[i])) restart(chat, i, back);
    }
}

uint64_t history_start(const struct version *version, uint64_t end)
{
    uint64_t start = end, lines = 0;
    struct entry entry;

    for (uint64_t number = end; number > version->dropped && lines < LINES;) {
        history_entry(version, --number, &entry);
        if (entry.kind != ENTRY_SAID) continue;
        start = number;
        lines++;
    }
    return start;
}
