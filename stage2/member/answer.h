/*
 * answer: what the frames of a server mean that come after a request.
 *
 * Model: our server sends a response with a status of one byte, and after status 0 a frame with the
 * token, all with the room and the operation of the request. Servers that somebody else wrote do
 * something like that. So what counts is the frame of the state "complete", with a token of 1 to
 * 255 bytes: whoever gets one is in. A status of ours is a refusal at once; behind any other one,
 * which may mean anything, such a frame is still waited for, for ANSWER_LINGER. It is noted whether
 * all of it was in our form.
 *
 * This stage has no passwords, and the client sends none. So to it "wrong password" is no status of
 * ours either.
 *
 * Contract: plain functions on memory, no clock. All zeros but `operation` and `room`: nothing has
 * come.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "wire/tcrp.h"

enum {
    ANSWER_LINGER = 1000,   /* milliseconds, behind a status that is none of ours */
    ANSWER_NO_STATUS = 256, /* in place of a status: the response has none */
    ANSWER_TOKEN = 255     /* bytes: the longest token that fits into a datagram */
};

struct answer {
    uint8_t operation; /* that was asked for */
    struct text room;  /* and the room: not owned */
    bool begun;        /* a response has come */
    int status;        /* that it had, if `begun` */
    bool other;        /* something was in another form than ours */
};

enum answer_step {
    ANSWER_MORE,    /* another frame is to come */
    ANSWER_LINGERS, /* perhaps: the status is unknown */
    ANSWER_REFUSED, /* see `status` */
    ANSWER_DONE,    /* the frame holds the token, or the list */
    ANSWER_WRONG    /* it is no answer at all */
};

enum answer_step answer_take(struct answer *answer, const struct tcrp_frame *frame);

/* Does our server give this status to a request of ours that it refuses? */
bool answer_is_ours(int status);

/* May the request have been refused for its form alone? Then it is worth another try in JSON.
   `status` is that of a refusal. */
bool answer_wants_json(int status);

#endif
