/*
 * channel: the sealed datagrams between a member and the server, in one session after the other.
 *
 * Model: each exchange over TCP begins a session with an id and two keys, one for each direction.
 * Each datagram that goes up has the next counter and is sealed under it; each one that comes down
 * is accepted once. A datagram without a body is a probe: the server wants to see that this address
 * is ours, and until we echo its counter, it reads no items of ours.
 *
 * When the server was started again, it announces that under the same session: new keys follow from
 * the old ones and the id of the start. Our counter goes on, so nothing is ever sealed twice under
 * one key and number, whichever start the keys are of.
 *
 * Contract: no sockets, no clock. Anything may come off the wire. The channel has keys: its owner
 * wipes it.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "base/text.h"
#include "wire/packet.h"

struct channel {
    uint64_t session;
    unsigned char up[SEAL_KEY], down[SEAL_KEY];
    unsigned char first_up[SEAL_KEY], first_down[SEAL_KEY]; /* as the handshake made them */
    uint64_t counter;     /* of the last datagram sent, whichever its key */
    struct window window; /* counters of datagrams received */
    uint64_t echo;        /* the latest probe's counter; 0: none came */
    bool connected;       /* something other than a probe has come */
};

/* A session begins. */
void channel_begin(struct channel *channel, uint64_t session, const struct seal_keys *keys);

/* Is our address proved? Until then, the server reads no items. */
bool channel_proved(const struct channel *channel);

/* Seals the body of `size` bytes at packet + PACKET_HEAD. Returns the size of the datagram. */
size_t channel_seal(struct channel *channel, void *packet, size_t size);

/* A datagram that was opened. */
struct opened {
    struct text body; /* within the datagram; of no bytes: a probe */
    uint64_t counter;
    bool again;       /* a probe that came before */
};

/* Opens a datagram in place. False: not of this session, not from our server, or seen before. */
bool channel_open(struct channel *channel, void *bytes, size_t size, struct opened *opened);

/* The counter of a probe is echoed from now on. Returns whether it is the latest probe. */
bool channel_probed(struct channel *channel, uint64_t counter);

/* Does it look like an announcement of this session? Nothing is proved yet. */
bool channel_announces(const struct channel *channel, const void *bytes, size_t size,
                       struct announcement *announcement);

/* Opens it; the caller has set `before`. False: it is forged or, because it is sealed for members
   under the start before, replayed. */
bool channel_open_announcement(const struct channel *channel, const void *bytes,
                               struct announcement *announcement);

/* From now on, the keys are those of the announced start. */
void channel_enter_start(struct channel *channel, const struct announcement *announcement);

#endif
