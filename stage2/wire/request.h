/*
 * request: what a client asks of the server in a TCRP frame.
 *
 * Contract: plain functions on memory; what a request points to lies in the frame's own bytes.
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
 * Can a frame that begins with such a header be a request at all? If not, there is no sense in
 * waiting for its end.
 */
bool request_possible(const struct tcrp_frame *frame);

/*
 * Takes a whole frame apart. Returns TCRP_OK, TCRP_MALFORMED or TCRP_WRONG_PASSWORD (this stage
 * has none, so any is wrong). A JSON payload is decoded in place, so the frame's bytes must not
 * be constant.
 */
enum tcrp_status request_decode(const struct tcrp_frame *frame, struct request *request);

#endif
