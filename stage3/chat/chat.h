/*
 * chat: the core of stage 3's server, without a socket and without a clock.
 *
 * Model: a room is a log, and every member is a cursor in it. What a datagram asks for becomes an
 * entry; nothing is sent for it at once. When everything that has arrived has been taken in,
 * chat_flush serves each room that has new entries, and each member gets them in as few datagrams
 * as possible. A busy room is fast for this reason: sixty lines that came together go out in six
 * datagrams and not in sixty.
 *
 *     chat_receive, chat_receive, ... -> entries in logs -> chat_flush -> datagrams
 *
 * Entries about joins and leaves can wait a moment: a crowd that joins at once costs each member
 * one datagram and not one for every newcomer.
 *
 * A room lives as long as its host. When the host leaves or is lost, the room is closed.
 *
 * A single server decides here what becomes an entry. When servers share rooms, a sequencer
 * decides, possibly later: see struct sequencer. Then each entry comes from the sequencer, is the
 * same for all servers, and is applied by chat_take_entry.
 *
 * With a journal, a server that is killed at any moment can go on where it was. So nobody may be
 * told of a change before the journal has it: write what `record` has reported, call chat_settle,
 * and only then chat_flush, or answer over TCP. The datagrams that chat_receive and chat_tick send
 * themselves tell of no change.
 *
 * Contract: `now` is in milliseconds of one clock that never goes back. Random bytes come from a
 * function. Call chat_tick when chat_due has come, and chat_flush before every wait. For datagrams
 * see receive.h, for requests over TCP admission.h.
 */
#ifndef CHAT_H
#define CHAT_H

#include "crypto/source.h"
#include "hold.h"
#include "lost.h"
#include "room.h"
#include "throttle.h"
#include "wheel.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds that joins and leaves wait for others */
    CHAT_ITEMS = 64,     /* items of a member that are taken before they must be acknowledged */
    CHAT_WAIT = 50,      /* milliseconds that a member waits at least whose item is beyond its
                            rate: so it sends some tens of them then, and not one */
    CHAT_SWEEP = 1000,   /* milliseconds between searches for silent members, at most */
    CHAT_EIGHTHS = 8,    /* after this many eighths of the silence allowed a member is dropped; */
    CHAT_QUIET = 4,      /* from this eighth on it is sent a probe in each, to see if it is there */
    CHAT_FAREWELL = 10000 /* milliseconds that a member has to read the last entry after leaving */
};

/*
 * What has changed, for a journal: see `record` below. The index is the room's or the member's; its
 * new state is in the chat.
 */
enum chat_change {
    CHANGE_ROOM = 1, /* a room was opened; it is removed by itself if its host does not follow */
    CHANGE_MEMBER,   /* a member joined */
    CHANGE_SESSION,  /* a member has a new session */
    CHANGE_ADDRESS,  /* a member's address was proved */
    CHANGE_ACCEPTED, /* items of a member were taken */
    CHANGE_ENTRY     /* a room's log has a new entry; its effects on members are not reported */
};

typedef void chat_record(void *recorder, enum chat_change change, uint32_t index);

/* What became of an item, or of a question to a sequencer. */
enum taken {
    TAKEN,
    ASKED,  /* the answer comes later: chat_accepted, chat_unasked or chat_drop */
    NOT_NOW /* the client will try again */
};

/* Decides for several servers what becomes an entry. It passes each entry to chat_take_entry. */
struct sequencer {
    void *context;

    /* Items of a member. If `row` is empty, the item only counts as taken. */
    enum taken (*say)(void *context, uint32_t member, uint64_t number, struct text row);
    enum taken (*kick)(void *context, uint32_t member, uint64_t number, struct text name);
    enum taken (*leave)(void *context, uint32_t member, uint64_t number);

    /* A member is lost. May be called again and again until the member is gone. */
    void (*lose)(void *context, uint32_t member);
};

struct decider;

/* Counted since the start, for the log. The sender counts what was sent. */
struct chat_counts {
    uint64_t requests; /* whole requests over TCP */
    uint64_t refused;  /* of the requests, */
    uint64_t crowded;  /* and of those: because the address holds too many places */
    uint64_t joined;   /* members, in total */
    uint64_t received; /* datagrams, of any kind */
    uint64_t dropped;  /* of the received: from no member, or seen before */
    uint64_t said;     /* lines */
    uint64_t waited;   /* datagrams with an item that was not taken yet, because its member has sent
                          more than its rate allows, */
    uint64_t paused;   /* or, and this many of these, because its room is held (hold.h) */
};

struct chat {
    struct rooms rooms;
    struct sender sender;
    struct wheel wheel;     /* a timer for each member that has something on its way */
    struct holds holds;     /* rooms that take no lines just now */
    struct throttle throttle;
    struct lost lost;       /* dropped sessions, whose clients may not know it yet */
    random_source *random;
    void *random_context;   /* for random */
    uint32_t room_limit;    /* members of one room */
    struct bucket_rate rate; /* of each member's items; the owner may set another */
    int64_t silence;        /* milliseconds without a datagram after which a member is dropped */
    struct starts starts;   /* of this server: see starts.h */
    int64_t turned_away_at; /* milliseconds: when a TCP client was last turned away */
    int64_t sweep_at;
    uint32_t first_ready;   /* chain of rooms with new entries, for this turn */
    uint32_t first_owed;    /* chain of members that this turn must serve */
    uint32_t first_telling; /* queue of rooms whose new entries can wait, the earliest first */
    uint32_t last_telling;
    struct chat_counts counts;
    chat_record *record;    /* called at each change; NULL: there is no journal */
    void *recorder;         /* for record */
    bool stalled;           /* the journal cannot be written: nothing may change */
    const struct sequencer *sequencer; /* NULL: this server decides itself, and at once */
    const struct decider *decider; /* of requests: see admission.h */
};

struct chat_options {
    uint32_t member_limit; /* of all rooms */
    uint32_t room_limit;   /* of one room */
    int64_t silence;       /* milliseconds */
    session_send *send;
    void *context;         /* for send */
    random_source *random;
    void *random_context;  /* for random */
    const struct decider *decider; /* of requests: see admission.h */
};

/* False: not enough memory; nothing stays allocated. */
bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now);
void chat_destroy(struct chat *chat);

/* Reports that a queued datagram (DELIVERY_LATER) could not be delivered to its address. */
void chat_strike(struct chat *chat, const struct address *to, const void *datagram, size_t size);

/* Sends what has become due since the last call. */
void chat_flush(struct chat *chat, int64_t now);

/* When to call chat_tick next, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Does what is due by time: sends again what seems to be lost, and drops silent members. */
void chat_tick(struct chat *chat, int64_t now);

/* A TCP client was told to come again, or was disconnected for lack of places. It may be a member
   from before a restart, so these get more time to come back. */
void chat_turned_away(struct chat *chat, int64_t now);

/* Closes all rooms because the server is shutting down. chat_is_empty tells when all members are
   gone. */
void chat_close(struct chat *chat, int64_t now);
bool chat_is_empty(const struct chat *chat);

/* Sends every member a notice, once. */
void chat_tell(struct chat *chat, struct text notice);

/* All changes are in the journal, so members may be told of them. */
void chat_settle(struct chat *chat);

/* The journal cannot be written. Until chat_settle the chat takes nothing that would change its
   state; the caller must hold back requests and chat_flush. */
void chat_stall(struct chat *chat);

/* --- for a sequencer --- */

/* Appends the next entry of a room's log, a valid row, and applies it. False: no memory. */
bool chat_take_entry(struct chat *chat, uint32_t room, struct text row, int64_t now);

/* A member's items up to this one were taken. */
void chat_accepted(struct chat *chat, uint32_t member, uint64_t number);

/* The items sent on for a member may not have been taken: its client will send them again. */
void chat_unasked(struct chat *chat, uint32_t member);

/* Drops a member without telling anybody: it is at another server, for instance. */
void chat_drop(struct chat *chat, uint32_t member, int64_t now);

/* --- for those who change rooms: receive.c, admission.c, the engines --- */

static inline struct room *room_at(const struct chat *chat, uint32_t index)
{
    return &chat->rooms.rooms[index];
}

static inline struct member *member_at(const struct chat *chat, uint32_t index)
{
    return &chat->rooms.members[index];
}

/* Reports a change to the journal, if there is one. */
void chat_changed(struct chat *chat, enum chat_change change, uint32_t index);

/* Appends an entry; with `soon` it may wait for CHAT_COALESCE. False: no memory. */
bool chat_append(struct chat *chat, uint32_t room, const struct entry *entry, bool soon,
                 int64_t now);

/* This turn must serve the member: OWES_... */
void chat_owe(struct chat *chat, uint32_t index, uint8_t what);

/* A member leaves, or is lost. If it is the host, its room is closed. */
void chat_leave(struct chat *chat, uint32_t index, enum left_why why, int64_t now);

/* Removes a member that is gone, if it has read the last entry or had the time to read it. True: it
   was removed. */
bool chat_forget(struct chat *chat, uint32_t index, int64_t now);

#endif
