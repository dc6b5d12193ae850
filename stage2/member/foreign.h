/*
 * foreign: how a client behaves on a server that has never welcomed it.
 *
 * Model: other people wrote servers to the same brief. They relay a name and a text as ours does,
 * but they do not know of hellos and send no welcome; to them a hello is an empty message. So as
 * long as a server has not welcomed us, we ask ever less often, and speak all the same: when two
 * hellos got neither an answer nor a refusal by the system, or when somebody's message came from
 * there. What we say counts as unconfirmed until there is a sign that lines are passed on: a
 * message of others, or our own that comes back. Such a server gives no credit to a script, so a
 * script's lines are paced by time.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros: nothing was sent yet. Once
 * the server has answered a hello in our words it is `ours`, and nothing of this happens any more.
 *
 * Limit: whether a message is our own that comes back is looked up among the last FOREIGN_MEMORY
 * lines, by a hash. If somebody else says the same under the same name, it is not shown.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    FOREIGN_FIRST = 2000,  /* milliseconds from the first hello to the second, doubled each time */
    FOREIGN_MOST = 20000,  /* up to this */
    FOREIGN_TRIES = 2,     /* hellos without an answer or a refusal before we speak */
    FOREIGN_PACE = 100,    /* milliseconds between a script's lines: the brief's rooms are built
                              for people who say ten things a second */
    FOREIGN_LINGER = 2000, /* milliseconds behind a script's last line, for a sign to come */
    FOREIGN_MEMORY = 64,   /* lines of ours that may come back */
    FOREIGN_MARKED = NAME_LIMIT + 16 /* bytes of a marked name */
};

#define FOREIGN_NEVER INT64_MAX

struct foreign {
    bool ours;         /* the server has answered in our words: it is not foreign */
    int silent;        /* hellos in a row that were neither answered nor refused */
    int64_t pause;     /* milliseconds from the last hello to the next */
    int64_t speak_at;  /* milliseconds: the patience with the last hello is over; 0: no such time */
    bool speaks;       /* lines may go out */
    bool believed;     /* there was a sign that lines are passed on */
    unsigned lines;    /* said since the last such sign */
    int64_t line_at;   /* milliseconds: a script's next line may go out */
    int64_t end_at;    /* milliseconds: a script has waited for long enough; 0: it has lines */
    uint64_t said[FOREIGN_MEMORY]; /* a ring of hashes of what we said */
    unsigned said_count;
};

/* Do we speak to a server that has not answered in our words? */
bool foreign_speaks(const struct foreign *foreign);

/* A hello was sent, to a server that is not ours. Returns the milliseconds until the next one. */
int64_t foreign_hello_sent(struct foreign *foreign, int64_t now);

/* The system says that nobody listens there. Returns how many lines may be lost by that. */
unsigned foreign_refused(struct foreign *foreign);

/* True, once: so many hellos went unanswered that this is no server of ours. The owner tries
   another address, with all zeros, or calls foreign_speak. */
bool foreign_tick(struct foreign *foreign, int64_t now);

/* When to call that; or FOREIGN_NEVER. */
int64_t foreign_due(const struct foreign *foreign);

/* When there is anything to do at all. `holds`: a script's line waits. */
int64_t foreign_next(const struct foreign *foreign, bool holds);

void foreign_speak(struct foreign *foreign);

/* A line of ours goes out. Returns the name under which it is shown: as long as there is no sign
   that lines arrive, a marked one, in `marked`. */
struct text foreign_said(struct foreign *foreign, struct text name, struct text text, int64_t now,
                         char marked[FOREIGN_MARKED]);

/*
 * A message, or a hello, came from a server that is not ours: so it passes on what it gets.
 * Returns what the user must be told of that, with "%s" for the host and then "%u" for the port,
 * or NULL. `*own`: it is one of our own that came back. A hello (no text) is if it has our name.
 */
const char *foreign_heard(struct foreign *foreign, struct text our_name, struct text name,
                          struct text text, bool *own);

/* A script has said all its lines. */
enum foreign_end {
    FOREIGN_WAITS,  /* a sign may still come */
    FOREIGN_SURE,   /* there was one: lines arrive */
    FOREIGN_UNSURE, /* there was none: `lines` may be lost */
    FOREIGN_NOBODY  /* there was none, and no line: perhaps nobody is there */
};
enum foreign_end foreign_finish(struct foreign *foreign, int64_t now);

#endif
