#include "session.h"

#include <assert.h>
#include <string.h>

#include "crypto/constant.h"

enum {
    PACK_START = PACKET_HEAD + FRAME_DOWN_HEAD, /* where entries stand in a datagram: from here */
    PACK_END = PACKET_SEND_LIMIT - SEAL_TAG     /* to here */
};

void session_open(struct session *session, uint64_t id, const struct seal_keys *keys,
                  uint32_t start, uint64_t next, int64_t now)
{
    uint64_t accepted = session->accepted;

    *session = (struct session){.id = id,
                                .opened = start,
                                .start = start,
                                .under = start,
                                .read = next,
                                .sent = next,
                                .last = SESSION_OPEN,
                                .accepted = accepted,
                                .acked = accepted,
                                .heard_at = now,
                                .rto = SESSION_RTO + FRAME_ACK_LATEST};
    memcpy(session->up, keys->up, sizeof session->up);
    memcpy(session->down, keys->down, sizeof session->down);
    memcpy(session->first_up, keys->up, sizeof session->first_up);
    memcpy(session->first_down, keys->down, sizeof session->first_down);
}

void session_revive(struct session *session, uint32_t start, const unsigned char id[SEAL_ID],
                    uint64_t end, int64_t now)
{
    seal_key_of_start(session->first_up, id, session->up);
    seal_key_of_start(session->first_down, id, session->down);
    session->start = start;
    session->counter = 0;
    session->announced_at = session->searched_at = now - SESSION_ANNOUNCE;
    session->sent = session->last < end ? session->last : end;
    session->acked = session->accepted;
    session->heard_at = now;
    session->rto = SESSION_RTO + FRAME_ACK_LATEST;
    session->calls = session->candidate.size != 0 ? SESSION_CALLS : 0;
}

void session_settle(struct session *session)
{
    if (session->claimed > session->accepted) session->accepted = session->claimed;
    if (session->claimed > session->acked) session->acked = session->claimed;
    session->claimed = 0;
}

/* --- sending --- */

/* A long entry, or all that a newcomer has missed, is many datagrams at once. If there is no way to
   an address just then, all of them fail for the same reason: so a burst is one strike at most. */
static void strike(struct session *session, struct sender *sender)
{
    sender->unreachable++;
    if (session->struck == sender->burst || session->strikes == SESSION_STRIKES) return;
    session->struck = sender->burst;
    session->strikes++;
}

/* Seals the body of `size` bytes that stands in its place in `packet`, and sends it. */
static void emit(struct session *session, struct sender *sender, unsigned char *packet,
                 size_t size)
{
    size = packet_seal(packet, size, session->id, ++session->counter, session->down);
    switch (sender->send(sender->context, &session->address, packet, size)) {
    case DELIVERY_SENT:
        sender->sent++;
        session->strikes = 0;
        break;
    case DELIVERY_LATER: sender->sent++; break;
    case DELIVERY_HELD_UP: sender->held_up++; break;
    case DELIVERY_UNREACHABLE: strike(session, sender); break;
    }
}

void session_strike(struct session *session, struct sender *sender, const struct address *to)
{
    sender->sent--;
    if (address_equal(&session->address, to)) strike(session, sender);
    else sender->unreachable++;
}

static bool has_address(const struct session *session)
{
    return session->address.size != 0;
}

bool session_struck_out(const struct session *session)
{
    return session->strikes >= SESSION_STRIKES;
}

/*
 * What stands at the beginning of a datagram. Some are sent in the middle of a turn: they must not
 * say that something was heard which the journal does not have yet. The client would forget it, and
 * if the server ended just then, nobody would know it any more.
 */
static void put_head(struct session *session, const struct sender *sender, uint64_t first,
                     unsigned char *packet)
{
    if (!sender->unsettled) session->acked = session->accepted;
    struct down head = {.accepted = session->acked, .first = first};
    down_encode(&head, packet + PACKET_HEAD);
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/*
 * An entry that a datagram has no space for goes in parts, each as large as there is space. The
 * last one stays in `packet`, so that what follows may be put behind it. Returns where that begins.
 */
static size_t send_parts(struct session *session, const struct log *log, struct sender *sender,
                         uint64_t number, unsigned char *packet, size_t size)
{
    struct part part = {.number = number, .whole = log_size(log, number, number + 1)};

    for (;;) {
        unsigned char *bytes = packet + size + FRAME_ROW + FRAME_PART_HEAD;
        size_t left = part.whole - part.offset, space = (size_t)(packet + PACK_END - bytes);
        part.bytes = (struct text){(char *)bytes, left < space ? left : space};
        log_copy_part(log, number, (uint32_t)part.offset, (uint32_t)part.bytes.size, bytes);
        size += part_encode(ENTRY_PART, &part, packet + size);
        if (left <= space) return size;
        emit(session, sender, packet, size - PACKET_HEAD);
        part.offset += part.bytes.size;
        put_head(session, sender, number + 1, packet);
        size = PACK_START;
    }
}

/*
 * Sends one datagram with entries from `from` on, as many up to `to` as a datagram has space for;
 * of one that is too long, as many datagrams as it takes. What the log has no more is told as a
 * gap. Returns the number it got to.
 */
static uint64_t send_pack(struct session *session, const struct log *log, struct sender *sender,
                          uint64_t from, uint64_t to)
{
    unsigned char packet[PACKET_SEND_LIMIT];
    size_t size = PACK_START;

    put_head(session, sender, from, packet);
    if (from < log->first) {
        struct entry gap = {.kind = ENTRY_GAP, .number = log->first};
        size += entry_encode(&gap, packet + size);
        from = log->first;
    }
    uint64_t next = from;
    if (next < to && log_size(log, next, next + 1) > PACK_END - size) {
        size = send_parts(session, log, sender, next++, packet, size);
    }
    to = log_fit(log, next, to, PACK_END - size); /* `next` at least */
    size += log_copy(log, next, to, packet + size);
    sender->entries += to - from;
    emit(session, sender, packet, size - PACKET_HEAD);
    session->sent = greater(session->sent, to); /* a gap may lead beyond what was sent before */
    return to;
}

bool session_waits(const struct session *session)
{
    return session->read < session->sent;
}

/* How far it may be sent the log now. */
static uint64_t send_limit(const struct session *session, const struct log *log)
{
    /* The log has dropped what it has not acknowledged: whoever lives there hears nothing or is far
       too slow. The timer asks, one datagram at a time, and nothing else is sent into the void. */
    if (session_waits(session) && session->read < log->first) return session->sent;
    uint64_t base = greater(session->read, log->first);
    uint64_t to = lesser(lesser(log->end, session->last), base + SESSION_WINDOW);

    if (to > base && log_size(log, base, to) > SESSION_WINDOW_BYTES) {
        to = log_fit(log, base, to, SESSION_WINDOW_BYTES);
    }
    return to;
}

/* How long nothing need be heard, and still nothing is wrong. */
static int32_t rto(const struct session *session, const struct log *log)
{
    return session->srtt + SESSION_RTO + (int32_t)frame_ack_latest(log->readers);
}

bool session_push(struct session *session, const struct log *log, struct sender *sender,
                  int64_t now)
{
    uint64_t to = send_limit(session, log);

    if (!has_address(session) || session->sent >= to) return false;
    if (!session_waits(session)) {
        session->waiting_since = now;
        session->rto = rto(session, log);
    }
    if (session->timed == 0) {
        session->timed = session->sent;
        session->timed_at = now;
    }
    while (session->sent < to) send_pack(session, log, sender, session->sent, to);
    return true;
}

void session_answer(struct session *session, struct sender *sender)
{
    unsigned char packet[PACKET_HEAD + FRAME_DOWN_HEAD + SEAL_TAG];

    if (!has_address(session)) return;
    put_head(session, sender, session->sent, packet);
    emit(session, sender, packet, FRAME_DOWN_HEAD);
}

void session_tell(struct session *session, struct sender *sender, struct text notice)
{
    unsigned char packet[PACKET_SEND_LIMIT];

    assert(notice.size <= FRAME_NOTICE_LIMIT);
    if (!has_address(session)) return;
    put_head(session, sender, session->sent, packet);
    size_t size = frame_put(ENTRY_NOTICE, notice, packet + PACK_START);
    emit(session, sender, packet, FRAME_DOWN_HEAD + size);
}

/* --- sending again --- */

/* The time of something that was sent twice says nothing: which of the two was acknowledged?
   (P. Karn's rule, RFC 6298, section 3.) */
static void send_again(struct session *session, const struct log *log, struct sender *sender,
                       uint64_t to)
{
    uint64_t from = session->read, before = session->counter;

    session->timed = 0;
    while (from < to) from = send_pack(session, log, sender, from, to);
    sender->again += session->counter - before;
}

int64_t session_retransmit(struct session *session, const struct log *log, struct sender *sender,
                           int64_t now)
{
    if (!session_waits(session) || !has_address(session)) return now + session->rto;
    if (now - session->waiting_since >= session->rto) {
        /* One entry is enough to learn how things stand: the answer tells what is missing. */
        uint64_t before = session->counter;
        session->timed = 0;
        send_pack(session, log, sender, session->read, session->sent);
        sender->again += session->counter - before;
        session->doubtful = session->sent;
        session->waiting_since = now;
        session->rto *= 2;
        if (session->rto > SESSION_RTO_LIMIT) session->rto = SESSION_RTO_LIMIT;
    }
    return session->waiting_since + session->rto;
}

/* A round trip has been measured; what stood is worth seven times as much (RFC 6298, section 2). */
static void measure(struct session *session, int64_t now)
{
    int64_t sample = now - session->timed_at;

    if (sample > SESSION_RTO_LIMIT) sample = SESSION_RTO_LIMIT;
    if (session->srtt == 0) session->srtt = (int32_t)sample;
    session->srtt = (int32_t)((7 * session->srtt + sample) / 8);
    session->timed = 0;
}

void session_acknowledge(struct session *session, const struct log *log, struct sender *sender,
                         const struct up *up, int64_t now)
{
    /* Of what never was, or going back: either old or nonsense. */
    if (up->read > log->end || up->read < session->read) return;
    bool moves = up->read > session->read;
    /* While it resumed, the session before this one may have brought it more than we know of. */
    session->sent = greater(session->sent, up->read);
    if (moves) {
        if (session->timed != 0 && up->read > session->timed) measure(session, now);
        session->read = up->read;
        session->strikes = 0; /* something has arrived there */
        session->waiting_since = now;
        session->rto = rto(session, log);
    }
    /* It is there again, and has nothing of what was on its way when it was not. */
    if (moves && up->read < session->doubtful && up->from <= up->read) {
        send_again(session, log, sender, session->doubtful);
        session->doubtful = 0;
        return;
    }
    if (up->from <= up->read || up->from > session->sent) return;
    /* The same hole again: what fills it may be on its way already. And not for each of a thousand
       acknowledgements that show one: that would be a thousand windows. */
    int64_t pause = session->hole == up->read ? session->srtt + SESSION_HOLE_PAUSE
                                              : SESSION_HOLE_PAUSE / 2;
    if (session->hole_at != 0 && now - session->hole_at < pause) return;
    session->hole = up->read;
    session->hole_at = now;
    send_again(session, log, sender, up->from);
}

/* --- receiving --- */

/* As long as an address is asked, and in the same form, the probe is the same, bytes and all. With
   a new one for each datagram, a client that sends much would always answer the one before the
   last. */
static void choose_probe(struct session *session, const struct address *to, uint32_t announced)
{
    bool same = session->probe != 0 && session->announced == announced
        && address_equal(&session->candidate, to);

    if (same) return;
    if (!address_equal(&session->candidate, to)) session->was_there = false;
    session->candidate = *to;
    session->probe = ++session->counter;
    session->announced = announced;
}

static void ask(const struct session *session, struct sender *sender, const void *packet,
                size_t size)
{
    enum delivery delivery = sender->send(sender->context, &session->candidate, packet, size);

    if (delivery == DELIVERY_SENT || delivery == DELIVERY_LATER) sender->sent++;
}

static void send_probe(struct session *session, struct sender *sender, const struct address *to)
{
    unsigned char packet[PACKET_EXTRA];

    choose_probe(session, to, 0);
    session->calls = 0;
    size_t size = packet_seal(packet, 0, session->id, session->probe, session->down);
    ask(session, sender, packet, size);
}

void session_announce(struct session *session, struct sender *sender, const struct address *to,
                      uint32_t number, struct announcement *announcement)
{
    unsigned char packet[PACKET_ANNOUNCEMENT];

    choose_probe(session, to, number);
    announcement->session = session->id;
    announcement->counter = session->probe;
    announcement->accepted = session->accepted;
    packet_announce(announcement, session->down, packet);
    ask(session, sender, packet, sizeof packet);
}

bool session_is_old(const struct session *session)
{
    return session->under != session->start;
}

void session_ask(struct session *session, struct sender *sender, bool anew)
{
    bool here = address_equal(&session->candidate, &session->address);

    /* If another address is being asked, somebody is there and about to prove it. */
    if (!has_address(session) || (session->probe != 0 && !here)) return;
    if (anew) session->probe = 0;
    send_probe(session, sender, &session->address);
}

/*
 * The first address of a session. What the member has not read, it is sent anew: after a restart
 * nobody knows what the server has sent before. And no datagram from before this one counts: a
 * restarted server does not know which of them it had, and they were made without the probe.
 */
static void begin_at(struct session *session, const struct up *up)
{
    if (up->read > session->read && up->read <= session->sent) session->read = up->read;
    session->sent = session->read;
    window_close(&session->window);
}

/*
 * A datagram that opens was made by the member, but it may have been sent on by somebody else, from
 * anywhere. So an address proves itself: a probe goes there, and only who reads what arrives there
 * can say its counter. The probe is smaller than anything that asks for it, so nobody can be
 * flooded by it.
 */
static bool proven(struct session *session, struct sender *sender, const struct address *from,
                   const struct up *up)
{
    if (has_address(session) && address_equal(&session->address, from)) return true;
    if (session->probe != 0 && up->echo == session->probe
        && address_equal(&session->candidate, from)) {
        if (!has_address(session)) begin_at(session, up);
        session->address = *from;
        session->probe = 0;
        session->calls = 0;
        return true;
    }
    send_probe(session, sender, from);
    return false;
}

bool session_take_old(struct session *session, uint32_t number, const unsigned char id[SEAL_ID],
                      void *bytes, size_t size)
{
    unsigned char key[SEAL_KEY];
    uint64_t counter;

    if (number == session->opened) memcpy(key, session->first_up, SEAL_KEY);
    else seal_key_of_start(session->first_up, id, key);
    bool opened = packet_open(bytes, size, key, &counter);
    wipe(key, sizeof key);
    if (!opened || window_has(&session->window, counter)) return false;
    window_add(&session->window, counter); /* a client counts on under the next start */
    return true;
}

enum session_verdict session_take(struct session *session, struct sender *sender,
                                  const struct address *from, void *bytes, size_t size,
                                  struct up *up, int64_t now)
{
    uint64_t counter;

    if (!packet_open(bytes, size, session->up, &counter)) return SESSION_STRANGER;
    session->under = session->start;
    if (window_has(&session->window, counter)) return SESSION_STRANGER;
    window_add(&session->window, counter);
    struct text body = {(char *)bytes + PACKET_HEAD, size - PACKET_EXTRA};
    if (!up_decode(body, up)) return SESSION_MALFORMED;
    if (!proven(session, sender, from, up)) return SESSION_PROBED;
    session->heard_at = now;
    return SESSION_TAKEN;
}
