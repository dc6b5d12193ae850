/*
 * joins: how many members a second a server admits over TCP.
 *
 * Model: W lanes, each with one ticket on its way (see ticket.h). A lane makes a room, joins it
 * until the room has N members, and goes on to the next room. The latency is that from connect()
 * to the token or the keys. Every lane comes from an address of its own, 127.0.0.2 and up, so that
 * neither the ephemeral ports nor the server's limit per address are what is measured.
 *
 * The members stay, and are silent; the server's limits must allow that. In stage 2 its notices
 * about them, one for each room, arrive at one UDP socket that discards them. So the cost of a join
 * includes a share of that notice, as in real use. In stage 3 they have no proved address yet, and
 * are sent nothing.
 *
 * Beside members that talk, the joins come at a fixed rate, as long as there are lanes.
 */
#ifndef JOINS_H
#define JOINS_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

struct joins;

/* Ends the program if there is no memory or no socket. */
struct joins *joins_open(const struct options *options);
void joins_close(struct joins *j);

/* Measures for the time in the options, and prints the line. A refused join ends the program: the
 * server is full, or wrong. */
void joins_measure(struct joins *j);

/* Call it again and again beside other work: does what can be done now, so that so many joins have
 * started since the last joins_finish. That waits for those on their way, and reports on stderr if
 * there were fewer. */
void joins_beside(struct joins *j, double wanted);
void joins_finish(struct joins *j);

#endif
