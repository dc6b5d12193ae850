/*
 * crowd: the members: one connected socket each, and how they join the chat.
 *
 * Model: an array for poll(), indexed by the member's number, and an array of seats. Member m is in
 * room m % rooms. The first member of a room creates it, the others join. If servers share their
 * rooms, each has a part of the members of every room. All this happens before the clock starts;
 * during the measurement load.c reads the sockets itself.
 *
 * Members of stage 3 must send at certain times. They have timers in a wheel, stage 3's own, so no
 * loop ever goes through all members.
 *
 * Limits: as many members as the process may open files (crowd_open raises that limit as far as
 * allowed). Errors before the measurement end the program with one line.
 */
#ifndef CROWD_H
#define CROWD_H

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../stage3/chat/wheel.h"
#include "dialect.h"
#include "options.h"

struct crowd {
    const struct dialect *dialect;
    struct addrinfo *servers[OPTIONS_SERVERS];
    size_t server_count;
    bool apart; /* each room is on one of the servers */
    struct pollfd *sockets; /* non-blocking, connected to the server; TCP if the dialect says so */
    struct seat *seats;
    size_t size;
    size_t rooms;
    size_t *order;   /* the order of joining: shuffled, see crowd_open */
    bool *room_made; /* of each room: does it exist? */
    uint64_t served; /* when crowd_serve was last called, by watch_clock */

    struct stream *streams; /* of each member; only in a dialect with `cut` */

    /* Only in a sealed dialect. */
    struct member *members;
    struct wheel wheel;
    uint64_t *alarms; /* of each member: when its timer expires, by watch_clock, if it is set */

    uint64_t received, sent; /* datagrams, by all members together */
};

/* The order of joining is shuffled, always in the same way: the load generator reads its sockets in
 * the order of their numbers, and no server must gain by sending in that order, or in reverse. */
void crowd_open(struct crowd *c, const struct options *options);
void crowd_close(struct crowd *c);

/* Gets every member a token, if the dialect has tokens, and says hello for it until it has its
 * welcome; a few at a time. */
void crowd_join(struct crowd *c);

/* Waits until all notices about joins have come, and nothing has come for a while. */
void crowd_settle(struct crowd *c);

/* Sends for a member, from its own socket. Ends the program if nobody listens at the server. */
void crowd_send(struct crowd *c, size_t member, const unsigned char *datagram, size_t size);

/* Receives one datagram for a member, into DATAGRAM_MAX bytes, and takes it as its dialect does.
 * Returns its size; 0: it is of no interest; -1: there is none. */
long crowd_receive(struct crowd *c, size_t member, unsigned char *datagram, uint64_t now);

/* After a member has received or sent something: sends what is due, and sets its timer. */
void crowd_tend(struct crowd *c, size_t member, uint64_t now);

/* The same for all members whose timers have expired. */
void crowd_tick(struct crowd *c, uint64_t now);

/* Has every member acknowledged everything, and the server, too? */
bool crowd_is_done(const struct crowd *c);

/* The server's address; freeaddrinfo() frees it. Ends the program if there is none. */
struct addrinfo *crowd_resolve(const char *host, const char *port);

/* Reports what failed and why, and ends the program. */
_Noreturn void die(const char *what, const char *why);

#endif
