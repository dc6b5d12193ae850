/*
 * chat: the core of the server of stage 2, without a socket and without a clock.
 *
 * Model: admission.h adds members. From then on their datagrams are handled here, and the core
 * sends through a function that its owner supplies, as in stage 1.
 *
 * A room exists as long as its host is a member. When the host leaves or is dropped, the room is
 * closed.
 *
 * Contract: `now` is in milliseconds of one clock that never goes back. The caller supplies random
 * bits (the tokens). Call chat_tick when the time chat_due has come. A member that is removed may
 * be a host, and then its room and all others in it are removed too. So after any function here
 * that sends or removes, the caller must look up indices again.
 */
#ifndef CHAT_H
#define CHAT_H

#include "gone.h"
#include "room.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds for which joins, leaves and kicks are coalesced: when a
                            crowd joins at once, each member gets one notice, not one for every
                            newcomer */
    CHAT_SWEEP = 1000,   /* milliseconds between two searches for silent members */
    CHAT_STRIKES = 3,    /* failed sends in a row after which a member is dropped */
    CHAT_USUAL = 60000,  /* milliseconds of silence: every client sends something each 20 seconds,
                            so it stays within that. The server tells it of any other time */
    CHAT_REMINDS = 10000 /* milliseconds: if at least so much silence is allowed, the server reminds
                            a member after two thirds of it */
};

/* The result of sending a datagram. */
enum delivery {
    DELIVERY_SENT,       /* the system took it: with UDP, nothing more is known */
    DELIVERY_HELD_UP,    /* this host could not send just now: not the receiver's fault */
    DELIVERY_UNREACHABLE /* there is no route to that address: a strike */
};

typedef enum delivery chat_send(void *context, const struct address *to, const void *bytes,
                                size_t size);

/* Counts since the start, for the log. */
struct chat_counts {
    uint64_t requests; /* complete requests over TCP */
    uint64_t refused;  /* of the requests, */
    uint64_t crowded;  /* and of those: because the address holds too many places */
    uint64_t joined;   /* members that ever joined */
    uint64_t received; /* datagrams, of any kind */
    uint64_t dropped;  /* of the received: not from a member */
    uint64_t too_many; /* of the received: the member sent more than its rate allows */
    uint64_t sent;     /* datagrams, including notices */
    uint64_t held_up;
    uint64_t unreachable;
};

struct chat {
    struct rooms rooms;
    struct gone gone;    /* members that did not leave by themselves, by token and machine */
    uint32_t room_limit; /* members of one room */
    chat_send *send;
    void *context;       /* passed to `send`, not used here */
    int64_t silence;     /* milliseconds without a datagram after which a member is dropped */
    int64_t sweep_at;
    struct bucket_rate rate; /* of each member's datagrams; the usual one, unless the owner sets
                                another */
    struct chat_counts counts;
};

struct chat_options {
    uint32_t member_limit; /* of all rooms */
    uint32_t room_limit;   /* of one room */
    int64_t silence;       /* milliseconds */
    chat_send *send;
    void *context;         /* passed to `send` */
};

/* False: there is not enough memory. */
bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now);
void chat_destroy(struct chat *chat);

/* Handles a datagram. `size` may be DATAGRAM_LIMIT + 1: it was longer than the limit. */
void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now);

/* The time for the next call of chat_tick, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Sends coalesced notices and drops silent members, if it is time for that. */
void chat_tick(struct chat *chat, int64_t now);

/* Tells everyone that the server is shutting down. */
void chat_close(struct chat *chat);

#endif
