/* The contract is in recovery.h. Each function take_... reads one kind of row. A row that is too
   short yields zeros and clears `good`, so a function reads all fields first and checks once. */
#include "recovery.h"

#include <string.h>

#include "base/bytes.h"

/* --- taking a row apart --- */

struct reading {
    const unsigned char *at;
    size_t left;
    bool good; /* the row was long enough so far */
};

static const unsigned char *get(struct reading *in, size_t size)
{
    static const unsigned char none[SEAL_KEY]; /* zeros; no field is longer */
    const unsigned char *at = in->at;

    if (in->left < size) in->good = false;
    if (!in->good) return none;
    in->at += size;
    in->left -= size;
    return at;
}

static uint32_t get32(struct reading *in)
{
    return wire_get32(get(in, 4));
}

static uint64_t get64(struct reading *in)
{
    return wire_get64(get(in, 8));
}

static struct text get_rest(const struct reading *in)
{
    return (struct text){(const char *)in->at, in->left};
}

/* --- rooms --- */

/* Is there a room at this place, open or closed? */
static bool is_used(const struct room *room)
{
    return room->name.bytes || room->closed;
}

static bool is_room(struct recovery *recovery, uint32_t index, const unsigned char *tag)
{
    if (index >= recovery->chat->rooms.rooms_used) return false;
    const struct room *room = room_at(recovery->chat, index);
    return is_used(room) && memcmp(room->id, tag, CHANGE_TAG) == 0;
}

static void drop_member(struct recovery *recovery, uint32_t index)
{
    struct rooms *rooms = &recovery->chat->rooms;

    if (member_at(recovery->chat, index)->state == MEMBER_HERE) {
        member_retire(rooms, index, recovery->now);
    }
    member_remove(rooms, index);
}

/* Drops the room and all its members. A closed room goes with its last member. */
static void drop_room(struct recovery *recovery, uint32_t index)
{
    struct room *room = room_at(recovery->chat, index);

    while (is_used(room) && room->first != ROOM_NONE) drop_member(recovery, room->first);
    if (is_used(room)) room_remove(&recovery->chat->rooms, index);
}

static enum recovery_result take_room(struct recovery *recovery, struct reading *in)
{
    struct rooms *rooms = &recovery->chat->rooms;
    uint32_t index = get32(in);
    const unsigned char *id = get(in, SEAL_ID);
    uint64_t first = get64(in);
    uint8_t flags = *get(in, 1);
    const unsigned char *salt = get(in, ROOM_SALT), *proof = get(in, SEAL_KEY);

    if (!in->good || first == 0) return RECOVERY_UNFIT;
    if (index >= rooms->member_limit) return RECOVERY_NO_PLACE;
    struct room *room = room_at(recovery->chat, index);
    if (room->name.bytes && room->count > 0 && !recovery->salvage) return RECOVERY_UNFIT;
    drop_room(recovery, index);
    if (!room_put(rooms, index, get_rest(in), id)) return RECOVERY_NO_MEMORY;
    room->locked = (flags & CHANGE_LOCKED) != 0;
    memcpy(room->salt, salt, ROOM_SALT);
    memcpy(room->proof, proof, SEAL_KEY);
    log_begin(&room->log, first);
    if (flags & CHANGE_CLOSED) room_close(rooms, index);
    return RECOVERY_TAKEN;
}

/* --- members --- */

static void take_keys(struct session *session, struct reading *in)
{
    memcpy(session->first_up, get(in, SEAL_KEY), SEAL_KEY);
    memcpy(session->first_down, get(in, SEAL_KEY), SEAL_KEY);
    session->opened = get32(in);
    session->under = get32(in);
}

static void fill_member(struct recovery *recovery, uint32_t index, struct reading *in)
{
    struct member *member = member_at(recovery->chat, index);
    struct session *session = &member->session;

    take_keys(session, in);
    session->read = get64(in);
    session->accepted = get64(in);
    uint64_t last = get64(in);
    uint8_t flags = *get(in, 1);
    if (flags & CHANGE_HOST) room_at(recovery->chat, member->room)->host = index;
    if (flags & CHANGE_GONE) member_retire(&recovery->chat->rooms, index, recovery->now);
    else recovery->chat->counts.joined++;
    session->last = last;
}

/* May a member be put at this place? Only when rows are missing can another member be in the way;
   when salvaging, that member is dropped. */
static bool make_way(struct recovery *recovery, uint32_t index, uint32_t room, struct text name)
{
    struct rooms *rooms = &recovery->chat->rooms;
    bool in_use = index < rooms->members_used
        && member_at(recovery->chat, index)->state != MEMBER_FREE;
    bool here = in_use && member_at(recovery->chat, index)->state == MEMBER_HERE;
    uint32_t same = name.size > 0 ? member_find_name(rooms, room, name) : ROOM_NONE;

    if ((here || same != ROOM_NONE) && !recovery->salvage) return false;
    if (same != ROOM_NONE && same != index) drop_member(recovery, same);
    if (in_use) drop_member(recovery, index);
    return true;
}

static enum recovery_result take_member(struct recovery *recovery, struct reading *in)
{
    enum { BETWEEN = 2 * SEAL_KEY + 2 * 4 + 3 * 8 + 1 }; /* bytes from the id to the name */
    struct rooms *rooms = &recovery->chat->rooms;
    uint32_t index = get32(in), room = get32(in);
    const unsigned char *tag = get(in, CHANGE_TAG);
    uint64_t session = get64(in);
    const unsigned char *id = get(in, SEAL_KEY);

    if (!in->good || in->left < BETWEEN || session >> 32 != index) return RECOVERY_UNFIT;
    struct text name = {(const char *)in->at + BETWEEN, in->left - BETWEEN};
    bool gone = (in->at[BETWEEN - 1] & CHANGE_GONE) != 0;
    if (index >= rooms->member_limit) return RECOVERY_NO_PLACE;
    if (!is_room(recovery, room, tag)) return RECOVERY_UNFIT;
    /* A member that has gone has no name any more, and a closed room has no other members. */
    if (gone != (name.size == 0) || (room_at(recovery->chat, room)->closed && !gone)) {
        return RECOVERY_UNFIT;
    }
    if (!make_way(recovery, index, room, name)) return RECOVERY_UNFIT;
    if (!member_put(rooms, index, room, name, id)) return RECOVERY_NO_MEMORY;
    member_at(recovery->chat, index)->session.id = session;
    fill_member(recovery, index, in);
    return RECOVERY_TAKEN;
}

static enum recovery_result take_session(struct recovery *recovery, struct reading *in)
{
    uint64_t id = get64(in);
    uint32_t index = (uint32_t)(id >> 32);
    const unsigned char *tag = get(in, CHANGE_TAG);
    struct session session = {.id = id, .last = SESSION_OPEN};

    take_keys(&session, in);
    session.read = get64(in);
    session.accepted = get64(in);
    if (!in->good || index >= recovery->chat->rooms.members_used) return RECOVERY_UNFIT;
    struct member *member = member_at(recovery->chat, index);
    if (member->state != MEMBER_HERE || memcmp(member->id, tag, CHANGE_TAG) != 0) {
        return RECOVERY_UNFIT;
    }
    member->session = session;
    return RECOVERY_TAKEN;
}

static void read_v4(struct reading *in, unsigned port, struct address *address)
{
    address->is.v4.sin_family = AF_INET;
    address->is.v4.sin_port = htons((uint16_t)port);
    memcpy(&address->is.v4.sin_addr, get(in, 4), 4);
    address->size = sizeof address->is.v4;
}

static void read_v6(struct reading *in, unsigned port, struct address *address)
{
    address->is.v6.sin6_family = AF_INET6;
    address->is.v6.sin6_port = htons((uint16_t)port);
    address->is.v6.sin6_scope_id = get32(in);
    memcpy(&address->is.v6.sin6_addr, get(in, 16), 16);
    address->size = sizeof address->is.v6;
}

static enum recovery_result take_address(struct recovery *recovery, struct reading *in)
{
    uint32_t index = member_find(&recovery->chat->rooms, get64(in));
    uint32_t under = get32(in);
    unsigned port = wire_get16(get(in, 2));
    struct address address;

    if (!in->good || index == ROOM_NONE) return RECOVERY_UNFIT;
    memset(&address, 0, sizeof address);
    if (in->left == 4) read_v4(in, port, &address);
    else read_v6(in, port, &address);
    if (!in->good) return RECOVERY_UNFIT;
    member_at(recovery->chat, index)->session.candidate = address;
    member_at(recovery->chat, index)->session.was_there = true;
    member_at(recovery->chat, index)->session.under = under;
    return RECOVERY_TAKEN;
}

static enum recovery_result take_accepted(struct recovery *recovery, struct reading *in)
{
    uint32_t index = member_find(&recovery->chat->rooms, get64(in));
    uint64_t accepted = get64(in);

    if (!in->good || index == ROOM_NONE) return RECOVERY_UNFIT;
    member_at(recovery->chat, index)->session.accepted = accepted;
    return RECOVERY_TAKEN;
}

/* --- entries --- */

static enum recovery_result take_entry(struct recovery *recovery, struct reading *in)
{
    uint32_t index = get32(in);
    const unsigned char *tag = get(in, CHANGE_TAG);
    uint64_t number = get64(in);
    struct text whole = get_rest(in), rest = whole;
    struct row row;
    struct entry entry;

    if (!in->good || whole.size > FRAME_ENTRY_LIMIT || !is_room(recovery, index, tag)) {
        return RECOVERY_UNFIT;
    }
    if (!frame_next(&rest, &row) || rest.size > 0 || !entry_decode(row, &entry)) {
        return RECOVERY_UNFIT;
    }
    struct log *log = &room_at(recovery->chat, index)->log;
    if (number < log->end || (number > log->end && !recovery->salvage)) return RECOVERY_UNFIT;
    if (number > log->end) log_begin(log, number);
    if (!log_append(log, whole.bytes, whole.size)) return RECOVERY_NO_MEMORY;
    room_follow(&recovery->chat->rooms, index, &entry, recovery->now);
    return RECOVERY_TAKEN;
}

static enum recovery_result take_kicked(struct recovery *recovery, struct reading *in)
{
    uint32_t index = get32(in);
    const unsigned char *tag = get(in, CHANGE_TAG), *id = get(in, SEAL_ID);

    if (!in->good || !is_room(recovery, index, tag)) return RECOVERY_UNFIT;
    room_kicked(room_at(recovery->chat, index), id);
    return RECOVERY_TAKEN;
}

/* Every room gets a mark of where its log ends at this start. */
static enum recovery_result take_start(struct recovery *recovery, struct reading *in)
{
    struct rooms *rooms = &recovery->chat->rooms;
    struct starts *starts = &recovery->chat->starts;
    uint32_t number = get32(in);
    const unsigned char *id = get(in, SEAL_ID);
    bool next = starts->now == 0 || number == starts->now + 1 || recovery->salvage;

    if (!in->good || number == 0 || number <= starts->now || !next) return RECOVERY_UNFIT;
    starts_add(starts, number, id);
    for (uint32_t i = 0; i < rooms->rooms_used; i++) {
        struct room *room = room_at(recovery->chat, i);
        if (!is_used(room)) continue;
        if (!marks_add(&room->marks, number, room->log.end)) return RECOVERY_NO_MEMORY;
    }
    return RECOVERY_TAKEN;
}

static enum recovery_result take_marks(struct recovery *recovery, struct reading *in)
{
    uint32_t index = get32(in), start = 0;
    const unsigned char *tag = get(in, CHANGE_TAG);

    if (!in->good || !is_room(recovery, index, tag)) return RECOVERY_UNFIT;
    while (in->left > 0) {
        uint32_t next = get32(in);
        uint64_t end = get64(in);
        if (!in->good || next <= start) return RECOVERY_UNFIT;
        struct marks *marks = &room_at(recovery->chat, index)->marks;
        if (!marks_add(marks, next, end)) return RECOVERY_NO_MEMORY;
        start = next;
    }
    return RECOVERY_TAKEN;
}

/* Without this row, the server would accept a line a second time if its author was lost before the
   acknowledgement arrived. */
static enum recovery_result take_recall(struct recovery *recovery, struct reading *in)
{
    uint32_t index = get32(in);
    const unsigned char *tag = get(in, CHANGE_TAG);

    if (!in->good || !is_room(recovery, index, tag)) return RECOVERY_UNFIT;
    room_at(recovery->chat, index)->gone_count = 0;
    while (in->left > 0) {
        const unsigned char *id = get(in, SEAL_ID);
        uint64_t accepted = get64(in);
        if (!in->good) return RECOVERY_UNFIT;
        room_remember(room_at(recovery->chat, index), id, accepted);
    }
    return RECOVERY_TAKEN;
}

/* The starts in the journal replace the one that the chat was created with. */
static void begin(struct recovery *recovery)
{
    if (recovery->begun) return;
    recovery->begun = true;
    recovery->chat->starts.now = 0;
}

enum recovery_result recovery_take(struct recovery *recovery, struct row row)
{
    struct reading in = {(const unsigned char *)row.bytes.bytes, row.bytes.size, true};

    begin(recovery);
    switch (row.kind) {
    case CHANGE_ROOM: return take_room(recovery, &in);
    case CHANGE_MEMBER: return take_member(recovery, &in);
    case CHANGE_SESSION: return take_session(recovery, &in);
    case CHANGE_ADDRESS: return take_address(recovery, &in);
    case CHANGE_ACCEPTED: return take_accepted(recovery, &in);
    case CHANGE_ENTRY: return take_entry(recovery, &in);
    case CHANGE_START: return take_start(recovery, &in);
    case CHANGE_MARKS: return take_marks(recovery, &in);
    case CHANGE_RECALL: return take_recall(recovery, &in);
    case CHANGE_KICKED: return take_kicked(recovery, &in);
    default: return RECOVERY_UNFIT;
    }
}

/* --- after the last row --- */

/* Gives the session random keys. The client's datagrams then get no answer, and so it joins
   again. */
static void lock_out(struct recovery *recovery, struct member *member)
{
    struct chat *chat = recovery->chat;

    chat->random(chat->random_context, member->session.first_up, SEAL_KEY);
    chat->random(chat->random_context, member->session.first_down, SEAL_KEY);
    member->session.candidate.size = 0;
}

static void mend_room(struct recovery *recovery, uint32_t index)
{
    struct room *room = room_at(recovery->chat, index);
    bool host = room->host != ROOM_NONE && member_at(recovery->chat, room->host)->room == index
        && member_at(recovery->chat, room->host)->state == MEMBER_HERE;
    uint32_t next;

    if (!host) { /* this includes a closed room: its members are not told any more */
        drop_room(recovery, index);
        return;
    }
    marks_free(&room->marks);
    for (uint32_t i = room->first; i != ROOM_NONE; i = next) {
        next = member_at(recovery->chat, i)->next;
        if (member_at(recovery->chat, i)->state == MEMBER_GONE) drop_member(recovery, i);
        else lock_out(recovery, member_at(recovery->chat, i));
    }
}

/* Adds this start, with a new id, and marks where each log ends. False: no memory. */
static bool begin_start(struct recovery *recovery)
{
    struct chat *chat = recovery->chat;
    struct rooms *rooms = &chat->rooms;
    unsigned char id[SEAL_ID];
    uint32_t number = chat->starts.now + 1;

    chat->random(chat->random_context, id, sizeof id);
    if (recovery->salvage) chat->starts.now = 0; /* the earlier starts may be wrong */
    starts_add(&chat->starts, number, id);
    for (uint32_t i = 0; i < rooms->rooms_used; i++) {
        struct room *room = room_at(recovery->chat, i);
        if (is_used(room) && !marks_add(&room->marks, number, room->log.end)) return false;
    }
    return true;
}

bool recovery_end(struct recovery *recovery)
{
    struct chat *chat = recovery->chat;
    struct rooms *rooms = &chat->rooms;

    begin(recovery);
    for (uint32_t i = 0; i < rooms->rooms_used; i++) {
        if (!is_used(room_at(recovery->chat, i))) continue;
        room_at(recovery->chat, i)->log.readers = room_at(recovery->chat, i)->count;
        bool joined = room_at(recovery->chat, i)->chained > 0;
        if (!joined) drop_room(recovery, i);
        else if (recovery->salvage) mend_room(recovery, i);
    }
    if (!begin_start(recovery)) return false;
    uint32_t start = chat->starts.now;
    for (uint32_t i = 0; i < rooms->members_used; i++) {
        struct member *member = member_at(recovery->chat, i);
        if (member->state == MEMBER_FREE) continue;
        uint64_t end = room_at(recovery->chat, member->room)->log.end;
        session_revive(&member->session, start, starts_id(&chat->starts, start), end,
                       recovery->now);
    }
    rooms_link_free(rooms);
    chat->sweep_at = recovery->now; /* the sweep announces the start to all members */
    return true;
}
