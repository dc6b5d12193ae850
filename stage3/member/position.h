/*
 * position: how far a member has read, and under which starts of the server.
 *
 * Model: a server that was started again may have lost entries, and then gives their numbers to
 * others. So a number alone is no position: the member also notes under which start it read up to
 * where. A request to resume names these starts, and the server can tell how much of what was read
 * still holds.
 *
 * Contract: plain functions on memory. All zeros: under no start yet.
 */
#ifndef POSITION_H
#define POSITION_H

#include "wire/request.h"
#include "wire/welcome.h"

struct position {
    /* The latest first: entries before `until` were read under that start or earlier ones. The
       `until` of the latest is `read` below. */
    struct {
        unsigned char id[SEAL_ID];
        uint64_t until;
    } starts[REQUEST_STARTS];
    size_t count;
    uint64_t asked_read, asked_acked; /* as in the last request to resume; 0: none yet */
};

/* From now on we are under that start. Entries before `until` belong to the start before; entries
   beyond it that were read under earlier starts do not exist any more. False: we were under it
   already. */
bool position_enter(struct position *position, const unsigned char id[SEAL_ID], uint64_t until);

/* The earlier starts do not count any more: what was read under them is unknown. */
void position_forget(struct position *position);

/* The id of the start that we are under: SEAL_ID bytes. */
const unsigned char *position_start(const struct position *position);

/* Fills in the position in a request to resume: the next entry is `read`, the last item that is
   acknowledged is `acked`. The request points to `starts`. */
void position_request(struct position *position, uint64_t read, uint64_t acked,
                      struct request *request,
                      unsigned char starts[REQUEST_STARTS * REQUEST_START]);

/* The answer to that request. Is it of another start, and are we not where we were then? */
bool position_moved(const struct position *position, uint64_t read, uint64_t acked,
                    const struct welcome *welcome);

#endif
