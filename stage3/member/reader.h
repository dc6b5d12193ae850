/*
 * reader: reads the room's log in order, and tells it as news.
 *
 * Model: the log is opened at an entry and read from there on, each entry once (cursor.h). The
 * reader opens the lines that members sealed, and refuses one that was shown before. It keeps the
 * list of members, which comes with each exchange over TCP and is changed by the log from there on.
 * An entry may also end the membership.
 *
 * If the server went back, the reader tells what of it is lost: entries that were read, and lines
 * and kicks of our own that had been acknowledged.
 *
 * Contract: no clock. Entries may be malformed. The reader has the room's secret: its owner wipes
 * it.
 */
#ifndef READER_H
#define READER_H

#include "cursor.h"
#include "members.h"
#include "news.h"
#include "outbox.h"
#include "schedule.h"
#include "wire/welcome.h"

struct reader {
    /* Set by the owner before reader_create. */
    struct text user;            /* this member's name, */
    unsigned char id[SEAL_ID];   /* and its id */
    bool locked;                 /* the room has a password, */
    unsigned char secret[SEAL_KEY]; /* and this secret */
    struct outbox *outbox;       /* our own lines, which come back in the log */
    struct schedule *schedule;   /* what was read must be acknowledged */
    news_tell *tell;
    news_space *has_space;       /* NULL: always */
    void *context;               /* for these two */

    enum membership_state state; /* WAITING until reader_go_on; then also as the log has it */
    unsigned char room_id[SEAL_ID];
    unsigned char host[SEAL_ID];
    struct cursor cursor;
    uint64_t old_end;            /* entries before it are from before we joined */
    uint64_t list_end;           /* the list has the effects of entries before it */
    struct members members;
    uint64_t own_last;           /* the number of the last own line that came back */
    char plain[FRAME_TEXT_LIMIT];/* a line that was opened */
    bool unsure;                 /* the list of members may be wrong */
    bool dropped;                /* the server has dropped us as lost */
};

/* `key` is for the list of members. False: no memory. */
bool reader_create(struct reader *reader, struct hash_key key);
void reader_destroy(struct reader *reader);

/*
 * The server has admitted us. The first time, the log is opened where the answer says. Later, if
 * the server went back, the reader tells what is lost, and goes back as well. False: it did so, and
 * which of the entries that were read still hold is unknown.
 */
bool reader_open(struct reader *reader, const struct welcome *welcome);

/* After that: takes over the list of members, and reads. */
void reader_go_on(struct reader *reader, const struct welcome *welcome);

/* Tells all entries that are in order, as far as the owner can take them. */
void reader_deliver(struct reader *reader);

/* Tells a notice of the server itself. */
void reader_notice(struct reader *reader, struct text text);

#endif
