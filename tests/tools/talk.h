/*
 * talk: what the parts of this program share: a step of the script, and how it fails.
 *
 * talk_steps.c reads the script and does what happens over UDP, talk_stream.c what happens over TCP.
 * Two programs use them: talk itself, and trial, which judges a program. It adds steps of its own,
 * and sees every step, every wait and the failure by the functions in talk_watcher.
 */
#ifndef TALK_H
#define TALK_H

#include <poll.h>

#include "bytes.h"
#include "peer.h"

/* One parsed line of the script. The strings point into the line. */
struct step {
    int line; /* counted from 1 */
    const char *who, *verb;
    char *rest;
    struct peer *peer;
};

/* What the step must send or get, and what came. */
extern struct bytes talk_wanted, talk_got;

extern int64_t talk_patience_ms;
extern bool talk_verbose;

/* Everything a peer can do. */
struct talk_command {
    const char *verb; /* NULL ends a list */
    bool needs_udp;
    void (*run)(struct step *step);
};

/* Why a step failed: the message, or else what was expected and what came. */
struct talk_failure {
    const char *message;
    const char *expected; /* NULL: the bytes of talk_wanted */
    const char *came;     /* NULL: the bytes of talk_got */
    const char *then;     /* what came after these, or NULL */
};

/* What another program than talk adds. All may be NULL. */
struct talk_watcher {
    const struct talk_command *commands;
    void (*done)(const struct step *step);
    void (*waiting)(const struct step *step, int64_t since); /* about every 50 ms of a wait */
    void (*failed)(const struct step *step, const struct talk_failure *failure); /* talk ends then */
};

extern struct talk_watcher talk_watcher;

/* Does what the script says; ends the program at the first step that fails. */
void talk_play(FILE *script);

/* Waits for the descriptor, at most until the deadline; `since` is the beginning of the step's
   waiting, as tool_now() gave it. */
void talk_wait(const struct step *step, struct pollfd *ready, int64_t since, int64_t deadline);

/* Cuts the next word off `*text`. At the end of the line the word is empty. */
char *talk_next_word(char **text);

/* The script makes no sense: ends talk. */
_Noreturn void talk_refuse(const struct step *step, const char *why);

/* The server did not do what the script asks: ends talk. */
_Noreturn void talk_fail(const struct step *step, const char *format, ...);

/* The same, for a failure that is more than a message. */
_Noreturn void talk_end(const struct step *step, const struct talk_failure *failure);

/* Reads the bytes of the step into talk_wanted; only a pattern may have gaps. */
void talk_read_bytes(const struct step *step, bool pattern);

/* talk_got matched: the peer keeps the bytes in the gaps. */
void talk_keep(const struct step *step);

void stream_connects(struct step *step);
void stream_writes(struct step *step);
void stream_trickles(struct step *step);
void stream_reads(struct step *step);
void stream_half_closes(struct step *step);
void stream_hangs(struct step *step);
void stream_resets(struct step *step);

#endif
