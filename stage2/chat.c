#include "chat.h"

#include <stdio.h>
#include <string.h>

#include "host.h"

bool chat_create(struct chat *chat, uint32_t member_limit, uint32_t room_limit, int64_t silence,
                 chat_send *send, void *context, int64_t now)
{
    *chat = (struct chat){.room_limit = room_limit,
                          .send = send,
                          .context = context,
                          .silence = silence,
                          .sweep_at = now + CHAT_SWEEP};
    return rooms_create(&chat->rooms, member_limit);
}

void chat_destroy(struct chat *chat)
{
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

static enum delivery send_to(struct chat *chat, const struct seat *seat, const void *bytes,
                             size_t size)
{
    if (!seat->reachable) return DELIVERY_HELD_UP;
    enum delivery delivery = chat->send(chat->context, &seat->address, bytes, size);
    if (delivery == DELIVERY_SENT) chat->counts.sent++;
    else if (delivery == DELIVERY_HELD_UP) chat->counts.held_up++;
    else chat->counts.unreachable++;
    return delivery;
}

static void leave(struct chat *chat, uint32_t index, int64_t now);

/* Does this failed or successful delivery cost the member its place? */
static bool struck_out(struct seat *seat, enum delivery delivery)
{
    if (delivery == DELIVERY_SENT) seat->strikes = 0;
    return delivery == DELIVERY_UNREACHABLE && ++seat->strikes == CHAT_STRIKES;
}

/*
 * The same bytes to every member of the room but one (or ROOM_NONE): here is where the time goes.
 * If the host is struck out on the way, the room is closed, but only when all have been served:
 * one cannot walk along seats that are gone.
 */
static void send_to_room(struct chat *chat, uint32_t index, uint32_t except, const void *bytes,
                         size_t size, int64_t now)
{
    struct room *room = room_at(chat, index);
    bool host_is_out = false;

    for (uint32_t i = room->count; i-- > 0;) { /* backwards: `leave` moves the last one */
        struct seat *seat = &room->seats[i];
        if (seat->member == except) continue;
        if (!struck_out(seat, send_to(chat, seat, bytes, size))) continue;
        if (seat->member == room->host) host_is_out = true;
        else leave(chat, seat->member, now);
    }
    if (host_is_out) leave(chat, room->host, now);
}

/* Every notice goes out behind "* ". */
static size_t wrap_notice(const char *notice, size_t size, char out[TALK_LIMIT])
{
    memcpy(out, "* ", 2);
    memcpy(out + 2, notice, size);
    return size + 2;
}

static void tell(struct chat *chat, uint32_t member, const char *notice, size_t size)
{
    char talk[TALK_LIMIT];

    send_to(chat, member_seat(&chat->rooms, member), talk, wrap_notice(notice, size, talk));
}

static void tell_room(struct chat *chat, uint32_t room, uint32_t except, const char *notice,
                      size_t size, int64_t now)
{
    char talk[TALK_LIMIT];

    send_to_room(chat, room, except, talk, wrap_notice(notice, size, talk), now);
}

/* --- going --- */

static void close_room(struct chat *chat, uint32_t index)
{
    const struct room *room = room_at(chat, index);

    for (uint32_t i = room->count; i-- > 0;) {
        tell(chat, room->seats[i].member, NOTICE_CLOSED, strlen(NOTICE_CLOSED));
    }
    room_remove(&chat->rooms, index);
}

/* Takes a member out of its room and keeps its name for the notice, if the others knew of it. */
static void forget(struct chat *chat, uint32_t index, bool told, int64_t now)
{
    uint32_t room_index = member_at(chat, index)->room;
    struct room *room = room_at(chat, room_index);
    bool announced = member_at(chat, index)->announced;
    struct text name = member_remove(&chat->rooms, index);

    if (!announced) room->joined--;
    if (announced && !told) {
        telling_add(&chat->rooms, room_index, now + CHAT_GATHER);
        if (room->left < NOTICE_NAMES) {
            room->left_names[room->left] = name;
            name = (struct text){NULL, 0};
        }
        room->left++;
    }
    name_free(&name);
}

/* However it leaves. If it was the host, that was its room. */
static void leave(struct chat *chat, uint32_t index, int64_t now)
{
    uint32_t room = member_at(chat, index)->room;
    bool was_host = room_at(chat, room)->host == index;

    forget(chat, index, was_host, now);
    if (was_host) close_room(chat, room);
}

/* --- what is due at a time --- */

static void tell_left(struct chat *chat, uint32_t index, int64_t now)
{
    struct room *room = room_at(chat, index);
    char notice[NOTICE_LIMIT];

    if (room->left == 0) return;
    size_t size = notice_people(room->left_names, room->left, "left", notice);
    for (size_t i = 0; i < NOTICE_NAMES; i++) name_free(&room->left_names[i]);
    room->left = 0; /* before it is sent: a strike on the way gathers for the next time */
    tell_room(chat, index, ROOM_NONE, notice, size, now);
}

/* Into a list of `count` newcomers, of which it keeps the first few, in the order of joining. */
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
    /* Newcomers sit behind the others, unless they took the seat of one who left. */
    for (uint32_t i = room->count; found < room->joined;) {
        struct member *member = member_at(chat, room->seats[--i].member);
        if (member->announced) continue;
        member->announced = true;
        list_newcomer(chat, list, found++, room->seats[i].member);
    }
    for (uint32_t i = 0; i < NOTICE_NAMES && i < found; i++) {
        names[i] = member_at(chat, list[i])->name;
    }
    size_t size = notice_people(names, found, "joined", notice);
    room->joined = 0;
    /* One who comes alone has been welcomed and needs not be told of itself. */
    tell_room(chat, index, found == 1 ? list[0] : ROOM_NONE, notice, size, now);
}

/* Once a second through all of them: cheap, and simpler than an order by when they were heard. If
   this comes much too late, it was the server that was away: see stage 1. */
static void sweep(struct chat *chat, int64_t now)
{
    if (now - chat->sweep_at > CHAT_SWEEP) return;
    for (uint32_t i = 0; i < chat->rooms.members_used; i++) {
        const struct member *member = member_at(chat, i);
        if (member->name.bytes && now - member->heard >= chat->silence) leave(chat, i, now);
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
        /* That may have closed the room; then its joined ones are gone with it. */
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

/* --- requests --- */

/* Lets a user in whom nothing speaks against but, perhaps, the limits. */
static enum tcrp_status let_in(struct chat *chat, uint32_t room, struct text user,
                               const struct address *from, const struct token *token, int64_t now)
{
    if (room_at(chat, room)->count >= chat->room_limit) return TCRP_ROOM_FULL;
    uint32_t index = member_add(&chat->rooms, room, user, token, from, now);
    if (index == ROOM_NONE) return TCRP_SERVER_FULL;
    chat->counts.joined++;
    room_at(chat, room)->joined++;
    telling_add(&chat->rooms, room, now + CHAT_GATHER);
    return TCRP_OK;
}

static enum tcrp_status create(struct chat *chat, const struct request *request,
                               const struct address *from, const struct token *token, int64_t now)
{
    if (room_find(&chat->rooms, request->room) != ROOM_NONE) return TCRP_ROOM_EXISTS;
    uint32_t room = room_add(&chat->rooms, request->room);
    if (room == ROOM_NONE) return TCRP_SERVER_FULL;
    enum tcrp_status status = let_in(chat, room, request->user, from, token, now);
    if (status == TCRP_OK) room_at(chat, room)->host = room_at(chat, room)->seats[0].member;
    else room_remove(&chat->rooms, room);
    return status;
}

static enum tcrp_status join(struct chat *chat, const struct request *request,
                             const struct address *from, const struct token *token, int64_t now)
{
    uint32_t room = room_find(&chat->rooms, request->room);

    if (room == ROOM_NONE) return TCRP_NO_ROOM;
    if (member_find_name(&chat->rooms, room, request->user) != ROOM_NONE) return TCRP_NAME_TAKEN;
    return let_in(chat, room, request->user, from, token, now);
}

enum tcrp_status chat_request(struct chat *chat, const struct request *request,
                              const struct address *from, const struct token *token, int64_t now)
{
    enum tcrp_status status = request->operation == TCRP_CREATE
        ? create(chat, request, from, token, now) : join(chat, request, from, token, now);

    if (status != TCRP_OK) chat->counts.refused++;
    return status;
}

size_t chat_list(const struct chat *chat, char out[TCRP_PAYLOAD_LIMIT])
{
    static const char more[] = "...\n";
    char number[24];
    size_t used = 0;

    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        const struct room *room = &chat->rooms.rooms[i];
        if (!room->name.bytes) continue;
        size_t size = (size_t)snprintf(number, sizeof number, "\t%u\n", (unsigned)room->count);
        if (used + room->name.size + size + strlen(more) > TCRP_PAYLOAD_LIMIT) {
            memcpy(out + used, more, strlen(more));
            return used + strlen(more);
        }
        memcpy(out + used, room->name.bytes, room->name.size);
        memcpy(out + used + room->name.size, number, size);
        used += room->name.size + size;
    }
    return used;
}

void chat_port(struct chat *chat, const struct token *token, uint16_t port)
{
    uint32_t index = member_find(&chat->rooms, token);

    if (index == ROOM_NONE || port == 0) return;
    struct seat *seat = member_seat(&chat->rooms, index);
    seat->address = host_with_port(&seat->address, port);
    seat->reachable = true;
}

/* --- commands --- */

static struct text after(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return (struct text){text.bytes + size, text.size - size};
}

/* "here: alice (host), bob, carol", and what does not fit is counted. */
static void tell_who(struct chat *chat, uint32_t index)
{
    const struct room *room = room_at(chat, member_at(chat, index)->room);
    char list[TALK_LIMIT];
    size_t reserve = 64; /* for " (host)", "... and 10000 others" and the "* " before it all */
    size_t used = (size_t)snprintf(list, sizeof list, "here: ");
    uint32_t shown = 0;

    for (uint32_t i = room->count; i-- > 0;) {
        uint32_t member = room->seats[i].member;
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
    } else if (target == ROOM_NONE || target == index) {
        /* What was typed may be longer than any name, or hold a zero byte, where printf stops. */
        if (name.size > NAME_LIMIT || memchr(name.bytes, '\0', name.size)) name = text_of("that");
        tell(chat, index, notice, notice_nobody(name, notice));
    } else {
        tell(chat, target, NOTICE_YOU_ARE_OUT, strlen(NOTICE_YOU_ARE_OUT));
        forget(chat, target, true, now);
        tell_room(chat, room, ROOM_NONE, notice, notice_put_out(name, notice), now);
    }
}

static void command(struct chat *chat, uint32_t index, struct text text, int64_t now)
{
    if (text_equal(text, text_of("/leave")) || text_equal(text, text_of("/exit"))
        || text_equal(text, text_of("/quit"))) {
        leave(chat, index, now);
    } else if (text_equal(text, text_of("/who"))) {
        tell_who(chat, index);
    } else if (text_starts(text, "/kick ")) {
        kick(chat, index, after(text, "/kick "), now);
    } else if (text_equal(text, text_of("/help"))) {
        tell(chat, index, NOTICE_HELP, strlen(NOTICE_HELP));
    } else {
        tell(chat, index, NOTICE_NO_COMMAND, strlen(NOTICE_NO_COMMAND));
    }
}

/* --- datagrams --- */

/*
 * Who sent it? A token is good for one room and one IP address. Somebody who has overheard one
 * cannot use it from elsewhere, unless he can also fake addresses.
 */
static uint32_t find_sender(struct chat *chat, const struct datagram *datagram,
                            const struct address *from)
{
    uint32_t index = member_find(&chat->rooms, &datagram->token);

    if (index == ROOM_NONE) return ROOM_NONE;
    bool same_room = text_equal(room_at(chat, member_at(chat, index)->room)->name, datagram->room);
    bool same_host = host_equal(&member_seat(&chat->rooms, index)->address, from);
    return same_room && same_host ? index : ROOM_NONE;
}

static void welcome(struct chat *chat, uint32_t index)
{
    char notice[NOTICE_LIMIT];

    tell(chat, index, notice, notice_welcome(member_at(chat, index)->name, notice));
}

static void say(struct chat *chat, uint32_t index, struct text text, int64_t now)
{
    const struct member *member = member_at(chat, index);
    char talk[TALK_LIMIT];
    size_t size = talk_encode(member->name, text, talk);

    if (size == 0) tell(chat, index, NOTICE_TOO_LONG, strlen(NOTICE_TOO_LONG));
    else send_to_room(chat, member->room, index, talk, size, now);
}

void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now)
{
    struct datagram datagram;
    uint32_t index = ROOM_NONE;

    chat->counts.received++;
    if (datagram_decode(bytes, size, &datagram)) index = find_sender(chat, &datagram, from);
    if (index == ROOM_NONE) { /* whoever it was has not proved anything: silence */
        chat->counts.dropped++;
        return;
    }
    struct seat *seat = member_seat(&chat->rooms, index);
    seat->address = *from;
    seat->reachable = true;
    member_at(chat, index)->heard = now;

    struct text text = datagram.text;
    if (size > DATAGRAM_LIMIT) tell(chat, index, NOTICE_TOO_LONG, strlen(NOTICE_TOO_LONG));
    else if (!text_valid(text)) tell(chat, index, NOTICE_BAD_TEXT, strlen(NOTICE_BAD_TEXT));
    else if (text.size == 0) welcome(chat, index);
    else if (text_starts(text, "//")) say(chat, index, after(text, "/"), now);
    else if (text_starts(text, "/")) command(chat, index, text, now);
    else say(chat, index, text, now);
}
