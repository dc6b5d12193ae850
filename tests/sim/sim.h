/*
 * sim: the server of stage 3 and its clients in one process, on a network that is as bad as its
 * seed says, in a time that nobody waits for.
 *
 * Model: the server's core (chat, admission) and the client's (talk) are functions on memory. Here
 * they get their time, chance and datagrams from the simulator. Everything that goes wrong between
 * real machines goes wrong here, a thousand times an hour: loss, delay, partitions, people whose
 * machine falls asleep, crashes or gets another address, a server that is killed and comes back,
 * somebody who records datagrams and plays them again. Beside it stand two witnesses who know the
 * truth: history.h keeps every entry of every log, view.h compares what each client is told with
 * it, entry by entry.
 *
 *     play.c     the run: weather, then fair weather, then everybody goes
 *     plan.c     what kind of run a seed means
 *     actor.c    one client and the person before it    door.c   its exchanges over TCP
 *     house.c    the server and its loop                path.c   the network between them
 *     places.c   addresses                              soul.c   memberships, with all they said
 *     history.c  the truth about rooms                  view.c   ... and about what each was told
 *     tape.c     the server's journal                   counters.c   no number sealed with twice
 *     dice.c     chance    queue.c   what comes next    memory.c     what is not given back
 *
 * Contract: one run at a time. What must hold and does not is told with fail(), which ends the run.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stdint.h>

#define NOBODY UINT32_MAX

/* What kind of a run it is; times in milliseconds, chances in percent. */
struct plan {
    uint32_t actors, rooms;
    uint32_t locked;            /* rooms below this one have a password */
    uint32_t member_limit, room_limit;
    int64_t silence;            /* the server's -t */
    int64_t length;             /* of the bad weather */
    bool fair;                  /* there is none: nothing is lost, and nobody crashes */

    uint32_t loss, doubled, late, spoilt, stolen; /* chances of a datagram */
    uint32_t delay, spread;     /* one way: at least, and up to so much more; */
    uint32_t lateness;          /* and when it is late */
    uint32_t tcp_loss;          /* chance that an exchange fails, either way */
    uint32_t held_up;           /* chance that the server's system cannot send just now */
    uint32_t unreachable;       /* chance that a place where nobody is says so */
    uint32_t trouble_every;     /* partitions, and what befalls the server; 0: never */
    bool kills, journal;        /* it may be killed; it keeps a journal, */
    uint32_t rollback;          /* and chance that this goes back when it was killed */
    uint32_t replay_every;      /* 0: never */

    uint32_t act_every;         /* each actor does something, about */
    uint32_t say, burst, flood, kick, leave, crash, move, sleep, slow; /* what: weights */
    uint32_t text_limit;        /* bytes of what is said, */
    uint32_t talkers;           /* and the chance that it is more than a tenth of that */
    bool close;                 /* at the end the server shuts down; else all leave */
};

struct sim {
    uint64_t seed;
    bool tracing;
    int64_t now;                /* milliseconds */
    struct plan plan;
    uint64_t digest;            /* of all that has happened */
    bool over;                  /* the bad weather */
    bool closing;               /* the server shuts down */
    struct {
        uint64_t events, up, down, entries, told, gaps, resumes, crashes, lost_members, admitted,
            restarts, rollbacks, told_back, told_lost, told_more;
    } counts;
};

extern struct sim sim;

/* Ends the run: this must not be. In the form of printf's. */
_Noreturn void fail(const char *format, ...);

/* A line of the trace, if one is wanted. */
void note(const char *format, ...);

/* Adds to the digest. */
void digest(const void *bytes, size_t size);
void digest_number(uint64_t number);

void plan_make(struct plan *plan);

#endif
