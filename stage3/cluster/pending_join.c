#include "pending_join.h"

#include <stdlib.h>
#include <string.h>

#include "admission/admission.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "order.h"
#include "wire/welcome.h"

static struct room *room_at(const struct mirror *mirror, uint32_t index)
{
    return &mirror->chat->rooms.rooms[index];
}

static struct member *member_at(const struct mirror *mirror, uint32_t index)
{
    return &mirror->chat->rooms.members[index];
}

static struct cluster_ticket ticket_of(const struct pending_join *join)
{
    return (struct cluster_ticket){join->number, 0};
}

/* --- the end --- */

static void destroy(struct pending_joins *joins, struct pending_join *join)
{
    struct pending_join **link = &joins->first;

    while (*link != join) link = &(*link)->next;
    *link = join->next;
    if (join->room != ROOM_NONE) joins->mirror->rooms[join->room].joins--;
    free((char *)join->roster.bytes);
    free((char *)join->pending.answer.bytes);
    wipe(join, sizeof *join);
    free(join);
}

static void finish(struct pending_join *join, enum tcrp_status status)
{
    join->step = PENDING_JOIN_OVER;
    join->pending.done = true;
    join->pending.status = status;
}

/* It cannot be done now: because Redis does not answer, or for another reason that passes. */
static void finish_busy(const struct mirror *mirror, struct pending_join *join)
{
    finish(join, mirror->cluster.waiting ? TCRP_APART : TCRP_BUSY);
}

/* A place that may have been granted already is taken all the same: otherwise it would stand in
   Redis for ever, and nobody would miss its owner. */
static void end(void *context, struct pending *pending)
{
    struct pending_join *join = (struct pending_join *)pending;
    bool asked = join->step == PENDING_JOIN_ASK && join->pending.operation != TCRP_LIST;

    if (asked) join->orphan = true;
    else destroy(context, join);
}

void pending_joins_destroy(struct pending_joins *joins)
{
    while (joins->first) destroy(joins, joins->first);
}

static void refuse(void *context, uint32_t room, enum tcrp_status status)
{
    struct pending_joins *joins = context;
    struct pending_join *next;

    for (struct pending_join *join = joins->first; join; join = next) {
        next = join->next;
        if (room != ROOM_NONE && join->room != room) continue;
        if (join->room != ROOM_NONE) joins->mirror->rooms[join->room].joins--;
        join->room = ROOM_NONE;
        if (join->step != PENDING_JOIN_OVER) finish(join, status);
        if (join->orphan) destroy(joins, join);
    }
}

/* --- the beginning --- */

/* The request points into bytes of its own from now on. */
static bool keep_request(struct pending_join *join, const struct request *request)
{
    join->pending.operation = request->operation;
    if (request->operation == TCRP_LIST) return true;
    size_t size = request_encode(request, join->bytes);
    struct text bytes = {join->bytes, size};
    return request_decode(request->operation, bytes, &join->request);
}

static void look(struct mirror *mirror, struct pending_join *join)
{
    bool asked;

    /* Who would have to wait for long is told at once; what is on its way already stays. */
    if (mirror->cluster.waiting) {
        finish_busy(mirror, join);
        return;
    }
    if (join->pending.operation == TCRP_LIST) {
        join->step = PENDING_JOIN_ASK;
        asked = order_list(&mirror->cluster, ticket_of(join));
    } else {
        sha256(join->request.m, SEAL_KEY, join->id);
        asked = order_look(&mirror->cluster, ticket_of(join), join->request.room);
    }
    if (!asked) finish_busy(mirror, join);
}

static struct pending *begin(void *context, const struct request *request,
                             const struct address *from, const struct seal_keys *keys, int64_t now)
{
    struct pending_joins *joins = context;
    struct mirror *mirror = joins->mirror;
    struct pending_join *join = calloc(1, sizeof *join);

    if (!join) return NULL;
    mirror->cluster.now = now;
    join->number = ++joins->next;
    join->from = *from;
    join->pending.keys = *keys;
    join->room = ROOM_NONE;
    join->next = joins->first;
    joins->first = join;
    bool counts = request->number <= CLUSTER_NUMBER && request->next <= CLUSTER_NUMBER;
    if (!keep_request(join, request) || !counts) finish(join, TCRP_MALFORMED);
    else look(mirror, join);
    return &join->pending;
}

/* --- asking for the place --- */

static struct text write_joined(const struct pending_join *join, unsigned char *row)
{
    struct entry joined = {.kind = ENTRY_JOINED, .member = join->id,
                           .name = join->request.user};

    return (struct text){(char *)row, entry_encode(&joined, row)};
}

/* The room's log is followed from now on; before that, so that nothing is missed. */
static bool open_room(struct mirror *mirror, struct pending_join *join, bool locked)
{
    join->room = mirror_open(mirror, join->room_id, join->request.room, locked);
    if (join->room != ROOM_NONE) mirror->rooms[join->room].joins++;
    return join->room != ROOM_NONE;
}

static void create(struct mirror *mirror, struct pending_join *join)
{
    struct chat *chat = mirror->chat;
    const unsigned char *proof = join->request.proof;
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct order_newcomer host = {join->room_id, join->id, join->request.user,
                                  join->request.number, write_joined(join, row)};

    chat->random(chat->random_context, join->room_id, SEAL_ID);
    chat->random(chat->random_context, join->salt, ROOM_SALT);
    if (proof) admission_hash(join->salt, proof, join->proof);
    if (!open_room(mirror, join, proof != NULL)) {
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    join->step = PENDING_JOIN_ASK;
    if (!order_create(&mirror->cluster, ticket_of(join), &host, join->request.room,
                      proof ? join->salt : NULL, proof ? join->proof : NULL)) {
        finish_busy(mirror, join);
    }
}

static void join_room(struct mirror *mirror, struct pending_join *join, bool locked)
{
    const struct chat *chat = mirror->chat;
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct order_newcomer newcomer = {join->room_id, join->id, join->request.user,
                                      join->request.number, write_joined(join, row)};
    uint64_t next = join->request.room_id ? join->request.next : 0;
    struct text starts = {(const char *)join->request.start,
                          join->request.starts * REQUEST_START};
    bool places = chat->rooms.chained < chat->rooms.member_limit;

    if (!open_room(mirror, join, locked)) {
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    join->step = PENDING_JOIN_ASK;
    if (!order_join(&mirror->cluster, ticket_of(join), &newcomer, next, starts,
                    chat->room_limit, places)) {
        finish_busy(mirror, join);
    }
}

static bool password_is_right(const struct cluster_answer *room, const unsigned char *proof)
{
    unsigned char hash[SEAL_KEY];

    if (!room->proof || !proof) return !room->proof && !proof;
    admission_hash(room->salt, proof, hash);
    return constant_equal(hash, room->proof, sizeof hash);
}

/* Is it in that room already, here? */
static bool is_in(const struct mirror *mirror, const struct pending_join *join,
                  const unsigned char *room_id)
{
    uint32_t room = mirror_find(mirror, room_id);

    return room != ROOM_NONE
        && member_find_id(&mirror->chat->rooms, room, join->id) != ROOM_NONE;
}

static enum tcrp_status check_password(struct mirror *mirror, const struct pending_join *join,
                                       const struct cluster_answer *room)
{
    struct throttle *throttle = &mirror->chat->throttle;
    uint64_t place = admission_place(mirror->chat, &join->from);
    int64_t now = mirror->cluster.now;

    bool left = room->number < THROTTLE_OF_ROOM && throttle_allows(throttle, place, now);

    /* Whoever shows m is in already: what strangers try at the door does not touch it. */
    bool in = is_in(mirror, join, room->room);
    if (room->proof && !left && !in) return TCRP_TOO_MANY_TRIES;
    if (password_is_right(room, join->request.proof)) return TCRP_OK;
    if (room->proof && !in && join->request.proof) { /* else nothing was guessed */
        order_wrong(&mirror->cluster, ticket_of(join), room->room);
        throttle_add(throttle, place, now);
    }
    return TCRP_WRONG_PASSWORD;
}

/* The room is there. */
static enum tcrp_status check(struct mirror *mirror, const struct pending_join *join,
                              const struct cluster_answer *room)
{
    const struct request *request = &join->request;
    /* The host whose first answer was lost creates it again. */
    bool host = constant_equal(room->host, join->id, SEAL_ID);

    if (join->pending.operation == TCRP_CREATE && !host) return TCRP_ROOM_EXISTS;
    if (request->room_id) {
        if (memcmp(request->room_id, room->room, SEAL_ID) != 0) return TCRP_NO_ROOM;
        if (request->next < 1) return TCRP_MALFORMED;
    }
    return check_password(mirror, join, room);
}

static void looked(struct mirror *mirror, struct pending_join *join,
                   const struct cluster_answer *room)
{
    if (room->status == CLUSTER_NO_ROOM) {
        bool creates = join->pending.operation == TCRP_CREATE && !join->request.room_id;
        if (creates) create(mirror, join);
        else finish(join, TCRP_NO_ROOM);
        return;
    }
    if (room->status != CLUSTER_OK) {
        finish_busy(mirror, join);
        return;
    }
    enum tcrp_status status = check(mirror, join, room);
    if (status != TCRP_OK) {
        finish(join, status);
        return;
    }
    memcpy(join->room_id, room->room, SEAL_ID);
    join_room(mirror, join, room->proof != NULL);
}

/* --- the place is granted --- */

/* Our member of that name, if it is this one. */
static uint32_t find_member(const struct mirror *mirror, const struct pending_join *join)
{
    uint32_t index = member_find_name(&mirror->chat->rooms, join->room, join->request.user);

    if (index == ROOM_NONE) return ROOM_NONE;
    bool same = constant_equal(member_at(mirror, index)->id, join->id, SEAL_KEY);
    return same ? index : ROOM_NONE;
}

/* A member that nobody can be yet: its keys are told only when the log is here. If they never are,
   it falls silent like anybody else. */
static bool add_member(struct mirror *mirror, const struct pending_join *join)
{
    struct chat *chat = mirror->chat;
    uint32_t index = member_add(&chat->rooms, join->room, join->request.user, join->id);

    if (index == ROOM_NONE) return false;
    admission_open(chat, index, &join->pending.keys, room_at(mirror, join->room)->log.end,
                   mirror->cluster.now);
    chat->counts.joined++;
    return true;
}

/* Nobody knows whether it was granted. If so, it has to be lost again. */
static void doubt(struct mirror *mirror, struct pending_join *join)
{
    uint32_t same = member_find_name(&mirror->chat->rooms, join->room, join->request.user);

    if (same == ROOM_NONE) add_member(mirror, join);
    finish_busy(mirror, join);
}

static bool copy(struct text text, struct text *out)
{
    char *bytes = malloc(text.size + 1);

    if (!bytes) return false;
    if (text.size > 0) memcpy(bytes, text.bytes, text.size);
    *out = (struct text){bytes, text.size};
    return true;
}

static void grant(struct mirror *mirror, struct pending_join *join,
                  const struct cluster_answer *answer)
{
    struct chat *chat = mirror->chat;
    uint32_t same = member_find_name(&chat->rooms, join->room, join->request.user);
    uint32_t index = find_member(mirror, join);

    /* Who had that name has left, or it would not be granted: that entry is still to come. */
    if (same != index) chat_drop(chat, same, mirror->cluster.now);
    if (index == ROOM_NONE && !add_member(mirror, join)) {
        order_lose(&mirror->cluster, ticket_of(join), join->room_id, join->id);
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    index = find_member(mirror, join);
    struct member *member = member_at(mirror, index);
    if (answer->number > member->session.accepted) member->session.accepted = answer->number;
    join->end = answer->end;
    join->known = answer->known;
    join->start = answer->from;
    join->back = answer->back;
    join->total = (uint32_t)answer->count;
    memcpy(join->host, answer->host, SEAL_ID);
    bool fits = WELCOME_HEAD + answer->text.size <= TCRP_PAYLOAD_LIMIT - SEAL_TAG;
    if (!fits || !copy(answer->text, &join->roster)) {
        finish_busy(mirror, join);
        return;
    }
    join->step = PENDING_JOIN_READ;
    mirror_want(mirror, join->room, join->end);
    mirror->guests.length(mirror->guests.context, join->room);
}

static void asked(struct mirror *mirror, struct pending_join *join,
                  const struct cluster_answer *answer)
{
    switch (answer->status) {
    case CLUSTER_OK: grant(mirror, join, answer); break;
    case CLUSTER_UNDONE: doubt(mirror, join); break;
    case CLUSTER_NO_ROOM: finish(join, TCRP_NO_ROOM); break;
    case CLUSTER_EXISTS: finish(join, TCRP_ROOM_EXISTS); break;
    case CLUSTER_MALFORMED: finish(join, TCRP_MALFORMED); break;
    case CLUSTER_OUT: finish(join, TCRP_KICKED); break;
    case CLUSTER_TAKEN: finish(join, TCRP_NAME_TAKEN); break;
    case CLUSTER_FULL: finish(join, TCRP_ROOM_FULL); break;
    case CLUSTER_SERVER_FULL: finish(join, TCRP_SERVER_FULL); break;
    default: finish_busy(mirror, join); break;
    }
}

static void listed(struct pending_join *join, const struct cluster_answer *answer)
{
    bool good = answer->status == CLUSTER_OK
        && answer->text.size <= TCRP_PAYLOAD_LIMIT - SEAL_TAG
        && copy(answer->text, &join->pending.answer);

    finish(join, good ? TCRP_OK : TCRP_BUSY);
}

static void take(void *context, const struct cluster_answer *answer)
{
    struct pending_joins *joins = context;
    struct mirror *mirror = joins->mirror;
    struct pending_join *join = joins->first;

    while (join && join->number != answer->ticket.who) join = join->next;
    if (!join || join->step == PENDING_JOIN_OVER) return;
    if (answer->operation == CLUSTER_LOOK) looked(mirror, join, answer);
    else if (answer->operation == CLUSTER_LIST) listed(join, answer);
    else asked(mirror, join, answer);
    if (join->orphan) destroy(joins, join);
}

/* --- the log is here --- */

static enum tcrp_status let_in(struct mirror *mirror, struct pending_join *join)
{
    struct chat *chat = mirror->chat;
    struct room *room = room_at(mirror, join->room);
    uint32_t index = find_member(mirror, join);

    if (index == ROOM_NONE) return TCRP_BUSY; /* it was kicked meanwhile, say: it will be told */
    room->log.readers = join->total; /* at all servers; some were here before our copy began */
    uint64_t next = admission_history(&room->log);
    if (next > join->end) next = join->end;
    if (join->request.room_id && join->back != BACK_NOWHERE) next = join->start;
    if (next < 1) next = 1;
    admission_open(chat, index, &join->pending.keys, next, mirror->cluster.now);
    chat_unasked(chat, index);
    struct welcome head = {.session = member_at(mirror, index)->session.id, .room_id = room->id,
                           .start = next, .end = join->end, .total = join->total,
                           .host = join->host,
                           .server = mirror->cluster.start,
                           .accepted = join->known, .back = join->back};
    unsigned char *bytes = malloc(WELCOME_HEAD + join->roster.size);
    if (!bytes) return TCRP_BUSY;
    welcome_encode(&head, bytes);
    memcpy(bytes + WELCOME_HEAD, join->roster.bytes, join->roster.size);
    join->pending.answer = (struct text){(char *)bytes, WELCOME_HEAD + join->roster.size};
    return TCRP_OK;
}

static void take_length(void *context, uint32_t room)
{
    struct pending_joins *joins = context;
    struct mirror *mirror = joins->mirror;
    uint64_t end = room_at(mirror, room)->log.end;

    for (struct pending_join *join = joins->first; join; join = join->next) {
        if (join->room != room || join->step != PENDING_JOIN_READ || end < join->end) continue;
        finish(join, let_in(mirror, join));
    }
}

/* --- life --- */

void pending_joins_create(struct pending_joins *joins, struct mirror *mirror)
{
    *joins = (struct pending_joins){.mirror = mirror, .decider = {joins, begin, end}};
    mirror->guests = (struct mirror_guests){joins, take, take_length, refuse};
    mirror->chat->decider = &joins->decider;
}
