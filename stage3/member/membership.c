#include "membership.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "cursor.h"
#include "outbox.h"
#include "password.h"
#include "wire/welcome.h"

/* bytes, in one datagram */
enum { ITEMS_SPACE = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_UP_HEAD };

struct membership {
    struct membership_params is; /* its pointers lead to the copies in the next three */
    char user[NAME_LIMIT];
    unsigned char id[SEAL_ID];
    unsigned char secret[SEAL_KEY];
    bool locked;                 /* the room has a password */
    enum membership_state state;

    /* The session: new with each answer. */
    uint64_t session;
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    unsigned char first_up[SEAL_KEY], first_down[SEAL_KEY]; /* as the handshake made them */
    uint64_t counter;            /* of the last datagram sent, whichever its key */
    struct window window;        /* counters of datagrams received */
    uint64_t echo;               /* the latest probe's counter; 0: none came */
    bool connected;              /* something other than a probe has come */

    /* The starts of the server that we were under, the latest first: entries before `until` were
       read under that start or earlier ones. The `until` of the latest is our position. */
    struct {
        unsigned char id[SEAL_ID];
        uint64_t until;
    } starts[REQUEST_STARTS];
    size_t start_count;
    bool went_back;              /* the server has lost something: only TCP can help */
    uint64_t asked_read, asked_acked; /* our position in the last request to resume; 0: none yet */
    bool misplaced;              /* the answer did not match our position */

    /* The room. */
    unsigned char room_id[SEAL_ID];
    unsigned char host[SEAL_ID];
    struct cursor cursor;
    uint64_t old_end;            /* entries before it are from before we joined */
    uint64_t list_end;           /* the list has the effects of entries before it */
    struct members members;
    uint64_t own_last;           /* the number of the last own line that came back */
    char plain[FRAME_TEXT_LIMIT];/* a line that was opened */

    /* Sending. */
    struct outbox outbox;
    bool leaving;
    uint64_t leave;              /* the number of the leave item; 0: none yet */

    /* Times in milliseconds; MEMBERSHIP_NEVER: not at all. */
    int64_t ack_due;
    uint32_t ack_entries, ack_bytes; /* since the last acknowledgement */
    uint32_t ack_limit;          /* entries: drawn */
    int64_t hole_shown_at;
    int64_t part_due;            /* from then on the missing parts of an entry are a hole */
    int64_t probed_at;           /* when a probe was last answered */
    int64_t asked_at;            /* when the first unanswered question was sent */
    int64_t ask_due;             /* the next question */
    int64_t keepalive;           /* time from an answer to the next question: random, */
    int64_t wanted;              /* or what the server's probes in this session require */
    int64_t sent_at;             /* the last datagram */
    int64_t admitted_at;
    bool unsure;                 /* the list of members may be wrong */
    bool dropped;                /* the server has dropped us as lost */
};

/* --- helpers --- */

/* A random number below `limit`. It is not perfectly uniform, which does no harm here. */
static uint32_t draw(struct membership *membership, uint32_t limit)
{
    uint32_t number;

    membership->is.random(membership->is.random_context, &number, sizeof number);
    return number % limit;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool is_own(const struct membership *membership, const unsigned char *id)
{
    return memcmp(id, membership->id, SEAL_ID) == 0;
}

/* --- from start to end --- */

struct membership *membership_create(const struct membership_params *params)
{
    unsigned char hash[SHA256_BYTES];
    struct hash_key key;
    struct membership *membership = calloc(1, sizeof *membership);

    if (!membership) return NULL;
    membership->is = *params;
    params->random(params->random_context, &key, sizeof key);
    if (!members_create(&membership->members, key)) {
        free(membership);
        return NULL;
    }
    memcpy(membership->user, params->user.bytes, params->user.size);
    membership->is.user.bytes = membership->user;
    membership->is.m = membership->is.secret = NULL;
    sha256(params->m, SEAL_KEY, hash);
    memcpy(membership->id, hash, SEAL_ID);
    membership->locked = params->secret != NULL;
    if (membership->locked) memcpy(membership->secret, params->secret, SEAL_KEY);
    outbox_create(&membership->outbox);
    membership->keepalive =
        MEMBERSHIP_KEEPALIVE - (int64_t)draw(membership, MEMBERSHIP_KEEPALIVE_SPREAD);
    return membership;
}

void membership_destroy(struct membership *membership)
{
    if (!membership) return;
    cursor_start(&membership->cursor, 0);
    members_destroy(&membership->members);
    outbox_destroy(&membership->outbox);
    wipe(membership, sizeof *membership);
    free(membership);
}

/* --- sending --- */

/* A random time from half to all of the acknowledgement delay allowed in a room of this size. */
static int64_t ack_pause(struct membership *membership)
{
    int64_t latest = frame_ack_latest(membership->members.total);

    return latest - (int64_t)draw(membership, (uint32_t)(latest / 2) + 1);
}

static void acknowledged(struct membership *membership)
{
    membership->ack_due = MEMBERSHIP_NEVER;
    membership->ack_entries = membership->ack_bytes = 0;
    membership->ack_limit =
        MEMBERSHIP_ACK_FEWEST + draw(membership, MEMBERSHIP_ACK_MOST - MEMBERSHIP_ACK_FEWEST + 1);
}

/* A random time from half to all of MEMBERSHIP_HOLE_SHOWN. */
static int64_t hole_pause(struct membership *membership)
{
    return MEMBERSHIP_HOLE_SHOWN - (int64_t)draw(membership, MEMBERSHIP_HOLE_SHOWN / 2 + 1);
}

/* Are parts of an entry missing that may still be on their way? */
static bool is_arriving(const struct membership *membership, int64_t now)
{
    return now < membership->part_due && cursor_arriving(&membership->cursor);
}

/* Is our address proved? Until then, the server reads no items. */
static bool answered(const struct membership *membership)
{
    return membership->echo != 0 || membership->connected;
}

static bool items_ready(const struct membership *membership)
{
    return answered(membership) && outbox_ready(&membership->outbox);
}

static void send_one(struct membership *membership, bool ask, int64_t now)
{
    unsigned char packet[PACKET_SEND_LIMIT];
    bool arriving = is_arriving(membership, now);
    unsigned char *body = packet + PACKET_HEAD;
    struct up up = {.flags = ask ? FRAME_ANSWER_ME : 0,
                    .echo = membership->echo,
                    .read = membership->cursor.read,
                    .from = arriving ? 0 : cursor_from(&membership->cursor),
                    .number = membership->outbox.sent + 1};
    size_t size = 0;

    if (answered(membership)) {
        size = outbox_pack(&membership->outbox, ITEMS_SPACE, body + FRAME_UP_HEAD, &up.number, now);
    }
    up_encode(&up, body);
    size = packet_seal(packet, FRAME_UP_HEAD + size, membership->session, ++membership->counter,
                       membership->up);
    if (ask && membership->asked_at == MEMBERSHIP_NEVER) membership->asked_at = now;
    if (ask) membership->ask_due = now + MEMBERSHIP_ASK_AGAIN;
    acknowledged(membership);
    if (up.from != 0) { /* shown until it is filled: this may get lost, and so may what fills it */
        membership->hole_shown_at = now;
        membership->ack_due = now + hole_pause(membership);
    }
    if (arriving) membership->ack_due = membership->part_due;
    membership->sent_at = now;
    membership->is.send(membership->is.context, packet, size);
}

/* Sends at least one datagram, with all items that may be sent. */
static void send_all(struct membership *membership, bool ask, int64_t now)
{
    do send_one(membership, ask, now);
    while (items_ready(membership));
}

/* --- the log --- */

static void tell(struct membership *membership, struct membership_news *news)
{
    news->old = news->entry != 0 && news->entry < membership->old_end;
    news->own = news->who && is_own(membership, news->who);
    membership->is.event(membership->is.context, news);
}

/* Joins and leaves in the gap are unknown, so the list may be wrong. */
static void tell_gap(struct membership *membership, uint64_t count)
{
    struct membership_news news = {
        .kind = NEWS_GAP, .entry = membership->cursor.read, .count = count};

    membership->unsure = true;
    tell(membership, &news);
}

/* Opens a line. False: it cannot be shown. */
static bool open_line(struct membership *membership, const struct entry *entry, struct text *text)
{
    struct password_line line = {membership->room_id, entry->member, entry->name, entry->number,
                                 entry->text};

    *text = entry->text;
    if (membership->locked) {
        if (entry->text.size > FRAME_TEXT_LIMIT) return false;
        if (!password_open(membership->secret, &line, membership->plain)) return false;
        *text = (struct text){membership->plain, entry->text.size - SEAL_TAG};
    }
    return text->size > 0 && text->size <= FRAME_SAY_LIMIT && text_valid(*text);
}

/* Is the line new? Our own last number is kept separately, where other members cannot push it out.
   */
static bool rises(struct membership *membership, const struct entry *entry)
{
    if (!is_own(membership, entry->member)) {
        return members_rises(&membership->members, entry->member, entry->number);
    }
    outbox_came_back(&membership->outbox, entry->number, membership->cursor.read);
    if (entry->number <= membership->own_last) return false;
    membership->own_last = entry->number;
    return true;
}

/* A line that does not open must not count for its number: otherwise a forged line could suppress
   the lines that follow. */
static void on_said(struct membership *membership, const struct entry *entry,
                    struct membership_news *news)
{
    bool readable = open_line(membership, entry, &news->text);

    news->number = entry->number;
    news->unreadable = !readable;
    if (!readable) news->text = (struct text){NULL, 0};
    if (!readable || rises(membership, entry)) tell(membership, news);
    if (membership->locked) wipe(membership->plain, sizeof membership->plain);
}

/* Has the server acknowledged our leave? */
static bool has_left(const struct membership *membership)
{
    return membership->leave != 0 && membership->outbox.acked >= membership->leave;
}

/* An entry about us: we have left or, if we did not want that, were dropped. */
static void on_own_going(struct membership *membership, const struct entry *entry)
{
    if (entry->kind == ENTRY_KICKED) membership->state = MEMBERSHIP_KICKED;
    else if (membership->cursor.read < membership->list_end) return; /* we are back since */
    else if (entry->why == LEFT_BY_ITSELF) membership->state = MEMBERSHIP_LEFT;
    else membership->dropped = true;
}

static void on_member(struct membership *membership, const struct entry *entry,
                      struct membership_news *news)
{
    bool listed = membership->cursor.read < membership->list_end;

    if (!listed && entry->kind == ENTRY_JOINED) {
        members_join(&membership->members, entry->member, entry->name);
    } else if (!listed) {
        members_leave(&membership->members, entry->member);
    }
    if (entry->kind != ENTRY_JOINED && is_own(membership, entry->member))
        on_own_going(membership, entry);
    tell(membership, news);
}

static bool well_formed(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CLOSED: return true;
    case ENTRY_LEFT: return entry->why <= LEFT_LOST && name_valid(entry->name);
    case ENTRY_SAID:
    case ENTRY_JOINED:
    case ENTRY_KICKED: return name_valid(entry->name);
    default: return false; /* no entry of a log */
    }
}

/*
 * Tells the entry at the cursor. An invalid entry counts as a gap of one: to stop at it would mean
 * to wait for ever, and to skip it silently would hide a loss.
 */
static void on_entry(struct membership *membership, struct row row)
{
    static const enum news_kind kinds[] = {[ENTRY_SAID] = NEWS_SAID,
                                           [ENTRY_JOINED] = NEWS_JOINED,
                                           [ENTRY_LEFT] = NEWS_LEFT,
                                           [ENTRY_KICKED] = NEWS_KICKED,
                                           [ENTRY_CLOSED] = NEWS_CLOSED};
    struct entry entry;

    if (!entry_decode(row, &entry) || !well_formed(&entry)) {
        tell_gap(membership, 1);
        return;
    }
    struct membership_news news = {.kind = kinds[entry.kind], .entry = membership->cursor.read,
                                   .name = entry.name, .why = entry.why};
    if (entry.kind != ENTRY_CLOSED) news.who = entry.member;
    switch (entry.kind) {
    case ENTRY_SAID: on_said(membership, &entry, &news); break;
    case ENTRY_CLOSED:
        /* a room is closed when its host leaves */
        membership->state = has_left(membership) ? MEMBERSHIP_LEFT : MEMBERSHIP_CLOSED;
        tell(membership, &news);
        break;
    default: on_member(membership, &entry, &news); break;
    }
}

static bool has_space(const struct membership *membership)
{
    return !membership->is.has_space || membership->is.has_space(membership->is.context);
}

/* Tells all entries that are in order, as far as the owner can take them. */
static void deliver(struct membership *membership)
{
    struct row row;
    uint64_t count = 1;

    while (membership->state == MEMBERSHIP_HERE && has_space(membership)) {
        switch (cursor_look(&membership->cursor, &row, &count)) {
        case CURSOR_NOTHING: return;
        case CURSOR_ENTRY:
            count = 1;
            membership->ack_entries++;
            membership->ack_bytes += (uint32_t)(FRAME_ROW + row.bytes.size);
            on_entry(membership, row);
            break;
        case CURSOR_GAP: tell_gap(membership, count); break;
        }
        cursor_step(&membership->cursor, count);
    }
}

/* Sets when the next acknowledgement is due, after entries have come (even repeated ones). */
static void owe(struct membership *membership, int64_t now)
{
    int64_t due;

    if (is_arriving(membership, now)) {
        due = membership->part_due;
    } else if (cursor_from(&membership->cursor) != 0) {
        due = membership->hole_shown_at + MEMBERSHIP_HOLE_PAUSE;
    } else if (membership->ack_entries >= membership->ack_limit
               || membership->ack_bytes >= MEMBERSHIP_ACK_BYTES) {
        due = now;
    } else if (membership->ack_due == MEMBERSHIP_NEVER) {
        due = now + ack_pause(membership);
    } else {
        return;
    }
    membership->ack_due = earlier(membership->ack_due, due);
}

/* --- receiving --- */

static void tell_notice(struct membership *membership, struct text text)
{
    struct membership_news news = {.kind = NEWS_NOTICE, .text = text};

    if (text.size > 0 && text_valid(text)) tell(membership, &news);
}

/* False: malformed. */
static bool take_part(struct membership *membership, struct text bytes, int64_t now)
{
    struct part part;

    if (!part_decode(bytes, &part)) return false;
    cursor_put_part(&membership->cursor, &part);
    membership->part_due = now + hole_pause(membership);
    deliver(membership);
    return true;
}

/* Numbers the entries as the server did, and puts them in their places. Returns whether any were of
   the log. */
static bool take_entries(struct membership *membership, const struct down *down, int64_t now)
{
    struct text rows = down->entries;
    uint64_t number = down->first, next;
    struct row row;
    bool any = false;

    while (frame_next(&rows, &row) && number < FRAME_LOG_LIMIT) {
        if (row.kind == ENTRY_NOTICE) {
            tell_notice(membership, row.bytes);
            continue;
        }
        if (row.kind == ENTRY_LOST) {
            membership->dropped = true;
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
        cursor_put(&membership->cursor, number, row);
        deliver(membership); /* at once, which makes space for the next ones */
        number = next;
    }
    return any;
}

/* Adds the leave item as soon as there is a place for it. */
static void put_leave(struct membership *membership)
{
    if (!membership->leaving || membership->leave != 0) return;
    if (outbox_put(&membership->outbox, ITEM_LEAVE, (struct text){NULL, 0})) {
        membership->leave = outbox_next(&membership->outbox) - 1;
    }
}

/* Call it after any event: sends what must be sent at once. */
static void settle(struct membership *membership, int64_t now)
{
    put_leave(membership);
    if (has_left(membership) && membership->state == MEMBERSHIP_HERE)
        membership->state = MEMBERSHIP_LEFT;
    if (membership->state != MEMBERSHIP_HERE) {
        send_one(membership, false, now); /* so that the server does not send it again */
    } else if (items_ready(membership) || now >= membership->ack_due) {
        send_all(membership, false, now);
    }
}

static void on_body(struct membership *membership, const struct down *down, int64_t now)
{
    membership->connected = true;
    membership->asked_at = MEMBERSHIP_NEVER;
    membership->ask_due = now + earlier(membership->keepalive, membership->wanted);
    outbox_acked(&membership->outbox, down->accepted, now);
    if (take_entries(membership, down, now)) owe(membership, now);
    settle(membership, now);
}

/*
 * A probe that comes when nothing was sent for a while means that the server requires datagrams
 * more often than we send them. From then on we ask a little earlier than it does. So when nothing
 * arrives any more, we notice it as soon as the server. On a slow path the probe may have been the
 * answer to an older datagram. So each time we ask we wait longer again, until the next probe.
 */
static void learn_keepalive(struct membership *membership, int64_t now)
{
    int64_t quiet = now - membership->sent_at;

    if (quiet < MEMBERSHIP_PROBED) return; /* the answer to a datagram of ours, perhaps to prove
                                              our address */
    membership->wanted = earlier(membership->wanted, quiet - quiet / 4);
}

static void unlearn_keepalive(struct membership *membership)
{
    if (membership->wanted < membership->keepalive) membership->wanted += membership->wanted / 4;
}

/*
 * The server probes our address, and has not read what we sent; so everything is sent again, with
 * the proof. Not too often: if the network gave each of our datagrams another address, proofs and
 * probes would never end.
 */
static void on_probe(struct membership *membership, uint64_t counter, int64_t now)
{
    if (counter > membership->echo) learn_keepalive(membership, now);
    if (counter > membership->echo) membership->echo = counter; /* one that was overtaken proves
                                                                   nothing */
    if (now - membership->probed_at < MEMBERSHIP_PROBE_PAUSE) {
        membership->ask_due =
            earlier(membership->ask_due, membership->probed_at + MEMBERSHIP_PROBE_PAUSE);
        return;
    }
    membership->probed_at = now;
    outbox_rewind(&membership->outbox);
    send_all(membership, true, now);
}

/* --- when the server was started again --- */

/* From now on we are under that start. Entries before `until` belong to the start before; entries
   beyond it that were read under earlier starts do not exist any more. */
static void enter_start(struct membership *membership, const unsigned char *id, uint64_t until)
{
    size_t last = REQUEST_STARTS - 1;

    if (membership->start_count > 0 && memcmp(membership->starts[0].id, id, SEAL_ID) == 0) return;
    if (membership->start_count > 0) membership->starts[0].until = until;
    for (size_t i = 1; i < membership->start_count; i++) {
        if (membership->starts[i].until > until) membership->starts[i].until = until;
    }
    cursor_start(&membership->cursor, membership->cursor.read); /* early entries may be others
                                                                   now */
    memmove(&membership->starts[1], &membership->starts[0], last * sizeof membership->starts[0]);
    memcpy(membership->starts[0].id, id, SEAL_ID);
    if (membership->start_count < REQUEST_STARTS) membership->start_count++;
}

/*
 * Our counter of datagrams goes on, so nothing is ever sealed twice under one key and number,
 * whichever start the keys are of. A replayed announcement does not open, because it is sealed for
 * members under the start before.
 */
static bool on_announcement(struct membership *membership, void *bytes,
                            struct announcement *announcement, int64_t now)
{
    unsigned char down[SEAL_KEY];

    announcement->before = membership->starts[0].id;
    seal_key_of_start(membership->first_down, announcement->id, down);
    bool good = packet_open_announcement(bytes, down, announcement)
        && announcement->end < FRAME_LOG_LIMIT;
    if (good && (membership->cursor.read > announcement->end
                 || membership->outbox.acked > announcement->accepted)) {
        membership->went_back = true;
    } else if (good) {
        memcpy(membership->down, down, SEAL_KEY);
        seal_key_of_start(membership->first_up, announcement->id, membership->up);
        enter_start(membership, announcement->id, announcement->end);
        membership->window = (struct window){0, 0};
        membership->echo = announcement->counter;
        membership->probed_at = now;
        if (membership->asked_at != MEMBERSHIP_NEVER) membership->asked_at = now;
        outbox_rewind(&membership->outbox);
        send_all(membership, true, now);
    } else {
        membership_doubt(membership, now); /* may be forged, so it is only a reason to ask */
    }
    wipe(down, sizeof down);
    return good;
}

bool membership_receive(struct membership *membership, void *bytes, size_t size, int64_t now)
{
    uint64_t session, counter;
    struct announcement announcement;
    struct down down;

    if (membership->state != MEMBERSHIP_HERE || membership->misplaced) return false;
    if (!packet_session(bytes, size, &session) || session != membership->session) return false;
    if (packet_announces(bytes, size, &announcement)) {
        return on_announcement(membership, bytes, &announcement, now);
    }
    if (!packet_open(bytes, size, membership->down, &counter)) return false;
    struct text body = {(const char *)bytes + PACKET_HEAD, size - PACKET_EXTRA};
    bool again = window_has(&membership->window, counter);
    /* If the answer got lost, the server sends the same probe again, byte for byte. Anybody could
       replay it, so it is no sign of life from the server. */
    if (again && (body.size > 0 || counter != membership->echo)) return false;
    window_add(&membership->window, counter);
    if (!again && membership->asked_at != MEMBERSHIP_NEVER) membership->asked_at = now;
    if (body.size == 0) on_probe(membership, counter, now);
    else if (down_decode(body, &down)) on_body(membership, &down, now);
    return true;
}

/* --- the answer over TCP --- */

static void take_members(struct membership *membership, const struct welcome *welcome)
{
    struct text members = welcome->members;
    const unsigned char *id;
    struct text name;

    members_list_begin(&membership->members);
    while (welcome_member(&members, &id, &name)) members_list_put(&membership->members, id, name);
    members_list_end(&membership->members, welcome->total);
}

static void begin_session(struct membership *membership, uint64_t session,
                          const struct seal_keys *keys)
{
    membership->session = session;
    memcpy(membership->up, keys->up, SEAL_KEY);
    memcpy(membership->down, keys->down, SEAL_KEY);
    memcpy(membership->first_up, keys->up, SEAL_KEY);
    memcpy(membership->first_down, keys->down, SEAL_KEY);
    membership->counter = membership->echo = 0;
    membership->window = (struct window){0, 0};
    membership->connected = membership->unsure = membership->dropped = membership->went_back =
        membership->misplaced = false;
}

static void begin_times(struct membership *membership, int64_t now)
{
    membership->admitted_at = membership->sent_at = now;
    membership->asked_at = membership->ask_due = membership->wanted = MEMBERSHIP_NEVER;
    membership->hole_shown_at = now - MEMBERSHIP_HOLE_PAUSE;
    membership->part_due = now;
    membership->probed_at = now - MEMBERSHIP_PROBE_PAUSE;
    acknowledged(membership);
}

/* Tells a line or a kick of ours that the server had acknowledged, and has lost. */
static void tell_lost_item(struct membership *membership, uint64_t number, struct row item)
{
    struct membership_news news = {.kind = NEWS_LOST, .number = number};
    struct entry entry = {.kind = ENTRY_SAID, .member = membership->id, .number = number,
                          .name = membership->is.user, .text = item.bytes};

    if (item.kind == ITEM_KICK) {
        news.kind = NEWS_UNDONE;
        news.name = item.bytes;
        tell(membership, &news);
    } else if (item.kind == ITEM_SAY && open_line(membership, &entry, &news.text)) {
        tell(membership, &news);
        wipe(membership->plain, sizeof membership->plain);
    }
}

/*
 * A line that came back is lost if its entry is. For other items, the server has told the last one
 * that it has. That may be too low for a member that was away for long. But if all entries that
 * were read still hold, so do all items before a line that came back, such as a line in a gap.
 */
static void tell_lost_items(struct membership *membership, const struct welcome *welcome)
{
    uint64_t number = 0, entry;
    struct row item;

    while ((number = outbox_kept(&membership->outbox, number, &item, &entry)) != 0) {
        bool lost = entry != 0 ? entry >= welcome->start : number > welcome->accepted;
        if (welcome->back == BACK_NOWHERE) lost = number > welcome->accepted;
        if (welcome->back == BACK_NOT && number < membership->own_last) lost = false;
        if (!lost) continue;
        tell_lost_item(membership, number, item);
        outbox_drop(&membership->outbox, number);
    }
}

/* The server went back. From `start` on, its log may have other entries than those that we have
   read. */
static void go_back(struct membership *membership, const struct welcome *welcome)
{
    bool known = welcome->back == BACK_TO && welcome->start < membership->cursor.read;
    struct membership_news news = {.kind = NEWS_BACK,
                                   .count = known ? membership->cursor.read - welcome->start : 0};

    tell(membership, &news);
    tell_lost_items(membership, welcome);
    if (!known) membership->start_count = 0; /* they are of lost starts */
    cursor_start(&membership->cursor, welcome->start);
    if (membership->old_end > welcome->start) membership->old_end = welcome->start;
}

static void find_place(struct membership *membership, const struct welcome *welcome, bool first)
{
    if (first) {
        cursor_start(&membership->cursor, welcome->start);
        membership->old_end = welcome->end;
    } else if (welcome->back != BACK_NOT) {
        go_back(membership, welcome);
    } else if (welcome->accepted < membership->outbox.acked) {
        tell_lost_items(membership, welcome); /* acknowledged, but not seen in the log yet */
    }
    enter_start(membership, welcome->server, membership->cursor.read);
}

/* Datagrams of the old session may come while the request is on its way. If another start of the
   server answers, the request did not ask about their entries, which it may have lost. */
static bool has_moved(const struct membership *membership, const struct welcome *welcome)
{
    if (membership->asked_read == 0
        || memcmp(welcome->server, membership->starts[0].id, SEAL_ID) == 0) {
        return false;
    }
    return membership->cursor.read != membership->asked_read
           || membership->outbox.acked != membership->asked_acked;
}

bool membership_admit(struct membership *membership, const struct seal_keys *keys,
                      struct text bytes, int64_t now)
{
    bool first = membership->state == MEMBERSHIP_WAITING;
    struct welcome welcome;

    if (membership_over(membership) || !welcome_decode(bytes, &welcome)) return false;
    if (!first && memcmp(welcome.room_id, membership->room_id, SEAL_ID) != 0) return false;
    if (!first && has_moved(membership, &welcome)) {
        membership->misplaced = true;
        return true;
    }
    begin_session(membership, welcome.session, keys);
    begin_times(membership, now);
    memcpy(membership->room_id, welcome.room_id, SEAL_ID);
    memcpy(membership->host, welcome.host, SEAL_ID);
    find_place(membership, &welcome, first);
    membership->list_end = welcome.end;
    take_members(membership, &welcome);
    membership->state = MEMBERSHIP_HERE;
    cursor_gone(&membership->cursor, welcome.start); /* if resumed: entries before are gone */
    deliver(membership);
    outbox_rewind(&membership->outbox);
    put_leave(membership);
    send_all(membership, true, now); /* so that the server learns our address */
    return true;
}

/* --- time --- */

int64_t membership_due(const struct membership *membership)
{
    if (membership->state != MEMBERSHIP_HERE) return MEMBERSHIP_NEVER;
    return earlier(earlier(membership->ack_due, membership->ask_due),
                   outbox_due(&membership->outbox));
}

void membership_tick(struct membership *membership, int64_t now)
{
    uint64_t read = membership->cursor.read;

    if (membership->state != MEMBERSHIP_HERE) return;
    deliver(membership); /* the owner may have space again */
    if (membership->cursor.read != read) owe(membership, now);
    bool again = now >= outbox_due(&membership->outbox);
    if (again) outbox_again(&membership->outbox, now);
    if (now >= membership->ask_due && membership->asked_at == MEMBERSHIP_NEVER)
        unlearn_keepalive(membership);
    if (membership->state == MEMBERSHIP_HERE && (again || now >= membership->ask_due))
        send_all(membership, true, now);
    else settle(membership, now);
}

void membership_doubt(struct membership *membership, int64_t now)
{
    if (membership->state == MEMBERSHIP_HERE)
        membership->ask_due = earlier(membership->ask_due, now + MEMBERSHIP_ASK_AGAIN);
}

/* --- actions of the user --- */

enum membership_result membership_say(struct membership *membership, struct text text, int64_t now,
                                      uint64_t *number)
{
    char sealed[FRAME_TEXT_LIMIT];
    uint64_t next = outbox_next(&membership->outbox);
    struct password_line line = {membership->room_id, membership->id, membership->is.user, next,
                                 text};

    if (text.size > FRAME_SAY_LIMIT) return MEMBERSHIP_TOO_LONG;
    if (!text_visible(text) || !text_valid(text)) return MEMBERSHIP_BAD_TEXT;
    if (membership->state != MEMBERSHIP_HERE || membership->leaving) return MEMBERSHIP_FULL;
    if (membership->locked) {
        password_seal(membership->secret, &line, sealed);
        text = (struct text){sealed, text.size + SEAL_TAG};
    }
    if (!outbox_put(&membership->outbox, ITEM_SAY, text)) return MEMBERSHIP_FULL;
    if (number) *number = next;
    settle(membership, now);
    return MEMBERSHIP_OK;
}

enum membership_result membership_kick(struct membership *membership, struct text name, int64_t now)
{
    if (membership->state != MEMBERSHIP_HERE || membership->leaving) return MEMBERSHIP_FULL;
    if (!is_own(membership, membership->host)) return MEMBERSHIP_NOT_HOST;
    if (text_equal(name, membership->is.user)) return MEMBERSHIP_ONESELF;
    bool known = members_named(&membership->members, name) != NULL;
    if (!name_valid(name) || (!known && !members_hidden(&membership->members)))
        return MEMBERSHIP_NOBODY;
    if (!outbox_put(&membership->outbox, ITEM_KICK, name)) return MEMBERSHIP_FULL;
    settle(membership, now);
    return MEMBERSHIP_OK;
}

void membership_leave(struct membership *membership, int64_t now)
{
    membership->leaving = true;
    if (membership->state == MEMBERSHIP_WAITING) membership->state = MEMBERSHIP_LEFT;
    if (membership->state == MEMBERSHIP_HERE) settle(membership, now);
}

/* --- state --- */

enum membership_state membership_state(const struct membership *membership)
{
    return membership->state;
}

bool membership_over(const struct membership *membership)
{
    return membership->state > MEMBERSHIP_HERE;
}

bool membership_dropped(const struct membership *membership)
{
    return membership->state == MEMBERSHIP_HERE && membership->dropped;
}

bool membership_silent(const struct membership *membership, int64_t now)
{
    if (membership->state != MEMBERSHIP_HERE) return false;
    return membership_dropped(membership)
           || (membership->asked_at != MEMBERSHIP_NEVER
               && now - membership->asked_at >= MEMBERSHIP_TIMEOUT);
}

bool membership_wants_resume(const struct membership *membership, int64_t now)
{
    if (membership_silent(membership, now)) return true;
    if (membership->state == MEMBERSHIP_HERE && (membership->went_back || membership->misplaced))
        return true;
    return membership->state == MEMBERSHIP_HERE && membership->unsure
        && now - membership->admitted_at >= MEMBERSHIP_REFRESH_PAUSE;
}

bool membership_connected(const struct membership *membership)
{
    return membership->connected;
}

void membership_position(struct membership *membership, struct request *request,
                         unsigned char starts[REQUEST_STARTS * REQUEST_START])
{
    membership->asked_read = membership->cursor.read;
    membership->asked_acked = membership->outbox.acked;
    request->room_id = membership->room_id;
    request->next = membership->cursor.read;
    request->number = membership->outbox.acked;
    request->start = starts;
    request->starts = membership->start_count;
    for (size_t i = 0; i < membership->start_count; i++) {
        unsigned char *at = starts + i * REQUEST_START;
        memcpy(at, membership->starts[i].id, SEAL_ID);
        wire_put64(at + SEAL_ID, i == 0 ? membership->cursor.read : membership->starts[i].until);
    }
}

uint64_t membership_next(const struct membership *membership)
{
    return membership->cursor.read;
}

uint64_t membership_acked(const struct membership *membership)
{
    return membership->outbox.acked;
}

const unsigned char *membership_start(const struct membership *membership)
{
    return membership->starts[0].id;
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
    return membership->state == MEMBERSHIP_HERE && !membership->leaving
           && membership_unacked(membership) < OUTBOX_ITEMS;
}

bool membership_caught_up(const struct membership *membership)
{
    return membership->state > MEMBERSHIP_WAITING && membership->connected
           && membership->cursor.read >= membership->old_end;
}

const struct members *membership_members(const struct membership *membership)
{
    return &membership->members;
}

const unsigned char *membership_host(const struct membership *membership)
{
    return membership->host;
}

const unsigned char *membership_id(const struct membership *membership)
{
    return membership->id;
}
