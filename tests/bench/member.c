#include "member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../stage3/base/bytes.h"
#include "../../stage3/crypto/constant.h"
#include "crowd.h"

#define MILLISECOND UINT64_C(1000000)

/* What docs/protocol.md says, and where it says "drawn at random", from where to where. */
#define ACK_FEWEST 128u
#define ACK_MOST 256u
#define ACK_BYTES 32768u
#define HOLE_PAUSE (20 * MILLISECOND)
#define RTO (300 * MILLISECOND)
#define RTO_LIMIT (5000 * MILLISECOND)
#define KEEPALIVE (20000 * MILLISECOND)
#define KEEPALIVE_SPREAD (5000 * MILLISECOND)
#define ASK_AGAIN (1000 * MILLISECOND)

enum {
    ITEMS_SPACE = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_UP_HEAD, /* bytes, but at least one
                                                                       item */
    ANSWER_START = 8 + SEAL_ID, /* where an answer has the number of the first entry, */
    ANSWER_LIST_END = ANSWER_START + 8,   /* that from which on entries change the number of */
    ANSWER_MEMBERS = ANSWER_LIST_END + 8, /* members, */
    ANSWER_LEAST = ANSWER_MEMBERS + 4,
    HAD_ALREADY = 0             /* no kind of entry: put in place of it in what came twice */
};

/* From 0 up to, not including, `limit`; always the same way (G. Marsaglia's xorshift64). */
static uint64_t draw(uint64_t limit)
{
    static uint64_t state = 1;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 16) % limit;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- its life ---- */

void member_open(struct member *m)
{
    memset(m, 0, sizeof *m);
    m->ack_due = m->ask_due = m->repeat_due = MEMBER_NEVER;
}

void member_close(struct member *m)
{
    free(m->items);
    wipe(m, sizeof *m);
}

static void acknowledged(struct member *m)
{
    m->ack_due = MEMBER_NEVER;
    m->ack_entries = m->ack_bytes = 0;
    m->ack_limit = ACK_FEWEST + (uint32_t)draw(ACK_MOST - ACK_FEWEST + 1);
}

static void answered(struct member *m, uint64_t now)
{
    m->ask_due = now + KEEPALIVE - draw(KEEPALIVE_SPREAD);
}

bool member_admit(struct member *m, const struct seal_keys *keys, struct text answer,
                  uint64_t now)
{
    if (answer.size < ANSWER_LEAST) return false;
    m->session = wire_get64(answer.bytes);
    m->next = wire_get64(answer.bytes + ANSWER_START);
    memcpy(m->up, keys->up, sizeof m->up);
    memcpy(m->down, keys->down, sizeof m->down);
    m->list_end = wire_get64(answer.bytes + ANSWER_LIST_END);
    m->members = wire_get32(answer.bytes + ANSWER_MEMBERS);
    acknowledged(m);
    answered(m, now);
    return true;
}

/* ---- going out ---- */

/* Seals the head and the items, which stand in their place already. */
static size_t finish(struct member *m, unsigned char *datagram, bool ask, uint64_t number,
                     size_t items_size, uint64_t now)
{
    struct up up = {.flags = ask ? FRAME_ANSWER_ME : 0,
                    .echo = m->echo,
                    .read = m->next,
                    .from = m->from,
                    .number = number};

    up_encode(&up, datagram + PACKET_HEAD);
    if (m->from != 0) m->hole_shown_at = now;
    if (ask) m->ask_due = now + ASK_AGAIN;
    acknowledged(m);
    return packet_seal(datagram, FRAME_UP_HEAD + items_size, m->session, ++m->counter, m->up);
}

size_t member_ask(struct member *m, unsigned char *datagram, uint64_t now)
{
    return finish(m, datagram, true, m->said + 1, 0, now);
}

/* How many bytes of the items that were not heard fit into a datagram: whole ones, one at least. */
static size_t fitting_items(const struct member *m)
{
    struct text rows = {(const char *)m->items, m->items_size};
    struct row row;
    size_t size = 0;

    while (frame_next(&rows, &row)) {
        if (size > 0 && size + FRAME_ROW + row.bytes.size > ITEMS_SPACE) break;
        size += FRAME_ROW + row.bytes.size;
    }
    return size;
}

size_t member_report(struct member *m, unsigned char *datagram, uint64_t now)
{
    size_t size = 0;

    if (now >= m->repeat_due) {
        size = fitting_items(m);
        memcpy(datagram + PACKET_HEAD + FRAME_UP_HEAD, m->items, size);
        m->repeat_due = now + m->rto;
        m->rto = earlier(2 * m->rto, RTO_LIMIT);
    }
    return finish(m, datagram, now >= m->ask_due, m->accepted + 1, size, now);
}

uint64_t member_due(const struct member *m)
{
    return earlier(m->ack_due, earlier(m->ask_due, m->repeat_due));
}

static void be_patient(struct member *m, uint64_t now)
{
    m->rto = RTO;
    m->repeat_due = m->items_size > 0 ? now + RTO : MEMBER_NEVER;
}

/* Only the new item is sent; if one before it gets lost, all are repeated. */
size_t member_say(struct member *m, const char *text, size_t text_size, unsigned char *datagram,
                  uint64_t now)
{
    unsigned char *row = datagram + PACKET_HEAD + FRAME_UP_HEAD;
    size_t size = frame_put(ITEM_SAY, (struct text){text, text_size}, row);

    if (m->items_size + size > m->items_space) {
        m->items_space = 2 * (m->items_size + size);
        m->items = realloc(m->items, m->items_space);
        if (m->items == NULL) die("what was said", strerror(ENOMEM));
    }
    memcpy(m->items + m->items_size, row, size);
    m->items_size += size;
    if (m->items_size == size) be_patient(m, now);
    return finish(m, datagram, false, ++m->said, size, now);
}

/* ---- coming in ---- */

/* Forgets the items up to that number. */
static void hear(struct member *m, uint64_t accepted, uint64_t now)
{
    struct text rows = {(const char *)m->items, m->items_size};
    struct row row;

    if (accepted <= m->accepted || accepted > m->said) return;
    while (m->accepted < accepted && frame_next(&rows, &row)) m->accepted++;
    if (rows.size > 0) memmove(m->items, rows.bytes, rows.size);
    m->items_size = rows.size;
    be_patient(m, now);
}

/* Has it come for the first time? Then it is entered. */
static bool is_new(struct member *m, uint64_t number)
{
    if (number == m->next) {
        m->next++;
    } else if (number > m->next && m->from == 0) {
        m->from = number;
        m->to = number + 1;
    } else if (m->from != 0 && number == m->to) {
        m->to++;
    } else {
        return false;
    }
    if (m->next == m->from) {
        m->next = m->to;
        m->from = 0;
    }
    return true;
}

/* The entries up to `next` are no longer there. */
static void skip_to(struct member *m, uint64_t next)
{
    if (next <= m->next) return;
    m->next = next;
    if (m->from == 0 || m->from > next) return;
    if (m->to > next) m->next = m->to;
    m->from = 0;
}

/* Half to all of what a member of such a room may take for it. */
static uint64_t ack_pause(const struct member *m)
{
    uint64_t latest = (uint64_t)frame_ack_latest(m->members) * MILLISECOND;

    return latest - draw(latest / 2 + 1);
}

/* Who joins and who goes. */
static void count_members(struct member *m, uint64_t number, uint8_t kind)
{
    if (number < m->list_end) return;
    if (kind == ENTRY_JOINED) m->members++;
    else if (kind == ENTRY_LEFT || kind == ENTRY_KICKED) m->members--;
}

/* When the next acknowledgement is due, after entries have come, new or not. */
static void owe(struct member *m, uint64_t now)
{
    uint64_t due = m->ack_due;

    if (m->from != 0)
        due = m->hole_shown_at + HOLE_PAUSE;
    else if (m->ack_entries >= m->ack_limit || m->ack_bytes >= ACK_BYTES)
        due = now;
    else if (m->ack_due == MEMBER_NEVER)
        due = now + ack_pause(m);
    m->ack_due = earlier(m->ack_due, due);
}

static void take_entries(struct member *m, const struct down *down, uint64_t now)
{
    struct text rows = down->entries;
    uint64_t number = down->first;
    struct row row;
    bool any = false;

    m->fresh = rows;
    for (unsigned char *start = (unsigned char *)rows.bytes; frame_next(&rows, &row);
         start = (unsigned char *)rows.bytes) {
        if (row.kind == ENTRY_NOTICE) continue;
        any = true;
        if (row.kind == ENTRY_GAP && row.bytes.size == 8) {
            if (number <= m->next) skip_to(m, wire_get64(row.bytes.bytes));
            number = wire_get64(row.bytes.bytes);
        } else if (is_new(m, number++)) {
            count_members(m, number - 1, row.kind);
            m->ack_entries++;
            m->ack_bytes += (uint32_t)(FRAME_ROW + row.bytes.size);
        } else {
            *start = HAD_ALREADY;
        }
    }
    if (any) owe(m, now);
}

/* The server has not looked at what came from here before: so all of it goes again. */
static void take_probe(struct member *m, uint64_t counter, uint64_t now)
{
    if (counter > m->echo) m->echo = counter;
    m->ask_due = now;
    if (m->items_size > 0) m->repeat_due = now;
}

bool member_take(struct member *m, unsigned char *datagram, size_t size, uint64_t now)
{
    uint64_t session;
    uint64_t counter;
    struct down down;

    m->fresh = (struct text){NULL, 0};
    if (!packet_session(datagram, size, &session) || session != m->session) return false;
    if (!packet_open(datagram, size, m->down, &counter)) return false;
    if (window_has(&m->window, counter)) return false;
    window_add(&m->window, counter);
    if (size == PACKET_EXTRA) {
        take_probe(m, counter, now);
        return true;
    }
    if (!down_decode((struct text){(char *)datagram + PACKET_HEAD, size - PACKET_EXTRA}, &down))
        return false;
    m->connected = true;
    answered(m, now);
    hear(m, down.accepted, now);
    take_entries(m, &down, now);
    return true;
}

bool member_next_text(struct member *m, const char **text, size_t *text_size)
{
    struct row row;
    struct entry entry;

    while (frame_next(&m->fresh, &row))
        if (row.kind == ENTRY_SAID && entry_decode(row, &entry)) {
            *text = entry.text.bytes;
            *text_size = entry.text.size;
            return true;
        }
    return false;
}

bool member_owes(const struct member *m)
{
    return m->ack_due != MEMBER_NEVER || m->items_size > 0;
}
