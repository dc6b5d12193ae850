#include "base/bucket.h"
#include "dice.h"
#include "sim.h"

static uint32_t draw_actors(void)
{
    uint32_t kind = dice_below(200);

    if (kind < 120) return dice_between(1, 8);
    if (kind < 180) return dice_between(5, 25);
    if (kind < 198) return dice_between(20, 70);
    return dice_between(100, 300);
}

/* One of the values, so that the ends come up often. (No dice among them: C does not say which of
   several arguments is computed first.) */
static uint32_t pick(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t values[] = {a, b, c, d};

    return values[dice_below(4)];
}

/* The same, and then a random value up to it. */
static uint32_t up_to(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return dice_below(pick(a, b, c, d) + 1);
}

static void draw_network(struct plan *plan)
{
    plan->delay = up_to(0, 1, 40, 300);
    plan->spread = up_to(0, 3, 30, 500);
    if (plan->fair) return;
    plan->loss = up_to(0, 4, 30, 60);
    plan->doubled = pick(0, 1, 10, 50);
    plan->late = pick(0, 1, 10, 40);
    plan->lateness = pick(10, 100, 1000, 10000);
    plan->spoilt = pick(0, 0, 1, 5);
    plan->stolen = pick(0, 0, 0, 3);
    plan->tcp_loss = pick(0, 5, 20, 50);
    plan->held_up = pick(0, 0, 1, 20);
    plan->unreachable = pick(0, 0, 50, 100);
    plan->trouble_every = pick(0, 60000, 20000, 5000);
    plan->replay_every = pick(0, 0, 3000, 300);
    plan->journal = dice_percent(50);
    plan->kills = dice_percent(plan->journal ? 60 : 5);
    if (plan->journal && plan->kills && plan->trouble_every > 0) {
        plan->rollback = pick(0, 0, 50, 100);
    }
}

static void draw_people(struct plan *plan)
{
    plan->say = 20;
    plan->talkers = 10;
    plan->burst = pick(0, 1, 5, 20);
    plan->leave = pick(0, 1, 2, 10);
    plan->kick = pick(0, 0, 2, 5);
    plan->move = plan->fair ? 0 : pick(0, 1, 3, 10);
    if (plan->fair) return;
    plan->crash = pick(0, 0, 1, 5);
    plan->sleep = pick(0, 0, 1, 5);
    plan->slow = pick(0, 0, 1, 10);
    plan->talkers = pick(10, 10, 30, 90);
    /* More lines than the log's ring holds, and a member that does not keep up. */
    if (plan->actors <= 8 && dice_percent(12)) plan->flood = plan->slow = 8;
}

/* Few members, long lines by the hundred, and readers that stop for up to half a second. */
static void be_patient(struct plan *plan)
{
    *plan = (struct plan){.patient = true, .fair = true, .rooms = 1, .locked = plan->locked > 0,
                          .silence = 60000, .lines = BUCKET_LINES, .length = 150000,
                          .text_limit = 3600, .talkers = 100, .say = 1, .flood = 1, .slow = 8,
                          .close = plan->close};
    plan->actors = dice_between(2, 4);
    plan->member_limit = plan->room_limit = 20;
    plan->act_every = 4000;
    plan->delay = dice_below(40);
    plan->spread = dice_below(30);
}

void plan_make(struct plan *plan)
{
    *plan = (struct plan){.actors = draw_actors()};
    uint32_t acts = dice_between(10, plan->actors > 70 ? 150 : 300);

    plan->fair = dice_percent(12);
    plan->rooms = plan->actors > 70 ? dice_between(1, 2) : dice_between(1, 3);
    plan->locked = dice_below(plan->rooms + 1);
    plan->length = (int64_t)dice_between(5000, 150000);
    plan->silence = pick(60000, 60000, 30000, 45000);
    /* No dice: with them, the seeds that once went wrong would play other stories. */
    plan->lines = sim.seed % 7 == 1 ? 5 : sim.seed % 7 == 3 ? 30 : BUCKET_LINES;
    plan->member_limit = dice_percent(5) ? plan->actors / 2 + 1 : 2 * plan->actors + 20;
    plan->room_limit = dice_percent(5) ? plan->actors / 2 + 1 : plan->member_limit;
    plan->act_every = plan->actors * (uint32_t)plan->length / acts + 1;
    plan->text_limit = pick(10, 60, 400, 3600);
    plan->close = dice_percent(25);
    draw_network(plan);
    draw_people(plan);
    if (sim.seed % 17 == 5) be_patient(plan); /* no dice, for the same reason */
}
