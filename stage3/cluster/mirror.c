#include "mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "chat/announce.h"

#define NOTICE_WAITING "waiting for the others"
#define NOTICE_BACK "the others are back"

static void refuse(struct mirror *mirror, uint32_t room, enum tcrp_status status)
{
    mirror->guests.refuse(mirror->guests.context, room, status);
}

/* --- which rooms there are --- */

static uint64_t hash_of(const struct mirror *mirror, const unsigned char *id)
{
    return hash_bytes(&mirror->chat->rooms.key, id, SEAL_ID);
}

uint32_t mirror_find(const struct mirror *mirror, const unsigned char *id)
{
    struct probe probe = table_probe(&mirror->by_id, hash_of(mirror, id));
    uint32_t index;

    while ((index = table_next(&mirror->by_id, &probe)) != TABLE_NONE) {
        if (memcmp(room_at(mirror->chat, index)->id, id, SEAL_ID) == 0) return index;
    }
    return ROOM_NONE;
}

uint32_t mirror_open(struct mirror *mirror, const unsigned char *id, struct text name,
                     bool locked)
{
    uint32_t index = mirror_find(mirror, id);

    if (index != ROOM_NONE) return index;
    index = room_add(&mirror->chat->rooms, name, id);
    if (index == ROOM_NONE) return ROOM_NONE;
    room_at(mirror->chat, index)->locked = locked;
    bool followed = cluster_follow(&mirror->cluster, id);
    mirror->rooms[index] = (struct mirror_room){.used = true, .followed = followed,
                                                .checking = !followed};
    table_insert(&mirror->by_id, hash_of(mirror, id), index);
    return index;
}

/* The room is not mirrored any more; its members here are soon gone. */
static void let_go(struct mirror *mirror, uint32_t index)
{
    const unsigned char *id = room_at(mirror->chat, index)->id;

    cluster_unfollow(&mirror->cluster, id);
    table_remove(&mirror->by_id, hash_of(mirror, id), index);
    mirror->rooms[index].used = false;
}

/* Removes a room that has no members here any more. */
static void remove_room(struct mirror *mirror, uint32_t index)
{
    let_go(mirror, index);
    room_remove(&mirror->chat->rooms, index);
}

static struct cluster_ticket ticket_of(const struct mirror *mirror, uint32_t index)
{
    uint32_t id = wire_get32(room_at(mirror->chat, index)->id);

    return (struct cluster_ticket){(uint64_t)index << 32 | id, 0};
}

/* Returns the room of a ticket; ROOM_NONE if another room has its place now. */
static uint32_t room_of(const struct mirror *mirror, struct cluster_ticket ticket)
{
    uint32_t index = (uint32_t)(ticket.who >> 32);

    if (!mirror->rooms[index].used) return ROOM_NONE;
    return wire_get32(room_at(mirror->chat, index)->id) == (uint32_t)ticket.who ? index : ROOM_NONE;
}

/* --- entries --- */

/* Takes the next entry of the room. False: it must be read later. */
static bool take(struct mirror *mirror, uint32_t index, struct text row)
{
    struct room *room = room_at(mirror->chat, index);

    if (!chat_take_entry(mirror->chat, index, row, mirror->cluster.now)) return false;
    if (room->closed) {
        let_go(mirror, index);
        refuse(mirror, index, TCRP_NO_ROOM);
        if (room->chained == 0) room_remove(&mirror->chat->rooms, index);
    } else if (mirror->rooms[index].joins > 0) {
        mirror->guests.length(mirror->guests.context, index);
    }
    return true;
}

/* Closes the room for our members only, whatever other servers do. */
static void close_here(struct mirror *mirror, uint32_t index)
{
    struct entry closed = {.kind = ENTRY_CLOSED, .why = CLOSED_LOST};
    unsigned char row[FRAME_ENTRY_LIMIT];

    take(mirror, index, (struct text){(char *)row, entry_encode(&closed, row)});
}

static void close_everywhere(struct mirror *mirror, uint32_t index, uint8_t why)
{
    struct script_call call;

    cluster_call(&mirror->cluster, ticket_of(mirror, index),
                 script_close(&call, room_at(mirror->chat, index)->id, why));
}

static void read_page(struct mirror *mirror, uint32_t index)
{
    struct mirror_room *mirrored = &mirror->rooms[index];
    const struct log *log = &room_at(mirror->chat, index)->log;
    uint64_t from = log->end;

    if (mirrored->reading) return;
    if (mirrored->checking) {
        from = log->end - log->first > MIRROR_OVERLAP ? log->end - MIRROR_OVERLAP : log->first;
    }
    mirrored->reading = cluster_read(&mirror->cluster, ticket_of(mirror, index),
                                     room_at(mirror->chat, index)->id, from);
}

void mirror_want(struct mirror *mirror, uint32_t index, uint64_t end)
{
    struct mirror_room *mirrored = &mirror->rooms[index];

    if (end > mirrored->wanted) mirrored->wanted = end;
    if (room_at(mirror->chat, index)->log.end < mirrored->wanted) read_page(mirror, index);
}

static void take_entry(void *context, const unsigned char *id, uint64_t number, struct text row)
{
    struct mirror *mirror = context;
    uint32_t index = mirror_find(mirror, id);

    if (index == ROOM_NONE) return;
    const struct log *log = &room_at(mirror->chat, index)->log;
    if (number < log->end) return;
    bool next = number == log->end && !mirror->rooms[index].checking;
    if (!next || !take(mirror, index, row)) mirror_want(mirror, index, number + 1);
}

/* Does the page continue our copy of the log? Entries that are gone cannot be compared. */
static bool agrees(const struct log *log, const struct cluster_answer *page)
{
    unsigned char own[FRAME_ENTRY_LIMIT];
    uint64_t number = 0;
    struct text row;

    if (log->first == log->end) return true;
    for (uint32_t i = 0; i < page->count; i++) {
        script_entry(page->page, i, &number, &row);
        if (number >= log->end) return true;
        if (number < log->first) return false;
        struct text same = {(char *)own, log_copy(log, number, number + 1, own)};
        if (!text_equal(row, same)) return false;
    }
    return number == log->end - 1;
}

/* False: the room is not mirrored any more, or an entry could not be taken. */
static bool take_page(struct mirror *mirror, uint32_t index, const struct cluster_answer *page)
{
    struct log *log = &room_at(mirror->chat, index)->log;
    uint64_t number;
    struct text row;

    for (uint32_t i = 0; i < page->count; i++) {
        script_entry(page->page, i, &number, &row);
        if (number < log->end) continue;
        if (number > log->end) log_begin(log, number); /* Redis dropped those before: a gap */
        if (!take(mirror, index, row) || !mirror->rooms[index].used) return false;
    }
    return true;
}

static void answer_read(struct mirror *mirror, const struct cluster_answer *page)
{
    uint32_t index = room_of(mirror, page->ticket);

    if (index == ROOM_NONE) return;
    struct mirror_room *mirrored = &mirror->rooms[index];
    const struct log *log = &room_at(mirror->chat, index)->log;
    uint64_t end = log->end;
    mirrored->reading = false;
    if (page->status != CLUSTER_OK) return; /* it is read after CLUSTER_UP */
    if (mirrored->checking && !agrees(log, page)) {
        close_everywhere(mirror, index, CLOSED_LOST); /* it is not what our members have read */
        close_here(mirror, index);
        return;
    }
    mirrored->checking = false;
    if (!take_page(mirror, index, page)) return;
    if (log->end == end) mirrored->wanted = end; /* Redis has no more entries */
    else if (log->end < mirrored->wanted || page->count == CLUSTER_PAGE) read_page(mirror, index);
}

/* --- members --- */

static void take_moved(void *context, const unsigned char *id, const unsigned char *member,
                       struct text name)
{
    struct mirror *mirror = context;
    uint32_t room = mirror_find(mirror, id);

    if (room == ROOM_NONE) return;
    uint32_t index = member_find_name(&mirror->chat->rooms, room, name);
    if (index == ROOM_NONE) return;
    if (memcmp(member_at(mirror->chat, index)->id, member, SEAL_ID) != 0) return;
    chat_drop(mirror->chat, index, mirror->cluster.now);
}

static enum taken ask(struct mirror *mirror, enum cluster_operation operation, uint32_t index,
                      uint64_t number, struct text text)
{
    const struct member *member = member_at(mirror->chat, index);
    struct cluster_ticket ticket = {member->session.id, number};
    const unsigned char *room = room_at(mirror->chat, member->room)->id;
    struct script_call call;

    script_item(&call, operation, room, member->id, number, text);
    return cluster_call(&mirror->cluster, ticket, &call) ? ASKED : NOT_NOW;
}

static enum taken say(void *context, uint32_t index, uint64_t number, struct text row)
{
    return ask(context, CLUSTER_SAY, index, number, row);
}

static enum taken kick(void *context, uint32_t index, uint64_t number, struct text name)
{
    return ask(context, CLUSTER_KICK, index, number, name);
}

static enum taken leave(void *context, uint32_t index, uint64_t number)
{
    return ask(context, CLUSTER_LEAVE, index, number, (struct text){NULL, 0});
}

static void lose(void *context, uint32_t index)
{
    struct mirror *mirror = context;
    const struct member *member = member_at(mirror->chat, index);
    struct script_call call;

    cluster_call(&mirror->cluster, (struct cluster_ticket){member->session.id, 0},
                 script_lose(&call, room_at(mirror->chat, member->room)->id, member->id));
}

/* The member is not in the room any more, or is at another server. It is dropped without a message,
   unless entries are still to be read: one of them may tell it why. */
static void gone(struct mirror *mirror, uint32_t index)
{
    const struct member *member = member_at(mirror->chat, index);
    const struct mirror_room *mirrored = &mirror->rooms[member->room];

    if (member->state != MEMBER_HERE) return;
    if (mirrored->reading || mirrored->checking) chat_unasked(mirror->chat, index);
    else chat_drop(mirror->chat, index, mirror->cluster.now);
}

static void answer_item(struct mirror *mirror, const struct cluster_answer *answer)
{
    uint32_t index = member_find(&mirror->chat->rooms, answer->ticket.who);

    if (index == ROOM_NONE) return;
    switch (answer->status) {
    case CLUSTER_OK:
        if (answer->operation != CLUSTER_LOSE) chat_accepted(mirror->chat, index, answer->number);
        break;
    case CLUSTER_GONE: case CLUSTER_MOVED: gone(mirror, index); break;
    default: chat_unasked(mirror->chat, index); break;
    }
}

/* --- events that concern all rooms --- */

static void tell_all(struct mirror *mirror, bool waiting)
{
    if (mirror->waiting == waiting) return;
    mirror->waiting = waiting;
    chat_tell(mirror->chat, text_of(waiting ? NOTICE_WAITING : NOTICE_BACK));
}

/* Follows and reads the room after a break. If there are too many rooms to ask for at once, the
   next sweep continues with the rest. */
static void refresh(struct mirror *mirror, uint32_t index)
{
    struct mirror_room *mirrored = &mirror->rooms[index];

    if (!mirrored->followed) {
        mirrored->followed = cluster_follow(&mirror->cluster, room_at(mirror->chat, index)->id);
    }
    if (mirrored->followed && mirrored->checking) read_page(mirror, index);
}

/* The connection is new: messages that were published before it may have been missed. */
static void refresh_all(struct mirror *mirror)
{
    for (uint32_t i = 0; i < mirror->chat->rooms.rooms_used; i++) {
        struct mirror_room *mirrored = &mirror->rooms[i];
        if (!mirrored->used) continue;
        mirrored->followed = mirrored->reading = false;
        mirrored->checking = true;
        refresh(mirror, i);
    }
}

static void close_all_here(struct mirror *mirror)
{
    refuse(mirror, ROOM_NONE, TCRP_BUSY);
    for (uint32_t i = 0; i < mirror->chat->rooms.rooms_used; i++) {
        if (mirror->rooms[i].used) close_here(mirror, i);
    }
}

/* Other servers have our members now, or will; or Redis was started again, and the members must ask
   how much is left. A client that this message does not reach joins again when it hears nothing. */
static void drop_all(struct mirror *mirror)
{
    const struct cluster *cluster = &mirror->cluster;
    struct rooms *rooms = &mirror->chat->rooms;

    refuse(mirror, ROOM_NONE, TCRP_BUSY);
    for (uint32_t i = 0; i < rooms->members_used; i++) {
        struct member *member = &rooms->members[i];
        if (member->state == MEMBER_HERE) {
            announce_end(&member->session, &mirror->chat->sender, cluster->before, cluster->start);
        }
        if (member->state != MEMBER_FREE) chat_drop(mirror->chat, i, cluster->now);
    }
    for (uint32_t i = 0; i < rooms->rooms_used; i++) {
        if (mirror->rooms[i].used) remove_room(mirror, i);
    }
}

static void take_event(void *context, enum cluster_event event)
{
    struct mirror *mirror = context;

    switch (event) {
    case CLUSTER_UP:
        tell_all(mirror, false);
        refresh_all(mirror);
        break;
    case CLUSTER_WAITING: tell_all(mirror, true); break;
    case CLUSTER_BACK: tell_all(mirror, false); break;
    case CLUSTER_DEAD: drop_all(mirror); break;
    case CLUSTER_LOST: close_all_here(mirror); break;
    case CLUSTER_REFUSED: mirror->refused = true; break;
    }
}

static void take_answer(void *context, const struct cluster_answer *answer)
{
    struct mirror *mirror = context;

    switch (answer->operation) {
    case CLUSTER_LOOK: case CLUSTER_CREATE: case CLUSTER_JOIN: case CLUSTER_LIST:
        mirror->guests.answer(mirror->guests.context, answer);
        break;
    case CLUSTER_SAY: case CLUSTER_KICK: case CLUSTER_LEAVE: case CLUSTER_LOSE:
        answer_item(mirror, answer);
        break;
    case CLUSTER_READ: answer_read(mirror, answer); break;
    case CLUSTER_QUIT:
        mirror->quit = answer->status == CLUSTER_ALONE ? MIRROR_ALONE : MIRROR_MAY;
        break;
    default: break; /* wrong, close: nothing waits for these */
    }
}

/* --- life --- */

bool mirror_create(struct mirror *mirror, struct chat *chat, const struct redis_url *url,
                   const char fingerprint[2 * 32], int64_t now)
{
    struct cluster_owner owner = {mirror, take_answer, take_event, take_entry, take_moved,
                                  chat->random, chat->random_context};
    uint32_t places = chat->rooms.member_limit;

    memset(mirror, 0, sizeof *mirror);
    mirror->chat = chat;
    mirror->sequencer = (struct sequencer){mirror, say, kick, leave, lose};
    mirror->sweep_at = now;
    mirror->rooms = calloc(places, sizeof *mirror->rooms);
    bool table = table_create(&mirror->by_id, places);
    cluster_create(&mirror->cluster, url, fingerprint, owner, now);
    chat->sequencer = &mirror->sequencer;
    return mirror->rooms && table;
}

void mirror_destroy(struct mirror *mirror)
{
    cluster_destroy(&mirror->cluster);
    table_destroy(&mirror->by_id);
    free(mirror->rooms);
}

void mirror_tick(struct mirror *mirror, int64_t now)
{
    cluster_tick(&mirror->cluster, now);
    if (now < mirror->sweep_at) return;
    mirror->sweep_at = now + MIRROR_SWEEP;
    for (uint32_t i = 0; i < mirror->chat->rooms.rooms_used; i++) {
        const struct mirror_room *mirrored = &mirror->rooms[i];
        if (!mirrored->used) continue;
        if (room_at(mirror->chat, i)->chained == 0 && mirrored->joins == 0) remove_room(mirror, i);
        else if (mirror->cluster.up) refresh(mirror, i);
    }
}

int64_t mirror_due(const struct mirror *mirror)
{
    return cluster_due(&mirror->cluster);
}

void mirror_quit(struct mirror *mirror)
{
    struct script_call call;
    bool asked = cluster_call(&mirror->cluster, (struct cluster_ticket){0, 0},
                              script_plain(&call, CLUSTER_QUIT));

    mirror->quit = asked ? MIRROR_ASKS : MIRROR_MAY;
}

void mirror_close(struct mirror *mirror)
{
    for (uint32_t i = 0; i < mirror->chat->rooms.rooms_used; i++) {
        if (mirror->rooms[i].used) close_everywhere(mirror, i, CLOSED_SHUTDOWN);
    }
}
