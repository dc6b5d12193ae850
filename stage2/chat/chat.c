/* The contract is in chat.h. Read from the end: chat_receive and chat_tick call all that stands
   before them. */
#include "chat.h"

#include <stdio.h>
#include <string.h>

#include "base/host.h"

bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now)
{
    *chat = (struct chat){.room_limit = options->room_limit,
                          .send = options->send,
                          .context = options->context,
                          .silence = options->silence,
                          .rate = {BUCKET_LINES, BUCKET_KILOBYTES},
                          .sweep_at = now + CHAT_SWEEP};
    if (!rooms_create(&chat->rooms, options->member_limit)) return false;
    if (gone_create(&chat->gone, options->member_limit)) return true;
    rooms_destroy(&chat->rooms);
    return false;
}

void chat_destroy(struct chat *chat)
{
    gone_destroy(&chat->gone);
    rooms_destroy(&chat->rooms);
}

static struct room *room_at(struct chat *chat, uint32_t index)
{
    return &chat->rooms.rooms[index];
}

static struct member *member_at(struct chat *chat, uint32_t index)
{
    return &chat->rooms.members[index];
}

/* --- sending --- */

static enum delivery send_to_address(struct chat *chat, const struct address *to,
                                     const void *bytes, size_t size)
{
    enum delivery delivery = chat->send(chat->context, to, bytes, size);

    if (delivery == DELIVERY_SENT) chat->counts.sent++;
    else if (delivery == DELIVERY_HELD_UP) chat->counts.held_up++;
    else chat->counts.unreachable++;
    return delivery;
}

static enum delivery send_to(struct chat *chat, const struct recipient *recipient,
                             const void *bytes, size_t size)
{
    if (!recipient->reachable) return DELIVERY_HELD_UP;
    return send_to_address(chat, &recipient->address, bytes, size);
}

/* Why a member is removed. For all reasons except the first, it is told again when it speaks; see
   `gone`. */
enum reason { REASON_LEFT, REASON_SILENT, REASON_UNREACHABLE, REASON_KICKED, REASON_CLOSED };

static void leave(struct chat *chat, uint32_t index, enum reason reason, int64_t now);

/* Counts strikes. Returns whether this delivery was the member's last strike. */
static bool struck_out(struct recipient *recipient, enum delivery delivery)
{
    if (delivery == DELIVERY_SENT) recipient->strikes = 0;
    return delivery == DELIVERY_UNREACHABLE && ++recipient->strikes == CHAT_STRIKES;
}

/*
 * Sends the same bytes to every member of the room except one (or ROOM_NONE). The server spends
 * most of its time here. If the host gets its last strike, the room is closed, but only after the
 * loop, because closing it frees the recipients.
 */
static void send_to_room(struct chat *chat, uint32_t index, uint32_t except, const void *bytes,
                         size_t size, int64_t now)
{
    struct room *room = room_at(chat, index);
    bool host_is_out = false;

    for (uint32_t i = room->count; i-- > 0;) { /* backwards, because `leave` moves the last one */
        struct recipient *recipient = &room->recipients[i];
        if (recipient->member == except) continue;
        if (!struck_out(recipient, send_to(chat, recipient, bytes, size))) continue;
        if (recipient->member == room->host) host_is_out = true;
        else leave(chat, recipient->member, REASON_UNREACHABLE, now);
    }
    if (host_is_out) leave(chat, room->host, REASON_UNREACHABLE, now);
}

/* Writes a notice as it is sent, with "* " before it. */
static size_t wrap_notice(const char *notice, size_t size, char out[TALK_LIMIT])
{
    memcpy(out, "* ", 2);
    memcpy(out + 2, notice, size);
    return size + 2;
}

static void tell(struct chat *chat, uint32_t member, const char *notice, size_t size)
{
    char talk[TALK_LIMIT];

    send_to(chat, member_recipient(&chat->rooms, member), talk, wrap_notice(notice, size, talk));
}

static void tell_room(struct chat *chat, uint32_t room, uint32_t except, const char *notice,
                      size_t size, int64_t now)
{
    char talk[TALK_LIMIT];

    send_to_room(chat, room, except, talk, wrap_notice(notice, size, talk), now);
}

/* --- leaving --- */

/* What identifies a member for `gone`: its token, and the machine to which that was given. */
static uint64_t number_of(const struct chat *chat, const struct token *token,
                          const struct address *address)
{
    struct address machine = host_with_port(address, 0);
    struct { struct token token; uint64_t machine; } had = {
        *token, address_hash(&chat->rooms.key, &machine)};

    return hash_bytes(&chat->rooms.key, &had, sizeof had);
}

/* Adds a member to `gone`: its token becomes invalid, but when it uses that, it is told why. */
static void remember(struct chat *chat, uint32_t index, enum reason reason, int64_t now)
{
    const struct address *address = &member_recipient(&chat->rooms, index)->address;

    if (reason == REASON_LEFT) return;
    gone_add(&chat->gone, number_of(chat, &member_at(chat, index)->token, address),
             (uint8_t)reason, now);
}

static void close_room(struct chat *chat, uint32_t index, int64_t now)
{
    const struct room *room = room_at(chat, index);

    for (uint32_t i = room->count; i-- > 0;) {
        tell(chat, room->recipients[i].member, NOTICE_CLOSED, strlen(NOTICE_CLOSED));
        remember(chat, room->recipients[i].member, REASON_CLOSED, now);
    }
    room_remove(&chat->rooms, index);
}

/* Removes a member, for any reason. If it was the host, the room is closed. Otherwise its name is
   stored for the next notice if its join was announced, or if it was kicked. */
static void leave(struct chat *chat, uint32_t index, enum reason reason, int64_t now)
{
    uint32_t room_index = member_at(chat, index)->room;
    struct room *room = room_at(chat, room_index);
    bool was_host = room->host == index, announced = member_at(chat, index)->announced;

    remember(chat, index, reason, now);
    struct text name = member_remove(&chat->rooms, index);
    if (!announced) room->joined--;
    if (was_host || (!announced && reason != REASON_KICKED)) {
        name_free(&name);
    } else {
        departed_add(reason == REASON_KICKED ? &room->kicked : &room->left, name);
        telling_add(&chat->rooms, room_index, now + CHAT_COALESCE);
    }
    if (was_host) close_room(chat, room_index, now);
}

/* Writes the notice for a reason, with "* " before it. Returns its size. */
static size_t reason_notice(const struct chat *chat, enum reason reason, char out[TALK_LIMIT])
{
    char silent[NOTICE_LIMIT];
    size_t size = notice_silent(chat->silence / 1000, silent);

    switch (reason) {
    case REASON_SILENT: return wrap_notice(silent, size, out);
    case REASON_KICKED: return wrap_notice(NOTICE_YOU_ARE_OUT, strlen(NOTICE_YOU_ARE_OUT), out);
    case REASON_CLOSED: return wrap_notice(NOTICE_CLOSED, strlen(NOTICE_CLOSED), out);
    default: return wrap_notice(NOTICE_UNREACHABLE, strlen(NOTICE_UNREACHABLE), out);
    }
}

/* The token is not a member's. If it was one lately, its sender is told why it is no longer valid.
   Only the machine to which the token was given gets the answer, and never more bytes than it
   sent. */
static void tell_gone(struct chat *chat, const struct token *token, const struct address *from,
                      size_t size, int64_t now)
{
    uint64_t number = number_of(chat, token, from);
    uint8_t why = gone_why(&chat->gone, number, now);
    char talk[TALK_LIMIT];

    if (why == 0) return;
    size_t talk_size = reason_notice(chat, (enum reason)why, talk);
    if (talk_size > size) return;
    send_to_address(chat, from, talk, talk_size);
    gone_told(&chat->gone, number, now);
}

/* --- what is due at a time --- */

/* Tells a room who departed. The list is emptied before sending: a member dropped meanwhile belongs
   to the next notice. */
static void tell_departed(struct chat *chat, uint32_t index, struct departed *departed,
                          const char *one, const char *more, int64_t now)
{
    char notice[NOTICE_LIMIT];

    if (departed->count == 0) return;
    size_t size = notice_people(departed->names, departed->count,
                                departed->count == 1 ? one : more, notice);
    departed_clear(departed);
    tell_room(chat, index, ROOM_NONE, notice, size, now);
}

static void tell_left(struct chat *chat, uint32_t index, int64_t now)
{
    struct room *room = room_at(chat, index);

    tell_departed(chat, index, &room->left, "left", "left", now);
    if (!room->name.bytes) return; /* its host got its last strike, and the room was closed */
    tell_departed(chat, index, &room->kicked, "was kicked by the host",
                  "were kicked by the host", now);
}

/* Inserts a newcomer into a list of `count`, which has the first NOTICE_NAMES of them in the order
   of joining. */
static void list_newcomer(struct chat *chat, uint32_t list[NOTICE_NAMES], uint32_t count,
                          uint32_t index)
{
    uint32_t place = count < NOTICE_NAMES ? count : NOTICE_NAMES;
    uint64_t number = member_at(chat, index)->number;

    for (; place > 0 && member_at(chat, list[place - 1])->number > number; place--) {
        if (place < NOTICE_NAMES) list[place] = list[place - 1];
    }
    if (place < NOTICE_NAMES) list[place] = index;
}

static void tell_joined(struct chat *chat, uint32_t index, int64_t now)
{
    struct room *room = room_at(chat, index);
    char notice[NOTICE_LIMIT];
    uint32_t list[NOTICE_NAMES], found = 0;
    struct text names[NOTICE_NAMES] = {{NULL, 0}};

    if (room->joined == 0) return;
    /* Newcomers are at the end, unless the last recipient has moved to the place of one that
       left. */
    for (uint32_t i = room->count; found < room->joined;) {
        struct member *member = member_at(chat, room->recipients[--i].member);
        if (member->announced) continue;
        member->announced = true;
        list_newcomer(chat, list, found++, room->recipients[i].member);
    }
    for (uint32_t i = 0; i < NOTICE_NAMES && i < found; i++) {
        names[i] = member_at(chat, list[i])->name;
    }
    size_t size = notice_people(names, found, "joined", notice);
    room->joined = 0;
    /* A single newcomer has been welcomed already, so it does not get the notice. */
    tell_room(chat, index, found == 1 ? list[0] : ROOM_NONE, notice, size, now);
}

/* Tells a member how to stay, in the first sweep after two thirds of the allowed silence, and so
   only once. */
static void remind(struct chat *chat, uint32_t index, int64_t now)
{
    int64_t at = member_at(chat, index)->heard + 2 * chat->silence / 3;
    int64_t last = chat->sweep_at - CHAT_SWEEP;
    char notice[NOTICE_LIMIT];

    if (chat->silence < CHAT_REMINDS || at <= last || at > now) return;
    tell(chat, index, notice, notice_stay(chat->silence / 3000, notice));
}

/* Drops silent members. A walk over all of them once a second is cheap, and simpler than a list in
   the order of their last datagrams. If the sweep comes much too late, the server itself was
   stopped, and drops nobody: see stage 1. */
static void sweep(struct chat *chat, int64_t now)
{
    if (now - chat->sweep_at > CHAT_SWEEP) return;
    for (uint32_t i = 0; i < chat->rooms.members_used; i++) {
        const struct member *member = member_at(chat, i);
        if (!member->name.bytes) continue;
        remind(chat, i, now);
        if (now - member->heard < chat->silence) continue;
        char notice[NOTICE_LIMIT];
        tell(chat, i, notice, notice_silent(chat->silence / 1000, notice));
        leave(chat, i, REASON_SILENT, now);
    }
}

int64_t chat_due(const struct chat *chat)
{
    if (chat->rooms.first_telling == ROOM_NONE) return chat->sweep_at;
    int64_t tell_at = chat->rooms.rooms[chat->rooms.first_telling].tell_at;
    return tell_at < chat->sweep_at ? tell_at : chat->sweep_at;
}

void chat_tick(struct chat *chat, int64_t now)
{
    if (now >= chat->sweep_at) {
        sweep(chat, now);
        chat->sweep_at = now + CHAT_SWEEP;
    }
    while (chat->rooms.first_telling != ROOM_NONE) {
        uint32_t index = chat->rooms.first_telling;
        struct room *room = room_at(chat, index);
        if (room->tell_at > now) break;
        telling_remove(&chat->rooms, index);
        tell_left(chat, index, now);
        /* That may have closed the room and removed its members. */
        if (room->name.bytes) tell_joined(chat, index, now);
    }
}

void chat_close(struct chat *chat)
{
    for (uint32_t i = 0; i < chat->rooms.members_used; i++) {
        if (!member_at(chat, i)->name.bytes) continue;
        tell(chat, i, NOTICE_SHUTTING_DOWN, strlen(NOTICE_SHUTTING_DOWN));
    }
}

/* --- commands --- */

static struct text after(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return (struct text){text.bytes + size, text.size - size};
}

/* Sends "here: alice (host), bob, carol". Names that do not fit are counted. */
static void tell_who(struct chat *chat, uint32_t index)
{
    const struct room *room = room_at(chat, member_at(chat, index)->room);
    char list[TALK_LIMIT];
    size_t reserve = 64; /* for " (host)", "... and 10000 others" and the "* " before it all */
    size_t used = (size_t)snprintf(list, sizeof list, "here: ");
    uint32_t shown = 0;

    for (uint32_t i = room->count; i-- > 0;) {
        uint32_t member = room->recipients[i].member;
        struct text name = member_at(chat, member)->name;
        if (used + name.size + reserve > sizeof list) {
            used += (size_t)snprintf(list + used, sizeof list - used, "... and %u others",
                                     (unsigned)(room->count - shown));
            break;
        }
        shown++;
        used += (size_t)snprintf(list + used, sizeof list - used, "%.*s%s%s", (int)name.size,
                                 name.bytes, member == room->host ? " (host)" : "",
                                 shown < room->count ? ", " : "");
    }
    tell(chat, index, list, used);
}

static void kick(struct chat *chat, uint32_t index, struct text name, int64_t now)
{
    uint32_t room = member_at(chat, index)->room;
    uint32_t target = member_find_name(&chat->rooms, room, name);
    char notice[NOTICE_LIMIT];

    if (room_at(chat, room)->host != index) {
        tell(chat, index, NOTICE_NOT_HOST, strlen(NOTICE_NOT_HOST));
    } else if (name.size == 0) {
        tell(chat, index, NOTICE_KICK_WHOM, strlen(NOTICE_KICK_WHOM));
    } else if (target == index) {
        tell(chat, index, NOTICE_KICK_SELF, strlen(NOTICE_KICK_SELF));
    } else if (target == ROOM_NONE) {
        if (!name_valid(name)) name = text_of("that");
        tell(chat, index, notice, notice_nobody(name, notice));
    } else {
        tell(chat, target, NOTICE_YOU_ARE_OUT, strlen(NOTICE_YOU_ARE_OUT));
        leave(chat, target, REASON_KICKED, now);
    }
}

static void command(struct chat *chat, uint32_t index, struct text text, int64_t now)
{
    if (text_equal(text, text_of("/leave")) || text_equal(text, text_of("/exit"))
        || text_equal(text, text_of("/quit"))) {
        leave(chat, index, REASON_LEFT, now);
    } else if (text_equal(text, text_of("/who"))) {
        tell_who(chat, index);
    } else if (text_starts(text, "/kick ")) {
        kick(chat, index, after(text, "/kick "), now);
    } else if (text_equal(text, text_of("/kick"))) {
        kick(chat, index, after(text, "/kick"), now);
    } else if (text_equal(text, text_of("/help"))) {
        tell(chat, index, NOTICE_HELP, strlen(NOTICE_HELP));
    } else {
        tell(chat, index, NOTICE_NO_COMMAND, strlen(NOTICE_NO_COMMAND));
    }
}

/* --- datagrams --- */

/*
 * Returns the member that sent the datagram, or ROOM_NONE. A token is valid for one room and one IP
 * address. An eavesdropper cannot use it from elsewhere, unless it can also forge addresses.
 */
static uint32_t find_sender(struct chat *chat, const struct datagram *datagram,
                            const struct address *from)
{
    uint32_t index = member_find(&chat->rooms, &datagram->token);

    if (index == ROOM_NONE) return ROOM_NONE;
    bool same_room = text_equal(room_at(chat, member_at(chat, index)->room)->name, datagram->room);
    bool same_host = host_equal(&member_recipient(&chat->rooms, index)->address, from);
    return same_room && same_host ? index : ROOM_NONE;
}

/* What a member may send. A line costs the server a sendto() for each member of the room. */
static struct bucket_rate rate_of(struct chat *chat, uint32_t index)
{
    return bucket_share(chat->rate, room_at(chat, member_at(chat, index)->room)->count);
}

static void welcome(struct chat *chat, uint32_t index)
{
    struct bucket_rate rate = rate_of(chat, index);
    char notice[NOTICE_LIMIT];

    tell(chat, index, notice, notice_welcome(member_at(chat, index)->name, notice));
    if (!bucket_is_usual(rate)) {
        tell(chat, index, notice, notice_rate(rate.lines, rate.kilobytes, notice));
    }
    if (chat->silence == CHAT_USUAL) return;
    int64_t often = chat->silence / 3000 > 0 ? chat->silence / 3000 : 1; /* seconds */
    tell(chat, index, notice, notice_speak(often, notice));
}

static void say(struct chat *chat, uint32_t index, struct text text, int64_t now)
{
    const struct member *member = member_at(chat, index);
    char talk[TALK_LIMIT];
    size_t size = talk_encode(member->name, text, talk);

    if (size == 0) tell(chat, index, NOTICE_TOO_LONG, strlen(NOTICE_TOO_LONG));
    else send_to_room(chat, member->room, index, talk, size, now);
}

/* May the member send this, at its rate? If not, nothing else is done with the datagram. */
static bool is_in_rate(struct chat *chat, uint32_t index, size_t size, int64_t now)
{
    struct bucket *bucket = &member_at(chat, index)->bucket;
    int64_t cost = bucket_cost(rate_of(chat, index), size);

    if (bucket_take(bucket, cost, BUCKET_BURST, now)) return true;
    chat->counts.too_many++;
    if (bucket_tells(bucket, now)) tell(chat, index, NOTICE_SAY_LESS, strlen(NOTICE_SAY_LESS));
    return false;
}

void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now)
{
    struct datagram datagram;
    uint32_t index = ROOM_NONE;

    chat->counts.received++;
    bool whole = datagram_decode(bytes, size, &datagram);
    if (whole) index = find_sender(chat, &datagram, from);
    if (index == ROOM_NONE) { /* not from a member: no answer, unless it was one lately */
        chat->counts.dropped++;
        if (whole) tell_gone(chat, &datagram.token, from, size, now);
        return;
    }
    struct recipient *recipient = member_recipient(&chat->rooms, index);
    recipient->address = *from;
    recipient->reachable = true;
    member_at(chat, index)->heard = now;
    if (!is_in_rate(chat, index, size, now)) return;

    struct text text = datagram.text;
    if (size > DATAGRAM_LIMIT) tell(chat, index, NOTICE_TOO_LONG, strlen(NOTICE_TOO_LONG));
    else if (!text_valid(text)) tell(chat, index, NOTICE_BAD_TEXT, strlen(NOTICE_BAD_TEXT));
    else if (text.size == 0) welcome(chat, index);
    else if (text_starts(text, "//")) say(chat, index, after(text, "/"), now);
    else if (text_starts(text, "/")) command(chat, index, text, now);
    else say(chat, index, text, now);
}
