/*
 * options: the options of the load generator, checked.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dialect.h"

enum {
    OPTIONS_TEXT_MIN = 16, /* the digits of a message's number */
    OPTIONS_TEXT_MAX = 3600, /* what every stage takes */
    OPTIONS_SECONDS_MAX = 50, /* servers drop a member that was silent for 60 */
    OPTIONS_SERVERS = 8
};

struct options {
    const char *label;
    const char *host;
    const char *ports[OPTIONS_SERVERS]; /* of servers that share their rooms, or of one */
    size_t servers;
    bool apart;       /* they share nothing: each room is on one of them */
    const struct dialect *dialect;
    size_t rooms;
    size_t room_size; /* members of each room */
    size_t members;   /* of all rooms together; with `joins` only those of one */
    bool joins;       /* measure joins, not messages: see joins.h */
    double beside;    /* while they talk, so many others join a second; -1: it was not asked */
    size_t window;    /* messages, or joins, in flight; 0: open loop */
    double rate;      /* messages a second in the open loop, from all members together */
    double rate_each; /* from each of them; 0: it was not given so */
    double seconds;
    uint64_t messages; /* stop after so many; UINT64_MAX: only the time counts */
    size_t text_size;
    pid_t watched[OPTIONS_SERVERS]; /* processes of the servers */
    size_t watched_count;           /* 0: do not watch them */
    pid_t helper;                   /* a process that the servers use, such as Redis; 0: none */
    bool header;    /* only print the names of the columns */
    bool on_demand; /* say "joined", then measure once for each line that is read */
};

/* Fills in what the command line does not say; ends the program with status 2 if it is wrong. */
void options_read(struct options *options, int argc, char **argv);

/* The same for a line such as "-w 64 -t 0.5", which may only hold what can be changed while the
 * members stay: -w, -r, -e, -J, -t and -c. Takes the line apart. */
void options_change(struct options *options, char *line);

#endif
