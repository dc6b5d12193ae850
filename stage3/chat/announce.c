#include "announce.h"

static struct session *session_at(const struct announcer *announcer, uint32_t index)
{
    return &announcer->rooms->members[index].session;
}

/* Announces this start to a member under the start `number`, whose id must be kept. */
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

/*
 * Returns the start whose keys open the datagram, or 0. The latest one is the most likely. Those
 * near it are always tried, and the one that the session is under. A client may be under another
 * start: it took an announcement from a server that ended before the client's answer arrived, and
 * more starts have followed. To try all kept starts is expensive, so that is not done for each
 * datagram.
 */
static uint32_t open_old(const struct starts *starts, struct session *session, void *bytes,
                         size_t size, int64_t now)
{
    bool all = now - session->searched_at >= SESSION_ANNOUNCE;

    for (uint32_t number = starts->now - 1; number >= session->opened; number--) {
        const unsigned char *id = starts_id(starts, number);
        if (!id) break;
        bool likely = number == session->under || starts->now - number <= ANNOUNCE_BACK;
        if (!likely && !all) continue;
        if (session_take_old(session, number, id, bytes, size)) return number;
    }
    if (all) session->searched_at = now;
    return 0;
}

bool announce_take(const struct announcer *announcer, uint32_t index, const struct address *from,
                   void *bytes, size_t size, int64_t now)
{
    struct session *session = session_at(announcer, index);

    /* Clients send none so short, and an unproved address must not be sent more than came. */
    if (size < PACKET_ANNOUNCEMENT) return false;
    uint32_t number = open_old(announcer->starts, session, bytes, size, now);

    if (number == 0) return false;
    if (now - session->announced_at < SESSION_ANNOUNCE) return true;
    session->announced_at = now;
    if (!address_equal(&session->candidate, from)) session->calls = 0; /* it has moved */
    announce(announcer, index, from, number);
    return true;
}

/* Alternates between the start that the member has last shown to know, and the start before this
   one: the client may have taken that, and the server ended before the client's answer came. */
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

/* `end` is 0: nothing that the client has read counts any more, so it must ask over TCP how much of
   that the server still has. */
void announce_end(struct session *session, struct sender *sender,
                  const unsigned char before[SEAL_ID], const unsigned char id[SEAL_ID])
{
    struct announcement announcement = {.id = id, .before = before, .end = 0};
    struct address to = session->address;

    if (to.size == 0) return;
    seal_key_of_start(session->first_down, id, session->down);
    session_announce(session, sender, &to, session->start, &announcement);
}
