#include "actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chat/chat.h"
#include "dice.h"
#include "door.h"
#include "path.h"
#include "places.h"
#include "queue.h"
#include "sim.h"
#include "view.h"

enum {
    WATCH = 1000,     /* milliseconds between two checks whether to resume */
    FLOOD_PAUSE = 30  /* milliseconds between two bursts of a flood */
};

struct actor {
    uint32_t index, place, room;
    struct soul *soul;             /* NULL: outside */
    struct membership *membership; /* NULL: outside */
    struct view view;
    uint64_t exchange;    /* the one that it waits for; 0: none, */
    uint64_t restarts;    /* and the restarts of the server before it */
    uint64_t session;     /* as the last answer said */
    int64_t handshake_at; /* not before then */
    int64_t asleep, slow;/* until then */
    int64_t tick;        /* when a tick is due; 0: none */
    uint32_t flood;      /* lines still to be said at once */
    uint32_t lives;      /* memberships so far */
    uint32_t failures;   /* exchanges in a row */
};

static struct actor *actors;

static bool is_locked(const struct actor *actor)
{
    return actor->room < sim.plan.locked;
}

/* Stands for the key that a room's password would give; depends only on the room's number. */
static void make_key(uint32_t room, unsigned char what, unsigned char key[SEAL_KEY])
{
    memset(key, (int)room + 1, SEAL_KEY);
    key[0] = what;
}

static bool is_asleep(const struct actor *actor)
{
    return sim.now < actor->asleep;
}

/* --- its membership --- */

static void on_send(void *context, const void *bytes, size_t size)
{
    struct actor *actor = context;

    path_up(actor->place, bytes, size);
}

static void on_news(void *context, const struct news *news)
{
    struct actor *actor = context;

    view_news(&actor->view, actor->membership, news);
}

static bool has_space(void *context)
{
    const struct actor *actor = context;

    return sim.now >= actor->slow;
}

static void tick_at(struct actor *actor, int64_t at)
{
    if (at < sim.now) at = sim.now;
    if (actor->tick != 0 && actor->tick <= at) return;
    actor->tick = at;
    queue_put((struct event){.at = at, .kind = EVENT_TICK, .who = actor->index});
}

static void go_out(struct actor *actor, const char *why)
{
    note("%s is out: %s", actor->soul->name, why);
    membership_destroy(actor->membership);
    actor->membership = NULL;
    actor->soul = NULL;
    actor->exchange = 0;
    actor->flood = 0;
    actor->failures = 0;
    actor->handshake_at = sim.now + dice_below(2000);
}

static void handshake(struct actor *actor);

/* Call it after each call into its membership. */
static void settle(struct actor *actor)
{
    view_check(&actor->view, actor->membership);
    if (membership_over(actor->membership)) {
        static const char *const why[] = {"?", "?", "it has left", "it was kicked",
                                          "the room was closed"};
        go_out(actor, why[membership_state(actor->membership)]);
        return;
    }
    if (membership_state(actor->membership) != MEMBERSHIP_HERE) return;
    if (membership_wants_resume(actor->membership, sim.now) && actor->exchange == 0
        && sim.now >= actor->handshake_at) handshake(actor);
    int64_t due = membership_due(actor->membership), watch = sim.now + WATCH;
    tick_at(actor, due < watch ? (due > sim.now ? due : sim.now + 1) : watch);
}

/* --- joining and resuming --- */

/* Its own name, a new one, or somebody else's. */
static struct soul *new_soul(struct actor *actor)
{
    char name[SOUL_NAME];
    uint32_t kind = dice_below(10);

    if (kind == 0) snprintf(name, sizeof name, "a%u", (unsigned)dice_below(sim.plan.actors));
    else if (kind < 5) snprintf(name, sizeof name, "a%u", (unsigned)actor->index);
    else snprintf(name, sizeof name, "a%u.%u", (unsigned)actor->index, (unsigned)actor->lives);
    return soul_new(actor->index, name);
}

static void be_born(struct actor *actor)
{
    unsigned char secret[SEAL_KEY];

    actor->lives++;
    actor->room = dice_below(sim.plan.rooms);
    actor->soul = new_soul(actor);
    actor->soul->creates = dice_percent(30);
    actor->view = (struct view){.soul = actor->soul};
    make_key(actor->room, 's', secret);
    struct membership_params params = {.user = text_of(actor->soul->name), .m = actor->soul->m,
                                       .secret = is_locked(actor) ? secret : NULL,
                                       .random = dice_fill, .send = on_send, .tell = on_news,
                                       .has_space = has_space, .context = actor};
    actor->membership = membership_create(&params);
    if (!actor->membership) abort();
}

static void handshake(struct actor *actor)
{
    unsigned char proof[SEAL_KEY], starts[REQUEST_STARTS * REQUEST_START];
    char room[16];
    bool first = membership_state(actor->membership) == MEMBERSHIP_WAITING;
    bool create = first && actor->soul->creates;

    snprintf(room, sizeof room, "room%u", (unsigned)actor->room);
    bool wrong = first && !create && dice_one_in(50);
    make_key(actor->room, wrong ? 'x' : 'p', proof);
    struct request request = {.operation = create ? TCRP_CREATE : TCRP_JOIN, .room = text_of(room),
                              .user = text_of(actor->soul->name), .m = actor->soul->m,
                              .proof = is_locked(actor) ? proof : NULL};
    if (!first) {
        membership_position(actor->membership, &request, starts);
        sim.counts.resumes++;
    }
    note("%s %s %s", actor->soul->name, !first ? "resumes in" : create ? "creates" : "joins", room);
    actor->restarts = sim.counts.restarts;
    actor->exchange = door_handshake(actor->index, actor->place, &request);
}

static void admitted(struct actor *actor, struct text bytes, uint64_t exchange)
{
    struct welcome answer;

    if (!welcome_decode(bytes, &answer)) fail("a malformed answer");
    actor->session = answer.session;
    view_admitted(&actor->view, &answer);
    note("%s is in, session %lx, from entry %lu", actor->soul->name, (unsigned long)answer.session,
         (unsigned long)answer.start);
    if (!membership_admit(actor->membership, door_keys(exchange), bytes, sim.now)) {
        fail("%s does not understand the answer", actor->soul->name);
    }
    settle(actor);
}

/* May the server refuse it for that reason, and if so, does the client try again? */
static bool tries_again(struct actor *actor, enum tcrp_status status)
{
    const struct soul *soul = actor->soul;
    const struct history *history = actor->view.history;
    bool first = !history;
    /* The server may know better since: its journal was put back, or put right. */
    bool late = actor->restarts != sim.counts.restarts;

    switch (status) {
    case TCRP_NO_ROOM:
        if (first) actor->soul->creates = dice_percent(60);
        else if (history->there && !history->closed && !late) {
            fail("%s: its room is there", soul->name);
        }
        return first && actor->soul->creates;
    case TCRP_ROOM_EXISTS:
        if (!first || !soul->creates) fail("%s did not want to create", soul->name);
        actor->soul->creates = false;
        return dice_percent(70);
    case TCRP_NAME_TAKEN:
        if (!first && !soul->gone && !late) fail("%s: its own name is taken", soul->name);
        return !sim.over && dice_percent(first ? 20 : 80);
    case TCRP_KICKED:
        if (!soul->was_kicked && !late) fail("%s: nobody kicked it", soul->name);
        return false;
    case TCRP_WRONG_PASSWORD:
        if (!first) fail("%s: its password was right", soul->name);
        return true;
    case TCRP_ROOM_FULL:
    case TCRP_SERVER_FULL:
        if (!first && !soul->gone && !late) fail("%s had a place", soul->name);
        return !sim.over && dice_percent(first ? 50 : 80);
    case TCRP_TOO_MANY_TRIES:
    case TCRP_BUSY: return true;
    default: fail("%s gets status %d", soul->name, (int)status);
    }
}

void actor_answer(uint64_t exchange, const unsigned char *bytes, size_t size)
{
    struct actor *actor = &actors[door_actor(exchange)];
    enum tcrp_status status = (enum tcrp_status)bytes[0];

    if (actor->exchange != exchange) return; /* it has given up, or died */
    actor->exchange = 0;
    actor->failures = 0;
    if (status == TCRP_OK) {
        admitted(actor, (struct text){(const char *)bytes + 1, size - 1}, exchange);
        return;
    }
    note("%s is refused: %d", actor->soul->name, (int)status);
    if (!tries_again(actor, status)) {
        go_out(actor, "it was refused");
        return;
    }
    actor->handshake_at = sim.now + 500 + dice_below(2000);
    tick_at(actor, actor->handshake_at);
}

void actor_timeout(uint64_t exchange)
{
    struct actor *actor = &actors[door_actor(exchange)];

    if (actor->exchange != exchange) return;
    note("%s gets no answer at the door", actor->soul->name);
    actor->exchange = 0;
    if (actor->failures++ > 3 && membership_state(actor->membership) == MEMBERSHIP_WAITING
        && dice_percent(40)) {
        go_out(actor, "it has had enough");
        return;
    }
    tick_at(actor, sim.now);
}

/* --- events --- */

uint64_t actor_session(uint32_t index)
{
    return actors[index].session;
}

void actor_receive(uint32_t index, uint32_t place, void *bytes, size_t size)
{
    struct actor *actor = &actors[index];
    struct announcement announcement;
    uint64_t session;

    if (!actor->membership || is_asleep(actor)) return;
    bool asks = size == PACKET_EXTRA || packet_announces(bytes, size, &announcement);
    if (asks && packet_session(bytes, size, &session) && session == actor->session) {
        place_prove(place, session);
    }
    membership_receive(actor->membership, bytes, size, sim.now);
    settle(actor);
}

void actor_tick(uint32_t index)
{
    struct actor *actor = &actors[index];

    if (actor->tick == 0 || sim.now < actor->tick) return; /* it was put off */
    actor->tick = 0;
    if (!actor->membership) return;
    if (is_asleep(actor)) {
        tick_at(actor, actor->asleep);
        return;
    }
    if (membership_state(actor->membership) == MEMBERSHIP_WAITING) {
        if (actor->exchange == 0 && sim.now >= actor->handshake_at) handshake(actor);
        else if (actor->exchange == 0) tick_at(actor, actor->handshake_at);
        return;
    }
    bool reads_again = actor->slow != 0 && sim.now >= actor->slow;
    if (reads_again) actor->slow = 0;
    if (reads_again || membership_due(actor->membership) <= sim.now)
        membership_tick(actor->membership, sim.now);
    settle(actor);
}

/* --- actions --- */

static bool say(struct actor *actor)
{
    char text[FRAME_SAY_LIMIT];
    uint32_t limit = dice_percent(sim.plan.talkers) ? sim.plan.text_limit
                                                    : sim.plan.text_limit / 10 + 1;
    size_t size = 1 + dice_below(limit < FRAME_SAY_LIMIT ? limit : FRAME_SAY_LIMIT);
    uint64_t number = actor->soul->count + 1;

    for (size_t i = 0; i < size; i++) text[i] = (char)('a' + dice_below(26));
    struct text what = {text, size};
    /* It may be on its way, and even fail, before we are told its number. */
    soul_says(actor->soul, number, what);
    if (membership_say(actor->membership, what, sim.now, &number) != MEMBERSHIP_OK) {
        actor->soul->count--;
        return false;
    }
    if (number != actor->soul->count) fail("%s: another number than the next", actor->soul->name);
    return true;
}

static void burst(struct actor *actor, uint32_t lines)
{
    note("%s says %u lines", actor->soul->name, (unsigned)lines);
    while (lines-- > 0 && say(actor)) continue;
}

static void flood(struct actor *actor)
{
    for (int i = 0; i < 64 && actor->flood > 0 && say(actor); i++) actor->flood--;
    queue_put((struct event){.at = sim.now + FLOOD_PAUSE, .kind = EVENT_ACT, .who = actor->index});
}

static void kick(struct actor *actor)
{
    const struct members *members = membership_members(actor->membership);

    char name[SOUL_NAME];

    if (memcmp(membership_host(actor->membership), actor->soul->id, SEAL_ID) != 0
        || members->count == 0) {
        return;
    }
    struct text who = members->list[dice_below(members->count)].name;
    snprintf(name, sizeof name, "%.*s", (int)who.size, who.bytes);
    if (strcmp(name, actor->soul->name) == 0) return;
    soul_kicks(actor->soul, name);
    if (membership_kick(actor->membership, text_of(name), sim.now) == MEMBERSHIP_OK) {
        note("%s puts %s out", actor->soul->name, name);
    } else {
        actor->soul->count--;
        actor->soul->kicks--;
    }
}

static void move(struct actor *actor)
{
    place_leave(actor->place);
    actor->place = place_new(actor->index);
    note("%s moves to place %u", actor->soul->name, (unsigned)actor->place);
    if (dice_percent(20)) membership_doubt(actor->membership, sim.now);
}

static void crash(struct actor *actor)
{
    sim.counts.crashes++;
    if (dice_percent(50)) {
        place_leave(actor->place);
        actor->place = place_new(actor->index);
    }
    go_out(actor, "it crashed");
}

static void sleep_on(struct actor *actor)
{
    actor->asleep = sim.now + dice_below(dice_percent(20) ? 150000 : 10000);
    note("%s falls asleep for %ld ms", actor->soul->name, (long)(actor->asleep - sim.now));
}

static void read_slowly(struct actor *actor)
{
    /* Patient: with the time that acknowledgements take before and after it, less than a reader
       may need that is waited for. */
    uint32_t longest = sim.plan.patient ? 500 : dice_percent(20) ? 60000 : 5000;

    if (sim.plan.patient && actor->slow != 0) return;
    actor->slow = sim.now + 1 + dice_below(longest);
    note("%s reads nothing for %ld ms", actor->soul->name, (long)(actor->slow - sim.now));
}

static void do_something(struct actor *actor)
{
    const struct plan *plan = &sim.plan;
    uint32_t weights[] = {plan->say, plan->burst, plan->flood, plan->kick, plan->leave, plan->crash,
                          plan->move, plan->sleep, plan->slow};
    uint32_t sum = 0, what = 0;

    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) sum += weights[i];
    for (uint32_t dice = dice_below(sum); dice >= weights[what]; what++) dice -= weights[what];
    switch (what) {
    case 0: burst(actor, 1); break;
    case 1: burst(actor, dice_between(2, 64)); break;
    case 2: actor->flood = sim.plan.patient ? 300 : dice_between(500, 2000); break;
    case 3: kick(actor); break;
    case 4:
        note("%s leaves", actor->soul->name);
        actor->soul->leaves = true;
        membership_leave(actor->membership, sim.now);
        break;
    case 5: crash(actor); break;
    case 6: move(actor); break;
    case 7: sleep_on(actor); break;
    default: read_slowly(actor); break;
    }
}

static void act_later(const struct actor *actor)
{
    int64_t at = sim.now + 1 + dice_below(2 * sim.plan.act_every);

    queue_put((struct event){.at = at, .kind = EVENT_ACT, .who = actor->index});
}

void actor_act(uint32_t index)
{
    struct actor *actor = &actors[index];

    if (sim.over) return;
    if (actor->flood > 0) flood(actor);
    else act_later(actor);
    if (!actor->membership) {
        if (sim.now < actor->handshake_at) return;
        be_born(actor);
        handshake(actor);
        return;
    }
    if (is_asleep(actor) || membership_state(actor->membership) == MEMBERSHIP_WAITING) return;
    if (actor->flood == 0) do_something(actor);
    if (actor->membership) settle(actor);
}

/* --- all of them --- */

void actors_begin(void)
{
    actors = calloc(sim.plan.actors, sizeof *actors);
    if (!actors) abort();
    uint32_t crowd = dice_percent(30) ? 100 : 5000;
    for (uint32_t i = 0; i < sim.plan.actors; i++) {
        actors[i].index = i;
        actors[i].place = place_new(i);
        queue_put((struct event){.at = sim.now + dice_below(crowd), .kind = EVENT_ACT, .who = i});
    }
}

void actors_end(void)
{
    for (uint32_t i = 0; i < sim.plan.actors; i++) membership_destroy(actors[i].membership);
    free(actors);
}

void actors_wake(void)
{
    for (uint32_t i = 0; i < sim.plan.actors; i++) {
        actors[i].asleep = 0;
        if (actors[i].slow > sim.now) actors[i].slow = sim.now;
        actors[i].flood = 0;
        if (actors[i].membership) tick_at(&actors[i], sim.now);
    }
}

void actors_check(const struct chat *chat)
{
    uint32_t here = 0;

    for (uint32_t i = 0; i < sim.plan.actors; i++) {
        struct actor *actor = &actors[i];
        if (!actor->membership) continue;
        bool waits = membership_state(actor->membership) == MEMBERSHIP_WAITING;
        if (waits && sim.plan.room_limit > sim.plan.actors) {
            fail("%s is still waiting", actor->soul->name);
        }
        if (membership_state(actor->membership) != MEMBERSHIP_HERE) continue;
        view_check_end(&actor->view, actor->membership, chat);
        here++;
    }
    if (here != chat->rooms.member_count) {
        fail("%u are in, and the server has %u members", (unsigned)here,
             (unsigned)chat->rooms.member_count);
    }
}

void actors_leave(void)
{
    for (uint32_t i = 0; i < sim.plan.actors; i++) {
        if (!actors[i].membership) continue;
        actors[i].soul->leaves = true;
        membership_leave(actors[i].membership, sim.now);
        settle(&actors[i]);
    }
}

void actors_check_gone(void)
{
    for (uint32_t i = 0; i < sim.plan.actors; i++) {
        if (actors[i].membership && membership_state(actors[i].membership) == MEMBERSHIP_HERE) {
            fail("%s is still there", actors[i].soul->name);
        }
    }
}
