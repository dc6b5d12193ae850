/*
 * crowd: the members: one connected UDP socket each, and how they get into the chat.
 *
 * Model: an array for poll(), the index being the member's number, and one of seats beside it.
 * Member m sits in room m % rooms. The first of a room to get in makes it, the others join.
 * Of several servers that share their rooms, each has its part of the members of every room. All
 * that happens before the clock starts; during the measurement load.c reads the sockets itself.
 *
 * Members of stage 3 have things to send at certain times. For those there is a wheel of timers,
 * stage 3's own: nobody ever looks through all members for one that has something to do.
 *
 * Limits: as many members as the process may open files (crowd_open raises that as far as it is
 * let). Errors at this time end the program with one line.
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
    struct pollfd *sockets; /* non-blocking, connected to the server */
    struct seat *seats;
    size_t size;
    size_t rooms;
    size_t *order;   /* in which they join: shuffled, see crowd_open */
    bool *room_made; /* of each room: is it there already? */
    uint64_t served; /* when crowd_serve was last called, by watch_clock */

    /* Only in a sealed dialect. */
    struct member *members;
    struct wheel wheel;
    uint64_t *alarms; /* of each member: when its timer rings, by watch_clock, if it is set */

    uint64_t received, sent; /* datagrams, by all members together */
};

/* The order of joining is shuffled (always the same way): the load generator reads its sockets in
 * the order of their numbers, and no server may gain by sending in that order, or against it. */
void crowd_open(struct crowd *c, const struct options *options);
void crowd_close(struct crowd *c);

/* Gets every member a token, if the dialect has tokens, and says hello for it until it has its
 * welcome; a few at a time. */
void crowd_join(struct crowd *c);

/* Waits until the notices about the joining have all come and it has been quiet for a while. */
void crowd_settle(struct crowd *c);

/* Sends for a member, from its own socket. Ends the program if nobody listens at the server. */
void crowd_send(struct crowd *c, size_t member, const unsigned char *datagram, size_t size);

/* Receives one datagram for a member, DATAGRAM_MAX bytes of room, and takes it as its dialect
 * does. Returns its size; 0: it is of no interest; -1: none is there. */
long crowd_receive(struct crowd *c, size_t member, unsigned char *datagram, uint64_t now);

/* After something has come for a member or was sent by it: sends what is due, and sets its timer
 * to what will be. */
void crowd_tend(struct crowd *c, size_t member, uint64_t now);

/* The same for all whose timers have rung. */
void crowd_tick(struct crowd *c, uint64_t now);

/* Is there nothing that any of them has yet to acknowledge, or the server to hear? */
bool crowd_is_done(const struct crowd *c);

/* The server's address; freeaddrinfo() frees it. Ends the program if there is none. */
struct addrinfo *crowd_resolve(const char *host, const char *port);

/* Says what could not be done and why, and ends the program. */
_Noreturn void die(const char *what, const char *why);

#endif
