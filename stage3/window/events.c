#include "events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct line {
    uint64_t id;
    struct text block; /* its bytes are owned */
};

/* A ring: the room's line i, counted from 0, is at i % EVENTS_LINES. */
struct events_room {
    uint64_t handle;
    uint64_t first, end; /* the lines from `first` to `end` - 1 are kept */
    size_t bytes;        /* in the blocks of these lines */
    uint64_t cut;        /* the id of the last line that was dropped; 0: none */
    struct line lines[EVENTS_LINES];
    struct events_room *next;
};

static struct line *line_at(struct events_room *room, uint64_t index)
{
    return &room->lines[index % EVENTS_LINES];
}

static struct events_room *find(const struct events *events, uint64_t handle)
{
    struct events_room *room = events->rooms;

    while (room && room->handle != handle) room = room->next;
    return room;
}

/* --- rooms --- */

void events_open(struct events *events, events_tell *tell, void *context)
{
    *events = (struct events){.tell = tell, .context = context};
}

void events_close(struct events *events)
{
    while (events->rooms) events_drop_room(events, events->rooms->handle);
    for (size_t i = 0; i < EVENTS_ANSWERS; i++) buffer_free(&events->answers[i]);
}

bool events_add_room(struct events *events, uint64_t handle)
{
    struct events_room *room = calloc(1, sizeof *room);

    if (!room) return false;
    room->handle = handle;
    room->next = events->rooms;
    events->rooms = room;
    return true;
}

static void drop_first(struct events_room *room)
{
    struct line *line = line_at(room, room->first++);

    room->cut = line->id;
    room->bytes -= line->block.size;
    free((char *)line->block.bytes);
}

void events_drop_room(struct events *events, uint64_t handle)
{
    struct events_room **at = &events->rooms;

    while (*at && (*at)->handle != handle) at = &(*at)->next;
    struct events_room *room = *at;
    if (!room) return;
    *at = room->next;
    while (room->first < room->end) drop_first(room);
    free(room);
}

uint64_t events_cut(const struct events *events, uint64_t handle)
{
    const struct events_room *room = find(events, handle);

    return room ? room->cut : 0;
}

/* --- events as JSON --- */

static void put_text(struct buffer *out, const char *name, struct text text)
{
    if (!text.bytes) return;
    buffer_print(out, ",\"%s\":", name);
    buffer_json(out, text);
}

static void put_number(struct buffer *out, const char *name, uint64_t number)
{
    if (number > 0) buffer_print(out, ",\"%s\":%" PRIu64, name, number);
}

static void put_true(struct buffer *out, const char *name, bool is)
{
    if (is) buffer_print(out, ",\"%s\":true", name);
}

/* `time`: milliseconds since 1970, or 0. The handle is written as a string because it is a name,
   not a quantity. */
static void put_event(struct buffer *out, const struct event *event, uint64_t id, int64_t time)
{
    buffer_print(out, "{\"kind\":\"%s\",\"room\":\"%" PRIu64 "\"", event->kind, event->room);
    put_number(out, "id", id);
    put_number(out, "time", (uint64_t)time);
    put_text(out, "name", event->name);
    put_text(out, "text", event->text);
    put_text(out, "why", event->why);
    put_text(out, "status", event->status);
    put_text(out, "fingerprint", event->fingerprint);
    put_number(out, "number", event->number);
    put_number(out, "count", event->count);
    put_true(out, "own", event->own);
    put_true(out, "old", event->old);
    put_true(out, "unreadable", event->unreadable);
    buffer_put(out, "}", 1);
}

/* --- blocks of server-sent events (the HTML standard, section 9.2.5) --- */

/* A block must have one line: the JSON has no line breaks, and in strings they are written \n. */
void events_block(struct text json, struct buffer *out)
{
    buffer_print(out, "data: ");
    buffer_put(out, json.bytes, json.size);
    buffer_print(out, "\n\n");
}

static void tell(struct events *events, const struct buffer *block)
{
    if (!block->failed) events->tell(events->context, buffer_text(block));
}

void events_state(struct events *events, struct text json)
{
    struct buffer block = {0};

    events_block(json, &block);
    tell(events, &block);
    buffer_free(&block);
}

/* Sends the block and takes ownership of it. */
static void keep_answer(struct events *events, const struct buffer *block)
{
    struct buffer *place = &events->answers[events->answer_count++ % EVENTS_ANSWERS];

    tell(events, block);
    buffer_free(place);
    *place = *block;
}

void events_answer(struct events *events, const struct event *event)
{
    struct buffer block = {0};

    buffer_print(&block, "data: ");
    put_event(&block, event, 0, 0);
    buffer_print(&block, "\n\n");
    keep_answer(events, &block);
}

void events_answer_json(struct events *events, struct text json)
{
    struct buffer block = {0};

    events_block(json, &block);
    keep_answer(events, &block);
}

/* Takes ownership of the block. A block that failed for lack of memory is not kept; `cut` then has
   its id. */
static void keep(struct events_room *room, uint64_t id, struct buffer *block)
{
    if (block->failed) {
        room->cut = id;
        buffer_free(block);
        return;
    }
    size_t size = block->end;
    while (room->first < room->end
           && (room->end - room->first == EVENTS_LINES || room->bytes + size > EVENTS_BYTES)) {
        drop_first(room);
    }
    char *bytes = realloc(block->bytes, size); /* gives back the space that it grew by */
    *line_at(room, room->end++) = (struct line){id, {bytes ? bytes : block->bytes, size}};
    room->bytes += size;
}

void events_line(struct events *events, const struct event *event)
{
    struct events_room *room = find(events, event->room);
    struct buffer block = {0};
    uint64_t id = ++events->last;

    buffer_print(&block, "id: %" PRIu64 "\ndata: ", id);
    put_event(&block, event, id, event->old ? 0 : events->wall);
    buffer_print(&block, "\n\n");
    tell(events, &block);
    if (room) keep(room, id, &block);
    else buffer_free(&block);
}

/* --- sending again --- */

/* The index of the room's first line with an id above `after`, or `end`: a binary search, since
   the lines are in order. */
static uint64_t first_after(struct events_room *room, uint64_t after)
{
    uint64_t low = room->first, high = room->end;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (line_at(room, middle)->id <= after) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The line with the lowest id above `after`, in any room; NULL: there is none. */
static const struct line *next_line(const struct events *events, uint64_t after)
{
    const struct line *next = NULL;

    for (struct events_room *room = events->rooms; room; room = room->next) {
        uint64_t index = first_after(room, after);
        if (index == room->end) continue;
        const struct line *line = line_at(room, index);
        if (!next || line->id < next->id) next = line;
    }
    return next;
}

void events_past(const struct events *events, uint64_t after, struct buffer *out)
{
    const struct line *line;

    for (uint64_t i = 0; i < EVENTS_ANSWERS; i++) {
        uint64_t place = (events->answer_count + i) % EVENTS_ANSWERS; /* the oldest one first */
        struct text block = buffer_text(&events->answers[place]);
        buffer_put(out, block.bytes, block.size);
    }
    while ((line = next_line(events, after)) != NULL) {
        buffer_put(out, line->block.bytes, line->block.size);
        after = line->id;
    }
}
