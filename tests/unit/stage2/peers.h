/*
 * peers: for tests of the core of stage 2: the server, the time, and machines with one peer each. A
 * peer's address and port come from its number.
 *
 * Contract: PEERS, how many there are, is defined before this file is included.
 */
#ifndef PEERS_H
#define PEERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admission/admission.h"
#include "base/host.h"

enum { PEER_PORT = 1000 };

static struct chat chat;
static int64_t now;
static struct token tokens[PEERS];

static struct address address_of(unsigned peer)
{
    struct address address = {.size = sizeof(struct sockaddr_in)};

    address.is.v4 = (struct sockaddr_in){.sin_family = AF_INET};
    address.is.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + peer);
    return host_with_port(&address, (uint16_t)(PEER_PORT + peer));
}

/* Whose machine it is, whatever the port. */
static inline unsigned peer_at(const struct address *address)
{
    return (unsigned)(ntohl(address->is.v4.sin_addr.s_addr) - INADDR_LOOPBACK);
}

/* Lets time pass as the server's loop does: it wakes whenever something is due. */
static void pass(int64_t milliseconds)
{
    int64_t end = now + milliseconds;

    while (chat_due(&chat) <= end) {
        now = chat_due(&chat);
        chat_tick(&chat, now);
    }
    now = end;
}

/* Creates or joins the room "r" over TCP, and, if `port`, tells the server its UDP port. */
static inline void enters(unsigned peer, enum tcrp_operation operation, bool port)
{
    struct address from = address_of(peer);
    char name[16];
    size_t size = (size_t)snprintf(name, sizeof name, "peer %u", peer);
    struct request request = {operation, text_of("r"), {name, size}};

    memset(&tokens[peer], (int)peer + 1, sizeof tokens[peer]);
    if (admission_request(&chat, &request, &from, &tokens[peer], now) != TCRP_OK) abort();
    if (port) admission_port(&chat, &tokens[peer], (uint16_t)(PEER_PORT + peer));
}

#endif
