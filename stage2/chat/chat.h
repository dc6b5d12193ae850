/*
 * chat: what the server of stage 2 does, without a socket and without a clock.
 *
 * Model: members come in through admission.h. From then on their datagrams come in here, and what
 * is to be sent goes out through a function that the owner gives, as in stage 1.
 *
 * A room lives as long as its host. When the host goes, however it goes, the room is closed.
 *
 * Contract: `now` is in milliseconds of one clock that never goes back. Random bits (the tokens)
 * are handed in. Call chat_tick when chat_due has come. A member that is removed may be a host, and
 * then its room and all others in it are gone too: after any function here that sends or removes,
 * indices that were known before must be looked up again.
 */
#ifndef CHAT_H
#define CHAT_H

#include "gone.h"
#include "room.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds that joins, leaves and kicks are coalesced: a crowd that
                            comes at once costs each member one notice, not one for every
                            newcomer */
    CHAT_SWEEP = 1000,   /* milliseconds between looks for members that fell silent */
    CHAT_STRIKES = 3,    /* sends in a row to an address that failed, and its member is dropped */
    CHAT_USUAL = 60000,   /* milliseconds of silence that every client avoids by itself, with a word
                            every 20 seconds. For less the server tells it how often */
    CHAT_REMINDS = 10000 /* milliseconds of silence, the least for which a member is reminded when
                           two thirds of it are over */
};

/* What became of a datagram that was to be sent. */
enum delivery {
    DELIVERY_SENT,       /* the system took it: more nobody can know of UDP */
    DELIVERY_HELD_UP,    /* this host could not send just now: not the receiver's fault */
    DELIVERY_UNREACHABLE /* there is no way to that address: a strike */
};

typedef enum delivery chat_send(void *context, const struct address *to, const void *bytes,
                                size_t size);

/* Counted since the start, for the log. */
struct chat_counts {
    uint64_t requests; /* over TCP, that were whole */
    uint64_t refused;  /* of the requests */
    uint64_t joined;   /* members, ever */
    uint64_t received; /* datagrams, of any kind */
    uint64_t dropped;  /* of the received: no member's */
    uint64_t sent;     /* datagrams, notices too */
    uint64_t held_up;
    uint64_t unreachable;
};

struct chat {
    struct rooms rooms;
    struct gone gone;    /* whose tokens became worthless, other than by leaving */
    uint32_t room_limit; /* members of one room */
    chat_send *send;
    void *context;       /* for send; not looked at here */
    int64_t silence;     /* milliseconds without a datagram, and a member is dropped */
    int64_t sweep_at;
    struct chat_counts counts;
};

struct chat_options {
    uint32_t member_limit; /* of all rooms */
    uint32_t room_limit;   /* of one room */
    int64_t silence;       /* milliseconds */
    chat_send *send;
    void *context;         /* for send */
};

/* False: there is not so much memory. */
bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now);
void chat_destroy(struct chat *chat);

/* A datagram has come. `size` may be DATAGRAM_LIMIT + 1: it was longer than the limit. */
void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now);

/* When chat_tick wants to be called next, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Tells what was coalesced and drops who was silent, as far as it is time for it. */
void chat_tick(struct chat *chat, int64_t now);

/* Tells everyone that the server is shutting down. */
void chat_close(struct chat *chat);

#endif
