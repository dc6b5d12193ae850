/*
 * talk: what the parts of this program share: a step of the script, and how it fails.
 *
 * talk.c reads the script and does what happens over UDP, talk_stream.c what happens over TCP.
 */
#ifndef TALK_H
#define TALK_H

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

/* The script makes no sense: ends talk. */
_Noreturn void talk_refuse(const struct step *step, const char *why);

/* The server did not do what the script asks: ends talk. */
_Noreturn void talk_fail(const struct step *step, const char *format, ...);

/*
 * The same, if talk_wanted did not come. `instead` tells what came; if it is NULL, talk_got came,
 * and if it begins with a comma, talk_got and then this.
 */
_Noreturn void talk_fail_expected(const struct step *step, const char *instead);

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
