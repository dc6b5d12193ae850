#include "chat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "announce.h"

bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now)
{
    struct hash_key key;
    unsigned char start[SEAL_ID];

    memset(chat, 0, sizeof *chat);
    chat->sender.send = options->send;
    chat->sender.context = options->context;
    chat->sender.burst = 1;
    chat->random = options->random;
    chat->random_context = options->random_context;
    chat->decider = options->decider;
    chat->room_limit = options->room_limit;
    chat->rate = (struct bucket_rate){BUCKET_LINES, BUCKET_KILOBYTES};
    chat->silence = options->silence;
    chat->sweep_at = now + CHAT_SWEEP;
    chat->first_ready = chat->first_owed = ROOM_NONE;
    chat->first_telling = chat->last_telling = ROOM_NONE;
    hold_create(&chat->holds);
    chat->random(chat->random_context, &key, sizeof key);
    chat->random(chat->random_context, start, sizeof start);
    starts_add(&chat->starts, 1, start);
    chat->turned_away_at = now;
    bool rooms = rooms_create(&chat->rooms, options->member_limit, key);
    bool wheel = wheel_create(&chat->wheel, options->member_limit, now);
    bool lost = lost_create(&chat->lost);

    if (rooms && wheel && lost) return true;
    if (rooms) rooms_destroy(&chat->rooms);
    wheel_destroy(&chat->wheel);
    lost_destroy(&chat->lost);
    return false;
}

void chat_destroy(struct chat *chat)
{
    rooms_destroy(&chat->rooms);
    wheel_destroy(&chat->wheel);
    lost_destroy(&chat->lost);
}

/* --- the journal --- */

void chat_changed(struct chat *chat, enum chat_change change, uint32_t index)
{
    if (!chat->record) return;
    chat->sender.unsettled = true;
    chat->record(chat->recorder, change, index);
}

void chat_settle(struct chat *chat)
{
    chat->sender.unsettled = false;
    chat->stalled = false;
}

void chat_stall(struct chat *chat)
{
    chat->stalled = true;
}

void chat_tell(struct chat *chat, struct text notice)
{
    for (uint32_t i = 0; i < chat->rooms.members_used; i++) {
        struct member *member = member_at(chat, i);
        if (member->state == MEMBER_HERE) session_tell(&member->session, &chat->sender, notice);
    }
}

/* --- the queue of rooms whose entries can wait a moment --- */

static void telling_add(struct chat *chat, uint32_t index, int64_t tell_at)
{
    struct room *room = room_at(chat, index);

    if (room->tell_at != 0) return;
    room->tell_at = tell_at; /* all rooms wait equally long, so the queue stays sorted */
    room->waiting = room->log.end - 1;
    room->next_telling = ROOM_NONE;
    room->previous_telling = chat->last_telling;
    if (chat->last_telling == ROOM_NONE) chat->first_telling = index;
    else room_at(chat, chat->last_telling)->next_telling = index;
    chat->last_telling = index;
}

static void telling_remove(struct chat *chat, uint32_t index)
{
    struct room *room = room_at(chat, index);
    uint32_t next = room->next_telling, previous = room->previous_telling;

    if (room->tell_at == 0) return;
    room->tell_at = 0;
    if (next == ROOM_NONE) chat->last_telling = previous;
    else room_at(chat, next)->previous_telling = previous;
    if (previous == ROOM_NONE) chat->first_telling = next;
    else room_at(chat, previous)->next_telling = next;
}

/* --- what this turn has to send --- */

static void make_ready(struct chat *chat, uint32_t index)
{
    struct room *room = room_at(chat, index);

    telling_remove(chat, index);
    if (room->ready) return;
    room->ready = true;
    room->next_ready = chat->first_ready;
    chat->first_ready = index;
}

void chat_owe(struct chat *chat, uint32_t index, uint8_t what)
{
    struct member *member = member_at(chat, index);

    if (member->owed == 0) {
        member->next_owed = chat->first_owed;
        chat->first_owed = index;
    }
    member->owed |= what;
}

static bool append_row(struct chat *chat, uint32_t room, struct text row, bool soon, int64_t now)
{
    if (!log_append(&room_at(chat, room)->log, row.bytes, row.size)) return false;
    chat_changed(chat, CHANGE_ENTRY, room);
    if (!soon) make_ready(chat, room);
    else if (!room_at(chat, room)->ready) telling_add(chat, room, now + CHAT_COALESCE);
    return true;
}

bool chat_append(struct chat *chat, uint32_t room, const struct entry *entry, bool soon,
                 int64_t now)
{
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct text bytes = {(char *)row, entry_encode(entry, row)};

    return append_row(chat, room, bytes, soon, now);
}

/* --- leaving --- */

/* Removes a member to whom nothing will be sent any more. */
static void forget(struct chat *chat, uint32_t index)
{
    uint32_t room = member_at(chat, index)->room;

    if (room_at(chat, room)->chained == 1) {
        telling_remove(chat, room);
        hold_drop(&chat->holds, &chat->rooms, room);
    }
    hold_unasked(room_at(chat, room));
    wheel_clear(&chat->wheel, index);
    member_remove(&chat->rooms, index);
}

/* Closes a room. Its members are still sent the entry that tells them. */
static void close_room(struct chat *chat, uint32_t index, enum closed_why why, int64_t now)
{
    struct entry closed = {.kind = ENTRY_CLOSED, .why = (uint8_t)why};

    chat_append(chat, index, &closed, false, now);
    room_follow(&chat->rooms, index, &closed, now);
}

/* A lost member is removed at once; lost.h keeps its keys, to tell its client. A member that left
   still gets the last entry, and time to acknowledge it. */
static void see_off(struct chat *chat, uint32_t index, uint8_t why, int64_t now)
{
    if (why != LEFT_LOST) {
        chat_owe(chat, index, OWES_PUSH);
        return;
    }
    lost_add(&chat->lost, &member_at(chat, index)->session, now);
    forget(chat, index);
}

void chat_leave(struct chat *chat, uint32_t index, enum left_why why, int64_t now)
{
    struct member *member = member_at(chat, index);
    struct entry left = {.kind = ENTRY_LEFT, .member = member->id, .why = (uint8_t)why,
                         .name = member->name};

    if (room_at(chat, member->room)->host == index) {
        bool lost = why == LEFT_LOST;
        close_room(chat, member->room, lost ? CLOSED_HOST_LOST : CLOSED_HOST_LEFT, now);
    } else {
        chat_append(chat, member->room, &left, true, now);
        member_retire(&chat->rooms, index, now);
    }
    see_off(chat, index, (uint8_t)why, now);
}

bool chat_forget(struct chat *chat, uint32_t index, int64_t now)
{
    const struct member *member = member_at(chat, index);
    const struct session *session = &member->session;

    if (member->state != MEMBER_GONE) return false;
    bool late = now - member->gone_at >= CHAT_FAREWELL;
    if (session->read < session->last && !session_struck_out(session) && !late) return false;
    forget(chat, index);
    return true;
}

/* --- for a sequencer --- */

bool chat_take_entry(struct chat *chat, uint32_t room, struct text row, int64_t now)
{
    struct text rest = row;
    struct entry entry;
    struct row one;

    if (!frame_next(&rest, &one) || !entry_decode(one, &entry)) return false;
    /* A room without members must not be in the queue: it would still be there when removed. */
    bool soon = (entry.kind == ENTRY_JOINED || entry.kind == ENTRY_LEFT)
        && room_at(chat, room)->chained > 0;
    if (!append_row(chat, room, row, soon, now)) return false;
    if (entry.kind == ENTRY_SAID) hold_came(&chat->rooms, room, entry.name, row.size);
    uint32_t left = room_follow(&chat->rooms, room, &entry, now);
    if (left != ROOM_NONE) see_off(chat, left, entry.why, now);
    return true;
}

void chat_accepted(struct chat *chat, uint32_t index, uint64_t number)
{
    struct member *member = member_at(chat, index);

    if (number > member->session.accepted) member->session.accepted = number;
    chat_owe(chat, index, OWES_ANSWER);
}

void chat_unasked(struct chat *chat, uint32_t index)
{
    member_at(chat, index)->asked = 0;
    hold_unasked(room_at(chat, member_at(chat, index)->room));
}

void chat_drop(struct chat *chat, uint32_t index, int64_t now)
{
    if (member_at(chat, index)->state == MEMBER_HERE) member_retire(&chat->rooms, index, now);
    forget(chat, index);
}

/* --- sending --- */

void chat_strike(struct chat *chat, const struct address *to, const void *datagram, size_t size)
{
    uint64_t session;
    uint32_t index = ROOM_NONE;

    if (packet_session(datagram, size, &session)) index = member_find(&chat->rooms, session);
    if (index == ROOM_NONE) return;
    session_strike(&member_at(chat, index)->session, &chat->sender, to);
}

/* Has the member struck out? Then it is lost, and the next `sweep`, which is due at once, drops it.
   To drop it here would be wrong: this turn's changes are being sent, and the entry about the loss
   would be sent with them, before the journal has it. */
static bool is_lost(struct chat *chat, uint32_t index, int64_t now)
{
    if (!session_struck_out(&member_at(chat, index)->session)) return false;
    chat->sweep_at = now;
    return true;
}

/* Sends one member its unsent entries. False: there were none, or the member is lost now. */
static bool push(struct chat *chat, uint32_t index, int64_t now)
{
    struct member *member = member_at(chat, index);
    struct session *session = &member->session;
    const struct log *log = &room_at(chat, member->room)->log;

    if (!session_push(session, log, &chat->sender, now)) return false;
    if (is_lost(chat, index, now)) return false;
    if (!wheel_is_set(&chat->wheel, index)) {
        wheel_set(&chat->wheel, index, session->waiting_since + session->rto);
    }
    return true;
}

static void serve_room(struct chat *chat, uint32_t index, int64_t now)
{
    uint32_t next;

    for (uint32_t i = room_at(chat, index)->first; i != ROOM_NONE; i = next) {
        next = member_at(chat, i)->next;
        if (push(chat, i, now)) member_at(chat, i)->owed &= OWES_WAIT; /* still chained */
    }
}

/* Its next item is taken as soon as the rate allows it; a line that is held, when the hold ends at
   the latest. */
static void tell_wait(struct chat *chat, struct member *member, int64_t now)
{
    int64_t time = bucket_ready(&member->bucket, BUCKET_BURST) - now;
    int64_t held = member->paused ? hold_time(&chat->holds, room_at(chat, member->room), now) : 0;

    if (time > 0 && time < CHAT_WAIT) time = CHAT_WAIT;
    if (time < held) time = held;
    session_wait(&member->session, &chat->sender, (uint32_t)(time > 0 ? time : 0));
}

static void serve_member(struct chat *chat, uint32_t index, uint8_t owed, int64_t now)
{
    struct member *member = member_at(chat, index);

    if (member->state == MEMBER_FREE) return;
    if (owed & OWES_WAIT) tell_wait(chat, member, now);
    if (owed & OWES_PUSH && push(chat, index, now)) return;
    if (!(owed & OWES_ANSWER) || owed & OWES_WAIT) return;
    session_answer(&member->session, &chat->sender);
    is_lost(chat, index, now);
}

void chat_flush(struct chat *chat, int64_t now)
{
    chat->sender.burst++; /* chat_tick's datagrams were another burst */
    while (chat->first_ready != ROOM_NONE) {
        uint32_t index = chat->first_ready;
        chat->first_ready = room_at(chat, index)->next_ready;
        room_at(chat, index)->ready = false;
        serve_room(chat, index, now);
    }
    while (chat->first_owed != ROOM_NONE) {
        uint32_t index = chat->first_owed;
        struct member *member = member_at(chat, index);
        uint8_t owed = member->owed;
        chat->first_owed = member->next_owed;
        member->owed = 0;
        serve_member(chat, index, owed, now);
    }
}

/* --- timers --- */

static void lose(struct chat *chat, uint32_t index, int64_t now)
{
    const struct sequencer *sequencer = chat->sequencer;

    if (sequencer) sequencer->lose(sequencer->context, index);
    else chat_leave(chat, index, LEFT_LOST, now);
}

static int64_t sweep_pause(const struct chat *chat)
{
    int64_t eighth = chat->silence / CHAT_EIGHTHS;
    return eighth < CHAT_SWEEP ? eighth : CHAT_SWEEP;
}

/* A client that only listens may send less often than the server requires. So the server sends it a
   probe, which clients answer at once, in each eighth that began since the last sweep. */
static void ask_quiet(struct chat *chat, struct session *session, int64_t now)
{
    int64_t silent = now - session->heard_at, before = silent - sweep_pause(chat);
    int64_t eighth = CHAT_EIGHTHS * silent / chat->silence;

    if (eighth < CHAT_QUIET || before < 0) return;
    if (CHAT_EIGHTHS * before / chat->silence == eighth) return;
    session_ask(session, &chat->sender, eighth == CHAT_QUIET);
}

/* Tells a silent member, once, even if the sequencer takes long to drop it. The journal does not
   have the loss yet, but the notice only tells that the member was silent. */
static void tell_silent(struct chat *chat, struct session *session, int64_t now)
{
    char notice[80];

    if (now - session->heard_at >= chat->silence + 2 * sweep_pause(chat)) return;
    snprintf(notice, sizeof notice, "you were silent for %" PRId64 " seconds and were taken out",
             chat->silence / 1000);
    session_tell(session, &chat->sender, text_of(notice));
    /* The client answers this probe, learns that its session has ended, and joins again. */
    session_ask(session, &chat->sender, true);
}

void chat_turned_away(struct chat *chat, int64_t now)
{
    chat->turned_away_at = now;
}

/* After a restart, a member may have to wait in the crowd that connects over TCP. So its time runs
   only from when the server last turned a client away. */
static bool is_silent(const struct chat *chat, const struct session *session, int64_t now)
{
    int64_t since = session->heard_at;

    if (session_is_old(session) && chat->turned_away_at > since) since = chat->turned_away_at;
    return now - since >= chat->silence;
}

/* Checks all members once a second: cheap, and simpler than to keep them sorted by their last
   datagram. If the sweep comes much too late, the server itself was suspended, and nobody counts as
   silent yet: see stage 1. */
static void sweep(struct chat *chat, int64_t now)
{
    bool late = now - chat->sweep_at > CHAT_SWEEP;
    struct announcer announcer = {&chat->rooms, &chat->starts, &chat->sender};

    lost_tick(&chat->lost, now);
    for (uint32_t i = 0; i < chat->rooms.members_used; i++) {
        struct member *member = member_at(chat, i);
        bool silent = !late && is_silent(chat, &member->session, now);
        bool lost = silent || session_struck_out(&member->session);
        if (member->state == MEMBER_HERE && silent) tell_silent(chat, &member->session, now);
        else if (member->state == MEMBER_HERE) ask_quiet(chat, &member->session, now);
        if (member->state == MEMBER_HERE && lost) lose(chat, i, now);
        else if (!chat_forget(chat, i, now) && member->session.calls > 0) {
            announce_call(&announcer, i);
        }
    }
}

static void repeat(struct chat *chat, uint32_t index, int64_t now)
{
    struct member *member = member_at(chat, index);
    const struct log *log = &room_at(chat, member->room)->log;
    int64_t at = session_retransmit(&member->session, log, &chat->sender, now);

    if (is_lost(chat, index, now)) return;
    if (session_waits(&member->session)) wheel_set(&chat->wheel, index, at);
}

int64_t chat_due(const struct chat *chat)
{
    int64_t due = chat->sweep_at, wheel = wheel_due(&chat->wheel);

    if (wheel < due) due = wheel;
    if (chat->holds.due < due) due = chat->holds.due;
    if (chat->first_telling == ROOM_NONE) return due;
    int64_t tell_at = chat->rooms.rooms[chat->first_telling].tell_at;
    return tell_at < due ? tell_at : due;
}

/* Ends the holds that must not go on: those that wait send again what was not taken. */
static void end_holds(struct chat *chat, int64_t now)
{
    uint32_t next;

    for (uint32_t i = hold_round(&chat->holds); i != ROOM_NONE; i = next) {
        next = room_at(chat, i)->next_held;
        if (hold_goes_on(&chat->holds, &chat->rooms, i, now)) continue;
        for (uint32_t m = room_at(chat, i)->first; m != ROOM_NONE; m = member_at(chat, m)->next) {
            if (!member_at(chat, m)->paused) continue;
            member_at(chat, m)->paused = false;
            chat_owe(chat, m, OWES_WAIT);
        }
    }
}

void chat_tick(struct chat *chat, int64_t now)
{
    uint32_t index;

    chat->sender.burst++;
    if (now >= chat->sweep_at) {
        if (!chat->stalled) sweep(chat, now);
        chat->sweep_at = now + sweep_pause(chat);
    }
    while ((index = wheel_take(&chat->wheel, now)) != WHEEL_NONE) repeat(chat, index, now);
    while (chat->first_telling != ROOM_NONE
           && room_at(chat, chat->first_telling)->tell_at <= now) {
        make_ready(chat, chat->first_telling);
    }
    end_holds(chat, now);
}

void chat_close(struct chat *chat, int64_t now)
{
    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        if (room_at(chat, i)->name.bytes) close_room(chat, i, CLOSED_SHUTDOWN, now);
    }
}

bool chat_is_empty(const struct chat *chat)
{
    return chat->rooms.chained == 0;
}
