/*
 * foreign: how a client behaves on a server that has never welcomed it.
 *
 * Model: other people wrote servers to the same brief. They relay a name and a text as ours does,
 * but they have no hellos and send no welcome; to them a hello is an empty message. So as long as
 * a server has not welcomed the client, the client sends hellos ever less often. It sends lines
 * all the same after two hellos that got neither an answer nor a refusal by the system, or after
 * another member's message came from there. Its lines count as unconfirmed until there is a sign
 * that the server relays lines: a message of another member, or the client's own line coming back.
 * Such a server sends no welcome that could pace a script, so a script's lines are paced by time.
 *
 * Contract: no socket and no clock; `now` in milliseconds. All zeros: nothing was sent yet. Once
 * the server has answered a hello in this protocol it is `ours`, and none of this applies any more.
 *
 * Limit: the client recognises its own returning message by a hash among the last FOREIGN_MEMORY
 * lines. If another member says the same under the same name, the client does not show it.
 */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum {
    FOREIGN_FIRST = 2000,  /* milliseconds from the first hello to the second, doubled each time */
    FOREIGN_MOST = 20000,  /* up to this */
    FOREIGN_TRIES = 2,     /* hellos without an answer or a refusal before lines go out */
    FOREIGN_PACE = 100,    /* milliseconds between a script's lines: the brief's rooms are built
                              for people who say ten things a second */
    FOREIGN_LINGER = 2000, /* milliseconds to wait for a sign after a script's last line */
    FOREIGN_MEMORY = 64,   /* own lines that may come back */
    FOREIGN_MARKED = NAME_LIMIT + 16 /* bytes of a marked name */
};

#define FOREIGN_NEVER INT64_MAX

struct foreign {
    bool ours;         /* the server has answered in this protocol: it is not foreign */
    int silent;        /* hellos in a row that got neither an answer nor a refusal */
    int64_t pause;     /* milliseconds from the last hello to the next */
    int64_t speak_at;  /* milliseconds: when the wait for a hello's answer ends; 0: no wait */
    bool speaks;       /* lines may go out */
    bool believed;     /* there was a sign that the server relays lines */
    unsigned lines;    /* sent since the last such sign */
    int64_t line_at;   /* milliseconds: when a script's next line may go out */
    int64_t end_at;    /* milliseconds: when a script stops waiting; 0: it still has lines */
    uint64_t said[FOREIGN_MEMORY]; /* a ring of the hashes of own lines */
    unsigned said_count;
};

/* May lines go out to a server that has not answered in this protocol? */
bool foreign_speaks(const struct foreign *foreign);

/* A hello was sent to a server that is not `ours`. Returns the milliseconds until the next one. */
int64_t foreign_hello_sent(struct foreign *foreign, int64_t now);

/* The system reports that nobody listens there. Returns how many lines may be lost. */
unsigned foreign_refused(struct foreign *foreign);

/* True, once: FOREIGN_TRIES hellos got no answer, so this is no server of this project. The owner
   tries another address, with all zeros, or calls foreign_speak. */
bool foreign_tick(struct foreign *foreign, int64_t now);

/* When to call foreign_tick; or FOREIGN_NEVER. */
int64_t foreign_due(const struct foreign *foreign);

/* When anything here is due; or FOREIGN_NEVER. `holds`: a script's line waits. */
int64_t foreign_next(const struct foreign *foreign, bool holds);

void foreign_speak(struct foreign *foreign);

/* An own line goes out. Returns the name under which to show it: as long as there is no sign that
   lines arrive, a marked one, in `marked`. */
struct text foreign_said(struct foreign *foreign, struct text name, struct text text, int64_t now,
                         char marked[FOREIGN_MARKED]);

/*
 * A message, or a hello, came from a server that is not `ours`: so the server relays what it gets.
 * Returns what the user must be told, with "%s" for the host and then "%u" for the port, or NULL.
 * `*own`: it is an own one that came back. A hello (no text) is an own one if it has `our_name`.
 */
const char *foreign_heard(struct foreign *foreign, struct text our_name, struct text name,
                          struct text text, bool *own);

/* A script has sent all its lines. May it end? */
enum foreign_end {
    FOREIGN_WAITS,  /* a sign may still come */
    FOREIGN_SURE,   /* there was one: lines arrive */
    FOREIGN_UNSURE, /* there was none: `lines` may be lost */
    FOREIGN_NOBODY  /* there was none, and no line was sent: perhaps nobody is there */
};
enum foreign_end foreign_finish(struct foreign *foreign, int64_t now);

#endif
