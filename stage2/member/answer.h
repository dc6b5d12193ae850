/*
 * answer: what a server's frames mean after a request.
 *
 * Model: our server sends a response with a status of one byte, and after status 0 a frame with the
 * token, all with the room and the operation of the request. Servers that somebody else wrote do
 * something similar. So the frame of the state "complete" counts, with a token of 1 to 255 bytes: a
 * client that gets one is a member. A status that our server gives is a refusal at once. Any other
 * status may mean anything, so the client still waits ANSWER_LINGER for such a frame after it.
 * `other` records whether anything was not in our server's form.
 *
 * This stage has no passwords, and the client sends none. So "wrong password" is not a status of
 * our server here either.
 *
 * Contract: plain functions on memory, no clock. All zeros but `operation` and `room`: nothing has
 * come.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "wire/tcrp.h"

enum {
    ANSWER_LINGER = 1000,   /* milliseconds, after a status that our server never gives */
    ANSWER_NO_STATUS = 256, /* in place of a status: the response has none */
    ANSWER_TOKEN = 255     /* bytes: the longest token that fits into a datagram */
};

struct answer {
    uint8_t operation; /* of the request */
    struct text room;  /* of the request, not owned */
    bool begun;        /* a response has come */
    int status;        /* of the response, if `begun` */
    bool other;        /* something was not in our server's form */
};

enum answer_step {
    ANSWER_MORE,    /* another frame must come */
    ANSWER_LINGERS, /* another frame may come: the status is unknown */
    ANSWER_REFUSED, /* see `status` */
    ANSWER_DONE,    /* the frame holds the token, or the list */
    ANSWER_WRONG    /* it is no answer at all */
};

enum answer_step answer_take(struct answer *answer, const struct tcrp_frame *frame);

/* Does our server give this status to a request of ours that it refuses? */
bool answer_is_ours(int status);

/* May the server have refused the request for its form alone? Then it is worth another try in JSON.
   `status` is that of a refusal. */
bool answer_wants_json(int status);

#endif
