/*
 * chat: what the server of stage 3 does, without a socket and without a clock.
 *
 * Model: a room is a log, and every member is a cursor in it. What a datagram asks for becomes an
 * entry; nothing is sent for it at once. When all that has arrived has been taken in, chat_flush
 * serves each room that has new entries, and each of its members gets all that is new in as few
 * datagrams as possible. In a busy room that is where the speed comes from: sixty lines that came
 * together go out in six datagrams and not in sixty.
 *
 *     chat_receive, chat_receive, ... -> entries in logs -> chat_flush -> datagrams
 *
 * Joins, and leaves that nobody asked for, can wait a moment: a crowd that comes at once costs each
 * member one datagram and not one for every newcomer.
 *
 * A room lives as long as its host. When the host goes, however it goes, the room is closed.
 *
 * Who decides what becomes an entry is this, for a server that is alone. If several share their
 * rooms, it is somebody else, who may take his time: see struct sequencer. Then an entry comes from
 * there, and is the same for all servers: chat_take_entry does here what it says.
 *
 * With a journal, a server that is ended in the middle of things goes on where it was. For that,
 * nobody may learn of a change before the journal has it: write what `record` has told, say
 * chat_settle, and only then chat_flush or an answer over TCP. What chat_receive and chat_tick send
 * by themselves tells of nothing new.
 *
 * Contract: `now` is in milliseconds of one clock that never goes back. Random bytes come from a
 * function. Call chat_tick when chat_due has come, and chat_flush before every wait. Requests, as
 * they come over TCP, are in admission.h.
 */
#ifndef CHAT_H
#define CHAT_H

#include "crypto/source.h"
#include "lost.h"
#include "room.h"
#include "throttle.h"
#include "wheel.h"

enum {
    CHAT_COALESCE = 250, /* milliseconds that joins and leaves wait for others */
    CHAT_ITEMS = 64,     /* items of a member that are taken until it is told so */
    CHAT_SWEEP = 1000,   /* milliseconds between looks for members that fell silent, at most */
    CHAT_EIGHTHS = 8,    /* a member that was silent for half of what is allowed is asked whether */
    CHAT_QUIET = 4,      /* it is there, and again after each eighth */
    CHAT_FAREWELL = 10000 /* milliseconds that somebody who has gone has to read the last entry */
};

/*
 * What has changed, for whoever keeps a journal: see `record` below. The index is the room's or the
 * member's; what is new about it stands in the chat.
 */
enum chat_change {
    CHANGE_ROOM = 1, /* a room was opened; it is removed by itself if its host does not follow */
    CHANGE_MEMBER,   /* somebody came in */
    CHANGE_SESSION,  /* a member has a new session */
    CHANGE_ADDRESS,  /* a member's address was proved */
    CHANGE_ACCEPTED, /* items of a member were taken */
    CHANGE_ENTRY     /* a room's log has one more; what follows of it (who is gone) is not told */
};

typedef void chat_record(void *recorder, enum chat_change change, uint32_t index);

/* What a sequencer says to something that it was asked for. */
enum taken {
    TAKEN,
    ASKED,  /* it will be answered: chat_accepted, chat_unasked or chat_drop */
    NOT_NOW /* the client will try again */
};

/* Decides for several servers what becomes an entry. What it decides comes as chat_take_entry. */
struct sequencer {
    void *context;

    /* Items of a member. A `row` of no bytes: it counts, but nobody is told. */
    enum taken (*say)(void *context, uint32_t member, uint64_t number, struct text row);
    enum taken (*kick)(void *context, uint32_t member, uint64_t number, struct text name);
    enum taken (*leave)(void *context, uint32_t member, uint64_t number);

    /* A member is lost. May be asked again and again until it is gone. */
    void (*lose)(void *context, uint32_t member);
};

struct decider;

/* Counted since the start, for the log. What was sent is counted by the sender. */
struct chat_counts {
    uint64_t requests; /* over TCP, that were whole */
    uint64_t refused;  /* of the requests */
    uint64_t joined;   /* members, ever */
    uint64_t received; /* datagrams, of any kind */
    uint64_t dropped;  /* of the received: no member's, or seen before */
    uint64_t said;     /* lines */
};

struct chat {
    struct rooms rooms;
    struct sender sender;
    struct wheel wheel;     /* a timer for each member that has something on its way */
    struct throttle throttle;
    struct lost lost;       /* sessions that are over, and whose members may not know it */
    random_source *random;
    void *random_context;   /* for random */
    uint32_t room_limit;    /* members of one room */
    int64_t silence;        /* milliseconds without a datagram, and a member is dropped */
    struct starts starts;   /* of this server: see starts.h */
    int64_t turned_away_at; /* milliseconds: when the door had no place for somebody */
    int64_t sweep_at;
    uint32_t first_ready;   /* chain of rooms with new entries, for this turn */
    uint32_t first_owed;    /* chain of members that are owed something, for this turn */
    uint32_t first_telling; /* queue of rooms whose new entries can wait, the earliest first */
    uint32_t last_telling;
    struct chat_counts counts;
    chat_record *record;    /* called at each change; NULL: there is no journal */
    void *recorder;         /* for record */
    bool stalled;           /* the journal cannot be written: nothing may change */
    const struct sequencer *sequencer; /* NULL: we decide ourselves, and at once; */
    const struct decider *decider; /* the same of requests: see pending.h */
};

struct chat_options {
    uint32_t member_limit; /* of all rooms */
    uint32_t room_limit;   /* of one room */
    int64_t silence;       /* milliseconds */
    session_send *send;
    void *context;         /* for send */
    random_source *random;
    void *random_context;  /* for random */
};

/* False: there is not so much memory, and nothing is kept of it. */
bool chat_create(struct chat *chat, const struct chat_options *options, int64_t now);
void chat_destroy(struct chat *chat);

/* A datagram has come; it is opened in place. `size` may be PACKET_LIMIT + 1: too long. */
void chat_receive(struct chat *chat, const struct address *from, void *bytes, size_t size,
                  int64_t now);

/* This datagram, which was to be sent later, found no way to its address. */
void chat_strike(struct chat *chat, const struct address *to, const void *datagram, size_t size);

/* Sends what has become due by what was received. */
void chat_flush(struct chat *chat, int64_t now);

/* When chat_tick wants to be called next, in milliseconds of the same clock. */
int64_t chat_due(const struct chat *chat);

/* Repeats what seems to be lost and drops who was silent, as far as it is time for it. */
void chat_tick(struct chat *chat, int64_t now);

/* Somebody at the door was told to come again, or had to go: he may be a member of before. */
void chat_turned_away(struct chat *chat, int64_t now);

/* Closes all rooms: the server is shutting down. They are gone when chat_is_empty. */
void chat_close(struct chat *chat, int64_t now);
bool chat_is_empty(const struct chat *chat);

/* Sends every member a notice, once. */
void chat_tell(struct chat *chat, struct text notice);

/* All changes are in the journal: others may learn of them. */
void chat_settle(struct chat *chat);

/* The journal cannot be written. Until chat_settle nothing is taken that would change anything;
   to hold back requests and chat_flush is the caller's part. */
void chat_stall(struct chat *chat);

/* --- for a sequencer --- */

/* The next entry of a room's log: a row that was looked at. Does what it says. False: no memory. */
bool chat_take_entry(struct chat *chat, uint32_t room, struct text row, int64_t now);

/* A member's items up to this one were taken. */
void chat_accepted(struct chat *chat, uint32_t member, uint64_t number);

/* What a member asked for was not done, as far as we know: its client will ask again. */
void chat_unasked(struct chat *chat, uint32_t member);

/* A member is not here any more, and nobody has to be told: it is at another server, say. */
void chat_drop(struct chat *chat, uint32_t member, int64_t now);

/* --- for admission.c --- */

/* Tells the journal, if there is one. */
void chat_changed(struct chat *chat, enum chat_change change, uint32_t index);

/* Appends an entry; with `soon` it may wait for CHAT_COALESCE. False: no memory. */
bool chat_append(struct chat *chat, uint32_t room, const struct entry *entry, bool soon,
                 int64_t now);

#endif
