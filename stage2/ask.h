/*
 * ask: the client's side of a TCRP exchange: one connection, one request, one answer.
 *
 * Contract: it waits, but never longer than ASK_PATIENCE for the look-up of the host's name (see
 * resolver.h) and for the whole exchange, and a signal ends it. For a program that has nothing else
 * to do meanwhile.
 */
#ifndef ASK_H
#define ASK_H

#include <signal.h>
#include <stdbool.h>

#include "address.h"
#include "protocol.h"
#include "tcrp.h"

enum { ASK_PATIENCE = 10000 }; /* milliseconds, after the connection is made */

struct ask {
    const char *host; /* asked for */
    uint16_t port;
    long udp_port;    /* -1: the same as TCP */
    const sigset_t *signals;

    int udp;          /* answered: a socket that talks to the server, from the same machine */
    struct token token;
    char list[TCRP_PAYLOAD_LIMIT];
    size_t list_size;
    bool found;       /* when it failed: was there such a host? */
    const char *why;  /* and the reason, in words */
};

/*
 * Creates or joins a room, or fetches the list. Returns the server's status, or -1: there was no
 * answer, and `why` says what was wrong. After TCRP_OK `udp` and `token`, or `list`, are set.
 */
int ask(struct ask *ask, enum tcrp_operation operation, struct text room, struct text user);

#endif
