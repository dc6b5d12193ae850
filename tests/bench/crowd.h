/*
 * crowd: the members: one connected UDP socket each, and how they get into the chat.
 *
 * Model: an array for poll(), the index being the member's number. Everything here happens
 * before the clock starts; during the measurement load.c reads the sockets itself.
 *
 * Limits: as many members as the process may open files (crowd_open raises that as far as it is
 * let). Errors at this time end the program with one line.
 */
#ifndef CROWD_H
#define CROWD_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"

struct crowd {
    const struct dialect *dialect;
    struct pollfd *sockets; /* non-blocking, connected to the server */
    size_t size;
    size_t *order; /* in which they join: shuffled, see crowd_open */
};

/* The order of joining is shuffled (always the same way): the load generator reads its sockets in
 * the order of their numbers, and no server shall gain by sending in that order, or against it. */
void crowd_open(struct crowd *c, const struct dialect *dialect, const char *host, const char *port,
                size_t size);
void crowd_close(struct crowd *c);

/* Says hello for every member, a few at a time, until each has its welcome. */
void crowd_join(struct crowd *c);

/* Waits until the notices about the joining have all come and it has been quiet for a while. */
void crowd_settle(struct crowd *c);

/* Says what could not be done and why, and ends the program. */
_Noreturn void die(const char *what, const char *why);

#endif
