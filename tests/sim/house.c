#include "house.h"

#include <stdlib.h>
#include <string.h>

#include "admission/alone.h"
#include "base/bytes.h"
#include "chat/receive.h"
#include "counters.h"
#include "dice.h"
#include "door.h"
#include "history.h"
#include "path.h"
#include "places.h"
#include "sim.h"
#include "tape.h"

enum {
    INBOX = 1024,  /* datagrams that the socket holds */
    DRAIN = 256,   /* as in server.c */
    WAITING = 64
};

static struct chat chat;
static struct {
    uint32_t place;
    unsigned char bytes[PACKET_LIMIT];
    size_t size;
} inbox[INBOX];
static size_t inbox_first, inbox_count;
static uint64_t waiting[WAITING];
static size_t waiting_count;
static int64_t paused_until, full_until;

/* It will be killed: at that point of its turn; and back at that time. */
static enum fate { LIVES, DIES_FULL, DIES_WRITTEN, DIES_TOLD } fate;
static int64_t back_at;

/* What is being taken in: it may be answered with a probe, once. */
static uint32_t asking_place;
static size_t asking_size;

struct chat *house_chat(void)
{
    return &chat;
}

/* --- sending --- */

/* What a lost member is told when it speaks. */
static bool is_farewell(const unsigned char *bytes, size_t size)
{
    return size == LOST_ANSWER && member_find(&chat.rooms, wire_get64(bytes)) == ROOM_NONE;
}

static void look_at(uint32_t place, const unsigned char *bytes, size_t size)
{
    uint64_t session = wire_get64(bytes);
    struct announcement announcement;

    if (size == PACKET_EXTRA || packet_announces(bytes, size, &announcement)) {
        bool asked = place == asking_place && size <= asking_size;
        /* Unasked, it probes members that were silent for long, and all members after a restart,
           but only at a place that was proved. */
        bool calls = place_proved_once(place, session);
        if (!asked && !calls) fail("a probe that nobody asked for");
        if (asked) asking_place = NOBODY;
    } else if (is_farewell(bytes, size)) {
        bool asked = place == asking_place && size < asking_size;
        if (!asked) fail("somebody lost is told that, and has not asked");
        asking_place = NOBODY;
    } else if (!place_proved(place, session)) {
        fail("place %u gets a datagram and never proved itself", (unsigned)place);
    }
}

/* The key of the seal: that of a member, or of a lost session. */
static const unsigned char *key_of(uint64_t session)
{
    uint32_t member = member_find(&chat.rooms, session);

    if (member != ROOM_NONE) return chat.rooms.members[member].session.down;
    for (uint32_t i = 0; i < LOST_PLACES; i++) {
        const struct lost_session *lost = &chat.lost.sessions[i];
        if (lost->until != 0 && lost->id == session) return lost->down;
    }
    fail("a datagram for nobody");
}

static enum delivery send_datagram(void *context, const struct address *to, const void *bytes,
                                   size_t size)
{
    uint32_t place = place_at(to);

    (void)context;
    look_at(place, bytes, size);
    counters_look(wire_get64(key_of(wire_get64(bytes))), bytes, size);
    digest(bytes, size < 48 ? size : 48);
    if (dice_percent(sim.plan.held_up)) return DELIVERY_HELD_UP;
    if (place_owner(place) == NOBODY && dice_percent(sim.plan.unreachable)) {
        return DELIVERY_UNREACHABLE;
    }
    path_down(place, bytes, size);
    return DELIVERY_SENT;
}

/* --- start and end --- */

static void start(void)
{
    struct chat_options options = {.member_limit = sim.plan.member_limit,
                                   .room_limit = sim.plan.room_limit,
                                   .silence = sim.plan.silence,
                                   .send = send_datagram,
                                   .decider = &alone,
                                   .random = dice_fill};

    inbox_first = inbox_count = waiting_count = 0;
    asking_place = NOBODY;
    fate = LIVES;
    if (!chat_create(&chat, &options, sim.now)) abort();
    chat.rate.lines = sim.plan.lines;
    if (!sim.plan.journal) return;
    tape_recover(&chat);
    tape_attach(&chat);
}

static void start_again(void)
{
    bool back = sim.plan.journal && dice_percent(sim.plan.rollback) && tape_go_back();

    sim.counts.restarts++;
    sim.counts.rollbacks += back;
    start();
    history_restart(&chat, back);
}

void house_begin(void)
{
    paused_until = full_until = 0;
    start();
}

void house_end(void)
{
    chat_destroy(&chat);
}

void house_pause(int64_t until)
{
    paused_until = until;
}

void house_crash(int64_t back)
{
    static const enum fate fates[] = {DIES_FULL, DIES_WRITTEN, DIES_TOLD};

    fate = fates[dice_below(3)];
    back_at = back;
}

void house_fill_disk(int64_t until)
{
    full_until = until;
}

void house_mend(void)
{
    paused_until = full_until = back_at = 0;
}

static bool dies(int when)
{
    if (fate == LIVES || (int)fate != when) return false;
    note("the server is killed, and comes back with %s",
         sim.plan.journal ? "its journal" : "nothing");
    places_forget();
    chat_destroy(&chat);
    history_crash(sim.plan.journal);
    start_again();
    history_watch(&chat);
    paused_until = back_at;
    return true;
}

/* Is everything in the journal, so that members may be told? */
static bool commit(void)
{
    history_watch(&chat);
    if (sim.now < full_until) {
        chat_stall(&chat);
        return false;
    }
    if (sim.plan.journal) tape_commit();
    chat_settle(&chat);
    history_commit(&chat);
    if (sim.plan.journal && dice_one_in(500)) tape_shorten(&chat);
    return true;
}

void house_close(void)
{
    chat_close(&chat, sim.now);
    commit();
    chat_flush(&chat, sim.now);
}

/* --- the loop --- */

void house_receive(uint32_t place, const void *bytes, size_t size)
{
    size_t slot = (inbox_first + inbox_count) % INBOX;

    if (inbox_count == INBOX) return;
    inbox[slot].place = place;
    inbox[slot].size = size;
    memcpy(inbox[slot].bytes, bytes, size);
    inbox_count++;
}

bool house_handshake(uint64_t exchange)
{
    if (waiting_count == WAITING) {
        chat_turned_away(&chat, sim.now);
        return false;
    }
    waiting[waiting_count++] = exchange;
    return true;
}

int64_t house_due(void)
{
    bool work_waits = waiting_count > 0 && sim.now >= full_until;
    int64_t due = inbox_count > 0 || work_waits || fate != LIVES ? sim.now : chat_due(&chat);

    return due < paused_until ? paused_until : due;
}

static void take_in(void)
{
    for (int i = 0; i < DRAIN && inbox_count > 0; i++) {
        struct address from = place_address(inbox[inbox_first].place);
        asking_place = inbox[inbox_first].place;
        asking_size = inbox[inbox_first].size;
        chat_receive(&chat, &from, inbox[inbox_first].bytes, inbox[inbox_first].size, sim.now);
        asking_place = NOBODY;
        history_watch(&chat);
        inbox_first = (inbox_first + 1) % INBOX;
        inbox_count--;
    }
}

/* The oldest request, if there is one. */
static void work(void)
{
    if (waiting_count == 0 || sim.now < full_until) return;
    uint64_t exchange = waiting[0];
    memmove(waiting, waiting + 1, --waiting_count * sizeof *waiting);
    door_serve(exchange, &chat);
    if (dies(DIES_FULL)) return;
    commit();
    door_answer(exchange);
}

void house_turn(void)
{
    take_in();
    chat_tick(&chat, sim.now);
    if (waiting_count == 0 && dies(DIES_FULL)) return;
    if (commit()) {
        if (dies(DIES_WRITTEN)) return;
        chat_flush(&chat, sim.now);
        history_watch(&chat);
        if (dies(DIES_TOLD)) return;
    } else if (dies((int)fate)) {
        return;
    }
    work();
}
