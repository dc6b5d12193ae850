#include "announce.h"

static struct session *session_at(const struct announcer *announcer, uint32_t index)
{
    return &announcer->rooms->members[index].session;
}

/* To a member who was under the start `number`, which must be kept. */
static void announce(const struct announcer *announcer, uint32_t index, const struct address *to,
                     uint32_t number)
{
    const struct rooms *rooms = announcer->rooms;
    const struct starts *starts = announcer->starts;
    const struct room *room = &rooms->rooms[rooms->members[index].room];
    struct announcement announcement = {
        .id = starts_id(starts, starts->now),
        .before = starts_id(starts, number),
        .end = marks_after(&room->marks, number, room->log.end)};

    session_announce(session_at(announcer, index), announcer->sender, to, number, &announcement);
}

/* Is a datagram tried with the keys of that start? With those that are likely always. A client may
   be under another one: it took a start from a server that ended before it heard of that, and more
   came and went since. To try all that are kept costs much, so it is not done for each datagram. */
static bool is_tried(const struct starts *starts, const struct session *session, uint32_t number,
                     bool all)
{
    return all || number == session->under || starts->now - number <= ANNOUNCE_BACK;
}

/* The start whose keys open it; 0: none that is tried. The latest is the most likely one. */
static uint32_t open_old(const struct starts *starts, struct session *session, void *bytes,
                         size_t size, int64_t now)
{
    bool all = now - session->searched_at >= SESSION_ANNOUNCE;

    for (uint32_t number = starts->now - 1; number >= session->opened; number--) {
        const unsigned char *id = starts_id(starts, number);
        if (!id) break;
        if (!is_tried(starts, session, number, all)) continue;
        if (session_take_old(session, number, id, bytes, size)) return number;
    }
    if (all) session->searched_at = now;
    return 0;
}

bool announce_take(const struct announcer *announcer, uint32_t index, const struct address *from,
                   void *bytes, size_t size, int64_t now)
{
    struct session *session = session_at(announcer, index);

    /* Clients send none so short; and an address that is not proved gets no more than came. */
    if (size < PACKET_ANNOUNCEMENT) return false;
    uint32_t number = open_old(announcer->starts, session, bytes, size, now);

    if (number == 0) return false;
    if (now - session->announced_at < SESSION_ANNOUNCE) return true;
    session->announced_at = now;
    if (!address_equal(&session->candidate, from)) session->calls = 0; /* it is somewhere else */
    announce(announcer, index, from, number);
    return true;
}

/* In turns for where it was last seen, and for the start before this one: its client may have heard
   of that, and the server ended before it heard of the client. */
void announce_call(const struct announcer *announcer, uint32_t index)
{
    const struct starts *starts = announcer->starts;
    struct session *session = session_at(announcer, index);
    struct address to = session->candidate;
    uint32_t before = starts->now - 1;

    if (session->calls == 0) return;
    session->calls--;
    bool last = session->calls % 2 != 0 && starts_id(starts, before);
    uint32_t number = last ? before : session->under;
    if (starts_id(starts, number)) announce(announcer, index, &to, number);
}

/* None of what it has read counts here any more, so it has to ask over TCP how much is there. */
void announce_end(struct session *session, struct sender *sender,
                  const unsigned char before[SEAL_ID], const unsigned char id[SEAL_ID])
{
    struct announcement announcement = {.id = id, .before = before, .end = 0};
    struct address to = session->address;

    if (to.size == 0) return;
    seal_key_of_start(session->first_down, id, session->down);
    session_announce(session, sender, &to, session->start, &announcement);
}
