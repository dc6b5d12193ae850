/* The contract is in receive.h. */
#include "receive.h"

#include "announce.h"

#define NOTICE_MALFORMED "the server did not understand a datagram of yours"
#define NOTICE_BAD_TEXT "not delivered: the text is empty, too long or not valid UTF-8"

/* --- items --- */

static bool text_fits(const struct room *room, struct text text)
{
    if (room->locked) return text.size > SEAL_TAG && text.size <= FRAME_TEXT_LIMIT;
    return text_visible(text) && text.size <= FRAME_SAY_LIMIT && text_valid(text);
}

/* Sends at most one notice a turn: a single datagram can have a thousand items that deserve one. */
static void complain(struct chat *chat, uint32_t index, const char *notice)
{
    if (member_at(chat, index)->owed & OWES_QUIET) return;
    session_tell(&member_at(chat, index)->session, &chat->sender, text_of(notice));
    chat_owe(chat, index, OWES_QUIET);
}

/* Refuses an item. It still counts as taken. */
static enum taken refuse(struct chat *chat, uint32_t index, uint64_t number, const char *notice)
{
    const struct sequencer *sequencer = chat->sequencer;

    complain(chat, index, notice);
    if (!sequencer) return TAKEN;
    return sequencer->say(sequencer->context, index, number, (struct text){NULL, 0});
}

/* Is there space for a line? If not, it stays with its author until the hold ends. */
static bool has_space(struct chat *chat, uint32_t index, int64_t now)
{
    if (hold_takes(&chat->holds, &chat->rooms, index, now)) return true;
    chat->counts.waited++;
    chat->counts.paused++;
    chat_owe(chat, index, OWES_WAIT);
    return false;
}

/* Passes a line to the sequencer. It counts as an entry from now on. */
static enum taken ask(struct chat *chat, uint32_t index, uint64_t number, struct text row)
{
    enum taken taken = chat->sequencer->say(chat->sequencer->context, index, number, row);

    if (taken == ASKED) hold_asked(&chat->rooms, index, row.size);
    return taken;
}

static enum taken say(struct chat *chat, uint32_t index, uint64_t number, struct text text,
                      int64_t now)
{
    struct member *member = member_at(chat, index);
    struct entry said = {.kind = ENTRY_SAID, .member = member->id, .number = number,
                         .name = member->name, .text = text};
    unsigned char bytes[FRAME_ENTRY_LIMIT];

    if (!text_fits(room_at(chat, member->room), text)) {
        return refuse(chat, index, number, NOTICE_BAD_TEXT);
    }
    if (!has_space(chat, index, now)) return NOT_NOW;
    chat->counts.said++;
    if (chat->sequencer) {
        struct text row = {(char *)bytes, entry_encode(&said, bytes)};
        return ask(chat, index, number, row);
    }
    if (!chat_append(chat, member->room, &said, false, now)) return NOT_NOW;
    member->said = room_at(chat, member->room)->log.end - 1;
    return TAKEN;
}

/* Clients check who is host, so only a faulty client sends a wrong kick. It gets no answer. */
static void kicked(struct chat *chat, uint32_t index, struct text name, int64_t now)
{
    uint32_t room = member_at(chat, index)->room;
    uint32_t target = member_find_name(&chat->rooms, room, name);

    if (room_at(chat, room)->host != index || target == ROOM_NONE || target == index) return;
    struct member *member = member_at(chat, target);
    struct entry out = {.kind = ENTRY_KICKED, .member = member->id, .name = member->name};
    chat_append(chat, room, &out, false, now);
    room_follow(&chat->rooms, room, &out, now);
}

static enum taken take_item(struct chat *chat, uint32_t index, uint64_t number, struct row item,
                            int64_t now)
{
    const struct sequencer *sequencer = chat->sequencer;

    switch (item.kind) {
    case ITEM_SAY: return say(chat, index, number, item.bytes, now);
    case ITEM_KICK:
        if (sequencer) return sequencer->kick(sequencer->context, index, number, item.bytes);
        kicked(chat, index, item.bytes, now);
        return TAKEN;
    case ITEM_LEAVE:
        if (sequencer) return sequencer->leave(sequencer->context, index, number);
        chat_changed(chat, CHANGE_ACCEPTED, index); /* items that came in the same datagram */
        chat_leave(chat, index, LEFT_BY_ITSELF, now);
        return TAKEN;
    default: return refuse(chat, index, number, NOTICE_MALFORMED);
    }
}

/* The last item that was taken or passed to the sequencer. */
static uint64_t last_item(const struct member *member)
{
    uint64_t accepted = member->session.accepted;

    return member->asked > accepted ? member->asked : accepted;
}

/* Kicks and leaves are always taken: they are few, and stop a flood. */
static bool is_free(struct row item)
{
    return item.kind == ITEM_KICK || item.kind == ITEM_LEAVE;
}

/* May the member say this, at its rate? If not, the item stays with its author: the client is told
   when to send it again. */
static bool is_in_rate(struct chat *chat, uint32_t index, struct row item, int64_t now)
{
    if (is_free(item) || bucket_ready(&member_at(chat, index)->bucket, BUCKET_BURST) <= now) {
        return true;
    }
    chat->counts.waited++;
    chat_owe(chat, index, OWES_WAIT);
    return false;
}

/* An item was taken: it costs time at its member's rate. */
static void charge(struct chat *chat, uint32_t index, struct row item, int64_t now)
{
    struct member *member = member_at(chat, index);
    struct bucket_rate rate = bucket_share(chat->rate, room_at(chat, member->room)->count);

    bucket_take(&member->bucket, bucket_cost(rate, item.bytes.size), BUCKET_BURST, now);
}

/* Takes the item after the last one, so that each is taken once and in order. False: it cannot be
   taken now, nor can those behind it. */
static bool take_next(struct chat *chat, uint32_t index, uint64_t number, struct row item,
                      int64_t now)
{
    struct member *member = member_at(chat, index);

    if (!is_in_rate(chat, index, item, now)) return false;
    enum taken taken = take_item(chat, index, number, item, now);
    if (taken == NOT_NOW) return false;
    if (!is_free(item)) charge(chat, index, item, now);
    if (taken == ASKED) member->asked = number;
    else member->session.accepted = number;
    inbox_advance(&member->inbox, number + 1);
    return true;
}

/* Takes items that came early and waited for the item that was just taken. */
static bool take_waiting(struct chat *chat, uint32_t index, int64_t now)
{
    struct member *member = member_at(chat, index);
    struct row item;

    while (member->state == MEMBER_HERE && inbox_look(&member->inbox, &item)) {
        if (!take_next(chat, index, member->inbox.next, item, now)) return false;
    }
    return true;
}

static void take_items(struct chat *chat, uint32_t index, const struct up *up, int64_t now)
{
    struct member *member = member_at(chat, index);
    struct text items = up->items;
    uint64_t whole = up->number; /* the number of the next item that is not in parts */
    struct part part;
    struct row item;

    inbox_advance(&member->inbox, last_item(member) + 1);
    while (frame_next(&items, &item)) {
        bool in_part = item.kind == ITEM_PART;
        if (member->state != MEMBER_HERE) return; /* an earlier item made it leave */
        if (in_part && !part_decode(item.bytes, &part)) {
            complain(chat, index, NOTICE_MALFORMED);
            continue;
        }
        uint64_t number = in_part ? part.number : whole++, next = member->inbox.next;
        if (number < next) continue;
        /* A correct client never has more items on the way without an acknowledgement. */
        if (number - member->session.acked > CHAT_ITEMS) return;
        if (in_part) inbox_put_part(&member->inbox, &part);
        else if (number > next) inbox_put(&member->inbox, number, item);
        else if (!take_next(chat, index, number, item, now)) return;
        if (!take_waiting(chat, index, now)) return;
    }
    if (items.size > 0) {
        complain(chat, index, NOTICE_MALFORMED);
    }
}

/* --- datagrams --- */

static void take(struct chat *chat, uint32_t index, const struct up *up, int64_t now)
{
    struct member *member = member_at(chat, index);
    const struct room *room = room_at(chat, member->room);
    uint64_t accepted = member->session.accepted, asked = member->asked;

    session_settle(&member->session);
    session_acknowledge(&member->session, &room->log, &chat->sender, up, now);
    if (member->session.read < room->needed) hold_heard(&chat->rooms, index);
    if (!chat->stalled) take_items(chat, index, up, now);
    if (member->session.accepted != accepted) chat_changed(chat, CHANGE_ACCEPTED, index);
    /* Items passed to the sequencer are acknowledged after its answer. But a client that asks for
       an answer needs to see that the server is there. */
    bool answer = up->items.size > 0 && member->asked == asked;
    if (answer || up->flags & FRAME_ANSWER_ME) chat_owe(chat, index, OWES_ANSWER);
    /* A stall may last long, and the client should see that the server is there. This answer tells
       of no change. */
    if (chat->stalled) session_answer(&member->session, &chat->sender);
    /* The window may have opened, or the address may be new. A member that lacks only entries of
       this turn, or entries that can wait, is served with its room. */
    uint64_t end = room->tell_at != 0 ? room->waiting : room->log.end;
    if (member->session.sent < end && !room->ready) chat_owe(chat, index, OWES_PUSH);
    chat_forget(chat, index, now);
}

void chat_receive(struct chat *chat, const struct address *from, void *bytes, size_t size,
                  int64_t now)
{
    uint64_t id;
    struct up up;
    uint32_t index = ROOM_NONE;
    enum session_verdict verdict = SESSION_STRANGER;
    struct announcer announcer = {&chat->rooms, &chat->starts, &chat->sender};
    struct datagram datagram = {from, bytes, size};

    chat->counts.received++;
    bool known = packet_session(bytes, size, &id);
    if (known) index = member_find(&chat->rooms, id);
    if (index != ROOM_NONE) {
        struct session *session = &member_at(chat, index)->session;
        bool asked = session->probe != 0;
        verdict = session_take(session, &chat->sender, &datagram, &up, now);
        if (verdict == SESSION_STRANGER && session_is_old(session)
            && announce_take(&announcer, index, from, bytes, size, now)) verdict = SESSION_PROBED;
        bool answered = asked && session->probe == 0;
        if (answered && !chat->stalled) chat_changed(chat, CHANGE_ADDRESS, index);
    } else if (known && lost_take(&chat->lost, &chat->sender, id, &datagram, now)) {
        verdict = SESSION_PROBED;
    }
    switch (verdict) {
    case SESSION_STRANGER: chat->counts.dropped++; break;
    case SESSION_PROBED: break;
    case SESSION_MALFORMED:
        complain(chat, index, NOTICE_MALFORMED);
        break;
    case SESSION_TAKEN: take(chat, index, &up, now); break;
    }
}
