#include "talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "cursor.h"
#include "lock.h"
#include "outbox.h"
#include "wire/answer.h"

enum { ITEMS_ROOM = PACKET_SEND_LIMIT - PACKET_EXTRA - FRAME_UP_HEAD }; /* bytes, in one datagram */

struct talk {
    struct talk_params is;       /* what it points to is copied to the next three */
    char user[NAME_LIMIT];
    unsigned char id[SEAL_ID];
    unsigned char secret[SEAL_KEY];
    bool locked;                 /* the room has a password */
    enum talk_state state;

    /* The session: new with each answer. */
    uint64_t session;
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    unsigned char first_up[SEAL_KEY], first_down[SEAL_KEY]; /* as the exchange made them */
    uint64_t counter;            /* of the last datagram that went out, under whatever key */
    struct window window;        /* of what came */
    uint64_t echo;               /* the latest probe's counter; 0: none came */
    bool connected;              /* something else has come, too */

    /* The server's starts under which we were, the latest first: and all before `until` was read
       there or before. That of the latest is where we are. */
    struct {
        unsigned char id[SEAL_ID];
        uint64_t until;
    } starts[REQUEST_STARTS];
    size_t start_count;
    bool went_back;              /* the server has lost something: only TCP can set it right */
    uint64_t asked_read, asked_heard; /* where we were when we asked to resume; 0: not yet */
    bool misplaced;              /* what came as the answer was about somewhere else */

    /* The room. */
    unsigned char room_id[SEAL_ID];
    unsigned char host[SEAL_ID];
    struct cursor cursor;
    uint64_t old_end;            /* entries before it happened before we came */
    uint64_t list_end;           /* what entries before it changed is in the list already */
    struct people people;
    uint64_t own_last;           /* the number of the last own line that came back */
    char plain[FRAME_TEXT_LIMIT];/* a line that was opened */

    /* What goes up. */
    struct outbox outbox;
    bool leaving;
    uint64_t leave;              /* the number of the item that says so; 0: not yet there */

    /* When: in milliseconds, TALK_NEVER for not at all. */
    int64_t ack_due;
    uint32_t ack_entries, ack_bytes; /* since the last acknowledgement */
    uint32_t ack_limit;          /* entries: drawn */
    int64_t hole_shown_at;
    int64_t part_due;            /* what is missing of an entry is a hole from then on */
    int64_t probed_at;           /* a probe was answered */
    int64_t asked_at;            /* the first question that is not answered yet */
    int64_t ask_due;             /* the next question */
    int64_t keepalive;           /* how long after an answer that is: drawn, */
    int64_t wanted;              /* or what the server has shown to want in this session */
    int64_t sent_at;             /* the last datagram */
    int64_t admitted_at;
    bool unsure;                 /* the list of members may be wrong */
    bool dropped;                /* the server has said that we are lost */
};

/* --- small things --- */

/* From 0 up to, not including, `limit`. That it is not quite even does no harm here. */
static uint32_t draw(struct talk *talk, uint32_t limit)
{
    uint32_t number;

    talk->is.random(talk->is.random_context, &number, sizeof number);
    return number % limit;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool is_own(const struct talk *talk, const unsigned char *id)
{
    return memcmp(id, talk->id, SEAL_ID) == 0;
}

/* --- life --- */

struct talk *talk_create(const struct talk_params *params)
{
    unsigned char hash[SHA256_BYTES];
    struct hash_key key;
    struct talk *talk = calloc(1, sizeof *talk);

    if (!talk) return NULL;
    talk->is = *params;
    params->random(params->random_context, &key, sizeof key);
    if (!people_create(&talk->people, key)) {
        free(talk);
        return NULL;
    }
    memcpy(talk->user, params->user.bytes, params->user.size);
    talk->is.user.bytes = talk->user;
    talk->is.m = talk->is.secret = NULL;
    sha256(params->m, SEAL_KEY, hash);
    memcpy(talk->id, hash, SEAL_ID);
    talk->locked = params->secret != NULL;
    if (talk->locked) memcpy(talk->secret, params->secret, SEAL_KEY);
    outbox_create(&talk->outbox);
    talk->keepalive = TALK_KEEPALIVE - (int64_t)draw(talk, TALK_KEEPALIVE_SPREAD);
    return talk;
}

void talk_destroy(struct talk *talk)
{
    if (!talk) return;
    cursor_start(&talk->cursor, 0);
    people_destroy(&talk->people);
    outbox_destroy(&talk->outbox);
    wipe(talk, sizeof *talk);
    free(talk);
}

/* --- going out --- */

/* Half to all of what a client in such a room may take for it. */
static int64_t ack_pause(struct talk *talk)
{
    int64_t latest = frame_ack_latest(talk->people.total);

    return latest - (int64_t)draw(talk, (uint32_t)(latest / 2) + 1);
}

static void acknowledged(struct talk *talk)
{
    talk->ack_due = TALK_NEVER;
    talk->ack_entries = talk->ack_bytes = 0;
    talk->ack_limit = TALK_ACK_FEWEST + draw(talk, TALK_ACK_MOST - TALK_ACK_FEWEST + 1);
}

/* Half to all of the time after which a hole is shown without a cause. */
static int64_t hole_pause(struct talk *talk)
{
    return TALK_HOLE_SHOWN - (int64_t)draw(talk, TALK_HOLE_SHOWN / 2 + 1);
}

/* Are parts of an entry missing that may just be on their way? */
static bool is_arriving(const struct talk *talk, int64_t now)
{
    return now < talk->part_due && cursor_arriving(&talk->cursor);
}

/* Does the server know our address? Until it does, it looks at no item. */
static bool answered(const struct talk *talk)
{
    return talk->echo != 0 || talk->connected;
}

static bool items_ready(const struct talk *talk)
{
    return answered(talk) && outbox_ready(&talk->outbox);
}

static void send_one(struct talk *talk, bool ask, int64_t now)
{
    unsigned char packet[PACKET_SEND_LIMIT];
    bool arriving = is_arriving(talk, now);
    unsigned char *body = packet + PACKET_HEAD;
    struct up up = {.flags = ask ? FRAME_ANSWER_ME : 0,
                    .echo = talk->echo,
                    .read = talk->cursor.read,
                    .from = arriving ? 0 : cursor_from(&talk->cursor),
                    .number = talk->outbox.sent + 1};
    size_t size = 0;

    if (answered(talk)) {
        size = outbox_pack(&talk->outbox, ITEMS_ROOM, body + FRAME_UP_HEAD, &up.number, now);
    }
    up_encode(&up, body);
    size = packet_seal(packet, FRAME_UP_HEAD + size, talk->session, ++talk->counter, talk->up);
    if (ask && talk->asked_at == TALK_NEVER) talk->asked_at = now;
    if (ask) talk->ask_due = now + TALK_ASK_AGAIN;
    acknowledged(talk);
    if (up.from != 0) { /* shown until it is filled: this may get lost, and so may what fills it */
        talk->hole_shown_at = now;
        talk->ack_due = now + hole_pause(talk);
    }
    if (arriving) talk->ack_due = talk->part_due;
    talk->sent_at = now;
    talk->is.send(talk->is.context, packet, size);
}

/* At least one, and all items that may go. */
static void send_all(struct talk *talk, bool ask, int64_t now)
{
    do send_one(talk, ask, now);
    while (items_ready(talk));
}

/* --- the log --- */

static void tell(struct talk *talk, struct talk_news *news)
{
    news->old = news->entry != 0 && news->entry < talk->old_end;
    news->own = news->who && is_own(talk, news->who);
    talk->is.event(talk->is.context, news);
}

/* Whoever came or went meanwhile is not known any more. */
static void tell_gap(struct talk *talk, uint64_t count)
{
    struct talk_news news = {.kind = NEWS_GAP, .entry = talk->cursor.read, .count = count};

    talk->unsure = true;
    tell(talk, &news);
}

/* False: it cannot be shown, whatever it is. */
static bool open_line(struct talk *talk, const struct entry *entry, struct text *text)
{
    struct lock_line line = {talk->room_id, entry->member, entry->name, entry->number,
                             entry->text};

    *text = entry->text;
    if (talk->locked) {
        if (entry->text.size > FRAME_TEXT_LIMIT) return false;
        if (!lock_open(talk->secret, &line, talk->plain)) return false;
        *text = (struct text){talk->plain, entry->text.size - SEAL_TAG};
    }
    return text->size > 0 && text->size <= FRAME_SAY_LIMIT && text_valid(*text);
}

/* Is it no repeat? One's own last number is kept apart, where nobody can push it out. */
static bool rises(struct talk *talk, const struct entry *entry)
{
    if (!is_own(talk, entry->member)) {
        return people_rises(&talk->people, entry->member, entry->number);
    }
    outbox_came_back(&talk->outbox, entry->number, talk->cursor.read);
    if (entry->number <= talk->own_last) return false;
    talk->own_last = entry->number;
    return true;
}

/* One that does not open must not count for its number: else whoever makes it up could keep the
   lines that follow from being shown. */
static void on_said(struct talk *talk, const struct entry *entry, struct talk_news *news)
{
    bool readable = open_line(talk, entry, &news->text);

    news->number = entry->number;
    news->unreadable = !readable;
    if (!readable) news->text = (struct text){NULL, 0};
    if (!readable || rises(talk, entry)) tell(talk, news);
    if (talk->locked) wipe(talk->plain, sizeof talk->plain);
}

/* Has the server heard that we leave? */
static bool has_left(const struct talk *talk)
{
    return talk->leave != 0 && talk->outbox.heard >= talk->leave;
}

/* What it means for us: that we are out, or (while we thought that we were there) dropped. */
static void on_own_going(struct talk *talk, const struct entry *entry)
{
    if (entry->kind == ENTRY_PUT_OUT) talk->state = TALK_PUT_OUT;
    else if (talk->cursor.read < talk->list_end) return; /* we have come back since */
    else if (entry->why == LEFT_BY_ITSELF) talk->state = TALK_LEFT;
    else talk->dropped = true;
}

static void on_member(struct talk *talk, const struct entry *entry, struct talk_news *news)
{
    bool listed = talk->cursor.read < talk->list_end;

    if (!listed && entry->kind == ENTRY_JOINED) {
        people_join(&talk->people, entry->member, entry->name);
    } else if (!listed) {
        people_leave(&talk->people, entry->member);
    }
    if (entry->kind != ENTRY_JOINED && is_own(talk, entry->member)) on_own_going(talk, entry);
    tell(talk, news);
}

static bool well_formed(const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CLOSED: return true;
    case ENTRY_LEFT: return entry->why <= LEFT_LOST && name_valid(entry->name);
    case ENTRY_SAID:
    case ENTRY_JOINED:
    case ENTRY_PUT_OUT: return name_valid(entry->name);
    default: return false; /* no entry of a log */
    }
}

/*
 * The entry at the cursor. One that makes no sense counts as a gap of one: not to go past it would
 * mean to wait for it for ever, and to pass over it in silence would be untrue.
 */
static void on_entry(struct talk *talk, struct row row)
{
    static const enum news_kind kinds[] = {[ENTRY_SAID] = NEWS_SAID,
                                           [ENTRY_JOINED] = NEWS_JOINED,
                                           [ENTRY_LEFT] = NEWS_LEFT,
                                           [ENTRY_PUT_OUT] = NEWS_PUT_OUT,
                                           [ENTRY_CLOSED] = NEWS_CLOSED};
    struct entry entry;

    if (!entry_decode(row, &entry) || !well_formed(&entry)) {
        tell_gap(talk, 1);
        return;
    }
    struct talk_news news = {.kind = kinds[entry.kind], .entry = talk->cursor.read,
                             .name = entry.name, .why = entry.why};
    if (entry.kind != ENTRY_CLOSED) news.who = entry.member;
    switch (entry.kind) {
    case ENTRY_SAID: on_said(talk, &entry, &news); break;
    case ENTRY_CLOSED:
        talk->state = has_left(talk) ? TALK_LEFT : TALK_CLOSED; /* a host's leaving closes it */
        tell(talk, &news);
        break;
    default: on_member(talk, &entry, &news); break;
    }
}

static bool has_room(const struct talk *talk)
{
    return !talk->is.has_room || talk->is.has_room(talk->is.context);
}

/* Tells all that is in order, as far as the owner can take it. */
static void deliver(struct talk *talk)
{
    struct row row;
    uint64_t count = 1;

    while (talk->state == TALK_HERE && has_room(talk)) {
        switch (cursor_look(&talk->cursor, &row, &count)) {
        case CURSOR_NOTHING: return;
        case CURSOR_ENTRY:
            count = 1;
            talk->ack_entries++;
            talk->ack_bytes += (uint32_t)(FRAME_ROW + row.bytes.size);
            on_entry(talk, row);
            break;
        case CURSOR_GAP: tell_gap(talk, count); break;
        }
        cursor_step(&talk->cursor, count);
    }
}

/* When the next acknowledgement is due, after entries have come (even if they were known). */
static void owe(struct talk *talk, int64_t now)
{
    int64_t due;

    if (is_arriving(talk, now)) {
        due = talk->part_due;
    } else if (cursor_from(&talk->cursor) != 0) {
        due = talk->hole_shown_at + TALK_HOLE_PAUSE;
    } else if (talk->ack_entries >= talk->ack_limit || talk->ack_bytes >= TALK_ACK_BYTES) {
        due = now;
    } else if (talk->ack_due == TALK_NEVER) {
        due = now + ack_pause(talk);
    } else {
        return;
    }
    talk->ack_due = earlier(talk->ack_due, due);
}

/* --- coming in --- */

static void tell_notice(struct talk *talk, struct text text)
{
    struct talk_news news = {.kind = NEWS_NOTICE, .text = text};

    if (text.size > 0 && text_valid(text)) tell(talk, &news);
}

/* False: malformed. */
static bool take_part(struct talk *talk, struct text bytes, int64_t now)
{
    struct part part;

    if (!part_decode(bytes, &part)) return false;
    cursor_put_part(&talk->cursor, &part);
    talk->part_due = now + hole_pause(talk);
    deliver(talk);
    return true;
}

/* Numbers them as the server did, and puts them in their places. Returns whether there were any
   of the log. */
static bool take_entries(struct talk *talk, const struct down *down, int64_t now)
{
    struct text rows = down->entries;
    uint64_t number = down->first, next;
    struct row row;
    bool any = false;

    while (frame_next(&rows, &row) && number < FRAME_LOG_LIMIT) {
        if (row.kind == ENTRY_NOTICE) {
            tell_notice(talk, row.bytes);
            continue;
        }
        if (row.kind == ENTRY_LOST) {
            talk->dropped = true;
            continue;
        }
        if (row.kind == ENTRY_PART) {
            any |= take_part(talk, row.bytes, now);
            continue;
        }
        any = true;
        next = number + 1;
        if (row.kind == ENTRY_GAP && row.bytes.size == 8) next = wire_get64(row.bytes.bytes);
        if (next <= number) break; /* nobody can say how they go on */
        cursor_put(&talk->cursor, number, row);
        deliver(talk); /* at once: it makes room for the next ones */
        number = next;
    }
    return any;
}

/* The item that says that we leave, as soon as there is a place for it. */
static void put_leave(struct talk *talk)
{
    if (!talk->leaving || talk->leave != 0) return;
    if (outbox_put(&talk->outbox, ITEM_LEAVE, (struct text){NULL, 0})) {
        talk->leave = outbox_next(&talk->outbox) - 1;
    }
}

/* After anything has happened: what must be sent at once? */
static void settle(struct talk *talk, int64_t now)
{
    put_leave(talk);
    if (has_left(talk) && talk->state == TALK_HERE) talk->state = TALK_LEFT;
    if (talk->state != TALK_HERE) {
        send_one(talk, false, now); /* so the server need not tell it again */
    } else if (items_ready(talk) || now >= talk->ack_due) {
        send_all(talk, false, now);
    }
}

static void on_body(struct talk *talk, const struct down *down, int64_t now)
{
    talk->connected = true;
    talk->asked_at = TALK_NEVER;
    talk->ask_due = now + earlier(talk->keepalive, talk->wanted);
    outbox_heard(&talk->outbox, down->heard, now);
    if (take_entries(talk, down, now)) owe(talk, now);
    settle(talk, now);
}

/*
 * A probe that comes when nothing was sent for a while says that the server wants to hear us more
 * often than we speak by ourselves. From then on we ask a little earlier than it does: so when
 * nothing arrives any more, we notice as soon as it does. On a slow way it may have been the answer
 * to something older. So each time we ask we wait longer again, until we are probed again.
 */
static void learn_keepalive(struct talk *talk, int64_t now)
{
    int64_t quiet = now - talk->sent_at;

    if (quiet < TALK_PROBED) return; /* the answer to something of ours: it may be about an address */
    talk->wanted = earlier(talk->wanted, quiet - quiet / 4);
}

static void unlearn_keepalive(struct talk *talk)
{
    if (talk->wanted < talk->keepalive) talk->wanted += talk->wanted / 4;
}

/*
 * The server wants to know whether we are at this address, and has not looked at what we sent; so
 * all of it goes again, with the proof. Not too often: if the network gave each of our datagrams
 * another address, proofs and probes would never end.
 */
static void on_probe(struct talk *talk, uint64_t counter, int64_t now)
{
    if (counter > talk->echo) learn_keepalive(talk, now);
    if (counter > talk->echo) talk->echo = counter; /* one that was overtaken proves nothing */
    if (now - talk->probed_at < TALK_PROBE_PAUSE) {
        talk->ask_due = earlier(talk->ask_due, talk->probed_at + TALK_PROBE_PAUSE);
        return;
    }
    talk->probed_at = now;
    outbox_rewind(&talk->outbox);
    send_all(talk, true, now);
}

/* --- when the server was started again --- */

/* From now on we are under that start. All before `until` belongs to the one before; and what was
   read beyond that under earlier ones is another past by now. */
static void enter_start(struct talk *talk, const unsigned char *id, uint64_t until)
{
    size_t last = REQUEST_STARTS - 1;

    if (talk->start_count > 0 && memcmp(talk->starts[0].id, id, SEAL_ID) == 0) return;
    if (talk->start_count > 0) talk->starts[0].until = until;
    for (size_t i = 1; i < talk->start_count; i++) {
        if (talk->starts[i].until > until) talk->starts[i].until = until;
    }
    cursor_start(&talk->cursor, talk->cursor.read); /* what waits there may be something else now */
    memmove(&talk->starts[1], &talk->starts[0], last * sizeof talk->starts[0]);
    memcpy(talk->starts[0].id, id, SEAL_ID);
    if (talk->start_count < REQUEST_STARTS) talk->start_count++;
}

/*
 * Our own count of datagrams goes on: so nothing is ever sealed twice under one key and number,
 * whichever start the keys are of. An announcement that is played again does not open: it is for
 * who was under the start before.
 */
static bool on_announcement(struct talk *talk, void *bytes, struct announcement *announcement,
                            int64_t now)
{
    unsigned char down[SEAL_KEY];

    announcement->before = talk->starts[0].id;
    seal_key_of_start(talk->first_down, announcement->id, down);
    bool good = packet_open_announcement(bytes, down, announcement)
        && announcement->end < FRAME_LOG_LIMIT;
    if (good && (talk->cursor.read > announcement->end
                 || talk->outbox.heard > announcement->heard)) {
        talk->went_back = true;
    } else if (good) {
        memcpy(talk->down, down, SEAL_KEY);
        seal_key_of_start(talk->first_up, announcement->id, talk->up);
        enter_start(talk, announcement->id, announcement->end);
        talk->window = (struct window){0, 0};
        talk->echo = announcement->counter;
        talk->probed_at = now;
        if (talk->asked_at != TALK_NEVER) talk->asked_at = now;
        outbox_rewind(&talk->outbox);
        send_all(talk, true, now);
    } else {
        talk_doubt(talk, now); /* anybody can make that up: a reason to ask, no more */
    }
    wipe(down, sizeof down);
    return good;
}

bool talk_receive(struct talk *talk, void *bytes, size_t size, int64_t now)
{
    uint64_t session, counter;
    struct announcement announcement;
    struct down down;

    if (talk->state != TALK_HERE || talk->misplaced) return false;
    if (!packet_session(bytes, size, &session) || session != talk->session) return false;
    if (packet_announces(bytes, size, &announcement)) {
        return on_announcement(talk, bytes, &announcement, now);
    }
    if (!packet_open(bytes, size, talk->down, &counter)) return false;
    struct text body = {(const char *)bytes + PACKET_HEAD, size - PACKET_EXTRA};
    bool again = window_has(&talk->window, counter);
    /* A probe is asked again with the same bytes, if the answer got lost. Anybody could play it to
       us, so that it came is no sign of life from the server. */
    if (again && (body.size > 0 || counter != talk->echo)) return false;
    window_add(&talk->window, counter);
    if (!again && talk->asked_at != TALK_NEVER) talk->asked_at = now;
    if (body.size == 0) on_probe(talk, counter, now);
    else if (down_decode(body, &down)) on_body(talk, &down, now);
    return true;
}

/* --- the answer over TCP --- */

static void take_members(struct talk *talk, const struct answer *answer)
{
    struct text members = answer->members;
    const unsigned char *id;
    struct text name;

    people_list_begin(&talk->people);
    while (answer_member(&members, &id, &name)) people_list_put(&talk->people, id, name);
    people_list_end(&talk->people, answer->total);
}

static void begin_session(struct talk *talk, uint64_t session, const struct seal_keys *keys)
{
    talk->session = session;
    memcpy(talk->up, keys->up, SEAL_KEY);
    memcpy(talk->down, keys->down, SEAL_KEY);
    memcpy(talk->first_up, keys->up, SEAL_KEY);
    memcpy(talk->first_down, keys->down, SEAL_KEY);
    talk->counter = talk->echo = 0;
    talk->window = (struct window){0, 0};
    talk->connected = talk->unsure = talk->dropped = talk->went_back = talk->misplaced = false;
}

static void begin_times(struct talk *talk, int64_t now)
{
    talk->admitted_at = talk->sent_at = now;
    talk->asked_at = talk->ask_due = talk->wanted = TALK_NEVER;
    talk->hole_shown_at = now - TALK_HOLE_PAUSE;
    talk->part_due = now;
    talk->probed_at = now - TALK_PROBE_PAUSE;
    acknowledged(talk);
}

/* A line or a kick of ours that the server has heard, and does not know of any more. */
static void tell_lost_item(struct talk *talk, uint64_t number, struct row item)
{
    struct talk_news news = {.kind = NEWS_LOST, .number = number};
    struct entry entry = {.kind = ENTRY_SAID, .member = talk->id, .number = number,
                          .name = talk->is.user, .text = item.bytes};

    if (item.kind == ITEM_KICK) {
        news.kind = NEWS_UNDONE;
        news.name = item.bytes;
        tell(talk, &news);
    } else if (item.kind == ITEM_SAY && open_line(talk, &entry, &news.text)) {
        tell(talk, &news);
        wipe(talk->plain, sizeof talk->plain);
    }
}

/*
 * A line that came back is lost if its entry is. Of others the server has said how far it knows.
 * That may be less than is true of a member that was away for long. But if all is there that was
 * read, so is all that was done before a line that came back: a line that fell into a gap, say.
 */
static void tell_lost_items(struct talk *talk, const struct answer *answer)
{
    uint64_t number = 0, entry;
    struct row item;

    while ((number = outbox_kept(&talk->outbox, number, &item, &entry)) != 0) {
        bool lost = entry != 0 ? entry >= answer->start : number > answer->heard;
        if (answer->back == BACK_NOWHERE) lost = number > answer->heard;
        if (answer->back == BACK_NOT && number < talk->own_last) lost = false;
        if (!lost) continue;
        tell_lost_item(talk, number, item);
        outbox_drop(&talk->outbox, number);
    }
}

/* The server went back. What is new there begins at `start`, where other things may stand by now
   than those that we have read. */
static void go_back(struct talk *talk, const struct answer *answer)
{
    bool known = answer->back == BACK_TO && answer->start < talk->cursor.read;
    struct talk_news news = {.kind = NEWS_BACK,
                             .count = known ? talk->cursor.read - answer->start : 0};

    tell(talk, &news);
    tell_lost_items(talk, answer);
    if (!known) talk->start_count = 0; /* they are of another past */
    cursor_start(&talk->cursor, answer->start);
    if (talk->old_end > answer->start) talk->old_end = answer->start;
}

static void find_place(struct talk *talk, const struct answer *answer, bool first)
{
    if (first) {
        cursor_start(&talk->cursor, answer->start);
        talk->old_end = answer->end;
    } else if (answer->back != BACK_NOT) {
        go_back(talk, answer);
    } else if (answer->heard < talk->outbox.heard) {
        tell_lost_items(talk, answer); /* heard, but not seen in the log yet */
    }
    enter_start(talk, answer->server, talk->cursor.read);
}

/* Datagrams of the old session may come while the question is on its way. If another start of the
   server answers, that one was not asked about what they brought, and may have lost it. */
static bool has_moved(const struct talk *talk, const struct answer *answer)
{
    if (talk->asked_read == 0 || memcmp(answer->server, talk->starts[0].id, SEAL_ID) == 0) {
        return false;
    }
    return talk->cursor.read != talk->asked_read || talk->outbox.heard != talk->asked_heard;
}

bool talk_admit(struct talk *talk, const struct seal_keys *keys, struct text bytes, int64_t now)
{
    bool first = talk->state == TALK_WAITING;
    struct answer answer;

    if (talk_over(talk) || !answer_decode(bytes, &answer)) return false;
    if (!first && memcmp(answer.room_id, talk->room_id, SEAL_ID) != 0) return false;
    if (!first && has_moved(talk, &answer)) {
        talk->misplaced = true;
        return true;
    }
    begin_session(talk, answer.session, keys);
    begin_times(talk, now);
    memcpy(talk->room_id, answer.room_id, SEAL_ID);
    memcpy(talk->host, answer.host, SEAL_ID);
    find_place(talk, &answer, first);
    talk->list_end = answer.end;
    take_members(talk, &answer);
    talk->state = TALK_HERE;
    cursor_gone(&talk->cursor, answer.start); /* coming back, what lies before it is gone */
    deliver(talk);
    outbox_rewind(&talk->outbox);
    put_leave(talk);
    send_all(talk, true, now); /* so the server learns where we are */
    return true;
}

/* --- time --- */

int64_t talk_due(const struct talk *talk)
{
    if (talk->state != TALK_HERE) return TALK_NEVER;
    return earlier(earlier(talk->ack_due, talk->ask_due), outbox_due(&talk->outbox));
}

void talk_tick(struct talk *talk, int64_t now)
{
    uint64_t read = talk->cursor.read;

    if (talk->state != TALK_HERE) return;
    deliver(talk); /* there may be room again */
    if (talk->cursor.read != read) owe(talk, now);
    bool again = now >= outbox_due(&talk->outbox);
    if (again) outbox_again(&talk->outbox, now);
    if (now >= talk->ask_due && talk->asked_at == TALK_NEVER) unlearn_keepalive(talk);
    if (talk->state == TALK_HERE && (again || now >= talk->ask_due)) send_all(talk, true, now);
    else settle(talk, now);
}

void talk_doubt(struct talk *talk, int64_t now)
{
    if (talk->state == TALK_HERE) talk->ask_due = earlier(talk->ask_due, now + TALK_ASK_AGAIN);
}

/* --- the user --- */

enum talk_result talk_say(struct talk *talk, struct text text, int64_t now, uint64_t *number)
{
    char sealed[FRAME_TEXT_LIMIT];
    uint64_t next = outbox_next(&talk->outbox);
    struct lock_line line = {talk->room_id, talk->id, talk->is.user, next, text};

    if (text.size > FRAME_SAY_LIMIT) return TALK_TOO_LONG;
    if (!text_visible(text) || !text_valid(text)) return TALK_BAD_TEXT;
    if (talk->state != TALK_HERE || talk->leaving) return TALK_FULL;
    if (talk->locked) {
        lock_seal(talk->secret, &line, sealed);
        text = (struct text){sealed, text.size + SEAL_TAG};
    }
    if (!outbox_put(&talk->outbox, ITEM_SAY, text)) return TALK_FULL;
    if (number) *number = next;
    settle(talk, now);
    return TALK_OK;
}

enum talk_result talk_kick(struct talk *talk, struct text name, int64_t now)
{
    if (talk->state != TALK_HERE || talk->leaving) return TALK_FULL;
    if (!is_own(talk, talk->host)) return TALK_NOT_HOST;
    if (text_equal(name, talk->is.user)) return TALK_ONESELF;
    bool known = people_named(&talk->people, name) != NULL;
    if (!name_valid(name) || (!known && !people_hidden(&talk->people))) return TALK_NOBODY;
    if (!outbox_put(&talk->outbox, ITEM_KICK, name)) return TALK_FULL;
    settle(talk, now);
    return TALK_OK;
}

void talk_leave(struct talk *talk, int64_t now)
{
    talk->leaving = true;
    if (talk->state == TALK_WAITING) talk->state = TALK_LEFT;
    if (talk->state == TALK_HERE) settle(talk, now);
}

/* --- how it stands --- */

enum talk_state talk_state(const struct talk *talk)
{
    return talk->state;
}

bool talk_over(const struct talk *talk)
{
    return talk->state > TALK_HERE;
}

bool talk_dropped(const struct talk *talk)
{
    return talk->state == TALK_HERE && talk->dropped;
}

bool talk_silent(const struct talk *talk, int64_t now)
{
    if (talk->state != TALK_HERE) return false;
    return talk_dropped(talk)
        || (talk->asked_at != TALK_NEVER && now - talk->asked_at >= TALK_PATIENCE);
}

bool talk_wants_resume(const struct talk *talk, int64_t now)
{
    if (talk_silent(talk, now)) return true;
    if (talk->state == TALK_HERE && (talk->went_back || talk->misplaced)) return true;
    return talk->state == TALK_HERE && talk->unsure
        && now - talk->admitted_at >= TALK_REFRESH_PAUSE;
}

bool talk_connected(const struct talk *talk)
{
    return talk->connected;
}

void talk_position(struct talk *talk, struct request *request,
                   unsigned char starts[REQUEST_STARTS * REQUEST_START])
{
    talk->asked_read = talk->cursor.read;
    talk->asked_heard = talk->outbox.heard;
    request->room_id = talk->room_id;
    request->next = talk->cursor.read;
    request->number = talk->outbox.heard;
    request->start = starts;
    request->starts = talk->start_count;
    for (size_t i = 0; i < talk->start_count; i++) {
        unsigned char *at = starts + i * REQUEST_START;
        memcpy(at, talk->starts[i].id, SEAL_ID);
        wire_put64(at + SEAL_ID, i == 0 ? talk->cursor.read : talk->starts[i].until);
    }
}

uint64_t talk_next(const struct talk *talk)
{
    return talk->cursor.read;
}

uint64_t talk_heard(const struct talk *talk)
{
    return talk->outbox.heard;
}

const unsigned char *talk_start(const struct talk *talk)
{
    return talk->starts[0].id;
}

size_t talk_unheard(const struct talk *talk)
{
    return (size_t)(talk->outbox.last - talk->outbox.heard);
}

bool talk_all_heard(const struct talk *talk)
{
    return talk_unheard(talk) == 0;
}

bool talk_takes(const struct talk *talk)
{
    return talk->state == TALK_HERE && !talk->leaving && talk_unheard(talk) < OUTBOX_ITEMS;
}

bool talk_caught_up(const struct talk *talk)
{
    return talk->state > TALK_WAITING && talk->connected && talk->cursor.read >= talk->old_end;
}

const struct people *talk_people(const struct talk *talk)
{
    return &talk->people;
}

const unsigned char *talk_host(const struct talk *talk)
{
    return talk->host;
}

const unsigned char *talk_id(const struct talk *talk)
{
    return talk->id;
}
