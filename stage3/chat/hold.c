#include "hold.h"

void hold_create(struct holds *holds)
{
    *holds = (struct holds){.first = ROOM_NONE, .due = HOLD_NEVER, .size = PURSE_SIZE, .turn = 1};
}

/* --- the slowest reader --- */

/* The first entry that the member lacks and is waited for: since it entered, and not its own. */
static uint64_t lacks(const struct log *log, const struct member *member)
{
    uint64_t number = member->session.read;

    if (number < member->entered) number = member->entered;
    if (number < log->first) number = log->first;
    while (number < log->end && log_is_of(log, number, member->id)) number++;
    return number;
}

static bool is_living(const struct room *room, const struct member *member, int64_t now)
{
    return member->state == MEMBER_HERE && now <= session_alive_until(&member->session, &room->log);
}

/* Finds the living reader that lacks the oldest entry. Entries have one author each, so all calls
   of `lacks` together look at each entry once at most. */
static void seek(const struct holds *holds, const struct rooms *rooms, struct room *room,
                 int64_t now)
{
    room->needed = room->log.end;
    room->slowest = ROOM_NONE;
    room->sought = holds->turn;
    for (uint32_t i = room->first; i != ROOM_NONE; i = rooms->members[i].next) {
        const struct member *member = &rooms->members[i];
        if (member->session.read >= room->needed || !is_living(room, member, now)) continue;
        uint64_t number = lacks(&room->log, member);
        if (number >= room->needed) continue;
        room->needed = number;
        room->slowest = i;
    }
}

/* Is one part in `parts` of the log free, without an entry that a living reader lacks? What the
   sequencer was asked for counts as if it were there. */
static bool has_free(const struct room *room, uint32_t parts)
{
    const struct log *log = &room->log;
    uint64_t from = room->needed > log->first ? room->needed : log->first;

    return log_keeps(log, from, room->asked + LOG_ENTRIES / parts,
                     room->asked_bytes + LOG_BYTES / parts);
}

void hold_heard(struct rooms *rooms, uint32_t index)
{
    const struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];
    uint64_t from = member->session.read;

    if (from < member->entered) from = member->entered;
    if (from >= room->needed) return;
    room->needed = from; /* or later, if it said that itself: the next search tells */
    room->slowest = index;
}

/* --- what the sequencer was asked for --- */

void hold_asked(struct rooms *rooms, uint32_t index, size_t size)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];

    member->said = room->log.end; /* or later */
    room->asked++;
    room->asked_bytes += (uint32_t)size;
}

void hold_came(struct rooms *rooms, uint32_t index, struct text author, size_t size)
{
    struct room *room = &rooms->rooms[index];
    uint32_t member = member_find_name(rooms, index, author);

    if (member == ROOM_NONE) return; /* it is at another server */
    rooms->members[member].said = room->log.end - 1;
    if (room->asked == 0) return;
    room->asked--;
    room->asked_bytes -= size < room->asked_bytes ? (uint32_t)size : room->asked_bytes;
}

void hold_unasked(struct room *room)
{
    room->asked = room->asked_bytes = 0;
}

/* --- being held --- */

/* When the hold ends even if nobody acknowledges anything. */
static int64_t end_of(const struct holds *holds, const struct rooms *rooms,
                      const struct room *room, int64_t now)
{
    int64_t end = now + purse_left(&room->purse, holds->size, now);

    if (room->slowest == ROOM_NONE) return end;
    const struct session *session = &rooms->members[room->slowest].session;
    int64_t until = session_alive_until(session, &room->log);
    if (until < now) return now; /* it has gone since it was found */
    return until < end ? until + 1 : end;
}

static void chain(struct holds *holds, const struct rooms *rooms, uint32_t index, int64_t now)
{
    struct room *room = &rooms->rooms[index];
    int64_t end = end_of(holds, rooms, room, now);

    room->next_held = holds->first;
    holds->first = index;
    if (end < holds->due) holds->due = end;
}

/* Must the room be held from now on? */
static bool begins(struct holds *holds, struct rooms *rooms, uint32_t index, int64_t now)
{
    struct room *room = &rooms->rooms[index];

    if (!purse_may_pay(&room->purse, holds->size, now)) return false;
    if (room->sought != holds->turn) seek(holds, rooms, room, now);
    if (has_free(room, HOLD_RESERVE)) return false;
    purse_begin(&room->purse, now);
    chain(holds, rooms, index, now);
    return true;
}

bool hold_takes(struct holds *holds, struct rooms *rooms, uint32_t index, int64_t now)
{
    struct member *member = &rooms->members[index];
    struct room *room = &rooms->rooms[member->room];

    if (!room->purse.pays
        && (has_free(room, HOLD_RESERVE) || !begins(holds, rooms, member->room, now))) return true;
    if (member->said < room->needed) return true; /* all its lines have been read */
    member->paused = true;
    return false;
}

uint32_t hold_time(const struct holds *holds, const struct room *room, int64_t now)
{
    return room->purse.pays ? (uint32_t)purse_left(&room->purse, holds->size, now) : 0;
}

uint32_t hold_round(struct holds *holds)
{
    uint32_t first = holds->first;

    holds->turn++;
    holds->first = ROOM_NONE;
    holds->due = HOLD_NEVER;
    return first;
}

/* Is the slowest reader where it was? Then nobody need be sought. */
static bool is_stuck(const struct rooms *rooms, uint32_t index, int64_t now)
{
    const struct room *room = &rooms->rooms[index];

    if (room->slowest == ROOM_NONE) return false;
    const struct member *member = &rooms->members[room->slowest];
    return member->room == index && is_living(room, member, now)
        && lacks(&room->log, member) == room->needed;
}

bool hold_goes_on(struct holds *holds, struct rooms *rooms, uint32_t index, int64_t now)
{
    struct room *room = &rooms->rooms[index];
    bool empty = purse_left(&room->purse, holds->size, now) == 0;

    if (!empty && !is_stuck(rooms, index, now)) seek(holds, rooms, room, now);
    if (!empty && !has_free(room, HOLD_END)) {
        chain(holds, rooms, index, now);
        return true;
    }
    purse_end(&room->purse, holds->size, now);
    return false;
}

void hold_drop(struct holds *holds, struct rooms *rooms, uint32_t index)
{
    uint32_t *link = &holds->first;

    if (!rooms->rooms[index].purse.pays) return;
    while (*link != index && *link != ROOM_NONE) link = &rooms->rooms[*link].next_held;
    if (*link == index) *link = rooms->rooms[index].next_held;
    rooms->rooms[index].purse.pays = false;
}
