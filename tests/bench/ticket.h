/*
 * ticket: one request over TCP that creates or joins a room, from connect() to the token or the
 * keys.
 *
 * Model: a small state machine on a non-blocking socket. In stage 2: send the request; read the
 * response and, if it is positive, the complete frame with the token; send the number of the UDP
 * port; close. In stage 3: what stage3/member/handshake.h does, from the key request to the sealed
 * answer, which has what the member must know of its room.
 * ticket_step does as much of it as can be done now, so many tickets can be on their way at once.
 * The formats are those of docs/protocol.md.
 *
 * Contract: after ticket_start call ticket_step whenever poll() says that the socket has become
 * what ticket_events asks for, until it returns something else than TICKET_WAITING. The socket is
 * closed by then.
 */
#ifndef TICKET_H
#define TICKET_H

#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"

struct handshake;

#define TICKET_TIMEOUT 5000 /* milliseconds; a server that needs longer counts as dead */

enum ticket_operation { TICKET_CREATE = 1, TICKET_JOIN = 2 };

enum ticket_state { TICKET_WAITING, TICKET_GRANTED, TICKET_REFUSED };

struct ticket {
    int fd; /* -1: not open */
    enum ticket_operation operation;
    const char *refusal;         /* why it was refused */
    struct handshake *handshake; /* owned; stage 3 only, and then nothing below is used */

    uint16_t udp_port;
    size_t room_size;
    size_t sent, request_size;
    size_t got, wanted; /* bytes of the answer */
    unsigned char request[32 + 2 * DIALECT_NAME];
    unsigned char answer[2 * (32 + DIALECT_NAME) + 1 + DIALECT_TOKEN];
};

/* Connects, from the address `source` if that is not NULL, as the member `seat`. In stage 2 its UDP
 * port, in host order, is told to the server after the token. Ends the program if there is no
 * socket. */
void ticket_start(struct ticket *t, const struct dialect *dialect, const struct addrinfo *server,
                  const struct sockaddr_in *source, enum ticket_operation operation,
                  const struct seat *seat, uint16_t udp_port);

/* When it is granted, the seat has its token, or the member its keys. */
enum ticket_state ticket_step(struct ticket *t, struct seat *seat);

/* The events that poll() must wait for. */
short ticket_events(const struct ticket *t);

/* Does all of it at once, blocking. A refusal ends the program. */
void ticket_fetch(const struct dialect *dialect, const struct addrinfo *server,
                  enum ticket_operation operation, struct seat *seat, uint16_t udp_port);

#endif
