/*
 * ledger: the messages in flight, and which members have not received them yet.
 *
 * Model: messages are numbered from 0 and kept in a ring, from the oldest that is not complete to
 * the newest. Each has a bit for every member of its room, so a delivery that comes twice, or to
 * the wrong member, is never counted for one that is missing elsewhere. Member m is in room m %
 * rooms, at the place m / rooms.
 *
 * Contract: every expected delivery is counted in exactly one of `delivered` and `lost`. One that
 * comes after its message was given up stays lost and is counted in `late`, too. ledger_open
 * allocates all memory.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message is given up after this time, because a lost datagram must not hang the run. TCP loses
 * nothing: there it is only a bound for a server that hangs. */
#define LEDGER_TIMEOUT 2000000000u         /* nanoseconds */
#define LEDGER_TIMEOUT_STREAM 30000000000u /* nanoseconds */

struct ledger_message {
    uint64_t sent;  /* by watch_clock */
    size_t missing; /* deliveries still to come */
    size_t room;    /* in which it was sent */
};

struct ledger {
    size_t slots; /* messages that the ring holds */
    size_t rooms;
    size_t room_size; /* members of each room */
    size_t row;       /* words of bits for each message */
    bool echo;        /* the sender receives its own message */
    uint64_t timeout; /* nanoseconds; LEDGER_TIMEOUT unless the caller sets another one */
    uint64_t oldest; /* number of the oldest message in flight; == next when there is none */
    uint64_t next;   /* number of the message to be sent next */
    struct ledger_message *messages; /* slots of them */
    uint64_t *heard;                 /* slots rows, a bit for each place in the room */

    uint64_t delivered;
    uint64_t lost;
    uint64_t late;   /* came after their message was done or given up */
    uint64_t strays; /* twice, to the sender, into another room, or never sent: all wrong */
};

/* False if there is not enough memory. ledger_close frees it. */
bool ledger_open(struct ledger *l, size_t slots, size_t rooms, size_t room_size, bool echo);
void ledger_close(struct ledger *l);

/* Makes space for so many messages, only while none is in flight. False: not enough memory. */
bool ledger_reserve(struct ledger *l, size_t slots);

/* Is there space for one more message? */
bool ledger_has_space(const struct ledger *l);

/* Enters the next message, which must have space. */
void ledger_send(struct ledger *l, size_t sender, uint64_t now);

/* A member has received a message. True if that is a delivery to count; *age is then its latency.
   */
bool ledger_hear(struct ledger *l, uint64_t number, size_t member, uint64_t now, uint64_t *age);

/* Gives up messages that have waited too long, and moves on past those that are done. */
void ledger_expire(struct ledger *l, uint64_t now);

/* Is nothing in flight? */
bool ledger_is_empty(const struct ledger *l);

/* Did the server deliver anything wrongly? If more deliveries are late than lost, some are copies
   of
 * messages that were done. */
bool ledger_is_broken(const struct ledger *l);

#endif
