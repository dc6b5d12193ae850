/* The contract is in change.h. Each function write_... builds one row with a pen. */
#include "change.h"

#include <string.h>

#include "base/bytes.h"

static const struct room *room_of(const struct chat *chat, uint32_t index)
{
    return &chat->rooms.rooms[index];
}

static const struct member *member_of(const struct chat *chat, uint32_t index)
{
    return &chat->rooms.members[index];
}

/* --- writing --- */

/* A row that is being written; `end` is where the next byte goes. */
struct pen {
    unsigned char *start, *end;
};

static struct pen begin(void *out)
{
    return (struct pen){out, (unsigned char *)out + FRAME_ROW};
}

static void put_bytes(struct pen *pen, const void *bytes, size_t size)
{
    if (size > 0) memcpy(pen->end, bytes, size);
    pen->end += size;
}

static void put8(struct pen *pen, unsigned value)
{
    *pen->end++ = (unsigned char)value;
}

static void put16(struct pen *pen, unsigned value)
{
    wire_put16(pen->end, value);
    pen->end += 2;
}

static void put32(struct pen *pen, uint32_t value)
{
    wire_put32(pen->end, value);
    pen->end += 4;
}

static void put64(struct pen *pen, uint64_t value)
{
    wire_put64(pen->end, value);
    pen->end += 8;
}

static size_t finish(struct pen *pen, unsigned kind)
{
    pen->start[0] = (unsigned char)kind;
    wire_put16(pen->start + 1, (unsigned)(pen->end - pen->start - FRAME_ROW));
    return (size_t)(pen->end - pen->start);
}

static size_t write_room(const struct room *room, uint32_t index, void *out)
{
    struct pen pen = begin(out);

    put32(&pen, index);
    put_bytes(&pen, room->id, SEAL_ID);
    put64(&pen, room->log.first);
    put8(&pen, (room->locked ? CHANGE_LOCKED : 0) | (room->closed ? CHANGE_CLOSED : 0));
    put_bytes(&pen, room->salt, ROOM_SALT);
    put_bytes(&pen, room->proof, SEAL_KEY);
    put_bytes(&pen, room->name.bytes, room->name.size);
    return finish(&pen, CHANGE_ROOM);
}

/* The session's first keys: from these alone a later start can derive keys that were never used. */
static void put_keys(struct pen *pen, const struct session *session)
{
    put_bytes(pen, session->first_up, SEAL_KEY);
    put_bytes(pen, session->first_down, SEAL_KEY);
    put32(pen, session->opened);
    put32(pen, session->under);
}

static size_t write_member(const struct chat *chat, uint32_t index, void *out)
{
    const struct member *member = member_of(chat, index);
    const struct session *session = &member->session;
    const struct room *room = room_of(chat, member->room);
    bool host = room->host == index || room->host == ROOM_NONE; /* the first one is the host */
    struct pen pen = begin(out);

    put32(&pen, index);
    put32(&pen, member->room);
    put_bytes(&pen, room->id, CHANGE_TAG);
    put64(&pen, session->id);
    put_bytes(&pen, member->id, SEAL_KEY);
    put_keys(&pen, session);
    put64(&pen, session->read);
    put64(&pen, session->accepted);
    put64(&pen, session->last);
    put8(&pen, (host ? CHANGE_HOST : 0) | (member->state == MEMBER_GONE ? CHANGE_GONE : 0));
    put_bytes(&pen, member->name.bytes, member->name.size);
    return finish(&pen, CHANGE_MEMBER);
}

static size_t write_session(const struct member *member, void *out)
{
    const struct session *session = &member->session;
    struct pen pen = begin(out);

    put64(&pen, session->id);
    put_bytes(&pen, member->id, CHANGE_TAG);
    put_keys(&pen, session);
    put64(&pen, session->read);
    put64(&pen, session->accepted);
    return finish(&pen, CHANGE_SESSION);
}

/* IPv4 addresses in a sockaddr are big-endian already; ports are converted twice. */
static size_t write_address(const struct session *session, void *out)
{
    const struct address *address = &session->address;
    struct pen pen = begin(out);

    if (address->size == 0) address = &session->candidate; /* after a start, the last known one */
    put64(&pen, session->id);
    put32(&pen, session->under);
    if (address->is.any.sa_family == AF_INET6) {
        put16(&pen, ntohs(address->is.v6.sin6_port));
        put32(&pen, address->is.v6.sin6_scope_id);
        put_bytes(&pen, &address->is.v6.sin6_addr, 16);
    } else {
        put16(&pen, ntohs(address->is.v4.sin_port));
        put_bytes(&pen, &address->is.v4.sin_addr, 4);
    }
    return finish(&pen, CHANGE_ADDRESS);
}

static size_t write_accepted(const struct session *session, void *out)
{
    struct pen pen = begin(out);

    put64(&pen, session->id);
    put64(&pen, session->accepted);
    return finish(&pen, CHANGE_ACCEPTED);
}

static size_t write_kicked(const struct room *room, uint32_t index, uint32_t which, void *out)
{
    struct pen pen = begin(out);

    put32(&pen, index);
    put_bytes(&pen, room->id, CHANGE_TAG);
    put_bytes(&pen, room->kicked[which % ROOM_KICKED], SEAL_ID);
    return finish(&pen, CHANGE_KICKED);
}

size_t change_write_entry(const struct chat *chat, uint32_t index, uint64_t number, void *out)
{
    const struct room *room = room_of(chat, index);
    struct pen pen = begin(out);

    put32(&pen, index);
    put_bytes(&pen, room->id, CHANGE_TAG);
    put64(&pen, number);
    pen.end += log_copy(&room->log, number, number + 1, pen.end);
    return finish(&pen, CHANGE_ENTRY);
}

size_t change_write_start(const struct starts *starts, uint32_t number, void *out)
{
    struct pen pen = begin(out);

    put32(&pen, number);
    put_bytes(&pen, starts_id(starts, number), SEAL_ID);
    return finish(&pen, CHANGE_START);
}

void change_write_starts(const struct starts *starts, change_sink *sink, void *context)
{
    unsigned char row[CHANGE_LIMIT];

    for (uint32_t number = starts->first; number <= starts->now; number++) {
        sink(context, row, change_write_start(starts, number, row));
    }
}

static size_t write_marks(const struct room *room, uint32_t index, void *out)
{
    struct pen pen = begin(out);

    put32(&pen, index);
    put_bytes(&pen, room->id, CHANGE_TAG);
    for (uint32_t i = 0; i < room->marks.count; i++) {
        put32(&pen, room->marks.list[i].start);
        put64(&pen, room->marks.list[i].end);
    }
    return finish(&pen, CHANGE_MARKS);
}

/* The latest ROOM_GONE members that have gone, oldest first. */
static size_t write_recall(const struct room *room, uint32_t index, void *out)
{
    struct pen pen = begin(out);
    uint32_t count = room->gone_count;

    put32(&pen, index);
    put_bytes(&pen, room->id, CHANGE_TAG);
    for (uint32_t i = count < ROOM_GONE ? 0 : count - ROOM_GONE; i < count; i++) {
        put_bytes(&pen, room->gone[i % ROOM_GONE].id, SEAL_ID);
        put64(&pen, room->gone[i % ROOM_GONE].accepted);
    }
    return finish(&pen, CHANGE_RECALL);
}

size_t change_write_key(struct text fingerprint, void *out)
{
    struct pen pen = begin(out);

    put_bytes(&pen, fingerprint.bytes, fingerprint.size);
    return finish(&pen, CHANGE_KEY);
}

size_t change_write(const struct chat *chat, enum chat_change change, uint32_t index, void *out)
{
    switch (change) {
    case CHANGE_ROOM: return write_room(room_of(chat, index), index, out);
    case CHANGE_MEMBER: return write_member(chat, index, out);
    case CHANGE_SESSION: return write_session(member_of(chat, index), out);
    case CHANGE_ADDRESS: return write_address(&member_of(chat, index)->session, out);
    case CHANGE_ACCEPTED: return write_accepted(&member_of(chat, index)->session, out);
    case CHANGE_ENTRY: break;
    }
    return change_write_entry(chat, index, room_of(chat, index)->log.end - 1, out);
}

uint32_t change_room(const struct chat *chat, enum chat_change change, uint32_t index)
{
    bool of_room = change == CHANGE_ROOM || change == CHANGE_ENTRY;

    return of_room ? index : member_of(chat, index)->room;
}

/* --- writing a whole room --- */

/* From the last to the first: recovery puts each member at the front of the list, which restores
   the order. */
static void write_members(const struct chat *chat, const struct room *room, change_sink *sink,
                          void *context)
{
    unsigned char row[CHANGE_LIMIT];
    uint32_t last = ROOM_NONE;

    for (uint32_t i = room->first; i != ROOM_NONE; i = member_of(chat, i)->next) last = i;
    for (uint32_t i = last; i != ROOM_NONE; i = member_of(chat, i)->previous) {
        sink(context, row, write_member(chat, i, row));
        const struct session *session = &member_of(chat, i)->session;
        if (session->address.size != 0 || session->was_there) {
            sink(context, row, write_address(session, row));
        }
    }
}

/* The members come after the entries, so an entry about a member finds none to change. */
void change_write_room(const struct chat *chat, uint32_t index, change_sink *sink, void *context)
{
    const struct room *room = room_of(chat, index);
    unsigned char row[CHANGE_LIMIT];

    if (!room->name.bytes && !room->closed) return;
    sink(context, row, write_room(room, index, row));
    if (room->marks.count > 0) sink(context, row, write_marks(room, index, row));
    for (uint64_t i = room->log.first; i < room->log.end; i++) {
        sink(context, row, change_write_entry(chat, index, i, row));
    }
    uint32_t count = room->kicked_count;
    for (uint32_t i = count < ROOM_KICKED ? 0 : count - ROOM_KICKED; i < count; i++) {
        sink(context, row, write_kicked(room, index, i, row));
    }
    write_members(chat, room, sink, context);
    /* Last, because it replaces what the members' rows have noted about members that have gone. */
    if (room->gone_count > 0) sink(context, row, write_recall(room, index, row));
}
