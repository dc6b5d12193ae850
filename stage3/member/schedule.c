#include "schedule.h"

#include "wire/frame.h"

/* A random number below `limit`. It is not perfectly uniform, which does no harm here. */
static uint32_t draw(struct schedule *schedule, uint32_t limit)
{
    uint32_t number;

    schedule->random(schedule->random_context, &number, sizeof number);
    return number % limit;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- acknowledgements --- */

static void acknowledged(struct schedule *schedule)
{
    schedule->ack_due = SCHEDULE_NEVER;
    schedule->ack_entries = schedule->ack_bytes = 0;
    schedule->ack_limit =
        SCHEDULE_ACK_FEWEST + draw(schedule, SCHEDULE_ACK_MOST - SCHEDULE_ACK_FEWEST + 1);
}

/* A random time from half to all of the acknowledgement delay allowed in a room of this size. */
static int64_t ack_pause(struct schedule *schedule, uint64_t members)
{
    int64_t latest = frame_ack_latest(members);

    return latest - (int64_t)draw(schedule, (uint32_t)(latest / 2) + 1);
}

/* A random time from half to all of SCHEDULE_HOLE_SHOWN. */
static int64_t hole_pause(struct schedule *schedule)
{
    return SCHEDULE_HOLE_SHOWN - (int64_t)draw(schedule, SCHEDULE_HOLE_SHOWN / 2 + 1);
}

void schedule_create(struct schedule *schedule, random_source *random, void *context)
{
    schedule->random = random;
    schedule->random_context = context;
    schedule->keepalive =
        SCHEDULE_KEEPALIVE - (int64_t)draw(schedule, SCHEDULE_KEEPALIVE_SPREAD);
}

void schedule_begin(struct schedule *schedule, int64_t now)
{
    schedule->sent_at = now;
    schedule->asked_at = schedule->ask_due = schedule->wanted = SCHEDULE_NEVER;
    schedule->hole_shown_at = now - SCHEDULE_HOLE_PAUSE;
    schedule->part_due = now;
    schedule->probed_at = now - SCHEDULE_PROBE_PAUSE;
    acknowledged(schedule);
}

void schedule_sent(struct schedule *schedule, bool ask, enum hole hole, int64_t now)
{
    if (ask && schedule->asked_at == SCHEDULE_NEVER) schedule->asked_at = now;
    if (ask) schedule->ask_due = now + SCHEDULE_ASK_AGAIN;
    acknowledged(schedule);
    if (hole == HOLE_THERE) { /* shown until it is filled: this datagram may get lost, and so may
                                 what fills it */
        schedule->hole_shown_at = now;
        schedule->ack_due = now + hole_pause(schedule);
    }
    if (hole == HOLE_ARRIVING) schedule->ack_due = schedule->part_due;
    schedule->sent_at = now;
}

void schedule_read(struct schedule *schedule, size_t bytes)
{
    schedule->ack_entries++;
    schedule->ack_bytes += (uint32_t)bytes;
}

void schedule_owe(struct schedule *schedule, enum hole hole, uint64_t members, int64_t now)
{
    int64_t due;

    if (hole == HOLE_ARRIVING) {
        due = schedule->part_due;
    } else if (hole == HOLE_THERE) {
        due = schedule->hole_shown_at + SCHEDULE_HOLE_PAUSE;
    } else if (schedule->ack_entries >= schedule->ack_limit
               || schedule->ack_bytes >= SCHEDULE_ACK_BYTES) {
        due = now;
    } else if (schedule->ack_due == SCHEDULE_NEVER) {
        due = now + ack_pause(schedule, members);
    } else {
        return;
    }
    schedule->ack_due = earlier(schedule->ack_due, due);
}

void schedule_part(struct schedule *schedule, int64_t now)
{
    schedule->part_due = now + hole_pause(schedule);
}

bool schedule_arriving(const struct schedule *schedule, int64_t now)
{
    return now < schedule->part_due;
}

/* --- is the server there? --- */

/*
 * A probe that comes when nothing was sent for a while means that the server requires datagrams
 * more often than we send them. From then on we ask a little earlier than it does. So when nothing
 * arrives any more, we notice it as soon as the server. On a slow path the probe may have been the
 * answer to an older datagram. So each time we ask we wait longer again, until the next probe.
 */
static void learn_keepalive(struct schedule *schedule, int64_t now)
{
    int64_t quiet = now - schedule->sent_at;

    if (quiet < SCHEDULE_PROBED) return; /* the answer to a datagram of ours, perhaps to prove our
                                            address */
    schedule->wanted = earlier(schedule->wanted, quiet - quiet / 4);
}

void schedule_heard(struct schedule *schedule, int64_t now)
{
    if (schedule->asked_at != SCHEDULE_NEVER) schedule->asked_at = now;
}

void schedule_answered(struct schedule *schedule, int64_t now)
{
    schedule->asked_at = SCHEDULE_NEVER;
    schedule->ask_due = now + earlier(schedule->keepalive, schedule->wanted);
}

bool schedule_asks(struct schedule *schedule, int64_t now)
{
    if (now < schedule->ask_due) return false;
    bool again = schedule->asked_at != SCHEDULE_NEVER;
    if (!again && schedule->wanted < schedule->keepalive) schedule->wanted += schedule->wanted / 4;
    return true;
}

bool schedule_silent(const struct schedule *schedule, int64_t now)
{
    return schedule->asked_at != SCHEDULE_NEVER && now - schedule->asked_at >= SCHEDULE_TIMEOUT;
}

void schedule_doubt(struct schedule *schedule, int64_t now)
{
    schedule->ask_due = earlier(schedule->ask_due, now + SCHEDULE_ASK_AGAIN);
}

/* Not too often: if the network gave each of our datagrams another address, proofs and probes would
   never end. */
bool schedule_probed(struct schedule *schedule, bool latest, int64_t now)
{
    if (latest) learn_keepalive(schedule, now);
    if (now - schedule->probed_at < SCHEDULE_PROBE_PAUSE) {
        schedule->ask_due = earlier(schedule->ask_due, schedule->probed_at + SCHEDULE_PROBE_PAUSE);
        return false;
    }
    schedule->probed_at = now;
    return true;
}

int64_t schedule_due(const struct schedule *schedule)
{
    return earlier(schedule->ack_due, schedule->ask_due);
}
