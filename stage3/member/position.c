#include "position.h"

#include <string.h>

#include "base/bytes.h"

const unsigned char *position_start(const struct position *position)
{
    return position->starts[0].id;
}

static bool is_under(const struct position *position, const unsigned char id[SEAL_ID])
{
    return memcmp(position->starts[0].id, id, SEAL_ID) == 0;
}

bool position_enter(struct position *position, const unsigned char id[SEAL_ID], uint64_t until)
{
    size_t last = REQUEST_STARTS - 1;

    if (position->count > 0 && is_under(position, id)) return false;
    if (position->count > 0) position->starts[0].until = until;
    for (size_t i = 1; i < position->count; i++) {
        if (position->starts[i].until > until) position->starts[i].until = until;
    }
    memmove(&position->starts[1], &position->starts[0], last * sizeof position->starts[0]);
    memcpy(position->starts[0].id, id, SEAL_ID);
    if (position->count < REQUEST_STARTS) position->count++;
    return true;
}

void position_forget(struct position *position)
{
    position->count = 0;
}

void position_request(struct position *position, uint64_t read, uint64_t acked,
                      struct request *request,
                      unsigned char starts[REQUEST_STARTS * REQUEST_START])
{
    position->asked_read = read;
    position->asked_acked = acked;
    request->next = read;
    request->number = acked;
    request->start = starts;
    request->starts = position->count;
    for (size_t i = 0; i < position->count; i++) {
        unsigned char *at = starts + i * REQUEST_START;
        memcpy(at, position->starts[i].id, SEAL_ID);
        wire_put64(at + SEAL_ID, i == 0 ? read : position->starts[i].until);
    }
}

/* Datagrams of the old session may come while the request is on its way. If another start of the
   server answers, the request did not ask about their entries, which it may have lost. */
bool position_moved(const struct position *position, uint64_t read, uint64_t acked,
                    const struct welcome *welcome)
{
    if (position->asked_read == 0 || is_under(position, welcome->server)) return false;
    return read != position->asked_read || acked != position->asked_acked;
}
