#include "pending_join.h"

#include <stdlib.h>
#include <string.h>

#include "admission/admission.h"
#include "crypto/constant.h"

static struct pending_joins *joins_of(const struct pending *pending)
{
    return pending->chat->decider->context;
}

static bool ask(struct mirror *mirror, const struct pending_join *join, struct script_call *call)
{
    return cluster_call(&mirror->cluster, (struct cluster_ticket){join->number, 0}, call);
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
    admission_finish(&join->pending, status);
}

/* The request cannot be served now: Redis does not answer, or another reason that will pass. */
static void finish_busy(const struct mirror *mirror, struct pending_join *join)
{
    finish(join, mirror->cluster.waiting ? TCRP_APART : TCRP_BUSY);
}

/* The connection has ended. If Redis may already have granted the place, the join stays as an
   orphan until the answer comes: the member is added and later lost. Otherwise it would stay in
   Redis for ever, because no server would miss it. */
static void end(struct pending *pending)
{
    struct pending_join *join = (struct pending_join *)pending;
    bool list = pending->request.operation == TCRP_LIST;

    if (join->step == PENDING_JOIN_ASK && !pending->done && !list) join->orphan = true;
    else destroy(joins_of(pending), join);
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
        if (!join->pending.done) finish(join, status);
        if (join->orphan) destroy(joins, join);
    }
}

/* --- the beginning --- */

static struct pending *make(struct chat *chat)
{
    struct pending_joins *joins = chat->decider->context;
    struct pending_join *join = calloc(1, sizeof *join);

    if (!join) return NULL;
    join->number = ++joins->next;
    join->room = ROOM_NONE;
    join->next = joins->first;
    joins->first = join;
    return &join->pending;
}

static void look(struct pending *pending, int64_t now)
{
    struct mirror *mirror = joins_of(pending)->mirror;
    struct pending_join *join = (struct pending_join *)pending;
    const struct request *request = &pending->request;
    struct script_call call;

    mirror->cluster.now = now;
    if (request->number > CLUSTER_NUMBER || request->next > CLUSTER_NUMBER) {
        finish(join, TCRP_MALFORMED);
        return;
    }
    /* While Redis does not answer, a new request is refused at once. Earlier ones keep waiting. */
    bool asked = !mirror->cluster.waiting && ask(mirror, join, script_look(&call, request->room));
    if (!asked) finish_busy(mirror, join);
}

static void list(struct pending *pending, int64_t now)
{
    struct mirror *mirror = joins_of(pending)->mirror;
    struct pending_join *join = (struct pending_join *)pending;
    struct script_call call;

    mirror->cluster.now = now;
    join->step = PENDING_JOIN_ASK;
    bool asked = !mirror->cluster.waiting && ask(mirror, join, script_plain(&call, CLUSTER_LIST));
    if (!asked) finish_busy(mirror, join);
}

static void wrong(struct pending *pending, const struct admission_room *room, int64_t now)
{
    struct script_call call;

    (void)now;
    ask(joins_of(pending)->mirror, (struct pending_join *)pending, script_wrong(&call, room->id));
}

/* --- asking for the place --- */

static struct text write_joined(const struct pending_join *join, unsigned char *row)
{
    struct entry joined = {.kind = ENTRY_JOINED, .member = join->pending.id,
                           .name = join->pending.request.user};

    return (struct text){(char *)row, entry_encode(&joined, row)};
}

/* Follows the room's log. This comes before the place is asked for, so that no entry is missed. */
static bool open_room(struct mirror *mirror, struct pending_join *join, bool locked)
{
    join->room = mirror_open(mirror, join->room_id, join->pending.request.room, locked);
    if (join->room != ROOM_NONE) mirror->rooms[join->room].joins++;
    return join->room != ROOM_NONE;
}

static void create(struct pending *pending, int64_t now)
{
    struct mirror *mirror = joins_of(pending)->mirror;
    struct pending_join *join = (struct pending_join *)pending;
    const struct request *request = &pending->request;
    unsigned char row[FRAME_ENTRY_LIMIT], salt[ROOM_SALT], hash[SEAL_KEY];
    struct script_newcomer host = {join->room_id, pending->id, request->user, request->number,
                                  write_joined(join, row)};
    bool locked = request->proof != NULL;
    struct script_call call;

    (void)now;
    pending->chat->random(pending->chat->random_context, join->room_id, SEAL_ID);
    if (locked) admission_lock(pending->chat, request->proof, salt, hash);
    if (!admission_has_quota(pending, &pending->chat->rooms.room_quota)
        || !open_room(mirror, join, locked)) {
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    room_hold(&pending->chat->rooms, join->room, &pending->from);
    join->step = PENDING_JOIN_ASK;
    script_create(&call, &host, request->room, locked ? salt : NULL, locked ? hash : NULL);
    if (!ask(mirror, join, &call)) finish_busy(mirror, join);
}

static void join(struct pending *pending, const struct admission_room *room, int64_t now)
{
    struct mirror *mirror = joins_of(pending)->mirror;
    struct pending_join *join = (struct pending_join *)pending;
    const struct request *request = &pending->request;
    const struct chat *chat = mirror->chat;
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct script_newcomer newcomer = {join->room_id, pending->id, request->user,
                                      request->number, write_joined(join, row)};
    uint64_t next = request->room_id ? request->next : 0;
    struct text starts = {(const char *)request->start, request->starts * REQUEST_START};
    bool places = chat->rooms.chained < chat->rooms.member_limit
        && quota_allows(&chat->rooms.member_quota, &pending->from);
    struct script_call call;

    (void)now;
    memcpy(join->room_id, room->id, SEAL_ID);
    if (!open_room(mirror, join, room->proof != NULL)) {
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    join->step = PENDING_JOIN_ASK;
    script_join(&call, &newcomer, next, starts, chat->room_limit, places);
    if (!ask(mirror, join, &call)) finish_busy(mirror, join);
}

/* Is this member already in that room, at this server? */
static bool is_in(const struct mirror *mirror, const struct pending_join *join,
                  const unsigned char *room_id)
{
    uint32_t room = mirror_find(mirror, room_id);

    return room != ROOM_NONE
        && member_find_id(&mirror->chat->rooms, room, join->pending.id) != ROOM_NONE;
}

static void looked(struct mirror *mirror, struct pending_join *join,
                   const struct cluster_answer *found)
{
    if (found->status == CLUSTER_NO_ROOM) {
        admission_looked(&join->pending, NULL, mirror->cluster.now);
        return;
    }
    if (found->status != CLUSTER_OK) {
        finish_busy(mirror, join);
        return;
    }
    struct admission_room room = {.id = found->room, .salt = found->salt, .proof = found->proof,
                                  .wrong = found->number,
                                  .is_host = constant_equal(found->host, join->pending.id,
                                                            SEAL_ID),
                                  .is_in = is_in(mirror, join, found->room)};
    admission_looked(&join->pending, &room, mirror->cluster.now);
}

/* --- the place is granted --- */

/* Returns our member of that name if it has the id of this request, else ROOM_NONE. */
static uint32_t find_member(const struct mirror *mirror, const struct pending_join *join)
{
    uint32_t index = member_find_name(&mirror->chat->rooms, join->room, join->pending.request.user);

    if (index == ROOM_NONE) return ROOM_NONE;
    bool same = constant_equal(member_at(mirror->chat, index)->id, join->pending.id, SEAL_KEY);
    return same ? index : ROOM_NONE;
}

/* Adds a member that no client can use yet: the client gets its keys only when the log is here. If
   it never gets them, the member falls silent and is lost like any other. */
static bool add_member(struct mirror *mirror, const struct pending_join *join)
{
    struct chat *chat = mirror->chat;
    uint32_t index =
        member_add(&chat->rooms, join->room, join->pending.request.user, join->pending.id);

    if (index == ROOM_NONE) return false;
    member_hold(&chat->rooms, index, &join->pending.from);
    admission_open(chat, index, &join->pending.keys, room_at(mirror->chat, join->room)->log.end,
                   mirror->cluster.now);
    chat->counts.joined++;
    return true;
}

/* Redis may have granted the place. So the member is added, unless there is one of that name: as
   no client uses it, it is lost later, in Redis too. */
static void doubt(struct mirror *mirror, struct pending_join *join)
{
    uint32_t same = member_find_name(&mirror->chat->rooms, join->room, join->pending.request.user);

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
    uint32_t same = member_find_name(&chat->rooms, join->room, join->pending.request.user);
    uint32_t index = find_member(mirror, join);

    /* Another member of ours that has this name must have left, or Redis would not have granted
       the name: the entry that says so has not come yet. */
    if (same != index) chat_drop(chat, same, mirror->cluster.now);
    if (index == ROOM_NONE && !add_member(mirror, join)) {
        struct script_call call;
        ask(mirror, join, script_lose(&call, join->room_id, join->pending.id));
        finish(join, TCRP_SERVER_FULL);
        return;
    }
    index = find_member(mirror, join);
    struct member *member = member_at(mirror->chat, index);
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
    if (!join || join->pending.done) return;
    if (answer->operation == CLUSTER_LOOK) looked(mirror, join, answer);
    else if (answer->operation == CLUSTER_LIST) listed(join, answer);
    else asked(mirror, join, answer);
    if (join->orphan) destroy(joins, join);
}

/* --- the log is here --- */

static enum tcrp_status let_in(struct mirror *mirror, struct pending_join *join)
{
    struct chat *chat = mirror->chat;
    struct room *room = room_at(mirror->chat, join->room);
    uint32_t index = find_member(mirror, join);

    /* If it was kicked meanwhile, for example, the client comes again and is told so. */
    if (index == ROOM_NONE) return TCRP_BUSY;
    room->log.readers = join->total; /* at all servers; some joined before our copy begins */
    uint64_t next = admission_history(&room->log);
    if (next > join->end) next = join->end;
    if (join->pending.request.room_id && join->back != BACK_NOWHERE) next = join->start;
    if (next < 1) next = 1;
    admission_open(chat, index, &join->pending.keys, next, mirror->cluster.now);
    chat_unasked(chat, index);
    struct welcome head = {.session = member_at(chat, index)->session.id, .room_id = room->id,
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
    uint64_t end = room_at(mirror->chat, room)->log.end;

    for (struct pending_join *join = joins->first; join; join = join->next) {
        bool reads = join->step == PENDING_JOIN_READ && !join->pending.done;
        if (join->room != room || !reads || end < join->end) continue;
        finish(join, let_in(mirror, join));
    }
}

/* --- life --- */

void pending_joins_create(struct pending_joins *joins, struct mirror *mirror)
{
    *joins = (struct pending_joins){
        .mirror = mirror,
        .decider = {.context = joins, .make = make, .look = look, .create = create, .join = join,
                    .list = list, .wrong = wrong, .end = end}};
    mirror->guests = (struct mirror_guests){joins, take, take_length, refuse};
    mirror->chat->decider = &joins->decider;
}
