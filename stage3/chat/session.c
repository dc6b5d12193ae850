#include "session.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/constant.h"

enum {
    PACK_START = PACKET_HEAD + FRAME_DOWN_HEAD, /* offsets in a datagram: entries begin here, */
    PACK_END = PACKET_SEND_LIMIT - SEAL_TAG     /* and end here at the latest */
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

/* A long entry, or all that a newcomer has missed, takes many datagrams at once. If the address is
   unreachable just then, all of them fail for one reason, so a burst is one strike at most. */
static void strike(struct session *session, struct sender *sender)
{
    sender->unreachable++;
    if (session->struck == sender->burst || session->strikes == SESSION_STRIKES) return;
    session->struck = sender->burst;
    session->strikes++;
}

/* Seals the body of `size` bytes that is already in its place in `packet`, and sends it. */
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
 * Writes the head of a datagram's body. A datagram that is sent in the middle of a turn must not
 * acknowledge an item that the journal does not have yet: the client would drop the item, and if
 * the server ended just then, it would be lost.
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
 * Sends an entry that does not fit into a datagram in parts, each as large as possible. The last
 * part stays in `packet`, so that further entries may follow it. Returns the offset behind it.
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
 * Sends one datagram with entries from `from` on, as many up to `to` as fit; for an entry that is
 * too long, as many datagrams as it takes. Entries that the log has dropped are told as a gap.
 * Returns the number of the first entry not sent.
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

/* Entries before the returned number may be sent now. */
static uint64_t send_limit(const struct session *session, const struct log *log)
{
    /* The log has dropped entries that the member has not acknowledged, so the member hears nothing
       or is far too slow. Only the timer sends now, one datagram at a time. */
    if (session_waits(session) && session->read < log->first) return session->sent;
    uint64_t base = greater(session->read, log->first);
    uint64_t to = lesser(lesser(log->end, session->last), base + SESSION_WINDOW);

    if (to > base && log_size(log, base, to) > SESSION_WINDOW_BYTES) {
        to = log_fit(log, base, to, SESSION_WINDOW_BYTES);
    }
    return to;
}

/* The retransmit timeout: the longest time that an acknowledgement may take if nothing is lost. */
static int32_t rto(const struct session *session, const struct log *log)
{
    return session->srtt + SESSION_RTO + (int32_t)frame_ack_latest(log->readers);
}

int64_t session_alive_until(const struct session *session, const struct log *log)
{
    int64_t since = session->heard_at;

    if (!has_address(session)) return INT64_MIN;
    if (!session_waits(session)) return INT64_MAX;
    if (session->unread_at > since) since = session->unread_at;
    return since + session->srtt + frame_ack_latest(log->readers) + SESSION_ALIVE;
}

bool session_push(struct session *session, const struct log *log, struct sender *sender,
                  int64_t now)
{
    uint64_t to = send_limit(session, log);

    if (!has_address(session) || session->sent >= to) return false;
    if (!session_waits(session)) {
        session->waiting_since = session->unread_at = now;
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

void session_wait(struct session *session, struct sender *sender, uint32_t time)
{
    unsigned char packet[PACK_START + FRAME_ROW + 4 + SEAL_TAG];
    unsigned char *bytes = packet + PACK_START + FRAME_ROW;

    if (!has_address(session)) return;
    put_head(session, sender, session->sent, packet);
    wire_put32(bytes, time);
    size_t size = frame_put(ENTRY_WAIT, (struct text){(char *)bytes, 4}, packet + PACK_START);
    emit(session, sender, packet, FRAME_DOWN_HEAD + size);
}

/* --- sending again --- */

/* An entry that was sent twice gives no round-trip time, because nobody can tell which of the two
   was acknowledged (P. Karn's rule, RFC 6298, section 3). */
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
        /* One datagram is enough: the answer tells what is missing. */
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

/* Adds a sample of the round trip; the old value has 7/8 of the weight (RFC 6298, section 2). */
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
    /* Acknowledges entries that do not exist, or goes backwards: stale or bogus. */
    if (up->read > log->end || up->read < session->read) return;
    bool moves = up->read > session->read;
    /* While the member resumed, its earlier session may have brought it more than was counted. */
    session->sent = greater(session->sent, up->read);
    if (moves) {
        if (session->timed != 0 && up->read > session->timed) measure(session, now);
        session->read = up->read;
        session->strikes = 0; /* datagrams do arrive there */
        session->waiting_since = now;
        session->rto = rto(session, log);
    }
    /* The member is reachable again, and has nothing of what was sent while it was not. */
    if (moves && up->read < session->doubtful && up->from <= up->read) {
        send_again(session, log, sender, session->doubtful);
        session->doubtful = 0;
        return;
    }
    if (up->from <= up->read || up->from > session->sent) return;
    /* If it is the same hole, the entries that fill it may be on their way already. The pause also
       limits what many acknowledgements with holes can cost: each may be answered by a window. */
    int64_t pause = session->hole == up->read ? session->srtt + SESSION_HOLE_PAUSE
                                              : SESSION_HOLE_PAUSE / 2;
    if (session->hole_at != 0 && now - session->hole_at < pause) return;
    session->hole = up->read;
    session->hole_at = now;
    send_again(session, log, sender, up->from);
}

/* --- receiving --- */

/* While the same address is probed, and in the same form, the probe stays the same, byte for byte.
   With a new probe for each datagram, a client that sends much would always answer an old one. */
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

    /* If another address is being probed, the client is there and about to prove it. */
    if (!has_address(session) || (session->probe != 0 && !here)) return;
    if (anew) session->probe = 0;
    send_probe(session, sender, &session->address);
}

/*
 * Begins at the first proved address of a session. All that the member has not read is sent again,
 * because after a restart the server does not know what it has sent. No earlier datagram counts any
 * more: a restarted server does not know which of them it has had, and the client made them before
 * it had the probe.
 */
static void begin_at(struct session *session, const struct up *up)
{
    if (up->read > session->read && up->read <= session->sent) session->read = up->read;
    session->sent = session->read;
    window_close(&session->window);
}

/*
 * A datagram that opens was made by the member, but an attacker may have sent it on from anywhere.
 * So an address must be proved: the server sends a probe there, and only a client that receives it
 * can echo its counter. The probe is smaller than any datagram that causes it, so it cannot be used
 * to flood a third party.
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
    window_add(&session->window, counter); /* a client's counter goes on under the next start */
    return true;
}

enum session_verdict session_take(struct session *session, struct sender *sender,
                                  const struct datagram *datagram, struct up *up, int64_t now)
{
    uint64_t counter;

    if (!packet_open(datagram->bytes, datagram->size, session->up, &counter)) {
        return SESSION_STRANGER;
    }
    session->under = session->start;
    if (window_has(&session->window, counter)) return SESSION_STRANGER;
    window_add(&session->window, counter);
    struct text body = {(char *)datagram->bytes + PACKET_HEAD, datagram->size - PACKET_EXTRA};
    if (!up_decode(body, up)) return SESSION_MALFORMED;
    if (!proven(session, sender, datagram->from, up)) return SESSION_PROBED;
    session->heard_at = now;
    return SESSION_TAKEN;
}
