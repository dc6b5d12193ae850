#include "membership.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "channel.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "outbox.h"
#include "password.h"
#include "position.h"
#include "reader.h"
#include "schedule.h"

/* bytes, in one datagram */
enum { ITEMS_SPACE = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_UP_HEAD };

struct membership {
    char user[NAME_LIMIT];
    membership_send *send;
    void *context;               /* for `send` */
    struct reader reader;        /* the room, as its log tells it */
    struct outbox outbox;        /* what goes up */
    struct channel channel;      /* the session: new with each answer */
    struct position position;
    struct schedule schedule;
    bool leaving;                /* the user wants to leave */
    bool went_back;              /* the server has lost something: only TCP can help */
    bool misplaced;              /* the answer did not match our position */
    int64_t admitted_at;         /* milliseconds */
};

/* --- from start to end --- */

struct membership *membership_create(const struct membership_params *params)
{
    unsigned char hash[SHA256_BYTES];
    struct hash_key key;
    struct membership *membership = calloc(1, sizeof *membership);

    if (!membership) return NULL;
    params->random(params->random_context, &key, sizeof key);
    if (!reader_create(&membership->reader, key)) {
        free(membership);
        return NULL;
    }
    struct reader *reader = &membership->reader;
    membership->send = params->send;
    membership->context = reader->context = params->context;
    memcpy(membership->user, params->user.bytes, params->user.size);
    reader->user = (struct text){membership->user, params->user.size};
    sha256(params->m, SEAL_KEY, hash);
    memcpy(reader->id, hash, SEAL_ID);
    reader->locked = params->secret != NULL;
    if (reader->locked) memcpy(reader->secret, params->secret, SEAL_KEY);
    reader->outbox = &membership->outbox;
    reader->schedule = &membership->schedule;
    reader->tell = params->tell;
    reader->has_space = params->has_space;
    outbox_create(&membership->outbox);
    schedule_create(&membership->schedule, params->random, params->random_context);
    return membership;
}

void membership_destroy(struct membership *membership)
{
    if (!membership) return;
    reader_destroy(&membership->reader);
    outbox_destroy(&membership->outbox);
    wipe(membership, sizeof *membership);
    free(membership);
}

static bool is_here(const struct membership *membership)
{
    return membership->reader.state == MEMBERSHIP_HERE;
}

static uint64_t next_entry(const struct membership *membership)
{
    return membership->reader.cursor.read;
}

/* --- sending --- */

static enum hole hole_in_log(const struct membership *membership, int64_t now)
{
    const struct cursor *cursor = &membership->reader.cursor;

    if (schedule_arriving(&membership->schedule, now) && cursor_arriving(cursor))
        return HOLE_ARRIVING;
    return cursor_from(cursor) != 0 ? HOLE_THERE : HOLE_NONE;
}

static bool items_ready(const struct membership *membership)
{
    return channel_proved(&membership->channel) && outbox_ready(&membership->outbox);
}

static void send_one(struct membership *membership, bool ask, int64_t now)
{
    unsigned char packet[PACKET_SEND_LIMIT];
    unsigned char *body = packet + PACKET_HEAD;
    const struct cursor *cursor = &membership->reader.cursor;
    enum hole hole = hole_in_log(membership, now);
    struct up up = {.flags = ask ? FRAME_ANSWER_ME : 0,
                    .echo = membership->channel.echo,
                    .read = cursor->read,
                    .from = hole == HOLE_THERE ? cursor_from(cursor) : 0,
                    .number = membership->outbox.sent + 1};
    size_t size = 0;

    if (channel_proved(&membership->channel)) {
        size = outbox_pack(&membership->outbox, ITEMS_SPACE, body + FRAME_UP_HEAD, &up.number, now);
    }
    up_encode(&up, body);
    size = channel_seal(&membership->channel, packet, FRAME_UP_HEAD + size);
    schedule_sent(&membership->schedule, ask, hole, now);
    membership->send(membership->context, packet, size);
}

/* Sends at least one datagram, with all items that may be sent. */
static void send_all(struct membership *membership, bool ask, int64_t now)
{
    do send_one(membership, ask, now);
    while (items_ready(membership));
}

/* Entries have come (even repeated ones): when must they be acknowledged? */
static void owe(struct membership *membership, int64_t now)
{
    schedule_owe(&membership->schedule, hole_in_log(membership, now),
                 membership->reader.members.total, now);
}

/* Adds the leave item as soon as there is a place for it. */
static void put_leave(struct membership *membership)
{
    if (!membership->leaving || membership->outbox.leave != 0) return;
    outbox_put(&membership->outbox, ITEM_LEAVE, (struct text){NULL, 0});
}

/* Call it after any event: sends what must be sent at once. */
static void settle(struct membership *membership, int64_t now)
{
    put_leave(membership);
    if (outbox_left(&membership->outbox) && is_here(membership))
        membership->reader.state = MEMBERSHIP_LEFT;
    if (!is_here(membership)) {
        send_one(membership, false, now); /* so that the server does not send it again */
    } else if (items_ready(membership) || now >= membership->schedule.ack_due) {
        send_all(membership, false, now);
    }
}

/* --- receiving --- */

/* False: malformed. */
static bool take_part(struct membership *membership, struct text bytes, int64_t now)
{
    struct part part;

    if (!part_decode(bytes, &part)) return false;
    cursor_put_part(&membership->reader.cursor, &part);
    schedule_part(&membership->schedule, now);
    reader_deliver(&membership->reader);
    return true;
}

/* Numbers the entries as the server did, and puts them in their places. Returns whether any were of
   the log. */
static bool take_entries(struct membership *membership, const struct down *down, int64_t now)
{
    struct reader *reader = &membership->reader;
    struct text rows = down->entries;
    uint64_t number = down->first, next;
    struct row row;
    bool any = false;

    while (frame_next(&rows, &row) && number < FRAME_LOG_LIMIT) {
        if (row.kind == ENTRY_NOTICE) {
            reader_notice(reader, row.bytes);
            continue;
        }
        if (row.kind == ENTRY_LOST) {
            reader->dropped = true;
            continue;
        }
        if (row.kind == ENTRY_WAIT) {
            if (row.bytes.size != 4) break;
            outbox_wait(&membership->outbox, wire_get32(row.bytes.bytes), now);
            continue;
        }
        if (row.kind == ENTRY_PART) {
            any |= take_part(membership, row.bytes, now);
            continue;
        }
        any = true;
        next = number + 1;
        if (row.kind == ENTRY_GAP && row.bytes.size == 8) next = wire_get64(row.bytes.bytes);
        if (next <= number) break; /* the numbers of the next ones are unknown */
        cursor_put(&reader->cursor, number, row);
        reader_deliver(reader); /* at once, which makes space for the next ones */
        number = next;
    }
    return any;
}

static void on_body(struct membership *membership, const struct down *down, int64_t now)
{
    membership->channel.connected = true;
    schedule_answered(&membership->schedule, now);
    outbox_acked(&membership->outbox, down->accepted, now);
    if (take_entries(membership, down, now)) owe(membership, now);
    settle(membership, now);
}

/* The server probes our address, and has not read what we sent; so everything is sent again, with
   the proof. */
static void on_probe(struct membership *membership, uint64_t counter, int64_t now)
{
    bool latest = channel_probed(&membership->channel, counter);

    if (!schedule_probed(&membership->schedule, latest, now)) return;
    outbox_rewind(&membership->outbox);
    send_all(membership, true, now);
}

/* From now on we are under that start of the server. */
static void enter_start(struct membership *membership, const unsigned char *id, uint64_t until)
{
    struct cursor *cursor = &membership->reader.cursor;

    if (!position_enter(&membership->position, id, until)) return;
    cursor_start(cursor, cursor->read); /* early entries may be others now */
}

/* The server was started again. If it has lost nothing that concerns us, we go on under that
   start. */
static bool on_announcement(struct membership *membership, const void *bytes,
                            struct announcement *announcement, int64_t now)
{
    announcement->before = position_start(&membership->position);
    if (!channel_open_announcement(&membership->channel, bytes, announcement)
        || announcement->end >= FRAME_LOG_LIMIT) {
        membership_doubt(membership, now); /* may be forged, so it is only a reason to ask */
        return false;
    }
    if (next_entry(membership) > announcement->end
        || membership->outbox.acked > announcement->accepted) {
        membership->went_back = true;
        return true;
    }
    channel_enter_start(&membership->channel, announcement);
    enter_start(membership, announcement->id, announcement->end);
    schedule_heard(&membership->schedule, now);
    membership->schedule.probed_at = now;
    outbox_rewind(&membership->outbox);
    send_all(membership, true, now);
    return true;
}

bool membership_receive(struct membership *membership, void *bytes, size_t size, int64_t now)
{
    struct announcement announcement;
    struct opened opened;
    struct down down;

    if (!is_here(membership) || membership->misplaced) return false;
    if (channel_announces(&membership->channel, bytes, size, &announcement)) {
        return on_announcement(membership, bytes, &announcement, now);
    }
    if (!channel_open(&membership->channel, bytes, size, &opened)) return false;
    /* Anybody could replay a probe, so one that came before is no sign of life from the server. */
    if (!opened.again) schedule_heard(&membership->schedule, now);
    if (opened.body.size == 0) on_probe(membership, opened.counter, now);
    else if (down_decode(opened.body, &down)) on_body(membership, &down, now);
    return true;
}

/* --- the answer over TCP --- */

bool membership_admit(struct membership *membership, const struct seal_keys *keys,
                      struct text bytes, int64_t now)
{
    struct reader *reader = &membership->reader;
    bool first = reader->state == MEMBERSHIP_WAITING;
    struct welcome welcome;

    if (membership_over(membership) || !welcome_decode(bytes, &welcome)) return false;
    if (!first && memcmp(welcome.room_id, reader->room_id, SEAL_ID) != 0) return false;
    if (!first && position_moved(&membership->position, next_entry(membership),
                                 membership->outbox.acked, &welcome)) {
        membership->misplaced = true;
        return true;
    }
    channel_begin(&membership->channel, welcome.session, keys);
    membership->went_back = membership->misplaced = false;
    membership->admitted_at = now;
    schedule_begin(&membership->schedule, now);
    if (!reader_open(reader, &welcome)) position_forget(&membership->position);
    enter_start(membership, welcome.server, next_entry(membership));
    reader_go_on(reader, &welcome);
    outbox_rewind(&membership->outbox);
    put_leave(membership);
    send_all(membership, true, now); /* so that the server learns our address */
    return true;
}

/* --- time --- */

int64_t membership_due(const struct membership *membership)
{
    if (!is_here(membership)) return MEMBERSHIP_NEVER;
    int64_t again = outbox_due(&membership->outbox), due = schedule_due(&membership->schedule);
    return again < due ? again : due;
}

void membership_tick(struct membership *membership, int64_t now)
{
    uint64_t read = next_entry(membership);

    if (!is_here(membership)) return;
    reader_deliver(&membership->reader); /* the owner may have space again */
    if (next_entry(membership) != read) owe(membership, now);
    bool again = now >= outbox_due(&membership->outbox);
    if (again) outbox_again(&membership->outbox, now);
    bool asks = schedule_asks(&membership->schedule, now);
    if (is_here(membership) && (again || asks)) send_all(membership, true, now);
    else settle(membership, now);
}

void membership_doubt(struct membership *membership, int64_t now)
{
    if (is_here(membership)) schedule_doubt(&membership->schedule, now);
}

/* --- actions of the user --- */

enum membership_result membership_say(struct membership *membership, struct text text, int64_t now,
                                      uint64_t *number)
{
    char sealed[FRAME_TEXT_LIMIT];
    uint64_t next = outbox_next(&membership->outbox);
    const struct reader *reader = &membership->reader;
    struct password_line line = {reader->room_id, reader->id, reader->user, next, text};

    if (text.size > FRAME_SAY_LIMIT) return MEMBERSHIP_TOO_LONG;
    if (!text_visible(text) || !text_valid(text)) return MEMBERSHIP_BAD_TEXT;
    if (!is_here(membership) || membership->leaving) return MEMBERSHIP_FULL;
    if (reader->locked) {
        password_seal(reader->secret, &line, sealed);
        text = (struct text){sealed, text.size + SEAL_TAG};
    }
    if (!outbox_put(&membership->outbox, ITEM_SAY, text)) return MEMBERSHIP_FULL;
    if (number) *number = next;
    settle(membership, now);
    return MEMBERSHIP_OK;
}

enum membership_result membership_kick(struct membership *membership, struct text name, int64_t now)
{
    const struct reader *reader = &membership->reader;

    if (!is_here(membership) || membership->leaving) return MEMBERSHIP_FULL;
    if (memcmp(reader->host, reader->id, SEAL_ID) != 0) return MEMBERSHIP_NOT_HOST;
    if (text_equal(name, reader->user)) return MEMBERSHIP_ONESELF;
    bool known = members_named(&reader->members, name) != NULL;
    if (!name_valid(name) || (!known && !members_hidden(&reader->members)))
        return MEMBERSHIP_NOBODY;
    if (!outbox_put(&membership->outbox, ITEM_KICK, name)) return MEMBERSHIP_FULL;
    settle(membership, now);
    return MEMBERSHIP_OK;
}

void membership_leave(struct membership *membership, int64_t now)
{
    membership->leaving = true;
    if (membership->reader.state == MEMBERSHIP_WAITING) membership->reader.state = MEMBERSHIP_LEFT;
    if (is_here(membership)) settle(membership, now);
}

/* --- state --- */

enum membership_state membership_state(const struct membership *membership)
{
    return membership->reader.state;
}

bool membership_over(const struct membership *membership)
{
    return membership->reader.state > MEMBERSHIP_HERE;
}

bool membership_dropped(const struct membership *membership)
{
    return is_here(membership) && membership->reader.dropped;
}

bool membership_silent(const struct membership *membership, int64_t now)
{
    if (!is_here(membership)) return false;
    return membership_dropped(membership) || schedule_silent(&membership->schedule, now);
}

bool membership_wants_resume(const struct membership *membership, int64_t now)
{
    if (!is_here(membership)) return false;
    if (membership_silent(membership, now)) return true;
    if (membership->went_back || membership->misplaced) return true;
    return membership->reader.unsure && now - membership->admitted_at >= MEMBERSHIP_REFRESH_PAUSE;
}

bool membership_connected(const struct membership *membership)
{
    return membership->channel.connected;
}

void membership_position(struct membership *membership, struct request *request,
                         unsigned char starts[REQUEST_STARTS * REQUEST_START])
{
    request->room_id = membership->reader.room_id;
    position_request(&membership->position, next_entry(membership), membership->outbox.acked,
                     request, starts);
}

uint64_t membership_next(const struct membership *membership)
{
    return next_entry(membership);
}

uint64_t membership_acked(const struct membership *membership)
{
    return membership->outbox.acked;
}

const unsigned char *membership_start(const struct membership *membership)
{
    return position_start(&membership->position);
}

size_t membership_unacked(const struct membership *membership)
{
    return (size_t)(membership->outbox.last - membership->outbox.acked);
}

bool membership_all_acked(const struct membership *membership)
{
    return membership_unacked(membership) == 0;
}

bool membership_takes(const struct membership *membership)
{
    return is_here(membership) && !membership->leaving
           && membership_unacked(membership) < OUTBOX_ITEMS;
}

bool membership_caught_up(const struct membership *membership)
{
    return membership->reader.state > MEMBERSHIP_WAITING && membership->channel.connected
           && next_entry(membership) >= membership->reader.old_end;
}

const struct members *membership_members(const struct membership *membership)
{
    return &membership->reader.members;
}

const unsigned char *membership_host(const struct membership *membership)
{
    return membership->reader.host;
}

const unsigned char *membership_id(const struct membership *membership)
{
    return membership->reader.id;
}
