/* The contract is in alone.h. "The server went back" means that it was started with an older state:
   its journal lost its end, or is an old copy. */
#include "alone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/constant.h"

/* --- the first entry --- */

/*
 * Returns the entry at which a returning client continues. The client names the starts of the
 * server under which it was a member, and how far it has read under each. The latest start that is
 * known here tells how much of that still exists. If none is known, it begins like a newcomer.
 */
static uint64_t position(const struct chat *chat, const struct room *room,
                         const struct request *request, enum welcome_back *back)
{
    *back = BACK_NOWHERE;
    for (size_t i = 0; i < request->starts; i++) {
        uint64_t until;
        uint32_t number = starts_number(&chat->starts, request_start(request, i, &until));
        if (number == 0) continue;
        uint64_t there = marks_after(&room->marks, number, room->log.end);
        if (until > there) until = there;
        if (until > request->next) until = request->next;
        *back = until < request->next ? BACK_TO : BACK_NOT;
        return until > 0 ? until : 1;
    }
    return admission_history(&room->log);
}

/* Returns the first entry for a user who has passed every check; `*back` tells what has become of
   the entries that it has read. A client without a room id never got our first answer, and begins
   like a newcomer. */
static uint64_t first_entry(const struct chat *chat, const struct room *room,
                            const struct request *request, enum welcome_back *back)
{
    *back = BACK_NOT;
    if (!request->room_id) return admission_history(&room->log);
    return position(chat, room, request, back);
}

/*
 * Returns the number of the client's own last line in the log, if that is greater than `known`. The
 * client was dropped for silence, and some lines may have arrived without an acknowledgement; the
 * server must not accept them a second time. The room stores the last numbers of some former
 * members. When a whole network was cut off, there may be more of them, so the log is searched.
 */
static uint64_t last_number(const struct log *log, uint64_t from, const unsigned char *id,
                            uint64_t known)
{
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct entry entry;
    struct row first;

    for (uint64_t i = from < log->first ? log->first : from; i < log->end; i++) {
        struct text rows = {(char *)row, log_copy(log, i, i + 1, row)};
        if (!frame_next(&rows, &first) || !entry_decode(first, &entry)) continue;
        if (entry.kind != ENTRY_SAID || memcmp(entry.member, id, SEAL_ID) != 0) continue;
        if (entry.number > known) known = entry.number;
    }
    return known;
}

/*
 * The room has no record of the last number that it accepted from a former member. Either the
 * record was discarded, or the whole membership was lost when the server went back. The server
 * cannot tell which, but nothing is lost if the client got that number under the present start.
 * Otherwise only what is in the log counts.
 */
static bool told_now(const struct chat *chat, const struct request *request)
{
    uint64_t until;

    return request->starts > 0
        && starts_number(&chat->starts, request_start(request, 0, &until)) == chat->starts.now;
}

/* --- admitting --- */

/* Admits a user who has passed every check except the limits. */
static enum tcrp_status let_in(struct pending *pending, uint32_t index, uint32_t *member,
                               int64_t now)
{
    struct chat *chat = pending->chat;
    const struct request *request = &pending->request;
    struct room *room = &chat->rooms.rooms[index];
    enum welcome_back back;
    uint64_t next = first_entry(chat, room, request, &back);

    if (room->count >= chat->room_limit) return TCRP_ROOM_FULL;
    if (!admission_has_quota(pending, &chat->rooms.member_quota)) return TCRP_SERVER_FULL;
    *member = member_add(&chat->rooms, index, request->user, pending->id);
    if (*member == ROOM_NONE) return TCRP_SERVER_FULL;
    member_hold(&chat->rooms, *member, &pending->from);
    struct member *newcomer = &chat->rooms.members[*member];
    uint64_t accepted = room_recall(room, pending->id);
    /* The number that the client was told counts if nothing is lost and the room has no record: the
       room's record may be from after the server went back. (If none of what it has read is lost,
       some of what it has said may be.) */
    if (accepted == 0 && back == BACK_NOT && told_now(chat, request)) accepted = request->number;
    accepted = last_number(&room->log, back == BACK_NOT ? next : 1, pending->id, accepted);
    newcomer->known = accepted;
    newcomer->back = (uint8_t)back;
    newcomer->session.accepted = accepted;
    admission_open(chat, *member, &pending->keys, next, now);
    newcomer->session.claimed = request->number;
    struct entry joined = {.kind = ENTRY_JOINED, .member = newcomer->id, .name = newcomer->name};
    if (!chat_append(chat, index, &joined, true, now)) {
        member_retire(&chat->rooms, *member, now);
        member_remove(&chat->rooms, *member);
        return TCRP_SERVER_FULL;
    }
    chat_changed(chat, CHANGE_MEMBER, *member);
    chat->counts.joined++;
    return TCRP_OK;
}

static void resume(struct pending *pending, uint32_t index, int64_t now)
{
    struct chat *chat = pending->chat;
    const struct request *request = &pending->request;
    struct member *old = &chat->rooms.members[index];
    enum welcome_back back;
    uint64_t next = first_entry(chat, &chat->rooms.rooms[old->room], request, &back);

    member_hold(&chat->rooms, index, &pending->from); /* it is in, so no quota is asked */
    old->known = old->session.accepted;
    old->back = (uint8_t)back;
    admission_open(chat, index, &pending->keys, next, now);
    /* The client has the greater number if the journal went back. Its numbers continue from there,
       since no two of its lines may share a number. But if this answer gets lost, the next one must
       repeat the last number that was accepted. */
    old->session.claimed = request->number;
    chat_changed(chat, CHANGE_SESSION, index);
}

/* Did this member have the name before a restart, and has not come back since? If the journal went
   back, the member may have left, and the request may be from the same user, who came in again.
   The old member ends when its time is over. */
static bool is_ghost(const struct chat *chat, uint32_t index, const struct request *request)
{
    return request->room_id && session_is_old(&chat->rooms.members[index].session);
}

/* Is this the room's member of that name, and the request its own? */
static bool is_own(const struct pending *pending, uint32_t member)
{
    const struct rooms *rooms = &pending->chat->rooms;

    return member != ROOM_NONE
        && constant_equal(rooms->members[member].id, pending->id, SEAL_KEY);
}

static enum tcrp_status take_place(struct pending *pending, uint32_t *member, int64_t now)
{
    struct chat *chat = pending->chat;
    const struct request *request = &pending->request;
    uint32_t index = room_find(&chat->rooms, request->room);

    if (room_has_kicked(&chat->rooms.rooms[index], pending->id)) return TCRP_KICKED;
    *member = member_find_name(&chat->rooms, index, request->user);
    if (*member == ROOM_NONE) {
        /* Under two names at once, one line number could stand for two lines. */
        bool other = member_find_id(&chat->rooms, index, pending->id) != ROOM_NONE;
        return other ? TCRP_NAME_TAKEN : let_in(pending, index, member, now);
    }
    if (!is_own(pending, *member)) {
        return is_ghost(chat, *member, request) ? TCRP_BUSY : TCRP_NAME_TAKEN;
    }
    resume(pending, *member, now);
    return TCRP_OK;
}

static enum tcrp_status make_space(struct pending *pending, uint32_t *member, int64_t now)
{
    struct chat *chat = pending->chat;
    unsigned char room_id[SEAL_ID];

    if (!admission_has_quota(pending, &chat->rooms.room_quota)) return TCRP_SERVER_FULL;
    chat->random(chat->random_context, room_id, sizeof room_id);
    uint32_t index = room_add(&chat->rooms, pending->request.room, room_id);
    if (index == ROOM_NONE) return TCRP_SERVER_FULL;
    room_hold(&chat->rooms, index, &pending->from);
    struct room *room = &chat->rooms.rooms[index];
    room->locked = pending->request.proof != NULL;
    if (room->locked) admission_lock(chat, pending->request.proof, room->salt, room->proof);
    chat_changed(chat, CHANGE_ROOM, index);
    enum tcrp_status status = let_in(pending, index, member, now);
    if (status == TCRP_OK) room->host = *member;
    else room_remove(&chat->rooms, index);
    return status;
}

/* --- answers --- */

size_t alone_answer(const struct chat *chat, uint32_t index, void *out, size_t room_size)
{
    const struct member *member = &chat->rooms.members[index];
    const struct room *room = &chat->rooms.rooms[member->room];
    struct welcome head = {.session = member->session.id, .room_id = room->id,
                           .start = member->session.read, .end = room->log.end,
                           .total = room->count, .host = chat->rooms.members[room->host].id,
                           .server = starts_id(&chat->starts, chat->starts.now),
                           .accepted = member->known, .back = member->back};
    unsigned char *end = out, *limit = end + room_size;

    welcome_encode(&head, end);
    end += WELCOME_HEAD;
    for (uint32_t i = room->first; i != ROOM_NONE; i = chat->rooms.members[i].next) {
        const struct member *other = &chat->rooms.members[i];
        if (other->state != MEMBER_HERE) continue;
        if ((size_t)(limit - end) < SEAL_ID + 1 + other->name.size) break;
        memcpy(end, other->id, SEAL_ID);
        end[SEAL_ID] = (unsigned char)other->name.size;
        memcpy(end + SEAL_ID + 1, other->name.bytes, other->name.size);
        end += SEAL_ID + 1 + other->name.size;
    }
    return (size_t)(end - (unsigned char *)out);
}

size_t alone_list(const struct chat *chat, char *out, size_t room_size)
{
    static const char more[] = "...\n";
    char rest[32];
    size_t used = 0;

    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        const struct room *room = &chat->rooms.rooms[i];
        if (!room->name.bytes) continue;
        size_t size = (size_t)snprintf(rest, sizeof rest, "\t%u\t%s\n", (unsigned)room->count,
                                       room->locked ? "locked" : "open");
        if (used + room->name.size + size + strlen(more) > room_size) {
            memcpy(out + used, more, strlen(more));
            return used + strlen(more);
        }
        memcpy(out + used, room->name.bytes, room->name.size);
        memcpy(out + used + room->name.size, rest, size);
        used += room->name.size + size;
    }
    return used;
}

/* --- the decider --- */

/* The memory for the answer is there before a user is admitted, so each member gets its answer. */
struct request_alone {
    struct pending pending; /* must be first: the pointers are converted */
    char answer[TCRP_PAYLOAD_LIMIT - SEAL_TAG];
};

static struct pending *make(struct chat *chat)
{
    struct request_alone *request = malloc(sizeof *request);

    (void)chat;
    if (!request) return NULL;
    memset(&request->pending, 0, sizeof request->pending);
    return &request->pending;
}

static void finish(struct pending *pending, enum tcrp_status status, uint32_t member)
{
    char *answer = ((struct request_alone *)pending)->answer;
    size_t space = sizeof ((struct request_alone *)pending)->answer;

    if (status == TCRP_OK) {
        size_t size = member == ROOM_NONE ? alone_list(pending->chat, answer, space)
            : alone_answer(pending->chat, member, answer, space);
        pending->answer = (struct text){answer, size};
    }
    admission_finish(pending, status);
}

static void look(struct pending *pending, int64_t now)
{
    struct rooms *rooms = &pending->chat->rooms;
    uint32_t index = room_find(rooms, pending->request.room);

    if (index == ROOM_NONE) {
        admission_looked(pending, NULL, now);
        return;
    }
    struct room *room = &rooms->rooms[index];
    if (now - room->wrong_since >= THROTTLE_TIME) room->wrong = 0;
    uint32_t same = member_find_name(rooms, index, pending->request.user);
    struct admission_room known = {.id = room->id,
                                   .salt = room->locked ? room->salt : NULL,
                                   .proof = room->locked ? room->proof : NULL,
                                   .wrong = room->wrong,
                                   .is_host = is_own(pending, room->host),
                                   .is_in = is_own(pending, same)};
    admission_looked(pending, &known, now);
}

static void wrong(struct pending *pending, const struct admission_room *known, int64_t now)
{
    struct rooms *rooms = &pending->chat->rooms;
    struct room *room = &rooms->rooms[room_find(rooms, pending->request.room)];

    (void)known;
    if (room->wrong++ == 0) room->wrong_since = now;
}

static void create(struct pending *pending, int64_t now)
{
    uint32_t member = ROOM_NONE;
    enum tcrp_status status = make_space(pending, &member, now);

    finish(pending, status, member);
}

static void join(struct pending *pending, const struct admission_room *known, int64_t now)
{
    uint32_t member = ROOM_NONE;
    enum tcrp_status status = take_place(pending, &member, now);

    (void)known;
    finish(pending, status, member);
}

static void list(struct pending *pending, int64_t now)
{
    (void)now;
    finish(pending, TCRP_OK, ROOM_NONE);
}

static void end(struct pending *pending)
{
    wipe(pending, sizeof *pending);
    free(pending);
}

const struct decider alone = {.make = make, .look = look, .create = create, .join = join,
                              .list = list, .wrong = wrong, .end = end};
