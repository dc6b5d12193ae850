/*
 * session: one member's cursor in its room's log, and the sealed datagrams that move it.
 *
 * Model: the log grows; the server has sent the member the entries before `sent`, and the member
 * has acknowledged those before `read`. The entries between are on their way. Loss needs no special
 * case: entries that are not acknowledged are sent again, always from the log, and the server tells
 * the member which entries the log has dropped meanwhile (a gap). A room waits for a slow member
 * only for a moment (hold.h), and a member takes no memory for what it has not read.
 *
 *         log: first ........ read ........ sent ........ end
 *              (may be dropped)   (on the way)   (not sent yet)
 *
 * An address counts only after the client has proved that it receives there: see proven().
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
    SESSION_RTO = 100,              /* milliseconds until something is sent again, added to the
                                       round trip and to the longest time for which a client delays
                                       an acknowledgement */
    SESSION_RTO_LIMIT = 5000,       /* milliseconds, after doubling */
    SESSION_HOLE_PAUSE = 20,        /* milliseconds until the same hole is filled again, added to
                                       the round trip */
    SESSION_STRIKES = 3,            /* failed sends in a row after which a member is lost. All
                                       failures of one burst count as one */
    SESSION_ALIVE = 1000,           /* milliseconds: so much later than an acknowledgement should
                                       come at the latest, its reader no longer counts as alive */
    SESSION_CALLS = 5,              /* announcements to a member after a restart, one a second */
    SESSION_ANNOUNCE = 1000         /* milliseconds between two announcements in answer to
                                       datagrams, and between two searches through all starts */
};

#define SESSION_OPEN UINT64_MAX

/* What became of a datagram. */
enum delivery {
    DELIVERY_SENT,       /* the system took it, which is all that UDP can report */
    DELIVERY_LATER,      /* it is queued; if sending fails, session_strike will be called */
    DELIVERY_HELD_UP,    /* this host could not send just now: not the receiver's fault */
    DELIVERY_UNREACHABLE /* no route to that address, or nobody there: a strike */
};

typedef enum delivery session_send(void *context, const struct address *to, const void *bytes,
                                   size_t size);

/* How datagrams are sent, and how many were. Shared by all sessions. */
struct sender {
    session_send *send;
    void *context; /* for send */
    uint64_t sent, held_up, unreachable;
    uint64_t entries; /* entries in the datagrams sent */
    uint64_t again;   /* datagrams sent again because something seemed to be lost */
    bool unsettled;   /* the changes of this turn are not in the journal yet */
    uint64_t burst;   /* counts up, from 1; datagrams sent under one number form one burst */
};

struct session {
    uint64_t id;
    unsigned char up[SEAL_KEY], down[SEAL_KEY]; /* keys, under this start of the server */
    unsigned char first_up[SEAL_KEY], first_down[SEAL_KEY]; /* as the handshake made them */
    uint32_t opened;           /* the start under which the handshake made the first keys, */
    uint32_t start;            /* this start, */
    uint32_t under;            /* and the last start that the member has shown to know */
    uint32_t announced;        /* the probe is an announcement to a member under this start; or 0 */
    int64_t announced_at;      /* milliseconds: when a datagram was last answered with one */
    int64_t searched_at;       /* milliseconds: when all earlier keys were last tried in vain */
    uint64_t counter;          /* of the last datagram sent */
    struct window window;      /* counters of datagrams received */
    struct address address;    /* proved; its size is 0 until then */
    struct address candidate;  /* a probe was sent there */
    uint64_t probe;            /* its counter; 0: there is no candidate */

    uint64_t read;             /* entries before this one have been acknowledged */
    uint64_t sent;             /* entries before this one have been sent */
    uint64_t last;             /* entries from here on are not for this member; or SESSION_OPEN */
    uint64_t accepted;         /* the last of the member's items that was taken, */
    uint64_t acked;            /* and the last one that is in the journal, so may be acknowledged */
    uint64_t claimed;          /* the last one as the client knows it, from a time that the server
                                  has lost. Becomes `accepted` when the client's next datagram
                                  shows that it has the server's answer */

    int64_t heard_at;          /* milliseconds: when its last datagram came */
    int64_t unread_at;         /* milliseconds: when the first entry was sent after a time with
                                  none on the way */
    int64_t waiting_since;     /* milliseconds: no progress since, if something is on the way */
    int64_t hole_at;           /* milliseconds: when a hole was filled last */
    uint64_t hole;             /* the entry where that hole began */
    uint64_t doubtful;         /* after a timeout: entries before this one may be lost */
    uint64_t timed;            /* the entry whose round trip is being measured; 0: none */
    int64_t timed_at;          /* milliseconds: when it was sent */
    int32_t srtt;              /* milliseconds: smoothed round-trip time */
    int32_t rto;               /* milliseconds: retransmit timeout */
    uint64_t struck;           /* the burst of the last strike */
    bool was_there;            /* the candidate is the address from before the restart */
    uint8_t strikes;
    uint8_t calls;             /* announcements left to be sent to `candidate`, after a restart */
};

/* Opens a session with new keys, from entry `next` on, under this start of the server. If the
   member resumes, `accepted` stays. */
void session_open(struct session *session, uint64_t id, const struct seal_keys *keys,
                  uint32_t start, uint64_t next, int64_t now);

/*
 * Continues a session from before a restart, under a new start: only id, first keys, opened, under,
 * accepted, read, last and candidate are known. `end` is the log's. The new keys are derived from
 * the first ones and the id of the start, so no counter is used twice under one key, whatever the
 * server has lost. The server does not know what the member was sent, so it accepts the member's
 * next acknowledgement as it is.
 */
void session_revive(struct session *session, uint32_t start, const unsigned char id[SEAL_ID],
                    uint64_t end, int64_t now);

/* The member's datagram shows that it has the server's answer to its join: its item numbers go on
   from `claimed`. */
void session_settle(struct session *session);

/* Is the session from before a restart, and has the member not used the keys of this start yet? */
bool session_is_old(const struct session *session);

/*
 * Tries to open a datagram in place with the keys of an earlier start, `number`. True: it opens and
 * is new, so the member may be told of the new start.
 */
bool session_take_old(struct session *session, uint32_t number, const unsigned char id[SEAL_ID],
                      void *bytes, size_t size);

/* Announces this start to a member under the start `number`: see packet.h. The caller has set the
   announcement's `id`, `before` and `end`. */
void session_announce(struct session *session, struct sender *sender, const struct address *to,
                      uint32_t number, struct announcement *announcement);

/* Sends a probe to the address of a member that has been silent for long, to ask whether it is
   still there: the same probe again or, with `anew`, a new one. */
void session_ask(struct session *session, struct sender *sender, bool anew);

struct datagram {
    const struct address *from;
    void *bytes; /* opened in place */
    size_t size;
};

/*
 * Opens a datagram, and checks the address. Returns SESSION_TAKEN, with the body in *up,
 * if the datagram is new and from the proven address.
 */
enum session_verdict {
    SESSION_STRANGER, /* not sealed by this member, or seen before */
    SESSION_PROBED,   /* from another address, which was sent a probe */
    SESSION_MALFORMED,
    SESSION_TAKEN
};
enum session_verdict session_take(struct session *session, struct sender *sender,
                                  const struct datagram *datagram, struct up *up, int64_t now);

/* Takes an acknowledgement: moves the cursor, and fills a hole. */
void session_acknowledge(struct session *session, const struct log *log, struct sender *sender,
                         const struct up *up, int64_t now);

/* Sends the entries not sent yet, as far as the window allows. False: there was nothing to send. */
bool session_push(struct session *session, const struct log *log, struct sender *sender,
                  int64_t now);

/* Sends a datagram without entries, which acknowledges the member's items. */
void session_answer(struct session *session, struct sender *sender);

/* Sends a notice, once: it is not repeated if lost. FRAME_NOTICE_LIMIT bytes at most. */
void session_tell(struct session *session, struct sender *sender, struct text notice);

/* An item was not taken: asks the client to send it again after `time` milliseconds. */
void session_wait(struct session *session, struct sender *sender, uint32_t time);

/* Is anything on the way? */
bool session_waits(const struct session *session);

/*
 * Until when the member counts as alive if it sends nothing more, in milliseconds: as long as an
 * acknowledgement may take, and a second. With nothing on the way it has nothing to acknowledge.
 */
int64_t session_alive_until(const struct session *session, const struct log *log);

/*
 * If nothing was acknowledged for the retransmit timeout, sends a datagram again, from `read` on.
 * Returns when to call it next, if session_waits.
 */
int64_t session_retransmit(struct session *session, const struct log *log, struct sender *sender,
                           int64_t now);

/* A queued datagram (DELIVERY_LATER) could not be delivered to `to`. It is a strike only if that is
   the member's proved address: probes go to addresses that others may have forged. */
void session_strike(struct session *session, struct sender *sender, const struct address *to);

bool session_struck_out(const struct session *session);

#endif
