#include "claim.h"

#include <stdlib.h>
#include <string.h>

#include "admission/admission.h"
#include "crypto/constant.h"
#include "crypto/sha256.h"
#include "order.h"
#include "wire/answer.h"

static struct room *room_at(const struct mirror *mirror, uint32_t index)
{
    return &mirror->chat->rooms.rooms[index];
}

static struct member *member_at(const struct mirror *mirror, uint32_t index)
{
    return &mirror->chat->rooms.members[index];
}

static struct shared_ticket ticket_of(const struct claim *claim)
{
    return (struct shared_ticket){claim->number, 0};
}

/* --- the end --- */

static void destroy(struct claims *claims, struct claim *claim)
{
    struct claim **link = &claims->first;

    while (*link != claim) link = &(*link)->next;
    *link = claim->next;
    if (claim->room != ROOM_NONE) claims->mirror->rooms[claim->room].claims--;
    free((char *)claim->roster.bytes);
    free((char *)claim->pending.answer.bytes);
    wipe(claim, sizeof *claim);
    free(claim);
}

static void finish(struct claim *claim, enum tcrp_status status)
{
    claim->step = CLAIM_OVER;
    claim->pending.done = true;
    claim->pending.status = status;
}

/* It cannot be done now: because Redis does not answer, or for another reason that passes. */
static void finish_busy(const struct mirror *mirror, struct claim *claim)
{
    finish(claim, mirror->shared.waiting ? TCRP_APART : TCRP_BUSY);
}

/* A place that may have been granted already is taken all the same: otherwise it would stand in
   Redis for ever, and nobody would miss its owner. */
static void end(void *context, struct pending *pending)
{
    struct claim *claim = (struct claim *)pending;
    bool asked = claim->step == CLAIM_ASK && claim->pending.operation != TCRP_LIST;

    if (asked) claim->orphan = true;
    else destroy(context, claim);
}

void claims_destroy(struct claims *claims)
{
    while (claims->first) destroy(claims, claims->first);
}

static void refuse(void *context, uint32_t room, enum tcrp_status status)
{
    struct claims *claims = context;
    struct claim *next;

    for (struct claim *claim = claims->first; claim; claim = next) {
        next = claim->next;
        if (room != ROOM_NONE && claim->room != room) continue;
        if (claim->room != ROOM_NONE) claims->mirror->rooms[claim->room].claims--;
        claim->room = ROOM_NONE;
        if (claim->step != CLAIM_OVER) finish(claim, status);
        if (claim->orphan) destroy(claims, claim);
    }
}

/* --- the beginning --- */

/* The request points into bytes of its own from now on. */
static bool keep_request(struct claim *claim, const struct request *request)
{
    claim->pending.operation = request->operation;
    if (request->operation == TCRP_LIST) return true;
    size_t size = request_encode(request, claim->bytes);
    struct text bytes = {claim->bytes, size};
    return request_decode(request->operation, bytes, &claim->request);
}

static void look(struct mirror *mirror, struct claim *claim)
{
    bool asked;

    /* Who would have to wait for long is told at once; what is on its way already stays. */
    if (mirror->shared.waiting) {
        finish_busy(mirror, claim);
        return;
    }
    if (claim->pending.operation == TCRP_LIST) {
        claim->step = CLAIM_ASK;
        asked = order_list(&mirror->shared, ticket_of(claim));
    } else {
        sha256(claim->request.m, SEAL_KEY, claim->id);
        asked = order_look(&mirror->shared, ticket_of(claim), claim->request.room);
    }
    if (!asked) finish_busy(mirror, claim);
}

static struct pending *begin(void *context, const struct request *request,
                             const struct address *from, const struct seal_keys *keys, int64_t now)
{
    struct claims *claims = context;
    struct mirror *mirror = claims->mirror;
    struct claim *claim = calloc(1, sizeof *claim);

    if (!claim) return NULL;
    mirror->shared.now = now;
    claim->number = ++claims->next;
    claim->from = *from;
    claim->pending.keys = *keys;
    claim->room = ROOM_NONE;
    claim->next = claims->first;
    claims->first = claim;
    bool counts = request->number <= SHARED_NUMBER && request->next <= SHARED_NUMBER;
    if (!keep_request(claim, request) || !counts) finish(claim, TCRP_MALFORMED);
    else look(mirror, claim);
    return &claim->pending;
}

/* --- asking for the place --- */

static struct text write_joined(const struct claim *claim, unsigned char *row)
{
    struct entry joined = {.kind = ENTRY_JOINED, .member = claim->id,
                           .name = claim->request.user};

    return (struct text){(char *)row, entry_encode(&joined, row)};
}

/* The room's log is followed from now on; before that, so that nothing is missed. */
static bool open_room(struct mirror *mirror, struct claim *claim, bool locked)
{
    claim->room = mirror_open(mirror, claim->room_id, claim->request.room, locked);
    if (claim->room != ROOM_NONE) mirror->rooms[claim->room].claims++;
    return claim->room != ROOM_NONE;
}

static void create(struct mirror *mirror, struct claim *claim)
{
    struct chat *chat = mirror->chat;
    const unsigned char *proof = claim->request.proof;
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct order_newcomer host = {claim->room_id, claim->id, claim->request.user,
                                  claim->request.number, write_joined(claim, row)};

    chat->random(chat->chance, claim->room_id, SEAL_ID);
    chat->random(chat->chance, claim->salt, ROOM_SALT);
    if (proof) admission_hash(claim->salt, proof, claim->proof);
    if (!open_room(mirror, claim, proof != NULL)) {
        finish(claim, TCRP_SERVER_FULL);
        return;
    }
    claim->step = CLAIM_ASK;
    if (!order_create(&mirror->shared, ticket_of(claim), &host, claim->request.room,
                      proof ? claim->salt : NULL, proof ? claim->proof : NULL)) {
        finish_busy(mirror, claim);
    }
}

static void join(struct mirror *mirror, struct claim *claim, bool locked)
{
    const struct chat *chat = mirror->chat;
    unsigned char row[FRAME_ENTRY_LIMIT];
    struct order_newcomer newcomer = {claim->room_id, claim->id, claim->request.user,
                                      claim->request.number, write_joined(claim, row)};
    uint64_t next = claim->request.room_id ? claim->request.next : 0;
    struct text starts = {(const char *)claim->request.start,
                          claim->request.starts * REQUEST_START};
    bool places = chat->rooms.chained < chat->rooms.member_limit;

    if (!open_room(mirror, claim, locked)) {
        finish(claim, TCRP_SERVER_FULL);
        return;
    }
    claim->step = CLAIM_ASK;
    if (!order_join(&mirror->shared, ticket_of(claim), &newcomer, next, starts,
                    chat->room_limit, places)) {
        finish_busy(mirror, claim);
    }
}

static bool password_is_right(const struct shared_answer *room, const unsigned char *proof)
{
    unsigned char hash[SEAL_KEY];

    if (!room->proof || !proof) return !room->proof && !proof;
    admission_hash(room->salt, proof, hash);
    return constant_equal(hash, room->proof, sizeof hash);
}

/* Is it in that room already, here? */
static bool is_in(const struct mirror *mirror, const struct claim *claim,
                  const unsigned char *room_id)
{
    uint32_t room = mirror_find(mirror, room_id);

    return room != ROOM_NONE
        && member_find_id(&mirror->chat->rooms, room, claim->id) != ROOM_NONE;
}

static enum tcrp_status check_password(struct mirror *mirror, const struct claim *claim,
                                       const struct shared_answer *room)
{
    struct tries *tries = &mirror->chat->tries;
    uint64_t place = admission_place(mirror->chat, &claim->from);
    int64_t now = mirror->shared.now;

    bool left = room->number < TRIES_OF_ROOM && tries_left(tries, place, now);

    /* Whoever shows m is in already: what strangers try at the door does not touch it. */
    bool in = is_in(mirror, claim, room->room);
    if (room->proof && !left && !in) return TCRP_TOO_MANY_TRIES;
    if (password_is_right(room, claim->request.proof)) return TCRP_OK;
    if (room->proof && !in && claim->request.proof) { /* else nothing was guessed */
        order_wrong(&mirror->shared, ticket_of(claim), room->room);
        tries_add(tries, place, now);
    }
    return TCRP_WRONG_PASSWORD;
}

/* The room is there. */
static enum tcrp_status check(struct mirror *mirror, const struct claim *claim,
                              const struct shared_answer *room)
{
    const struct request *request = &claim->request;
    /* The host whose first answer was lost creates it again. */
    bool host = constant_equal(room->host, claim->id, SEAL_ID);

    if (claim->pending.operation == TCRP_CREATE && !host) return TCRP_ROOM_EXISTS;
    if (request->room_id) {
        if (memcmp(request->room_id, room->room, SEAL_ID) != 0) return TCRP_NO_ROOM;
        if (request->next < 1) return TCRP_MALFORMED;
    }
    return check_password(mirror, claim, room);
}

static void looked(struct mirror *mirror, struct claim *claim, const struct shared_answer *room)
{
    if (room->status == SHARED_NO_ROOM) {
        bool creates = claim->pending.operation == TCRP_CREATE && !claim->request.room_id;
        if (creates) create(mirror, claim);
        else finish(claim, TCRP_NO_ROOM);
        return;
    }
    if (room->status != SHARED_OK) {
        finish_busy(mirror, claim);
        return;
    }
    enum tcrp_status status = check(mirror, claim, room);
    if (status != TCRP_OK) {
        finish(claim, status);
        return;
    }
    memcpy(claim->room_id, room->room, SEAL_ID);
    join(mirror, claim, room->proof != NULL);
}

/* --- the place is granted --- */

/* Our member of that name, if it is this one. */
static uint32_t find_member(const struct mirror *mirror, const struct claim *claim)
{
    uint32_t index = member_find_name(&mirror->chat->rooms, claim->room, claim->request.user);

    if (index == ROOM_NONE) return ROOM_NONE;
    bool same = constant_equal(member_at(mirror, index)->id, claim->id, SEAL_KEY);
    return same ? index : ROOM_NONE;
}

/* A member that nobody can be yet: its keys are told only when the log is here. If they never are,
   it falls silent like anybody else. */
static bool add_member(struct mirror *mirror, const struct claim *claim)
{
    struct chat *chat = mirror->chat;
    uint32_t index = member_add(&chat->rooms, claim->room, claim->request.user, claim->id);

    if (index == ROOM_NONE) return false;
    admission_open(chat, index, &claim->pending.keys, room_at(mirror, claim->room)->log.end,
                   mirror->shared.now);
    chat->counts.joined++;
    return true;
}

/* Nobody knows whether it was granted. If so, it has to be lost again. */
static void doubt(struct mirror *mirror, struct claim *claim)
{
    uint32_t same = member_find_name(&mirror->chat->rooms, claim->room, claim->request.user);

    if (same == ROOM_NONE) add_member(mirror, claim);
    finish_busy(mirror, claim);
}

static bool copy(struct text text, struct text *out)
{
    char *bytes = malloc(text.size + 1);

    if (!bytes) return false;
    if (text.size > 0) memcpy(bytes, text.bytes, text.size);
    *out = (struct text){bytes, text.size};
    return true;
}

static void grant(struct mirror *mirror, struct claim *claim, const struct shared_answer *answer)
{
    struct chat *chat = mirror->chat;
    uint32_t same = member_find_name(&chat->rooms, claim->room, claim->request.user);
    uint32_t index = find_member(mirror, claim);

    /* Who had that name has left, or it would not be granted: that entry is still to come. */
    if (same != index) chat_drop(chat, same, mirror->shared.now);
    if (index == ROOM_NONE && !add_member(mirror, claim)) {
        order_lose(&mirror->shared, ticket_of(claim), claim->room_id, claim->id);
        finish(claim, TCRP_SERVER_FULL);
        return;
    }
    index = find_member(mirror, claim);
    struct member *member = member_at(mirror, index);
    if (answer->number > member->session.heard) member->session.heard = answer->number;
    claim->end = answer->end;
    claim->known = answer->known;
    claim->start = answer->from;
    claim->back = answer->back;
    claim->total = (uint32_t)answer->count;
    memcpy(claim->host, answer->host, SEAL_ID);
    bool fits = ANSWER_HEAD + answer->text.size <= TCRP_PAYLOAD_LIMIT - SEAL_TAG;
    if (!fits || !copy(answer->text, &claim->roster)) {
        finish_busy(mirror, claim);
        return;
    }
    claim->step = CLAIM_READ;
    mirror_want(mirror, claim->room, claim->end);
    mirror->guests.length(mirror->guests.context, claim->room);
}

static void asked(struct mirror *mirror, struct claim *claim, const struct shared_answer *answer)
{
    switch (answer->status) {
    case SHARED_OK: grant(mirror, claim, answer); break;
    case SHARED_UNDONE: doubt(mirror, claim); break;
    case SHARED_NO_ROOM: finish(claim, TCRP_NO_ROOM); break;
    case SHARED_EXISTS: finish(claim, TCRP_ROOM_EXISTS); break;
    case SHARED_MALFORMED: finish(claim, TCRP_MALFORMED); break;
    case SHARED_OUT: finish(claim, TCRP_PUT_OUT); break;
    case SHARED_TAKEN: finish(claim, TCRP_NAME_TAKEN); break;
    case SHARED_FULL: finish(claim, TCRP_ROOM_FULL); break;
    case SHARED_SERVER_FULL: finish(claim, TCRP_SERVER_FULL); break;
    default: finish_busy(mirror, claim); break;
    }
}

static void listed(struct claim *claim, const struct shared_answer *answer)
{
    bool good = answer->status == SHARED_OK
        && answer->text.size <= TCRP_PAYLOAD_LIMIT - SEAL_TAG
        && copy(answer->text, &claim->pending.answer);

    finish(claim, good ? TCRP_OK : TCRP_BUSY);
}

static void take(void *context, const struct shared_answer *answer)
{
    struct claims *claims = context;
    struct mirror *mirror = claims->mirror;
    struct claim *claim = claims->first;

    while (claim && claim->number != answer->ticket.who) claim = claim->next;
    if (!claim || claim->step == CLAIM_OVER) return;
    if (answer->operation == SHARED_LOOK) looked(mirror, claim, answer);
    else if (answer->operation == SHARED_LIST) listed(claim, answer);
    else asked(mirror, claim, answer);
    if (claim->orphan) destroy(claims, claim);
}

/* --- the log is here --- */

static enum tcrp_status let_in(struct mirror *mirror, struct claim *claim)
{
    struct chat *chat = mirror->chat;
    struct room *room = room_at(mirror, claim->room);
    uint32_t index = find_member(mirror, claim);

    if (index == ROOM_NONE) return TCRP_BUSY; /* it was put out meanwhile, say: it will be told */
    room->log.readers = claim->total; /* at all servers; some were here before our copy began */
    uint64_t next = admission_history(&room->log);
    if (next > claim->end) next = claim->end;
    if (claim->request.room_id && claim->back != BACK_NOWHERE) next = claim->start;
    if (next < 1) next = 1;
    admission_open(chat, index, &claim->pending.keys, next, mirror->shared.now);
    chat_unasked(chat, index);
    struct answer head = {.session = member_at(mirror, index)->session.id, .room_id = room->id,
                          .start = next, .end = claim->end, .total = claim->total,
                          .host = claim->host,
                          .server = mirror->shared.start,
                          .heard = claim->known, .back = claim->back};
    unsigned char *bytes = malloc(ANSWER_HEAD + claim->roster.size);
    if (!bytes) return TCRP_BUSY;
    answer_encode(&head, bytes);
    memcpy(bytes + ANSWER_HEAD, claim->roster.bytes, claim->roster.size);
    claim->pending.answer = (struct text){(char *)bytes, ANSWER_HEAD + claim->roster.size};
    return TCRP_OK;
}

static void take_length(void *context, uint32_t room)
{
    struct claims *claims = context;
    struct mirror *mirror = claims->mirror;
    uint64_t end = room_at(mirror, room)->log.end;

    for (struct claim *claim = claims->first; claim; claim = claim->next) {
        if (claim->room != room || claim->step != CLAIM_READ || end < claim->end) continue;
        finish(claim, let_in(mirror, claim));
    }
}

/* --- life --- */

void claims_create(struct claims *claims, struct mirror *mirror)
{
    *claims = (struct claims){.mirror = mirror, .decider = {claims, begin, end}};
    mirror->guests = (struct mirror_guests){claims, take, take_length, refuse};
    mirror->chat->decider = &claims->decider;
}
