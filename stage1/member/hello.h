/*
 * hello: when a client says hello, and what it makes of the answers.
 *
 * Model: UDP tells nobody whether anything arrived. So a client repeats its hello until it is
 * answered; once it is, every now and then, to stay on the roster and to notice if the server
 * has gone. This is the whole of that, without a socket and with the time passed in.
 *
 * Nor does it tell whether a line arrived. But a hello goes out behind each line, at most one each
 * HELLO_BEHIND; if no answer comes, the lines since the last answer are in doubt. (An answer may
 * belong to an earlier hello. It shows that the server is there, not that it has every line.)
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HELLO_RETRY = 1000,      /* milliseconds until an unanswered hello is repeated */
    HELLO_BEHIND = 200,      /* milliseconds between two that go out because of lines */
    HELLO_KEEPALIVE = 20000, /* milliseconds between two that were answered: two of them may be
                                lost before the server's 60 seconds are over */
    HELLO_SPARE = 30000,     /* milliseconds beyond the silence that ends a membership */
    HELLO_LONGEST = 28800,   /* seconds: a third of a day, the longest such silence */
    HELLO_OFTEN = 1000,      /* as above, and the least that a server can ask for */
    HELLO_UNANSWERED = 2,    /* unanswered ones before the user is told */
    HELLO_WORDS = 64         /* bytes */
};

enum hello_news {
    HELLO_NO_NEWS,
    HELLO_FIRST_ANSWER,
    HELLO_NO_ANSWER,   /* told once, when the patience is over */
    HELLO_ANSWER_AGAIN /* told once, when that is over */
};

struct hello {
    int64_t due;       /* milliseconds: when the next one goes out */
    int64_t sent;      /* milliseconds: when the last one went out */
    int64_t keepalive; /* milliseconds, if the server asked for less than HELLO_KEEPALIVE; or 0 */
    int64_t silence;   /* milliseconds that end a membership, as the server has told; or 0 */
    int unanswered;    /* sent since the last answer */
    unsigned lines;    /* said since the last answer */
    bool answered;     /* ever */
    bool missed;       /* the user has been told that there is no answer */
    bool doubted;      /* there were signs that we are not in any more, and no answer since */
};

/* The next one goes out now: at the start, under a new name, or to hear an answer. */
void hello_now(struct hello *hello, int64_t now);

/* One was sent. */
enum hello_news hello_sent(struct hello *hello, int64_t now);

/* The server's answer to one has come. */
enum hello_news hello_answered(struct hello *hello, int64_t now);

/* The server answered, but did not let us in: it is there, and we ask again. */
void hello_refused(struct hello *hello, int64_t now);

/*
 * There are signs that nobody listens there any more, or that we are not in: a notice, a refusal by
 * the system. Either may be forged, so this only asks soon, and is settled by the next answer.
 */
void hello_doubt(struct hello *hello, int64_t now);

/* A line went out: ask soon. */
void hello_said(struct hello *hello, int64_t now);

/* How many lines are in doubt? Told once, and if there are any, in words, too. */
unsigned hello_lines_lost(struct hello *hello, char words[HELLO_WORDS]);

/* The server wants a word every so many seconds. What is no less than HELLO_KEEPALIVE is kept
   anyway. */
void hello_obey(struct hello *hello, unsigned seconds);

/* Milliseconds after which the server has certainly dropped what we were before: `usual`, or longer
   if it has told of a longer silence. Then a name, or a room, that this held is free. */
int64_t hello_ghost(const struct hello *hello, int64_t usual);

/* Are we in, and is the server there, as far as we know? */
bool hello_connected(const struct hello *hello);

#endif
