#include "queue.h"

#include <stdlib.h>
#include <string.h>

static struct event *heap;
static size_t count, room;
static uint64_t order;

void queue_begin(void)
{
    count = room = 0;
    order = 0;
    heap = NULL;
}

void queue_end(void)
{
    for (size_t i = 0; i < count; i++) free(heap[i].bytes);
    free(heap);
    queue_begin();
}

static bool before(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void queue_put(struct event event)
{
    if (count == room) {
        room = room ? 2 * room : 256;
        heap = realloc(heap, room * sizeof *heap);
        if (!heap) abort();
    }
    event.order = order++;
    size_t i = count++;
    while (i > 0 && before(&event, &heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = event;
}

void queue_put_bytes(struct event event, const void *bytes, size_t size)
{
    event.bytes = malloc(size ? size : 1);
    if (!event.bytes) abort();
    if (size > 0) memcpy(event.bytes, bytes, size);
    event.size = size;
    queue_put(event);
}

int64_t queue_due(void)
{
    return count > 0 ? heap[0].at : INT64_MAX;
}

struct event queue_take(void)
{
    struct event first = heap[0], last = heap[--count];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < count) {
        if (child + 1 < count && before(&heap[child + 1], &heap[child])) child++;
        if (!before(&heap[child], &last)) break;
        heap[i] = heap[child];
        i = child;
    }
    if (count > 0) heap[i] = last;
    return first;
}
