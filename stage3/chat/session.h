/*
 * session: one member's cursor in its room's log, and the sealed datagrams that move it.
 *
 * Model: the log goes on; `sent` says how far this member has been sent it, `read` how far it says
 * to have it. What lies between is on its way. Loss is nothing special: what is not acknowledged is
 * sent again, always from the log, and what the log has dropped meanwhile becomes a gap, said
 * openly. Nobody waits for a slow member, and a member costs no memory for what it has not read.
 *
 *         log: first ........ read ........ sent ........ end
 *              (may be dropped)   (on the way)   (not sent yet)
 *
 * An address is believed when it has proved itself: see session_prove.
 *
 * Contract: no sockets, no clock; `now` in milliseconds. Datagrams leave through a function.
 */
#ifndef SESSION_H
#define SESSION_H

#include "base/address.h"
#include "log.h"
#include "wire/frame.h"
#include "wire/packet.h"

enum {
    SESSION_WINDOW = 512,           /* entries on the way to a member at most, */
    SESSION_WINDOW_BYTES = 65536,   /* and bytes of them */
    SESSION_RTO = 100,              /* milliseconds beside the round trip, and the time for which a
                                       client keeps an acknowledgement back, before something is
                                       sent again */
    SESSION_RTO_LIMIT = 5000,       /* milliseconds, after doubling */
    SESSION_HOLE_PAUSE = 20,        /* milliseconds beside the round trip until a hole is filled
                                       again */
    SESSION_STRIKES = 3,            /* sends in a row to an address that failed: it is lost. What
                                       fails in one burst is one of them */
    SESSION_CALLS = 5,              /* announcements to a member after a restart, one a second */
    SESSION_ANNOUNCE = 1000         /* milliseconds between two that are asked for, or between two
                                       searches for the start that is meant */
};

#define SESSION_OPEN UINT64_MAX

/* What became of a datagram that was to be sent. */
enum delivery {
    DELIVERY_SENT,       /* the system took it: more nobody can know of UDP */
    DELIVERY_LATER,      /* it will be sent; if that fails, session_strike */
    DELIVERY_HELD_UP,    /* this host could not send just now: not the receiver's fault */
    DELIVERY_UNREACHABLE /* there is no way to that address: a strike */
};

typedef enum delivery session_send(void *context, const struct address *to, const void *bytes,
                                   size_t size);

/* Where datagrams go out, and how many have gone. Shared by all sessions. */
struct sender {
    session_send *send;
    void *context; /* for send */
    uint64_t sent, held_up, unreachable;
    uint64_t entries; /* in those sent: the deliveries */
    uint64_t again;   /* datagrams that were sent because something seemed to be lost */
    bool unsettled;   /* what this turn has changed is not in the journal yet */
    uint64_t burst;   /* counts up, from 1: what is sent between two steps belongs together */
};

struct session {
    uint64_t id;
    unsigned char up[SEAL_KEY], down[SEAL_KEY]; /* keys, under this start of the server */
    unsigned char first_up[SEAL_KEY], first_down[SEAL_KEY]; /* as the exchange made them */
    uint32_t opened;           /* the start at which that was, whose keys they are, */
    uint32_t start;            /* this one, */
    uint32_t under;            /* and the last one that the member has shown to know of */
    uint32_t announced;        /* the probe announces to a member under that start; 0: it does not */
    int64_t announced_at;      /* milliseconds: when that was last asked for */
    int64_t searched_at;       /* milliseconds: when all keys of before were last tried in vain */
    uint64_t counter;          /* of the last datagram sent */
    struct window window;      /* of what came */
    struct address address;    /* proved; its size is 0 until then */
    struct address candidate;  /* a probe was sent there */
    bool was_there;            /* the candidate is where it was before the restart */
    uint64_t probe;            /* its counter; 0: there is no candidate */

    uint64_t read;             /* entries before this one have been acknowledged */
    uint64_t sent;             /* entries before this one have been sent */
    uint64_t last;             /* entries from here on are not for this member; or SESSION_OPEN */
    uint64_t accepted;         /* the last of the member's items that was taken, */
    uint64_t acked;            /* and that it may be told so: the journal has it */
    uint64_t claimed;          /* as the member knows it, from a time that the server has lost: it
                                  becomes `accepted` when the member shows that it was told */

    int64_t heard_at;          /* milliseconds: when its last datagram came */
    int64_t waiting_since;     /* milliseconds: no progress since, if something is on the way */
    int64_t hole_at;           /* milliseconds: when a hole was filled last */
    uint64_t hole;             /* the entry where that hole began */
    uint64_t doubtful;         /* something took too long: all before this entry may be lost */
    uint64_t timed;            /* the entry whose round trip is being measured; 0: none */
    int64_t timed_at;          /* milliseconds: when it was sent */
    int32_t srtt;              /* milliseconds, smoothed */
    int32_t rto;               /* milliseconds, until it is sent again */
    uint64_t struck;           /* the burst of the last strike */
    uint8_t strikes;
    uint8_t calls;             /* probes still to be sent to `candidate`, after a restart */
};

/* A session with new keys, from entry `next` on, under this start of the server. What was heard
   stays, if it is resumed. */
void session_open(struct session *session, uint64_t id, const struct seal_keys *keys,
                  uint32_t start, uint64_t next, int64_t now);

/*
 * Goes on with a session of before a restart, under a new start: only id, first keys, opened,
 * under, heard, read, last and candidate are known. `end`: the log's. The keys are new, made of the
 * first ones and the id of the start: so whatever of the past was lost, no counter meets a key for
 * the second time. What the member was sent is not known, so whatever it says to have is believed.
 */
void session_revive(struct session *session, uint32_t start, const unsigned char id[SEAL_ID],
                    uint64_t end, int64_t now);

/* A datagram has come, so the member has the answer that said how far it was heard. Its numbers go
   on from where they were. */
void session_settle(struct session *session);

/* Is it of before, and the member has not shown yet that it knows the keys of this start? */
bool session_is_old(const struct session *session);

/*
 * Opens a datagram in place that was sealed under an earlier start, `number`. True: so it was, for
 * the first time, and the member may be told of the new start.
 */
bool session_take_old(struct session *session, uint32_t number, const unsigned char id[SEAL_ID],
                      void *bytes, size_t size);

/* Tells a member of before, who was under the start `number`, of this one: see packet.h. The
   announcement's `id`, `before` and `end` are for the caller to fill in. */
void session_announce(struct session *session, struct sender *sender, const struct address *to,
                      uint32_t number, struct announcement *announcement);

/* Asks a member that was silent for long whether it is still there, with a probe to its address; the
   same one again, or (`anew`) another one. */
void session_ask(struct session *session, struct sender *sender, bool anew);

/*
 * Opens a datagram in place, and takes what it says about the address. Returns SESSION_TAKEN if
 * what is in it counts, with the body in *up: it is new, and from the proven address.
 */
enum session_verdict {
    SESSION_STRANGER, /* not sealed by this member, or seen before */
    SESSION_PROBED,   /* from another address: it must prove itself first */
    SESSION_MALFORMED,
    SESSION_TAKEN
};
enum session_verdict session_take(struct session *session, struct sender *sender,
                                  const struct address *from, void *bytes, size_t size,
                                  struct up *up, int64_t now);

/* Takes an acknowledgement: moves the cursor, and fills a hole. */
void session_acknowledge(struct session *session, const struct log *log, struct sender *sender,
                         const struct up *up, int64_t now);

/* Sends what has not been sent yet, as far as the window allows. False: nothing was to be sent. */
bool session_push(struct session *session, const struct log *log, struct sender *sender,
                  int64_t now);

/* Sends a datagram without entries, to say what has been heard. */
void session_answer(struct session *session, struct sender *sender);

/* Sends a notice, once. It has FRAME_NOTICE_LIMIT bytes at most. */
void session_tell(struct session *session, struct sender *sender, struct text notice);

/* Is anything on the way? */
bool session_waits(const struct session *session);

/*
 * It is some time later: if nothing has moved for too long, what comes next is sent again. Returns
 * when to come back, if session_waits.
 */
int64_t session_retransmit(struct session *session, const struct log *log, struct sender *sender,
                           int64_t now);

/* A datagram that was to be sent later found no way to `to`: a strike, if that is where the member
   is. Probes go to addresses that others may have made up. */
void session_strike(struct session *session, struct sender *sender, const struct address *to);

bool session_struck_out(const struct session *session);

#endif
