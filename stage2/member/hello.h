/*
 * hello: when a client sends a hello, and what it concludes from the answers.
 *
 * Model: UDP does not report whether a datagram arrived. So a client repeats its hello until the
 * server answers. From then on it sends a hello every now and then, to stay on the roster and to
 * notice if the server has gone. This module has no socket; its caller passes the time in.
 *
 * To learn whether lines arrive, a hello goes out after each line, at most one each HELLO_BEHIND.
 * If no answer comes, the lines since the last answer are in doubt. (An answer may belong to an
 * earlier hello. It shows that the server is there, not that it has every line.)
 */
#ifndef HELLO_H
#define HELLO_H

#include <stdbool.h>
#include <stdint.h>

enum {
    HELLO_RETRY = 1000,      /* milliseconds until an unanswered hello is repeated */
    HELLO_BEHIND = 200,      /* milliseconds between two hellos that follow lines */
    HELLO_KEEPALIVE = 20000, /* milliseconds between two that were answered: two of them may get
                                lost before the server's 60 seconds are over */
    HELLO_SPARE = 30000,     /* milliseconds to wait beyond the silence that ends a membership */
    HELLO_LONGEST = 28800,   /* seconds: a third of a day, the longest such silence */
    HELLO_OFTEN = 1000,      /* milliseconds: the shortest keepalive that a server can ask for */
    HELLO_UNANSWERED = 2,    /* unanswered hellos before the user is told */
    HELLO_WORDS = 64         /* bytes */
};

enum hello_news {
    HELLO_NO_NEWS,
    HELLO_FIRST_ANSWER,
    HELLO_NO_ANSWER,   /* told once: too many hellos went unanswered */
    HELLO_ANSWER_AGAIN /* told once: after that, an answer came */
};

struct hello {
    int64_t due;       /* milliseconds: when the next one goes out */
    int64_t sent;      /* milliseconds: when the last one went out */
    int64_t keepalive; /* milliseconds, if the server asked for less than HELLO_KEEPALIVE; or 0 */
    int64_t silence;   /* milliseconds that end a membership, as the server has told; or 0 */
    int unanswered;    /* sent since the last answer */
    unsigned lines;    /* sent since the last answer */
    bool answered;     /* at least once */
    bool missed;       /* the user has been told that there is no answer */
    bool doubted;      /* there were signs that we are no longer a member, and no answer since */
};

/* Makes a hello due now: at the start, under a new name, or to get an answer. */
void hello_now(struct hello *hello, int64_t now);

/* A hello was sent. */
enum hello_news hello_sent(struct hello *hello, int64_t now);

/* The server's answer to a hello has come. */
enum hello_news hello_answered(struct hello *hello, int64_t now);

/* The server answered, but did not admit us: it is there, and another hello will go out. */
void hello_refused(struct hello *hello, int64_t now);

/*
 * There are signs that nobody listens there any more, or that we are no longer a member: a notice,
 * or a refusal by the system. Both can be forged, so this only makes a hello due soon; the next
 * answer settles it.
 */
void hello_doubt(struct hello *hello, int64_t now);

/* A line went out: makes a hello due soon. */
void hello_said(struct hello *hello, int64_t now);

/* Returns, once, how many lines are in doubt; if there are any, `words` says so, too. */
unsigned hello_lines_lost(struct hello *hello, char words[HELLO_WORDS]);

/* The server wants a hello every so many seconds. Hellos at HELLO_KEEPALIVE satisfy any longer
   interval anyway. */
void hello_obey(struct hello *hello, unsigned seconds);

/* Milliseconds after which the server has certainly dropped our earlier membership: `usual`, or
   longer if the server has told of a longer silence. Then the name or room that it held is free. */
int64_t hello_ghost(const struct hello *hello, int64_t usual);

/* Are we a member, and is the server there, as far as is known? */
bool hello_connected(const struct hello *hello);

#endif
