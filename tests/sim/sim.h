/*
 * sim: the server of stage 3 and its clients in one process, in simulated time, on a network that
 * is as bad as the seed decides.
 *
 * Model: the server's core (chat, admission) and the client's (member) are functions on memory.
 * Here they get their time, random numbers and datagrams from the simulator. Whatever goes wrong
 * between real machines goes wrong here, a thousand times an hour: loss, delay, partitions,
 * machines that fall asleep, crash or get another address, a server that is killed and comes back,
 * an attacker that records datagrams and sends them again. Two witnesses know the truth: history.h
 * keeps every entry of every log, and view.h compares it with what each client is told, entry by
 * entry.
 *
 *     play.c     the run: bad weather, then fair weather, then everybody leaves
 *     plan.c     what kind of run a seed means
 *     actor.c    one client and its user                door.c   its exchanges over TCP
 *     house.c    the server and its loop                path.c   the network between them
 *     places.c   addresses                              soul.c   memberships and all they said
 *     history.c  the truth about rooms                  view.c   what each client was told
 *     tape.c     the server's journal                   counters.c   no counter is used twice
 *     dice.c     random numbers    queue.c   events     memory.c     memory that is not freed
 *
 * Contract: one run at a time. fail() reports whatever must hold and does not, and ends the run.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stdint.h>

#define NOBODY UINT32_MAX

/* The kind of run; times in milliseconds, probabilities in percent. */
struct plan {
    uint32_t actors, rooms;
    uint32_t locked;            /* rooms below this one have a password */
    uint32_t member_limit, room_limit;
    int64_t silence;            /* the server's -t, */
    uint32_t lines;             /* and its -l: low in some, so that members have to wait */
    int64_t length;             /* of the bad weather */
    bool fair;                  /* no bad weather: nothing is lost, and nobody crashes */
    bool patient;               /* and much is said at once to readers that stop for a moment: as
                                   long as the room may wait for them, nobody has a gap */

    uint32_t loss, doubled, late, spoilt, stolen; /* probabilities for a datagram */
    uint32_t delay, spread;     /* one way: at least, and up to so much more; */
    uint32_t lateness;          /* and so much more for a late datagram */
    uint32_t tcp_loss;          /* probability that an exchange fails, either way */
    uint32_t held_up;           /* probability that the server's system cannot send just now */
    uint32_t unreachable;       /* probability that an empty place is reported as unreachable */
    uint32_t trouble_every;     /* partitions, and troubles of the server; 0: never */
    bool kills, journal;        /* the server may be killed; it keeps a journal, */
    uint32_t rollback;          /* and probability that a kill makes the journal go back */
    uint32_t replay_every;      /* 0: never */

    uint32_t act_every;         /* each actor does something, about */
    uint32_t say, burst, flood, kick, leave, crash, move, sleep, slow; /* weights of actions */
    uint32_t text_limit;        /* bytes of a line, */
    uint32_t talkers;           /* and probability that it is more than a tenth of that */
    bool close;                 /* at the end the server shuts down; else all members leave */
};

struct sim {
    uint64_t seed;
    bool tracing;
    int64_t now;                /* milliseconds */
    struct plan plan;
    uint64_t digest;            /* of all that has happened */
    bool over;                  /* the bad weather is over */
    bool closing;               /* the server is shutting down */
    struct {
        uint64_t events, up, down, entries, told, gaps, resumes, crashes, lost_members, admitted,
            restarts, rollbacks, told_back, told_lost, told_more;
    } counts;
};

extern struct sim sim;

/* Reports what must not happen, in the form of printf, and ends the run. */
_Noreturn void fail(const char *format, ...);

/* Prints a line of the trace, if the trace is on. */
void note(const char *format, ...);

/* Adds to the digest. */
void digest(const void *bytes, size_t size);
void digest_number(uint64_t number);

void plan_make(struct plan *plan);

#endif
