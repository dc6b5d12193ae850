/*
 * play: runs the simulator.
 *
 *     play FIRST [LAST]      plays these seeds; reports those that went wrong, and counts
 *     play -t SEED           plays one seed and prints every event
 *
 * The last line is "SEEDS runs, WRONG wrong, digest DIGEST": the same seeds give the same digest,
 * on every machine. Exit status 1 if any went wrong.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actor.h"
#include "chat/chat.h"
#include "counters.h"
#include "dice.h"
#include "door.h"
#include "history.h"
#include "house.h"
#include "memory.h"
#include "path.h"
#include "places.h"
#include "queue.h"
#include "sim.h"
#include "soul.h"
#include "tape.h"

enum {
    START = 1000000,
    QUIET = 30000,     /* milliseconds of fair weather after which the network should be quiet */
    FAREWELL = 13000   /* milliseconds until all have gone */
};

struct sim sim;
static jmp_buf out;
static uint64_t down_before; /* datagrams that the server had sent when the quiet began */

void fail(const char *format, ...)
{
    va_list arguments;

    printf("seed %" PRIu64 ", at %" PRId64 " ms: ", sim.seed, sim.now - START);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
    longjmp(out, 1);
}

void note(const char *format, ...)
{
    va_list arguments;

    if (!sim.tracing) return;
    printf("%8" PRId64 " ", sim.now - START);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

void digest(const void *bytes, size_t size)
{
    const unsigned char *in = bytes;

    for (size_t i = 0; i < size; i++) sim.digest = (sim.digest ^ in[i]) * UINT64_C(0x100000001B3);
}

void digest_number(uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        unsigned char byte = (unsigned char)(number >> (8 * i));
        digest(&byte, 1);
    }
}

/* --- a run --- */

static void begin(uint64_t seed, bool tracing)
{
    sim = (struct sim){.seed = seed, .tracing = tracing, .now = START,
                       .digest = UINT64_C(0xCBF29CE484222325)};
    dice_begin(seed);
    plan_make(&sim.plan);
    queue_begin();
    places_begin();
    path_begin();
    souls_begin();
    history_begin();
    doors_begin();
    counters_begin();
    tape_begin();
    memory_begin();
    house_begin();
    actors_begin();
}

/* Something goes wrong somewhere. */
static void trouble(void)
{
    int64_t long_time = sim.now + dice_below(dice_percent(25) ? 120000 : 15000);
    int64_t short_time = sim.now + dice_below(dice_percent(25) ? 40000 : 3000);
    uint32_t actor = dice_below(sim.plan.actors);

    switch (dice_below(sim.plan.kills ? 6 : 4)) {
    case 4:
        house_crash(short_time);
        break;
    case 5:
        if (!sim.plan.journal) break;
        note("the disk is full for %" PRId64 " ms", short_time - sim.now);
        house_fill_disk(short_time);
        break;
    case 0:
        note("nobody reaches the server for %" PRId64 " ms", short_time - sim.now);
        path_cut(NOBODY, short_time);
        break;
    case 1:
        note("the server stands still for %" PRId64 " ms", short_time - sim.now);
        house_pause(short_time);
        break;
    default:
        note("actor %u is cut off for %" PRId64 " ms", (unsigned)actor, long_time - sim.now);
        path_cut(actor, long_time);
        break;
    }
}

static void again(enum event_kind kind, uint32_t every)
{
    if (every == 0 || sim.over) return;
    queue_put((struct event){.at = sim.now + 1 + dice_below(2 * every), .kind = kind});
}

static void happen(const struct event *event)
{
    switch (event->kind) {
    case EVENT_UP: house_receive(event->place, event->bytes, event->size); break;
    case EVENT_DOWN:
        if (place_owner(event->place) == NOBODY) break;
        actor_receive(place_owner(event->place), event->place, event->bytes, event->size);
        break;
    case EVENT_REQUEST: door_arrives(event->mark); break;
    case EVENT_ANSWER: actor_answer(event->mark, event->bytes, event->size); break;
    case EVENT_TIMEOUT: actor_timeout(event->mark); break;
    case EVENT_TICK: actor_tick(event->who); break;
    case EVENT_ACT: actor_act(event->who); break;
    case EVENT_TROUBLE:
        if (!sim.over) trouble();
        again(EVENT_TROUBLE, sim.plan.trouble_every);
        break;
    case EVENT_REPLAY:
        if (!sim.over) path_replay();
        again(EVENT_REPLAY, sim.plan.replay_every);
        break;
    }
}

/* The server's turn comes after all events of the same time. */
static void play_until(int64_t end)
{
    for (;;) {
        int64_t due = queue_due(), house = house_due();
        if (due > end && house > end) break;
        if (due <= house) {
            struct event event = queue_take();
            if (event.at > sim.now) sim.now = event.at;
            sim.counts.events++;
            digest_number((uint64_t)event.at << 8 | (uint64_t)event.kind);
            happen(&event);
            free(event.bytes);
        } else {
            if (house > sim.now) sim.now = house;
            house_turn();
        }
    }
    sim.now = end;
}

static void clear_up(void)
{
    note("the weather is fair");
    sim.over = true;
    sim.plan.loss = sim.plan.doubled = sim.plan.late = sim.plan.spoilt = sim.plan.stolen = 0;
    sim.plan.tcp_loss = sim.plan.held_up = sim.plan.unreachable = 0;
    path_mend();
    house_mend();
    actors_wake();
}

/* Is anything left although all members have gone? */
static void check_empty(void)
{
    const struct chat *chat = house_chat();

    if (!chat_is_empty(chat) || chat->rooms.member_count != 0) fail("the server is not empty");
    if (chat->rooms.room_count != 0) fail("the server has rooms without members");
    if (chat->wheel.count != 0) fail("the server has timers for nobody");
    if (chat->first_telling != ROOM_NONE || chat->first_owed != ROOM_NONE
        || chat->first_ready != ROOM_NONE) fail("the server owes something to nobody");
}

static void check_quiet(void)
{
    uint64_t sent = sim.counts.down - down_before, members = house_chat()->rooms.member_count;

    if (house_chat()->wheel.count != 0) fail("something is on its way, long after all has arrived");
    if (sent > 8 * members) fail("%" PRIu64 " datagrams while nobody talks", sent);
}

static void play(void)
{
    int64_t length = sim.plan.length, settling = sim.plan.silence + 20000;

    again(EVENT_TROUBLE, sim.plan.trouble_every);
    again(EVENT_REPLAY, sim.plan.replay_every);
    play_until(START + length);
    clear_up();
    play_until(START + length + settling);
    actors_check(house_chat());
    down_before = sim.counts.down;
    play_until(sim.now + QUIET);
    check_quiet();
    note(sim.plan.close ? "the server shuts down" : "all leave");
    sim.closing = sim.plan.close;
    if (sim.plan.close) house_close();
    else actors_leave();
    play_until(sim.now + FAREWELL);
    actors_check_gone();
    check_empty();
}

static void end(void)
{
    actors_end();
    house_end();
    queue_end();
    places_end();
    path_end();
    souls_end();
    history_end();
    doors_end();
    counters_end();
    tape_end();
}

static void tell_plan(void)
{
    const struct plan *plan = &sim.plan;

    printf("seed %" PRIu64 ": %u actors, %u rooms (%u locked), %" PRId64 " ms, loss %u %%, doubled "
           "%u %%, late %u %% by %u ms, spoilt %u %%, stolen %u %%, delay %u + %u ms, tcp %u %%, "
           "silence %" PRId64 " ms%s%s\n", sim.seed, plan->actors, plan->rooms, plan->locked,
           plan->length, plan->loss, plan->doubled, plan->late, plan->lateness, plan->spoilt,
           plan->stolen, plan->delay, plan->spread, plan->tcp_loss, plan->silence,
           plan->journal ? ", journal" : "", plan->kills ? ", kills" : "");
}

static void tell_counts(void)
{
    const struct sender *sender = &house_chat()->sender;

    printf("%" PRIu64 " events, %" PRIu64 " datagrams up, %" PRIu64 " down, %" PRIu64 " entries "
           "(%" PRIu64 " sent), %" PRIu64 " sent again, %" PRIu64 " gaps, %" PRIu64 " admitted, %"
           PRIu64 " resumes, %" PRIu64 " crashes, %" PRIu64 " lost, %" PRIu64 " restarts, %"
           PRIu64 " back (told %" PRIu64 ", of %" PRIu64 " items, %" PRIu64 " too far)\n",
           sim.counts.events, sim.counts.up, sim.counts.down, sim.counts.entries,
           sender->entries, sender->again,
           sim.counts.gaps, sim.counts.admitted, sim.counts.resumes, sim.counts.crashes,
           sim.counts.lost_members, sim.counts.restarts, sim.counts.rollbacks,
           sim.counts.told_back, sim.counts.told_lost, sim.counts.told_more);
}

/* Plays one seed. False: it went wrong, and its memory is not freed. */
static bool run(uint64_t seed, bool tracing)
{
    if (setjmp(out) != 0) return false;
    begin(seed, tracing);
    if (tracing) tell_plan();
    play();
    if (tracing) tell_counts();
    end();
    if (memory_held() != 0) fail("%ld blocks of memory were not given back", memory_held());
    return true;
}

int main(int argc, char **argv)
{
    bool tracing = argc == 3 && strcmp(argv[1], "-t") == 0;
    uint64_t all = 0;
    unsigned long count = 0, wrong = 0;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: play FIRST [LAST] | play -t SEED\n");
        return 2;
    }
    uint64_t first = strtoull(argv[tracing ? 2 : 1], NULL, 10);
    uint64_t last = tracing || argc == 2 ? first : strtoull(argv[2], NULL, 10);
    for (uint64_t seed = first; seed <= last; seed++, count++) {
        wrong += !run(seed, tracing);
        all = all * 31 + sim.digest;
    }
    printf("%lu runs, %lu wrong, digest %016" PRIx64 "\n", count, wrong, all);
    return wrong > 0;
}
