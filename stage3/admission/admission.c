#include "admission.h"

#include <string.h>

#include "crypto/constant.h"
#include "crypto/sha256.h"

enum { HISTORY = 50 }; /* earlier lines that a newcomer gets to read */

/* --- passwords --- */

/* An IPv6 user has a whole /64 network, so the network counts as one place. */
static uint64_t place_of(const struct chat *chat, const struct address *from)
{
    if (from->is.any.sa_family == AF_INET6) {
        return hash_bytes(&chat->rooms.key, &from->is.v6.sin6_addr, 8);
    }
    return hash_bytes(&chat->rooms.key, &from->is.v4.sin_addr, 4);
}

/* Whoever has the proof gets in here without the password, so only its hash is stored. */
void admission_hash(const unsigned char salt[ROOM_SALT], const unsigned char *proof,
                    unsigned char out[SEAL_KEY])
{
    struct sha256 state;

    sha256_start(&state);
    sha256_add(&state, salt, ROOM_SALT);
    sha256_add(&state, proof, SEAL_KEY);
    sha256_end(&state, out);
}

void admission_lock(struct chat *chat, const unsigned char *proof, unsigned char salt[ROOM_SALT],
                    unsigned char hash[SEAL_KEY])
{
    chat->random(chat->random_context, salt, ROOM_SALT);
    admission_hash(salt, proof, hash);
}

static bool password_is_right(const struct admission_room *room, const unsigned char *proof)
{
    unsigned char hash[SEAL_KEY];

    if (!room->proof || !proof) return !room->proof && !proof;
    admission_hash(room->salt, proof, hash);
    return constant_equal(hash, room->proof, sizeof hash);
}

static enum tcrp_status check_password(struct pending *pending, const struct admission_room *room,
                                       int64_t now)
{
    struct throttle *throttle = &pending->chat->throttle;
    uint64_t place = place_of(pending->chat, &pending->from);
    bool left = room->wrong < THROTTLE_OF_ROOM && throttle_allows(throttle, place, now);

    /* A client that shows m is a member already, so the guesses of strangers do not affect it. */
    if (room->proof && !left && !room->is_in) return TCRP_TOO_MANY_TRIES;
    if (password_is_right(room, pending->request.proof)) return TCRP_OK;
    if (room->proof && !room->is_in && pending->request.proof) { /* else there was no guess */
        pending->chat->decider->wrong(pending, room, now);
        throttle_add(throttle, place, now);
    }
    return TCRP_WRONG_PASSWORD;
}

/* --- places --- */

bool admission_has_quota(struct pending *pending, const struct quota *quota)
{
    if (quota_allows(quota, &pending->from)) return true;
    pending->chat->counts.crowded++;
    return false;
}

/* --- sessions --- */

void admission_open(struct chat *chat, uint32_t index, const struct seal_keys *keys,
                    uint64_t next, int64_t now)
{
    uint32_t random_context;

    chat->random(chat->random_context, &random_context, sizeof random_context);
    wheel_clear(&chat->wheel, index); /* the new session has no datagram on its way */
    session_open(&chat->rooms.members[index].session, member_session(index, random_context), keys,
                 chat->starts.now, next, now);
}

/* A few lines back, so that a newcomer sees the topic. The welcome lists the members, so entries
   before the first of these lines are of no use to it. */
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

/* --- the way of a request --- */

struct pending *admission_begin(struct chat *chat, const struct request *request,
                                const struct address *from, const struct seal_keys *keys,
                                int64_t now)
{
    const struct decider *decider = chat->decider;
    struct pending *pending = decider->make(chat);

    if (!pending) return NULL;
    pending->chat = chat;
    pending->from = *from;
    pending->keys = *keys;
    pending->request.operation = request->operation;
    if (request->operation == TCRP_LIST) {
        decider->list(pending, now);
        return pending;
    }
    struct text bytes = {pending->bytes, request_encode(request, pending->bytes)};
    if (!request_decode(request->operation, bytes, &pending->request)) {
        admission_finish(pending, TCRP_MALFORMED);
        return pending;
    }
    sha256(pending->request.m, SEAL_KEY, pending->id);
    decider->look(pending, now);
    return pending;
}

void admission_end(struct pending *pending)
{
    pending->chat->decider->end(pending);
}

void admission_finish(struct pending *pending, enum tcrp_status status)
{
    if (status != TCRP_OK) pending->chat->counts.refused++;
    pending->done = true;
    pending->status = status;
}

/* Checks a request about a room that exists. */
static enum tcrp_status check(struct pending *pending, const struct admission_room *room,
                              int64_t now)
{
    const struct request *request = &pending->request;

    if (request->operation == TCRP_CREATE && !room->is_host) return TCRP_ROOM_EXISTS;
    if (request->room_id) {
        if (memcmp(request->room_id, room->id, SEAL_ID) != 0) return TCRP_NO_ROOM;
        if (request->next < 1) return TCRP_MALFORMED;
    }
    return check_password(pending, room, now);
}

void admission_looked(struct pending *pending, const struct admission_room *room, int64_t now)
{
    const struct decider *decider = pending->chat->decider;
    bool creates = pending->request.operation == TCRP_CREATE && !pending->request.room_id;

    if (!room && creates) {
        decider->create(pending, now);
        return;
    }
    enum tcrp_status status = room ? check(pending, room, now) : TCRP_NO_ROOM;
    if (status == TCRP_OK) decider->join(pending, room, now);
    else admission_finish(pending, status);
}
