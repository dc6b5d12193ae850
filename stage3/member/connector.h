/*
 * connector: gets a client admitted to its room, by one of its servers.
 *
 * Model: an attempt at a server needs the room's key, if there is a password (room_key.h), and an
 * RSA pair (pair.h); then it is an exchange over TCP (exchange.h). If the server does not admit us,
 * the next one is tried. After all of them there is a pause, which grows; or it gives up, if we
 * have never been in the room.
 *
 *     RESTING --connector_start--> WORKING, PAIRING, EXCHANGING, PAUSING --admitted--> RESTING
 *
 * Until the server's key is confirmed, nothing that helps to guess a password is sent: the exchange
 * only asks for the key (server_key.h).
 *
 * Contract: it never waits, except for some milliseconds at a time while it computes. What happens
 * is told through `tell`. After CLIENT_SESSION_OVER the owner calls connector_stop, from within
 * `tell`.
 */
#ifndef CONNECTOR_H
#define CONNECTOR_H

#include "exchange.h"
#include "membership.h"
#include "pair.h"
#include "room_key.h"
#include "server_key.h"
#include "session_event.h"

enum { CONNECTOR_PAUSE = 1000 }; /* milliseconds before the servers are tried again; doubled */

struct connector {
    /* Set by the owner. */
    struct server_list servers;
    enum tcrp_operation operation;
    struct text room, user;
    unsigned char m[SEAL_KEY];
    bool note_when_in, impatient;  /* see client_session.h */
    struct pair *pair;             /* the owner's, which makes the next one */
    struct server_key server_key;
    struct room_key room_key;
    struct membership *membership; /* NULL: not admitted yet */
    client_session_tell *tell;
    void *context;

    enum {
        CONNECTOR_RESTING,    /* nothing to do: we are in the room */
        CONNECTOR_WORKING,    /* the password's key is being computed */
        CONNECTOR_PAUSING,    /* until `due` */
        CONNECTOR_PAIRING,    /* until there is an RSA pair for the exchange */
        CONNECTOR_EXCHANGING, /* the exchange with a server */
        CONNECTOR_ADMITTED,   /* a server has admitted us: for the owner */
        CONNECTOR_OVER
    } phase;
    int64_t due;                   /* milliseconds: the end of a pause */
    int64_t pause;                 /* milliseconds: the last pause; 0: none yet */
    bool paired;                   /* `rsa` is there */
    struct rsa_key rsa;            /* our pair for the next exchange */
    struct exchange exchange;
    unsigned server;               /* the server being tried, or in use, */
    char label[SERVER_TEXT];       /* and its name */
    unsigned failures;             /* servers in a row that did not admit us */
    unsigned busy;                 /* rounds of the servers in which one was busy */
    int last_busy;                 /* the last status that meant busy */
    bool busy_told;
};

/* The first attempt begins with the first connector_serve: until then nothing is told. Before this,
   it must be all zeros, except for what the owner sets; `m` is drawn here. */
void connector_create(struct connector *connector, int64_t now);

/* Starts an attempt to get in again, at once or after a pause. */
void connector_start(struct connector *connector, bool at_once, int64_t now);

/* The server answers after all: cancels a pause, and the next one is a short one. */
void connector_cancel(struct connector *connector);

/* Adds its socket to the set. Returns when to call connector_serve at the latest, or
   MEMBERSHIP_NEVER. */
int64_t connector_watch(const struct connector *connector, struct net_set *set);

/* Returns whether a server has admitted us: `exchange.handshake` has the keys and the answer. Then
   call connector_admitted or, if the answer does not do, connector_try_next. */
bool connector_serve(struct connector *connector, struct net_set *set, int64_t now);

/* We are in the room. */
void connector_admitted(struct connector *connector);

/* The address that was tried does not do, for the reason `why`. `busy`: because the server is
   busy. */
void connector_try_next(struct connector *connector, const char *why, bool busy, int64_t now);

/* Closes what is open, and wipes the secrets. */
void connector_stop(struct connector *connector);

#endif
