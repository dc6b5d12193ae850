#include "door.h"

#include <stdlib.h>
#include <string.h>

#include "admission/admission.h"
#include "dice.h"
#include "history.h"
#include "house.h"
#include "path.h"
#include "places.h"
#include "queue.h"
#include "sim.h"

struct exchange {
    uint32_t actor, place;
    enum tcrp_operation operation;
    char request[REQUEST_LIMIT];
    size_t size;
    struct seal_keys keys;
};

static struct exchange *exchanges; /* number n is at n - 1 */
static uint64_t count, room;

void doors_begin(void)
{
    exchanges = NULL;
    count = room = 0;
}

void doors_end(void)
{
    free(exchanges);
    doors_begin();
}

uint32_t door_actor(uint64_t number)
{
    return exchanges[number - 1].actor;
}

const struct seal_keys *door_keys(uint64_t number)
{
    return &exchanges[number - 1].keys;
}

uint64_t door_handshake(uint32_t actor, uint32_t place, const struct request *request)
{
    if (count == room) {
        room = room ? 2 * room : 64;
        exchanges = realloc(exchanges, (size_t)room * sizeof *exchanges);
        if (!exchanges) abort();
    }
    struct exchange *exchange = &exchanges[count++];
    exchange->actor = actor;
    exchange->place = place;
    exchange->operation = request->operation;
    exchange->size = request_encode(request, exchange->request);
    dice_fill(NULL, &exchange->keys, sizeof exchange->keys);
    queue_put((struct event){.at = sim.now + DOOR_TIMEOUT, .kind = EVENT_TIMEOUT, .mark = count});
    if (!path_is_cut(actor) && !dice_percent(sim.plan.tcp_loss)) {
        queue_put((struct event){.at = sim.now + path_delay(), .kind = EVENT_REQUEST,
                                 .mark = count});
    }
    return count;
}

static void reply(uint64_t number, enum tcrp_status status, const void *answer, size_t size)
{
    static unsigned char bytes[1 + TCRP_PAYLOAD_LIMIT];
    const struct exchange *exchange = &exchanges[number - 1];

    bytes[0] = (unsigned char)status;
    if (size > 0) memcpy(bytes + 1, answer, size);
    digest(bytes, 1 + size);
    if (path_is_cut(exchange->actor) || dice_percent(sim.plan.tcp_loss)) return;
    queue_put_bytes((struct event){.at = sim.now + path_delay(), .kind = EVENT_ANSWER,
                                   .mark = number}, bytes, 1 + size);
}

void door_arrives(uint64_t number)
{
    if (!house_handshake(number)) reply(number, TCRP_BUSY, NULL, 0);
}

/* The exchange served last: the server serves one at a time. */
static struct {
    enum tcrp_status status;
    unsigned char bytes[TCRP_PAYLOAD_LIMIT];
    size_t size;
} answer;

void door_answer(uint64_t number)
{
    reply(number, answer.status, answer.bytes, answer.size);
}

/* --- the server's side --- */

/* Does the member begin at the right entry? `before` is the number of the next entry before it
   joined. */
static void check_start(const struct request *request, const struct member *member,
                        const struct room *room_of, uint64_t before)
{
    const struct version *version = history_find(room_of->id)->now;
    uint64_t start = member->session.read;

    if (request->room_id && member->back != BACK_NOWHERE) {
        bool same = start == request->next;
        if (same != (member->back == BACK_NOT)) fail("somebody who resumes begins elsewhere");
        if (start > request->next) fail("somebody who resumes begins later");
    } else if (start >= version->dropped && start != history_start(version, before)) {
        fail("a newcomer begins at entry %lu, not %lu", (unsigned long)start,
             (unsigned long)history_start(version, before));
    }
}

static struct pending *admit(struct exchange *exchange, const struct request *request,
                             struct chat *chat)
{
    struct address from = place_address(exchange->place);
    uint32_t found = room_find(&chat->rooms, request->room);
    uint64_t before = found == ROOM_NONE ? 1 : chat->rooms.rooms[found].log.end;
    struct pending *pending = admission_begin(chat, request, &from, &exchange->keys, sim.now);
    struct welcome head;

    history_watch(chat);
    if (!pending || !pending->done) fail("a request is not decided at once");
    if (pending->status != TCRP_OK) return pending;
    if (!welcome_decode(pending->answer, &head)) fail("an answer is malformed");
    const struct member *member =
        &chat->rooms.members[member_find(&chat->rooms, head.session)];
    check_start(request, member, &chat->rooms.rooms[member->room], before);
    sim.counts.admitted++;
    return pending;
}

void door_serve(uint64_t number, struct chat *chat)
{
    struct exchange *exchange = &exchanges[number - 1];
    struct text bytes = {exchange->request, exchange->size};
    struct request request;

    if (!request_decode(exchange->operation, bytes, &request)) fail("a request is malformed");
    struct pending *pending = admit(exchange, &request, chat);
    answer.status = pending->status;
    answer.size = pending->answer.size;
    if (answer.size > 0) memcpy(answer.bytes, pending->answer.bytes, answer.size);
    admission_end(pending);
}
