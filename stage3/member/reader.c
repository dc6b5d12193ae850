#include "reader.h"

#include <string.h>

#include "crypto/constant.h"
#include "password.h"

bool reader_create(struct reader *reader, struct hash_key key)
{
    return members_create(&reader->members, key);
}

void reader_destroy(struct reader *reader)
{
    cursor_start(&reader->cursor, 0);
    members_destroy(&reader->members);
}

static bool is_own(const struct reader *reader, const unsigned char *id)
{
    return memcmp(id, reader->id, SEAL_ID) == 0;
}

static void tell(struct reader *reader, struct news *news)
{
    news->old = news->entry != 0 && news->entry < reader->old_end;
    news->own = news->who && is_own(reader, news->who);
    reader->tell(reader->context, news);
}

/* Joins and leaves in the gap are unknown, so the list may be wrong. */
static void tell_gap(struct reader *reader, uint64_t count)
{
    struct news news = {.kind = NEWS_GAP, .entry = reader->cursor.read, .count = count};

    reader->unsure = true;
    tell(reader, &news);
}

/* Opens a line. False: it cannot be shown. */
static bool open_line(struct reader *reader, const struct entry *entry, struct text *text)
{
    struct password_line line = {reader->room_id, entry->member, entry->name, entry->number,
                                 entry->text};

    *text = entry->text;
    if (reader->locked) {
        if (entry->text.size > FRAME_TEXT_LIMIT) return false;
        if (!password_open(reader->secret, &line, reader->plain)) return false;
        *text = (struct text){reader->plain, entry->text.size - SEAL_TAG};
    }
    return text->size > 0 && text->size <= FRAME_SAY_LIMIT && text_valid(*text);
}

/* Is the line new? Our own last number is kept separately, where other members cannot push it out.
   */
static bool rises(struct reader *reader, const struct entry *entry)
{
    if (!is_own(reader, entry->member)) {
        return members_rises(&reader->members, entry->member, entry->number);
    }
    outbox_came_back(reader->outbox, entry->number, reader->cursor.read);
    if (entry->number <= reader->own_last) return false;
    reader->own_last = entry->number;
    return true;
}

/* A line that does not open must not count for its number: otherwise a forged line could suppress
   the lines that follow. */
static void on_said(struct reader *reader, const struct entry *entry, struct news *news)
{
    bool readable = open_line(reader, entry, &news->text);

    news->number = entry->number;
    news->unreadable = !readable;
    if (!readable) news->text = (struct text){NULL, 0};
    if (!readable || rises(reader, entry)) tell(reader, news);
    if (reader->locked) wipe(reader->plain, sizeof reader->plain);
}

/* An entry about us: we have left or, if we did not want that, were dropped. */
static void on_own_going(struct reader *reader, const struct entry *entry)
{
    if (entry->kind == ENTRY_KICKED) reader->state = MEMBERSHIP_KICKED;
    else if (reader->cursor.read < reader->list_end) return; /* we are back since */
    else if (entry->why == LEFT_BY_ITSELF) reader->state = MEMBERSHIP_LEFT;
    else reader->dropped = true;
}

static void on_member(struct reader *reader, const struct entry *entry, struct news *news)
{
    bool listed = reader->cursor.read < reader->list_end;

    if (!listed && entry->kind == ENTRY_JOINED) {
        members_join(&reader->members, entry->member, entry->name);
    } else if (!listed) {
        members_leave(&reader->members, entry->member);
    }
    if (entry->kind != ENTRY_JOINED && is_own(reader, entry->member))
        on_own_going(reader, entry);
    tell(reader, news);
}

static bool well_formed(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CLOSED: return true;
    case ENTRY_LEFT: return entry->why <= LEFT_LOST && name_valid(entry->name);
    case ENTRY_SAID:
    case ENTRY_JOINED:
    case ENTRY_KICKED: return name_valid(entry->name);
    default: return false; /* no entry of a log */
    }
}

/*
 * Tells the entry at the cursor. An invalid entry counts as a gap of one: to stop at it would mean
 * to wait for ever, and to skip it silently would hide a loss.
 */
static void on_entry(struct reader *reader, struct row row)
{
    static const enum news_kind kinds[] = {[ENTRY_SAID] = NEWS_SAID,
                                           [ENTRY_JOINED] = NEWS_JOINED,
                                           [ENTRY_LEFT] = NEWS_LEFT,
                                           [ENTRY_KICKED] = NEWS_KICKED,
                                           [ENTRY_CLOSED] = NEWS_CLOSED};
    struct entry entry;

    if (!entry_decode(row, &entry) || !well_formed(&entry)) {
        tell_gap(reader, 1);
        return;
    }
    struct news news = {.kind = kinds[entry.kind], .entry = reader->cursor.read,
                        .name = entry.name, .why = entry.why};
    if (entry.kind != ENTRY_CLOSED) news.who = entry.member;
    switch (entry.kind) {
    case ENTRY_SAID: on_said(reader, &entry, &news); break;
    case ENTRY_CLOSED:
        /* a room is closed when its host leaves */
        reader->state = outbox_left(reader->outbox) ? MEMBERSHIP_LEFT : MEMBERSHIP_CLOSED;
        tell(reader, &news);
        break;
    default: on_member(reader, &entry, &news); break;
    }
}

void reader_deliver(struct reader *reader)
{
    struct row row;
    uint64_t count = 1;

    while (reader->state == MEMBERSHIP_HERE
           && (!reader->has_space || reader->has_space(reader->context))) {
        switch (cursor_look(&reader->cursor, &row, &count)) {
        case CURSOR_NOTHING: return;
        case CURSOR_ENTRY:
            count = 1;
            schedule_read(reader->schedule, FRAME_ROW + row.bytes.size);
            on_entry(reader, row);
            break;
        case CURSOR_GAP: tell_gap(reader, count); break;
        }
        cursor_step(&reader->cursor, count);
    }
}

void reader_notice(struct reader *reader, struct text text)
{
    struct news news = {.kind = NEWS_NOTICE, .text = text};

    if (text.size > 0 && text_valid(text)) tell(reader, &news);
}

/* --- the server's answer over TCP --- */

/* Tells a line or a kick of ours that the server had acknowledged, and has lost. */
static void tell_lost_item(struct reader *reader, uint64_t number, struct row item)
{
    struct news news = {.kind = NEWS_LOST, .number = number};
    struct entry entry = {.kind = ENTRY_SAID, .member = reader->id, .number = number,
                          .name = reader->user, .text = item.bytes};

    if (item.kind == ITEM_KICK) {
        news.kind = NEWS_UNDONE;
        news.name = item.bytes;
        tell(reader, &news);
    } else if (item.kind == ITEM_SAY && open_line(reader, &entry, &news.text)) {
        tell(reader, &news);
        wipe(reader->plain, sizeof reader->plain);
    }
}

/*
 * A line that came back is lost if its entry is. For other items, the server has told the last one
 * that it has. That may be too low for a member that was away for long. But if all entries that
 * were read still hold, so do all items before a line that came back, such as a line in a gap.
 */
static void tell_lost_items(struct reader *reader, const struct welcome *welcome)
{
    uint64_t number = 0, entry;
    struct row item;

    while ((number = outbox_kept(reader->outbox, number, &item, &entry)) != 0) {
        bool lost = entry != 0 ? entry >= welcome->start : number > welcome->accepted;
        if (welcome->back == BACK_NOWHERE) lost = number > welcome->accepted;
        if (welcome->back == BACK_NOT && number < reader->own_last) lost = false;
        if (!lost) continue;
        tell_lost_item(reader, number, item);
        outbox_drop(reader->outbox, number);
    }
}

/* The server went back. From `start` on, its log may have other entries than those that we have
   read. False: which ones is unknown. */
static bool go_back(struct reader *reader, const struct welcome *welcome)
{
    bool known = welcome->back == BACK_TO && welcome->start < reader->cursor.read;
    struct news news = {.kind = NEWS_BACK,
                        .count = known ? reader->cursor.read - welcome->start : 0};

    tell(reader, &news);
    tell_lost_items(reader, welcome);
    cursor_start(&reader->cursor, welcome->start);
    if (reader->old_end > welcome->start) reader->old_end = welcome->start;
    return known;
}

bool reader_open(struct reader *reader, const struct welcome *welcome)
{
    reader->unsure = reader->dropped = false;
    memcpy(reader->room_id, welcome->room_id, SEAL_ID);
    memcpy(reader->host, welcome->host, SEAL_ID);
    if (reader->state == MEMBERSHIP_WAITING) {
        cursor_start(&reader->cursor, welcome->start);
        reader->old_end = welcome->end;
    } else if (welcome->back != BACK_NOT) {
        return go_back(reader, welcome);
    } else if (welcome->accepted < reader->outbox->acked) {
        tell_lost_items(reader, welcome); /* acknowledged, but not seen in the log yet */
    }
    return true;
}

static void take_members(struct reader *reader, const struct welcome *welcome)
{
    struct text members = welcome->members;
    const unsigned char *id;
    struct text name;

    members_list_begin(&reader->members);
    while (welcome_member(&members, &id, &name)) members_list_put(&reader->members, id, name);
    members_list_end(&reader->members, welcome->total);
}

void reader_go_on(struct reader *reader, const struct welcome *welcome)
{
    reader->list_end = welcome->end;
    take_members(reader, welcome);
    reader->state = MEMBERSHIP_HERE;
    cursor_gone(&reader->cursor, welcome->start); /* if resumed: entries before are gone */
    reader_deliver(reader);
}
