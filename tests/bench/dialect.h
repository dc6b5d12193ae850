/*
 * dialect: the protocols of the stages, and of the servers that they are compared with, for the
 * load generator: a table of functions.
 *
 * Model: the generator uses numbered members of numbered rooms, and texts; a dialect translates
 * them to datagrams and back. It has no sockets and no clock. To add a stage, write its functions
 * and add a row to the table. (For the requests over TCP see ticket.h.)
 *
 * In stages 1 and 2 a member only talks, and needs only its seat. In stage 3 it has a state
 * (member.h), and must also send by itself: `due` tells when, and `report` writes the datagram.
 *
 * The other servers use TCP. What is sent at once counts as a datagram here, and so does what is
 * read at once. A stream (stream.h) makes messages of that; it needs the dialect's `cut`.
 *
 * Contract: `datagram` has space for DATAGRAM_MAX bytes, a name for DIALECT_NAME; the functions
 * return the size used. `now` is in nanoseconds.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATAGRAM_MAX 4096

enum {
    DIALECT_NAME = 24, /* bytes that the name of any member or room fits into */
    DIALECT_TOKEN = 32 /* bytes of a token */
};

/* What a message is that came over TCP. */
enum stream_kind {
    STREAM_MORE,    /* the first message is not complete yet */
    STREAM_TEXT,    /* what a member said */
    STREAM_WELCOME, /* this member will receive what is said from now on */
    STREAM_ERROR,   /* the server refuses; the text is its reason */
    STREAM_OTHER    /* of no interest */
};

/* The first message in bytes[0..size): its kind, and its size in *used unless that is STREAM_MORE.
 * *text and *text_size are set for STREAM_TEXT and STREAM_ERROR. */
typedef enum stream_kind stream_cut(const char *bytes, size_t size, size_t *used,
                                    const char **text, size_t *text_size);

/* What a dialect needs to know of a member. */
struct seat {
    size_t number; /* of the member */
    size_t room;   /* its room's number */
    char token[DIALECT_TOKEN]; /* only with `tokens` */
    struct member *member;     /* only with `sealed`: its state, owned by whoever seats it */
    struct stream *stream;     /* only with `cut`: what it reads, owned by whoever seats it */
};

struct dialect {
    const char *name;

    bool echo;   /* a member's own messages come back to it, and each is a delivery */
    bool rooms;  /* there can be several rooms */
    bool tokens; /* a member asks for one over TCP before it says hello */
    bool sealed; /* it asks for its keys over TCP before it says hello */

    size_t text_max; /* bytes of a text, at most; 0: as many as options.h says */

    /* Asks to be let in; sent until `welcomed` knows the answer, and over TCP once. */
    size_t (*hello)(struct seat *seat, unsigned char *datagram, uint64_t now);
    bool (*welcomed)(const struct seat *seat, const unsigned char *datagram, size_t size);

    /* Wraps a text of at most DATAGRAM_MAX - 496 bytes. */
    size_t (*say)(struct seat *seat, const char *text, size_t text_size, unsigned char *datagram,
                  uint64_t now);

    /* What a datagram needs before anything else, in place. False: it is not to be looked at.
     * NULL: nothing. */
    bool (*take)(struct seat *seat, unsigned char *datagram, size_t size, uint64_t now);

    /* The texts in a datagram, one a call: *at is 0 at first and moves on. False when there is
     * no further one, so also for a notice. */
    bool (*next_text)(struct seat *seat, const unsigned char *datagram, size_t size, size_t *at,
                      const char **text, size_t *text_size);

    /* When the member must send by itself, and what. NULL: never. */
    uint64_t (*due)(const struct seat *seat);
    size_t (*report)(struct seat *seat, unsigned char *datagram, uint64_t now);

    stream_cut *cut; /* over TCP: finds the messages in what came. NULL: it is UDP */
};

/* Those of other servers, each in a file of its own. */
extern const struct dialect dialect_redis, dialect_nats, dialect_mqtt, dialect_irc;

/* The dialect of that name, or NULL. */
const struct dialect *dialect_find(const char *name);

/* The names of members and rooms, in every dialect that has names for them. */
size_t dialect_member(size_t number, char *name);
size_t dialect_room(size_t number, char *name);

#endif
