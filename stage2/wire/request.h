/*
 * request: a client's request to the server, in a TCRP frame.
 *
 * Contract: plain functions on memory. The texts of a request point into the frame's bytes.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "tcrp.h"

struct request {
    enum tcrp_operation operation;
    struct text room; /* empty for list */
    struct text user; /* empty for list */
};

/*
 * Can a frame with such a header be a request? If not, the server need not wait for the rest of it.
 */
bool request_possible(const struct tcrp_frame *frame);

/*
 * Parses a whole frame. Returns TCRP_OK, TCRP_MALFORMED or TCRP_WRONG_PASSWORD (rooms of this stage
 * have no password, so any is wrong). A JSON payload is decoded in place, so the frame's bytes must
 * be writable.
 */
enum tcrp_status request_decode(const struct tcrp_frame *frame, struct request *request);

#endif
