#include "admission.h"

#include <stdio.h>
#include <string.h>

#include "crypto/constant.h"
#include "crypto/sha256.h"

enum { HISTORY = 50 }; /* lines of what was said before that a newcomer gets to read */

/* --- passwords --- */

/* A user of IPv6 has a whole network of 64 bits, so that counts as one place. */
uint64_t admission_place(const struct chat *chat, const struct address *from)
{
    if (from->is.any.sa_family == AF_INET6) {
        return hash_bytes(&chat->rooms.key, &from->is.v6.sin6_addr, 8);
    }
    return hash_bytes(&chat->rooms.key, &from->is.v4.sin_addr, 4);
}

/* The proof is as good as the password for getting in here, so even it is kept as a hash only. */
void admission_hash(const unsigned char salt[ROOM_SALT], const unsigned char *proof,
                    unsigned char out[SEAL_KEY])
{
    struct sha256 state;

    sha256_start(&state);
    sha256_add(&state, salt, ROOM_SALT);
    sha256_add(&state, proof, SEAL_KEY);
    sha256_end(&state, out);
}

static bool password_is_right(const struct room *room, const unsigned char *proof)
{
    unsigned char hash[SEAL_KEY];

    if (!room->locked || !proof) return !room->locked && !proof;
    admission_hash(room->salt, proof, hash);
    return constant_equal(hash, room->proof, sizeof hash);
}

static enum tcrp_status check_password(struct chat *chat, struct room *room,
                                       const struct request *request, const struct address *from,
                                       int64_t now)
{
    uint64_t place = admission_place(chat, from);

    if (now - room->wrong_since >= THROTTLE_TIME) room->wrong = 0;
    if (room->locked
        && (room->wrong >= THROTTLE_OF_ROOM || !throttle_allows(&chat->throttle, place, now))) {
        return TCRP_TOO_MANY_TRIES;
    }
    if (password_is_right(room, request->proof)) return TCRP_OK;
    if (room->locked && request->proof) { /* else nothing was guessed */
        if (room->wrong++ == 0) room->wrong_since = now;
        throttle_add(&chat->throttle, place, now);
    }
    return TCRP_WRONG_PASSWORD;
}

static void lock(struct chat *chat, struct room *room, const unsigned char *proof)
{
    if (!proof) return;
    room->locked = true;
    chat->random(chat->random_context, room->salt, sizeof room->salt);
    admission_hash(room->salt, proof, room->proof);
}

/* --- sessions --- */

void admission_open(struct chat *chat, uint32_t index, const struct seal_keys *keys,
                    uint64_t next, int64_t now)
{
    uint32_t random_context;

    chat->random(chat->random_context, &random_context, sizeof random_context);
    wheel_clear(&chat->wheel, index); /* nothing is on its way in the new session */
    session_open(&chat->rooms.members[index].session, member_session(index, random_context), keys,
                 chat->starts.now, next, now);
}

/* Some lines back, to know what is talked about. Who is there it is told at once, so what lies
   before the first of these lines is of no use to it. */
uint64_t admission_history(const struct log *log)
{
    uint64_t start = log->end;

    for (uint64_t i = log->end, lines = 0; i > log->first && lines < HISTORY; i--) {
        if (log_kind(log, i - 1) != ENTRY_SAID) continue;
        start = i - 1;
        lines++;
    }
    return start;
}

/*
 * Where a client goes on that was here before. It names the starts of the server under which it
 * was, and how far it has read under each; the latest one that is known here says how much of that
 * is still there. Without one nobody can tell, and it begins like a newcomer.
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

/* The first entry for somebody who has passed every check; and what has become of what it has
   read. Without a room id it never got our first answer, and begins like a newcomer. */
static uint64_t first_entry(const struct chat *chat, const struct room *room,
                            const struct request *request, enum welcome_back *back)
{
    *back = BACK_NOT;
    if (!request->room_id) return admission_history(&room->log);
    return position(chat, room, request, back);
}

/*
 * The last line in the log that the client itself has said, if it is later than what is known. It
 * was dropped for silence, and some of its lines may have arrived without its knowing; they must
 * not be taken a second time. The room remembers the last number of some who have gone; when a
 * whole network was cut off, there may be more of them, and then the log must tell.
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
 * Of somebody who was here, the room does not remember how far it was heard. Has the room forgotten
 * it, or was the whole membership lost when the server went back? Nobody can tell, but it cannot be
 * lost if the client was told so under this start. Else only what stands in the log is vouched for.
 */
static bool told_now(const struct chat *chat, const struct request *request)
{
    uint64_t until;

    return request->starts > 0
        && starts_number(&chat->starts, request_start(request, 0, &until)) == chat->starts.now;
}

/* Lets a user in whom nothing speaks against but, perhaps, the limits. */
static enum tcrp_status let_in(struct chat *chat, uint32_t index, const struct request *request,
                               const unsigned char id[SEAL_KEY], const struct seal_keys *keys,
                               int64_t now, uint32_t *member)
{
    struct room *room = &chat->rooms.rooms[index];
    enum welcome_back back;
    uint64_t next = first_entry(chat, room, request, &back);

    if (room->count >= chat->room_limit) return TCRP_ROOM_FULL;
    *member = member_add(&chat->rooms, index, request->user, id);
    if (*member == ROOM_NONE) return TCRP_SERVER_FULL;
    struct member *newcomer = &chat->rooms.members[*member];
    uint64_t accepted = room_recall(room, id);
    /* What it was told to be heard counts if nothing is lost, and nobody knows better: the room may
       remember it from after the server went back. (That nothing is lost of what it has read does not
       say that nothing is lost of what it has said.) */
    if (accepted == 0 && back == BACK_NOT && told_now(chat, request)) accepted = request->number;
    accepted = last_number(&room->log, back == BACK_NOT ? next : 1, id, accepted);
    newcomer->known = accepted;
    newcomer->back = (uint8_t)back;
    newcomer->session.accepted = accepted;
    admission_open(chat, *member, keys, next, now);
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

/* --- requests --- */

static enum tcrp_status resume(struct chat *chat, uint32_t index, const struct request *request,
                               const struct seal_keys *keys, int64_t now, uint32_t *member)
{
    struct member *old = &chat->rooms.members[index];
    enum welcome_back back;
    uint64_t next = first_entry(chat, &chat->rooms.rooms[old->room], request, &back);

    old->known = old->session.accepted;
    old->back = (uint8_t)back;
    admission_open(chat, index, keys, next, now);
    /* It knows more than we do if the journal went back. Its numbers go on from there, since no
       line of it may have the number of another one. But if this answer gets lost, the next one
       must say again how far it was heard. */
    old->session.claimed = request->number;
    chat_changed(chat, CHANGE_SESSION, index);
    *member = index;
    return TCRP_OK;
}

/* Did it have that name before a restart, and has not come back since? If the journal went back, it
   may have left, and this may be the same user, who came in again. It is over with its time. */
static bool is_ghost(const struct chat *chat, uint32_t index, const struct request *request)
{
    return request->room_id && session_is_old(&chat->rooms.members[index].session);
}

static enum tcrp_status join(struct chat *chat, uint32_t index, const struct request *request,
                             const struct address *from, const unsigned char id[SEAL_KEY],
                             const struct seal_keys *keys, int64_t now, uint32_t *member)
{
    struct room *room = &chat->rooms.rooms[index];

    if (request->room_id) {
        if (memcmp(request->room_id, room->id, SEAL_ID) != 0) return TCRP_NO_ROOM;
        if (request->next < 1) return TCRP_MALFORMED;
    }
    uint32_t same = member_find_name(&chat->rooms, index, request->user);
    bool is_in = same != ROOM_NONE && constant_equal(chat->rooms.members[same].id, id, SEAL_KEY);
    /* Whoever shows m is in already: what strangers try at the door does not touch it. */
    enum tcrp_status status = TCRP_OK;
    if (!is_in) status = check_password(chat, room, request, from, now);
    else if (!password_is_right(room, request->proof)) status = TCRP_WRONG_PASSWORD;
    if (status != TCRP_OK) return status;
    if (room_has_kicked(room, id)) return TCRP_KICKED;
    if (same == ROOM_NONE) {
        /* Under two names at once its lines' numbers would mean two things. */
        if (member_find_id(&chat->rooms, index, id) != ROOM_NONE) return TCRP_NAME_TAKEN;
        return let_in(chat, index, request, id, keys, now, member);
    }
    if (!is_in) return is_ghost(chat, same, request) ? TCRP_BUSY : TCRP_NAME_TAKEN;
    return resume(chat, same, request, keys, now, member);
}

static enum tcrp_status create(struct chat *chat, const struct request *request,
                               const unsigned char id[SEAL_KEY], const struct seal_keys *keys,
                               int64_t now, uint32_t *member)
{
    unsigned char room_id[SEAL_ID];

    chat->random(chat->random_context, room_id, sizeof room_id);
    uint32_t index = room_add(&chat->rooms, request->room, room_id);
    if (index == ROOM_NONE) return TCRP_SERVER_FULL;
    lock(chat, &chat->rooms.rooms[index], request->proof);
    chat_changed(chat, CHANGE_ROOM, index);
    enum tcrp_status status = let_in(chat, index, request, id, keys, now, member);
    if (status == TCRP_OK) chat->rooms.rooms[index].host = *member;
    else room_remove(&chat->rooms, index);
    return status;
}

/* Is it the host of this room, whose first answer was lost? */
static bool is_host(const struct chat *chat, uint32_t index, const unsigned char id[SEAL_KEY])
{
    const struct room *room = &chat->rooms.rooms[index];

    return constant_equal(chat->rooms.members[room->host].id, id, SEAL_KEY);
}

enum tcrp_status admission_request(struct chat *chat, const struct request *request,
                                   const struct address *from, const struct seal_keys *keys,
                                   int64_t now, uint32_t *member)
{
    uint32_t index = room_find(&chat->rooms, request->room);
    unsigned char id[SEAL_KEY];
    enum tcrp_status status;

    sha256(request->m, SEAL_KEY, id);
    if (request->operation == TCRP_CREATE && index == ROOM_NONE && !request->room_id) {
        status = create(chat, request, id, keys, now, member);
    } else if (index == ROOM_NONE) {
        status = TCRP_NO_ROOM;
    } else if (request->operation == TCRP_CREATE && !is_host(chat, index, id)) {
        status = TCRP_ROOM_EXISTS;
    } else {
        status = join(chat, index, request, from, id, keys, now, member);
    }
    if (status != TCRP_OK) chat->counts.refused++;
    return status;
}

/* --- answers --- */

size_t admission_answer(const struct chat *chat, uint32_t index, void *out, size_t space)
{
    const struct member *member = &chat->rooms.members[index];
    const struct room *room = &chat->rooms.rooms[member->room];
    struct welcome head = {.session = member->session.id, .room_id = room->id,
                           .start = member->session.read, .end = room->log.end,
                           .total = room->count, .host = chat->rooms.members[room->host].id,
                           .server = starts_id(&chat->starts, chat->starts.now),
                           .accepted = member->known, .back = member->back};
    unsigned char *end = out, *limit = end + space;

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

size_t admission_list(const struct chat *chat, char *out, size_t space)
{
    static const char more[] = "...\n";
    char rest[32];
    size_t used = 0;

    for (uint32_t i = 0; i < chat->rooms.rooms_used; i++) {
        const struct room *room = &chat->rooms.rooms[i];
        if (!room->name.bytes) continue;
        size_t size = (size_t)snprintf(rest, sizeof rest, "\t%u\t%s\n", (unsigned)room->count,
                                       room->locked ? "locked" : "open");
        if (used + room->name.size + size + strlen(more) > space) {
            memcpy(out + used, more, strlen(more));
            return used + strlen(more);
        }
        memcpy(out + used, room->name.bytes, room->name.size);
        memcpy(out + used + room->name.size, rest, size);
        used += room->name.size + size;
    }
    return used;
}
