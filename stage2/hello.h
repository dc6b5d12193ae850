/*
 * hello: when a client says hello, and what it makes of the answers.
 *
 * Model: UDP tells nobody whether anything arrived. So a client repeats its hello until it is
 * answered; once it is, every now and then, to stay on the roster and to notice if the server
 * has gone. This is the whole of that, without a socket and with the time passed in.
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HELLO_RETRY = 1000,      /* milliseconds until an unanswered hello is repeated */
    HELLO_KEEPALIVE = 20000, /* milliseconds between two that were answered: three of them may be
                                lost before the server's 60 seconds are over */
    HELLO_PATIENCE = 2       /* unanswered ones before the user is told */
};

enum hello_news {
    HELLO_NO_NEWS,
    HELLO_FIRST_ANSWER,
    HELLO_NO_ANSWER,   /* told once, when the patience is over */
    HELLO_ANSWER_AGAIN /* told once, when that is over */
};

struct hello {
    int64_t due;    /* milliseconds: when the next one goes out */
    int unanswered; /* sent since the last answer */
    bool answered;  /* ever */
    bool missed;    /* the user has been told that there is no answer */
};

/* The next one goes out now: at the start, under a new name, or to hear an answer. */
void hello_now(struct hello *hello, int64_t now);

/* One was sent. */
enum hello_news hello_sent(struct hello *hello, int64_t now);

/* The server's answer to one has come. */
enum hello_news hello_answered(struct hello *hello, int64_t now);

/* The server answered, but did not let us in: it is there, and we ask again. */
void hello_refused(struct hello *hello, int64_t now);

/* There are signs that nobody listens there any more: ask soon. */
void hello_soon(struct hello *hello, int64_t now);

/* Are we in, and is the server there, as far as we know? */
bool hello_connected(const struct hello *hello);

#endif
