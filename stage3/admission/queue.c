#include "queue.h"

#include "base/host.h"

void queue_enter(struct queue *queue, struct conn *conn)
{
    conn->came = conn->turn = ++queue->clock;
}

static bool before(const struct conn *one, const struct conn *other)
{
    return one->turn != other->turn ? one->turn < other->turn : one->came < other->came;
}

size_t queue_next(const struct conn *conns, size_t count, enum conn_state state)
{
    size_t found = count;

    for (size_t i = 0; i < count; i++) {
        if (conns[i].state != state) continue;
        if (found == count || before(&conns[i], &conns[found])) found = i;
    }
    return found;
}

void queue_turn(struct queue *queue, struct conn *conns, size_t count, size_t index)
{
    const struct address from = conns[index].from;

    queue->clock++;
    for (size_t i = 0; i < count; i++) {
        if (host_equal(&conns[i].from, &from)) conns[i].turn = queue->clock;
    }
}
