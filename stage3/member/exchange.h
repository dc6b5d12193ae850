/*
 * exchange: the exchange with a server over TCP: its name is looked up, its addresses are tried one
 * after the other, and the handshake (handshake.h) runs over the first connection.
 *
 *     exchange_connect(&exchange, server, now)
 *     loop:
 *         due = exchange_watch(&exchange, &set)
 *         wait until `due`
 *         exchange_serve(&exchange, &set, now)
 *
 * Model: each of these calls returns how far the exchange is. At EXCHANGE_CONNECTED the owner
 * starts `handshake` and calls exchange_converse: not earlier, because a request to resume has the
 * position at that moment. If an address does not do, for whatever reason, the owner calls
 * exchange_fail and then, for the next address of the same server, exchange_connect again.
 *
 * Contract: it never waits. The owner's structure begins as zeros with `tcp` -1, and is closed with
 * exchange_close at any time.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "base/server_list.h"
#include "handshake.h"
#include "net/net.h"
#include "net/resolver.h"

enum {
    EXCHANGE_TIMEOUT = 10000, /* milliseconds from the start of a connection to the answer */
    EXCHANGE_WHY = 2048       /* bytes of a reason, with the final zero */
};

enum exchange_progress {
    EXCHANGE_ON,        /* it waits */
    EXCHANGE_CONNECTED, /* there is a connection: start `handshake` */
    EXCHANGE_OVER,      /* see `handshake.progress` */
    EXCHANGE_FAILED     /* at this address, for the reason `why` */
};

struct exchange {
    enum {
        EXCHANGE_CLOSED,
        EXCHANGE_LOOKING,    /* the server's name is being looked up */
        EXCHANGE_CONNECTING, /* until the socket is writable */
        EXCHANGE_HANDSHAKING
    } state;
    int64_t due;                  /* milliseconds: the end of the state, at the latest */
    const char *why;              /* EXCHANGE_FAILED: valid until the next call */
    const struct server_name *server;
    struct lookup lookup;         /* of its name */
    unsigned next;                /* the next address to try; 0: there is no more */
    unsigned tried;               /* the address tried before */
    char first_why[EXCHANGE_WHY]; /* why the first address failed */
    const struct server_name *reached; /* the server that was reached at `remote`; NULL: none */
    bool falls_back;              /* set by the owner: if no name can be looked up any more, the
                                     server is tried where it was reached */
    int tcp;                      /* -1: none */
    struct address local, remote; /* its ends */
    struct handshake handshake;
};

/* Connects to the next address of the server or, if there is none, looks its name up. */
enum exchange_progress exchange_connect(struct exchange *exchange, const struct server_name *server,
                                        int64_t now);

/* Adds its socket to the set, and returns `due`. */
int64_t exchange_watch(const struct exchange *exchange, struct net_set *set);

enum exchange_progress exchange_serve(struct exchange *exchange, struct net_set *set, int64_t now);

/* Sends and receives what the connection can take and has. */
enum exchange_progress exchange_converse(struct exchange *exchange);

/*
 * The address does not do: closes the connection. Returns the reason to report, valid until the
 * next call: if there are several addresses, that of the first one, because a user without IPv6
 * needs to know what is wrong with the IPv4 address.
 */
const char *exchange_fail(struct exchange *exchange, const char *why);

/* Has the server another address? */
bool exchange_has_more(const struct exchange *exchange);

/* From now on there is no next address: exchange_connect looks a name up. */
void exchange_restart(struct exchange *exchange);

/* Closes the connection, and wipes the handshake. */
void exchange_close(struct exchange *exchange);

/* The same, and cancels the look-up. */
void exchange_stop(struct exchange *exchange);

#endif
