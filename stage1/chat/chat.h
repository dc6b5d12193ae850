/*
 * chat: the core of the server of stage 1, without a socket and without a clock.
 *
 * Model: the input is a datagram, its address and the time. The output are datagrams to addresses,
 * which the core sends through a function that its owner supplies. The server's function calls
 * sendto(); a test's function records its arguments. So a test can try anything that a stranger can
 * do to the server, in one process, at once, and always with the same result.
 *
 * Contract: call chat_receive for each datagram, and chat_tick when the time chat_due has come. All
 * times are of one clock that never goes back. After chat_create, only copies of names are
 * allocated.
 */
#ifndef CHAT_H
#define CHAT_H

#include "gone.h"
#include "roster.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds for which joins, leaves and renames are coalesced: when
                            a crowd joins at once, each member gets one notice, not one for every
                            newcomer */
    CHAT_RENAMES = 4,    /* a member may take this many names in a row, */
    CHAT_RENAME = 15000, /* then one per this many milliseconds: each costs a notice to everyone */
    CHAT_REFUSAL = 1000, /* milliseconds between two answers to a member that renames too often: an
                            answer costs more than reading a hello, so with an answer to each one,
                            a flood of hellos would fill the socket and others' lines be lost */
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
    uint64_t received;  /* datagrams, of any kind */
    uint64_t malformed; /* of the received */
    uint64_t refused;   /* of the received, for their name or because the roster is full */
    uint64_t too_many;  /* of the received, because the member sent more than its rate allows */
    uint64_t joined;    /* members that ever joined */
    uint64_t sent;      /* datagrams, including notices */
    uint64_t held_up;
    uint64_t unreachable;
};

struct chat {
    struct roster roster;
    struct gone gone; /* members that the server dropped, by address */
    chat_send *send;
    void *context;   /* passed to `send`, not used here */
    int64_t silence; /* milliseconds without a datagram after which a member is dropped */
    struct bucket_rate rate; /* of each member's datagrams */
    struct chat_counts counts;

    /* Coalesced, to be told at tell_at; 0: there is nothing to tell. */
    int64_t tell_at;
    uint32_t joined;                        /* members whose `announced` is not set yet */
    uint32_t renamed;                       /* members with an older name in `told` */
    size_t left;                            /* announced members that have left since */
    char left_name[NOTICE_NAMES][NAME_LIMIT]; /* names of the first of those, copied here because */
    size_t left_size[NOTICE_NAMES];           /* they are no longer in the roster */

    int64_t sweep_at;
};

/* For at most `limit` members, each at the usual rate; the owner may set another one. False: there
   is not enough memory. */
bool chat_create(struct chat *chat, uint32_t limit, int64_t silence, chat_send *send,
                 void *context, int64_t now);
void chat_destroy(struct chat *chat);

/* Handles a datagram. `size` may be DATAGRAM_LIMIT + 1: see datagram_decode. */
void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now);

/* The time for the next call of chat_tick, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Sends coalesced notices and drops silent members, if it is time for that. */
void chat_tick(struct chat *chat, int64_t now);

/* Tells everyone that the server is shutting down. */
void chat_close(struct chat *chat);

#endif
