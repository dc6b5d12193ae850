/*
 * chat: what the server of stage 1 does, without a socket and without a clock.
 *
 * Model: a datagram from an address at a time goes in; datagrams to addresses come out, through a
 * function that the owner gives. The server's own function calls sendto(); that of a test writes
 * down what it is given. So everything that a stranger can do to the server can be tried in one
 * process, in no time, and always with the same outcome.
 *
 * Contract: chat_receive for each datagram, then chat_tick when chat_due has come, with one clock
 * that never goes back. Nothing is allocated but a copy of each name, when it joins.
 */
#ifndef CHAT_H
#define CHAT_H

#include "gone.h"
#include "roster.h"
#include "wire/notice.h"
#include "wire/protocol.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds that joins, leaves and renames are coalesced: a crowd that
                            comes at once costs each member one notice, not one for every
                            newcomer */
    CHAT_RENAMES = 4,    /* renames of a member in a row, and then */
    CHAT_RENAME = 15000, /* one more in so many milliseconds: what is told to everyone costs */
    CHAT_REFUSAL = 1000, /* milliseconds between two answers to who takes too many: an answer costs
                           more than to read what asked for it, so a flood of hellos would fill the
                           socket, and lines of others would be lost before they are read */
    CHAT_SWEEP = 1000,  /* milliseconds between looks for members that fell silent */
    CHAT_STRIKES = 3,   /* sends in a row to an address that failed, and its member is dropped */
    CHAT_USUAL = 60000,  /* milliseconds of silence that every client avoids by itself, with a word
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
    uint64_t received;  /* datagrams, of any kind */
    uint64_t malformed; /* of the received */
    uint64_t refused;   /* of the received, for their name or because the roster is full */
    uint64_t joined;    /* members, ever */
    uint64_t sent;      /* datagrams, notices too */
    uint64_t held_up;
    uint64_t unreachable;
};

struct chat {
    struct roster roster;
    struct gone gone; /* whom it took out, by address */
    chat_send *send;
    void *context;   /* for send; not looked at here */
    int64_t silence; /* milliseconds without a datagram, and a member is dropped */
    struct chat_counts counts;

    /* Gathered, to be told at tell_at; 0 when there is nothing to tell. */
    int64_t tell_at;
    uint32_t joined;                        /* members with `announced` not set yet */
    uint32_t renamed;                       /* members whose name in `told` is the older one */
    size_t left;                            /* announced members that have gone since */
    char left_name[NOTICE_NAMES][NAME_LIMIT]; /* the first of those: they are no longer in the */
    size_t left_size[NOTICE_NAMES];           /* roster, so their names are kept here */

    int64_t sweep_at;
};

/* `limit` members at most. False: there is not so much memory. */
bool chat_create(struct chat *chat, uint32_t limit, int64_t silence, chat_send *send,
                 void *context, int64_t now);
void chat_destroy(struct chat *chat);

/* A datagram has come. `size` may be DATAGRAM_LIMIT + 1: see datagram_decode. */
void chat_receive(struct chat *chat, const struct address *from, const void *bytes, size_t size,
                  int64_t now);

/* When chat_tick wants to be called next, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Tells what was coalesced and drops who was silent, as far as it is time for it. */
void chat_tick(struct chat *chat, int64_t now);

/* Tells everyone that the server is shutting down. */
void chat_close(struct chat *chat);

#endif
